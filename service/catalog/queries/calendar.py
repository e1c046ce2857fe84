"""The working calendar, kept by each process for as long as nobody changes it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from service.catalog.models import CalendarYear, CatalogBook, OfficeHoursSpan, Workday
from service.catalog.rules.words import Book
from service.catalog.rules.workdays import FIRST_YEAR, LAST_YEAR, OwnDay, WorkCalendar
from service.catalog.schemas.calendar import DueQuestion
from service.kit.calendar import Calendar, Due, OfficeHours, OutsideCalendarError
from service.kit.database import Source, connection_of
from service.kit.errors import Invalid

#: Calendars by revision. A revision never comes back, in any database, and the calendar never changes under
#: its revision, so that nothing kept here is ever stale; a few are enough.
_kept: dict[UUID, WorkCalendar] = {}
_AT_MOST = 4


async def calendar(source: Source) -> Calendar:
    """The arithmetic of working time, as the database has it at this moment."""
    return (await work_calendar(source)).arithmetic


async def work_calendar(source: Source) -> WorkCalendar:
    """The working calendar, as the database has it at this moment: one small SELECT unless it has changed."""
    connection = await connection_of(source)
    revision, version = await _revision(connection)
    while revision not in _kept:
        read = await _read(connection, revision, version)
        revision, version = await _revision(connection)
        if read.revision == revision:  # nobody changed it while it was read
            if len(_kept) >= _AT_MOST:
                del _kept[next(iter(_kept))]
            _kept[revision] = read
    return _kept[revision]


def due_time(calendar: WorkCalendar, asked: DueQuestion) -> Due:
    """When the limit ends.

    Raises:
        Invalid: that is not within the years of the calendar.
    """
    try:
        return calendar.arithmetic.due(asked.from_, asked.limit())
    except (OutsideCalendarError, OverflowError) as error:
        raise Invalid.at(
            ("query", "from"),
            "outside_calendar",
            f"工作日历只含{FIRST_YEAR}年至{LAST_YEAR}年。",
            f"The calendar covers the years {FIRST_YEAR} to {LAST_YEAR}.",
        ) from error


async def _revision(connection: AsyncConnection) -> tuple[UUID, int]:
    book = select(col(CatalogBook.revision), col(CatalogBook.version)).where(
        col(CatalogBook.name) == Book.CALENDAR
    )
    row = (await connection.execute(book)).one()
    return row.revision, row.version


async def _read(connection: AsyncConnection, revision: UUID, version: int) -> WorkCalendar:
    days = await connection.execute(
        select(
            col(Workday.day),
            col(Workday.is_workday),
            col(Workday.is_confirmed),
            col(Workday.source),
            col(Workday.name),
            col(Workday.schedule_year),
        )
    )
    years = await connection.execute(select(col(CalendarYear.year), col(CalendarYear.source)))
    spans = await connection.execute(
        select(col(OfficeHoursSpan.opens_at), col(OfficeHoursSpan.closes_at)).order_by(
            col(OfficeHoursSpan.opens_at)
        )
    )
    return WorkCalendar.of(
        revision,
        version,
        own=[OwnDay(*row) for row in days],
        years={row.year: row.source for row in years},
        office=OfficeHours(tuple((row.opens_at, row.closes_at) for row in spans)),
    )
