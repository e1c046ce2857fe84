"""What may happen to a request, when, and by whose permission: one table for anyone to read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypedDict

from service.kit.labels import Labelled
from service.organizations.rules import Permission


class Status(Labelled):
    """Where a request is on its way."""

    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "待受理", "Submitted"
    NEED_INFO = "need_info", "待补正", "Needs information"
    NOT_ACCEPTED = "not_accepted", "不予受理", "Not accepted"
    TO_DISPATCH = "to_dispatch", "待派单", "To be dispatched"
    TO_SIGN = "to_sign", "待签收", "To be signed for"
    RETURN_REVIEW = "return_review", "退单审核", "Return under review"
    HANDLING = "handling", "办理中", "In handling"
    SUSPENDED = "suspended", "挂起", "Suspended"
    CLOSE_REVIEW = "close_review", "办结审核", "Result under review"
    CALLBACK = "callback", "待回访评价", "Awaiting rating"
    CLOSED = "closed", "已办结", "Closed"
    ARCHIVED = "archived", "已归档", "Archived"
    WITHDRAWN = "withdrawn", "已撤单", "Withdrawn"
    MERGED = "merged", "已并单", "Merged"


class Stage(Labelled):
    """A step inside a status: a second person, or a second office, has yet to agree."""

    SECOND_PERSON = "second_person", "待第二人确认不予受理", "Refusal awaits a second person"
    BY_UNIT = "by_unit", "承办单位审核", "Review by the handling unit"
    BY_DESK = "by_desk", "专班审核", "Review by the dispatch desk"


class Verb(Labelled):
    """What somebody does to a request."""

    SUBMIT = "submit", "提交", "Submit"
    CONFIRM = "confirm", "确认代录", "Confirm what was filed for us"
    ACCEPT = "accept", "受理", "Accept"
    ASK_INFO = "ask-info", "要求补正", "Ask for information"
    PROVIDE_INFO = "provide-info", "补充材料", "Provide information"
    DECLINE = "decline", "不予受理", "Decline"
    DISPATCH = "dispatch", "派单", "Dispatch"
    SIGN = "sign", "签收", "Sign for"
    ASSIGN = "assign", "指定承办人", "Assign"
    RECORD_CONTACT = "record-contact", "登记联系", "Record a contact"
    SUBMIT_RESULT = "submit-result", "提交办理结果", "Submit the result"
    APPROVE_RESULT = "approve-result", "审核通过", "Approve the result"
    SEND_BACK = "send-back", "退回重办", "Send back"
    RATE = "rate", "评价", "Rate"
    REDO = "redo", "发起重办", "Order a redo"
    WITHDRAW = "withdraw", "撤单", "Withdraw"


class Clock(Enum):
    """Whose time runs after a step: the district's, or nobody's because it waits for the enterprise."""

    RUNS = auto()
    PAUSES = auto()
    STOPS = auto()


class Side(Enum):
    """Where a permission must be held to take a step."""

    ENTERPRISE = auto()
    DESK = auto()
    LEAD = auto()


HELD_AT = {
    Permission.REQUESTS_RECORD: Side.ENTERPRISE,
    Permission.REQUESTS_RECORD_FOR_OTHERS: Side.ENTERPRISE,
    Permission.REQUESTS_RATE: Side.ENTERPRISE,
    Permission.REQUESTS_WITHDRAW: Side.ENTERPRISE,
    Permission.REQUESTS_TRIAGE: Side.DESK,
    Permission.REQUESTS_SIGN: Side.LEAD,
    Permission.REQUESTS_HANDLE: Side.LEAD,
    Permission.REQUESTS_APPROVE: Side.LEAD,
}


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of one request and of who asks."""

    status: Status
    stage: Stage | None = None
    round: int = 1
    unconfirmed: bool = False
    """Filed on behalf of an enterprise that has not confirmed it."""
    dissatisfied: bool = False
    """The present round was rated low, or as not solved."""
    proposed_by_asker: bool = False
    """The asker is the one who proposed what a second person must confirm."""


@dataclass(frozen=True)
class Hindrance:
    """Why a step is refused although the table has it."""

    code: str
    zh: str
    en: str


Guard = Callable[[Standing], Hindrance | None]


def a_second_person(standing: Standing) -> Hindrance | None:
    """Nobody confirms their own proposal."""
    if not standing.proposed_by_asker:
        return None
    return Hindrance(
        "second_person_needed",
        "不予受理须由另一名受理人员确认。",
        "Another dispatcher must confirm the refusal that you proposed.",
    )


def not_confirmed_yet(standing: Standing) -> Hindrance | None:
    """Only what was filed for an enterprise is confirmed by it, and once."""
    if standing.unconfirmed:
        return None
    return Hindrance(
        "nothing_to_confirm", "该诉求无需企业确认。", "There is nothing for the enterprise to confirm."
    )


MOST_REDOS = 2


def redos_left(standing: Standing) -> Hindrance | None:
    """A request is redone twice at most."""
    if standing.round <= MOST_REDOS:
        return None
    return Hindrance(
        "too_many_redos",
        f"重办已达{MOST_REDOS}次上限，请转入督办。",
        f"It was redone {MOST_REDOS} times already; hand it to supervision.",
    )


def redo_of_closed(standing: Standing) -> Hindrance | None:
    """A closed request is redone only when its enterprise was dissatisfied, or it was not solved."""
    if standing.dissatisfied:
        return redos_left(standing)
    return Hindrance(
        "satisfied",
        "该诉求未被评为不满意或未解决，不能重办。",
        "It was not rated low or unsolved, so it cannot be redone.",
    )


@dataclass(frozen=True)
class Step:
    """One thing that may happen: where it leads, who may do it, and what it is called afterwards."""

    to: Status | None
    """None: the status and its due time stay."""
    needs: tuple[Permission, ...]
    """Any one of these, held where `HELD_AT` says."""
    event: str
    """The kind of event that tells of it; the kind says who may see it."""
    clock: Clock = Clock.RUNS
    to_stage: Stage | None = None
    note: bool = False
    """Whether a reason in words is required."""
    guard: Guard | None = None

    def leads_to(self, standing: Standing) -> "Position":
        """The status and stage after the step."""
        if self.to is None and self.to_stage is None:
            return {"status": standing.status, "stage": standing.stage}
        return {"status": self.to or standing.status, "stage": self.to_stage}


class Position(TypedDict):
    """A status and the stage inside it."""

    status: Status
    stage: Stage | None


_FILES = (Permission.REQUESTS_RECORD, Permission.REQUESTS_RECORD_FOR_OTHERS)
_FILER = (Permission.REQUESTS_RECORD,)
_DESK = (Permission.REQUESTS_TRIAGE,)
_SIGNS = (Permission.REQUESTS_SIGN,)
_HANDLES = (Permission.REQUESTS_HANDLE,)
_APPROVES = (Permission.REQUESTS_APPROVE,)
_RATES = (Permission.REQUESTS_RATE,)
_WITHDRAWS = (Permission.REQUESTS_WITHDRAW,)

OPEN = (
    Status.SUBMITTED,
    Status.NEED_INFO,
    Status.TO_DISPATCH,
    Status.TO_SIGN,
    Status.RETURN_REVIEW,
    Status.HANDLING,
    Status.SUSPENDED,
    Status.CLOSE_REVIEW,
    Status.CALLBACK,
)
"""Somebody has still to act: each of these has a due time."""

Key = tuple[Status, Verb, Stage | None]

_DECLINE_PROPOSED = Step(
    to=None,
    to_stage=Stage.SECOND_PERSON,
    needs=_DESK,
    event="request.decline_proposed",
)
_DECLINED = Step(
    to=Status.NOT_ACCEPTED, needs=_DESK, clock=Clock.STOPS, event="request.declined", guard=a_second_person
)
_ACCEPTED = Step(to=Status.TO_DISPATCH, needs=_DESK, event="request.accepted")
_INFO_ASKED = Step(
    to=Status.NEED_INFO, needs=_DESK, clock=Clock.PAUSES, event="request.info_asked", note=True
)
_INFO_PROVIDED = Step(to=Status.SUBMITTED, needs=_FILES, event="request.info_provided", note=True)
_SENT_BACK_BY_UNIT = Step(to=Status.HANDLING, needs=_APPROVES, event="request.sent_back_by_unit", note=True)
_SENT_BACK_BY_DESK = Step(to=Status.HANDLING, needs=_DESK, event="request.sent_back", note=True)

STEPS: dict[Key, Step] = {
    (Status.DRAFT, Verb.SUBMIT, None): Step(to=Status.SUBMITTED, needs=_FILES, event="request.submitted"),
    # --- the desk decides whether it is ours -------------------------------------------------------
    (Status.SUBMITTED, Verb.ACCEPT, None): _ACCEPTED,
    (Status.SUBMITTED, Verb.ACCEPT, Stage.SECOND_PERSON): _ACCEPTED,
    (Status.SUBMITTED, Verb.ASK_INFO, None): _INFO_ASKED,
    (Status.SUBMITTED, Verb.ASK_INFO, Stage.SECOND_PERSON): _INFO_ASKED,
    (Status.SUBMITTED, Verb.DECLINE, None): _DECLINE_PROPOSED,
    (Status.SUBMITTED, Verb.DECLINE, Stage.SECOND_PERSON): _DECLINED,
    (Status.NEED_INFO, Verb.PROVIDE_INFO, None): _INFO_PROVIDED,
    (Status.NEED_INFO, Verb.PROVIDE_INFO, Stage.SECOND_PERSON): _INFO_PROVIDED,
    (Status.NEED_INFO, Verb.DECLINE, None): _DECLINE_PROPOSED,
    (Status.NEED_INFO, Verb.DECLINE, Stage.SECOND_PERSON): _DECLINED,
    # --- the desk hands it to a unit, the unit works on it -----------------------------------------
    (Status.TO_DISPATCH, Verb.DISPATCH, None): Step(
        to=Status.TO_SIGN, needs=_DESK, event="request.dispatched"
    ),
    (Status.TO_SIGN, Verb.SIGN, None): Step(to=Status.HANDLING, needs=_SIGNS, event="request.signed"),
    (Status.HANDLING, Verb.ASSIGN, None): Step(to=None, needs=_SIGNS, event="request.assigned"),
    (Status.HANDLING, Verb.RECORD_CONTACT, None): Step(to=None, needs=_HANDLES, event="request.contacted"),
    (Status.HANDLING, Verb.SUBMIT_RESULT, None): Step(
        to=Status.CLOSE_REVIEW,
        to_stage=Stage.BY_UNIT,
        needs=_HANDLES,
        event="request.result_submitted",
    ),
    # --- two offices look at the result: the unit's approver, then the desk ------------------------
    (Status.CLOSE_REVIEW, Verb.APPROVE_RESULT, Stage.BY_UNIT): Step(
        to=Status.CLOSE_REVIEW,
        to_stage=Stage.BY_DESK,
        needs=_APPROVES,
        event="request.result_approved_by_unit",
    ),
    (Status.CLOSE_REVIEW, Verb.APPROVE_RESULT, Stage.BY_DESK): Step(
        to=Status.CALLBACK, needs=_DESK, event="request.result_approved"
    ),
    (Status.CLOSE_REVIEW, Verb.SEND_BACK, Stage.BY_UNIT): _SENT_BACK_BY_UNIT,
    (Status.CLOSE_REVIEW, Verb.SEND_BACK, Stage.BY_DESK): _SENT_BACK_BY_DESK,
    # --- the enterprise judges ---------------------------------------------------------------------
    (Status.CALLBACK, Verb.RATE, None): Step(
        to=Status.CLOSED, needs=_RATES, clock=Clock.STOPS, event="request.rated"
    ),
    (Status.CALLBACK, Verb.REDO, None): Step(
        to=Status.HANDLING, needs=_DESK, event="request.redo_ordered", note=True, guard=redos_left
    ),
    (Status.CLOSED, Verb.REDO, None): Step(
        to=Status.HANDLING, needs=_DESK, event="request.redo_ordered", note=True, guard=redo_of_closed
    ),
}


def _stages(status: Status) -> tuple[Stage | None, ...]:
    """The stages that a request in this status can be in."""
    match status:
        case Status.SUBMITTED | Status.NEED_INFO:
            return (None, Stage.SECOND_PERSON)
        case Status.CLOSE_REVIEW:
            return (Stage.BY_UNIT, Stage.BY_DESK)
        case _:
            return (None,)


STAGES = {status: _stages(status) for status in Status}

# Two verbs belong to the enterprise from its draft to its rating, whatever the others are doing.
for _status in OPEN:
    for _stage in STAGES[_status]:
        STEPS[_status, Verb.CONFIRM, _stage] = Step(
            to=None, needs=_FILER, event="request.confirmed", guard=not_confirmed_yet
        )
for _status in (Status.DRAFT, *OPEN):
    for _stage in STAGES[_status]:
        STEPS[_status, Verb.WITHDRAW, _stage] = Step(
            to=Status.WITHDRAWN, needs=_WITHDRAWS, clock=Clock.STOPS, event="request.withdrawn"
        )


@dataclass(frozen=True)
class Refusal:
    """A step that is not possible now, why, and what is possible instead."""

    code: str
    zh: str
    en: str
    possible: tuple[Verb, ...]


def step(standing: Standing, verb: Verb) -> Step | Refusal:
    """The step that this verb is for a request standing so, or the reason why it is none."""
    found = STEPS.get((standing.status, verb, standing.stage))
    possible = tuple(other for other, _ in steps(standing))
    if found is None:
        names_zh = "、".join(other.zh for other in possible) or "无"
        names_en = ", ".join(possible) or "none"
        return Refusal(
            "not_possible_now",
            f"诉求当前为“{standing.status.zh}”，不能{verb.zh}；现在可以：{names_zh}。",
            f"The request is {standing.status}, so {verb} is not possible; possible now: {names_en}.",
            possible,
        )
    if reason := found.guard and found.guard(standing):
        return Refusal(reason.code, reason.zh, reason.en, possible)
    return found


def steps(standing: Standing) -> Iterator[tuple[Verb, Step]]:
    """Everything that can happen to a request standing so, in the order of `Verb`."""
    for verb in Verb:
        found = STEPS.get((standing.status, verb, standing.stage))
        if found and not (found.guard and found.guard(standing)):
            yield verb, found


#: Statuses in which no time of the district runs: nothing has begun, or the enterprise has the word.
WAITING = frozenset({Status.DRAFT, Status.SUSPENDED}) | {
    step.to for step in STEPS.values() if step.to and step.clock is Clock.PAUSES
}
