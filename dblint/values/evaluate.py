"""What an SQL expression comes to on a row, by PostgreSQL's meaning; unknown wherever that is not certain.

An expression is first prepared: its types are found, operators and functions chosen and casts put in, as the server's
own parser does it. What is prepared runs on as many rows as there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from dblint.catalog import builtins
from dblint.catalog.model import Catalog
from dblint.catalog.type_rules import UNKNOWN as UNTYPED
from dblint.sql import expressions as sql
from dblint.values import functions, operators, patterns, texts
from dblint.values.comparing import COMPARISONS, compare, distinct, order
from dblint.values.conversions import MOMENTS, TEXTS, constrained, convert
from dblint.values.documents import read
from dblint.values.moments import PRESENT, date_of
from dblint.values.numbers import NUMBERS, RefusedError, scale, with_scale
from dblint.values.scope import CITEXT, Scope
from dblint.values.sql_values import SOME, UNKNOWN, SqlValue, Unknown

Row: TypeAlias = Callable[[str], SqlValue]
"""The value a column has."""

_TROUBLE = (RefusedError, ArithmeticError, ValueError, TypeError, AttributeError, LookupError)
_BOOLEAN = frozenset({*COMPARISONS, "~", "~*", "!~", "!~*", "?", "?|", "?&", "@>", "<@", "&&"})
_DISTINCT = {"IS DISTINCT FROM": True, "IS NOT DISTINCT FROM": False}
_LIKES = {"~~": ("LIKE", False), "!~~": ("LIKE", True), "~~*": ("ILIKE", False), "!~~*": ("ILIKE", True)}
_INT4, _INT8 = range(-(2**31), 2**31), range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression prepared: its type's code, None where it is not known, and its value on a row."""

    code: str | None
    run: Callable[[Row], SqlValue]


def evaluate(expression: sql.Expression, row: Row, scope: Scope | None = None) -> SqlValue:
    """The expression's value on a row, unknown where it is not certain."""
    return prepare(expression, scope or Scope(Catalog("postgres"))).run(row)


def prepare(expression: sql.Expression, scope: Scope) -> Formula:
    """The expression ready to run; it comes to unknown where dblint does not know a part that matters."""
    make = _MAKERS.get(type(expression))
    return _unknown(None) if make is None else make(expression, scope)


def coerced(formula: Formula, target: str) -> Formula:
    """The formula with its value cast to a type."""
    source = formula.code
    if source == target:
        return formula
    if source is None:
        return _unknown(target)
    return Formula(target, _strict(lambda value: convert(value, source, target), formula))


def _unknown(code: str | None) -> Formula:
    return Formula(code, lambda row: UNKNOWN)


def _constant(code: str | None, value: SqlValue) -> Formula:
    return Formula(code, lambda row: value)


def _strict(kernel: Callable[..., SqlValue], *arguments: Formula) -> Callable[[Row], SqlValue]:
    """NULL for a NULL, unknown for what is not known or what the server may refuse."""

    def run(row: Row) -> SqlValue:
        values = [argument.run(row) for argument in arguments]
        if any(value is None for value in values):
            return None
        if any(isinstance(value, Unknown) for value in values):
            return UNKNOWN
        try:
            return kernel(*values)
        except _TROUBLE:
            return UNKNOWN

    return run


# Constants and columns


def _literal(one: sql.Literal, scope: Scope) -> Formula:
    if one.kind in ("string", "null"):
        return _constant(UNTYPED, None if one.kind == "null" else one.text)
    if one.kind == "bool":
        return _constant("bool", one.text.lower() == "true")
    if one.kind == "bits":
        return _unknown("bit")
    if one.kind == "decimal":
        number = Decimal(one.text)
        return _constant("numeric", number if scale(number) else with_scale(number, 0))
    value = int(one.text)
    if value not in _INT8:
        return _constant("numeric", Decimal(value))
    return _constant("int4" if value in _INT4 else "int8", value)


def _column(one: sql.Column, scope: Scope) -> Formula:
    return Formula(scope.column(one.name), lambda row: row(one.name))


_KEYWORDS = {
    "CURRENT_DATE": ("date", date_of(PRESENT)),
    "CURRENT_TIMESTAMP": ("timestamptz", PRESENT),
    "LOCALTIMESTAMP": ("timestamp", PRESENT),
}


def _keyword(one: sql.Keyword, scope: Scope) -> Formula:
    code, value = _KEYWORDS.get(one.name.upper(), (None, UNKNOWN))
    return _constant(code, value)


# Logic


def _unary(one: sql.Unary, scope: Scope) -> Formula:
    operand = prepare(one.operand, scope)
    if one.operator == "NOT":
        return Formula("bool", _strict(lambda value: not value, coerced(operand, "bool")))
    if operand.code in NUMBERS and one.operator in ("-", "+"):
        return Formula(operand.code, _strict(lambda value: -value if one.operator == "-" else value, operand))
    if operand.code == "interval" and one.operator == "-":
        return Formula("interval", _strict(lambda value: value.scaled(-1), operand))
    return _unknown(None)


def _logical(one: sql.Logical, scope: Scope) -> Formula:
    operands = [coerced(prepare(operand, scope), "bool") for operand in one.operands]
    deciding = one.operator == "OR"
    return Formula("bool", lambda row: folded((operand.run(row) for operand in operands), deciding))


def folded(values: Iterable[SqlValue], deciding: bool) -> SqlValue:
    """OR when ``True`` decides, AND when ``False`` does."""
    seen = list(values)
    if any(value is deciding for value in seen):
        return deciding
    if any(value is not None and not isinstance(value, bool) for value in seen):
        return UNKNOWN
    return None if any(value is None for value in seen) else not deciding


def _is(one: sql.Is, scope: Scope) -> Formula:
    operand = prepare(one.operand, scope)
    if one.test.startswith("JSON"):
        return Formula("bool", _json_test(operand, one.test, one.negated))
    wanted = {"NULL": None, "UNKNOWN": None, "TRUE": True, "FALSE": False}[one.test]
    if one.test != "NULL":
        operand = coerced(operand, "bool")
    if operand.code == "record":
        return _unknown("bool")

    def run(row: Row) -> SqlValue:
        value = operand.run(row)
        if value is UNKNOWN or (value is SOME and one.test != "NULL"):
            return UNKNOWN
        return (value is wanted) is not one.negated

    return Formula("bool", run)


def _json_test(operand: Formula, test: str, negated: bool) -> Callable[[Row], SqlValue]:
    if operand.code not in TEXTS or test != "JSON":
        return lambda row: UNKNOWN

    def is_json(text: str) -> SqlValue:
        try:
            read(text)
        except RefusedError:
            return negated
        return not negated

    return _strict(is_json, operand)


# Operators


def _binary(one: sql.Binary, scope: Scope) -> Formula:
    return operated(one.operator, prepare(one.left, scope), prepare(one.right, scope), scope)


def operated(operator: str, left: Formula, right: Formula, scope: Scope) -> Formula:
    """``left operator right``."""
    negated = _DISTINCT.get(operator)
    if CITEXT in (left.code, right.code):
        operator, left, right = _insensitive(operator, left, right)
    if operator in _LIKES:
        word, no = _LIKES[operator]
        return _matched(word, left, right, None, no)
    meant = None
    if left.code is not None and right.code is not None:
        meant = scope.operator("=" if negated is not None else operator, left.code, right.code)
    if meant is None:
        return _unknown("bool" if negated is not None or operator in _BOOLEAN else None)
    (first, second), result = meant
    left, right = coerced(left, first), coerced(right, second)
    if negated is not None:
        return _distinct(_comparable(left), _comparable(right), wanted=negated)
    if operator in COMPARISONS and scope.catalog.dialect != "postgres" and first in TEXTS:
        return Formula("bool", _strict(lambda one, other: _loosely(operator, one, other), left, right))
    if operator in COMPARISONS:
        left, right, position = _comparable(left, second), _comparable(right, first), scope.position(first)
        return Formula("bool", _strict(lambda one, other: compare(operator, one, other, position), left, right))
    if operator == "||" and "_" in (first[0], second[0]):
        return Formula(result, _joined(left, right))
    kernel = operators.kernel(operator, first, second, result or "")
    return _unknown(result) if kernel is None else Formula(result, _strict(kernel, left, right))


def _loosely(operator: str, one: str, other: str) -> SqlValue:
    """Where a collation may fold case and blanks, texts that differ in no more may be equal or not."""
    alike = one.casefold().rstrip() == other.casefold().rstrip() and one != other
    return UNKNOWN if alike or not (one + other).isascii() else compare(operator, one, other)


_INSENSITIVE = {"~": "~*", "!~": "!~*", "~~": "~~*", "!~~": "!~~*"}


def _insensitive(operator: str, left: Formula, right: Formula) -> tuple[str, Formula, Formula]:
    """What an operator does with ``citext``: it folds case, unless the other side is said to be text."""
    folds = {left.code, right.code} <= {CITEXT, UNTYPED}
    left, right = _plain_text(left), _plain_text(right)
    if folds and operator in COMPARISONS:
        left, right = (
            Formula("text", _strict(texts.ascii_only(str.lower), coerced(one, "text"))) for one in (left, right)
        )
    return _INSENSITIVE.get(operator, operator) if folds else operator, left, right


def _plain_text(formula: Formula) -> Formula:
    return Formula("text", formula.run) if formula.code == CITEXT else formula


def _comparable(operand: Formula, other: str | None = None) -> Formula:
    """Without the blanks that fill up ``character(n)``, and in the zone of what it is compared with."""
    if operand.code == "bpchar":
        return Formula("bpchar", _strict(lambda text: text.rstrip(" "), operand))
    if other == "timestamptz" and operand.code in MOMENTS:
        return coerced(operand, "timestamptz")
    return operand


def _distinct(left: Formula, right: Formula, *, wanted: bool) -> Formula:
    def run(row: Row) -> SqlValue:
        found = distinct(left.run(row), right.run(row))
        return UNKNOWN if found is None else found is wanted

    return Formula("bool", run)


def _joined(left: Formula, right: Formula) -> Callable[[Row], SqlValue]:
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


def _negated(formula: Formula, negated: bool) -> Formula:
    return Formula("bool", _strict(lambda value: not value, formula)) if negated else formula


def _in(one: sql.In, scope: Scope) -> Formula:
    if isinstance(one.items, sql.Subquery):
        return _unknown("bool")
    operand = prepare(one.operand, scope)
    same = [operated("=", operand, prepare(item, scope), scope) for item in one.items]
    return _negated(Formula("bool", lambda row: folded((each.run(row) for each in same), True)), one.negated)


def _between(one: sql.Between, scope: Scope) -> Formula:
    operand, low, high = (prepare(each, scope) for each in (one.operand, one.low, one.high))

    def within(least: Formula, most: Formula) -> Formula:
        ends = operated(">=", operand, least, scope), operated("<=", operand, most, scope)
        return Formula("bool", lambda row: folded((end.run(row) for end in ends), False))

    found = within(low, high)
    if one.symmetric:
        ways = found, within(high, low)
        found = Formula("bool", lambda row: folded((way.run(row) for way in ways), True))
    return _negated(found, one.negated)


def _match(one: sql.Match, scope: Scope) -> Formula:
    operand, pattern = prepare(one.operand, scope), prepare(one.pattern, scope)
    escape = None if one.escape is None else coerced(prepare(one.escape, scope), "text")
    word: str = one.operator
    if operand.code == CITEXT:
        word = "ILIKE" if word == "LIKE" and pattern.code in (CITEXT, UNTYPED) else word
        operand, pattern = _plain_text(operand), _plain_text(pattern)
    found = _matched(word, operand, pattern, escape, one.negated)
    if scope.catalog.dialect == "postgres":
        return found
    folded_case = _matched("ILIKE", operand, pattern, escape, one.negated)
    return Formula("bool", lambda row: value if (value := found.run(row)) is folded_case.run(row) else UNKNOWN)


def _matched(word: str, operand: Formula, pattern: Formula, escape: Formula | None, negated: bool) -> Formula:
    if operand.code not in TEXTS or pattern.code not in TEXTS:
        return _unknown("bool")
    kernel = {"LIKE": _like, "ILIKE": _ilike, "SIMILAR TO": _similar}[word]
    given = operand, coerced(pattern, "text"), escape or _constant("text", "\\")
    return _negated(Formula("bool", _strict(kernel, *given)), negated)


def _like(text: str, pattern: str, escape: str) -> SqlValue:
    return texts.like(pattern, text, escape) if len(escape) < 2 else UNKNOWN


def _ilike(text: str, pattern: str, escape: str) -> SqlValue:
    return _like(text.lower(), pattern.lower(), escape) if text.isascii() and pattern.isascii() else UNKNOWN


def _similar(text: str, pattern: str, escape: str) -> SqlValue:
    regular = patterns.similar(pattern, escape) if len(escape) < 2 else None
    found = None if regular is None else patterns.matches(regular, text)
    return UNKNOWN if found is None else found


def _quantified(one: sql.Quantified, scope: Scope) -> Formula:
    operand, values = prepare(one.operand, scope), prepare(one.values, scope)
    if operand.code is not None and values.code == UNTYPED:
        values = coerced(values, f"_{'text' if operand.code == UNTYPED else operand.code}")
    if values.code is None or not values.code.startswith("_"):
        return _unknown("bool")
    cell: list[SqlValue] = [None]
    element = Formula(values.code[1:], lambda row: cell[0])
    held: list[SqlValue] = [None]
    same = operated(one.operator, Formula(operand.code, lambda row: held[0]), element, scope)

    def each(value: SqlValue, row: Row) -> SqlValue:
        cell[0] = value
        return same.run(row)

    def run(row: Row) -> SqlValue:
        found = values.run(row)
        if not isinstance(found, tuple):
            return None if found is None else UNKNOWN
        held[0] = operand.run(row)
        return folded([each(value, row) for value in found], one.quantifier == "ANY")

    return Formula("bool", run)


# Values made of others


def _common(formulas: Sequence[Formula], scope: Scope) -> tuple[list[Formula], str | None]:
    codes = [formula.code for formula in formulas]
    known = [code for code in codes if code is not None]
    code = scope.types.common(known) if len(known) == len(codes) else None
    if code is None:
        return [_unknown(None) for _ in formulas], None
    return [coerced(formula, code) for formula in formulas], code


def _array(one: sql.Array, scope: Scope) -> Formula:
    items, code = _common([prepare(item, scope) for item in one.items], scope)
    if not items:
        return _constant(UNTYPED, "{}")
    code = None if code is None else code if code.startswith("_") else f"_{code}"
    return Formula(code, lambda row: tuple(item.run(row) for item in items))


def _case(one: sql.Case, scope: Scope) -> Formula:
    operand = None if one.operand is None else prepare(one.operand, scope)
    conditions = []
    for when, _ in one.whens:
        condition = prepare(when, scope)
        conditions.append(coerced(condition, "bool") if operand is None else operated("=", operand, condition, scope))
    default = _constant(UNTYPED, None) if one.default is None else prepare(one.default, scope)
    results, code = _common([default, *(prepare(result, scope) for _, result in one.whens)], scope)

    def run(row: Row) -> SqlValue:
        for condition, result in zip(conditions, results[1:], strict=True):
            value = condition.run(row)
            if value is True:
                return result.run(row)
            if value is not None and value is not False:
                return UNKNOWN
        return results[0].run(row)

    return Formula(code, run)


def _subscript(one: sql.Subscript, scope: Scope) -> Formula:
    operand = prepare(one.operand, scope)
    if one.slice or one.index is None or operand.code is None or not operand.code.startswith("_"):
        return _unknown(operand.code if one.slice else None)

    def item(values: Any, at: int) -> SqlValue:
        found: SqlValue = values[at - 1] if 0 < at <= len(values) else None
        return UNKNOWN if isinstance(found, tuple) else found

    return Formula(operand.code[1:], _strict(item, operand, coerced(prepare(one.index, scope), "int4")))


def _cast(one: sql.Cast, scope: Scope) -> Formula:
    type_ = scope.named(one.type)
    code = scope.code(type_)
    if type_ is None or code is None:
        return _unknown(None)
    formula = coerced(_plain_text(prepare(one.operand, scope)), code)
    if code == "char":
        return _unknown(code)  # One byte of it is kept.
    modifiers = () if type_.kind == "domain" else type_.modifiers
    return Formula(code, _strict(lambda value: constrained(value, code, modifiers, explicit=True), formula))


# Calls


def _call(one: sql.Call, scope: Scope) -> Formula:
    plain = not (one.star or one.distinct or one.variadic or one.order or one.where or one.over)
    if not plain or one.schema is not None:
        return _unknown(None)
    arguments = [prepare(argument, scope) for argument in one.arguments]
    if one.name == "json_valid" and scope.catalog.dialect != "postgres":
        return Formula("bool", _json_test(arguments[0], "JSON", False))
    special = _SPECIAL.get(one.name)
    return special(arguments, scope) if special is not None else _function(one.name, arguments, scope)


_OF_CITEXT = frozenset(("replace", "split_part", "strpos", "translate", "regexp_replace", "regexp_match"))
"""Functions that the extension has in versions of its own."""


def _function(name: str, arguments: Sequence[Formula], scope: Scope) -> Formula:
    if name in _OF_CITEXT and any(argument.code == CITEXT for argument in arguments):
        return _unknown(None)
    arguments = [_plain_text(argument) for argument in arguments]
    given = [argument.code for argument in arguments]
    known = [code for code in given if code is not None]
    meant = scope.function(name, known) if len(known) == len(given) else None
    if meant is None:
        return _unknown(None)
    taken, result = meant
    if name in functions.PRESENTS:
        return _constant(result, PRESENT)
    if name in ("concat", "concat_ws"):
        return Formula("text", _concatenated(arguments, spaced=name == "concat_ws"))
    if name == "age" and set(known) <= MOMENTS - {"timestamptz"}:
        taken = tuple(known)  # Between two clocks of one zone the zone makes no difference.
    prepared = [coerced(argument, code) for argument, code in zip(arguments, taken, strict=True)]
    if len(prepared) == 1 and name == result and builtins.category(name):
        return coerced(prepared[0], name)
    if name in ("array_append", "array_prepend", "array_cat"):
        return Formula(result, _joined(prepared[0], prepared[1]))
    kernel = _fielded(name, taken)
    if kernel is not None:
        return Formula(result, _strict(kernel, *prepared))
    return Formula(result, _strict(lambda *values: functions.apply(name, taken, result or "", values), *prepared))


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
        except _TROUBLE:
            return UNKNOWN

    return run


def _coalesce(arguments: Sequence[Formula], scope: Scope) -> Formula:
    given, code = _common(arguments, scope)

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
        given, code = _common(arguments, scope)
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
_MAKERS: dict[type, Callable[[Any, Scope], Formula]] = {
    sql.Literal: _literal,
    sql.Column: _column,
    sql.Keyword: _keyword,
    sql.Unary: _unary,
    sql.Binary: _binary,
    sql.Logical: _logical,
    sql.Call: _call,
    sql.Cast: _cast,
    sql.Case: _case,
    sql.In: _in,
    sql.Is: _is,
    sql.Between: _between,
    sql.Match: _match,
    sql.Quantified: _quantified,
    sql.Array: _array,
    sql.Subscript: _subscript,
    sql.Collate: lambda one, scope: prepare(one.operand, scope),
}
