"""Operators applied to formulas: which one is meant, and what stands between its operands and its kernel."""

from __future__ import annotations

from collections.abc import Callable

from dblint.catalog.type_rules import UNKNOWN as UNTYPED
from dblint.values import operators, patterns, texts
from dblint.values.comparing import COMPARISONS, compare, distinct
from dblint.values.conversions import MOMENTS, TEXTS
from dblint.values.formula import Formula, Row, coerced, constant, strict, unknown
from dblint.values.scope import CITEXT, Scope
from dblint.values.sql_values import UNKNOWN, SqlValue, Unknown

_BOOLEAN = frozenset({*COMPARISONS, "~", "~*", "!~", "!~*", "?", "?|", "?&", "@>", "<@", "&&"})


_DISTINCT = {"IS DISTINCT FROM": True, "IS NOT DISTINCT FROM": False}


_LIKES = {"~~": ("LIKE", False), "!~~": ("LIKE", True), "~~*": ("ILIKE", False), "!~~*": ("ILIKE", True)}


def operated(operator: str, left: Formula, right: Formula, scope: Scope) -> Formula:
    """``left operator right``."""
    negated = _DISTINCT.get(operator)
    if CITEXT in (left.code, right.code):
        operator, left, right = _insensitive(operator, left, right)
    if operator in _LIKES:
        word, no = _LIKES[operator]
        return matched(word, left, right, None, no)
    meant = None
    if left.code is not None and right.code is not None:
        meant = scope.operator("=" if negated is not None else operator, left.code, right.code)
    if meant is None:
        return unknown("bool" if negated is not None or operator in _BOOLEAN else None)
    (first, second), result = meant
    left, right = coerced(left, first), coerced(right, second)
    if negated is not None:
        return _distinct(_comparable(left), _comparable(right), wanted=negated)
    if operator in COMPARISONS and scope.catalog.dialect != "postgres" and first in TEXTS:
        return Formula("bool", strict(lambda one, other: _loosely(operator, one, other), left, right))
    if operator in COMPARISONS:
        left, right, position = _comparable(left, second), _comparable(right, first), scope.position(first)
        return Formula("bool", strict(lambda one, other: compare(operator, one, other, position), left, right))
    if operator == "||" and "_" in (first[0], second[0]):
        return Formula(result, joined(left, right))
    kernel = operators.kernel(operator, first, second, result or "")
    return unknown(result) if kernel is None else Formula(result, strict(kernel, left, right))


def _loosely(operator: str, one: str, other: str) -> SqlValue:
    """Where a collation may fold case and blanks, texts that differ in no more may be equal or not."""
    alike = one.casefold().rstrip() == other.casefold().rstrip() and one != other
    return UNKNOWN if alike or not (one + other).isascii() else compare(operator, one, other)


_INSENSITIVE = {"~": "~*", "!~": "!~*", "~~": "~~*", "!~~": "!~~*"}


def _insensitive(operator: str, left: Formula, right: Formula) -> tuple[str, Formula, Formula]:
    """What an operator does with ``citext``: it folds case, unless the other side is said to be text."""
    folds = {left.code, right.code} <= {CITEXT, UNTYPED}
    left, right = plain_text(left), plain_text(right)
    if folds and operator in COMPARISONS:
        left, right = (
            Formula("text", strict(texts.ascii_only(str.lower), coerced(one, "text"))) for one in (left, right)
        )
    return _INSENSITIVE.get(operator, operator) if folds else operator, left, right


def plain_text(formula: Formula) -> Formula:
    return Formula("text", formula.run) if formula.code == CITEXT else formula


def _comparable(operand: Formula, other: str | None = None) -> Formula:
    """Without the blanks that fill up ``character(n)``, and in the zone of what it is compared with."""
    if operand.code == "bpchar":
        return Formula("bpchar", strict(lambda text: text.rstrip(" "), operand))
    if other == "timestamptz" and operand.code in MOMENTS:
        return coerced(operand, "timestamptz")
    return operand


def _distinct(left: Formula, right: Formula, *, wanted: bool) -> Formula:
    def run(row: Row) -> SqlValue:
        found = distinct(left.run(row), right.run(row))
        return UNKNOWN if found is None else found is wanted

    return Formula("bool", run)


def joined(left: Formula, right: Formula) -> Callable[[Row], SqlValue]:
    """Arrays and elements, where a NULL array is an empty one."""
    arrays = [(operand.code or "").startswith("_") for operand in (left, right)]

    def run(row: Row) -> SqlValue:
        values = left.run(row), right.run(row)
        if any(isinstance(value, Unknown) for value in values):
            return UNKNOWN
        if all(arrays) and values[0] is values[1] is None:
            return None
        found: tuple[SqlValue, ...] = ()
        for value, is_array in zip(values, arrays, strict=True):
            found += (value,) if not is_array else value if isinstance(value, tuple) else ()
        return found

    return run


def negated(formula: Formula, no: bool) -> Formula:
    return Formula("bool", strict(lambda value: not value, formula)) if no else formula


def matched(word: str, operand: Formula, pattern: Formula, escape: Formula | None, no: bool) -> Formula:
    if operand.code not in TEXTS or pattern.code not in TEXTS:
        return unknown("bool")
    kernel = {"LIKE": _like, "ILIKE": _ilike, "SIMILAR TO": _similar}[word]
    given = operand, coerced(pattern, "text"), escape or constant("text", "\\")
    return negated(Formula("bool", strict(kernel, *given)), no)


def _like(text: str, pattern: str, escape: str) -> SqlValue:
    return texts.like(pattern, text, escape) if len(escape) < 2 else UNKNOWN


def _ilike(text: str, pattern: str, escape: str) -> SqlValue:
    return _like(text.lower(), pattern.lower(), escape) if text.isascii() and pattern.isascii() else UNKNOWN


def _similar(text: str, pattern: str, escape: str) -> SqlValue:
    regular = patterns.similar(pattern, escape) if len(escape) < 2 else None
    found = None if regular is None else patterns.matches(regular, text)
    return UNKNOWN if found is None else found
