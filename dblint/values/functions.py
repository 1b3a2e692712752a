"""What PostgreSQL's functions give for values of the types they are declared for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from dblint.values import documents, numbers, patterns, texts
from dblint.values.comparing import equal
from dblint.values.conversions import text_of
from dblint.values.moments import Interval, Moment, age, at_zone, microseconds_between, widened
from dblint.values.numbers import RefusedError, as_code
from dblint.values.sql_values import UNKNOWN, Json, SqlValue, Unknown

PRESENTS = frozenset({"now", "statement_timestamp", "transaction_timestamp", "clock_timestamp"})
_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Kernel = Callable[..., Any]


def apply(name: str, codes: Sequence[str], result: str, values: Sequence[Any]) -> SqlValue:
    """The function's result for values that are known and not NULL; unknown for a function not known here.

    Raises:
        RefusedError: the server may refuse the values.
    """
    kernel = _TYPED.get((name, codes[0] if codes else "")) or _FUNCTIONS.get(name)
    if kernel is None:
        return UNKNOWN
    found = kernel(*values)
    if isinstance(found, Unknown) or found is None:
        nothing: SqlValue = found
        return nothing
    value: SqlValue = as_code(_numeric(found, result), result) if result in numbers.NUMBERS else found
    return value


def _numeric(found: Any, result: str) -> Any:
    if result == "numeric":
        return numbers.decimal(found)
    return float(found) if result in numbers.FLOATS else int(found)


def concatenated(codes: Sequence[str], values: Sequence[Any], delimiter: str = "") -> SqlValue:
    """``concat`` and ``concat_ws``: NULLs are left out, booleans are single letters."""
    given = [(value, code) for value, code in zip(values, codes, strict=True) if value is not None]
    if any(isinstance(value, Unknown) for value, _ in given):
        return UNKNOWN
    return delimiter.join(_output(value, code) for value, code in given)


def _output(value: Any, code: str) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value) if code == "bpchar" else text_of(value, code)


# Arrays


def _flat(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if any(isinstance(one, tuple) for one in value):
        raise RefusedError
    return value


def _array_length(value: tuple[Any, ...], dimension: int) -> SqlValue:
    return (len(_flat(value)) or None) if dimension == 1 else None


def _array_position(value: tuple[Any, ...], wanted: Any) -> SqlValue:
    for at, one in enumerate(_flat(value), 1):
        same = one is not None and equal(one, wanted)
        if same is None:
            return UNKNOWN
        if same:
            return at
    return None


def _array_remove(value: tuple[Any, ...], unwanted: Any) -> SqlValue:
    same = [one is not None and equal(one, unwanted) for one in _flat(value)]
    return UNKNOWN if None in same else tuple(one for one, gone in zip(value, same, strict=True) if not gone)


def _array_text(element: str) -> Kernel:
    def join(value: tuple[Any, ...], delimiter: str, null: str | None = None) -> SqlValue:
        given = [null if one is None else _output(one, element) for one in _flat(value)]
        return delimiter.join(one for one in given if one is not None)

    return join


def _string_parts(text: str, delimiter: str) -> SqlValue:
    return tuple(text.split(delimiter)) if text and delimiter else (text,) if text else ()


# Dates and times


def _moment_part(field: str, value: Moment) -> SqlValue:
    if not value.exact:
        ends = {_part_of(field, one) for one in (value.earliest, value.latest)}
        return ends.pop() if field in ("year", "century", "decade", "millennium") and len(ends) == 1 else UNKNOWN
    return _part_of(field, value.earliest)


def _part_of(field: str, when: datetime) -> SqlValue:
    micros = when.second * _SECOND + when.microsecond
    parts: dict[str, Callable[[], int | Decimal]] = {
        "year": lambda: when.year,
        "month": lambda: when.month,
        "day": lambda: when.day,
        "hour": lambda: when.hour,
        "minute": lambda: when.minute,
        "second": lambda: _scaled(micros, 6),
        "milliseconds": lambda: _scaled(micros, 3),
        "microseconds": lambda: micros,
        "dow": lambda: when.isoweekday() % 7,
        "isodow": lambda: when.isoweekday(),
        "doy": lambda: when.timetuple().tm_yday,
        "week": lambda: when.isocalendar()[1],
        "isoyear": lambda: when.isocalendar()[0],
        "quarter": lambda: (when.month - 1) // 3 + 1,
        "decade": lambda: when.year // 10,
        "century": lambda: (when.year + 99) // 100,
        "millennium": lambda: (when.year + 999) // 1000,
        "epoch": lambda: _scaled(microseconds_between(when, _EPOCH), 6),
    }
    part = parts.get(_unit(field))
    return UNKNOWN if part is None else part()


def _scaled(micros: int, digits: int) -> Decimal:
    return numbers.with_scale(Decimal(micros).scaleb(-digits), digits)


_PLURALS = {"us": "microseconds", "ms": "milliseconds", "microsecond": "microseconds", "millisecond": "milliseconds"}


def _unit(field: str) -> str:
    name = field.strip().lower()
    name = _PLURALS.get(name, name)
    single = name.removesuffix("s")
    return single if single in ("year", "month", "day", "hour", "minute", "second", "week") else name


def _date_part(field: str, value: Moment) -> SqlValue:
    found = _moment_part(field, value)
    if _unit(field) == "epoch" and isinstance(found, Decimal):
        return found.quantize(Decimal(1))
    return UNKNOWN if _unit(field) in ("hour", "minute", "second", "milliseconds", "microseconds") else found


def _interval_part(field: str, value: Interval) -> SqlValue:
    years, months = _toward_zero(value.months, 12)
    hours, rest = _toward_zero(value.microseconds, 3600 * _SECOND)
    minutes, micros = _toward_zero(rest, 60 * _SECOND)
    seconds = years * 31_557_600 + (months * 30 + value.days) * 86_400
    parts: dict[str, int | Decimal] = {
        "year": years,
        "month": months,
        "day": value.days,
        "hour": hours,
        "minute": minutes,
        "second": _scaled(micros, 6),
        "milliseconds": _scaled(micros, 3),
        "microseconds": micros,
        "epoch": _scaled(seconds * _SECOND + value.microseconds, 6),
    }
    return parts.get(_unit(field), UNKNOWN)


def _toward_zero(value: int, unit: int) -> tuple[int, int]:
    count, rest = divmod(abs(value), unit)
    return (count, rest) if value >= 0 else (-count, -rest)


_DAYS_PARTS = frozenset(
    ("year", "month", "day", "dow", "isodow", "doy", "week", "isoyear", "quarter", "decade", "century", "millennium")
)


def _zoned_part(field: str, value: Moment) -> SqlValue:
    """What a zone's clock shows is not known but for the year; how long ago it was is."""
    if _unit(field) == "epoch" and value.exact:
        return _part_of("epoch", value.earliest)
    if value.local is not None and _unit(field) in _DAYS_PARTS:
        return _part_of(field, value.local)
    wide = widened(value)
    return UNKNOWN if wide is None or wide.exact else _moment_part(field, wide)


def _truncated(field: str, value: Moment) -> SqlValue:
    unit = _unit(field)
    if not value.exact or unit not in ("second", "minute", "hour", "day", "month", "quarter", "year"):
        return UNKNOWN
    when = value.earliest.replace(microsecond=0)
    order = ("second", "minute", "hour", "day", "month", "year")
    reached = order.index("month" if unit == "quarter" else unit)
    clear: dict[str, int] = {}
    for part in order[:reached]:
        clear[part] = 1 if part in ("day", "month") else 0
    found = when.replace(**clear)  # type: ignore[arg-type]
    found = found.replace(month=(found.month - 1) // 3 * 3 + 1) if unit == "quarter" else found
    return Moment(found, found)


def _made_date(year: int, month: int, day: int) -> SqlValue:
    try:
        found = datetime(year, month, day, tzinfo=UTC)
    except ValueError as error:
        raise RefusedError from error
    return Moment(found, found)


def _age(one: Moment, other: Moment) -> SqlValue:
    found = age(one, other)
    return UNKNOWN if found is None else found


def _in_zone(zone: str, value: Moment) -> SqlValue:
    found = at_zone(value, zone)
    return UNKNOWN if found is None else found


# Documents


def _content(value: Json) -> Any:
    if value.content is UNKNOWN:
        raise RefusedError
    return value.content


def _document_length(value: Json) -> SqlValue:
    content = _content(value)
    if not isinstance(content, list):
        raise RefusedError
    return len(content)


def _at_path(value: Json, *path: str) -> tuple[bool, Any]:
    return documents.at_path(value.content, path)


def _without_nulls(value: Json) -> SqlValue:
    if not documents.is_whole(value.content):
        raise RefusedError
    return Json(documents.without_nulls(value.content))


# Texts


def _replaced(text: str, pattern: str, new: str, flags: Any = "") -> SqlValue:
    if not isinstance(flags, str) or set(flags) - {"g", "i"}:
        return UNKNOWN
    found = patterns.replaced(pattern, text, new, fold="i" in flags, everywhere="g" in flags)
    return UNKNOWN if found is None else found


def _regular(text: str, pattern: str, flags: str = "") -> SqlValue:
    found = patterns.matches(pattern, text, fold="i" in flags) if not set(flags) - {"i"} else None
    return UNKNOWN if found is None else found


def _substring(text: str, start: Any, count: int | None = None) -> SqlValue:
    if isinstance(start, int):
        return texts.substring(text, start, count)
    found = patterns.first(start, text) if count is None else None
    return UNKNOWN if found is None else found[1] if found[0] else None


def _trimmed(text: str, chars: str = " ") -> str:
    return text.strip(chars) if chars else text


_FUNCTIONS: dict[str, Kernel] = {
    **dict.fromkeys(("length", "char_length", "character_length"), len),
    "octet_length": lambda text: len(text.encode()),
    "bit_length": lambda text: len(text.encode()) * 8,
    "lower": texts.ascii_only(str.lower),
    "upper": texts.ascii_only(str.upper),
    "initcap": texts.ascii_only(texts.capitalized),
    "btrim": _trimmed,
    "ltrim": lambda text, chars=" ": text.lstrip(chars) if chars else text,
    "rtrim": lambda text, chars=" ": text.rstrip(chars) if chars else text,
    "reverse": lambda text: text[::-1],
    "replace": texts.replaced,
    "starts_with": str.startswith,
    **dict.fromkeys(("strpos", "position"), lambda text, part: text.find(part) + 1),
    **dict.fromkeys(("substring", "substr"), _substring),
    "left": texts.left,
    "right": texts.right,
    "lpad": lambda text, size, fill=" ": texts.padded(text, size, fill, front=True),
    "rpad": lambda text, size, fill=" ": texts.padded(text, size, fill, front=False),
    "repeat": texts.repeated,
    "split_part": texts.split_part,
    "translate": texts.translated,
    "overlay": texts.overlaid,
    "md5": texts.digest,
    "ascii": texts.first_code,
    "chr": texts.character,
    "regexp_replace": _replaced,
    "regexp_like": _regular,
    "quote_literal": lambda _: UNKNOWN,
    "abs": numbers.absolute,
    "sign": numbers.sign,
    "mod": numbers.remainder,
    "div": numbers.whole_quotient,
    "floor": numbers.floor,
    **dict.fromkeys(("ceil", "ceiling"), numbers.ceiling),
    "round": numbers.round_,
    "trunc": numbers.truncate,
    **dict.fromkeys(("power", "pow"), numbers.power),
    "sqrt": numbers.square_root,
    "cbrt": numbers.float_function(math.cbrt),
    "exp": numbers.float_function(math.exp),
    "ln": numbers.float_function(math.log),
    "log": numbers.float_function(math.log10),
    **{name: numbers.float_function(getattr(math, name)) for name in ("sin", "cos", "tan", "asin", "acos", "atan")},
    "radians": numbers.float_function(math.radians),
    "degrees": numbers.float_function(math.degrees),
    "pi": lambda: math.pi,
    "gcd": lambda one, other: math.gcd(one, other) if isinstance(one, int) else UNKNOWN,
    "lcm": lambda one, other: math.lcm(one, other) if isinstance(one, int) else UNKNOWN,
    "scale": numbers.scale,
    "trim_scale": numbers.trimmed_scale,
    **dict.fromkeys(("jsonb_typeof", "json_typeof"), lambda value: documents.kind(_content(value))),
    **dict.fromkeys(("jsonb_array_length", "json_array_length"), _document_length),
    **{f"{kind}_extract_path": lambda *given: documents.as_json(_at_path(*given)) for kind in ("json", "jsonb")},
    **{f"{kind}_extract_path_text": lambda *given: documents.as_text(_at_path(*given)) for kind in ("json", "jsonb")},
    "jsonb_exists": lambda value, key: documents.has_key(_content(value), key),
    "jsonb_strip_nulls": _without_nulls,
    "array_length": _array_length,
    "cardinality": lambda value: len(_flat(value)),
    "array_ndims": lambda value: 1 if _flat(value) else None,
    "array_upper": _array_length,
    "array_lower": lambda value, dimension: 1 if dimension == 1 and _flat(value) else None,
    "array_position": _array_position,
    "array_remove": _array_remove,
    "string_to_array": _string_parts,
    "age": _age,
    "make_date": _made_date,
    "timezone": _in_zone,
    "make_interval": lambda *counts: UNKNOWN,
}
_BY_FIELD: dict[str, Kernel] = {
    "timestamp": _moment_part,
    "timestamptz": _zoned_part,
    "date": _date_part,
    "interval": _interval_part,
}
_TYPED: dict[tuple[str, str], Kernel] = {
    ("length", "bpchar"): lambda text: len(text.rstrip(" ")),
    ("char_length", "bpchar"): lambda text: len(text.rstrip(" ")),
    ("character_length", "bpchar"): lambda text: len(text.rstrip(" ")),
    ("length", "bytea"): len,
    ("octet_length", "bytea"): len,
    **{("array_to_string", f"_{code}"): _array_text(code) for code in ("text", "varchar", "int4", "int8", "numeric")},
}


def part(value_code: str) -> Kernel | None:
    """``extract`` for a value of that type."""
    return _BY_FIELD.get(value_code)


def truncated(value_code: str) -> Kernel | None:
    """``date_trunc`` for a value of that type: what a zone's clock shows is not known."""
    return _truncated if value_code == "timestamp" else None
