"""A small catalog for the cast, and the way of a request up to any point of it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from service.catalog.actions.items import create_item
from service.catalog.schemas.items import ServiceItemCreate
from service.kit.clock import GivenClock
from service.kit.database import Database
from service.organizations.actor import SYSTEM
from tests import world

Json = dict[str, Any]
As = Callable[[str], httpx.AsyncClient]

ITEMS: list[Json] = [
    {
        "code": "B03",
        "name": "用电增容、专线",
        "lead": "EIC",
        "urgent_limit": {"amount": 2, "unit": "natural_hours"},
    },
    {
        "code": "N01",
        "name": "招工用工、技能培训",
        "lead": "HRS",
        "form": [{"code": "people", "label": "人数", "type": "number", "required": True, "unit": "人"}],
    },
    {"code": "J03", "name": "违规收费、摊派", "lead": "MSA", "is_confidential": True},
]


@pytest.fixture
async def catalog(database: Database, clock: GivenClock) -> None:
    """Three service items: power (10 working days, urgent 2 hours), labour, and a confidential one."""
    async with database.begin(clock.now()) as work:
        for item in ITEMS:
            new = ServiceItemCreate.model_validate(
                {
                    "kind": "production",
                    "group": "样例",
                    "limit": {"amount": 10, "unit": "working_days"},
                    "lead_unit_id": world.unit(item["lead"]),
                    **{name: value for name, value in item.items() if name != "lead"},
                }
            )
            await create_item(work, SYSTEM, new)


POWER = {
    "title": "车间用电高峰频繁跳闸，申请增容",
    "description": "每天下午跳闸两三次，申请由630千伏安增至1250千伏安。",
}


class Way:
    """Takes a request of the feed works along its way, each step by the person whose it is."""

    STEPS: tuple[tuple[str, str, Json], ...] = (
        ("sun", "accept", {"item_code": "B03"}),
        ("sun", "dispatch", {"co_department_ids": [str(world.unit("HTZ"))]}),
        ("li", "sign", {"assigned_to": str(world.person("zhou"))}),
        ("zhou", "submit-result", {"kind": "solved", "text": "已送电，增容完成。"}),
        ("wu", "approve-result", {}),
        ("sun", "approve-result", {}),
        ("wang", "rate", {"grade": 5, "solved": True}),
    )

    def __init__(self, as_: As) -> None:
        self._as = as_

    async def recorded(self, by: str = "wang", **said: Any) -> Json:
        return await self.did(by, "", {**POWER, **said})

    async def up_to(self, verb: str, times: int = 1, **said: Any) -> Json:
        """A request that has just gone through this verb (for the `times`-th time)."""
        request = await self.recorded(**said)
        for person, step, body in self.STEPS:
            request = await self.did(person, f"/{request['id']}/{step}", body)
            times -= step == verb
            if not times:
                return request
        raise AssertionError(verb)

    async def did(self, person: str, path: str, body: Json, **options: Any) -> Json:
        """What the person got for this call, which must go well."""
        response = await self._as(person).post(f"/requests{path}", json=body, **options)
        assert response.is_success, response.text
        answer: Json = response.json()
        return answer


@pytest.fixture
def way(as_: As, catalog: None) -> Way:
    return Way(as_)


def refused(response: httpx.Response, status: int, code: str) -> Json:
    """The problem, which must be this one; for 422 it is enough that one of its errors has the code."""
    problem: Json = response.json()
    assert response.status_code == status, response.text
    codes = {problem["code"], *(error["code"] for error in problem.get("errors", []))}
    assert code in codes, response.text
    return problem
