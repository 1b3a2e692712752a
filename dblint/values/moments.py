"""Dates, timestamps and intervals as far as a constant's text tells; the present is a stretch of time, not a point."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
_CLOCK_TEXT = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?")
_PART = re.compile(r"([+-]?\d{1,9})(\.\d{1,6})?\s*([a-z]+)", re.IGNORECASE)
_CLOCK = re.compile(r"([+-]?)(\d{1,6}):(\d\d)(?::(\d\d)(\.\d{1,6})?)?")
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_MICROSECONDS = {
    **dict.fromkeys(("microsecond", "microseconds", "us"), 1),
    **dict.fromkeys(("millisecond", "milliseconds", "ms"), 1000),
    **dict.fromkeys(("second", "seconds", "sec", "secs", "s"), _SECOND),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "m"), 60 * _SECOND),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), 3600 * _SECOND),
}
_DAYS = {**dict.fromkeys(("day", "days", "d"), 1), **dict.fromkeys(("week", "weeks", "w"), 7)}
_MONTHS = {
    **dict.fromkeys(("month", "months", "mon", "mons"), 1),
    **dict.fromkeys(("year", "years", "yr", "yrs", "y"), 12),
    **dict.fromkeys(("decade", "decades"), 120),
    **dict.fromkeys(("century", "centuries"), 1200),
}
_ZONES = frozenset({"utc", "gmt", "z", "zulu", "etc/utc", "etc/gmt", "universal"})
WIDEST_ZONE = timedelta(hours=15)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of time between two others; ``exact`` ones are equal to themselves.

    ``local`` is what the clock of the server's zone shows, where that is known and the zone is not.
    """

    earliest: datetime
    latest: datetime
    local: datetime | None = None

    @property
    def exact(self) -> bool:
        return self.earliest == self.latest


@dataclass(frozen=True, slots=True)
class Interval:
    """Months, days and microseconds, which PostgreSQL keeps apart."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    @property
    def length(self) -> int:
        """What intervals are compared by: a month counts 30 days, a day 24 hours."""
        return (self.months * 30 + self.days) * _DAY + self.microseconds

    def scaled(self, factor: int) -> Interval:
        return Interval(self.months * factor, self.days * factor, self.microseconds * factor)

    def plus(self, other: Interval) -> Interval:
        return Interval(self.months + other.months, self.days + other.days, self.microseconds + other.microseconds)


PRESENT = Moment(datetime(2025, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))


def moment(text: str, *, zoned: bool = False) -> Moment | None:
    """A date or timestamp in ISO form.

    Where the text has no zone but the type has one (``zoned``), the server's zone decides: some hours either way.
    """
    stripped = text.strip()
    if _ISO.fullmatch(stripped) is None:
        return None
    try:
        found = datetime.fromisoformat(stripped)
    except ValueError:
        return None
    if found.tzinfo is None:
        return widened(Moment(found.replace(tzinfo=UTC), found.replace(tzinfo=UTC)), zoned)
    if not zoned:
        found = found.replace(tzinfo=UTC)  # A type without zone ignores the zone of its input.
    try:
        return Moment(found.astimezone(UTC), found.astimezone(UTC))
    except OverflowError:
        return None


def widened(value: Moment, zoned: bool = True) -> Moment | None:
    """The moment in a zone that is not known."""
    if not zoned:
        return value
    try:
        local = value.earliest if value.exact else None
        return Moment(value.earliest - WIDEST_ZONE, value.latest + WIDEST_ZONE, local)
    except OverflowError:
        return None


def clock(text: str) -> time | None:
    """A time of day in plain form."""
    stripped = text.strip()
    if _CLOCK_TEXT.fullmatch(stripped) is None:
        return None
    try:
        return time.fromisoformat(stripped)
    except ValueError:
        return None


def interval(text: str) -> Interval | None:
    """``1 day``, ``-2 hours 30 minutes``, ``18 years``, ``01:30:00``; None for what is not read here."""
    rest = text.strip()
    found = Interval()
    read = False
    while rest:
        part = _PART.match(rest) or _CLOCK.match(rest)
        step = None if part is None else _clock_part(part) if part.re is _CLOCK else _unit_part(part)
        if part is None or step is None:
            return None
        found, read, rest = found.plus(step), True, rest[part.end() :].strip()
    return found if read else None


def _clock_part(part: re.Match[str]) -> Interval:
    seconds = int(part[2]) * 3600 + int(part[3]) * 60 + int(part[4] or 0)
    whole = seconds * _SECOND + int((part[5] or ".")[1:].ljust(6, "0"))
    return Interval(microseconds=-whole if part[1] == "-" else whole)


def _unit_part(part: re.Match[str]) -> Interval | None:
    count, unit = int(part[1]), part[3].lower()
    if unit in _MICROSECONDS:
        size = _MICROSECONDS[unit]
        more = int((part[2] or ".")[1:].ljust(6, "0")) * size // _SECOND
        return Interval(microseconds=count * size + (-more if part[1].startswith("-") else more))
    if part[2] is not None:
        return None  # Part of a day or month spills over by rules of its own.
    if unit in _DAYS:
        return Interval(days=count * _DAYS[unit])
    return Interval(months=count * _MONTHS[unit]) if unit in _MONTHS else None


def shifted(start: Moment, by: Interval, *, zoned: bool = False) -> Moment | None:
    """The moment an interval later; with ``zoned`` the server's zone decides how long days and months are."""
    doubt = timedelta()
    if zoned and by.months:
        doubt = timedelta(days=4)
    elif zoned and by.days:
        doubt = timedelta(hours=2)
    try:
        local = None if start.local is None else _shifted(start.local, by)
        return Moment(_shifted(start.earliest, by) - doubt, _shifted(start.latest, by) + doubt, local)
    except (OverflowError, ValueError):
        return None


def _shifted(when: datetime, by: Interval) -> datetime:
    months = when.year * 12 + when.month - 1 + by.months
    year, month = divmod(months, 12)
    day = min(when.day, calendar.monthrange(year, month + 1)[1])
    return when.replace(year=year, month=month + 1, day=day) + timedelta(days=by.days, microseconds=by.microseconds)


def difference(one: Moment, other: Moment) -> Interval | None:
    """``one - other`` in days and time, as timestamps are subtracted; None where either is no exact point."""
    if not (one.exact and other.exact):
        return None
    micros = microseconds_between(one.earliest, other.earliest)
    days = abs(micros) // _DAY * (1 if micros >= 0 else -1)
    return Interval(0, days, micros - days * _DAY)


def microseconds_between(one: datetime, other: datetime) -> int:
    return (one - other) // timedelta(microseconds=1)


def age(one: Moment, other: Moment) -> Interval | None:
    """``age(one, other)``: years, months, days and time between two exact points."""
    if not (one.exact and other.exact):
        return None
    late, early = one.earliest, other.earliest
    return _age(early, late).scaled(-1) if late < early else _age(late, early)


def _age(late: datetime, early: datetime) -> Interval:
    clocks = (datetime.combine(date.min, one.time()) for one in (late, early))
    micros = microseconds_between(*clocks)
    days, months = late.day - early.day, (late.year - early.year) * 12 + late.month - early.month
    if micros < 0:
        micros, days = micros + _DAY, days - 1
    if days < 0:
        days, months = days + calendar.monthrange(early.year, early.month)[1], months - 1
    return Interval(months, days, micros)


def date_of(value: Moment) -> Moment:
    """The moment cut to its day."""
    return Moment(_midnight(value.earliest.date()), _midnight(value.latest.date()))


def at_zone(value: Moment, zone: str) -> Moment | None:
    """A zoned moment as a clock in that zone shows it, or what a clock shows as a zoned moment."""
    found = value if zone.strip().lower() in _ZONES else widened(value)
    return None if found is None else Moment(found.earliest, found.latest)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
