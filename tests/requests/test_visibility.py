"""Who sees which request: the same for one and for lists."""

import pytest

from service.organizations.rules import Role
from tests import world

STAFF = {"sun", "jin", "yang", "zhu", "qin"}
FIRM = {"wang", "chen"}
HOME = {"feng"}
GROUP = {"zhao"}
EIC = {"li", "zhou", "zheng", "wu"}
KEEPERS = {"you", "xu", "he"}


async def who_sees(as_, request) -> set[str]:
    """Everybody of the cast who can read the request; lists must say the same."""
    seeing = set()
    for person in world.PEOPLE:
        one = await as_(person).get(f"/requests/{request['id']}")
        listed = await as_(person).get("/requests", params={"limit": 200})
        in_list = request["id"] in [item["id"] for item in listed.json()["items"]]
        assert (one.status_code == 200) == in_list, person
        if in_list:
            seeing.add(person)
    assert not seeing & KEEPERS
    return seeing


async def test_an_open_request_before_dispatch(as_, way):
    assert await who_sees(as_, await way.recorded()) == STAFF | FIRM | HOME | GROUP


async def test_an_open_request_after_dispatch_to_a_department_with_another_to_help(as_, way):
    request = await way.up_to("accept")
    said = {"co_department_ids": [str(world.unit("HRS"))]}
    await way.did("sun", f"/{request['id']}/dispatch", said)
    assert await who_sees(as_, request) == STAFF | FIRM | HOME | GROUP | EIC | {"han"}


async def test_a_confidential_request_is_seen_by_its_enterprise_the_desk_and_who_filed_it(as_, way):
    request = await way.recorded(confidentiality="confidential")
    assert await who_sees(as_, request) == {"sun", "jin"} | FIRM
    filed_for = await way.recorded(by="zhao", origin="visit", uscc=world.FEED, confidentiality="confidential")
    assert await who_sees(as_, filed_for) == {"sun", "jin", "zhao"} | FIRM


async def test_a_confidential_request_stays_so_after_dispatch(as_, way):
    request = await way.up_to("dispatch", confidentiality="confidential")
    assert await who_sees(as_, request) == {"sun", "jin"} | FIRM


async def test_what_was_filed_in_confidence_for_an_enterprise_is_confirmed_and_withdrawn_by_it(as_, way):
    request = await way.recorded(by="zhao", origin="visit", uscc=world.FEED, confidentiality="confidential")
    confirmed = await way.did("wang", f"/{request['id']}/confirm", {})
    assert (confirmed["is_unconfirmed"], confirmed["verbs"]) == (False, ["withdraw"])
    assert (await way.did("chen", f"/{request['id']}/withdraw", {}))["status"] == "withdrawn"


async def test_a_draft_is_seen_by_its_author(as_, way):
    assert await who_sees(as_, await way.recorded(draft=True)) == {"wang"}


@pytest.mark.parametrize(("accused", "blind"), [("HTZ", HOME), ("EIC", EIC)])
async def test_a_unit_complained_of_sees_nothing_of_it_in_any_role(as_, way, accused, blind):
    request = await way.recorded(accused_department_ids=[str(world.unit(accused))])
    await way.did("sun", f"/{request['id']}/accept", {"item_code": "N01"})
    await way.did("sun", f"/{request['id']}/dispatch", {})
    seeing = await who_sees(as_, request)
    assert not seeing & blind
    assert STAFF | FIRM | GROUP | {"han"} <= seeing


async def test_a_cadre_who_left_the_group_sees_no_more_what_they_filed(as_, way, database):
    said = {"origin": "visit", "uscc": world.FEED, "contact_phone": "13800001234"}
    shown = await way.recorded(by="zhao", **said)
    hidden = await way.recorded(by="zhao", **said, confidentiality="confidential")
    draft = await way.recorded(by="zhao", **said, draft=True)
    await world.take_roles(database, "zhao")
    await world.give_role(database, "zhao", Role.CADRE, "G02")
    assert await who_sees(as_, shown) == STAFF | FIRM | HOME
    assert await who_sees(as_, hidden) == {"sun", "jin"} | FIRM
    assert await who_sees(as_, draft) == {"zhao"}


async def test_what_the_desk_recorded_of_a_caller_without_an_enterprise_stays_in_its_sight(as_, way):
    request = await way.recorded(by="sun", origin="phone", confidentiality="confidential")
    assert await who_sees(as_, request) == {"sun", "jin"}
