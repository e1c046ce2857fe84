"""The ten test requests of the domain reference, from the first word of a new user to the rating.

Each is posted with title and description only. The routing rules suggest; the desk agrees with a click; the
promised limit is as expected; the units do their part; the enterprise judges. The ninth is before a court and
is declined by two persons, who name the lawful channel.
"""

from typing import Any

import httpx
import pytest

from service.sample.requests import REQUESTS, SampleRequest
from tests.catalog.wishes import LIMITS, TEN, Wish
from tests.conftest import SAMPLE_PASSWORD


@pytest.fixture(scope="module")
def template(sample_template: str) -> str:
    """They are asked in the sample district."""
    return sample_template


class Office:
    """The people of the sample district, each signed in by their password when they first call."""

    def __init__(self, api: httpx.AsyncClient) -> None:
        self._api = api
        self._tokens: dict[str, str] = {}

    async def get(self, username: str, path: str) -> Any:
        return await self._call(username, "GET", path)

    async def post(self, username: str, path: str, **said: Any) -> Any:
        return await self._call(username, "POST", path, json=said)

    async def _call(self, username: str, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {await self._token(username)}"}
        answer = await self._api.request(method, f"/api/v1/{path}", headers=headers, **more)
        assert answer.is_success, answer.text
        return answer.json()

    async def _token(self, username: str) -> str:
        if username not in self._tokens:
            said = {"username": username, "password": SAMPLE_PASSWORD}
            answer = await self._api.post("/api/v1/auth/token", data=said)
            self._tokens[username] = answer.json()["access_token"]
        return self._tokens[username]

    async def file(self, sample: SampleRequest) -> tuple[str, str]:
        """The number of the request, and the name by which its filer calls from now on."""
        said = {"title": sample.title, "description": sample.description}
        if not sample.anonymous:
            return (await self.post(sample.username, "requests", **said))["number"], sample.username
        filed = (await self._api.post("/api/v1/anonymous-requests", json=said)).json()
        opened = (await self._api.post("/api/v1/auth/anonymous-token", json=filed)).json()
        self._tokens["nobody"] = opened["access_token"]
        return filed["number"], "nobody"

    async def entrust(self, username: str, unit_id: str) -> None:
        """Let somebody of the desk do the unit's part too.

        What is confidential is seen by the desk and its filer only, until units get it without the name.
        """
        person = (await self.get(username, "me"))["account"]["id"]
        for role in ("liaison", "handler", "approver"):
            await self.post("system_admin", "memberships", account_id=person, unit_id=unit_id, role=role)


@pytest.fixture
def office(api: httpx.AsyncClient) -> Office:
    return Office(api)


ASKED = list(zip(REQUESTS, TEN, strict=True))
(IN_COURT,) = (sample for sample, expected in ASKED if expected.decline is not None)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [pytest.param(*asked, id=asked[0].title) for asked in ASKED if asked[0] is not IN_COURT],
)
async def test_it_is_routed_as_expected_and_travels_to_its_rating(
    office: Office, sample: SampleRequest, expected: Wish
) -> None:
    assert expected.item
    assert expected.lead
    assert expected.co is not None
    number, filer = await office.file(sample)

    recorded = await office.get("dispatcher", f"requests/{number}")
    suggestion = recorded["suggestion"]
    assert suggestion["item"]["code"] == expected.item
    assert suggestion["lead_department"]["code"] == expected.lead
    assert {unit["code"] for unit in suggestion["co_departments"]} == set(expected.co)
    assert suggestion["reasons"]["destination"]["zh"].startswith("规则“")
    assert recorded["type"] == (expected.type or "help")
    assert recorded["urgency"] == (expected.urgency or "normal")
    assert recorded["confidentiality"] == (expected.confidentiality or "open")

    await office.post("dispatcher", f"requests/{number}/accept")
    dispatched = await office.post("dispatcher", f"requests/{number}/dispatch")
    assert dispatched["item"]["code"] == expected.item
    assert dispatched["lead_department"]["code"] == expected.lead
    assert {unit["code"] for unit in dispatched["co_departments"]} == set(expected.co)
    assert (dispatched["promise"]["amount"], dispatched["promise"]["unit"]) == LIMITS[expected.item]
    assert dispatched["due_at"] == dispatched["original_due_at"]

    unit = expected.lead.lower()
    liaison, handler, approver = f"liaison-{unit}", f"handler-{unit}", f"approver-{unit}"
    if expected.confidentiality is not None:
        await office.entrust("dispatcher-2", dispatched["lead_department"]["id"])
        liaison = handler = approver = "dispatcher-2"
    await office.post(liaison, f"requests/{number}/sign")
    await office.post(handler, f"requests/{number}/record-contact", channel="phone")
    await office.post(handler, f"requests/{number}/submit-result", kind="solved", text="已办理完毕。")
    await office.post(approver, f"requests/{number}/approve-result")
    answered = await office.post("dispatcher", f"requests/{number}/approve-result")
    assert answered["status"] == "callback"

    read = await office.get(filer, f"requests/{number}")
    assert [result["text"] for result in read["results"]] == ["已办理完毕。"]
    assert read["suggestion"] is None
    closed = await office.post(filer, f"requests/{number}/rate", grade=5, solved=True)
    assert closed["status"] == "closed"
    assert closed["rating"]["grade"] == 5


async def test_what_is_before_a_court_is_declined_by_two_persons_with_the_lawful_channel(
    office: Office,
) -> None:
    number, filer = await office.file(IN_COURT)

    suggestion = (await office.get("dispatcher", f"requests/{number}"))["suggestion"]
    assert suggestion["decline"] == "in_legal_proceedings"
    proposal = {"reason": suggestion["decline"], "channel": suggestion["channel"]}
    proposed = await office.post(
        "dispatcher", f"requests/{number}/decline", **proposal, note="法院已经立案。"
    )
    assert proposed["status"] == "submitted"
    assert "decline" not in proposed["verbs"]  # not by the one who proposed it

    await office.post("dispatcher-2", f"requests/{number}/decline")
    declined = await office.get(filer, f"requests/{number}")
    assert declined["status"] == "not_accepted"
    assert declined["decline"] == proposal
    assert "法律援助" in declined["decline"]["channel"]
