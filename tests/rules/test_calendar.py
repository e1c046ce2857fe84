"""Working time: known answers, and a slow, obvious model that counts minute by minute and day by day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.kit.calendar import (
    OFFICE_HOURS,
    Calendar,
    Due,
    Limit,
    LimitUnit,
    OfficeHours,
    OutsideCalendarError,
    Span,
    merged,
)
from service.kit.clock import LOCAL

#: Monday to Friday, but Wednesday 9 September is a holiday and Saturday 12 September a working day.
#: Everything from 1 October on is only expected.
SEPTEMBER = Calendar(
    date(2026, 8, 1),
    date(2026, 12, 31),
    is_workday=lambda day: day == date(2026, 9, 12) or (day.weekday() < 5 and day != date(2026, 9, 9)),
    is_confirmed=lambda day: day < date(2026, 10, 1),
)


def at(day: int, clock: str = "10:00", month: int = 9) -> datetime:
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), LOCAL)


def test_a_limit_of_days_does_not_count_its_first_day_and_ends_at_close_of_business() -> None:
    assert SEPTEMBER.add_working_days(at(1, "08:00"), 1) == Due(at(2, "18:00"), provisional=False)
    assert SEPTEMBER.add_working_days(at(1, "23:59"), 1).at == at(2, "18:00")
    assert SEPTEMBER.add_working_days(at(6, "12:00"), 1).at == at(7, "18:00")  # from a Sunday


def test_days_are_those_of_the_district_whatever_offset_the_moment_comes_with() -> None:
    late_on_monday_in_utc = datetime(2026, 8, 31, 16, 30, tzinfo=UTC)  # Tuesday 00:30 in the district
    assert SEPTEMBER.add_working_days(late_on_monday_in_utc, 1).at == at(2, "18:00")


def test_a_moment_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        SEPTEMBER.add_working_days(datetime(2026, 9, 1, 10), 1)  # noqa: DTZ001


def test_a_holiday_is_left_out_and_a_substituted_saturday_counts() -> None:
    assert SEPTEMBER.add_working_days(at(8), 1).at == at(10, "18:00")
    assert SEPTEMBER.add_working_days(at(11), 1).at == at(12, "18:00")


def test_working_hours_run_inside_office_hours_only() -> None:
    assert SEPTEMBER.add_working_hours(at(1, "10:00"), timedelta(hours=2)).at == at(1, "12:00")
    assert SEPTEMBER.add_working_hours(at(1, "11:00"), timedelta(hours=2)).at == at(1, "15:00")
    assert SEPTEMBER.add_working_hours(at(4, "17:30"), timedelta(hours=2)).at == at(7, "10:30")
    assert SEPTEMBER.add_working_hours(at(1, "03:00"), timedelta(minutes=30)).at == at(1, "09:30")


def test_natural_hours_run_through_the_night_and_the_holiday() -> None:
    assert SEPTEMBER.add_natural_time(at(8, "23:00"), timedelta(hours=24)).at == at(9, "23:00")


def test_natural_days_that_end_on_a_day_of_rest_end_on_the_next_working_day() -> None:
    assert SEPTEMBER.add_natural_days(at(2), 5).at == at(7, "18:00")
    assert SEPTEMBER.add_natural_days(at(1), 4).at == at(7, "18:00")  # would be Saturday the 5th
    assert SEPTEMBER.add_natural_days(at(8), 4).at == at(12, "18:00")  # a Saturday on which offices work


@pytest.mark.parametrize(
    ("limit", "ends"),
    [
        (Limit(3, LimitUnit.WORKING_DAYS), at(11, "18:00")),
        (Limit(8, LimitUnit.WORKING_HOURS), at(8, "11:00")),
        (Limit(30, LimitUnit.NATURAL_DAYS), at(7, "18:00", month=10)),
        (Limit(2, LimitUnit.NATURAL_HOURS), at(7, "12:00")),
        (Limit(150, LimitUnit.MINUTES), at(7, "12:30")),
    ],
    ids=lambda value: value.label("en").replace(" ", "-") if isinstance(value, Limit) else "",
)
def test_a_limit_knows_how_it_is_counted(limit: Limit, ends: datetime) -> None:
    assert SEPTEMBER.due(at(7, "10:00"), limit).at == ends


def test_a_limit_reads_as_people_write_it() -> None:
    assert Limit(10, LimitUnit.WORKING_DAYS).label("zh") == "10个工作日"
    assert Limit(10, LimitUnit.WORKING_DAYS).label("en") == "10 working days"
    assert Limit(1, LimitUnit.NATURAL_HOURS).label("en") == "1 hour"


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Limit(0, LimitUnit.WORKING_DAYS)


def test_a_due_time_is_provisional_when_a_day_that_was_counted_is_only_expected() -> None:
    last_official_day = SEPTEMBER.add_working_days(at(29), 1)
    first_expected_day = SEPTEMBER.add_working_days(at(29), 2)
    assert last_official_day == Due(at(30, "18:00"), provisional=False)
    assert first_expected_day == Due(at(1, "18:00", month=10), provisional=True)
    assert SEPTEMBER.add_working_hours(at(30, "17:00"), timedelta(hours=2)).provisional
    assert not SEPTEMBER.add_natural_time(at(30, "17:00"), timedelta(hours=20)).provisional
    assert SEPTEMBER.add_natural_days(at(20), 20).provisional
    assert not SEPTEMBER.is_confirmed(date(2026, 10, 1))


def test_a_working_day_on_which_the_clock_stood_still_is_not_counted() -> None:
    tuesday_afternoon = (at(1, "15:00"), at(1, "16:00"))
    wednesday_an_hour = (at(2, "15:00"), at(2, "16:00"))
    assert SEPTEMBER.add_working_days(at(1), 3, [tuesday_afternoon]).at == at(4, "18:00")
    assert SEPTEMBER.add_working_days(at(1), 3, [wednesday_an_hour]).at == at(7, "18:00")


def test_a_pause_outside_office_hours_costs_nothing() -> None:
    lunch = (at(2, "12:00"), at(2, "14:00"))
    night = (at(2, "18:00"), at(3, "09:00"))
    weekend = (at(4, "18:00"), at(7, "09:00"))
    assert SEPTEMBER.add_working_days(at(1), 5, [lunch, night, weekend]) == SEPTEMBER.add_working_days(
        at(1), 5
    )


def test_overlapping_pauses_count_once() -> None:
    first, second = (at(2, "09:00"), at(3, "18:00")), (at(3, "09:00"), at(4, "18:00"))
    assert merged([second, first]) == [(at(2, "09:00"), at(4, "18:00"))]
    assert SEPTEMBER.add_working_days(at(1), 1, [first, second]).at == at(7, "18:00")


def test_a_pause_after_the_end_changes_nothing_and_one_that_moves_the_end_lets_later_ones_count() -> None:
    thursday, friday = (at(3, "09:00"), at(3, "18:00")), (at(4, "09:00"), at(4, "18:00"))
    assert SEPTEMBER.add_working_days(at(1), 1, [thursday]).at == at(2, "18:00")
    assert SEPTEMBER.add_working_days(at(1), 2, [friday]).at == at(3, "18:00")
    assert SEPTEMBER.add_working_days(at(1), 2, [thursday, friday]).at == at(7, "18:00")


def test_a_pause_moves_hours_by_exactly_what_it_took() -> None:
    pause = (at(1, "11:00"), at(1, "15:00"))  # 2 office hours, 4 natural ones
    assert SEPTEMBER.add_working_hours(at(1, "10:00"), timedelta(hours=3), [pause]).at == at(1, "17:00")
    assert SEPTEMBER.add_natural_time(at(1, "10:00"), timedelta(hours=3), [pause]).at == at(1, "17:00")


def test_a_pause_moves_natural_days_by_the_midnights_in_it() -> None:
    assert SEPTEMBER.add_natural_days(at(1), 7, [(at(2, "23:00"), at(3, "01:00"))]).at == at(10, "18:00")
    assert SEPTEMBER.add_natural_days(at(1), 7, [(at(2, "01:00"), at(2, "23:00"))]).at == at(8, "18:00")


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        merged([(at(2), at(1))])


def test_net_working_time_leaves_out_nights_lunch_and_pauses() -> None:
    assert SEPTEMBER.working_time_between(at(1, "17:00"), at(2, "10:00")) == timedelta(hours=2)
    assert SEPTEMBER.working_time_between(at(4, "17:00"), at(10, "10:00")) == timedelta(hours=16)
    paused = [(at(1, "17:30"), at(2, "09:30"))]
    assert SEPTEMBER.working_time_between(at(1, "17:00"), at(2, "10:00"), paused) == timedelta(hours=1)
    assert SEPTEMBER.working_time_between(at(2), at(1)) == timedelta()


def test_working_days_between_do_not_count_the_first_day() -> None:
    assert SEPTEMBER.working_days_between(at(8), at(8, "23:00")) == 0
    assert SEPTEMBER.working_days_between(at(8), at(10, "00:00")) == 1
    assert SEPTEMBER.working_days_between(at(10), at(8)) == 0


def test_a_limit_beyond_the_calendar_is_refused_rather_than_guessed() -> None:
    with pytest.raises(OutsideCalendarError):
        SEPTEMBER.add_working_days(at(1), 200)
    with pytest.raises(OutsideCalendarError):
        SEPTEMBER.add_working_days(at(31, month=7), 1)
    assert SEPTEMBER.add_working_hours(at(1, "00:00", month=8), timedelta(hours=1)).at == at(3, month=8)


@pytest.mark.parametrize(
    "spans",
    [(), ((time(12), time(9)),), ((time(9), time(12)), (time(12), time(18)))],
    ids=["none", "backwards", "touching"],
)
def test_office_hours_must_be_spans_in_order(spans: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        OfficeHours(spans)


# --- the slow, obvious model -------------------------------------------------------------------------

FIRST, LAST = date(2026, 9, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
MINUTE = timedelta(minutes=1)

workdays = st.sets(st.sampled_from(DAYS), min_size=60)
moments = st.integers(0, 20 * 24 * 60).map(lambda minutes: at(1, "00:00") + minutes * MINUTE)
pauses = st.lists(st.tuples(moments, moments).map(lambda ends: (min(ends), max(ends))), max_size=4)


def calendar_of(worked: set[date]) -> Calendar:
    return Calendar(FIRST, LAST, is_workday=worked.__contains__, is_confirmed=lambda _: True)


def is_office_time(moment: datetime, worked: set[date]) -> bool:
    return moment.date() in worked and any(a <= moment.time() < b for a, b in OFFICE_HOURS.spans)


def is_paused(moment: datetime, paused: list[Span]) -> bool:
    return any(begins <= moment < ends for begins, ends in paused)


def minutes_of(day: date) -> Iterator[datetime]:
    return (datetime.combine(day, time(), LOCAL) + n * MINUTE for n in range(24 * 60))


@settings(max_examples=60, deadline=None)
@given(workdays, moments, st.integers(1, 15), pauses)
def test_working_days_agree_with_counting_day_by_day(
    worked: set[date], start: datetime, days: int, paused: list[Span]
) -> None:
    day, left = start.date(), days
    while left:
        day += timedelta(days=1)
        office = [minute for minute in minutes_of(day) if is_office_time(minute, worked)]
        if office and not any(is_paused(minute, paused) for minute in office):
            left -= 1
    assert calendar_of(worked).add_working_days(start, days, paused).at == datetime.combine(
        day, OFFICE_HOURS.closing, LOCAL
    )


@settings(max_examples=60, deadline=None)
@given(workdays, moments, st.integers(1, 40 * 60), pauses)
def test_working_hours_agree_with_counting_minute_by_minute(
    worked: set[date], start: datetime, minutes: int, paused: list[Span]
) -> None:
    moment, left = start, minutes
    while left:
        if is_office_time(moment, worked) and not is_paused(moment, paused):
            left -= 1
        moment += MINUTE
    assert calendar_of(worked).add_working_hours(start, minutes * MINUTE, paused).at == moment


@settings(max_examples=60, deadline=None)
@given(workdays, moments, moments, pauses)
def test_net_working_time_agrees_with_counting_minute_by_minute(
    worked: set[date], start: datetime, end: datetime, paused: list[Span]
) -> None:
    counted = 0
    moment = start
    while moment < end:
        counted += is_office_time(moment, worked) and not is_paused(moment, paused)
        moment += MINUTE
    assert calendar_of(worked).working_time_between(start, end, paused) == counted * MINUTE


@given(workdays, moments, st.integers(1, 30))
def test_the_days_of_a_limit_are_the_days_between(worked: set[date], start: datetime, days: int) -> None:
    calendar = calendar_of(worked)
    assert calendar.working_days_between(start, calendar.add_working_days(start, days).at) == days


@given(workdays, moments, st.integers(1, 3000), pauses)
def test_the_hours_of_a_limit_are_the_net_time_between(
    worked: set[date], start: datetime, minutes: int, paused: list[Span]
) -> None:
    calendar = calendar_of(worked)
    due = calendar.add_working_hours(start, minutes * MINUTE, paused)
    assert calendar.working_time_between(start, due.at, paused) == minutes * MINUTE
