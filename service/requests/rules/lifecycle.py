"""What may happen to a request, when, and by whose permission: one table for anyone to read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypedDict

from service.organizations.rules import Permission
from service.requests.rules.standing import (
    Guard,
    Standing,
    a_second_person,
    not_confirmed_yet,
    redo_of_closed,
    redos_left,
)
from service.requests.rules.statuses import OPEN, STAGES, Stage, Status, Verb


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
class Step:
    """One thing that may happen: where it leads, who may do it, and what it is called afterwards."""

    to: Status | None
    """None: the status and its due time stay."""
    needs: tuple[Permission, ...]
    """Any one of these, held where `HELD_AT` says; none: time alone does it."""
    event: str
    """The kind of event that tells of it; the kind says who may see it."""
    clock: Clock = Clock.RUNS
    to_stage: Stage | None = None
    note: bool = False
    """Whether a reason in words is required."""
    guard: Guard | None = None
    or_to: Status | None = None
    """Where it leads instead, when the action finds it so."""

    def leads_to(self, standing: Standing, *, otherwise: bool = False) -> "Position":
        """The status and stage after the step."""
        if otherwise:
            assert self.or_to is not None
            return {"status": self.or_to, "stage": None}
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


# The unit goes on working whatever it has asked for meanwhile.
for _stage in STAGES[Status.HANDLING]:
    STEPS[Status.HANDLING, Verb.ASSIGN, _stage] = Step(to=None, needs=_SIGNS, event="request.assigned")
    STEPS[Status.HANDLING, Verb.RECORD_CONTACT, _stage] = Step(
        to=None, needs=_HANDLES, event="request.contacted"
    )
    STEPS[Status.HANDLING, Verb.SUBMIT_RESULT, _stage] = Step(
        to=Status.CLOSE_REVIEW, to_stage=Stage.BY_UNIT, needs=_HANDLES, event="request.result_submitted"
    )

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
    """A step that is not possible now, why, and what the asker can do instead."""

    code: str
    zh: str
    en: str
    possible: tuple[Verb, ...]


def row(standing: Standing, verb: Verb) -> Step | None:
    """What the table has for this verb, whether its condition holds or not."""
    return STEPS.get((standing.status, verb, standing.stage))


def step(standing: Standing, verb: Verb, may: Callable[[Step], bool] = lambda _: True) -> Step | Refusal:
    """The step that this verb is for a request standing so, or the reason why it is none.

    A refusal names what else is possible among the steps that the asker `may` take: what others can do now
    could tell what the asker must not know, as a redo tells of a low rating.
    """
    found = row(standing, verb)
    possible = tuple(other for other, what in steps(standing) if may(what))
    if found is None:
        names_zh = "、".join(other.zh for other in possible) or "无"
        names_en = ", ".join(possible) or "none"
        return Refusal(
            "not_possible_now",
            f"诉求当前为“{standing.status.zh}”，不能{verb.zh}；您现在可以：{names_zh}。",
            f"The request is {standing.status}, so {verb} is not possible; you can now: {names_en}.",
            possible,
        )
    if reason := found.guard and found.guard(standing):
        return Refusal(reason.code, reason.zh, reason.en, possible)
    return found


def steps(standing: Standing) -> Iterator[tuple[Verb, Step]]:
    """Everything that can happen to a request standing so, in the order of `Verb`."""
    for verb in Verb:
        found = row(standing, verb)
        if found and not (found.guard and found.guard(standing)):
            yield verb, found


#: Statuses in which no time of the district runs: nothing has begun, or the enterprise has the word.
WAITING = frozenset({Status.DRAFT, Status.SUSPENDED}) | {
    step.to for step in STEPS.values() if step.to and step.clock is Clock.PAUSES
}
