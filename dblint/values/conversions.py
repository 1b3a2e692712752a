"""Values from one type into another: a type's input, its text, its casts, and what a modifier makes of a value.

Types go by codes, as in ``catalog.type_rules``: ``int4``, ``_text`` for an array, ``schema.name`` for a user's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from dblint.values import documents, numbers
from dblint.values.array_text import array_elements
from dblint.values.moments import Interval, Moment, clock, date_of, interval, moment, widened
from dblint.values.numbers import RefusedError
from dblint.values.sql_values import SOME, UNKNOWN, Json, SqlValue, Unknown

TEXTS = frozenset({"text", "varchar", "bpchar", "name", "char", "unknown"})
MOMENTS = frozenset({"date", "timestamp", "timestamptz"})
DOCUMENTS = frozenset({"json", "jsonb"})
_UUID = re.compile(r"\{?[0-9a-fA-F]{4}-?(?:[0-9a-fA-F]{4}-?){6}[0-9a-fA-F]{4}\}?")
_WHOLE = re.compile(r"\s*[+-]?\d+\s*")
_DECIMAL = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?\s*")
_BYTES = re.compile(r"\\x(?:[0-9a-fA-F]{2})*")
_TRUE = ("t", "tr", "tru", "true", "y", "ye", "yes", "on", "1")
_FALSE = ("f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0")
_MOST_DIGITS = 2000


def read(text: str, code: str) -> SqlValue:
    """What a type's input makes of a text.

    Raises:
        RefusedError: the server may refuse the text.
    """
    if code in TEXTS or "." in code or code == "citext":
        return text
    if code.startswith("_"):
        return _read_array(text, code[1:])
    reader = _READERS.get(code)
    if reader is None:
        return SOME
    found: SqlValue = reader(text, code)
    if found is None:
        raise RefusedError
    return found


def _read_array(text: str, element: str) -> SqlValue:
    elements = array_elements(text)
    if elements is None or text.count("{") > 1:
        raise RefusedError
    return tuple(None if one is None else read(one, element) for one in elements)


def _read_integer(text: str, code: str) -> SqlValue:
    if _WHOLE.fullmatch(text) is None or len(text) > _MOST_DIGITS:
        raise RefusedError
    found: int = numbers.as_code(int(text), code)
    return found


def _read_numeric(text: str, code: str) -> SqlValue:
    if _DECIMAL.fullmatch(text) is None or len(text) > _MOST_DIGITS:
        raise RefusedError
    try:
        found = Decimal(text.strip())
    except InvalidOperation as error:
        raise RefusedError from error
    if found and abs(found.adjusted()) > 1000:
        raise RefusedError
    return found if numbers.scale(found) else numbers.with_scale(found, 0)


def _read_float(text: str, code: str) -> SqlValue:
    if _DECIMAL.fullmatch(text) is None or len(text) > _MOST_DIGITS:
        raise RefusedError
    found: float = numbers.as_code(float(text), code)
    return found


def _read_truth(text: str, code: str) -> SqlValue:
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _read_uuid(text: str, code: str) -> SqlValue:
    if _UUID.fullmatch(text) is None:
        raise RefusedError
    digits = re.sub(r"[{}-]", "", text).lower()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _read_moment(text: str, code: str) -> SqlValue:
    found = moment(text, zoned=code == "timestamptz")
    return found if found is None or code != "date" else date_of(found)


def _read_bytes(text: str, code: str) -> SqlValue:
    return bytes.fromhex(text[2:]) if _BYTES.fullmatch(text) else None


_READERS: dict[str, Any] = {
    **dict.fromkeys(numbers.INTEGERS, _read_integer),
    **dict.fromkeys(numbers.FLOATS, _read_float),
    "numeric": _read_numeric,
    "bool": _read_truth,
    "uuid": _read_uuid,
    **dict.fromkeys(MOMENTS, _read_moment),
    "time": lambda text, code: clock(text),
    "interval": lambda text, code: interval(text),
    **dict.fromkeys(DOCUMENTS, lambda text, code: documents.read(text)),
    "bytea": _read_bytes,
}


# Text


def text_of(value: Any, code: str) -> str:
    """What ``value::text`` gives.

    Raises:
        RefusedError: the server's settings decide, or dblint does not know the type's output.
    """
    if isinstance(value, Unknown):
        raise RefusedError
    if code == "bpchar":
        return str(value).rstrip(" ")
    if isinstance(value, str) and (code in TEXTS or "." in code or code == "uuid"):
        return value
    if code.startswith("_") and isinstance(value, tuple):
        return "{" + ",".join(_element_text(one, code[1:]) for one in value) + "}"
    writer = _WRITERS.get(code)
    if writer is None:
        raise RefusedError
    found: str = writer(value)
    return found


def _element_text(value: Any, code: str) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, tuple):
        return text_of(value, f"_{code}")
    text = text_of(value, code) if code != "bool" else "t" if value else "f"
    plain = re.fullmatch(r'[^\s{},"\\]+', text) is not None and text.upper() != "NULL"
    if plain:
        return text
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'


def _moment_text(value: Moment) -> str:
    if not value.exact:
        raise RefusedError
    return _timestamp_text(value.earliest)


def _timestamp_text(when: datetime) -> str:
    return f"{when:%Y-%m-%d} {_clock_text(when.time())}".rjust(19, "0")


def _clock_text(when: time) -> str:
    fraction = f".{when.microsecond:06}".rstrip("0") if when.microsecond else ""
    return f"{when:%H:%M:%S}{fraction}"


def _date_text(value: Moment) -> str:
    if not value.exact:
        raise RefusedError
    return value.earliest.date().isoformat()


def _interval_text(value: Interval) -> str:
    sign = -1 if value.months < 0 else 1
    years, months = divmod(abs(value.months), 12)
    words, before = list[str](), False
    for count, unit in ((years * sign, "year"), (months * sign, "mon"), (value.days, "day")):
        if count:
            words.append(f"{'+' if before and count > 0 else ''}{count} {unit}{'' if count == 1 else 's'}")
            before = count < 0
    if value.microseconds or not words:
        seconds, rest = divmod(abs(value.microseconds), 1_000_000)
        fraction = f".{rest:06}".rstrip("0") if rest else ""
        mark = "-" if value.microseconds < 0 else "+" if before else ""
        words.append(f"{mark}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}")
    return " ".join(words)


def _document_text(value: Json) -> str:
    if not documents.is_whole(value.content):
        raise RefusedError
    return documents.written(value.content)


_WRITERS: dict[str, Any] = {
    **dict.fromkeys(numbers.INTEGERS, str),
    "numeric": lambda value: format(value, "f"),
    "float4": lambda value: numbers.written(value, "float4"),
    "float8": lambda value: numbers.written(value, "float8"),
    "bool": lambda value: "true" if value else "false",
    "timestamp": _moment_text,
    "date": _date_text,
    "time": _clock_text,
    "interval": _interval_text,
    "jsonb": _document_text,
    "bytea": lambda value: f"\\x{value.hex()}",
}


# Casts


def convert(value: Any, source: str, target: str) -> SqlValue:
    """A value that is not NULL, cast.

    Raises:
        RefusedError: the server may refuse it, or dblint does not know the cast.
    """
    if isinstance(value, Unknown):
        return value
    if source == target or (target == "bpchar" and source in TEXTS):
        found: SqlValue = value
        return found
    if target in TEXTS:
        return text_of(value, source)
    if source in TEXTS:
        return read(text_of(value, source), target)
    if source.startswith("_") and target.startswith("_"):
        return tuple(None if one is None else convert(one, source[1:], target[1:]) for one in value)
    return _between_types(value, source, target)


def _between_types(value: Any, source: str, target: str) -> SqlValue:
    for family, cast in ((numbers.NUMBERS, _number_as), (MOMENTS, _moment_as)):
        if source in family and target in family:
            return cast(value, source, target)
    if source in DOCUMENTS:
        return _out_of_document(value.content, target)
    cast_of_two = _CASTS.get((source, target))
    return UNKNOWN if cast_of_two is None else cast_of_two(value)


def _number_as(value: Any, source: str, target: str) -> SqlValue:
    found: Any
    if target in numbers.INTEGERS:
        found = value if isinstance(value, int) else numbers.whole(value)
    elif target in numbers.FLOATS:
        found = float(value)
    else:
        found = numbers.numeric_of_float(value, source) if isinstance(value, float) else Decimal(value)
    result: SqlValue = numbers.as_code(found, target)
    return result


def _moment_as(value: Moment, source: str, target: str) -> SqlValue:
    found: Moment | None = value
    if source == "timestamptz" and value.local is not None:
        found = Moment(value.local, value.local)
    elif "timestamptz" in (source, target):
        found = widened(value) if value.exact else value
    if found is None:
        raise RefusedError
    return date_of(found) if target == "date" else found


def _out_of_document(content: Any, target: str) -> SqlValue:
    if target in DOCUMENTS:
        return Json(content)
    if content is None and target != "unknown":
        return UNKNOWN
    if isinstance(content, bool):
        if target == "bool":
            return content
    elif isinstance(content, int | Decimal) and target in numbers.NUMBERS:
        return _number_as(Decimal(content), "numeric", target)
    raise RefusedError


def _clock_of(value: Moment) -> SqlValue:
    return value.earliest.time() if value.exact else UNKNOWN


def _interval_of(value: time) -> SqlValue:
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return Interval(microseconds=seconds * 1_000_000 + value.microsecond)


_CASTS: dict[tuple[str, str], Callable[[Any], SqlValue]] = {
    ("bool", "int4"): int,
    ("int4", "bool"): bool,
    ("timestamp", "time"): _clock_of,
    ("time", "interval"): _interval_of,
}


# Modifiers


def constrained(value: SqlValue, code: str, modifiers: Sequence[str], *, explicit: bool) -> SqlValue:
    """The value as a type with these modifiers holds it: rounded, padded, and cut where a cast says so.

    Raises:
        RefusedError: the server refuses the value.
    """
    if value is None or isinstance(value, Unknown) or (not modifiers and code != "bpchar"):
        return value
    if isinstance(value, tuple):
        return tuple(constrained(one, code.removeprefix("_"), modifiers, explicit=explicit) for one in value)
    if not all(one.lstrip("-").isdecimal() for one in modifiers):
        return UNKNOWN
    limits = [int(one) for one in modifiers]
    if code == "numeric" and isinstance(value, Decimal):
        return _numeric(value, limits[0], limits[1] if len(limits) > 1 else 0)
    if code in ("varchar", "bpchar") and isinstance(value, str):
        return _limited(value, code, limits, explicit)
    return _in_seconds(value, limits) if isinstance(value, Moment | Interval | time) else value


def _numeric(value: Decimal, precision: int, digits: int) -> Decimal:
    found = numbers.with_scale(value, digits)
    if abs(found) >= Decimal(10) ** (precision - digits):
        raise RefusedError
    return found


def _limited(value: str, code: str, limits: Sequence[int], explicit: bool) -> str:
    if not limits:
        return value
    limit = limits[0]
    if len(value) > limit and not explicit and value[limit:].strip(" "):
        raise RefusedError
    return value[:limit].ljust(limit) if code == "bpchar" else value[:limit]


def _in_seconds(value: SqlValue, limits: Sequence[int]) -> SqlValue:
    """A time with so many digits of its seconds, where they are all there already."""
    unit = 10 ** max(6 - limits[0], 0) if limits else 1
    if isinstance(value, Moment) and value.exact:
        return value if value.earliest.microsecond % unit == 0 else UNKNOWN
    return UNKNOWN
