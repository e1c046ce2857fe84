"""The district's working calendar: its own word on a day, the official schedule, or what is to be expected.

For each day the first of these decides:
1. the district's own row for the day;
2. a year's schedule that was entered: every day it does not name is as the week has it;
3. the schedule as announced by the State Council, which the `holidays` library carries, with the weekends
   that are worked instead;
4. for a year that is not announced yet, Monday to Friday without the statutory holidays as the library
   projects them. Only these days, and own rows marked so, are not confirmed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

import holidays

from service.kit.calendar import Calendar, OfficeHours
from service.kit.labels import Labelled

FIRST_YEAR, LAST_YEAR = 2001, 2099
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)


class DaySource(Labelled):
    """Where it is known from whether a day is worked."""

    OWN = "own", "本区单独设定", "Entered by the district"
    SCHEDULE = "schedule", "已录入的年度安排", "The year's schedule as entered"
    ANNOUNCED = "announced", "国务院办公厅公布的安排", "The announced schedule"
    PROJECTED = "projected", "推算，待公布", "Projected, not announced yet"


@dataclass(frozen=True, slots=True)
class OwnDay:
    """The district's own row for a day."""

    day: date
    is_workday: bool
    is_confirmed: bool
    source: str
    name: str | None = None
    schedule_year: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: whether it is worked, how that is known, and the holiday it belongs to."""

    day: date
    is_workday: bool
    is_confirmed: bool
    source: DaySource
    reference: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The calendar at one revision: days with their sources, and the arithmetic on them.

    `own` are the district's own rows, `years` the entered schedules' years with the documents they come from.
    """

    revision: UUID
    version: int
    own: Mapping[date, OwnDay]
    years: Mapping[int, str]
    arithmetic: Calendar

    @classmethod
    def of(
        cls,
        revision: UUID,
        version: int,
        own: Iterable[OwnDay],
        years: Mapping[int, str],
        office: OfficeHours,
    ) -> "WorkCalendar":
        """The calendar from what the database holds of it."""
        rows = {row.day: row for row in own}
        known = announced_years() | years.keys()

        def is_workday(day: date) -> bool:
            if (row := rows.get(day)) is not None:
                return row.is_workday
            return day.weekday() < 5 if day.year in years else day in _seed()

        def is_confirmed(day: date) -> bool:
            return row.is_confirmed if (row := rows.get(day)) is not None else day.year in known

        arithmetic = Calendar(
            FIRST_DAY, LAST_DAY, is_workday=is_workday, is_confirmed=is_confirmed, office=office
        )
        return cls(revision, version, rows, years, arithmetic)

    def day(self, day: date) -> Day:
        """What is known of a day between `FIRST_DAY` and `LAST_DAY`."""
        is_workday, is_confirmed = self.arithmetic.is_workday(day), self.arithmetic.is_confirmed(day)
        if (row := self.own.get(day)) is not None:
            source = DaySource.OWN if row.schedule_year is None else DaySource.SCHEDULE
            return Day(day, is_workday, is_confirmed, source, row.source, row.name)
        source = self.year_source(day.year)
        name = None if source is DaySource.SCHEDULE else _library().get(day)
        return Day(day, is_workday, is_confirmed, source, self.years.get(day.year), name)

    def year_source(self, year: int) -> DaySource:
        """Where the year's schedule comes from."""
        if year in self.years:
            return DaySource.SCHEDULE
        return DaySource.ANNOUNCED if year in announced_years() else DaySource.PROJECTED


@lru_cache(maxsize=1)
def announced_years() -> frozenset[int]:
    """The years whose schedule the library carries.

    It knows them by the weekends that are worked instead of a holiday: the State Council has named some in
    every year since 2001, and they cannot be projected.
    """
    return frozenset(_library().special_public_holidays)


@lru_cache(maxsize=1)
def _library() -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="zh_CN")


@lru_cache(maxsize=1)
def _seed() -> frozenset[date]:
    """The working days as the library has them."""
    days = map(date.fromordinal, range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1))
    return frozenset(day for day in days if _library().is_working_day(day))
