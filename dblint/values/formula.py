"""An SQL expression made ready to run: its type and how its value is found, with the casts and the care all share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dblint.values.conversions import convert
from dblint.values.numbers import RefusedError
from dblint.values.scope import Scope
from dblint.values.sql_values import UNKNOWN, SqlValue, Unknown

Row: TypeAlias = Callable[[str], SqlValue]
"""The value a column has."""


TROUBLE = (RefusedError, ArithmeticError, ValueError, TypeError, AttributeError, LookupError)


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression prepared: its type's code, None where it is not known, and its value on a row."""

    code: str | None
    run: Callable[[Row], SqlValue]


def coerced(formula: Formula, target: str) -> Formula:
    """The formula with its value cast to a type."""
    source = formula.code
    if source == target:
        return formula
    if source is None:
        return unknown(target)
    return Formula(target, strict(lambda value: convert(value, source, target), formula))


def unknown(code: str | None) -> Formula:
    return Formula(code, lambda row: UNKNOWN)


def constant(code: str | None, value: SqlValue) -> Formula:
    return Formula(code, lambda row: value)


def strict(kernel: Callable[..., SqlValue], *arguments: Formula) -> Callable[[Row], SqlValue]:
    """NULL for a NULL, unknown for what is not known or what the server may refuse."""

    def run(row: Row) -> SqlValue:
        values = [argument.run(row) for argument in arguments]
        if any(value is None for value in values):
            return None
        if any(isinstance(value, Unknown) for value in values):
            return UNKNOWN
        try:
            return kernel(*values)
        except TROUBLE:
            return UNKNOWN

    return run


def folded(values: Iterable[SqlValue], deciding: bool) -> SqlValue:
    """OR when ``True`` decides, AND when ``False`` does."""
    seen = list(values)
    if any(value is deciding for value in seen):
        return deciding
    if any(value is not None and not isinstance(value, bool) for value in seen):
        return UNKNOWN
    return None if any(value is None for value in seen) else not deciding


def common(formulas: Sequence[Formula], scope: Scope) -> tuple[list[Formula], str | None]:
    codes = [formula.code for formula in formulas]
    known = [code for code in codes if code is not None]
    code = scope.types.common(known) if len(known) == len(codes) else None
    if code is None:
        return [unknown(None) for _ in formulas], None
    return [coerced(formula, code) for formula in formulas], code
