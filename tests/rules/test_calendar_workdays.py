"""The district's calendar: the test vectors of the domain reference (§3.6), and what decides about a day."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from service.catalog.rules.workdays import DaySource, OwnDay, WorkCalendar, announced_years
from service.kit.calendar import OFFICE_HOURS
from service.kit.clock import LOCAL


def calendar(*own: OwnDay, years: dict[int, str] | None = None) -> WorkCalendar:
    return WorkCalendar.of(UUID(int=0), 1, own, years or {}, OFFICE_HOURS)


SEED = calendar()


def morning(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(10), LOCAL)


def closing(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(18), LOCAL)


@pytest.mark.parametrize(
    ("start", "working_days", "due"),
    [
        pytest.param("2026-02-13", 5, "2026-02-27", id="over the Spring Festival"),
        pytest.param("2026-09-30", 3, "2026-10-10", id="over the National Day, onto a worked Saturday"),
        pytest.param("2026-04-30", 5, "2026-05-11", id="over Labour Day, past a worked Saturday"),
        pytest.param("2026-09-18", 1, "2026-09-20", id="onto a worked Sunday"),
    ],
)
def test_limits_over_holidays_end_where_the_domain_reference_says(
    start: str, working_days: int, due: str
) -> None:
    found = SEED.arithmetic.add_working_days(morning(start), working_days)
    assert (found.at, found.provisional) == (closing(due), False)


def test_a_request_at_a_minute_to_midnight_before_a_worked_saturday_counts_the_saturday() -> None:
    late = datetime(2026, 10, 9, 23, 59, tzinfo=LOCAL)
    assert SEED.arithmetic.add_working_days(late, 1).at == closing("2026-10-10")


def test_the_year_2026_has_248_working_days_and_six_of_them_at_weekends() -> None:
    days = [SEED.day(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)]
    assert sum(day.is_workday for day in days) == 248
    weekends = [day.day for day in days if day.is_workday and day.day.weekday() >= 5]
    assert [f"{day:%m-%d}" for day in weekends] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_a_limit_that_crosses_into_a_year_not_announced_yet_is_provisional() -> None:
    found = SEED.arithmetic.add_working_days(datetime(2090, 12, 20, 10, tzinfo=LOCAL), 15)
    assert found.provisional
    assert found.at.astimezone(LOCAL).year == 2091


def test_a_year_not_announced_yet_has_its_statutory_holidays_and_works_no_weekend() -> None:
    assert max(announced_years()) < 2090
    assert SEED.day(date(2090, 10, 2)).is_workday is False
    assert SEED.day(date(2090, 10, 2)).source is DaySource.PROJECTED
    assert SEED.day(date(2090, 10, 2)).is_confirmed is False
    days = [date(2090, 1, 1) + timedelta(days=n) for n in range(365)]
    assert not any(SEED.arithmetic.is_workday(day) for day in days if day.weekday() >= 5)


def test_every_year_since_2001_up_to_the_last_announced_one_is_known() -> None:
    assert sorted(announced_years()) == list(range(2001, max(announced_years()) + 1))
    assert 2026 in announced_years()
    assert SEED.day(date(2026, 10, 6)).source is DaySource.ANNOUNCED


def test_the_districts_own_word_on_a_day_goes_before_everything() -> None:
    flood = OwnDay(date(2026, 7, 6), False, True, "区政府通知", "防汛停工")
    own = calendar(flood)
    assert own.day(flood.day).is_workday is False
    assert (own.day(flood.day).source, own.day(flood.day).name) == (DaySource.OWN, "防汛停工")
    friday = morning("2026-07-03")
    assert own.arithmetic.add_working_days(friday, 1).at == closing("2026-07-07")


def test_an_own_day_that_is_only_expected_makes_what_counts_it_provisional() -> None:
    rumoured = OwnDay(date(2026, 12, 31), False, False, "预通知")
    own = calendar(rumoured)
    assert own.arithmetic.add_working_days(morning("2026-12-29"), 1).provisional is False
    assert own.arithmetic.add_working_days(morning("2026-12-30"), 1).provisional is True


def test_an_entered_schedule_confirms_its_year_and_replaces_the_projection() -> None:
    spring = [OwnDay(date(2090, 2, 6), False, True, "国办", "春节", 2090)]
    entered = calendar(*spring, years={2090: "国办"})
    assert entered.day(date(2090, 2, 6)).source is DaySource.SCHEDULE
    assert entered.day(date(2090, 2, 6)).name == "春节"
    assert entered.day(date(2090, 2, 8)).source is DaySource.SCHEDULE
    assert entered.day(date(2090, 2, 8)).is_confirmed
    assert entered.day(date(2090, 5, 1)).is_workday is (date(2090, 5, 1).weekday() < 5)
    assert entered.day(date(2091, 1, 2)).is_confirmed is False
