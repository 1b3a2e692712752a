"""What an SQL expression comes to on a row, by PostgreSQL's meaning; unknown wherever that is not certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from dblint.sql import expressions as sql
from dblint.sql.definitions import TypeName
from dblint.values import patterns
from dblint.values.array_text import array_elements
from dblint.values.functions import call, remainder
from dblint.values.moments import PRESENT, Interval, Moment, date_of, interval, moment, shifted
from dblint.values.sql_values import UNKNOWN, Json, Padded, SqlValue, Unknown, equal, number, of_family, order, truth

Row: TypeAlias = Callable[[str], SqlValue]
"""The value a column has."""

_TEXT = ("text", "varchar", "bpchar", "char", "character varying", "character", "name")
_INTEGERS = ("int2", "int4", "int8", "smallint", "integer", "bigint", "int")
_NUMBERS = ("numeric", "decimal", "float4", "float8", "real", "double precision")
_MOMENTS = ("timestamp", "timestamptz", "timestamp without time zone", "timestamp with time zone")
_ORDERS: dict[str, tuple[int, ...]] = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
_PATTERNS = {"~": (False, False), "~*": (False, True), "!~": (True, False), "!~*": (True, True)}


def evaluate(expression: sql.Expression, row: Row) -> SqlValue:
    """The expression's value on a row, unknown where it is not certain."""
    evaluator = _EVALUATORS.get(type(expression))
    return UNKNOWN if evaluator is None else evaluator(expression, row)


def _literal(one: sql.Literal, row: Row) -> SqlValue:
    if one.kind in ("integer", "decimal"):
        found = number(one.text)
        return UNKNOWN if found is None else Decimal(found) if one.kind == "decimal" else found
    if one.kind == "bool":
        return one.text.lower() == "true"
    return None if one.kind == "null" else one.text if one.kind == "string" else UNKNOWN


def _keyword(one: sql.Keyword, row: Row) -> SqlValue:
    if one.name.upper() == "CURRENT_DATE":
        return date_of(PRESENT)
    return PRESENT if one.name.upper() in ("CURRENT_TIMESTAMP", "LOCALTIMESTAMP") else UNKNOWN


def _unary(one: sql.Unary, row: Row) -> SqlValue:
    value = evaluate(one.operand, row)
    if one.operator == "NOT":
        return not value if isinstance(value, bool) else None if value is None else UNKNOWN
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return UNKNOWN
    return {"-": -value, "+": value}.get(one.operator, UNKNOWN)


def _logical(one: sql.Logical, row: Row) -> SqlValue:
    deciding = one.operator == "OR"
    return _folded((evaluate(operand, row) for operand in one.operands), deciding)


def _folded(values: Iterable[SqlValue], deciding: bool) -> SqlValue:
    """OR when ``True`` decides, AND when ``False`` does."""
    seen = list(values)
    if any(value is deciding for value in seen):
        return deciding
    if any(value is not None and not isinstance(value, bool) for value in seen):
        return UNKNOWN
    return None if None in seen else not deciding


def compare(operator: str, left: SqlValue, right: SqlValue) -> SqlValue:
    """``left operator right`` for any operator that is known here."""
    if operator.endswith("DISTINCT FROM"):
        return _distinct(left, right, negated="NOT" in operator)
    if UNKNOWN in (left, right):
        return UNKNOWN
    if left is None or right is None:
        return None
    if operator in ("=", "<>", "!="):
        same = equal(left, right)
        return UNKNOWN if same is None else same is (operator == "=")
    if operator in _ORDERS:
        ordered = order(left, right)
        return UNKNOWN if ordered is None else ordered in _ORDERS[operator]
    return _operated(operator, left, right)


def _distinct(left: SqlValue, right: SqlValue, *, negated: bool) -> SqlValue:
    if UNKNOWN in (left, right):
        return UNKNOWN
    if left is None or right is None:
        return (left is right) is negated
    same = equal(left, right)
    return UNKNOWN if same is None else same is negated


def _operated(operator: str, left: Any, right: Any) -> SqlValue:
    if isinstance(left, str) and isinstance(right, str):
        return _on_texts(operator, left, right)
    if isinstance(left, Moment) and isinstance(right, Interval) and operator in ("+", "-"):
        return shifted(left, right, 1 if operator == "+" else -1) or UNKNOWN
    if isinstance(left, tuple) and isinstance(right, tuple):
        return _on_arrays(operator, left, right)
    if isinstance(left, Json) and isinstance(right, str) and operator == "?" and isinstance(left.content, dict):
        return right in left.content
    numbers = all(isinstance(each, int | Decimal) and not isinstance(each, bool) for each in (left, right))
    return _on_numbers(operator, left, right) if numbers else UNKNOWN


def _on_texts(operator: str, left: str, right: str) -> SqlValue:
    if operator == "||":
        return left + right
    if operator not in _PATTERNS or isinstance(left, Padded):
        return UNKNOWN
    negated, fold = _PATTERNS[operator]
    found = patterns.matches(right, left, fold=fold)
    return UNKNOWN if found is None else found is not negated


def _on_numbers(operator: str, left: int | Decimal, right: int | Decimal) -> SqlValue:
    if operator in ("/", "%") and right == 0:
        return UNKNOWN
    if operator == "/":
        return _quotient(left, right)
    if operator == "%":
        return remainder(left, right)
    one, other = (left, right) if isinstance(left, int) and isinstance(right, int) else (Decimal(left), Decimal(right))
    results: dict[str, Any] = {"+": one.__add__, "-": one.__sub__, "*": one.__mul__}
    found: SqlValue = results[operator](other) if operator in results else UNKNOWN
    return found


def _quotient(left: int | Decimal, right: int | Decimal) -> SqlValue:
    if isinstance(left, int) and isinstance(right, int):
        return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    return Decimal(left) / Decimal(right)


def _on_arrays(operator: str, left: tuple[SqlValue, ...], right: tuple[SqlValue, ...]) -> SqlValue:
    if not all(isinstance(each, str | int) for each in (*left, *right)):
        return UNKNOWN
    if operator == "<@":
        return set(left) <= set(right)
    if operator == "@>":
        return set(left) >= set(right)
    return not set(left).isdisjoint(right) if operator == "&&" else left + right if operator == "||" else UNKNOWN


def _binary(one: sql.Binary, row: Row) -> SqlValue:
    return compare(one.operator, evaluate(one.left, row), evaluate(one.right, row))


def _in(one: sql.In, row: Row) -> SqlValue:
    if isinstance(one.items, sql.Subquery):
        return UNKNOWN
    operand = evaluate(one.operand, row)
    found = _folded((compare("=", operand, evaluate(item, row)) for item in one.items), True)
    return _negated(found, one.negated)


def _quantified(one: sql.Quantified, row: Row) -> SqlValue:
    operand, values = evaluate(one.operand, row), evaluate(one.values, row)
    if isinstance(values, str):
        elements = array_elements(values)
        values = UNKNOWN if elements is None else elements
    if not isinstance(values, tuple):
        return None if values is None else UNKNOWN
    return _folded((compare(one.operator, operand, each) for each in values), one.quantifier == "ANY")


def _is(one: sql.Is, row: Row) -> SqlValue:
    value = evaluate(one.operand, row)
    if value is UNKNOWN:
        return UNKNOWN
    wanted = {"NULL": None, "UNKNOWN": None, "TRUE": True, "FALSE": False}
    if one.test not in wanted:
        return UNKNOWN
    return (value is wanted[one.test]) is not one.negated


def _between(one: sql.Between, row: Row) -> SqlValue:
    operand, low, high = (evaluate(each, row) for each in (one.operand, one.low, one.high))
    found = _folded((compare(">=", operand, low), compare("<=", operand, high)), False)
    if one.symmetric:
        turned = _folded((compare(">=", operand, high), compare("<=", operand, low)), False)
        found = _folded((found, turned), True)
    return _negated(found, one.negated)


def _match(one: sql.Match, row: Row) -> SqlValue:
    operand, pattern = evaluate(one.operand, row), evaluate(one.pattern, row)
    escape = "\\" if one.escape is None else evaluate(one.escape, row)
    if None in (operand, pattern, escape):
        return None
    if not (isinstance(operand, str) and isinstance(pattern, str) and isinstance(escape, str)):
        return UNKNOWN
    if isinstance(operand, Padded) or one.operator == "SIMILAR TO" or len(escape) > 1 or pattern.count("%") > 4:
        return UNKNOWN
    return patterns.like(pattern, operand, escape, fold=one.operator == "ILIKE") is not one.negated


def _negated(value: SqlValue, negated: bool) -> SqlValue:
    return not value if negated and isinstance(value, bool) else value


def _array(one: sql.Array, row: Row) -> SqlValue:
    return tuple(evaluate(item, row) for item in one.items)


def _case(one: sql.Case, row: Row) -> SqlValue:
    for when, result in one.whens:
        condition = evaluate(when, row)
        if one.operand is not None:
            condition = compare("=", evaluate(one.operand, row), condition)
        if condition is True:
            return evaluate(result, row)
        if condition is not None and condition is not False:
            return UNKNOWN
    return None if one.default is None else evaluate(one.default, row)


def _call(one: sql.Call, row: Row) -> SqlValue:
    plain = not (one.star or one.distinct or one.variadic or one.order or one.where or one.over)
    if not plain or one.schema not in (None, "pg_catalog"):
        return UNKNOWN
    return call(one.name, [evaluate(argument, row) for argument in one.arguments])


def _cast(one: sql.Cast, row: Row) -> SqlValue:
    return cast(evaluate(one.operand, row), one.type)


def cast(value: SqlValue, type_: TypeName) -> SqlValue:
    """A value cast to a type, where the result is certain."""
    if value is None or isinstance(value, Unknown):
        return value
    if type_.dimensions:
        return _cast_array(value, type_)
    name = type_.name if type_.schema in (None, "pg_catalog") else ""
    if name in _TEXT:
        return _as_text(value, type_)
    if isinstance(value, str):
        return _read(value, name, type_)
    if name in _INTEGERS and isinstance(value, int) and not isinstance(value, bool):
        return value
    if name in _NUMBERS and not type_.modifiers and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Moment) and name == "date":
        return date_of(value)
    return value if isinstance(value, Moment) and name in _MOMENTS else UNKNOWN


def _cast_array(value: SqlValue, type_: TypeName) -> SqlValue:
    elements: Iterable[SqlValue] | None = array_elements(value) if isinstance(value, str) else None
    if isinstance(value, tuple):
        elements = value
    if elements is None:
        return UNKNOWN
    return tuple(cast(each, TypeName(type_.schema, type_.name, type_.modifiers)) for each in elements)


def _as_text(value: SqlValue, type_: TypeName) -> SqlValue:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value) if isinstance(value, int) else value
    if not isinstance(text, str):
        return UNKNOWN
    limit = type_.modifiers[0] if type_.modifiers else "1" if type_.name in ("bpchar", "char", "character") else ""
    # A bare bpchar has no length; a cast to a shorter type cuts.
    return text if not limit or type_.name == "bpchar" else text[: int(limit)] if limit.isdecimal() else UNKNOWN


def _read(text: str, name: str, type_: TypeName) -> SqlValue:
    """A text as a value of a type; the text of a user's type (an enum's value) stays what it is."""
    found: SqlValue
    if name in (*_INTEGERS, *_NUMBERS):
        found = None if type_.modifiers else number(text)
        found = Decimal(found) if name in _NUMBERS and isinstance(found, int) else found
    elif name == "date":
        exact = moment(text)
        found = None if exact is None else date_of(exact)
    elif name in _MOMENTS:
        found = moment(text, zoned="tz" in name or "with time" in name)
    elif name == "interval":
        found = interval(text)
    elif name in ("bool", "boolean"):
        found = truth(text)
    elif name == "uuid":
        return of_family(text, "uuid")
    else:
        return UNKNOWN if name in ("citext", "json", "jsonb", "time", "timetz") else text
    return UNKNOWN if found is None else found


_EVALUATORS: dict[type, Callable[[Any, Row], SqlValue]] = {
    sql.Literal: _literal,
    sql.Column: lambda one, row: row(one.name),
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
    sql.Collate: lambda one, row: evaluate(one.operand, row),
}
