"""What PostgreSQL's operators give for values of the types they are declared for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dblint.values import documents, patterns
from dblint.values.comparing import equal
from dblint.values.conversions import MOMENTS, TEXTS, convert, text_of
from dblint.values.moments import Interval, Moment, difference, shifted
from dblint.values.numbers import ARITHMETIC, NUMBERS, RefusedError, as_code
from dblint.values.sql_values import UNKNOWN, Json, SqlValue

Kernel = Callable[[Any, Any], SqlValue]
_REGULAR = {"~": (False, False), "~*": (False, True), "!~": (True, False), "!~*": (True, True)}


def kernel(operator: str, left: str, right: str, result: str) -> Kernel | None:
    """The operator for operands of these types; None for one that is not known here."""
    if left in NUMBERS and right in NUMBERS:
        return _arithmetic(operator, result)
    if operator in _REGULAR and left in TEXTS:
        return _regular(operator)
    if operator == "||":
        return _concatenation(left, right)
    if left.startswith("_") and right.startswith("_"):
        return _ARRAYS.get(operator)
    if left == "jsonb" or left == "json":
        return _DOCUMENTS.get((operator, right))
    return _moments(operator, left, right)


def _arithmetic(operator: str, result: str) -> Kernel | None:
    operate = ARITHMETIC.get(operator)
    if operate is None:
        return None
    if operator in ("+", "-", "*", "/") and result in ("float4", "float8"):
        return lambda one, other: as_code(operate(float(one), float(other)), result)
    return lambda one, other: as_code(operate(one, other), result)


def _regular(operator: str) -> Kernel:
    negated, fold = _REGULAR[operator]

    def match(text: str, pattern: str) -> SqlValue:
        found = patterns.matches(pattern, text, fold=fold)
        return UNKNOWN if found is None else found is not negated

    return match


def _concatenation(left: str, right: str) -> Kernel | None:
    if left == right == "jsonb":
        return lambda one, other: Json(documents.joined(_whole(one), _whole(other)))
    if left in TEXTS or right in TEXTS:
        return lambda one, other: text_of(one, left) + text_of(other, right)
    return (lambda one, other: one + other) if left == right == "bytea" else None


# Arrays


def _contains(outer: tuple[Any, ...], inner: tuple[Any, ...]) -> SqlValue:
    """A NULL is in no array."""
    if any(isinstance(one, tuple) for one in (*outer, *inner)):
        return UNKNOWN
    doubt = False
    for wanted in inner:
        found = [False if None in (one, wanted) else equal(one, wanted) for one in outer]
        if True not in found:
            if None not in found:
                return False
            doubt = True
    return UNKNOWN if doubt else True


def _overlaps(one: tuple[Any, ...], other: tuple[Any, ...]) -> SqlValue:
    if any(isinstance(each, tuple) for each in (*one, *other)):
        return UNKNOWN
    found = [equal(a, b) for a in one for b in other if a is not None and b is not None]
    return True if True in found else UNKNOWN if None in found else False


_ARRAYS: dict[str, Kernel] = {
    "@>": _contains,
    "<@": lambda one, other: _contains(other, one),
    "&&": _overlaps,
}


# Documents


def _whole(document: Json) -> Any:
    if not documents.is_whole(document.content):
        raise RefusedError
    return document.content


def _member(document: Json, key: Any) -> tuple[bool, Any]:
    if document.content is UNKNOWN:
        return True, UNKNOWN
    return documents.member(document.content, key)


def _path(document: Json, path: tuple[Any, ...]) -> tuple[bool, Any]:
    return documents.at_path(document.content, path)


def _keyed(document: Json, key: str) -> SqlValue:
    return UNKNOWN if document.content is UNKNOWN else documents.has_key(document.content, key)


def _all_keys(document: Json, keys: tuple[Any, ...]) -> SqlValue:
    return UNKNOWN if document.content is UNKNOWN else all(documents.has_key(document.content, key) for key in keys)


def _any_key(document: Json, keys: tuple[Any, ...]) -> SqlValue:
    return UNKNOWN if document.content is UNKNOWN else any(documents.has_key(document.content, key) for key in keys)


def _without_all(document: Json, keys: tuple[Any, ...]) -> SqlValue:
    content = _whole(document)
    for key in keys:
        content = documents.without(content, key)
    return Json(content)


_DOCUMENTS: dict[tuple[str, str], Kernel] = {
    **{("->", code): lambda one, key: documents.as_json(_member(one, key)) for code in ("text", "int4")},
    **{("->>", code): lambda one, key: documents.as_text(_member(one, key)) for code in ("text", "int4")},
    ("#>", "_text"): lambda one, path: documents.as_json(_path(one, path)),
    ("#>>", "_text"): lambda one, path: documents.as_text(_path(one, path)),
    ("?", "text"): _keyed,
    ("?&", "_text"): _all_keys,
    ("?|", "_text"): _any_key,
    ("@>", "jsonb"): lambda one, other: documents.contains(_whole(one), _whole(other)),
    ("<@", "jsonb"): lambda one, other: documents.contains(_whole(other), _whole(one)),
    **{("-", code): lambda one, key: Json(documents.without(_whole(one), key)) for code in ("text", "int4")},
    ("-", "_text"): _without_all,
}


# Dates and times


def _moments(operator: str, left: str, right: str) -> Kernel | None:
    if left in MOMENTS and right in MOMENTS and operator == "-":
        return _days_between if left == right == "date" else _between
    if operator == "+" and right in MOMENTS:
        swapped = _moments(operator, right, left)
        return None if swapped is None else lambda one, other: swapped(other, one)
    if left == "date" and right == "int4" and operator in ("+", "-"):
        return lambda day, count: _shift(day, Interval(days=count), operator, zoned=False)
    if left == "date" and right == "time" and operator == "+":
        return lambda day, when: _shift(day, _interval(when), "+", zoned=False)
    if left in MOMENTS and right == "interval" and operator in ("+", "-"):
        return lambda start, by: _shift(start, by, operator, zoned=left == "timestamptz")
    return _INTERVALS.get((operator, left, right))


def _interval(when: Any) -> Interval:
    found = convert(when, "time", "interval")
    if not isinstance(found, Interval):
        raise RefusedError
    return found


def _shift(start: Moment, by: Interval, operator: str, *, zoned: bool) -> SqlValue:
    found = shifted(start, by.scaled(1 if operator == "+" else -1), zoned=zoned)
    if found is None:
        raise RefusedError
    return found


def _days_between(one: Moment, other: Moment) -> SqlValue:
    if not (one.exact and other.exact):
        return UNKNOWN
    days: int = (one.earliest - other.earliest).days
    return days


def _between(one: Moment, other: Moment) -> SqlValue:
    found = difference(one, other)
    return UNKNOWN if found is None else found


def _scaled(value: Interval, factor: float) -> SqlValue:
    """Only whole factors leave months and days what they are."""
    if factor != int(factor):
        return UNKNOWN
    return value.scaled(int(factor))


_INTERVALS: dict[tuple[str, str, str], Kernel] = {
    ("+", "interval", "interval"): lambda one, other: one.plus(other),
    ("-", "interval", "interval"): lambda one, other: one.plus(other.scaled(-1)),
    ("*", "interval", "float8"): _scaled,
    ("*", "float8", "interval"): lambda factor, value: _scaled(value, factor),
}
