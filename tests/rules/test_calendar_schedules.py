"""What is wrong with a year's official schedule as somebody typed it."""

from datetime import date

import pytest

from service.catalog.rules.schedules import Holiday, ScheduledDay, schedule_faults, scheduled_days


def rest(name: str, first: str, last: str) -> Holiday:
    return Holiday(name, date.fromisoformat(first), date.fromisoformat(last))


#: Invented: nobody has announced 2027 yet.
HOLIDAYS = [
    rest("元旦", "2026-12-31", "2027-01-02"),
    rest("春节", "2027-02-05", "2027-02-11"),
    rest("劳动节", "2027-05-01", "2027-05-05"),
    rest("国庆节", "2027-10-01", "2027-10-07"),
]
WORKED = [date(2027, 2, 14), date(2027, 10, 9)]


def found(holidays: list[Holiday], worked: list[date]) -> list[tuple[tuple[str | int, ...], str]]:
    return [(fault.loc, fault.code) for fault in schedule_faults(2027, holidays, worked)]


def test_a_sound_schedule_has_no_fault() -> None:
    assert found(HOLIDAYS, WORKED) == []


def test_a_schedule_names_every_day_of_its_holidays_and_the_worked_weekends() -> None:
    days = scheduled_days(HOLIDAYS[:1], WORKED[:1])
    assert days == [
        ScheduledDay(date(2026, 12, 31), False, "元旦"),
        ScheduledDay(date(2027, 1, 1), False, "元旦"),
        ScheduledDay(date(2027, 1, 2), False, "元旦"),
        ScheduledDay(date(2027, 2, 14), True),
    ]


@pytest.mark.parametrize(
    ("added", "code"),
    [
        (rest("清明", "2026-04-04", "2026-04-06"), "outside_year"),
        (rest("元旦", "2028-01-01", "2028-01-01"), "outside_year"),
        (rest("清明", "2027-04-06", "2027-04-04"), "outside_year"),
        (rest("暑假", "2027-07-01", "2027-08-31"), "too_long"),
        (rest("中秋", "2027-10-07", "2027-10-08"), "overlaps"),
    ],
)
def test_a_holiday_out_of_place_is_named(added: Holiday, code: str) -> None:
    assert found([*HOLIDAYS, added], WORKED) == [(("holidays", 4), code)]


@pytest.mark.parametrize(
    "day",
    [date(2027, 2, 15), date(2026, 2, 14), date(2027, 2, 6), date(2027, 2, 14)],
    ids=["a Monday", "another year", "a holiday", "named twice"],
)
def test_a_worked_weekend_out_of_place_is_named(day: date) -> None:
    assert found(HOLIDAYS, [*WORKED, day]) == [(("worked_weekends", 2), "not_a_worked_weekend")]


def test_a_schedule_without_a_holiday_by_law_is_another_years() -> None:
    assert found([HOLIDAYS[0], HOLIDAYS[1], HOLIDAYS[2]], []) == [
        (("holidays",), "statutory_holiday_missing")
    ]
