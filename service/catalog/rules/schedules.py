"""A year's official schedule as the State Council announces it: holidays, and weekends that are worked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from service.catalog.rules.faults import Fault

LONGEST_HOLIDAY = 15

#: By law these are holidays in every year: a schedule without one of them is another year's, or mistyped.
STATUTORY = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days of rest in a row, weekends included, with the first and the last."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        return (date.fromordinal(day) for day in range(self.first.toordinal(), self.last.toordinal() + 1))


@dataclass(frozen=True, slots=True)
class ScheduledDay:
    """A day that the schedule names."""

    day: date
    is_workday: bool
    name: str | None = None


def scheduled_days(holidays: Sequence[Holiday], worked: Sequence[date]) -> list[ScheduledDay]:
    """Every day that a sound schedule names."""
    rest = [ScheduledDay(day, False, holiday.name) for holiday in holidays for day in holiday.days()]
    return rest + [ScheduledDay(day, True) for day in worked]


def schedule_faults(year: int, holidays: Sequence[Holiday], worked: Sequence[date]) -> Iterator[Fault]:
    """What is wrong with a schedule; the one for a year may begin in December of the year before."""
    earliest, latest = date(year - 1, 12, 1), date(year, 12, 31)
    resting: set[date] = set()
    for place, holiday in enumerate(holidays):
        if not earliest <= holiday.first <= holiday.last <= latest:
            yield Fault(
                ("holidays", place),
                "outside_year",
                f"应在{year}年内（可自上年12月起），且不早于开始日结束。",
                f"It must lie in {year} (or the December before) and not end before it begins.",
            )
        elif (holiday.last - holiday.first).days >= LONGEST_HOLIDAY:
            yield Fault(
                ("holidays", place),
                "too_long",
                f"一次放假不应超过{LONGEST_HOLIDAY}天。",
                f"A holiday has at most {LONGEST_HOLIDAY} days.",
            )
        elif not resting.isdisjoint(holiday.days()):
            yield Fault(
                ("holidays", place), "overlaps", "与其他假期重叠。", "It overlaps with another holiday."
            )
        else:
            resting.update(holiday.days())
    for place, day in enumerate(worked):
        if not earliest <= day <= latest or day.weekday() < 5 or day in resting or day in worked[:place]:
            yield Fault(
                ("worked_weekends", place),
                "not_a_worked_weekend",
                f"应为{year}年（可自上年12月起）不在假期内的周六或周日，且不重复。",
                f"It must be a Saturday or Sunday of {year} (or the December before) outside the holidays, "
                "named once.",
            )
    missing = [
        day for day in (date(year, *month_and_day) for month_and_day in STATUTORY) if day not in resting
    ]
    if missing:
        listed = "、".join(day.isoformat() for day in missing)
        yield Fault(
            ("holidays",),
            "statutory_holiday_missing",
            f"缺少法定假日：{listed}。",
            f"These are holidays by law: {listed}.",
        )
