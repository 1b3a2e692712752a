"""What a double's formula comes to, by Python's meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dblint.facts.formulas_model import Part

_TROUBLE = (ArithmeticError, ValueError, TypeError, AttributeError, LookupError)
_LARGEST = 10**6
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "//": lambda one, other: one // other,
    "%": lambda one, other: one % other,
    "**": lambda one, other: one**other,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "round": round,
    "int": int,
    "float": float,
    "str": str,
    "abs": abs,
    "min": min,
    "max": max,
    "len": len,
    "bool": bool,
    "Decimal": Decimal,
}


class UncomputedError(Exception):
    """The formula fails on these inputs, or uses what dblint does not compute."""


def inputs(part: Part) -> frozenset[str]:
    """The columns a formula reads."""
    inner = frozenset[str]().union(*map(inputs, part.parts))
    return inner | {part.text} if part.kind == "input" else inner


def run(part: Part, row: Mapping[str, Any]) -> Any:
    """The formula's value on a row of Python values.

    Raises:
        UncomputedError: it has none.
    """
    try:
        return _run(part, row)
    except _TROUBLE as error:
        raise UncomputedError from error


def _run(part: Part, row: Mapping[str, Any]) -> Any:
    if part.kind == "input":
        return row[part.text]
    if part.kind in ("operator", "call", "method", "text"):
        return _applied(part, [_run(one, row) for one in part.parts])
    if part.kind == "int":
        return int(part.text, 0)
    if part.kind == "float":
        return float(part.text)
    return {"none": None, "bool": part.text == "True"}.get(part.kind, part.text)


def _applied(part: Part, values: list[Any]) -> Any:
    if part.kind == "text":
        return "".join(map(str, values))
    if part.kind == "method":
        return getattr(str(values[0]), part.text)() if isinstance(values[0], str) else _refuse()
    if part.kind == "call":
        return _FUNCTIONS[part.text](*values)
    if part.text in ("**", "*") and any(isinstance(one, int) and abs(one) > _LARGEST for one in values):
        return _refuse()
    return _OPERATORS[part.text](*values)


def _refuse() -> Any:
    raise UncomputedError
