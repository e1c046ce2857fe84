"""Messages with their answers, read from sheets and brought in as closed requests."""

import asyncio
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import httpx
import pytest
import xlsxwriter
from sqlalchemy import text

from service.integration.exchange import messages
from service.integration.exchange.messages import Message, Origin, Sheet, bring_in, read
from service.kit import sheets
from service.kit.clock import LOCAL, GivenClock
from service.kit.database import Database
from service.kit.errors import Invalid, WrongType
from tests import world
from tests.conftest import TUESDAY_MORNING

PORTAL = Origin("portal")
TITLES = ("external_id", "reporter", "subject", "requested_at", "description", "reply", "replied_at")

As = Callable[[str], httpx.AsyncClient]


def row(number: int, **changed: str) -> dict[str, str]:
    """A good message, but for what is changed."""
    said = {
        "external_id": f"A{number:05d}",
        "reporter": "王样例",
        "subject": f"样例路第{number}盏路灯不亮",
        "requested_at": "2026-03-02 09:15:00",
        "description": f"第{number}盏灯三天没亮，夜里装卸货看不清。",
        "reply": f"第{number}盏灯的灯泡已更换。",
        "replied_at": "2026-03-03 16:00:00",
    }
    return said | changed


def as_csv(rows: Sequence[Mapping[str, str]], titles: Sequence[str] = TITLES) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(titles)
    writer.writerows([row[name] for name in TITLES] for row in rows)
    return out.getvalue().encode()


def read_csv(*rows: Mapping[str, str]) -> Sheet:
    return read(as_csv(rows), {}, TUESDAY_MORNING)


# --- reading -----------------------------------------------------------------------------------------


def test_times_without_an_offset_are_the_districts() -> None:
    (message,) = read_csv(row(1)).messages
    assert message.requested_at == datetime(2026, 3, 2, 9, 15, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-02T09:15:00+08:00", datetime(2026, 3, 2, 9, 15, tzinfo=LOCAL)),
        ("2026-03-02T01:15:00Z", datetime(2026, 3, 2, 9, 15, tzinfo=LOCAL)),
        ("2026/3/2 9:15", datetime(2026, 3, 2, 9, 15, tzinfo=LOCAL)),
        ("2026年3月2日 9时15分30秒", datetime(2026, 3, 2, 9, 15, 30, tzinfo=LOCAL)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=LOCAL)),
    ],
)
def test_times_are_read_however_they_are_written(written: str, meant: datetime) -> None:
    (message,) = read_csv(row(1, requested_at=written)).messages
    assert message.requested_at == meant


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"subject": ""}, "标题：必填。"),
        ({"subject": "长" * 201}, "标题：最多 200 个字。"),
        ({"description": " "}, "内容：必填。"),
        ({"description": "字" * 20_001}, "内容：最多 20000 个字。"),
        ({"description": "断\x00裂"}, "内容：不能含有 NUL 字符。"),
        ({"requested_at": "去年三月"}, "反映时间：不是有效的时间，应为 RFC 3339 格式。"),
        ({"requested_at": "2026-02-30 09:15:00"}, "反映时间：不是有效的时间，应为 RFC 3339 格式。"),
        (
            {"requested_at": "2027-01-01 09:00:00", "replied_at": "2027-01-02 09:00:00"},
            "反映时间：晚于现在。",
        ),
        ({"replied_at": "2026-12-01 09:00:00"}, "答复时间：晚于现在。"),
        ({"replied_at": "2026-03-01 09:00:00"}, "答复时间早于反映时间。"),
        ({"reply": ""}, "答复：必填。"),
        ({"external_id": "A00001"}, "编号：与第2行的编号相同。"),
    ],
)
def test_a_bad_row_is_rejected_with_its_number_and_reason_and_no_other(
    changed: dict[str, str], reason: str
) -> None:
    sheet = read_csv(row(1), row(2, **changed), row(3))
    assert [(rejected.row, rejected.reasons) for rejected in sheet.rejected] == [(3, (reason,))]
    assert [message.external_id for message in sheet.messages] == ["A00001", "A00003"]


def test_each_bad_cell_of_a_row_is_told() -> None:
    (rejected,) = read_csv(row(1, subject="", reply="")).rejected
    assert rejected.reasons == ("标题：必填。", "答复：必填。")


def test_emoji_rare_characters_and_line_breaks_are_kept() -> None:
    said = "灯坏了😀，𠮷祥路口。\n第二行"
    (message,) = read_csv(row(1, description=said)).messages
    assert message.description == said


def test_chinese_titles_and_ones_own_are_understood() -> None:
    chinese = [column.zh for column in sheets.columns_of(Message).values()]
    assert len(read(as_csv([row(1)], chinese), {}, TUESDAY_MORNING).messages) == 1
    own = ["单号", *TITLES[1:]]
    assert len(read(as_csv([row(1)], own), {"external_id": "单号"}, TUESDAY_MORNING).messages) == 1


def test_a_spreadsheet_is_read_like_a_csv() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        page.write_row(0, 0, TITLES)
        for place, name in enumerate(TITLES):
            if name.endswith("_at"):
                page.write_datetime(1, place, datetime.fromisoformat(row(1)[name]), moment)
            else:
                page.write_string(1, place, row(1)[name])
    assert read(out.getvalue(), {}, TUESDAY_MORNING).messages == read_csv(row(1)).messages


def test_what_is_no_sheet_or_lacks_a_column_is_refused_as_a_whole() -> None:
    with pytest.raises(WrongType):
        read(b"%PDF-1.7", {}, TUESDAY_MORNING)
    with pytest.raises(Invalid) as refused:
        read("编号,标题\n1,路灯".encode(), {}, TUESDAY_MORNING)
    assert "没有“反映时间”列" in refused.value.extra["errors"][0]["msg"]


# --- recording ---------------------------------------------------------------------------------------


def lamps(number: int) -> Sequence[Message]:
    return read_csv(*(row(one) for one in range(1, number + 1))).messages


async def state(database: Database, source: str = "portal") -> list[tuple[object, ...]]:
    """All that an import leaves behind, but for ids, running numbers and the moment of the import."""
    statement = text(
        """
        SELECT external_id, title, description, status, origin, requests.created_at, submitted_at,
               answered_at, closed_at, grade, results.text, results.created_at, published_at,
               (SELECT count(*) FROM request_search WHERE request_id = requests.id),
               (SELECT string_agg(type, ',') FROM events WHERE subject_id = requests.id)
        FROM requests JOIN request_results AS results ON request_id = requests.id
        WHERE source = :source ORDER BY external_id
        """
    )
    async with database.reading() as reading:
        return [tuple(found) for found in await reading.execute(statement, {"source": source})]


async def test_each_message_becomes_a_closed_request_with_its_own_times_and_its_answer(
    database: Database, clock: GivenClock, as_: As
) -> None:
    progress = await bring_in(database, clock.now, lamps(3), PORTAL)
    assert (progress.imported, progress.skipped) == (3, 0)

    desk = as_("sun")
    assert (await desk.get("/requests")).json()["items"] == []
    listed = (await desk.get("/requests", params={"imported": "only"})).json()["items"]
    assert {one["title"] for one in listed} == {f"样例路第{number}盏路灯不亮" for number in (1, 2, 3)}
    one = (await desk.get(f"/requests/{listed[0]['number']}")).json()
    assert one["number"].startswith("RC-20260302-")
    assert one["status"] == "closed"
    assert one["origin"] == "import"
    assert one["created_at"] == "2026-03-02T09:15:00+08:00"
    assert one["answered_at"] == one["closed_at"] == "2026-03-03T16:00:00+08:00"
    assert one["results"][0]["text"].endswith("灯泡已更换。")
    assert one["rating"] is None
    assert one["enterprise"] is None
    assert one["verbs"] == []


async def test_it_causes_no_notices(database: Database, clock: GivenClock) -> None:
    await bring_in(database, clock.now, lamps(3), PORTAL)
    async with database.reading() as reading:
        assert (await reading.execute(text("SELECT count(*) FROM procrastinate_jobs"))).scalar_one() == 0


async def test_a_second_import_records_nothing_twice(database: Database, clock: GivenClock) -> None:
    await bring_in(database, clock.now, lamps(3), PORTAL)
    before = await state(database)
    again = await bring_in(database, clock.now, lamps(5), PORTAL)
    assert (again.imported, again.skipped) == (2, 3)
    assert (await state(database))[:3] == before


async def test_the_same_number_of_another_source_is_another_message(
    database: Database, clock: GivenClock
) -> None:
    await bring_in(database, clock.now, lamps(1), PORTAL)
    assert (await bring_in(database, clock.now, lamps(1), Origin("hotline"))).imported == 1


async def test_all_of_it_can_be_of_one_enterprise(database: Database, clock: GivenClock, as_: As) -> None:
    await bring_in(database, clock.now, lamps(1), Origin("portal", world.unit(world.FEED)))
    seen = (await as_("wang").get("/requests", params={"imported": "true"})).json()["items"]
    assert [one["enterprise"]["uscc"] for one in seen] == [world.FEED]
    assert (await as_("liu").get("/requests", params={"imported": "true"})).json()["items"] == []


async def test_a_dry_run_counts_and_changes_nothing(database: Database, clock: GivenClock) -> None:
    await bring_in(database, clock.now, lamps(1), PORTAL)
    before = await state(database)
    would = await bring_in(database, clock.now, lamps(3), PORTAL, dry_run=True)
    assert (would.imported, would.skipped) == (2, 1)
    assert await state(database) == before


class CutOff(Exception):
    """Somebody pulled the plug."""


async def test_an_import_that_was_cut_off_and_run_again_ends_in_the_same_state(
    database: Database, clock: GivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "BATCH", 4)
    batches = iter(range(3))

    def cut_off_after_the_third(_: int) -> None:
        if next(batches) == 2:
            raise CutOff

    with pytest.raises(CutOff):
        await bring_in(database, clock.now, lamps(20), PORTAL, advance=cut_off_after_the_third)
    assert len(await state(database)) == 12
    again = await bring_in(database, clock.now, lamps(20), PORTAL)
    assert (again.imported, again.skipped) == (8, 12)

    await bring_in(database, clock.now, lamps(20), Origin("another portal"))
    assert await state(database) == await state(database, "another portal")


async def test_two_imports_at_once_record_each_message_once(
    database: Database, clock: GivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "BATCH", 5)
    both = await asyncio.gather(*(bring_in(database, clock.now, lamps(30), PORTAL) for _ in range(2)))
    assert sum(progress.imported for progress in both) == 30
    assert sum(progress.skipped for progress in both) == 30
    assert len(await state(database)) == 30
