"""SQL functions whose result on plain values is certain."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from dblint.values.moments import PRESENT, Moment
from dblint.values.sql_values import UNKNOWN, Json, Padded, SqlValue, equal, order

_PRESENT = frozenset({"now", "statement_timestamp", "transaction_timestamp", "clock_timestamp"})


def call(name: str, arguments: Sequence[SqlValue]) -> SqlValue:
    """The function's result; unknown for a function that is not known here, or for arguments it does not fit."""
    if name in _PRESENT:
        return PRESENT
    if name in _LENIENT:
        return _LENIENT[name](arguments)
    function = _STRICT.get(name)
    if function is None or UNKNOWN in arguments:
        return UNKNOWN
    if None in arguments:
        return None
    try:
        return function(*arguments)
    except (TypeError, ValueError, AttributeError, IndexError, ArithmeticError):
        return UNKNOWN


def _coalesce(arguments: Sequence[SqlValue]) -> SqlValue:
    return next((each for each in arguments if each is not None), None)


def _nullif(arguments: Sequence[SqlValue]) -> SqlValue:
    first, second = arguments
    if UNKNOWN in (first, second):
        return UNKNOWN
    same = False if first is None or second is None else equal(first, second)
    return UNKNOWN if same is None else None if same else first


def _extreme(wanted: int) -> Callable[[Sequence[SqlValue]], SqlValue]:
    def choose(arguments: Sequence[SqlValue]) -> SqlValue:
        given = [each for each in arguments if each is not None]
        if not given or UNKNOWN in given:
            return UNKNOWN if given else None
        best = given[0]
        for each in given[1:]:
            ordered = order(each, best)
            if ordered is None:
                return UNKNOWN
            best = each if ordered == wanted else best
        return best

    return choose


def _concat(arguments: Sequence[SqlValue]) -> SqlValue:
    given = [each for each in arguments if each is not None]
    return "".join(map(str, given)) if all(isinstance(each, str) for each in given) else UNKNOWN


def _count_nulls(wanted: bool) -> Callable[[Sequence[SqlValue]], SqlValue]:
    def count(arguments: Sequence[SqlValue]) -> SqlValue:
        return UNKNOWN if UNKNOWN in arguments else sum((each is None) is wanted for each in arguments)

    return count


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return str(value)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(value)
    return value


def _rounded(rounding: str) -> Callable[..., SqlValue]:
    def rounded(value: Any, digits: Any = 0) -> SqlValue:
        exponent = Decimal(1).scaleb(-int(_number(digits)))
        return Decimal(_number(value)).quantize(exponent, rounding)

    return rounded


def _substring(text: Any, start: Any, count: Any = None) -> SqlValue:
    first = int(_number(start)) - 1
    end = None if count is None else first + int(_number(count))
    if end is not None and end < first:
        return UNKNOWN
    return _text(text)[max(first, 0) : None if end is None else max(end, 0)]


def _side(text: Any, count: Any, *, left: bool) -> SqlValue:
    whole, size = _text(text), int(_number(count))
    if left:
        return whole[:size]
    return whole[-size:] if size > 0 else whole[abs(size) :] if size < 0 else ""


def _json_kind(value: Any) -> SqlValue:
    if not isinstance(value, Json):
        return UNKNOWN
    return "object" if isinstance(value.content, dict) else "array" if isinstance(value.content, list) else UNKNOWN


def _json_length(value: Any) -> SqlValue:
    return len(value.content) if isinstance(value, Json) and isinstance(value.content, list) else UNKNOWN


def _json_valid(value: Any) -> SqlValue:
    try:
        json.loads(_text(value))
    except ValueError:
        return False
    return True


def _array_length(value: Any, dimension: Any) -> SqlValue:
    if not isinstance(value, tuple) or dimension != 1:
        return UNKNOWN
    return len(value) or None


def _cardinality(value: Any) -> SqlValue:
    return len(value) if isinstance(value, tuple) and not any(isinstance(each, tuple) for each in value) else UNKNOWN


def _part(field: Any, value: Any) -> SqlValue:
    if not isinstance(value, Moment) or not value.exact:
        return UNKNOWN
    when = value.earliest
    parts = {
        "year": when.year,
        "month": when.month,
        "day": when.day,
        "hour": when.hour,
        "minute": when.minute,
        "dow": when.isoweekday() % 7,
        "isodow": when.isoweekday(),
    }
    return parts.get(_text(field).lower(), UNKNOWN)


def _mod(one: Any, other: Any) -> SqlValue:
    return remainder(_number(one), _number(other))


def remainder(one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """The remainder with the sign of the dividend, as SQL has it."""
    if isinstance(one, int) and isinstance(other, int):
        return abs(one) % abs(other) * (-1 if one < 0 else 1)
    return Decimal(one) % Decimal(other)


_LENIENT: dict[str, Callable[[Sequence[SqlValue]], SqlValue]] = {
    "coalesce": _coalesce,
    "nullif": _nullif,
    "greatest": _extreme(1),
    "least": _extreme(-1),
    "concat": _concat,
    "num_nulls": _count_nulls(True),
    "num_nonnulls": _count_nulls(False),
}
_STRICT: dict[str, Callable[..., SqlValue]] = {
    **dict.fromkeys(("length", "char_length", "character_length"), lambda text: len(_text(text))),
    "octet_length": lambda text: UNKNOWN if isinstance(text, Padded) else len(_text(text).encode()),
    "lower": lambda text: _text(text).lower() if text.isascii() else UNKNOWN,
    "upper": lambda text: _text(text).upper() if text.isascii() else UNKNOWN,
    "btrim": lambda text, chars=" ": _text(text).strip(_text(chars)),
    "trim": lambda text: _text(text).strip(" "),
    "ltrim": lambda text, chars=" ": _text(text).lstrip(_text(chars)),
    "rtrim": lambda text, chars=" ": _text(text).rstrip(_text(chars)),
    "reverse": lambda text: _text(text)[::-1],
    "replace": lambda text, old, new: _text(text).replace(_text(old), _text(new)) if old else text,
    "starts_with": lambda text, start: _text(text).startswith(_text(start)),
    **dict.fromkeys(("strpos", "position"), lambda text, part: _text(text).find(_text(part)) + 1),
    **dict.fromkeys(("substring", "substr"), _substring),
    "left": lambda text, count: _side(text, count, left=True),
    "right": lambda text, count: _side(text, count, left=False),
    "abs": lambda value: abs(_number(value)),
    "sign": lambda value: (_number(value) > 0) - (_number(value) < 0),
    "mod": _mod,
    "floor": lambda value: _rounded(ROUND_FLOOR)(value),
    **dict.fromkeys(("ceil", "ceiling"), lambda value: _rounded(ROUND_CEILING)(value)),
    "round": _rounded(ROUND_HALF_UP),
    "trunc": lambda value, digits=0: _rounded("ROUND_DOWN")(value, digits),
    **dict.fromkeys(("jsonb_typeof", "json_typeof"), _json_kind),
    **dict.fromkeys(("jsonb_array_length", "json_array_length"), _json_length),
    "json_valid": _json_valid,
    "array_length": _array_length,
    "cardinality": _cardinality,
    **dict.fromkeys(("extract", "date_part"), _part),
}
