"""The verbs of the way from filing to rating: each takes what it must be told, and answers the request."""

from typing import Annotated

from fastapi import Body, Response

from service.kit.routing import Router
from service.requests.actions import handling, judging, recording, triage
from service.requests.routes.common import Called, NoteMaybe, verb
from service.requests.rules.statuses import Verb
from service.requests.schemas.verbs import (
    Accept,
    Assign,
    Decline,
    Dispatch,
    ProvideInfo,
    Rate,
    RecordContact,
    Sign,
    SubmitResult,
    WithReason,
)

router = Router(prefix="/requests/{id}", tags=["verbs"])

# Where nothing need be told, the body may be left out.
AcceptMaybe = Annotated[Accept, Body(default_factory=Accept)]
DeclineMaybe = Annotated[Decline, Body(default_factory=Decline)]
DispatchMaybe = Annotated[Dispatch, Body(default_factory=Dispatch)]
SignMaybe = Annotated[Sign, Body(default_factory=Sign)]


@verb(router, Verb.SUBMIT)
async def submit_request(call: Called, said: NoteMaybe) -> Response:
    """Its form must be complete now."""
    return await call.take(recording.submit, said)


@verb(router, Verb.CONFIRM)
async def confirm_request(call: Called, said: NoteMaybe) -> Response:
    """By the enterprise, of what a cadre or the desk filed for it."""
    return await call.take(judging.confirm, said)


@verb(router, Verb.ACCEPT)
async def accept_request(call: Called, said: AcceptMaybe) -> Response:
    """The desk settles type, item, urgency and confidentiality."""
    return await call.take(triage.accept, said)


@verb(router, Verb.ASK_INFO)
async def ask_request_info(call: Called, said: WithReason) -> Response:
    """Once, and for everything that is missing; nobody's clock runs but the enterprise's."""
    return await call.take(triage.ask_info, said)


@verb(router, Verb.PROVIDE_INFO)
async def provide_request_info(call: Called, said: ProvideInfo) -> Response:
    """By the enterprise, or by who filed for it."""
    return await call.take(triage.provide_info, said)


@verb(router, Verb.DECLINE)
async def decline_request(call: Called, said: DeclineMaybe) -> Response:
    """One person proposes with a reason and the lawful channel, a second one confirms with an empty body."""
    return await call.take(triage.decline, said)


@verb(router, Verb.DISPATCH)
async def dispatch_request(call: Called, said: DispatchMaybe) -> Response:
    """To one lead unit, with others to help. The promise is frozen and the clock starts."""
    return await call.take(triage.dispatch, said)


@verb(router, Verb.SIGN)
async def sign_request(call: Called, said: SignMaybe) -> Response:
    """The unit takes it over; the clock has been running since dispatch."""
    return await call.take(handling.sign, said)


@verb(router, Verb.ASSIGN)
async def assign_request(call: Called, said: Assign) -> Response:
    """To a handler of the unit."""
    return await call.take(handling.assign, said)


@verb(router, Verb.RECORD_CONTACT)
async def record_request_contact(call: Called, said: RecordContact) -> Response:
    """The first time is kept as the unit's response."""
    return await call.take(handling.record_contact, said)


@verb(router, Verb.SUBMIT_RESULT)
async def submit_request_result(call: Called, said: SubmitResult) -> Response:
    """For two offices to review; the enterprise reads it afterwards."""
    return await call.take(handling.submit_result, said)


@verb(router, Verb.APPROVE_RESULT)
async def approve_request_result(call: Called, said: NoteMaybe) -> Response:
    """First the unit's approver, then the desk, which gives it to the enterprise."""
    return await call.take(handling.approve_result, said)


@verb(router, Verb.SEND_BACK)
async def send_request_back(call: Called, said: WithReason) -> Response:
    """The result is not good enough; the unit goes on, its time running."""
    return await call.take(handling.send_back, said)


@verb(router, Verb.RATE)
async def rate_request(call: Called, said: Rate) -> Response:
    """Five grades, and solved or not. Silence is never taken for satisfaction."""
    return await call.take(judging.rate, said)


@verb(router, Verb.REDO)
async def redo_request(call: Called, said: WithReason) -> Response:
    """Twice at most, each within half the limit that was promised."""
    return await call.take(judging.redo, said)


@verb(router, Verb.WITHDRAW)
async def withdraw_request(call: Called, said: NoteMaybe) -> Response:
    """By the enterprise alone."""
    return await call.take(judging.withdraw, said)
