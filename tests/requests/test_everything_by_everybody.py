"""Every status × verb × role, over HTTP: each call is the step or the refusal that the page says."""

import pytest

from service.organizations.rules import Role
from service.requests.rules.lifecycle import STEPS, Step
from service.requests.rules.seats import Outcome, Seat, outcome
from service.requests.rules.statuses import STAGES, Status, Verb
from tests.requests.ways import CAST, SAID, Json, brought_to, place_of, routes, take

WAYS = routes()
PLACES = [(status, stage) for status in Status for stage in STAGES[status]]
VERBS = [verb for verb in Verb if any(verb is other for _, other, _ in STEPS)]

each_place = pytest.mark.parametrize(
    "place", [place for place in PLACES if place in WAYS], ids=lambda place: "-".join(filter(None, place))
)


@each_place
async def test_whoever_may_not_or_cannot_is_refused_as_the_page_says(place, as_, catalog):
    request = await brought_to(as_, place, WAYS)
    for person in CAST:
        for verb in VERBS:
            expected = best(person, request, verb)
            if isinstance(expected, Step):
                continue
            response = await as_(person).post(f"/requests/{request['id']}/{verb}", json=SAID.get(verb, {}))
            assert (response.status_code, response.json()["code"]) in REFUSED[expected], (
                f"{person}, {verb}: {response.text}"
            )


@each_place
async def test_whoever_may_is_told_so_and_can(place, as_, catalog):
    request = await brought_to(as_, place, WAYS)
    for person in CAST:
        answer = await as_(person).get(f"/requests/{request['id']}")
        steps = {verb for verb in VERBS if isinstance(best(person, request, verb), Step)}
        offered = set(answer.json()["verbs"]) if answer.is_success else set()
        kept_back = {verb for verb in steps - offered if STEPS[place[0], verb, place[1]].guard is not None}
        assert offered | kept_back == steps, person
    for (status, verb, stage), step in STEPS.items():
        if (status, stage) == place and step.needs and step.guard is None:
            await take(as_, await brought_to(as_, place, WAYS), verb)


OUTSIDE = (Seat.OTHER, Role.HANDLER)

REFUSED = {
    Outcome.UNSEEN: {(404, "not_found")},
    Outcome.NOT_POSSIBLE: {(409, "not_possible_now")},
    Outcome.NOT_ALLOWED: {(403, "permission_missing")},
}


def best(person: str, request: Json, verb: Verb) -> Step | Outcome:
    """What the person gets by the best of their seats; before any dispatch no unit leads or helps."""
    chairs = CAST[person]
    if request["lead_department"] is None:
        chairs = [chair for chair in chairs if chair[0] not in (Seat.LEAD, Seat.CO)] or [OUTSIDE]
    outcomes = [outcome(*chair, *place_of(request), verb) for chair in chairs]
    steps = [what for what in outcomes if isinstance(what, Step)]
    return steps[0] if steps else max(outcomes, key=lambda what: what.value)
