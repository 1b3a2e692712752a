"""Arithmetic as PostgreSQL has it: whole numbers that stay whole, numerics with their scale, binary floats."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

INTEGERS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
FLOATS = frozenset({"float4", "float8"})
NUMBERS = frozenset({*INTEGERS, *FLOATS, "numeric"})
_EXACT = Context(prec=3000, rounding=ROUND_HALF_UP, Emax=999999, Emin=-999999)
_MOST_DIGITS = 1000
_LARGEST_POWER = 10_000


class RefusedError(Exception):
    """The server answers with an error, or dblint cannot tell what it answers."""


def number(text: str) -> int | Decimal | None:
    """A number's text; None for what is none, or not finite."""
    try:
        found = Decimal(text.strip().replace("_", ""))
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found.adjusted()) > _MOST_DIGITS:
        return None
    return int(found) if found == found.to_integral_value() and "." not in text and "e" not in text.lower() else found


def decimal(value: int | Decimal | float) -> Decimal:
    """A whole number or constant as numeric; a float by its shortest text, which is not how the server casts one."""
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(repr(value))


def scale(value: Decimal) -> int:
    """The digits after the point that the server keeps for the value."""
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def with_scale(value: Decimal, digits: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """The value rounded to so many digits after the point; with fewer than none the scale is none."""
    found = value.quantize(Decimal(1).scaleb(-digits), rounding, _EXACT)
    found = found if digits >= 0 else found.quantize(Decimal(1), context=_EXACT)
    return found if found else found.copy_abs()


def float4(value: float) -> float:
    """The nearest value of ``real``."""
    try:
        found: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError as error:
        raise RefusedError from error
    return found


def finite(value: float) -> float:
    if not math.isfinite(value):
        raise RefusedError
    return value


def whole(value: float | Decimal) -> int:
    """A number as a whole one: numeric rounds away from zero, floats to the even neighbour."""
    return round(value) if isinstance(value, float) else int(value.quantize(Decimal(1), ROUND_HALF_UP, _EXACT))


def numeric_of_float(value: float, code: str) -> Decimal:
    """A float cast to numeric, of which the server keeps 15 digits, or 6 of a real's."""
    found = Decimal(format(value, ".6g" if code == "float4" else ".15g"))
    return found if scale(found) or found.as_tuple().exponent == 0 else found.quantize(Decimal(1), context=_EXACT)


def as_code(value: Any, code: str) -> Any:
    """A number as the result of an operator or function of that type."""
    if code in INTEGERS:
        if not -INTEGERS[code] <= value < INTEGERS[code]:
            raise RefusedError
        return value
    if code in FLOATS:
        return finite(float4(value) if code == "float4" else value)
    return value if value else value.copy_abs()  # There is no negative zero among numerics.


# Operators


def _add(one: Any, other: Any) -> Any:
    return _EXACT.add(one, other) if isinstance(one, Decimal) else one + other


def _subtract(one: Any, other: Any) -> Any:
    return _EXACT.subtract(one, other) if isinstance(one, Decimal) else one - other


def _multiply(one: Any, other: Any) -> Any:
    return _EXACT.multiply(one, other) if isinstance(one, Decimal) else one * other


def divide(one: Any, other: Any) -> Any:
    if other == 0:
        raise RefusedError
    if isinstance(one, int):
        return abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)
    return _quotient(one, other) if isinstance(one, Decimal) else one / other


def _quotient(one: Decimal, other: Decimal) -> Decimal:
    """The quotient with as many digits as the server keeps: 16 significant ones, counted in groups of four."""
    (weight, first), (other_weight, other_first) = _leading(one), _leading(other)
    quotient_weight = weight - other_weight - (first <= other_first)
    digits = min(max(16 - quotient_weight * 4, scale(one), scale(other), 0), _MOST_DIGITS)
    return with_scale(_EXACT.divide(one, other), digits)


def _leading(value: Decimal) -> tuple[int, int]:
    """The weight of the first group of four digits that is not zero, and the group."""
    if value == 0:
        return 0, 0
    weight = value.adjusted() // 4
    return weight, int(abs(value).scaleb(-4 * weight, context=_EXACT))


def remainder(one: Any, other: Any) -> Any:
    """The remainder with the sign of the dividend."""
    if other == 0:
        raise RefusedError
    if isinstance(one, int):
        return abs(one) % abs(other) * (-1 if one < 0 else 1)
    if isinstance(one, float):
        raise RefusedError
    digits = max(scale(one), scale(other))
    found = _EXACT.subtract(one, _EXACT.multiply(_EXACT.divide_int(one, other), other))
    return with_scale(found, digits)


def power(one: Any, other: Any) -> Any:
    if isinstance(one, Decimal):
        return _numeric_power(one, other)
    try:
        found = float(one) ** float(other)
    except (OverflowError, ZeroDivisionError) as error:
        raise RefusedError from error
    if isinstance(found, complex):
        raise RefusedError
    return found


def _numeric_power(one: Decimal, other: Decimal) -> Decimal:
    if other != other.to_integral_value() or abs(other) > _LARGEST_POWER or (one == 0 and other < 0):
        raise RefusedError
    exponent = int(other)
    weight = 0 if one == 0 else int(exponent * math.log10(abs(one))) if abs(one).adjusted() < 300 else 400
    if abs(weight) > _MOST_DIGITS // 2:
        raise RefusedError
    digits = min(max(16 - weight, scale(one), scale(other), 0), _MOST_DIGITS)
    found = _EXACT.power(one, abs(exponent))
    return with_scale(found if exponent >= 0 else _EXACT.divide(Decimal(1), found), digits)


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": divide,
    "%": remainder,
    "^": power,
    "&": lambda one, other: one & other,
    "|": lambda one, other: one | other,
    "#": lambda one, other: one ^ other,
    "<<": lambda one, other: _shift(one, other),
    ">>": lambda one, other: one >> _bits(other),
}


def _bits(count: int) -> int:
    if not 0 <= count < 31:
        raise RefusedError
    return count


def _shift(one: int, count: int) -> int:
    found = one << _bits(count)
    if abs(found) >= 2**15:
        raise RefusedError  # Bits fall off at the type's end.
    return found


# Functions


def round_(value: Any, digits: int = 0) -> Any:
    if isinstance(value, float):
        return float(round(value))
    return with_scale(value, _digits(digits)) if isinstance(value, Decimal) else value


def truncate(value: Any, digits: int = 0) -> Any:
    if isinstance(value, float):
        return float(math.trunc(value))
    return with_scale(value, _digits(digits), ROUND_DOWN) if isinstance(value, Decimal) else value


def _digits(count: int) -> int:
    if abs(count) > _MOST_DIGITS:
        raise RefusedError
    return count


def floor(value: Any) -> Any:
    return float(math.floor(value)) if isinstance(value, float) else with_scale(value, 0, ROUND_FLOOR)


def ceiling(value: Any) -> Any:
    return float(math.ceil(value)) if isinstance(value, float) else with_scale(value, 0, ROUND_CEILING)


def absolute(value: Any) -> Any:
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


def sign(value: Any) -> Any:
    found = (value > 0) - (value < 0)
    return float(found) if isinstance(value, float) else Decimal(found)


def whole_quotient(one: Any, other: Any) -> Any:
    """``div(numeric, numeric)``."""
    if other == 0:
        raise RefusedError
    return with_scale(_EXACT.divide_int(one, other), 0)


def square_root(value: Any) -> Any:
    if value < 0:
        raise RefusedError
    if isinstance(value, float):
        return math.sqrt(value)
    weight = _leading(value)[0]
    digits = min(max(15 - weight * 2, scale(value), 0), _MOST_DIGITS)
    return with_scale(_EXACT.sqrt(value), digits)


def float_function(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of the C library, for floats alone."""

    def apply(value: Any) -> Any:
        if not isinstance(value, float):
            raise RefusedError
        try:
            return function(value)
        except (ValueError, OverflowError) as error:
            raise RefusedError from error

    return apply


def trimmed_scale(value: Decimal) -> Decimal:
    found = value.normalize(_EXACT)
    return found if scale(found) else found.quantize(Decimal(1), context=_EXACT)


def written(value: float, code: str) -> str:
    """A float's text: the shortest that reads back as the same value."""
    digits = next(one for one in range(1, 18) if _reads_back(value, format(value, f".{one}g"), code))
    _, exponent = format(value, f".{digits - 1}e").split("e")
    most = 6 if code == "float4" else 15
    if value != 0 and not -4 <= int(exponent) < most:
        mantissa, power_of_ten = format(value, f".{digits - 1}e").split("e")
        return f"{mantissa}e{power_of_ten[0]}{power_of_ten[1:].rjust(2, '0')}"
    return format(Decimal(format(value, f".{digits}g")), "f")


def _reads_back(value: float, text: str, code: str) -> bool:
    return (float4(float(text)) if code == "float4" else float(text)) == value
