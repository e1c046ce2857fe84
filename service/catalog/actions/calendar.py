"""Changing the calendar: single days, a year's schedule, and the office hours."""

from datetime import date
from itertools import pairwise

from sqlmodel import col, delete, or_, select

from service.catalog import kinds
from service.catalog.actions.books import close_book, open_book, record
from service.catalog.models import CalendarYear, OfficeHoursSpan, Workday
from service.catalog.rules.faults import Fault, refuse
from service.catalog.rules.schedules import Holiday, schedule_faults, scheduled_days
from service.catalog.rules.words import Book
from service.catalog.schemas.calendar import DaySet, OfficeHoursSet, ScheduleSet
from service.kit.database import UnitOfWork
from service.organizations.actor import Actor, require
from service.organizations.rules import Permission


async def set_day(work: UnitOfWork, actor: Actor, day: date, said: DaySet, expected: int | None) -> None:
    """Say of one day whether it is worked, whatever the official schedule says."""
    require(work, actor, Permission.CATALOG_MANAGE)
    book = await open_book(work, Book.CALENDAR, expected)
    await work.merge(Workday(day=day, **said.model_dump(), schedule_year=None, updated_at=work.now))
    await close_book(work, book)
    facts = {"is_workday": said.is_workday, "is_confirmed": said.is_confirmed}
    await record(work, kinds.DAY_SET, book, actor, day=day.isoformat(), **facts)


async def enter_schedule(
    work: UnitOfWork, actor: Actor, year: int, said: ScheduleSet, expected: int | None
) -> None:
    """Enter a year's official schedule, in place of the one entered before.

    Days that the district has confirmed by itself stay as they are; what was only expected gives way. Where
    the schedules of two years name the same day, that of the later year holds.
    """
    require(work, actor, Permission.CATALOG_MANAGE)
    holidays = [Holiday(rest.name, rest.first, rest.last) for rest in said.holidays]
    refuse(schedule_faults(year, holidays, said.worked_weekends), "body")
    book = await open_book(work, Book.CALENDAR, expected)
    await work.merge(CalendarYear(year=year, source=said.source, updated_at=work.now))
    await work.flush()
    days = {scheduled.day: scheduled for scheduled in scheduled_days(holidays, said.worked_weekends)}
    replaced = or_(
        col(Workday.schedule_year) == year,
        col(Workday.day).between(date(year, 1, 1), date(year, 12, 31)) & ~col(Workday.is_confirmed),
        col(Workday.day).in_(days) & or_(~col(Workday.is_confirmed), col(Workday.schedule_year) < year),
    )
    await work.exec(delete(Workday).where(replaced))
    kept = set(await work.exec(select(col(Workday.day)).where(col(Workday.day).in_(days))))
    work.add_all(
        Workday(
            day=day,
            is_workday=scheduled.is_workday,
            is_confirmed=True,
            source=said.source,
            name=scheduled.name,
            schedule_year=year,
            updated_at=work.now,
        )
        for day, scheduled in days.items()
        if day not in kept
    )
    first_day = min(*days, date(year, 1, 1))
    await close_book(work, book)
    await record(work, kinds.SCHEDULE_ENTERED, book, actor, year=year, from_day=first_day.isoformat())


async def set_office_hours(
    work: UnitOfWork, actor: Actor, said: OfficeHoursSet, expected: int | None
) -> None:
    """Say when offices are open on a working day."""
    require(work, actor, Permission.CATALOG_MANAGE)
    edges = [edge for span in said.spans for edge in (span.opens_at, span.closes_at)]
    if any(b <= a for a, b in pairwise(edges)):
        refuse([_NOT_IN_ORDER], "body")
    book = await open_book(work, Book.CALENDAR, expected)
    await work.exec(delete(OfficeHoursSpan))
    work.add_all(OfficeHoursSpan(opens_at=span.opens_at, closes_at=span.closes_at) for span in said.spans)
    spans = [f"{span.opens_at:%H:%M}-{span.closes_at:%H:%M}" for span in said.spans]
    await close_book(work, book)
    await record(work, kinds.OFFICE_HOURS_SET, book, actor, spans=spans)


_NOT_IN_ORDER = Fault(
    ("spans",),
    "spans_not_in_order",
    "各时段应按先后排列、互不相接。",
    "The spans must be in order, none touching the next.",
)
