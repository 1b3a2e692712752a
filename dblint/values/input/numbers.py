"""Input of integers, numeric, floating point numbers and money."""

from __future__ import annotations

import math
import re
import struct
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal

from dblint.values.input.refusal import RefusedInputError, UnclearInputError, malformed, shown, too_large

BITS = {"smallint": 16, "integer": 32, "bigint": 64}
_SPACE = " \t\n\v\f\r"
_INTEGER = re.compile(r"([+-]?)([0-9]+)")
_NEWER_INTEGER = re.compile(r"[+-]?(0[xX](_?[0-9a-fA-F])+|0[oO](_?[0-7])+|0[bB](_?[01])+|[0-9](_?[0-9])*)")
"""Spellings PostgreSQL knows since version 16."""
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DIGITS = r"[0-9](_?[0-9])*"
_NEWER_NUMBER = re.compile(rf"[+-]?({_DIGITS}(\.({_DIGITS})?)?|\.{_DIGITS})([eE][+-]?{_DIGITS})?")
_HEX_FLOAT = re.compile(r"[+-]?0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?")
_INFINITY = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_PLAIN_MONEY = re.compile(r"-?[0-9]+(\.[0-9]*)?")
_LONG_EXPONENT = 9
_LONGEST_NEWER = 100
_FAR = 400
"""No float has so many digits before its point, nor so many zeros behind it."""
_MOST_DIGITS = 131072
_MOST_SCALE = 16383
_LARGEST_REAL = Decimal(2**128 - 2**103)
_SMALLEST_REAL = Decimal(2) ** -150
_LARGEST_DOUBLE = Decimal(2**1024 - 2**970)


def read_integer(text: str, name: str) -> int:
    """The number of an integer type's text."""
    stripped = text.strip(_SPACE)
    found = _INTEGER.match(stripped)
    if found is not None:
        digits = found[2].lstrip("0")
        limit = 1 << (BITS[name] - 1)
        # The server reads digit by digit and stops at the first that is one too many.
        if len(digits) > 20 or (len(digits) > 1 and int(digits[:-1]) > limit // 10):
            raise too_large(stripped, name)
        if found.end() == len(stripped):
            return in_range(int(f"{found[1]}{digits or 0}"), name)
    if _NEWER_INTEGER.fullmatch(stripped) and len(stripped) < _LONGEST_NEWER:
        in_range(_newer_integer(stripped), name)
        raise UnclearInputError
    raise malformed(text, name)


def _newer_integer(text: str) -> int:
    digits = text.lstrip("+-").replace("_", "").lower()
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2], 10)
    return int(digits[2:] if base != 10 else digits, base) * (-1 if text.startswith("-") else 1)


def in_range(number: int, name: str) -> int:
    limit = 1 << (BITS[name] - 1)
    if not -limit <= number < limit:
        raise too_large(str(number), name)
    return number


def read_numeric(text: str, precision: int | None = None, scale: int = 0) -> Decimal:
    """The number of a numeric's text, rounded to its scale; NaN and the infinities are numbers too."""
    stripped = text.strip(_SPACE)
    if stripped.lower() == "nan":
        return Decimal("NaN")
    if _INFINITY.fullmatch(stripped):
        if precision is None:
            raise UnclearInputError  # Refused before PostgreSQL 14.
        raise RefusedInputError("22003", f"`{stripped}` fits no numeric({precision},{scale})")
    if not _NUMBER.fullmatch(stripped):
        if len(_exponent(stripped)) > _LONG_EXPONENT:
            raise too_large(stripped, "numeric")
        _try_newer(stripped, precision, scale)
        raise malformed(text, "numeric")
    if len(_exponent(stripped)) > _LONG_EXPONENT:
        raise too_large(stripped, "numeric")
    context = Context(prec=len(stripped) + 8, Emax=MAX_EMAX, Emin=MIN_EMIN)
    return rounded(context.create_decimal(stripped), precision, scale)


def _exponent(text: str) -> str:
    """The digits of the exponent of the number that a text begins with."""
    found = _NUMBER.match(text)
    return (found[3] or "e")[1:].lstrip("+-0") if found is not None else ""


def _try_newer(text: str, precision: int | None, scale: int) -> None:
    """Says that servers differ on a spelling that only newer ones know, unless the column cannot hold it anyway."""
    if len(text) >= _LONGEST_NEWER:
        return
    if _NEWER_NUMBER.fullmatch(text):
        rounded(Decimal(text.replace("_", "")), precision, scale)
        raise UnclearInputError
    if _NEWER_INTEGER.fullmatch(text):
        rounded(Decimal(_newer_integer(text)), precision, scale)
        raise UnclearInputError


def rounded(number: Decimal, precision: int | None, scale: int) -> Decimal:
    """A number at the scale of its column, when its digits before the point fit."""
    if not number.is_finite():
        return number
    if precision is None:
        exponent = number.as_tuple().exponent
        if (number and number.adjusted() >= _MOST_DIGITS) or (isinstance(exponent, int) and -exponent > _MOST_SCALE):
            raise too_large(f"{number:.3e}", "numeric")
        return number
    places = precision - scale
    if number and number.adjusted() >= places:
        raise _overflow(number, precision, scale)
    if not number or number.adjusted() < -scale - 1:
        return Decimal(0).scaleb(-scale)
    context = Context(prec=max(places, 0) + max(scale, 0) + 8, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)
    found = number.quantize(Decimal(1).scaleb(-scale), context=context)
    if found and found.adjusted() >= places:
        raise _overflow(number, precision, scale)
    return found


def _overflow(number: Decimal, precision: int, scale: int) -> RefusedInputError:
    text = shown(format(number, "f") if abs(number.adjusted()) < 40 else f"{number:.3e}")
    return RefusedInputError("22003", f"`{text}` is too large for numeric({precision},{scale})")


def read_float(text: str, name: str) -> float:
    """The number of a real's or double precision's text."""
    stripped = text.strip(_SPACE)
    if stripped.lower() == "nan" or _INFINITY.fullmatch(stripped):
        return float(stripped)
    found = _NUMBER.match(stripped)
    if found is None or _HEX_FLOAT.match(stripped):
        if _HEX_FLOAT.match(stripped) or stripped.lower().lstrip("+-").startswith("nan"):
            raise UnclearInputError  # The C library reads it.
        raise malformed(text, name)
    # The C library reads as far as it can, and what it cannot hold is refused before what follows.
    number = _finite_float(found, name)
    if found.end() < len(stripped):
        raise malformed(text, name)
    return number


def _finite_float(found: re.Match[str], name: str) -> float:
    if len(_exponent(found[0])) <= _LONG_EXPONENT:
        return float_in_range(Decimal(found[0]), name)
    if found[1].strip("0."):
        raise too_large(found[0], name)
    return 0.0


def float_in_range(number: Decimal, name: str) -> float:
    """A finite number as the float it becomes."""
    if number and abs(number.adjusted()) > _FAR:
        raise too_large(str(number), name)
    size = abs(number)
    if name == "real":
        if size >= _LARGEST_REAL or (number and size <= _SMALLEST_REAL):
            raise too_large(str(number), name)
        return float(struct.unpack("<f", struct.pack("<f", float(number)))[0])
    found = float(number)
    if size >= _LARGEST_DOUBLE or math.isinf(found) or (number and not found):
        raise too_large(str(number), name)
    return found


def read_money(text: str) -> Decimal:
    """An amount as far as every locale reads it alike."""
    stripped = text.strip(_SPACE)
    if not _PLAIN_MONEY.fullmatch(stripped):
        if re.search(r"[A-Za-z_\[\]{};:]|--", stripped) and len(stripped) < 18:
            raise malformed(text, "money")
        raise UnclearInputError  # Signs and separators are the locale's.
    if len(stripped) > 40:
        raise too_large(stripped, "money")
    found = Decimal(stripped).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP, context=Context(prec=60))
    if not -(1 << 63) <= found * 100 < 1 << 63:
        raise too_large(stripped, "money")
    return found
