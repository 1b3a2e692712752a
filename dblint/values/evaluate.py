"""What an SQL expression comes to on a row, by PostgreSQL's meaning; unknown wherever that is not certain.

An expression is first prepared: its types are found, operators and functions chosen and casts put in, as the server's
own parser does it. What is prepared runs on as many rows as there are.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dblint.catalog.model import Catalog
from dblint.catalog.type_rules import UNKNOWN as UNTYPED
from dblint.sql import expressions as sql
from dblint.values.applying import matched, negated, operated, plain_text
from dblint.values.calling import called, json_test
from dblint.values.conversions import constrained
from dblint.values.formula import Formula, Row, coerced, common, constant, folded, strict, unknown
from dblint.values.moments import PRESENT, date_of
from dblint.values.numbers import NUMBERS, scale, with_scale
from dblint.values.scope import CITEXT, Scope
from dblint.values.sql_values import SOME, UNKNOWN, SqlValue

_INT4, _INT8 = range(-(2**31), 2**31), range(-(2**63), 2**63)


def evaluate(expression: sql.Expression, row: Row, scope: Scope | None = None) -> SqlValue:
    """The expression's value on a row, unknown where it is not certain."""
    return prepare(expression, scope or Scope(Catalog("postgres"))).run(row)


def prepare(expression: sql.Expression, scope: Scope) -> Formula:
    """The expression ready to run; it comes to unknown where dblint does not know a part that matters."""
    make = _MAKERS.get(type(expression))
    return unknown(None) if make is None else make(expression, scope)


def _literal(one: sql.Literal, scope: Scope) -> Formula:
    if one.kind in ("string", "null"):
        return constant(UNTYPED, None if one.kind == "null" else one.text)
    if one.kind == "bool":
        return constant("bool", one.text.lower() == "true")
    if one.kind == "bits":
        return unknown("bit")
    if one.kind == "decimal":
        number = Decimal(one.text)
        return constant("numeric", number if scale(number) else with_scale(number, 0))
    value = int(one.text)
    if value not in _INT8:
        return constant("numeric", Decimal(value))
    return constant("int4" if value in _INT4 else "int8", value)


def _column(one: sql.Column, scope: Scope) -> Formula:
    return Formula(scope.column(one.name), lambda row: row(one.name))


_KEYWORDS = {
    "CURRENT_DATE": ("date", date_of(PRESENT)),
    "CURRENT_TIMESTAMP": ("timestamptz", PRESENT),
    "LOCALTIMESTAMP": ("timestamp", PRESENT),
}


def _keyword(one: sql.Keyword, scope: Scope) -> Formula:
    code, value = _KEYWORDS.get(one.name.upper(), (None, UNKNOWN))
    return constant(code, value)


def _unary(one: sql.Unary, scope: Scope) -> Formula:
    operand = prepare(one.operand, scope)
    if one.operator == "NOT":
        return Formula("bool", strict(lambda value: not value, coerced(operand, "bool")))
    if operand.code in NUMBERS and one.operator in ("-", "+"):
        return Formula(operand.code, strict(lambda value: -value if one.operator == "-" else value, operand))
    if operand.code == "interval" and one.operator == "-":
        return Formula("interval", strict(lambda value: value.scaled(-1), operand))
    return unknown(None)


def _logical(one: sql.Logical, scope: Scope) -> Formula:
    operands = [coerced(prepare(operand, scope), "bool") for operand in one.operands]
    deciding = one.operator == "OR"
    return Formula("bool", lambda row: folded((operand.run(row) for operand in operands), deciding))


def _is(one: sql.Is, scope: Scope) -> Formula:
    operand = prepare(one.operand, scope)
    if one.test.startswith("JSON"):
        return Formula("bool", json_test(operand, one.test, one.negated))
    wanted = {"NULL": None, "UNKNOWN": None, "TRUE": True, "FALSE": False}[one.test]
    if one.test != "NULL":
        operand = coerced(operand, "bool")
    if operand.code == "record":
        return unknown("bool")

    def run(row: Row) -> SqlValue:
        value = operand.run(row)
        if value is UNKNOWN or (value is SOME and one.test != "NULL"):
            return UNKNOWN
        return (value is wanted) is not one.negated

    return Formula("bool", run)


def _binary(one: sql.Binary, scope: Scope) -> Formula:
    return operated(one.operator, prepare(one.left, scope), prepare(one.right, scope), scope)


def _in(one: sql.In, scope: Scope) -> Formula:
    if isinstance(one.items, sql.Subquery):
        return unknown("bool")
    operand = prepare(one.operand, scope)
    same = [operated("=", operand, prepare(item, scope), scope) for item in one.items]
    return negated(Formula("bool", lambda row: folded((each.run(row) for each in same), True)), one.negated)


def _between(one: sql.Between, scope: Scope) -> Formula:
    operand, low, high = (prepare(each, scope) for each in (one.operand, one.low, one.high))

    def within(least: Formula, most: Formula) -> Formula:
        ends = operated(">=", operand, least, scope), operated("<=", operand, most, scope)
        return Formula("bool", lambda row: folded((end.run(row) for end in ends), False))

    found = within(low, high)
    if one.symmetric:
        ways = found, within(high, low)
        found = Formula("bool", lambda row: folded((way.run(row) for way in ways), True))
    return negated(found, one.negated)


def _match(one: sql.Match, scope: Scope) -> Formula:
    operand, pattern = prepare(one.operand, scope), prepare(one.pattern, scope)
    escape = None if one.escape is None else coerced(prepare(one.escape, scope), "text")
    word: str = one.operator
    if operand.code == CITEXT:
        word = "ILIKE" if word == "LIKE" and pattern.code in (CITEXT, UNTYPED) else word
        operand, pattern = plain_text(operand), plain_text(pattern)
    found = matched(word, operand, pattern, escape, one.negated)
    if scope.catalog.dialect == "postgres":
        return found
    folded_case = matched("ILIKE", operand, pattern, escape, one.negated)
    return Formula("bool", lambda row: value if (value := found.run(row)) is folded_case.run(row) else UNKNOWN)


def _quantified(one: sql.Quantified, scope: Scope) -> Formula:
    operand, values = prepare(one.operand, scope), prepare(one.values, scope)
    if operand.code is not None and values.code == UNTYPED:
        values = coerced(values, f"_{'text' if operand.code == UNTYPED else operand.code}")
    if values.code is None or not values.code.startswith("_"):
        return unknown("bool")
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


def _array(one: sql.Array, scope: Scope) -> Formula:
    items, code = common([prepare(item, scope) for item in one.items], scope)
    if not items:
        return constant(UNTYPED, "{}")
    code = None if code is None else code if code.startswith("_") else f"_{code}"
    return Formula(code, lambda row: tuple(item.run(row) for item in items))


def _case(one: sql.Case, scope: Scope) -> Formula:
    operand = None if one.operand is None else prepare(one.operand, scope)
    conditions = []
    for when, _ in one.whens:
        condition = prepare(when, scope)
        conditions.append(coerced(condition, "bool") if operand is None else operated("=", operand, condition, scope))
    default = constant(UNTYPED, None) if one.default is None else prepare(one.default, scope)
    results, code = common([default, *(prepare(result, scope) for _, result in one.whens)], scope)

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
        return unknown(operand.code if one.slice else None)

    def item(values: Any, at: int) -> SqlValue:
        found: SqlValue = values[at - 1] if 0 < at <= len(values) else None
        return UNKNOWN if isinstance(found, tuple) else found

    return Formula(operand.code[1:], strict(item, operand, coerced(prepare(one.index, scope), "int4")))


def _cast(one: sql.Cast, scope: Scope) -> Formula:
    type_ = scope.named(one.type)
    code = scope.code(type_)
    if type_ is None or code is None:
        return unknown(None)
    formula = coerced(plain_text(prepare(one.operand, scope)), code)
    if code == "char":
        return unknown(code)  # One byte of it is kept.
    modifiers = () if type_.kind == "domain" else type_.modifiers
    return Formula(code, strict(lambda value: constrained(value, code, modifiers, explicit=True), formula))


def _call(one: sql.Call, scope: Scope) -> Formula:
    plain = not (one.star or one.distinct or one.variadic or one.order or one.where or one.over)
    if not plain or one.schema is not None:
        return unknown(None)
    arguments = [prepare(argument, scope) for argument in one.arguments]
    return called(one.name, arguments, scope)


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
