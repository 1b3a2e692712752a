"""Input of intervals: PostgreSQL's verbose form, the SQL standard's and ISO 8601's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from dblint.values.input.moment_parts import clock
from dblint.values.input.refusal import RefusedInputError, UnclearInputError, shown
from dblint.values.input.time_words import WORDS, Field, bad_format, fields

_ROOM = 256
_UNITS: dict[str, str] = {
    word: unit
    for unit, words in (
        ("microsecond", "us usec usecs useconds usecond microsecon"),
        ("millisecond", "ms msec msecs msecond mseconds millisecon"),
        ("second", "s sec second seconds secs"),
        ("minute", "m min mins minute minutes"),
        ("hour", "h hour hours hr hrs"),
        ("day", "d day days"),
        ("week", "w week weeks"),
        ("month", "mon mons month months"),
        ("year", "y year years yr yrs"),
        ("decade", "dec decs decade decades"),
        ("century", "c cent century centuries"),
        ("millennium", "mil mils millennia millennium"),
    )
    for word in words.split()
}
_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200, "millennium": 12000}
_DAYS = {"day": 1, "week": 7}
_MICROSECONDS = {
    "microsecond": 1,
    "millisecond": 1000,
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
}
_NUMBER = re.compile(r"(?P<whole>[+-]?[0-9]*)(?:-(?P<months>[0-9]*)|\.(?P<fraction>[0-9]*))?")
_ISO = re.compile(
    r"P(?=.)(?:-?[0-9]*\.?[0-9]*[YMWD])*(?:T(?:-?[0-9]*\.?[0-9]*[HMS])*)?",
)
_ISO_PART = re.compile(r"(?P<number>-?[0-9]*\.?[0-9]*)(?P<unit>[YMWDHS])|(?P<time>T)")


@dataclass(frozen=True, slots=True)
class Length:
    """An interval as PostgreSQL keeps it; ``special`` is an infinity."""

    months: int = 0
    days: int = 0
    microseconds: int = 0
    special: str | None = None


def read_interval(text: str) -> Length:
    try:
        return _Parser(text).read()
    except RefusedInputError as error:
        if error.code == "22007":
            return _read_iso(text)
        raise RefusedInputError(_code(error), f"`{shown(text)}` has a field that no interval holds") from None


def _code(error: RefusedInputError) -> str:
    return "22008" if error.why == "months" else "22015"


class _Parser:
    def __init__(self, text: str) -> None:
        self._fields = fields(text, _ROOM)
        self._unit: str | None = None
        self._waiting = False
        self._seen: set[str] = set()
        self._months = self._days = self._microseconds = Decimal(0)
        self._ago = False
        self._special: str | None = None

    def read(self) -> Length:
        last = len(self._fields) - 1
        for index in range(last, -1, -1):
            fresh = self._field(self._fields[index], is_last=index == last)
            if fresh & self._seen:
                raise bad_format()
            self._seen |= fresh
        if not self._seen or self._waiting:
            raise bad_format()
        if self._special is not None:
            raise UnclearInputError  # Known since PostgreSQL 17.
        return self._length()

    def _length(self) -> Length:
        sign = -1 if self._ago else 1
        return _held(sign * self._months, sign * self._days, sign * self._microseconds)

    def _field(self, field: Field, *, is_last: bool) -> set[str]:
        if field.kind == "time":
            self._microseconds += _clock(field.text)
            self._unit, self._waiting = "day", False
            return {"hour", "minute", "second"}
        if field.kind in ("string", "special"):
            return self._word(field.text, is_last=is_last)
        if field.kind == "zone" and ":" in field.text[1:]:
            try:
                size = _clock(field.text[1:])
            except RefusedInputError:
                pass
            else:
                self._microseconds += -size if field.text[0] == "-" else size
                self._unit, self._waiting = "day", False
                return {"hour", "minute", "second"}
        return self._number(field.text)

    def _word(self, word: str, *, is_last: bool) -> set[str]:
        if self._waiting:
            raise bad_format()
        unit = _UNITS.get(word[:10] if len(word) > 10 and word.rstrip("ds") in ("microsecon", "millisecon") else word)
        if unit is not None:
            self._unit, self._waiting = unit, True
            return set()
        if word == "ago":
            if not is_last:
                raise bad_format()
            self._ago = True
            return set()
        if WORDS.get(word) == "ignored":
            return set()
        if word in ("infinity", "+infinity", "-infinity") and is_last:
            self._special = word
            return {"year", "month", "day", "hour", "minute", "second"}
        raise bad_format()

    def _number(self, text: str) -> set[str]:
        unit = self._unit or "second"
        found = _NUMBER.fullmatch(text)
        if found is None:
            raise bad_format()
        if len(found["whole"].lstrip("+-0")) > 19:
            raise _overflow()
        self._waiting = False
        negative = text.startswith("-")
        if found["months"] is not None:
            if len(found["months"].lstrip("0")) > 2 or int(found["months"] or 0) >= 12:
                raise _overflow()
            months = abs(int(found["whole"] or 0)) * 12 + int(found["months"] or 0)
            self._add(Decimal(-months if negative else months), "month")
            self._unit = "month"
            return {"month"}
        number = Decimal(f"{found['whole'] if found['whole'] not in ('', '+', '-') else 0}.{found['fraction'] or 0}")
        if negative and number > 0:
            number = -number
        self._add(number, unit)
        if unit == "hour":
            self._unit = "day"
        if unit == "second" and found["fraction"]:
            return {"second", "millisecond", "microsecond"}
        return {unit}

    def _add(self, number: Decimal, unit: str) -> None:
        if unit in _MONTHS:
            months = number * _MONTHS[unit]
            whole = int(months)
            self._months += whole
            self._days += (months - whole) * 30
        elif unit in _DAYS:
            self._days += number * _DAYS[unit]
        else:
            self._microseconds += number * _MICROSECONDS[unit]


def _held(months: Decimal, days: Decimal, microseconds: Decimal) -> Length:
    whole_days = int(days)
    microseconds += (days - whole_days) * 86_400_000_000
    found = Length(int(months), whole_days, int(microseconds.to_integral_value()))
    if abs(found.months) >= 1 << 31:
        raise RefusedInputError("22008", "months")
    if abs(found.days) >= 1 << 31 or abs(found.microseconds) >= 1 << 63:
        raise _overflow()
    return found


def _clock(text: str) -> Decimal:
    hour, minute, second, microseconds = clock(text)
    return Decimal(((hour * 60 + minute) * 60 + second) * 1_000_000 + microseconds)


def _overflow() -> RefusedInputError:
    return RefusedInputError("22008", "")


def _read_iso(text: str) -> Length:
    """``P1Y2M3DT4H5M6S``; the alternative form with dashes and colons is left open."""
    if len(text) > 1 and text.startswith("P") and re.fullmatch(r"P[0-9:T.+\-]+", text):
        raise UnclearInputError
    if len(text) > _ROOM or not _ISO.fullmatch(text) or not re.search("[0-9]", text):
        raise RefusedInputError("22007", f"`{shown(text)}` is no interval")
    sums = {"months": Decimal(0), "days": Decimal(0), "microseconds": Decimal(0)}
    in_time = False
    for part in _ISO_PART.finditer(text[1:]):
        if part["time"]:
            in_time = True
            continue
        number = part["number"]
        if number in ("", "-", ".", "-."):
            raise UnclearInputError
        _add_iso(sums, Decimal(number), part["unit"], in_time=in_time)
    try:
        return _held(sums["months"], sums["days"], sums["microseconds"])
    except RefusedInputError as error:
        raise RefusedInputError(_code(error), f"`{shown(text)}` has a field that no interval holds") from None


def _add_iso(sums: dict[str, Decimal], number: Decimal, unit: str, *, in_time: bool) -> None:
    if unit in "YM" and not in_time:
        months = number * (12 if unit == "Y" else 1)
        sums["months"] += int(months)
        sums["days"] += (months - int(months)) * 30
    elif unit in "WD":
        sums["days"] += number * (7 if unit == "W" else 1)
    else:
        sums["microseconds"] += number * {"H": 3_600_000_000, "M": 60_000_000, "S": 1_000_000}[unit]
