"""Working time: which days are worked, and when a limit of working days, hours or plain days ends.

A `Calendar` is an immutable value. It knows nothing of holidays or the database: whoever builds it says which
days are working days and which of them are only expected (`provisional`). People's time is Asia/Shanghai;
moments come in with any offset and go out in UTC.

The rules (domain reference §3.6 and Civil Code art. 201, 203):
- the day on which a limit starts is not counted; a limit of days ends at close of business of its last day;
- a limit of plain days that would end on a day of rest ends on the next working day;
- working hours run inside office hours only, natural hours and minutes round the clock;
- while the clock stands still (`pauses`) nothing is counted, and overlapping pauses count once. A working day
  touched by a pause during office hours is not counted at all; hours are counted exactly.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from service.kit.clock import LOCAL
from service.kit.labels import Labelled, Language

#: From the first moment up to, not including, the second.
Span = tuple[datetime, datetime]


class OutsideCalendarError(ValueError):
    """The calculation leaves the years for which the calendar was made."""


class LimitUnit(Labelled):
    """In what a limit is counted."""

    WORKING_DAYS = "working_days", "个工作日", "working days"
    WORKING_HOURS = "working_hours", "个工作小时", "working hours"
    NATURAL_DAYS = "natural_days", "日", "days"
    NATURAL_HOURS = "natural_hours", "小时", "hours"
    MINUTES = "minutes", "分钟", "minutes"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take, at least 1 of its unit."""

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("A limit is at least 1.")

    def label(self, language: Language) -> str:
        """As people write it: `10个工作日`, `10 working days`."""
        if language == "zh":
            return f"{self.amount}{self.unit.zh}"
        return f"{self.amount} {self.unit.en.removesuffix('s') if self.amount == 1 else self.unit.en}"


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends. `provisional`: the official calendar of a day that was counted is not known yet."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an office is open on a working day: spans in order, none touching the next, none past midnight."""

    spans: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(14), time(18)))

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError("Office hours must be spans in ascending order.")

    @property
    def closing(self) -> time:
        return self.spans[-1][1]

    @property
    def day(self) -> timedelta:
        """The office time of one whole day."""
        return self.passed(time.max)

    def passed(self, at: time) -> timedelta:
        """The office time of a working day that has passed at this time of day."""
        return sum((_gap(opens, min(max(at, opens), closes)) for opens, closes in self.spans), timedelta())

    def after(self, passed: timedelta) -> time:
        """The first time of day at which this much office time (more than none, at most a day) has passed."""
        for opens, closes in self.spans:
            length = _gap(opens, closes)
            if passed <= length:
                return (datetime.combine(date.min, opens) + passed).time()
            passed -= length
        raise ValueError("A day has less office time than that.")


OFFICE_HOURS = OfficeHours()


def merged(pauses: Iterable[Span]) -> list[Span]:
    """The pauses in UTC and in order of time, those that overlap or touch joined, empty ones left out.

    Raises:
        ValueError: a pause ends before it begins.
    """
    joined: list[Span] = []
    for begins, ends in sorted((_utc(begins), _utc(ends)) for begins, ends in pauses):
        if ends < begins:
            raise ValueError("A pause ends before it begins.")
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        elif begins < ends:
            joined.append((begins, ends))
    return joined


class Calendar:
    """The working days from `first` to `last`, and the arithmetic of limits on them.

    Every method raises `OutsideCalendarError` beyond these days, and `ValueError` for a naive datetime.
    """

    def __init__(
        self,
        first: date,
        last: date,
        *,
        is_workday: Callable[[date], bool],
        is_confirmed: Callable[[date], bool],
        office: OfficeHours = OFFICE_HOURS,
    ) -> None:
        days = range(first.toordinal(), last.toordinal() + 1)
        self.first = first
        self.last = last
        self.office = office
        self._workdays = tuple(day for day in days if is_workday(date.fromordinal(day)))
        self._unconfirmed = tuple(day for day in days if not is_confirmed(date.fromordinal(day)))

    # --- days ----------------------------------------------------------------------------------------

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day."""
        return self._worked_before(day) < self._worked_with(day)

    def is_confirmed(self, day: date) -> bool:
        """Whether that is official, and not only expected."""
        return not self._is_provisional(day, day)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """The working days after the day of `start`, up to and with the day of `end`; 0 if there are none."""
        return max(0, self._worked_with(_day(end)) - self._worked_with(_day(start)))

    # --- limits --------------------------------------------------------------------------------------

    def due(self, start: datetime, limit: Limit, pauses: Iterable[Span] = ()) -> Due:
        """When the limit ends that starts at `start`, the pauses not counted."""
        match limit.unit:
            case LimitUnit.WORKING_DAYS:
                return self.add_working_days(start, limit.amount, pauses)
            case LimitUnit.WORKING_HOURS:
                return self.add_working_hours(start, timedelta(hours=limit.amount), pauses)
            case LimitUnit.NATURAL_DAYS:
                return self.add_natural_days(start, limit.amount, pauses)
            case LimitUnit.NATURAL_HOURS:
                return self.add_natural_time(start, timedelta(hours=limit.amount), pauses)
            case LimitUnit.MINUTES:
                return self.add_natural_time(start, timedelta(minutes=limit.amount), pauses)

    def add_working_days(self, start: datetime, days: int, pauses: Iterable[Span] = ()) -> Due:
        """Close of business of the `days`-th working day after the day of `start`."""
        start_day = _day(start)
        counted = self._worked_with(start_day)  # the place of the first day that may count
        place = counted + days - 1
        for pause in merged(pauses):
            lost_from, lost_to = (max(counted, edge) for edge in self._touched(pause))
            if lost_from <= place:
                place += lost_to - lost_from
            counted = lost_to
        last = self._workday(place)
        return Due(self._closing(last), self._is_provisional(start_day + timedelta(days=1), last))

    def add_working_hours(self, start: datetime, length: timedelta, pauses: Iterable[Span] = ()) -> Due:
        """The first moment at which this much office time (more than none) has passed since `start`."""
        begun = self._worked(start)
        target = begun + length
        for pause in merged(pauses):
            lost_from, lost_to = (max(begun, self._worked(edge)) for edge in pause)
            if lost_from < target:
                target += lost_to - lost_from
        place = _ceiling(target, self.office.day) - 1
        last = self._workday(place)
        at = _moment(last, self.office.after(target - place * self.office.day))
        return Due(at, self._is_provisional(_day(start), last))

    def add_natural_days(self, start: datetime, days: int, pauses: Iterable[Span] = ()) -> Due:
        """Close of business `days` days after the day of `start`, or of the next working day if that is none.

        A pause moves the end by as many days as there are midnights in it.
        """
        end = _day(start) + timedelta(days=days)
        for begins, ends in merged(pauses):
            if _day(begins) <= end:
                end += max(timedelta(), _day(ends) - max(_day(start), _day(begins)))
        last = self._workday(self._worked_before(end))
        return Due(self._closing(last), self._is_provisional(end, last))

    def add_natural_time(self, start: datetime, length: timedelta, pauses: Iterable[Span] = ()) -> Due:
        """This long after `start`, by day and by night."""
        begun = _utc(start)
        at = begun + length
        for pause in merged(pauses):
            lost_from, lost_to = (max(begun, edge) for edge in pause)
            if lost_from < at:
                at += lost_to - lost_from
        return Due(at, provisional=False)

    # --- time passed ---------------------------------------------------------------------------------

    def working_time_between(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> timedelta:
        """The office time from `start` to `end` without the pauses; none if `end` is not after `start`."""
        begun, ended = self._worked(start), self._worked(end)
        passed = max(timedelta(), ended - begun)
        for pause in merged(pauses):
            lost_from, lost_to = (min(max(begun, self._worked(edge)), ended) for edge in pause)
            passed -= max(timedelta(), lost_to - lost_from)
        return passed

    # --- inside --------------------------------------------------------------------------------------
    # Working days are numbered by place, from the calendar's first day on. `_worked` gives the office time
    # passed since then; it never falls, so that hours are differences of its values, or its inverse.

    def _worked(self, at: datetime) -> timedelta:
        local = _local(at)
        passed = self.office.passed(local.time()) if self.is_workday(local.date()) else timedelta()
        return self._worked_before(local.date()) * self.office.day + passed

    def _worked_before(self, day: date) -> int:
        return bisect_left(self._workdays, self._ordinal(day))

    def _worked_with(self, day: date) -> int:
        return bisect_right(self._workdays, self._ordinal(day))

    def _workday(self, place: int) -> date:
        if place >= len(self._workdays):
            raise OutsideCalendarError(f"The calendar ends on {self.last}.")
        return date.fromordinal(self._workdays[place])

    def _touched(self, pause: Span) -> tuple[int, int]:
        """The places of the working days that lose office time to the pause: from, and up to but without."""
        lost_from, lost_to = (self._worked(edge) for edge in pause)
        first = lost_from // self.office.day
        return first, first if lost_from == lost_to else _ceiling(lost_to, self.office.day)

    def _is_provisional(self, first: date, last: date) -> bool:
        from_place = bisect_left(self._unconfirmed, self._ordinal(first))
        return from_place < bisect_right(self._unconfirmed, self._ordinal(last))

    def _closing(self, day: date) -> datetime:
        return _moment(day, self.office.closing)

    def _ordinal(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise OutsideCalendarError(f"The calendar covers {self.first} to {self.last}.")
        return day.toordinal()


def _gap(earlier: time, later: time) -> timedelta:
    return max(timedelta(), datetime.combine(date.min, later) - datetime.combine(date.min, earlier))


def _ceiling(time_passed: timedelta, step: timedelta) -> int:
    return -(-time_passed // step)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A moment needs its offset.")
    return at.astimezone(UTC)


def _local(at: datetime) -> datetime:
    return _utc(at).astimezone(LOCAL)


def _day(at: datetime) -> date:
    return _local(at).date()


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LOCAL).astimezone(UTC)
