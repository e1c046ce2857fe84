"""The working calendar: days, yearly schedules, office hours, and a calculator of due times for everybody."""

from typing import Annotated

from fastapi import Query, Request

from service.catalog.actions import calendar as actions
from service.catalog.queries.calendar import due_time, work_calendar
from service.catalog.schemas.calendar import (
    CalendarDay,
    CalendarFilter,
    CalendarRead,
    DayRead,
    DaySet,
    DueQuestion,
    DueRead,
    OfficeHoursSet,
    ScheduleRead,
    ScheduleSet,
    ScheduleYear,
)
from service.kit.database import Reading
from service.kit.errors import Invalid, NotAllowed, PreconditionRequired, Stale, Unauthorized, documented
from service.kit.routing import IfMatchRequired, Router, versioned
from service.organizations.callers import CurrentActor, Reader, Work

router = Router(prefix="/calendar", tags=["calendar"])
READING = documented(Unauthorized, Invalid)
CHANGING = documented(Unauthorized, NotAllowed, Stale, Invalid, PreconditionRequired)


@router.get(
    "",
    operation_id="list_calendar_days",
    summary="工作日历 Days of the calendar",
    responses=READING,
)
async def list_calendar_days(
    request: Request, actor: Reader, reading: Reading, wanted: Annotated[CalendarFilter, Query()]
) -> CalendarRead:
    """Each day from `from` to `to`: whether it is worked, and how that is known."""
    calendar = await work_calendar(reading)
    versioned(request, calendar.version)
    return CalendarRead.of(calendar, wanted.from_, wanted.to)


@router.get(
    "/due",
    operation_id="calculate_due_time",
    summary="期限计算 When a limit ends",
    responses=documented(Invalid),
)
async def calculate_due_time(reading: Reading, asked: Annotated[DueQuestion, Query()]) -> DueRead:
    """When a limit ends that starts at `from`. Anybody may ask; nobody need be signed in."""
    due = due_time(await work_calendar(reading), asked)
    return DueRead(due_at=due.at, is_provisional=due.provisional)


@router.get(
    "/office-hours",
    operation_id="get_office_hours",
    summary="办公时间 The office hours",
    responses=documented(Unauthorized),
)
async def get_office_hours(request: Request, actor: Reader, reading: Reading) -> OfficeHoursSet:
    calendar = await work_calendar(reading)
    versioned(request, calendar.version)
    return OfficeHoursSet.of(calendar)


@router.put(
    "/office-hours",
    operation_id="set_office_hours",
    summary="设定办公时间 Set the office hours",
    responses=CHANGING,
)
async def set_office_hours(
    request: Request, actor: CurrentActor, work: Work, said: OfficeHoursSet, expected: IfMatchRequired
) -> OfficeHoursSet:
    await actions.set_office_hours(work, actor, said, expected)
    calendar = await work_calendar(work)
    versioned(request, calendar.version)
    return OfficeHoursSet.of(calendar)


@router.get(
    "/years/{year}",
    operation_id="get_calendar_year",
    summary="年度安排 A year's schedule",
    responses=READING,
)
async def get_calendar_year(
    request: Request, actor: Reader, reading: Reading, year: ScheduleYear
) -> ScheduleRead:
    """What differs in this year from Monday to Friday, and whether that is official."""
    calendar = await work_calendar(reading)
    versioned(request, calendar.version)
    return ScheduleRead.of(calendar, year)


@router.put(
    "/years/{year}",
    operation_id="enter_calendar_year",
    summary="录入年度放假安排 Enter a year's official schedule",
    responses=CHANGING,
)
async def enter_calendar_year(
    request: Request,
    actor: CurrentActor,
    work: Work,
    year: ScheduleYear,
    said: ScheduleSet,
    expected: IfMatchRequired,
) -> ScheduleRead:
    """The holidays and worked weekends as the State Council announces them; then the year is confirmed.

    Days that the district has confirmed by itself stay as they are.
    """
    await actions.enter_schedule(work, actor, year, said, expected)
    calendar = await work_calendar(work)
    versioned(request, calendar.version)
    return ScheduleRead.of(calendar, year)


@router.get(
    "/{day}",
    operation_id="get_calendar_day",
    summary="某日 A day",
    responses=READING,
)
async def get_calendar_day(request: Request, actor: Reader, reading: Reading, day: CalendarDay) -> DayRead:
    calendar = await work_calendar(reading)
    versioned(request, calendar.version)
    return DayRead.model_validate(calendar.day(day))


@router.put(
    "/{day}",
    operation_id="set_calendar_day",
    summary="设定某日是否上班 Set whether a day is worked",
    responses=CHANGING,
)
async def set_calendar_day(
    request: Request,
    actor: CurrentActor,
    work: Work,
    day: CalendarDay,
    said: DaySet,
    expected: IfMatchRequired,
) -> DayRead:
    """The district's own word on a day: it holds whatever the year's schedule says."""
    await actions.set_day(work, actor, day, said, expected)
    calendar = await work_calendar(work)
    versioned(request, calendar.version)
    return DayRead.model_validate(calendar.day(day))
