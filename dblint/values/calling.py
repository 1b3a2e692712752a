"""Function calls on formulas: those with rules of their own, and those that are chosen by their arguments' types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from dblint.catalog import builtins
from dblint.values import functions
from dblint.values.applying import joined, operated, plain_text
from dblint.values.comparing import order
from dblint.values.conversions import MOMENTS, TEXTS
from dblint.values.documents import read
from dblint.values.formula import TROUBLE, Formula, Row, coerced, common, constant, strict, unknown
from dblint.values.moments import PRESENT
from dblint.values.numbers import RefusedError
from dblint.values.scope import CITEXT, Scope
from dblint.values.sql_values import UNKNOWN, SqlValue, Unknown


def json_test(operand: Formula, test: str, negated: bool) -> Callable[[Row], SqlValue]:
    if operand.code not in TEXTS or test != "JSON":
        return lambda row: UNKNOWN

    def is_json(text: str) -> SqlValue:
        try:
            read(text)
        except RefusedError:
            return negated
        return not negated

    return strict(is_json, operand)


_OF_CITEXT = frozenset(("replace", "split_part", "strpos", "translate", "regexp_replace", "regexp_match"))
"""Functions that the extension has in versions of its own."""


def _function(name: str, arguments: Sequence[Formula], scope: Scope) -> Formula:
    if name in _OF_CITEXT and any(argument.code == CITEXT for argument in arguments):
        return unknown(None)
    arguments = [plain_text(argument) for argument in arguments]
    given = [argument.code for argument in arguments]
    known = [code for code in given if code is not None]
    meant = scope.function(name, known) if len(known) == len(given) else None
    if meant is None:
        return unknown(None)
    taken, result = meant
    if name in functions.PRESENTS:
        return constant(result, PRESENT)
    if name in ("concat", "concat_ws"):
        return Formula("text", _concatenated(arguments, spaced=name == "concat_ws"))
    if name == "age" and set(known) <= MOMENTS - {"timestamptz"}:
        taken = tuple(known)  # Between two clocks of one zone the zone makes no difference.
    prepared = [coerced(argument, code) for argument, code in zip(arguments, taken, strict=True)]
    if len(prepared) == 1 and name == result and builtins.category(name):
        return coerced(prepared[0], name)
    if name in ("array_append", "array_prepend", "array_cat"):
        return Formula(result, joined(prepared[0], prepared[1]))
    kernel = _fielded(name, taken)
    if kernel is not None:
        return Formula(result, strict(kernel, *prepared))
    return Formula(result, strict(lambda *values: functions.apply(name, taken, result or "", values), *prepared))


def _fielded(name: str, taken: Sequence[str]) -> Callable[..., SqlValue] | None:
    if name in ("extract", "date_part") and len(taken) == 2:
        part = functions.part(taken[1])

        def extract(field: str, value: Any) -> SqlValue:
            found = UNKNOWN if part is None else part(field, value)
            if isinstance(found, Unknown):
                return UNKNOWN
            return float(found) if name == "date_part" else Decimal(found)

        return extract
    if name == "date_trunc" and len(taken) == 2:
        cut = functions.truncated(taken[1])
        return (lambda field, value: UNKNOWN) if cut is None else cut
    return None


def _concatenated(arguments: Sequence[Formula], *, spaced: bool) -> Callable[[Row], SqlValue]:
    codes = [argument.code or "" for argument in arguments]

    def run(row: Row) -> SqlValue:
        values = [argument.run(row) for argument in arguments]
        try:
            if not spaced:
                return functions.concatenated(codes, values)
            if values[0] is None or isinstance(values[0], Unknown):
                return values[0]
            return functions.concatenated(codes[1:], values[1:], str(values[0]))
        except TROUBLE:
            return UNKNOWN

    return run


def _coalesce(arguments: Sequence[Formula], scope: Scope) -> Formula:
    given, code = common(arguments, scope)

    def run(row: Row) -> SqlValue:
        return next((value for value in (each.run(row) for each in given) if value is not None), None)

    return Formula(code, run)


def _nullif(arguments: Sequence[Formula], scope: Scope) -> Formula:
    first, second = arguments
    same = operated("=", first, second, scope)
    meant = None if first.code is None or second.code is None else scope.operator("=", first.code, second.code)
    if meant is not None:
        first = coerced(first, meant[0][0])

    def run(row: Row) -> SqlValue:
        found = same.run(row)
        return None if found is True else first.run(row) if found is None or found is False else UNKNOWN

    return Formula(first.code, run)


def _extreme(wanted: int) -> Callable[[Sequence[Formula], Scope], Formula]:
    def choose(arguments: Sequence[Formula], scope: Scope) -> Formula:
        given, code = common(arguments, scope)
        place = scope.position(code or "")

        def run(row: Row) -> SqlValue:
            values = [value for value in (each.run(row) for each in given) if value is not None]
            best = values[0] if values else None
            for value in values[1:]:
                if isinstance(best, Unknown) or isinstance(value, Unknown):
                    return UNKNOWN
                ordered = order(value, best) if place is None else order(place(str(value)), place(str(best)))
                if ordered is None:
                    return UNKNOWN
                best = value if ordered == wanted else best
            return best

        return Formula(code, run)

    return choose


def _count_nulls(wanted: bool) -> Callable[[Sequence[Formula], Scope], Formula]:
    def count(arguments: Sequence[Formula], scope: Scope) -> Formula:
        def run(row: Row) -> SqlValue:
            values = [argument.run(row) for argument in arguments]
            return UNKNOWN if UNKNOWN in values else sum((value is None) is wanted for value in values)

        return Formula("int4", run)

    return count


_SPECIAL: dict[str, Callable[[Sequence[Formula], Scope], Formula]] = {
    "coalesce": _coalesce,
    "nullif": _nullif,
    "greatest": _extreme(1),
    "least": _extreme(-1),
    "num_nulls": _count_nulls(True),
    "num_nonnulls": _count_nulls(False),
}


def called(name: str, arguments: Sequence[Formula], scope: Scope) -> Formula:
    """The call of a function."""
    if name == "json_valid" and scope.catalog.dialect != "postgres":
        return Formula("bool", json_test(arguments[0], "JSON", False))
    special = _SPECIAL.get(name)
    return special(arguments, scope) if special is not None else _function(name, arguments, scope)
