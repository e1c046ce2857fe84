"""Days, yearly schedules, office hours, and the calculator of due times."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from service.catalog.rules.workdays import (
    FIRST_DAY,
    FIRST_YEAR,
    LAST_DAY,
    LAST_YEAR,
    Day,
    DaySource,
    WorkCalendar,
)
from service.kit.calendar import Limit, LimitUnit
from service.kit.types import Line, Moment, Schema, TimeOfDay, wrong

LONGEST_STRETCH = 800

CalendarDay = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY, examples=["2026-10-10"])]
ScheduleYear = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR, examples=[2027])]


class OfficeSpan(Schema):
    """Open from, and until."""

    opens_at: TimeOfDay = Field(examples=["09:00:00"])
    closes_at: TimeOfDay = Field(examples=["12:00:00"])


class OfficeHoursSet(Schema):
    """The office hours of a working day, in order."""

    spans: list[OfficeSpan] = Field(min_length=1, max_length=4)

    @classmethod
    def of(cls, calendar: WorkCalendar) -> Self:
        spans = calendar.arithmetic.office.spans
        return cls(spans=[OfficeSpan(opens_at=opens, closes_at=closes) for opens, closes in spans])


class DayRead(Schema):
    """A day of the calendar."""

    day: date = Field(examples=["2026-10-10"])
    is_workday: bool
    is_confirmed: bool = Field(description="Whether that is official; if not, it is to be expected.")
    source: DaySource
    reference: str | None = Field(
        description="The document it comes from.", examples=["国办发明电〔2025〕7号"]
    )
    name: str | None = Field(description="The holiday it belongs to.", examples=["国庆节"])


class CalendarFilter(Schema):
    """From one day up to and with another."""

    from_: CalendarDay = Field(alias="from", examples=["2026-10-01"])
    to: CalendarDay = Field(examples=["2026-10-31"])

    @model_validator(mode="after")
    def _in_order_and_not_too_long(self) -> Self:
        if not 0 <= (self.to - self.from_).days < LONGEST_STRETCH:
            raise wrong(
                "bad_stretch",
                f"to 不能早于 from，且最多{LONGEST_STRETCH}天。",
                f"`to` must not be before `from`, and at most {LONGEST_STRETCH} days are given",
            )
        return self


class CalendarRead(Schema):
    """A stretch of the calendar, with the office hours of its working days."""

    time_zone: str = Field(default="Asia/Shanghai")
    office_hours: list[OfficeSpan]
    working_days: int = Field(description="How many of the days are worked.", examples=[18])
    days: list[DayRead]

    @classmethod
    def of(cls, calendar: WorkCalendar, first: date, last: date) -> Self:
        days = [calendar.day(first + timedelta(days=n)) for n in range((last - first).days + 1)]
        return cls(
            office_hours=OfficeHoursSet.of(calendar).spans,
            working_days=sum(day.is_workday for day in days),
            days=_read(days),
        )


class DaySet(Schema):
    """The district's own word on a day."""

    is_workday: bool
    is_confirmed: bool = Field(default=True, description="False: to be expected, but not official yet.")
    source: Line = Field(description="The document it comes from.", examples=["区政府办通知〔2026〕12号"])
    name: Line | None = Field(default=None, examples=["防汛停工"])


class Holiday(Schema):
    """Days of rest in a row, weekends included, as the official notice writes them."""

    name: Line = Field(examples=["春节"])
    first: CalendarDay = Field(examples=["2027-02-05"])
    last: CalendarDay = Field(examples=["2027-02-11"])


class ScheduleSet(Schema):
    """A year's official schedule: the holidays, and the weekends that are worked instead."""

    source: Line = Field(examples=["国办发明电〔2026〕7号"])
    holidays: list[Holiday] = Field(min_length=3, max_length=20)
    worked_weekends: list[CalendarDay] = Field(default=[], max_length=20, examples=[["2027-02-14"]])


class ScheduleRead(Schema):
    """A year as the calendar has it: what differs from Monday to Friday."""

    year: int = Field(examples=[2027])
    is_confirmed: bool = Field(description="Whether the year's schedule was announced or entered.")
    source: DaySource
    reference: str | None = Field(examples=["国办发明电〔2026〕7号"])
    working_days: int = Field(examples=[248])
    days_of_rest: list[DayRead] = Field(description="From Monday to Friday, but not worked.")
    worked_weekends: list[DayRead]

    @classmethod
    def of(cls, calendar: WorkCalendar, year: int) -> Self:
        january, december = date(year, 1, 1), date(year, 12, 31)
        days = [calendar.day(january + timedelta(days=n)) for n in range((december - january).days + 1)]
        source = calendar.year_source(year)
        return cls(
            year=year,
            is_confirmed=source is not DaySource.PROJECTED,
            source=source,
            reference=calendar.years.get(year),
            working_days=sum(day.is_workday for day in days),
            days_of_rest=_read(day for day in days if day.day.weekday() < 5 and not day.is_workday),
            worked_weekends=_read(day for day in days if day.day.weekday() >= 5 and day.is_workday),
        )


def _read(days: Iterable[Day]) -> list[DayRead]:
    return [DayRead.model_validate(day) for day in days]


class DueQuestion(Schema):
    """A moment, and one limit."""

    from_: Moment = Field(alias="from", examples=["2026-02-13T10:00:00+08:00"])
    working_days: int | None = Field(default=None, ge=1, le=1000, examples=[5])
    working_hours: int | None = Field(default=None, ge=1, le=1000)
    natural_days: int | None = Field(default=None, ge=1, le=1000)
    natural_hours: int | None = Field(default=None, ge=1, le=1000)

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if len(self._given()) != 1:
            raise wrong(
                "one_limit",
                "请给出 working_days、working_hours、natural_days、natural_hours 中的一个。",
                "Give exactly one of working_days, working_hours, natural_days and natural_hours",
            )
        return self

    def limit(self) -> Limit:
        ((unit, amount),) = self._given().items()
        return Limit(amount, unit)

    def _given(self) -> dict[LimitUnit, int]:
        amounts = {
            LimitUnit.WORKING_DAYS: self.working_days,
            LimitUnit.WORKING_HOURS: self.working_hours,
            LimitUnit.NATURAL_DAYS: self.natural_days,
            LimitUnit.NATURAL_HOURS: self.natural_hours,
        }
        return {unit: amount for unit, amount in amounts.items() if amount is not None}


class DueRead(Schema):
    """When the limit ends."""

    due_at: Moment = Field(examples=["2026-02-27T18:00:00+08:00"])
    is_provisional: bool = Field(
        description="Whether a day that was counted is of a year whose schedule is not announced yet."
    )
