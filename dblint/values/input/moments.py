"""Input of dates, timestamps and times, the way PostgreSQL's own parser goes, under every order of day and month."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from dblint.values.input.refusal import RefusedInputError, UnclearInputError, shown
from dblint.values.input.time_words import (
    ABBREVIATIONS,
    AREAS,
    MONTHS,
    WORDS,
    ZONES,
    bad_format,
    fields,
    overflow,
)

Order = Literal["MDY", "DMY", "YMD"]
_ORDERS: tuple[Order, ...] = ("MDY", "DMY", "YMD")
_ROOM = 129
_DATE = frozenset({"year", "month", "day"})
_TIME = frozenset({"hour", "minute", "second"})
_INTEGER = re.compile(r"[+-]?[0-9]*")
_PART = re.compile("[^0-9a-z]*([0-9]+|[a-z]+)")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LARGEST_YEAR = {"date": 5874897, "timestamp": 294276}
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: a date, a time, a zone (seconds east of UTC), or a word for a point of time.

    ``zone`` is ``named`` where a name stands for it; ``special`` is ``now``, ``today``, ``infinity`` and kin.
    Years before Christ count down from 0.
    """

    year: int | None = None
    month: int = 1
    day: int = 1
    microseconds: int = 0
    zone: int | str | None = None
    special: str | None = None

    @property
    def point(self) -> tuple[int, int] | None:
        """Days and microseconds that order readings of one kind; None for what only the clock or a zone tells."""
        if self.special is not None or self.year is None:
            return None
        return (day_number(self.year, self.month, self.day), self.microseconds)


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1 March of the year 0."""
    years = year - (month <= 2)
    return 365 * years + years // 4 - years // 100 + years // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 1


def read_moment(text: str, name: str) -> Reading:
    """A ``date``, a ``timestamp``, a ``time`` or kin of these by the name of the type."""
    results: list[Reading | RefusedInputError] = []
    for order in _ORDERS:
        try:
            results.append(_Parser(text, name, order).read())
        except RefusedInputError as error:
            why = f"`{shown(text)}` is no {name}"
            results.append(RefusedInputError(error.code, f"{why}: a field is out of range" if _far(error) else why))
    refused = [one for one in results if isinstance(one, RefusedInputError)]
    if len(refused) == len(results):
        raise refused[0]
    first = results[0]
    if refused or isinstance(first, RefusedInputError) or any(one != first for one in results):
        # A server's DateStyle decides; what its first order reads is the value all the same.
        if isinstance(first, RefusedInputError):
            raise UnclearInputError
        return Reading(special="by style")
    return first


def _far(error: RefusedInputError) -> bool:
    return error.code == "22008"


class _Parser:
    """One reading of a text in one order of day and month."""

    def __init__(self, text: str, name: str, order: Order) -> None:
        self._name = name
        self._order = order
        self._is_time = name.startswith("time ")
        self._fields = fields(text, _ROOM)
        self._seen: set[str] = set()
        self._values: dict[str, int] = {}
        self._label: str | None = None
        self._text_month = self._two_digits = self._julian = self._bc = False
        self._half: str | None = None
        self._special: str | None = None
        self._zone: int | str | None = None
        self._microseconds = 0
        self._unclear = self._fixed_zone = False

    def read(self) -> Reading:
        for index, field in enumerate(self._fields):
            fresh = self._readers[field.kind](self, field.text, index)
            if fresh is None:
                continue
            if fresh & self._seen:
                raise bad_format()
            self._seen |= fresh
        if self._label is not None:
            raise bad_format()
        found = self._timed() if self._is_time else self._dated()
        if self._unclear:
            raise UnclearInputError
        return found

    # The ends.

    def _dated(self) -> Reading:
        if self._special in ("epoch", "infinity", "+infinity", "-infinity"):
            return Reading(special=self._special)
        self._validate()
        self._halve()
        if not self._seen >= _DATE or ("dstmod" in self._seen and "zone" not in self._seen):
            raise bad_format()
        if self._special is not None:
            return Reading(special=self._special)
        year = self._values["year"]
        kind = "date" if self._name == "date" else "timestamp"
        if year > _LARGEST_YEAR[kind] or year < -4713:
            raise overflow()
        if year == -4713 and (self._values["month"], self._values["day"]) < (11, 24):
            if self._clock():
                raise UnclearInputError  # A time of more than a day may lead to the first day there is.
            raise overflow()
        return Reading(year, self._values["month"], self._values["day"], self._clock(), self._zone)

    def _timed(self) -> Reading:
        if self._special is not None:
            return Reading(special=self._special)
        self._validate()
        self._halve()
        self._check_time()
        if not self._seen >= _TIME:
            raise bad_format()
        if "dstmod" in self._seen and "zone" not in self._seen:
            raise bad_format()
        if self._zone == "named" and not self._seen >= _DATE and not self._fixed_zone:
            raise bad_format()  # A zone with summer time wants a date.
        return Reading(None, 1, 1, self._clock(), self._zone)

    def _clock(self) -> int:
        hour, minute, second = (self._values.get(part, 0) for part in ("hour", "minute", "second"))
        return ((hour * 60 + minute) * 60 + second) * 1_000_000 + self._microseconds

    def _check_time(self) -> None:
        hour, minute, second = (self._values.get(part, 0) for part in ("hour", "minute", "second"))
        if hour > 24 or minute > 59 or second > 60 or self._clock() > _DAY:
            raise overflow()

    def _halve(self) -> None:
        hour = self._values.get("hour", 0)
        if self._half is None:
            return
        if hour > 12:
            raise overflow()
        if self._half == "am" and hour == 12:
            self._values["hour"] = 0
        elif self._half == "pm" and hour != 12:
            self._values["hour"] = hour + 12

    def _validate(self) -> None:
        values = self._values
        if "year" in self._seen and not self._julian and "year" in values:
            values["year"] = self._full_year(values["year"])
        if "yearday" in self._seen:
            self._from_yearday(values["yearday"])
        if "month" in self._seen and "month" in values and not 1 <= values["month"] <= 12:
            raise overflow()
        if "day" in self._seen and "day" in values and not 1 <= values["day"] <= 31:
            raise overflow()
        if self._seen >= _DATE and values.keys() >= _DATE:
            leap = values["month"] == 2 and _is_leap(values["year"])
            if values["day"] > _DAYS[values["month"] - 1] + leap:
                raise overflow()

    def _full_year(self, year: int) -> int:
        if self._bc:
            if year <= 0:
                raise overflow()
            return 1 - year
        if self._two_digits:
            return year + 2000 if year < 70 else year + 1900
        if year <= 0:
            raise overflow()
        return year

    def _from_yearday(self, count: int) -> None:
        if self._values["year"] > _LARGEST_YEAR["date"]:
            raise UnclearInputError  # The server's own count runs over.
        month = 1
        while month < 12 and count > (length := _DAYS[month - 1] + (month == 2 and _is_leap(self._values["year"]))):
            count -= length
            month += 1
        if month == 12 and count > 31:
            self._values["year"] += 1
            month, count = 1, count - 31
        self._values |= {"month": month, "day": count}

    # The fields.

    def _read_date(self, text: str, index: int) -> set[str]:
        if self._label == "julian":
            return self._julian_with_zone(text)
        if self._is_time:
            return self._date_of_time(text, index)
        if self._label is None and not self._seen >= {"month", "day"}:
            return self._date(text)
        if text[0].isdigit() or self._label is not None:
            if self._label not in (None, "isotime") or self._seen >= _TIME or "-" not in text:
                raise bad_format()
            self._label = None
            clock, _, zone = text.partition("-")
            self._zone = _offset(f"-{zone}")
            return self._run_together(clock, self._seen) | {"zone"}
        return self._named_zone(text)

    def _date_of_time(self, text: str, index: int) -> set[str]:
        following = self._fields[1].kind if len(self._fields) > 1 else None
        if index == 0 and following is not None and (self._fields[-1].kind == "date" or following == "time"):
            return self._date(text)
        if not text[0].isdigit():
            return self._named_zone(text)
        if self._seen >= _TIME or "-" not in text:
            raise bad_format()
        clock, _, zone = text.partition("-")
        self._zone = _offset(f"-{zone}")
        return self._run_together(clock, self._seen | _DATE) | {"zone"}

    def _julian_with_zone(self, text: str) -> set[str]:
        number, end = _integer(text)
        self._label = None
        self._set_julian(number)
        self._zone = _offset(text[end:])
        return {*_DATE, *_TIME, "zone"}

    def _set_julian(self, number: int) -> None:
        if number < 0:
            raise overflow()
        self._julian = True
        self._values |= _from_julian(number)

    def _read_time(self, text: str, index: int) -> set[str]:
        if self._label is not None:
            if self._label != "isotime":
                raise bad_format()
            self._label = None
        hour, minute, second, self._microseconds = clock(text)
        self._values |= {"hour": hour, "minute": minute, "second": second}
        self._check_time()
        return set(_TIME)

    def _read_zone(self, text: str, index: int) -> set[str]:
        self._zone = _offset(text)
        return {"zone"}

    def _read_number(self, text: str, index: int) -> set[str]:
        if self._label is not None:
            return self._labelled(text)
        if self._is_time:
            return self._number_of_time(text, index)
        has_point = "." in text
        dated, timed = self._seen >= _DATE, self._seen >= _TIME
        if has_point and not self._seen & _DATE:
            return self._date(text)
        if has_point and text.index(".") > 2:
            return self._run_together(text, self._seen)
        if len(text) >= 6 and (not self._seen & _DATE or not self._seen & _TIME) and not (dated and timed):
            return self._run_together(text, self._seen)
        return self._number(text, self._text_month, self._seen)

    def _number_of_time(self, text: str, index: int) -> set[str]:
        seen = self._seen | _DATE
        if "." in text:
            if index == 0 and len(self._fields) >= 2 and self._fields[-1].kind == "date":
                return self._date(text)
            if text.index(".") > 2:
                return self._run_together(text, seen)
            raise bad_format()
        if len(text) > 4:
            return self._run_together(text, seen)
        return self._number(text, False, seen)

    def _labelled(self, text: str) -> set[str]:
        number, end = _integer(text)
        if text[end : end + 1] not in ("", "."):
            raise bad_format()
        label, self._label = self._label, None
        if label == "julian":
            self._set_julian(number)
            return {*_DATE, *_TIME} if text[end : end + 1] == "." else set(_DATE)
        if label != "isotime":
            raise bad_format()
        found = self._run_together(text, self._seen | _DATE)
        if found != _TIME:
            raise bad_format()
        return found

    def _read_word(self, word: str, index: int) -> set[str] | None:
        if word in ABBREVIATIONS:
            self._zone = 0 if word in ("z", "zulu", "utc", "gmt", "ut", "uct") else "abbreviated"
            return {"zone"}
        kind = WORDS.get(word)
        if kind == "ignored":
            return None
        if kind is None:
            return self._named_zone(word)
        return self._words[kind](self, word)

    def _read_reserved(self, word: str) -> set[str]:
        if word == "allballs":
            self._values |= {"hour": 0, "minute": 0, "second": 0}
            self._zone = 0
            return {*_TIME, "zone"}
        if self._is_time and word != "now":
            raise bad_format()
        self._special = word
        if word in ("today", "tomorrow", "yesterday"):
            return set(_DATE)
        return set(_TIME) if self._is_time else {*_DATE, *_TIME, "zone"}

    def _read_month(self, word: str) -> set[str]:
        if self._is_time:
            raise bad_format()
        values = self._values
        fresh = {"month"}
        movable = "month" in self._seen and not self._text_month and "day" not in self._seen
        if movable and 1 <= values["month"] <= 31:
            values["day"] = values["month"]
            fresh = {"day"}
        self._text_month = True
        values["month"] = MONTHS[word]
        return fresh

    def _read_label(self, word: str) -> set[str]:
        if self._label is not None or (word == "t" and not self._is_time and not self._seen >= _DATE):
            raise bad_format()
        self._label = {"unit": "unit", "julian": "julian", "isotime": "isotime"}[WORDS[word]]
        return set()

    def _read_half(self, word: str) -> set[str]:
        self._half = word
        return {"half"}

    def _read_era(self, word: str) -> set[str]:
        self._bc = word == "bc"
        return {"era"}

    def _read_weekday(self, word: str) -> set[str]:
        if self._is_time:
            raise bad_format()
        return {"weekday"}

    def _read_dst(self, word: str) -> set[str]:
        return {"dstmod", "dst"}

    def _named_zone(self, name: str) -> set[str]:
        is_zone = _is_zone(name)
        if is_zone is False:
            raise bad_format() if name.isalpha() else RefusedInputError("22023", "")
        self._unclear = self._unclear or is_zone is None
        self._fixed_zone = "/" not in name or name.startswith("etc/") or any(map(str.isdigit, name))
        self._zone = "named"
        return {"zone"}

    # What the fields share.

    def _date(self, text: str) -> set[str]:
        """Three numbers, or two and the name of a month."""
        seen = set(self._seen)
        fresh: set[str] = set()
        parts = _parts(text)
        named = False
        for part in parts:
            if part.isalpha() and WORDS.get(part) != "ignored":
                if WORDS.get(part) != "month" or "month" in seen:
                    raise bad_format()
                self._values["month"] = MONTHS[part]
                named = True
                seen.add("month")
                fresh.add("month")
        for part in parts:
            if part.isalpha():
                continue
            found = self._number(part, named, seen)
            if found & seen:
                raise bad_format()
            seen |= found
            fresh |= found
        if seen - {"yearday", "zone"} != _DATE:
            raise bad_format()
        return fresh

    def _number(self, text: str, named: bool, seen: set[str]) -> set[str]:
        number, end = _integer(text)
        if end == 0:
            raise bad_format()
        if text[end : end + 1] == ".":
            if end > 2:
                return self._run_together(text, seen | _DATE)
            self._microseconds = _fraction(text[end:])
        elif end < len(text):
            raise bad_format()
        known = seen & _DATE
        if len(text) == 3 and known == {"year"} and 1 <= number <= 366 and "yearday" not in seen:
            self._values["yearday"] = number
            return {"yearday", "month", "day"}
        if known == _DATE:
            return self._run_together(text, seen)
        part = self._part(len(text), number, named, known)
        if part == "year":
            self._two_digits = len(text) <= 2
        return {part}

    def _part(self, length: int, number: int, named: bool, known: set[str]) -> str:
        """Which part of a date a number is, by what is known already."""
        part: str
        if not known:
            part = "year" if length >= 3 or self._order == "YMD" else "day" if self._order == "DMY" else "month"
        elif known == {"month"}:
            part = "day" if not named else "year" if length >= 3 or self._order == "YMD" else "day"
        elif known == {"year", "month"}:
            if named and length >= 3 and self._two_digits:
                # The first number was the day after all.
                self._values["day"] = self._values["year"]
                self._values["year"] = number
                self._two_digits = False
                return "day"
            part = "day"
        elif known in ({"year"}, {"day"}):
            part = "month"
        elif known == {"month", "day"}:
            part = "year"
        else:
            raise bad_format()
        self._values[part] = number
        return part

    def _run_together(self, text: str, seen: set[str]) -> set[str]:
        """``20240131`` or ``101530``."""
        digits, point, fraction = text.partition(".")
        if not digits.isdigit() or not (not fraction or fraction.isdigit()):
            raise bad_format()
        if point:
            self._microseconds = _fraction(f".{fraction}")
        elif not seen >= _DATE and len(digits) >= 6:
            if len(digits) > 12:
                raise overflow()
            self._values |= {"day": int(digits[-2:]), "month": int(digits[-4:-2]), "year": int(digits[:-4])}
            self._two_digits = len(digits) == 6
            return set(_DATE)
        if not seen >= _TIME and len(digits) in (4, 6):
            second = int(digits[4:] or 0)
            self._values |= {"hour": int(digits[:2]), "minute": int(digits[2:4]), "second": second}
            return set(_TIME)
        raise bad_format()

    _readers: dict[str, Callable[[_Parser, str, int], set[str] | None]] = {  # noqa: RUF012
        "date": _read_date,
        "time": _read_time,
        "zone": _read_zone,
        "number": _read_number,
        "string": _read_word,
        "special": _read_word,
    }
    _words: dict[str, Callable[[_Parser, str], set[str]]] = {  # noqa: RUF012
        "reserved": _read_reserved,
        "month": _read_month,
        "unit": _read_label,
        "julian": _read_label,
        "isotime": _read_label,
        "half": _read_half,
        "era": _read_era,
        "weekday": _read_weekday,
        "dst": _read_dst,
    }


def _parts(text: str) -> list[str]:
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


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _integer(text: str) -> tuple[int, int]:
    """The whole number at the beginning of a text, and where it ends; none is 0, as in C."""
    found = _INTEGER.match(text)
    digits = found[0] if found is not None and found[0] not in ("+", "-") else ""
    if len(digits.lstrip("+-0")) > 10 or not -(1 << 31) <= int(digits or 0) < 1 << 31:
        raise overflow()
    return int(digits or 0), len(digits)


def _fraction(text: str) -> int:
    """The microseconds of a text that begins with its point."""
    digits = text[1:]
    if digits and not digits.isdigit():
        raise bad_format()
    exact = Decimal(f"0.{digits[:40] or 0}") * 1_000_000
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def clock(text: str) -> tuple[int, int, int, int]:
    """Hour, minute, second and microseconds of ``10:30``, ``10:30:15.5``, ``30:15.5``."""
    hour, end = _integer(text)
    rest = text[end:]
    if not rest.startswith(":"):
        raise bad_format()
    minute, end = _integer(rest[1:])
    rest = rest[1 + end :]
    second = microseconds = 0
    if rest.startswith("."):
        microseconds = _fraction(rest)
        hour, minute, second = 0, hour, minute
    elif rest.startswith(":"):
        second, end = _integer(rest[1:])
        rest = rest[1 + end :]
        if rest:
            if not rest.startswith("."):
                raise bad_format()
            microseconds = _fraction(rest)
    elif rest:
        raise bad_format()
    if hour < 0 or not 0 <= minute <= 59 or not 0 <= second <= 60:
        raise overflow()
    return hour, minute, second, microseconds


def _offset(text: str) -> int:
    """Seconds east of UTC: ``+02``, ``-0530``, ``+5:30:15``."""
    if text[:1] not in ("+", "-"):
        raise bad_format()
    try:
        hours, end = _integer(text[1:])
        rest = text[1 + end :]
        minutes = seconds = 0
        if rest.startswith(":"):
            minutes, end = _integer(rest[1:])
            rest = rest[1 + end :]
            if rest.startswith(":"):
                seconds, end = _integer(rest[1:])
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


def _is_zone(name: str) -> bool | None:
    """None for what may be a zone: only the server's files tell, or it is a rule as POSIX writes it."""
    if name in ZONES:
        return True
    may_be = "/" in name and name.partition("/")[0] in AREAS
    return None if may_be or (any(char.isdigit() for char in name) and len(name) < 40) else False


def _from_julian(number: int) -> dict[str, int]:
    days = number - 1721120  # Days since 1 March of the year 0.
    era, rest = divmod(days, 146097)
    year_of_era = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    day_of_year = rest - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return {"year": year_of_era + era * 400 + (month <= 2), "month": month, "day": day}
