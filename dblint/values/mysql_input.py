"""Values in MySQL in its strict mode, as far as every version and setting refuses the same."""

from __future__ import annotations

import re
from decimal import Decimal

from dblint.catalog.model import Column, Type
from dblint.facts.value_model import Value
from dblint.values.input.numbers import rounded
from dblint.values.input.read import modifiers
from dblint.values.input.refusal import RefusedInputError, UnclearInputError, malformed, shown, too_large
from dblint.values.json_text import decimal_digits

_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "integer": 32, "bigint": 64}
_DECIMALS = ("decimal", "numeric", "dec", "fixed")
_FLOATS = ("float", "double", "double precision", "real")
_TEXTS = ("varchar", "char", "character varying", "character", "nvarchar", "nchar")
_MOMENTS = ("date", "datetime", "timestamp")
_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\s*")
_DEFAULT_DECIMAL = (10, 0)


def take(value: Value, column: Column) -> None:
    """Tries what an INSERT in strict mode does with the value.

    Raises:
        RefusedInputError: MySQL refuses it.
        UnclearInputError: that is not known.
    """
    type_ = column.type
    if type_ is None or type_.kind != "base" or value.kind not in ("str", "int", "float", "bool"):
        raise UnclearInputError
    name = type_.name.lower().replace(" zerofill", "").strip()
    bare = name.removesuffix(" unsigned")
    if bare in _TEXTS:
        _text(value, type_, bare)
    elif bare in _MOMENTS:
        _moment(value, bare)
    elif bare in _BITS or bare in _DECIMALS or bare in _FLOATS:
        _number(value, type_, bare, unsigned=name != bare)
    else:
        raise UnclearInputError


def _text(value: Value, type_: Type, name: str) -> None:
    limits = modifiers(type_)
    limit = limits[0] if limits else 1 if name in ("char", "character", "nchar") else None
    if value.kind != "str" or limit is None:
        raise UnclearInputError
    if len(value.text.rstrip(" ")) > limit:
        raise RefusedInputError(
            "22001", f"`{shown(value.text)}` has {len(value.text)} characters, {name}({limit}) holds {limit}"
        )


def _moment(value: Value, name: str) -> None:
    if value.kind == "bool" or (value.kind == "str" and not re.search("[0-9]", value.text)):
        if value.kind == "bool":
            raise UnclearInputError
        raise malformed(value.text, name)
    raise UnclearInputError


def _number(value: Value, type_: Type, name: str, *, unsigned: bool) -> None:
    number = _read(value, name)
    if name in _BITS:
        bits = _BITS[name]
        low, high = (0, 1 << bits) if unsigned else (-(1 << (bits - 1)), 1 << (bits - 1))
        whole = number.to_integral_value("ROUND_HALF_UP") if abs(number.adjusted()) < 40 else number
        if not low <= whole < high:
            raise too_large(value.text, f"{name}{' unsigned' if unsigned else ''}")
    elif unsigned and number < 0 and name in _DECIMALS:
        raise too_large(value.text, f"{name} unsigned")
    elif name in _DECIMALS:
        limits = modifiers(type_) or _DEFAULT_DECIMAL
        rounded(number, limits[0], limits[1] if len(limits) > 1 else 0)


def _read(value: Value, name: str) -> Decimal:
    if value.kind == "bool":
        return Decimal(value.text == "True")
    if value.kind == "int":
        return Decimal(decimal_digits(value.text))
    if value.kind == "float":
        found = Decimal(value.text.replace("_", ""))
        if not found.is_finite():
            raise UnclearInputError
        return found
    if not _NUMBER.fullmatch(value.text):
        if re.match(r"\s*[+-]?\.?[0-9]", value.text):
            raise UnclearInputError
        raise malformed(value.text, name)
    return Decimal(value.text.strip())
