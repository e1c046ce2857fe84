"""The ten sample requests and what has happened to them when the demo opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from sqlalchemy import text

from service.kit.clock import GivenClock
from service.kit.database import Database, UnitOfWork
from service.sample import history

SITUATIONS = {
    "车间用电高峰频繁跳闸，申请增容": ("handling", None, 5),
    "区属单位拖欠工程尾款": ("submitted", None, 1),
    "一个月内五批人上门检查": ("submitted", None, 1),
    "窑炉夜间气压不足，面临停窑": ("to_sign", None, 3),
    "急需20名焊工": ("to_dispatch", None, 2),
    "厂房无产权证，银行不认抵押": ("submitted", None, 1),
    "引进工程师的公寓和孩子转学": ("need_info", None, 2),
    "饲料生产线扩建要不要重新环评": ("closed", None, 9),
    "合同纠纷法院已立案，请政府出面": ("submitted", "second_person", 2),
    "留抵退税何时到账（第二次反映）": ("close_review", "by_unit", 6),
}


async def situations(database: Database) -> list[tuple[object, ...]]:
    async with database.reading() as reading:
        rows = await reading.execute(text("SELECT title, status, stage, version FROM requests ORDER BY id"))
    return [tuple(row) for row in rows]


async def test_they_stand_in_different_situations(database: Database, clock: GivenClock) -> None:
    await history.load(database, clock.now())
    assert {title: rest for title, *rest in await situations(database)} == {
        title: list(situation) for title, situation in SITUATIONS.items()
    }
    async with database.reading() as reading:
        latest = (await reading.execute(text("SELECT max(occurred_at) FROM events"))).scalar_one()
    assert latest < clock.now()


async def test_a_second_loading_finds_nothing_to_do(database: Database, clock: GivenClock) -> None:
    await history.load(database, clock.now())
    before = await situations(database)
    await history.load(database, clock.now())
    assert await situations(database) == before


class CutOff(Exception):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("after", [0, 1, 3, 8, 20])
async def test_it_goes_on_with_the_next_step_after_it_was_cut_off(
    database: Database, clock: GivenClock, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    begin = database.begin
    begun = iter(range(after + 1))

    @asynccontextmanager
    async def until_cut_off(now: datetime) -> AsyncIterator[UnitOfWork]:
        if next(begun) == after:
            raise CutOff
        async with begin(now) as work:
            yield work

    with monkeypatch.context() as patched:
        patched.setattr(database, "begin", until_cut_off)
        with pytest.raises(CutOff):
            await history.load(database, clock.now())
    await history.load(database, clock.now())
    assert len(await situations(database)) == len(SITUATIONS)
    assert {title: tuple(rest) for title, *rest in await situations(database)} == SITUATIONS
