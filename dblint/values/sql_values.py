"""SQL values as plain Python ones: from literals, by a column's type, and compared the way PostgreSQL does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeAlias

from dblint.facts.model import Value
from dblint.values.moments import Interval, Moment, clock, date_of, moment


class Unknown(Enum):
    """A value that may be anything, and one that may be anything but NULL."""

    UNKNOWN = "unknown"
    SOME = "some"


UNKNOWN = Unknown.UNKNOWN
SOME = Unknown.SOME


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON document, as far as Python literals tell."""

    content: Any


class Padded(str):
    """A value of ``character(n)`` without the blanks that fill it up: some operators see them, most do not."""

    __slots__ = ()


SqlValue: TypeAlias = (
    "bool | int | Decimal | str | time | Moment | Interval | Json | tuple[SqlValue, ...] | Unknown | None"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TRUE = ("t", "true", "y", "yes", "on", "1")
_FALSE = ("f", "false", "n", "no", "off", "0")


def number(text: str) -> int | Decimal | None:
    """A number's text; None for what is none, or not finite."""
    try:
        found = Decimal(text.strip().replace("_", ""))
    except InvalidOperation:
        return None
    if not found.is_finite():
        return None
    return int(found) if found == found.to_integral_value() and "." not in text and "e" not in text.lower() else found


def truth(text: str) -> bool | None:
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def of_family(value: SqlValue, family: str) -> SqlValue:
    """A value as a column of that family would hold it; text is read, what cannot be is unknown."""
    if value is None or value is UNKNOWN:
        return value
    reader = _READERS.get(family)
    if reader is not None:
        return reader(value, family)
    return SOME if isinstance(value, str | int | Decimal) else UNKNOWN


def _as_text(value: SqlValue, family: str) -> SqlValue:
    return value if isinstance(value, str) else UNKNOWN


def _as_padded(value: SqlValue, family: str) -> SqlValue:
    return Padded(value) if isinstance(value, str) else UNKNOWN


def _as_time(value: SqlValue, family: str) -> SqlValue:
    return _or_unknown(clock(value)) if isinstance(value, str) else UNKNOWN


def _as_boolean(value: SqlValue, family: str) -> SqlValue:
    return value if isinstance(value, bool) else _or_unknown(truth(value)) if isinstance(value, str) else UNKNOWN


def _as_uuid(value: SqlValue, family: str) -> SqlValue:
    if not isinstance(value, str):
        return UNKNOWN
    return value.lower() if _UUID.fullmatch(value) else SOME


def _as_document(value: SqlValue, family: str) -> SqlValue:
    return value if isinstance(value, Json) else UNKNOWN


def _as_array(value: SqlValue, family: str) -> SqlValue:
    return value if isinstance(value, tuple) else UNKNOWN


def _as_moment(value: SqlValue, family: str) -> SqlValue:
    found = moment(value, zoned=family == "timestamptz") if isinstance(value, str) else value
    if not isinstance(found, Moment):
        return UNKNOWN
    return date_of(found) if family == "date" else found


def _as_number(value: SqlValue, family: str) -> SqlValue:
    found = number(value) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        return UNKNOWN
    return found if family == "integer" else Decimal(found)


_READERS: dict[str, Callable[[SqlValue, str], SqlValue]] = {
    **dict.fromkeys(("text", "enum"), _as_text),
    "char": _as_padded,
    **dict.fromkeys(("date", "timestamp", "timestamptz"), _as_moment),
    "time": _as_time,
    **dict.fromkeys(("integer", "numeric", "float"), _as_number),
    "boolean": _as_boolean,
    "uuid": _as_uuid,
    "json": _as_document,
    "array": _as_array,
}


def _or_unknown(value: SqlValue) -> SqlValue:
    return UNKNOWN if value is None else value


def of_literal(value: Value, family: str) -> SqlValue:
    """A mock row's literal as its column would hold it."""
    if family == "json":
        return Json(_content(value)) if value.kind in ("dict", "list") else UNKNOWN
    return of_family(_plain(value), family)


def _plain(value: Value) -> SqlValue:
    if value.kind == "null":
        return None
    if value.kind == "str":
        return value.text
    if value.kind == "bool":
        return value.text == "True"
    if value.kind in ("int", "float"):
        return _or_unknown(number(value.text))
    if value.kind in ("list", "tuple"):
        return tuple(_plain(item) for item in value.items)
    return _made(value) if value.kind == "call" else UNKNOWN


def _made(call: Value) -> SqlValue:
    """What ``Decimal("1.5")``, ``date(2024, 1, 2)`` or ``datetime(2024, 1, 2, 10)`` makes."""
    name = call.text.rpartition(".")[2]
    if name == "Decimal" and len(call.items) == 1 and call.items[0].kind in ("str", "int"):
        return _or_unknown(number(call.items[0].text))
    if name not in ("date", "datetime") or any(item.kind != "int" for item in call.items):
        return UNKNOWN
    parts = [int(item.text) for item in call.items if item.text.isdecimal()]
    try:
        return datetime(*parts).isoformat() if len(parts) == len(call.items) else UNKNOWN  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return UNKNOWN


def _content(value: Value) -> Any:
    if value.kind == "dict":
        return {key: _content(item) for key, item in zip(value.keys, value.items, strict=False)}
    if value.kind in ("list", "tuple"):
        return [_content(item) for item in value.items]
    return value.text


def order(one: SqlValue, other: SqlValue) -> int | None:
    """-1, 0 or 1 where the order of two values is certain, else None; unequal texts have no certain order."""
    pair = _aligned(one, other)
    if pair is None:
        return None
    first, second = pair
    if isinstance(first, Moment) and isinstance(second, Moment):
        return _moment_order(first, second)
    if first == second:
        return 0
    if isinstance(first, str | tuple | Json):
        return None
    return -1 if first < second else 1


def equal(one: SqlValue, other: SqlValue) -> bool | None:
    """Whether two values are equal; None where that is not certain."""
    pair = _aligned(one, other)
    if pair is None:
        return None
    if isinstance(pair[0], tuple) and UNKNOWN in (*pair[0], *pair[1]):
        return None
    if isinstance(pair[0], Moment):
        ordered = order(*pair)
        return None if ordered is None else ordered == 0
    return bool(pair[0] == pair[1])


def _moment_order(one: Moment, other: Moment) -> int | None:
    if one.latest < other.earliest:
        return -1
    if one.earliest > other.latest:
        return 1
    return 0 if one.exact and other.exact else None


def _aligned(one: Any, other: Any) -> tuple[Any, Any] | None:
    """Both values in one type: a quoted constant is read as what it stands beside."""
    if isinstance(one, str) and not isinstance(other, str):
        one = _read_as(one, other)
    elif isinstance(other, str) and not isinstance(one, str):
        other = _read_as(other, one)
    numbers = (int, Decimal)
    if isinstance(one, bool) or isinstance(other, bool):
        return (one, other) if isinstance(one, bool) and isinstance(other, bool) else None
    if isinstance(one, numbers) and isinstance(other, numbers):
        return one, other
    if isinstance(one, str) and isinstance(other, str):
        return (one.rstrip(" "), other.rstrip(" ")) if Padded in (type(one), type(other)) else (one, other)
    plain = (time, Moment, tuple)
    return (one, other) if isinstance(one, plain) and type(one) is type(other) else None


def _read_as(text: str, other: Any) -> Any:
    if isinstance(other, bool):
        return truth(text)
    if isinstance(other, int | Decimal):
        return number(text)
    if isinstance(other, Moment):
        return moment(text)
    return clock(text) if isinstance(other, time) else None
