"""The value of a column's type that a refused one surely was meant to be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from dblint.catalog.model import Catalog, Type
from dblint.facts.value_model import Value
from dblint.values.acceptance import Carrier, column_verdict
from dblint.values.input.numbers import BITS
from dblint.values.json_input import base_of

_FLOATING = ("numeric", "real", "double precision", "money")
_AMOUNT = re.compile(r"[$€£]?\s*([+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?)\s*(?:USD|EUR|GBP|[$€£%])?")
_LONGEST = 200


def converted(type_: Type, value: Value, catalog: Catalog, carrier: Carrier, *, nullable: bool) -> str | None:
    """The value as a Python expression in double quotes; None where none is certain."""
    base = base_of(type_, catalog)
    if base is None or len(value.text) > _LONGEST:
        return None
    for found, code in _candidates(base, value, nullable):
        if column_verdict(type_, found, catalog, carrier).kind == "accepts":
            return code
    return None


def _candidates(base: Type, value: Value, nullable: bool) -> Iterator[tuple[Value, str]]:
    if base.dimensions:
        if value.kind in ("str", "int", "float", "bool") and not value.text.lstrip().startswith(("{", "[")):
            code = _code(value)
            yield Value("list", "", (value,)), f"[{code}]"
        return
    if value.kind == "str" and nullable and value.text.strip().lower() in ("", "null", "none"):
        yield Value("null"), "None"
    elif base.name in BITS or base.name in _FLOATING:
        yield from _numbers(base, value)
    elif value.kind == "str" and value.text != value.text.strip():
        stripped = Value("str", value.text.strip())
        yield stripped, _code(stripped)


def _numbers(base: Type, value: Value) -> Iterator[tuple[Value, str]]:
    if value.kind == "bool":
        number = "1" if value.text == "True" else "0"
        yield Value("int", number), number
        return
    found = _amount(value)
    if found is None:
        return
    if found == found.to_integral_value():
        yield Value("int", f"{found:.0f}"), f"{found:.0f}"
    elif base.name in _FLOATING:
        yield Value("float", format(found, "f")), format(found, "f")


def _amount(value: Value) -> Decimal | None:
    if value.kind == "float":
        text = value.text.replace("_", "")
    elif value.kind == "str":
        said = _AMOUNT.fullmatch(value.text.strip())
        text = said[1].replace(",", "") if said else value.text.strip()
    else:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 30 else None


def _code(value: Value) -> str:
    return json.dumps(value.text, ensure_ascii=False) if value.kind == "str" else value.text
