"""What can happen to the catalog: the kinds of events it records."""

from service.events import Audience, declare

DAY_SET = declare(
    "calendar.day_set",
    "设定某日是否上班",
    "Day set as worked or not",
    audience=Audience.INTERNAL,
    data="day is_workday is_confirmed",
)
SCHEDULE_ENTERED = declare(
    "calendar.schedule_entered",
    "录入年度放假安排",
    "Year's schedule entered",
    audience=Audience.INTERNAL,
    data="year from_day",
)
OFFICE_HOURS_SET = declare(
    "calendar.office_hours_set",
    "设定办公时间",
    "Office hours set",
    audience=Audience.INTERNAL,
    data="spans",
)
