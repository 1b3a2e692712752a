"""The fields of a moment's text, taken in one after the other the way PostgreSQL's own parser does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from dblint.values.input.moment_parts import clock, fraction, from_julian, integer, is_zone, offset, parts_of
from dblint.values.input.refusal import RefusedInputError
from dblint.values.input.time_words import ABBREVIATIONS, MONTHS, WORDS, bad_format, fields, overflow

Order = Literal["MDY", "DMY", "YMD"]
DATE = frozenset({"year", "month", "day"})
TIME = frozenset({"hour", "minute", "second"})
_ROOM = 129
_DAY = 86_400_000_000


class Fields:
    """What one reading of a text says, in one order of day and month."""

    def __init__(self, text: str, name: str, order: Order) -> None:
        self.name = name
        self._order = order
        self.is_time = name.startswith("time ")
        self._fields = fields(text, _ROOM)
        self.seen: set[str] = set()
        self.values: dict[str, int] = {}
        self._label: str | None = None
        self._text_month = self.two_digits = self.julian = self.bc = False
        self.half: str | None = None
        self.special: str | None = None
        self.zone: int | str | None = None
        self.microseconds = 0
        self.unclear = self.fixed_zone = False

    def read(self) -> None:
        """Take in one field after the other."""
        for index, field in enumerate(self._fields):
            fresh = self._readers[field.kind](self, field.text, index)
            if fresh is None:
                continue
            if fresh & self.seen:
                raise bad_format()
            self.seen |= fresh
        if self._label is not None:
            raise bad_format()

    def clock(self) -> int:
        """The microseconds of the day."""
        hour, minute, second = (self.values.get(part, 0) for part in ("hour", "minute", "second"))
        return ((hour * 60 + minute) * 60 + second) * 1_000_000 + self.microseconds

    def check_time(self) -> None:
        """Refuse what no clock shows."""
        hour, minute, second = (self.values.get(part, 0) for part in ("hour", "minute", "second"))
        if hour > 24 or minute > 59 or second > 60 or self.clock() > _DAY:
            raise overflow()

    def _read_date(self, text: str, index: int) -> set[str]:
        if self._label == "julian":
            return self._julian_with_zone(text)
        if self.is_time:
            return self._date_of_time(text, index)
        if self._label is None and not self.seen >= {"month", "day"}:
            return self._date(text)
        if text[0].isdigit() or self._label is not None:
            if self._label not in (None, "isotime") or self.seen >= TIME or "-" not in text:
                raise bad_format()
            self._label = None
            hours, _, zone = text.partition("-")
            self.zone = offset(f"-{zone}")
            return self._run_together(hours, self.seen) | {"zone"}
        return self._named_zone(text)

    def _date_of_time(self, text: str, index: int) -> set[str]:
        following = self._fields[1].kind if len(self._fields) > 1 else None
        if index == 0 and following is not None and (self._fields[-1].kind == "date" or following == "time"):
            return self._date(text)
        if not text[0].isdigit():
            return self._named_zone(text)
        if self.seen >= TIME or "-" not in text:
            raise bad_format()
        hours, _, zone = text.partition("-")
        self.zone = offset(f"-{zone}")
        return self._run_together(hours, self.seen | DATE) | {"zone"}

    def _julian_with_zone(self, text: str) -> set[str]:
        number, end = integer(text)
        self._label = None
        self._set_julian(number)
        self.zone = offset(text[end:])
        return {*DATE, *TIME, "zone"}

    def _set_julian(self, number: int) -> None:
        if number < 0:
            raise overflow()
        self.julian = True
        self.values |= from_julian(number)

    def _read_time(self, text: str, index: int) -> set[str]:
        if self._label is not None:
            if self._label != "isotime":
                raise bad_format()
            self._label = None
        hour, minute, second, self.microseconds = clock(text)
        self.values |= {"hour": hour, "minute": minute, "second": second}
        self.check_time()
        return set(TIME)

    def _read_zone(self, text: str, index: int) -> set[str]:
        self.zone = offset(text)
        return {"zone"}

    def _read_number(self, text: str, index: int) -> set[str]:
        if self._label is not None:
            return self._labelled(text)
        if self.is_time:
            return self._number_of_time(text, index)
        has_point = "." in text
        dated, timed = self.seen >= DATE, self.seen >= TIME
        if has_point and not self.seen & DATE:
            return self._date(text)
        if has_point and text.index(".") > 2:
            return self._run_together(text, self.seen)
        if len(text) >= 6 and (not self.seen & DATE or not self.seen & TIME) and not (dated and timed):
            return self._run_together(text, self.seen)
        return self._number(text, self._text_month, self.seen)

    def _number_of_time(self, text: str, index: int) -> set[str]:
        seen = self.seen | DATE
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
        number, end = integer(text)
        if text[end : end + 1] not in ("", "."):
            raise bad_format()
        label, self._label = self._label, None
        if label == "julian":
            self._set_julian(number)
            return {*DATE, *TIME} if text[end : end + 1] == "." else set(DATE)
        if label != "isotime":
            raise bad_format()
        found = self._run_together(text, self.seen | DATE)
        if found != TIME:
            raise bad_format()
        return found

    def _read_word(self, word: str, index: int) -> set[str] | None:
        if word in ABBREVIATIONS:
            self.zone = 0 if word in ("z", "zulu", "utc", "gmt", "ut", "uct") else "abbreviated"
            return {"zone"}
        kind = WORDS.get(word)
        if kind == "ignored":
            return None
        if kind is None:
            return self._named_zone(word)
        return self._words[kind](self, word)

    def _read_reserved(self, word: str) -> set[str]:
        if word == "allballs":
            self.values |= {"hour": 0, "minute": 0, "second": 0}
            self.zone = 0
            return {*TIME, "zone"}
        if self.is_time and word != "now":
            raise bad_format()
        self.special = word
        if word in ("today", "tomorrow", "yesterday"):
            return set(DATE)
        return set(TIME) if self.is_time else {*DATE, *TIME, "zone"}

    def _read_month(self, word: str) -> set[str]:
        if self.is_time:
            raise bad_format()
        values = self.values
        fresh = {"month"}
        movable = "month" in self.seen and not self._text_month and "day" not in self.seen
        if movable and 1 <= values["month"] <= 31:
            values["day"] = values["month"]
            fresh = {"day"}
        self._text_month = True
        values["month"] = MONTHS[word]
        return fresh

    def _read_label(self, word: str) -> set[str]:
        if self._label is not None or (word == "t" and not self.is_time and not self.seen >= DATE):
            raise bad_format()
        self._label = {"unit": "unit", "julian": "julian", "isotime": "isotime"}[WORDS[word]]
        return set()

    def _read_half(self, word: str) -> set[str]:
        self.half = word
        return {"half"}

    def _read_era(self, word: str) -> set[str]:
        self.bc = word == "bc"
        return {"era"}

    def _read_weekday(self, word: str) -> set[str]:
        if self.is_time:
            raise bad_format()
        return {"weekday"}

    def _read_dst(self, word: str) -> set[str]:
        return {"dstmod", "dst"}

    def _named_zone(self, name: str) -> set[str]:
        known = is_zone(name)
        if known is False:
            raise bad_format() if name.isalpha() else RefusedInputError("22023", "")
        self.unclear = self.unclear or known is None
        self.fixed_zone = "/" not in name or name.startswith("etc/") or any(map(str.isdigit, name))
        self.zone = "named"
        return {"zone"}

    def _date(self, text: str) -> set[str]:
        """Three numbers, or two and the name of a month."""
        seen = set(self.seen)
        fresh: set[str] = set()
        parts = parts_of(text)
        named = False
        for part in parts:
            if part.isalpha() and WORDS.get(part) != "ignored":
                if WORDS.get(part) != "month" or "month" in seen:
                    raise bad_format()
                self.values["month"] = MONTHS[part]
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
        if seen - {"yearday", "zone"} != DATE:
            raise bad_format()
        return fresh

    def _number(self, text: str, named: bool, seen: set[str]) -> set[str]:
        number, end = integer(text)
        if end == 0:
            raise bad_format()
        if text[end : end + 1] == ".":
            if end > 2:
                return self._run_together(text, seen | DATE)
            self.microseconds = fraction(text[end:])
        elif end < len(text):
            raise bad_format()
        known = seen & DATE
        if len(text) == 3 and known == {"year"} and 1 <= number <= 366 and "yearday" not in seen:
            self.values["yearday"] = number
            return {"yearday", "month", "day"}
        if known == DATE:
            return self._run_together(text, seen)
        part = self._part(len(text), number, named, known)
        if part == "year":
            self.two_digits = len(text) <= 2
        return {part}

    def _part(self, length: int, number: int, named: bool, known: set[str]) -> str:
        """Which part of a date a number is, by what is known already."""
        part: str
        if not known:
            part = "year" if length >= 3 or self._order == "YMD" else "day" if self._order == "DMY" else "month"
        elif known == {"month"}:
            part = "day" if not named else "year" if length >= 3 or self._order == "YMD" else "day"
        elif known == {"year", "month"}:
            if named and length >= 3 and self.two_digits:
                # The first number was the day after all.
                self.values["day"] = self.values["year"]
                self.values["year"] = number
                self.two_digits = False
                return "day"
            part = "day"
        elif known in ({"year"}, {"day"}):
            part = "month"
        elif known == {"month", "day"}:
            part = "year"
        else:
            raise bad_format()
        self.values[part] = number
        return part

    def _run_together(self, text: str, seen: set[str]) -> set[str]:
        """``20240131`` or ``101530``."""
        digits, point, rest = text.partition(".")
        if not digits.isdigit() or not (not rest or rest.isdigit()):
            raise bad_format()
        if point:
            self.microseconds = fraction(f".{rest}")
        elif not seen >= DATE and len(digits) >= 6:
            if len(digits) > 12:
                raise overflow()
            self.values |= {"day": int(digits[-2:]), "month": int(digits[-4:-2]), "year": int(digits[:-4])}
            self.two_digits = len(digits) == 6
            return set(DATE)
        if not seen >= TIME and len(digits) in (4, 6):
            second = int(digits[4:] or 0)
            self.values |= {"hour": int(digits[:2]), "minute": int(digits[2:4]), "second": second}
            return set(TIME)
        raise bad_format()

    _readers: dict[str, Callable[[Fields, str, int], set[str] | None]] = {  # noqa: RUF012
        "date": _read_date,
        "time": _read_time,
        "zone": _read_zone,
        "number": _read_number,
        "string": _read_word,
        "special": _read_word,
    }
    _words: dict[str, Callable[[Fields, str], set[str]]] = {  # noqa: RUF012
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
