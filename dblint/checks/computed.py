"""Generated columns of mock rows: what the database computes, and how a literal would say it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dblint.binding.model import BoundRow
from dblint.catalog.model import Column
from dblint.facts.model import Value
from dblint.intent import ReplaceString, ReplaceValue
from dblint.source import Place
from dblint.values.comparing import equal
from dblint.values.held import Held
from dblint.values.moments import Moment
from dblint.values.numbers import scale
from dblint.values.sql_values import Json, SqlValue, Unknown

_CLOSE = Decimal("1e-9")


def computed(held: Held, bound: BoundRow) -> Iterator[tuple[Column, SqlValue]]:
    """The generated columns whose value is certain, computed from entries of the row alone."""
    given = bound.whole
    row = held.row(given, bound.role)
    for column in held.table.columns:
        if column.generated is None or not column.certain:
            continue
        inputs = held.inputs(column)
        if inputs and all(held.entry(given, name) is not None for name in inputs):
            found = held.computed(column, row)
            if not isinstance(found, Unknown):
                yield column, found


def agrees(given: SqlValue, wanted: SqlValue) -> bool:
    """The given value may be the computed one; a number is compared as far as its own digits go."""
    if isinstance(given, Unknown):
        return True
    if given is None or wanted is None:
        return given is wanted
    if _is_number(given) and _is_number(wanted):
        return _same_number(Decimal(str(given)), Decimal(str(wanted)))
    same = equal(given, wanted)
    return same is None or same


def _is_number(value: SqlValue) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _same_number(given: Decimal, wanted: Decimal) -> bool:
    if abs(given - wanted) <= abs(wanted) * _CLOSE:
        return True
    # A quotient without end is written with some of its digits.
    digits = scale(given)
    return digits >= 2 and scale(wanted) > digits and round(wanted, digits) == given


def written(value: SqlValue, like: Value | None = None) -> str | None:
    """The value as a Python expression in double quotes, in the style of another literal; None where there is none."""
    if value is None or isinstance(value, bool | int):
        return _in_style(str(value), like)
    if isinstance(value, Decimal):
        return _in_style(format(value, "f"), like)
    if isinstance(value, float):
        return _in_style(repr(value), like)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return None if not isinstance(value, Json) else _document(value.content)


def _in_style(number: str, like: Value | None) -> str | None:
    if like is None or like.kind in ("int", "float", "null", "bool", "unknown"):
        return number
    if like.kind == "str":
        return json.dumps(number) if number not in ("None", "True", "False") else number
    if like.kind == "call" and like.text.rpartition(".")[2] == "Decimal":
        return f'{like.text}("{number}")'
    return None


def _document(content: Any) -> str | None:
    """A document is rarely what a person wants written out."""
    return json.dumps(content) if content in ({}, []) else None


def replacement(place: Place, value: SqlValue, like: Value) -> ReplaceString | ReplaceValue | None:
    """The change that makes a literal say the computed value, in its own style."""
    code = written(value, like)
    if code is None or isinstance(value, Moment):
        return None
    if like.kind == "str" and code.startswith('"'):
        return ReplaceString(place, json.loads(code))
    return ReplaceValue(place, code)


def shown_value(value: SqlValue) -> str:
    """A computed value as a message quotes it."""
    if isinstance(value, Decimal):
        return f"`{value:f}`"
    if isinstance(value, Moment):
        text = value.earliest.isoformat(sep=" ").removesuffix("+00:00").removesuffix(" 00:00:00")
        return f"`{text}`"
    if isinstance(value, Json | tuple):
        return "another value"
    return f"`{'NULL' if value is None else value if isinstance(value, int) else repr(value)}`"
