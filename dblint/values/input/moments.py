"""Input of dates, timestamps and times, the way PostgreSQL's own parser goes, under every order of day and month."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.values.input.moment_fields import DATE, TIME, Fields, Order
from dblint.values.input.moment_parts import DAYS, day_number, is_leap
from dblint.values.input.refusal import RefusedInputError, UnclearInputError, shown
from dblint.values.input.time_words import bad_format, overflow

_ORDERS: tuple[Order, ...] = ("MDY", "DMY", "YMD")
_LARGEST_YEAR = {"date": 5874897, "timestamp": 294276}


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


def read_moment(text: str, name: str) -> Reading:
    """A ``date``, a ``timestamp``, a ``time`` or kin of these by the name of the type."""
    results: list[Reading | RefusedInputError] = []
    for order in _ORDERS:
        try:
            results.append(_read(text, name, order))
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


def _read(text: str, name: str, order: Order) -> Reading:
    said = Fields(text, name, order)
    said.read()
    found = _timed(said) if said.is_time else _dated(said)
    if said.unclear:
        raise UnclearInputError
    return found


def _dated(said: Fields) -> Reading:
    if said.special in ("epoch", "infinity", "+infinity", "-infinity"):
        return Reading(special=said.special)
    _validate(said)
    _halve(said)
    if not said.seen >= DATE or ("dstmod" in said.seen and "zone" not in said.seen):
        raise bad_format()
    if said.special is not None:
        return Reading(special=said.special)
    year = said.values["year"]
    kind = "date" if said.name == "date" else "timestamp"
    if year > _LARGEST_YEAR[kind] or year < -4713:
        raise overflow()
    if year == -4713 and (said.values["month"], said.values["day"]) < (11, 24):
        if said.clock():
            raise UnclearInputError  # A time of more than a day may lead to the first day there is.
        raise overflow()
    return Reading(year, said.values["month"], said.values["day"], said.clock(), said.zone)


def _timed(said: Fields) -> Reading:
    if said.special is not None:
        return Reading(special=said.special)
    _validate(said)
    _halve(said)
    said.check_time()
    if not said.seen >= TIME:
        raise bad_format()
    if "dstmod" in said.seen and "zone" not in said.seen:
        raise bad_format()
    if said.zone == "named" and not said.seen >= DATE and not said.fixed_zone:
        raise bad_format()  # A zone with summer time wants a date.
    return Reading(None, 1, 1, said.clock(), said.zone)


def _halve(said: Fields) -> None:
    hour = said.values.get("hour", 0)
    if said.half is None:
        return
    if hour > 12:
        raise overflow()
    if said.half == "am" and hour == 12:
        said.values["hour"] = 0
    elif said.half == "pm" and hour != 12:
        said.values["hour"] = hour + 12


def _validate(said: Fields) -> None:
    values = said.values
    if "year" in said.seen and not said.julian and "year" in values:
        values["year"] = _full_year(said, values["year"])
    if "yearday" in said.seen:
        _from_yearday(said, values["yearday"])
    if "month" in said.seen and "month" in values and not 1 <= values["month"] <= 12:
        raise overflow()
    if "day" in said.seen and "day" in values and not 1 <= values["day"] <= 31:
        raise overflow()
    if said.seen >= DATE and values.keys() >= DATE:
        leap = values["month"] == 2 and is_leap(values["year"])
        if values["day"] > DAYS[values["month"] - 1] + leap:
            raise overflow()


def _full_year(said: Fields, year: int) -> int:
    if said.bc:
        if year <= 0:
            raise overflow()
        return 1 - year
    if said.two_digits:
        return year + 2000 if year < 70 else year + 1900
    if year <= 0:
        raise overflow()
    return year


def _from_yearday(said: Fields, count: int) -> None:
    if said.values["year"] > _LARGEST_YEAR["date"]:
        raise UnclearInputError  # The server's own count runs over.
    month = 1
    while month < 12 and count > (length := DAYS[month - 1] + (month == 2 and is_leap(said.values["year"]))):
        count -= length
        month += 1
    if month == 12 and count > 31:
        said.values["year"] += 1
        month, count = 1, count - 31
    said.values |= {"month": month, "day": count}
