"""When each step is due, when its light turns, and what a promise is: pure, over a calendar and limits.

Domain reference §1.2, §1.7, §2.3: the handling clock starts at dispatch, not at signing; a redo has half the
original limit, at least two working days; limits themselves are data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from service.kit.calendar import Calendar, Limit, LimitUnit, Span, merged
from service.kit.labels import Labelled
from service.requests.rules.lifecycle import WAITING
from service.requests.rules.statuses import Stage, Status
from service.requests.rules.words import Light


class StepName(Labelled):
    """The steps whose limit is a row of `step_limits`."""

    ACCEPT = "accept", "受理", "Accept"
    PROVIDE_INFO = "provide_info", "企业补正", "Information from the enterprise"
    DISPATCH = "dispatch", "派单", "Dispatch"
    SIGN = "sign", "签收", "Sign for"
    REVIEW_RETURN = "review_return", "退单审核", "Review of a return"
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
    (Status.RETURN_REVIEW, Stage.UNSIGNED): StepName.REVIEW_RETURN,
    (Status.RETURN_REVIEW, Stage.SIGNED): StepName.REVIEW_RETURN,
    (Status.CLOSE_REVIEW, Stage.BY_UNIT): StepName.REVIEW_BY_UNIT,
    (Status.CLOSE_REVIEW, Stage.BY_DESK): StepName.REVIEW_BY_DESK,
    (Status.CALLBACK, None): StepName.RATE,
}

Limits = Mapping[StepName, Limit]

_EARLY = Fraction(4, 5)
_EARLY_TO_SIGN = Fraction(1, 2)


@dataclass(frozen=True)
class StepDue:
    """When a step is due whose time counts `since` then, and from when on its light is yellow."""

    since: datetime
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
    return StepDue(started_at, due.at, yellow_at, due.provisional)


@dataclass(frozen=True)
class Course:
    """All that the due time of handling depends on: how the present round has gone so far.

    Its time counts `since` dispatch, or since the redo was ordered; `extended_by` is in the limit's own unit.
    """

    since: datetime
    limit: Limit
    extended_by: int = 0
    pauses: tuple[Span, ...] = ()


def handling_due(calendar: Calendar, course: Course) -> StepDue:
    """The due time of handling: the limit and its extension, the pauses not counted."""
    limit = Limit(course.limit.amount + course.extended_by, course.limit.unit)
    due = calendar.due(course.since, limit, course.pauses)
    yellow_at = turns_yellow(calendar, limit, course.since, due.at, pauses=course.pauses)
    return StepDue(course.since, due.at, yellow_at, due.provisional)


def turns_yellow(
    calendar: Calendar,
    limit: Limit,
    started_at: datetime,
    due_at: datetime,
    share: Fraction = _EARLY,
    pauses: tuple[Span, ...] = (),
) -> datetime:
    """From when on the light is yellow: one working day is left, or this share of the net time is used.

    A limit of a single day goes by the share alone, or its light would never be green; so does one in hours.
    Natural limits run by the clock on the wall.
    """
    working = calendar.working_time_between(started_at, due_at, pauses)
    if limit.unit in _NATURAL or not working:
        length = due_at - started_at - paused(pauses, started_at, due_at)
        return calendar.add_natural_time(started_at, length * share.numerator / share.denominator, pauses).at
    used = working * share.numerator / share.denominator
    if limit.unit is not LimitUnit.WORKING_HOURS and limit.amount > 1:
        used = min(used, working - calendar.office.day)
    if used <= timedelta():
        return started_at
    return calendar.add_working_hours(started_at, used, pauses).at


def paused(pauses: tuple[Span, ...], start: datetime, end: datetime) -> timedelta:
    """How much of the time between these moments the clock stood still."""
    cut = ((max(begins, start), min(ends, end)) for begins, ends in merged(pauses))
    return sum((ends - begins for begins, ends in cut if begins < ends), timedelta())


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
