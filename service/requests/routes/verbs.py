"""The verbs of the lifecycle: each takes what it needs to be told, and answers the request after the step."""

from typing import Annotated

from fastapi import Body, Request, Response

from service.kit.errors import (
    Conflict,
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    Stale,
    Unauthorized,
    documented,
)
from service.kit.routing import IfMatch, Router
from service.organizations.callers import CurrentActor, Work
from service.requests.actions import handling, judging, recording, triage
from service.requests.routes.common import Ref, answer
from service.requests.schemas.reading import RequestRead
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
    WithNote,
    WithReason,
)

router = Router(prefix="/requests/{id}", tags=["verbs"])

# Where nothing need be told, the body may be left out.
NoteMaybe = Annotated[WithNote, Body(default_factory=WithNote)]
AcceptMaybe = Annotated[Accept, Body(default_factory=Accept)]
DeclineMaybe = Annotated[Decline, Body(default_factory=Decline)]
DispatchMaybe = Annotated[Dispatch, Body(default_factory=Dispatch)]
SignMaybe = Annotated[Sign, Body(default_factory=Sign)]

_REFUSALS = documented(Malformed, Unauthorized, NotAllowed, NotFound, Conflict, Stale, Invalid)


@router.post(
    "/submit",
    operation_id="submit_request",
    summary="提交草稿 Submit a draft",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def submit_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: NoteMaybe
) -> Response:
    """Its form must be complete now."""
    done = await recording.submit(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/confirm",
    operation_id="confirm_request",
    summary="企业确认代录 Confirm what was filed for us",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def confirm_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: NoteMaybe
) -> Response:
    """By the enterprise, of what a cadre or the desk filed for it."""
    done = await judging.confirm(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/accept",
    operation_id="accept_request",
    summary="受理 Accept",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def accept_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: AcceptMaybe
) -> Response:
    """The desk settles type, item, urgency and confidentiality."""
    done = await triage.accept(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/ask-info",
    operation_id="ask_request_info",
    summary="要求补正 Ask for information",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def ask_request_info(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: WithReason
) -> Response:
    """Once, and for everything that is missing; nobody's clock runs but the enterprise's."""
    done = await triage.ask_info(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/provide-info",
    operation_id="provide_request_info",
    summary="补充材料 Provide information",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def provide_request_info(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: ProvideInfo
) -> Response:
    """By the enterprise, or by who filed for it."""
    done = await triage.provide_info(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/decline",
    operation_id="decline_request",
    summary="不予受理 Decline",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def decline_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: DeclineMaybe
) -> Response:
    """One person proposes with a reason and the lawful channel, a second one confirms with an empty body."""
    done = await triage.decline(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/dispatch",
    operation_id="dispatch_request",
    summary="派单 Dispatch",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def dispatch_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: DispatchMaybe
) -> Response:
    """To one lead unit, with others to help. The promise is frozen and the clock starts."""
    done = await triage.dispatch(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/sign",
    operation_id="sign_request",
    summary="签收 Sign for",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def sign_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: SignMaybe
) -> Response:
    """The unit takes it over; the clock has been running since dispatch."""
    done = await handling.sign(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/assign",
    operation_id="assign_request",
    summary="指定承办人 Assign",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def assign_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: Assign
) -> Response:
    """To a handler of the unit."""
    done = await handling.assign(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/record-contact",
    operation_id="record_request_contact",
    summary="登记联系 Record a contact",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def record_request_contact(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: RecordContact
) -> Response:
    """The first time is kept as the unit's response."""
    done = await handling.record_contact(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/submit-result",
    operation_id="submit_request_result",
    summary="提交办理结果 Submit the result",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def submit_request_result(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: SubmitResult
) -> Response:
    """For two offices to review; the enterprise reads it afterwards."""
    done = await handling.submit_result(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/approve-result",
    operation_id="approve_request_result",
    summary="审核通过 Approve the result",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def approve_request_result(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: NoteMaybe
) -> Response:
    """First the unit's approver, then the desk, which gives it to the enterprise."""
    done = await handling.approve_result(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/send-back",
    operation_id="send_request_back",
    summary="退回 Send back",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def send_request_back(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: WithReason
) -> Response:
    """The result is not good enough; the unit goes on, its time running."""
    done = await handling.send_back(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/rate",
    operation_id="rate_request",
    summary="评价 Rate",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def rate_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: Rate
) -> Response:
    """Five grades, and solved or not. Silence is never taken for satisfaction."""
    done = await judging.rate(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/redo",
    operation_id="redo_request",
    summary="重办 Order a redo",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def redo_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: WithReason
) -> Response:
    """Twice at most, each within half the limit that was promised."""
    done = await judging.redo(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)


@router.post(
    "/withdraw",
    operation_id="withdraw_request",
    summary="撤单 Withdraw",
    response_model=RequestRead,
    responses=_REFUSALS,
)
async def withdraw_request(
    request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch, said: NoteMaybe
) -> Response:
    """By the enterprise alone."""
    done = await judging.withdraw(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, done.id, work.now)
