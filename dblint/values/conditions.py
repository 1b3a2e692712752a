"""The CHECKs that a column's value has to meet, read once and tried on a row."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dblint.catalog.model import Catalog, Check, Column, Dialect, Table
from dblint.errors import DblintError
from dblint.facts.model import MockRow
from dblint.sql import expressions as sql
from dblint.sql.postgres_expressions import parse_expression
from dblint.values.dialects import is_plain
from dblint.values.evaluate import prepare
from dblint.values.formula import Formula
from dblint.values.scope import Scope
from dblint.values.shapes import Shape
from dblint.values.sql_values import UNKNOWN, SqlValue
from dblint.values.stored import assigned, stored


@dataclass(frozen=True, slots=True)
class Condition:
    """A CHECK as an expression, and ready to run."""

    expression: sql.Expression
    formula: Formula


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a new value has to meet. In a domain's the value is called ``value``."""

    column: str
    of_domain: tuple[Condition, ...]
    of_table: tuple[Condition, ...]
    others: dict[str, SqlValue]
    open: frozenset[str]
    """Columns the row still lacks and has to get: what depends on them is settled when they come."""

    def met(self, value: SqlValue) -> bool:
        """The database surely accepts the value, as far as CHECKs go."""
        return all(self._holds(one, one.formula.run(lambda _: value)) for one in self.of_domain) and all(
            self._holds(one, one.formula.run(lambda name: value if name == self.column else self.others[name]))
            for one in self.of_table
        )

    def _holds(self, condition: Condition, result: SqlValue) -> bool:
        if result is UNKNOWN:
            return not self.open.isdisjoint(names(condition.expression))
        return result is True or result is None

    def parts(self) -> Iterator[sql.Expression]:
        """Everything inside the conditions."""
        for condition in (*self.of_domain, *self.of_table):
            yield from sql.walk(condition.expression)


def conditions(column: Column, column_shape: Shape, table: Table, catalog: Catalog, row: MockRow) -> Conditions | None:
    """The CHECKs of the table that speak of the column, and those of its domains; None where one cannot be read."""
    of_domain = _read(column_shape.checks, "value", catalog, Scope(catalog, value=column_shape.type))
    of_table = _read(table.checks, column.name, catalog, Scope(catalog, table.columns))
    if of_domain is None or of_table is None:
        return None
    named = {name for condition in of_table for name in names(condition.expression)}
    others = dict.fromkeys(named, UNKNOWN) | {
        other.name: given_value(other, table, catalog, row) for other in table.columns if other.name in named
    }
    lacking = frozenset(other.name for other in table.columns if other.required and row.entry(other.name) is None)
    return Conditions(column.name, of_domain, of_table, others, lacking - {column.name})


def _read(checks: Iterable[Check], name: str, catalog: Catalog, scope: Scope) -> tuple[Condition, ...] | None:
    """The checks that speak of a name; None where one of them cannot be read."""
    found = []
    for check in checks:
        if not check.enforced:
            continue
        expression = parsed(check.expression, catalog.dialect)
        if expression is None:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", check.expression, re.IGNORECASE):
                return None
        elif name in names(expression):
            found.append(Condition(expression, prepare(expression, scope)))
    return tuple(found)


def names(expression: sql.Expression) -> set[str]:
    """The columns an expression speaks of; a subquery's are not among them."""
    return {part.name for part in sql.walk(expression) if isinstance(part, sql.Column)}


@functools.lru_cache(maxsize=4096)
def parsed(text: str, dialect: Dialect) -> sql.Expression | None:
    """An expression of the catalog; None where it cannot be read, or may mean something else in its dialect."""
    try:
        found = parse_expression(text if dialect == "postgres" else text.replace("`", '"'))
    except DblintError:
        return None
    return found if is_plain(found, dialect) else None


def given_value(column: Column, table: Table, catalog: Catalog, row: MockRow) -> SqlValue:
    """What a column of an inserted row will hold: its entry, its default, what is computed for it, or NULL."""
    scope = Scope(catalog, table.columns)
    entry = row.entry(column.name)
    if entry is not None:
        return stored(entry.value, column.type, scope)
    if row.open or column.generated is not None or column.identity or column.auto_increment or column.filled:
        return UNKNOWN
    if column.default is None:
        return UNKNOWN if column.required else None
    return default_value(column, scope)


def default_value(column: Column, scope: Scope) -> SqlValue:
    """What a column's DEFAULT comes to."""
    default = parsed(column.default or "NULL", scope.catalog.dialect)
    if default is None:
        return UNKNOWN
    formula = prepare(default, scope)
    return assigned(formula.run(lambda _: UNKNOWN), formula.code, column.type, scope)
