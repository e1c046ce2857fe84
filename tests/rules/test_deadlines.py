"""Due times and lights, on a calendar of plain weeks: Monday to Friday, 9 to 12 and 14 to 18."""

from datetime import date, datetime, timedelta

import pytest

from service.kit.calendar import Calendar, Limit, LimitUnit
from service.kit.clock import LOCAL
from service.requests.rules import deadlines
from service.requests.rules.deadlines import STEP_OF, Course, StepDue, StepName
from service.requests.rules.statuses import OPEN, STAGES, Status
from service.requests.rules.words import Light

PLAIN = Calendar(
    date(2026, 1, 1),
    date(2027, 12, 31),
    is_workday=lambda day: day.weekday() < 5,
    is_confirmed=lambda _: True,
)


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of June 2026; the 1st is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=LOCAL)


def days(amount: int) -> Limit:
    return Limit(amount, LimitUnit.WORKING_DAYS)


LIMITS = {step: days(1) for step in StepName} | {
    StepName.PROVIDE_INFO: days(5),
    StepName.RATE: days(5),
}


def test_handling_is_due_at_close_of_business_of_its_last_day_counted_from_dispatch():
    due = deadlines.handling_due(PLAIN, Course(at(1), days(10)))
    assert due.at == at(15, 18)


@pytest.mark.parametrize(
    ("limit", "yellow"),
    [
        pytest.param(10, at(11, 16, 48), id="10-days-at-80-percent"),
        pytest.param(3, at(3, 18), id="3-days-when-one-day-is-left"),
        pytest.param(1, at(2, 15, 24), id="1-day-at-80-percent"),
    ],
)
def test_the_light_turns_yellow_with_a_day_left_or_four_fifths_used(limit, yellow):
    due = deadlines.handling_due(PLAIN, Course(at(1, 10), days(limit)))
    assert abs(due.yellow_at - yellow) < timedelta(minutes=1), due


def test_signing_turns_yellow_when_half_of_the_time_is_used():
    due = deadlines.step_due(StepName.SIGN, PLAIN, LIMITS, started_at=at(1, 10))
    assert due.at == at(2, 18)
    assert due.yellow_at == at(2, 9, 30)


def test_urgent_limits_run_by_the_clock_on_the_wall():
    urgent = LIMITS | {StepName.SIGN: Limit(30, LimitUnit.MINUTES)}
    due = deadlines.step_due(StepName.SIGN, PLAIN, urgent, started_at=at(6, 23))
    assert due == StepDue(since=at(6, 23), at=at(6, 23, 30), yellow_at=at(6, 23, 15))


@pytest.mark.parametrize(
    ("promised", "redo"),
    [
        (days(10), days(5)),
        (days(15), days(8)),
        (days(3), days(2)),
        (days(1), days(2)),
        (Limit(30, LimitUnit.NATURAL_DAYS), Limit(15, LimitUnit.NATURAL_DAYS)),
        (Limit(24, LimitUnit.NATURAL_HOURS), Limit(12, LimitUnit.NATURAL_HOURS)),
        (Limit(1, LimitUnit.NATURAL_HOURS), Limit(1, LimitUnit.NATURAL_HOURS)),
    ],
    ids=lambda limit: limit.label("en").replace(" ", "-"),
)
def test_a_redo_has_half_the_limit_and_at_least_two_working_days(promised, redo):
    assert deadlines.redo_limit(promised) == redo


@pytest.mark.parametrize(
    ("now", "light"),
    [
        (at(1), Light.GREEN),
        (at(3), Light.YELLOW),
        (at(4, 18), Light.YELLOW),
        (at(4, 18, 1), Light.RED),
    ],
)
def test_the_light_of_the_step_that_is_due(now, light):
    assert deadlines.light(Status.HANDLING, now, StepDue(since=at(1), at=at(4, 18), yellow_at=at(3))) is light


@pytest.mark.parametrize("status", [Status.DRAFT, Status.NEED_INFO, Status.SUSPENDED, Status.CLOSED])
def test_where_no_time_of_ours_runs_the_light_is_grey(status):
    due = None if status in (Status.DRAFT, Status.CLOSED) else StepDue(since=at(1), at=at(1), yellow_at=at(1))
    assert deadlines.light(status, at(9), due) is Light.GREY


def test_every_open_status_has_a_limit_of_its_own_or_the_promise():
    by_promise = {Status.HANDLING}
    not_entered_yet = {Status.RETURN_REVIEW, Status.SUSPENDED}
    for status in set(OPEN) - by_promise - not_entered_yet:
        for stage in STAGES[status]:
            assert (status, stage) in STEP_OF
