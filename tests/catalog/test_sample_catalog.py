"""The sample catalog in a database: the ten requests of the domain reference, tried over HTTP."""

from collections.abc import Callable
from datetime import date

import httpx
import pytest

from service.kit.database import Database
from service.organizations.models import Department, Unit
from service.organizations.rules import UnitKind
from service.organizations.rules.names import search_name, sort_key
from service.sample import catalog
from service.sample.organization import DEPARTMENTS, PARK_CODE
from tests import world
from tests.catalog.wishes import LIMITS, TEN, Wish
from tests.conftest import TUESDAY_MORNING

As = Callable[[str], httpx.AsyncClient]


@pytest.fixture
async def district(database: Database) -> None:
    """The cast's district with every department that the sample catalog names, and the catalog itself."""
    async with database.begin(TUESDAY_MORNING) as work:
        missing = [one for one in DEPARTMENTS if one.code not in world.UNITS]
        for one in missing:
            work.add(
                Unit(
                    id=world.unit(one.code),
                    kind=UnitKind.DEPARTMENT,
                    code=one.code,
                    name=one.name,
                    sort_key=sort_key(one.name),
                    search_name=search_name(one.name),
                    parent_id=world.unit("500153"),
                    valid_from=date(2020, 1, 1),
                    created_at=world.LONG_AGO,
                    updated_at=world.LONG_AGO,
                )
            )
        await work.flush()
        work.add_all(Department(id=world.unit(one.code)) for one in missing)
        await work.flush()
        units = {code: world.unit(code) for code in (PARK_CODE, *(one.code for one in DEPARTMENTS))}
        await catalog.load(work, units, date(2026, 1, 1))


def expected_limit(wish: Wish) -> dict[str, object] | None:
    if wish.item is None:
        return None
    amount, unit = LIMITS[wish.item]
    return {"amount": amount, "unit": unit}


@pytest.mark.usefixtures("district")
async def test_the_ten_requests_find_item_units_limit_and_level_from_their_words_alone(as_: As) -> None:
    for wish in TEN:
        draft = {"title": wish.title, "description": wish.description}
        answer = await as_("wang").post("/routing-rules/preview", json=draft)
        assert answer.status_code == 200, answer.text
        routed = answer.json()
        found = Wish(
            wish.title,
            wish.description,
            routed["item"] and routed["item"]["code"],
            routed["lead_unit"] and routed["lead_unit"]["code"],
            tuple(unit["code"] for unit in routed["co_units"]) if wish.item else None,
            tuple(item["code"] for item in routed["also_items"]),
            *(
                hint and hint["value"]
                for hint in (routed["type"], routed["urgency"], routed["confidentiality"])
            ),
            routed["decline"] and routed["decline"]["decline_reason"],
        )
        assert found == wish
        assert (routed["promise"] and routed["promise"]["limit"]) == expected_limit(wish)


@pytest.mark.usefixtures("district")
async def test_the_sample_catalog_reads_as_it_was_written(as_: As) -> None:
    answer = await as_("wang").get("/service-items", params={"limit": 200})
    items = {item["code"]: item for item in answer.json()["items"]}
    assert len(items) == 48
    assert items["B02"]["contact_limit"] == {"amount": 2, "unit": "natural_hours"}
    assert [unit["code"] for unit in items["B02"]["alternative_lead_units"]] == ["WTR"]
    assert [co["kind"] for co in items["B08"]["co_units"]] == ["home", "unit"]
    assert {code for code, item in items.items() if item["is_confidential"]} == {"J03", "J04", "R04"}
    assert not any(item["is_public"] for item in items.values() if item["is_confidential"])
    assert not any(item["needs_attention"] for item in items.values())
    rules = await as_("you").get("/routing-rules", params={"needs_attention": "true"})
    assert rules.json()["items"] == []
