"""Formulas by which a double computes a column: Python expressions over other columns, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.source import Span

PartKind = Literal["input", "int", "float", "str", "none", "bool", "operator", "call", "method", "text"]


@dataclass(frozen=True, slots=True)
class Part:
    """A Python expression: ``kind`` says which, ``text`` is its column, constant, operator or function.

    ``parts`` are operands and arguments; an f-string is a ``text`` whose parts are joined.
    """

    kind: PartKind
    text: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """``data["total"] = data["price"] * data["quantity"]``: a column, its expression, and what tells the table.

    ``table`` is a literal that names it; ``row`` is the literal or class whose entry the formula is.
    """

    column: str
    span: Span
    expression: Part
    table: str | None = None
    row: Span | None = None
