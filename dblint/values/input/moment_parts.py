"""The numbers, clocks and zones inside the text of a moment, and what a calendar makes of them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from dblint.values.input.refusal import RefusedInputError
from dblint.values.input.time_words import AREAS, ZONES, bad_format, overflow

_INTEGER = re.compile(r"[+-]?[0-9]*")
_PART = re.compile("[^0-9a-z]*([0-9]+|[a-z]+)")
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""How long the months are."""


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1 March of the year 0."""
    years = year - (month <= 2)
    return 365 * years + years // 4 - years // 100 + years // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 1


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def from_julian(number: int) -> dict[str, int]:
    days = number - 1721120  # Days since 1 March of the year 0.
    era, rest = divmod(days, 146097)
    year_of_era = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    day_of_year = rest - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return {"year": year_of_era + era * 400 + (month <= 2), "month": month, "day": day}


def parts_of(text: str) -> list[str]:
    """The numbers and words of a date; the one character behind each is skipped, whatever it is."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None:
            raise bad_format()
        parts.append(found[1])
        at = found.end() + 1
    return parts


def integer(text: str) -> tuple[int, int]:
    """The whole number at the beginning of a text, and where it ends; none is 0, as in C."""
    found = _INTEGER.match(text)
    digits = found[0] if found is not None and found[0] not in ("+", "-") else ""
    if len(digits.lstrip("+-0")) > 10 or not -(1 << 31) <= int(digits or 0) < 1 << 31:
        raise overflow()
    return int(digits or 0), len(digits)


def fraction(text: str) -> int:
    """The microseconds of a text that begins with its point."""
    digits = text[1:]
    if digits and not digits.isdigit():
        raise bad_format()
    exact = Decimal(f"0.{digits[:40] or 0}") * 1_000_000
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def clock(text: str) -> tuple[int, int, int, int]:
    """Hour, minute, second and microseconds of ``10:30``, ``10:30:15.5``, ``30:15.5``."""
    hour, end = integer(text)
    rest = text[end:]
    if not rest.startswith(":"):
        raise bad_format()
    minute, end = integer(rest[1:])
    rest = rest[1 + end :]
    second = microseconds = 0
    if rest.startswith("."):
        microseconds = fraction(rest)
        hour, minute, second = 0, hour, minute
    elif rest.startswith(":"):
        second, end = integer(rest[1:])
        rest = rest[1 + end :]
        if rest:
            if not rest.startswith("."):
                raise bad_format()
            microseconds = fraction(rest)
    elif rest:
        raise bad_format()
    if hour < 0 or not 0 <= minute <= 59 or not 0 <= second <= 60:
        raise overflow()
    return hour, minute, second, microseconds


def offset(text: str) -> int:
    """Seconds east of UTC: ``+02``, ``-0530``, ``+5:30:15``."""
    if text[:1] not in ("+", "-"):
        raise bad_format()
    try:
        hours, end = integer(text[1:])
        rest = text[1 + end :]
        minutes = seconds = 0
        if rest.startswith(":"):
            minutes, end = integer(rest[1:])
            rest = rest[1 + end :]
            if rest.startswith(":"):
                seconds, end = integer(rest[1:])
                rest = rest[1 + end :]
        elif not rest and len(text) > 3:
            hours, minutes = divmod(hours, 100)
    except RefusedInputError:
        raise RefusedInputError("22009", "") from None
    if not 0 <= hours <= 15 or not 0 <= minutes <= 59 or not 0 <= seconds <= 59:
        raise RefusedInputError("22009", "")
    if rest:
        raise bad_format()
    size = (hours * 60 + minutes) * 60 + seconds
    return -size if text[0] == "-" else size


def is_zone(name: str) -> bool | None:
    """None for what may be a zone: only the server's files tell, or it is a rule as POSIX writes it."""
    if name in ZONES:
        return True
    may_be = "/" in name and name.partition("/")[0] in AREAS
    return None if may_be or (any(char.isdigit() for char in name) and len(name) < 40) else False
