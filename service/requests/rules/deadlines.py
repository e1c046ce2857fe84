"""When each step is due, when its light turns, and what a promise is: pure, over a calendar and limits.

Domain reference §1.2, §1.7, §2.3: the handling clock starts at dispatch, not at signing; a redo has half the
original limit, at least two working days; limits themselves are data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from service.kit.calendar import Calendar, Limit, LimitUnit
from service.kit.labels import Labelled
from service.requests.rules.lifecycle import WAITING, Stage, Status
from service.requests.rules.words import Light


class StepName(Labelled):
    """The steps whose limit is a row of `step_limits`."""

    ACCEPT = "accept", "受理", "Accept"
    PROVIDE_INFO = "provide_info", "企业补正", "Information from the enterprise"
    DISPATCH = "dispatch", "派单", "Dispatch"
    SIGN = "sign", "签收", "Sign for"
    REVIEW_BY_UNIT = "review_by_unit", "承办单位审核", "Review by the unit"
    REVIEW_BY_DESK = "review_by_desk", "专班审核", "Review by the desk"
    RATE = "rate", "回访评价", "Rating"


STEP_OF: dict[tuple[Status, Stage | None], StepName] = {
    (Status.SUBMITTED, None): StepName.ACCEPT,
    (Status.SUBMITTED, Stage.SECOND_PERSON): StepName.ACCEPT,
    (Status.NEED_INFO, None): StepName.PROVIDE_INFO,
    (Status.NEED_INFO, Stage.SECOND_PERSON): StepName.PROVIDE_INFO,
    (Status.TO_DISPATCH, None): StepName.DISPATCH,
    (Status.TO_SIGN, None): StepName.SIGN,
    (Status.CLOSE_REVIEW, Stage.BY_UNIT): StepName.REVIEW_BY_UNIT,
    (Status.CLOSE_REVIEW, Stage.BY_DESK): StepName.REVIEW_BY_DESK,
    (Status.CALLBACK, None): StepName.RATE,
}

Limits = Mapping[StepName, Limit]

_EARLY = Fraction(4, 5)
_EARLY_TO_SIGN = Fraction(1, 2)


@dataclass(frozen=True)
class StepDue:
    """When the present step is due, and from when on its light is yellow."""

    at: datetime
    yellow_at: datetime
    is_provisional: bool = False
    """Days were counted whose official calendar is not known yet."""


def step_due(step: StepName, calendar: Calendar, limits: Limits, started_at: datetime) -> StepDue:
    """The due time of a step that began at `started_at`."""
    limit = limits[step]
    due = calendar.due(started_at, limit)
    share = _EARLY_TO_SIGN if step is StepName.SIGN else _EARLY
    yellow_at = turns_yellow(calendar, limit, started_at, due.at, share)
    return StepDue(due.at, yellow_at, due.provisional)


def handling_due(calendar: Calendar, limit: Limit, dispatched_at: datetime) -> StepDue:
    """The due time of handling: the promised limit, counted from dispatch."""
    due = calendar.due(dispatched_at, limit)
    return StepDue(due.at, turns_yellow(calendar, limit, dispatched_at, due.at), due.provisional)


def turns_yellow(
    calendar: Calendar,
    limit: Limit,
    started_at: datetime,
    due_at: datetime,
    share: Fraction = _EARLY,
) -> datetime:
    """From when on the light is yellow: one working day is left, or this share of the net time is used.

    A limit of a single day goes by the share alone, or its light would never be green; so does one in hours.
    Natural limits run by the clock on the wall.
    """
    working = calendar.working_time_between(started_at, due_at)
    if limit.unit in _NATURAL or not working:
        return started_at + (due_at - started_at) * share.numerator / share.denominator
    used = working * share.numerator / share.denominator
    if limit.unit is not LimitUnit.WORKING_HOURS and limit.amount > 1:
        used = min(used, working - calendar.office.day)
    if used <= timedelta():
        return started_at
    return calendar.add_working_hours(started_at, used).at


_NATURAL = frozenset({LimitUnit.NATURAL_HOURS, LimitUnit.MINUTES})


def redo_limit(promised: Limit) -> Limit:
    """The limit of a redo: half the promised one rounded up, at least two working days.

    Limits in hours are for emergencies and are only halved.
    """
    half = (promised.amount + 1) // 2
    if promised.unit is LimitUnit.WORKING_DAYS:
        return Limit(max(half, 2), promised.unit)
    if promised.unit is LimitUnit.NATURAL_DAYS:
        return Limit(max(half, 4), promised.unit)
    return Limit(half, promised.unit)


def light(status: Status, now: datetime, due: StepDue | None) -> Light:
    """How the step that is due stands at this moment."""
    if due is None or status in WAITING:
        return Light.GREY
    if now > due.at:
        return Light.RED
    return Light.YELLOW if now >= due.yellow_at else Light.GREEN
