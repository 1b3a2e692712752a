"""Values in an SQL text, or put into one by a driver: quoted ones are read by the column's type, others are cast."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from dblint.catalog.model import Catalog, Type
from dblint.facts.value_model import Value
from dblint.values import json_input
from dblint.values.input import numbers, simple
from dblint.values.input.read import KNOWN, element, modifiers, read
from dblint.values.input.refusal import RefusedInputError, UnclearInputError
from dblint.values.json_text import decimal_digits
from dblint.values.natives import STRICT

_TEXTS = frozenset({"text", "character varying", "character", "bpchar", "name"})
_FLOATS = frozenset({"real", "double precision"})
_BITS = ("bit", "bit varying")
_LOOSE = frozenset({"xml", '"char"'})


def take(value: Value, type_: Type, catalog: Catalog) -> None:
    """Tries what an INSERT does with the value.

    Raises:
        RefusedInputError: the server refuses it.
        UnclearInputError: that is not known, or drivers differ.
    """
    if value.kind in ("list", "tuple"):
        _array(value, type_, catalog)
        return
    if value.kind == "str":
        if type_.name in _BITS:
            read(value.text, replace(type_, modifiers=()), catalog)  # The length is looked at once it is read.
        read(value.text, type_, catalog)
        return
    base = json_input.base_of(type_, catalog)
    if base is None or value.kind not in ("int", "float", "bool", "call"):
        raise UnclearInputError
    if value.kind == "call":
        json_input.take(value, type_, catalog)
    elif base.dimensions or (base.kind not in ("base", "enum", "range")):
        raise UnclearInputError if base.kind == "opaque" else _no_cast(value, base)
    else:
        _cast(value, base)


def _cast(value: Value, base: Type) -> None:
    """A number or truth value, by the assignment casts there are."""
    name = base.name
    if base.kind == "base" and (name not in KNOWN or name in _LOOSE):
        raise UnclearInputError
    if name in _TEXTS and base.kind == "base":
        _as_text(value, base)
    elif value.kind == "bool":
        if name != "boolean":
            raise _no_cast(value, base)
    else:
        _number(value, base)


def _as_text(value: Value, base: Type) -> None:
    limits = modifiers(base)
    text = value.text.lower() if value.kind == "bool" else value.text.replace("_", "")
    if value.kind == "float" and not text.replace(".", "").lstrip("-").isdecimal():
        raise UnclearInputError
    simple.read_text(text, limits[0] if limits else None, base.name)


def _number(value: Value, base: Type) -> None:
    number = Decimal(decimal_digits(value.text)) if value.kind == "int" else Decimal(value.text.replace("_", ""))
    name = base.name if base.kind == "base" else ""
    if not number.is_finite():
        raise UnclearInputError
    if name in numbers.BITS or name == "numeric":
        json_input.amount_fits(_whole(number) if name in numbers.BITS else number, base)
    elif name in _FLOATS:
        numbers.float_in_range(number, name)
    elif name == "money":
        numbers.read_money(format(number, "f") if abs(number.adjusted()) < 40 else "9" * 50)
    else:
        raise _no_cast(value, base)


def _whole(number: Decimal) -> Decimal:
    if number.adjusted() > 40:
        return number
    return number.to_integral_value(ROUND_HALF_UP) if number.adjusted() > -40 else Decimal(0)


def _no_cast(value: Value, base: Type) -> RefusedInputError:
    what = {"bool": "a truth value", "int": "a number", "float": "a number"}[value.kind]
    return RefusedInputError("42804", f"`{value.text}` is {what}, which is not cast to {base.text or base.name}")


def _array(value: Value, type_: Type, catalog: Catalog) -> None:
    """A driver's list or an ARRAY: the texts in it are judged, the rest is the driver's."""
    base = json_input.base_of(type_, catalog)
    if base is None:
        raise UnclearInputError
    if not base.dimensions:
        if base.kind == "base" and base.name in STRICT:
            raise RefusedInputError("42804", f"a list is no {base.name}")
        raise UnclearInputError
    of = element(base)
    for item in value.items:
        if item.kind == "str":
            read(item.text, of, catalog)
    raise UnclearInputError
