"""Which expressions of MySQL and SQLite surely mean what the same words mean to PostgreSQL."""

from __future__ import annotations

from dblint.catalog.model import Dialect
from dblint.sql import expressions as sql

_OPERATORS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*"})
_FUNCTIONS = frozenset({"char_length", "coalesce", "nullif", "abs", "lower", "upper", "trim", "btrim"})
_MORE: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "sqlite": (frozenset({"%", "||"}), frozenset({"length", "json_valid", "ltrim", "rtrim"})),
    "mysql": (frozenset(), frozenset({"json_valid", "character_length"})),
}
_PLAIN = (sql.Column, sql.Logical, sql.Between, sql.In, sql.Case)


def is_plain(expression: sql.Expression, dialect: Dialect) -> bool:
    """The expression means the same in the dialect as in PostgreSQL, as far as words go."""
    return dialect == "postgres" or all(_is_plain(one, dialect) for one in sql.walk(expression))


def _is_plain(one: sql.Expression, dialect: Dialect) -> bool:
    operators, functions = _MORE[dialect]
    if isinstance(one, sql.Binary):
        return one.operator in _OPERATORS | operators
    if isinstance(one, sql.Call):
        return one.name in _FUNCTIONS | functions and one.schema is None
    if isinstance(one, sql.Unary):
        return one.operator in ("NOT", "-")
    if isinstance(one, sql.Is):
        return one.test == "NULL"
    if isinstance(one, sql.Match):
        return one.operator == "LIKE" and one.escape is None
    if isinstance(one, sql.Literal):
        # A backslash escapes in MySQL, and stands for itself elsewhere.
        return one.kind != "bits" and not (dialect == "mysql" and "\\" in one.text)
    return isinstance(one, _PLAIN)
