"""The way of a request to any status and stage, found in the table and gone by people of the cast."""

from collections import deque
from collections.abc import Callable
from typing import Any

import httpx

from service.organizations.rules import Role
from service.requests.rules.lifecycle import STEPS, Step
from service.requests.rules.seats import Seat, allowed
from service.requests.rules.standing import Standing
from service.requests.rules.statuses import Stage, Status, Verb
from tests import world

Json = dict[str, Any]
As = Callable[[str], httpx.AsyncClient]
Place = tuple[Status, Stage | None]

LEAD, CO = "EIC", "HRS"

#: Who of the cast sits where towards a request of the feed works that EIC leads and HRS helps with.
CAST: dict[str, list[tuple[Seat, Role]]] = {
    "wang": [(Seat.OWN, Role.ENTERPRISE)],
    "zhao": [(Seat.GROUP, Role.CADRE)],
    "feng": [(Seat.HOME, Role.LIAISON), (Seat.HOME, Role.HANDLER)],
    "li": [(Seat.LEAD, Role.LIAISON)],
    "zhou": [(Seat.LEAD, Role.HANDLER)],
    "wu": [(Seat.LEAD, Role.APPROVER)],
    "han": [(Seat.CO, Role.LIAISON), (Seat.CO, Role.HANDLER), (Seat.CO, Role.APPROVER)],
    "sun": [(Seat.DISTRICT, Role.DISPATCHER)],
    "jin": [(Seat.DISTRICT, Role.DISPATCHER)],
    "yang": [(Seat.DISTRICT, Role.CALLBACK)],
    "zhu": [(Seat.DISTRICT, Role.SUPERVISOR)],
    "qin": [(Seat.DISTRICT, Role.LEADER)],
    "you": [(Seat.DISTRICT, Role.SYSTEM_ADMIN)],
    "xu": [(Seat.DISTRICT, Role.SECURITY_ADMIN)],
    "he": [(Seat.DISTRICT, Role.AUDITOR)],
    "liu": [(Seat.OTHER, Role.ENTERPRISE)],
    "qian": [(Seat.OTHER, Role.CADRE)],
    "dian": [(Seat.OTHER, Role.LIAISON), (Seat.OTHER, Role.HANDLER), (Seat.OTHER, Role.APPROVER)],
}

SAID: dict[Verb, Json] = {
    Verb.ACCEPT: {"item_code": "B03"},
    Verb.ASK_INFO: {"note": "请补充用电地址。"},
    Verb.PROVIDE_INFO: {"note": "昌州街道样例路1号。"},
    Verb.DECLINE: {"reason": "outside_district", "channel": "大足区企业服务专班"},
    Verb.DISPATCH: {
        "lead_department_id": str(world.unit(LEAD)),
        "co_department_ids": [str(world.unit(CO))],
    },
    Verb.ASSIGN: {"assigned_to": str(world.person("zhou"))},
    Verb.RECORD_CONTACT: {"channel": "phone"},
    Verb.SUBMIT_RESULT: {"kind": "solved", "text": "已现场勘查，增容完成，当日送电。"},
    Verb.SEND_BACK: {"note": "请说明费用由谁承担。"},
    Verb.RATE: {"grade": 2, "solved": False},
    Verb.REDO: {"note": "企业反映仍在跳闸。"},
}
"""What each verb is told on the way, where it must be told anything."""


def routes() -> dict[Place, tuple[Verb, ...]]:
    """The verbs that lead from a draft to each status and stage, as few as possible.

    Steps of the clock are left out: what only time leads to has ways of its own.
    """
    start: Place = (Status.DRAFT, None)
    found: dict[Place, tuple[Verb, ...]] = {start: ()}
    ahead = deque([start])
    while ahead:
        place = ahead.popleft()
        for (status, verb, stage), step in STEPS.items():
            if (status, stage) != place or not step.needs:
                continue
            after = step.leads_to(Standing(status, stage))
            goal = (after["status"], after["stage"])
            if goal not in found:
                found[goal] = (*found[place], verb)
                ahead.append(goal)
    return found


def able(step: Step) -> list[str]:
    """The people who may take the step."""
    return [name for name, chairs in CAST.items() if any(allowed(*chair, step) for chair in chairs)]


async def take(as_: As, request: Json, verb: Verb) -> Json:
    """Let the first one who may and can take this step; the request after it."""
    status, stage = place_of(request)
    step = STEPS[status, verb, stage]
    refusals = []
    for person in able(step):
        response = await as_(person).post(f"/requests/{request['id']}/{verb}", json=SAID.get(verb, {}))
        if response.is_success:
            answer: Json = (await as_("sun").get(f"/requests/{request['id']}")).json()
            return answer
        refusals.append(f"{person}: {response.text}")
    raise AssertionError(f"nobody could {verb}: {refusals}")


async def drafted(as_: As) -> Json:
    """A draft of the feed works."""
    said = {"title": "车间跳闸，申请增容", "description": "每天下午跳闸两三次。", "draft": True}
    response = await as_("wang").post("/requests", json=said)
    assert response.is_success, response.text
    answer: Json = response.json()
    return answer


async def brought_to(as_: As, place: Place, ways: dict[Place, tuple[Verb, ...]]) -> Json:
    """A request in this status and stage."""
    request = await drafted(as_)
    for verb in ways[place]:
        request = await take(as_, request, verb)
    assert place_of(request) == place, request
    return request


def place_of(request: Json) -> Place:
    """The status and stage a request is in, as the desk reads it."""
    return Status(request["status"]), request["stage"] and Stage(request["stage"])
