"""Dates, times and intervals as far as a constant's text tells; the present is a stretch of time, not a point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
_INTERVAL = re.compile(r"([+-]?\d+)\s*(second|sec|minute|min|hour|day|week|month|mon|year)s?", re.IGNORECASE)
_CLOCK = re.compile(r"([+-]?)(\d{1,3}):(\d\d)(?::(\d\d))?")
_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400, "week": 604800}


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of time between two others; ``exact`` ones are equal to themselves."""

    earliest: datetime
    latest: datetime

    @property
    def exact(self) -> bool:
        return self.earliest == self.latest


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of time between two others: a month has 28 to 31 days."""

    least: timedelta
    most: timedelta


PRESENT = Moment(datetime(2025, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))


def moment(text: str, *, zoned: bool = False) -> Moment | None:
    """A date or timestamp in ISO form.

    Where the text has no zone but the type has one (``zoned``), the server's zone decides: up to 14 hours either way.
    """
    stripped = text.strip()
    if _ISO.fullmatch(stripped) is None:
        return None
    try:
        found = datetime.fromisoformat(stripped)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
        if zoned:
            return Moment(found - timedelta(hours=14), found + timedelta(hours=14))
    elif not zoned:
        found = found.replace(tzinfo=UTC)  # A type without zone ignores the zone of its input.
    return Moment(found, found)


def clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None


def interval(text: str) -> Interval | None:
    """``1 day``, ``-2 hours 30 minutes``, ``18 years``, ``01:30:00``."""
    rest = text.strip()
    least = most = timedelta()
    for found in _INTERVAL.finditer(rest):
        low, high = _length(int(found[1]), found[2].lower())
        least, most = least + low, most + high
    rest = _INTERVAL.sub("", rest).strip()
    if rest:
        found_clock = _CLOCK.fullmatch(rest)
        if found_clock is None:
            return None
        sign = -1 if found_clock[1] == "-" else 1
        seconds = int(found_clock[2]) * 3600 + int(found_clock[3]) * 60 + int(found_clock[4] or 0)
        least, most = least + timedelta(seconds=sign * seconds), most + timedelta(seconds=sign * seconds)
    return Interval(least, most)


def _length(count: int, unit: str) -> tuple[timedelta, timedelta]:
    if unit in _SECONDS:
        exact = timedelta(seconds=count * _SECONDS[unit])
        return exact, exact
    low, high = (365, 366) if unit == "year" else (28, 31)
    bounds = sorted((timedelta(days=count * low), timedelta(days=count * high)))
    return bounds[0], bounds[1]


def shifted(start: Moment, by: Interval, sign: int) -> Moment | None:
    try:
        if sign > 0:
            return Moment(start.earliest + by.least, start.latest + by.most)
        return Moment(start.earliest - by.most, start.latest - by.least)
    except OverflowError:
        return None


def date_of(value: Moment) -> Moment:
    """The moment cut to its day."""
    return Moment(_midnight(value.earliest.date()), _midnight(value.latest.date()))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
