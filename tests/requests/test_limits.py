"""How long a step may take is data: changed by the keeper of the catalog, for what begins afterwards."""

import pytest

from tests.requests.conftest import refused


async def test_every_step_has_its_limit(as_):
    limits = (await as_("wang").get("/step-limits")).json()["items"]
    by_step = {limit["step"]: limit for limit in limits}
    assert list(by_step) == [
        *("accept", "provide_info", "dispatch", "sign", "review_return"),
        *("review_by_unit", "review_by_desk", "rate"),
    ]
    assert by_step["accept"]["limit"] == {"amount": 1, "unit": "working_days"}
    assert by_step["accept"]["urgent"] == {"amount": 30, "unit": "minutes"}


async def test_a_changed_limit_holds_for_what_begins_afterwards(as_, way):
    before = await way.recorded()
    said = {"limit": {"amount": 3, "unit": "working_hours"}}
    changed = await as_("you").put("/step-limits/accept", json=said, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert changed.json() == {"step": "accept", "version": 2, "urgent": None, **said}
    after = await way.recorded()
    assert before["step_due_at"] == "2026-11-25T18:00:00+08:00"
    assert after["step_due_at"] == "2026-11-24T15:00:00+08:00"
    assert (await as_("sun").get(f"/requests/{before['id']}")).json()["step_due_at"] == before["step_due_at"]


async def test_a_limit_is_changed_by_who_keeps_the_catalog_and_has_read_it(as_):
    said = {"limit": {"amount": 2, "unit": "working_days"}}
    path = "/step-limits/sign"
    refused(await as_("sun").put(path, json=said, headers={"If-Match": '"1"'}), 403, "permission_missing")
    refused(await as_("you").put(path, json=said), 428, "if_match_required")
    refused(await as_("you").put(path, json=said, headers={"If-Match": '"9"'}), 412, "stale_version")


@pytest.mark.parametrize(
    "said",
    [
        {"limit": {"amount": 0, "unit": "working_days"}},
        {"limit": {"amount": 1, "unit": "weeks"}},
        {"urgent": {"amount": 1, "unit": "minutes"}},
    ],
)
async def test_a_limit_is_at_least_one_of_a_known_unit(as_, said):
    response = await as_("you").put("/step-limits/sign", json=said, headers={"If-Match": "*"})
    assert response.status_code == 422
