"""Expressions as PostgreSQL text that reads back as the same expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dblint.sql.expressions import (
    Array,
    Between,
    Binary,
    Bound,
    Call,
    Case,
    Cast,
    Collate,
    Column,
    Expression,
    Field,
    Frame,
    In,
    Is,
    Keyword,
    Literal,
    Logical,
    Match,
    NamedArgument,
    Opaque,
    Parameter,
    Quantified,
    Row,
    SortKey,
    Star,
    Subquery,
    Subscript,
    Unary,
    Window,
)
from dblint.sql.postgres_quoting import identifier, qualified, string, type_text

# How tightly each construct binds, after the server's grammar; what is missing is a primary.
_OR, _AND, _NOT, _IS, _COMPARISON, _PATTERN, _OPERATOR, _SUM, _PRODUCT, _POWER, _COLLATE, _SIGN, _PRIMARY = range(13)
_BINARY = {
    **dict.fromkeys(("<", ">", "=", "<=", ">=", "<>"), _COMPARISON),
    **dict.fromkeys(("IS DISTINCT FROM", "IS NOT DISTINCT FROM"), _IS),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "%"), _PRODUCT),
    "^": _POWER,
}
_BARE = frozenset({"coalesce", "nullif", "greatest", "least", "grouping"})


def text(expression: Expression) -> str:
    """``expression`` as PostgreSQL text, with no more parentheses than the reading needs."""
    return _WRITERS[type(expression)](expression)


def _tight(expression: Expression, least: int) -> str:
    """The text of an operand, in parentheses where it binds less than ``least``."""
    written = text(expression)
    return written if _binding(expression) >= least else f"({written})"


def _binding(expression: Expression) -> int:
    if isinstance(expression, Binary):
        return _BINARY.get(expression.operator, _OPERATOR)
    if isinstance(expression, Logical):
        return _OR if expression.operator == "OR" else _AND
    if isinstance(expression, Unary):
        return {"NOT": _NOT, "-": _SIGN, "+": _SIGN}.get(expression.operator, _OPERATOR)
    if isinstance(expression, Literal):
        return _SIGN if expression.text.startswith("-") and expression.kind != "string" else _PRIMARY
    return _BINDINGS.get(type(expression), _PRIMARY)


_BINDINGS: dict[type, int] = {
    Is: _IS,
    Match: _PATTERN,
    In: _PATTERN,
    Between: _PATTERN,
    Quantified: _COMPARISON,
    Collate: _COLLATE,
}


def _list(items: tuple[Expression, ...]) -> str:
    return ", ".join(text(item) for item in items)


def _not(negated: bool) -> str:
    return "NOT " if negated else ""


def _literal(one: Literal) -> str:
    if one.kind == "string":
        return string(one.text)
    if one.kind == "bits":
        return f"{one.text[:1]}{string(one.text[1:])}"
    return one.text.upper() if one.kind == "null" else one.text


def _keyword(one: Keyword) -> str:
    return one.name if one.precision is None else f"{one.name}({one.precision})"


def _unary(one: Unary) -> str:
    if one.operator == "NOT":
        return f"NOT {_tight(one.operand, _NOT)}"
    space = "" if one.operator in ("-", "+") else " "
    return f"{one.operator}{space}{_tight(one.operand, _PRIMARY)}"


def _binary(one: Binary) -> str:
    own = _BINARY.get(one.operator, _OPERATOR)
    chains = own >= _OPERATOR
    left = _tight(one.left, own if chains else _OPERATOR)
    right = _tight(one.right, own + 1 if chains else _OPERATOR)
    return f"{left} {one.operator} {right}"


def _logical(one: Logical) -> str:
    least = _AND if one.operator == "OR" else _NOT
    return f" {one.operator} ".join(_tight(operand, least) for operand in one.operands)


def _call(one: Call) -> str:
    bare = one.name in _BARE and one.schema is None
    name = one.name.upper() if bare else qualified(one.schema, one.name)
    within = f" WITHIN GROUP (ORDER BY {sort_keys(one.order)})" if one.within_group else ""
    where = f" FILTER (WHERE {text(one.where)})" if one.where is not None else ""
    over = f" OVER {window(one.over)}" if one.over is not None else ""
    return f"{name}({_arguments(one)}){within}{where}{over}"


def _arguments(one: Call) -> str:
    items = [text(item) for item in one.arguments]
    if one.variadic and items:
        items[-1] = f"VARIADIC {items[-1]}"
    listed = "*" if one.star else ", ".join(items)
    order = f" ORDER BY {sort_keys(one.order)}" if one.order and not one.within_group else ""
    return f"{'DISTINCT ' if one.distinct else ''}{listed}{order}"


def sort_keys(keys: tuple[SortKey, ...]) -> str:
    """The keys of an ORDER BY."""
    return ", ".join(_sort_key(key) for key in keys)


def _sort_key(key: SortKey) -> str:
    way = f" USING {key.using}" if key.using else " DESC" if key.descending else ""
    nulls = {True: " NULLS FIRST", False: " NULLS LAST"}.get(key.nulls_first, "") if key.nulls_first is not None else ""
    return f"{text(key.expression)}{way}{nulls}"


def window(one: Window) -> str:
    """What stands after OVER."""
    if one.name is not None:
        return identifier(one.name)
    clauses = [
        identifier(one.base) if one.base is not None else "",
        f"PARTITION BY {_list(one.partition)}" if one.partition else "",
        f"ORDER BY {sort_keys(one.order)}" if one.order else "",
        _frame(one.frame) if one.frame is not None else "",
    ]
    return f"({' '.join(clause for clause in clauses if clause)})"


def _frame(one: Frame) -> str:
    exclude = f" EXCLUDE {one.exclude}" if one.exclude else ""
    return f"{one.mode} BETWEEN {_bound(one.start)} AND {_bound(one.end)}{exclude}"


def _bound(one: Bound) -> str:
    return f"{_tight(one.offset, _OPERATOR)} {one.word}" if one.offset is not None else one.word


def _case(one: Case) -> str:
    operand = f" {text(one.operand)}" if one.operand is not None else ""
    whens = "".join(f" WHEN {text(when)} THEN {text(result)}" for when, result in one.whens)
    default = f" ELSE {text(one.default)}" if one.default is not None else ""
    return f"CASE{operand}{whens}{default} END"


def _in(one: In) -> str:
    items = text(one.items) if isinstance(one.items, Subquery) else f"({_list(one.items)})"
    return f"{_tight(one.operand, _OPERATOR)} {_not(one.negated)}IN {items}"


def _is(one: Is) -> str:
    return f"{_tight(one.operand, _OPERATOR)} IS {_not(one.negated)}{one.test}"


def _between(one: Between) -> str:
    symmetric = "SYMMETRIC " if one.symmetric else ""
    low, high = _tight(one.low, _OPERATOR), _tight(one.high, _OPERATOR)
    return f"{_tight(one.operand, _OPERATOR)} {_not(one.negated)}BETWEEN {symmetric}{low} AND {high}"


def _match(one: Match) -> str:
    escape = f" ESCAPE {_tight(one.escape, _OPERATOR)}" if one.escape is not None else ""
    pattern = _tight(one.pattern, _OPERATOR)
    return f"{_tight(one.operand, _OPERATOR)} {_not(one.negated)}{one.operator} {pattern}{escape}"


def _quantified(one: Quantified) -> str:
    bare = isinstance(one.values, Subquery) and one.values.form == "scalar"
    values = text(one.values) if bare else f"({text(one.values)})"
    return f"{_tight(one.operand, _OPERATOR + 1)} {one.operator} {one.quantifier} {values}"


def _subscript(one: Subscript) -> str:
    lower = text(one.lower) if one.lower is not None else ""
    index = text(one.index) if one.index is not None else ""
    operand = one.operand
    plain = isinstance(operand, Column | Parameter | Subscript)
    return f"{text(operand) if plain else f'({text(operand)})'}[{f'{lower}:{index}' if one.slice else index}]"


def _subquery(one: Subquery) -> str:
    from dblint.sql.query_text import text as query_text  # queries are made of expressions, and the other way round

    return f"{ {'scalar': '', 'exists': 'EXISTS ', 'array': 'ARRAY'}[one.form] }({query_text(one.query)})".strip()


_WRITERS: dict[type, Callable[[Any], str]] = {
    Literal: _literal,
    Column: lambda one: qualified(*one.qualifier, one.name),
    Star: lambda one: ".".join([*map(identifier, one.qualifier), "*"]),
    Parameter: lambda one: f"${one.number}",
    Keyword: _keyword,
    Unary: _unary,
    Binary: _binary,
    Logical: _logical,
    Call: _call,
    NamedArgument: lambda one: f"{identifier(one.name)} => {text(one.value)}",
    Cast: lambda one: f"{_tight(one.operand, _PRIMARY)}::{type_text(one.type)}",
    Case: _case,
    In: _in,
    Is: _is,
    Between: _between,
    Match: _match,
    Quantified: _quantified,
    Array: lambda one: f"ARRAY[{_list(one.items)}]",
    Row: lambda one: f"ROW({_list(one.items)})",
    Subscript: _subscript,
    Field: lambda one: f"({text(one.operand)}).{identifier(one.name) if one.name is not None else '*'}",
    Collate: lambda one: f"{_tight(one.operand, _PRIMARY)} COLLATE {qualified(*one.collation)}",
    Subquery: _subquery,
    Opaque: lambda one: f"{one.name}({_list(one.operands)})",
}
