"""The CHECKs that a column's value has to meet, read once and tried on a row."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dblint.catalog.model import Catalog, Check, Column, Table
from dblint.errors import DblintError
from dblint.facts.model import MockRow
from dblint.sql import expressions as sql
from dblint.sql.postgres_expressions import parse_expression
from dblint.values.evaluate import evaluate
from dblint.values.shapes import Shape, shape
from dblint.values.sql_values import UNKNOWN, SqlValue, of_family, of_literal


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a new value has to meet. In a domain's the value is called ``value``."""

    column: str
    of_domain: tuple[sql.Expression, ...]
    of_table: tuple[sql.Expression, ...]
    others: dict[str, SqlValue]
    open: frozenset[str]
    """Columns the row still lacks and has to get: what depends on them is settled when they come."""

    def met(self, value: SqlValue) -> bool:
        """The database surely accepts the value, as far as CHECKs go."""
        return all(self._holds(one, evaluate(one, lambda _: value)) for one in self.of_domain) and all(
            self._holds(one, evaluate(one, lambda name: value if name == self.column else self.others[name]))
            for one in self.of_table
        )

    def _holds(self, expression: sql.Expression, result: SqlValue) -> bool:
        if result is UNKNOWN:
            return not self.open.isdisjoint(_names(expression))
        return result is True or result is None

    def parts(self) -> Iterator[sql.Expression]:
        """Everything inside the conditions."""
        for expression in (*self.of_domain, *self.of_table):
            yield from sql.walk(expression)


def conditions(column: Column, column_shape: Shape, table: Table, catalog: Catalog, row: MockRow) -> Conditions | None:
    """The CHECKs of the table that speak of the column, and those of its domains; None where one cannot be read."""
    of_domain = _read(column_shape.checks, "value", catalog)
    of_table = _read(table.checks, column.name, catalog)
    if of_domain is None or of_table is None:
        return None
    named = {name for expression in of_table for name in _names(expression)}
    others = dict.fromkeys(named, UNKNOWN) | {
        other.name: _given(other, catalog, row) for other in table.columns if other.name in named
    }
    lacking = frozenset(other.name for other in table.columns if other.required and row.entry(other.name) is None)
    return Conditions(column.name, of_domain, of_table, others, lacking - {column.name})


def _read(checks: Iterable[Check], name: str, catalog: Catalog) -> tuple[sql.Expression, ...] | None:
    """The checks that speak of a name; None where one of them cannot be read."""
    found = []
    for check in checks:
        if not check.enforced:
            continue
        expression = _parsed(check.expression, catalog.dialect)
        if expression is None:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", check.expression, re.IGNORECASE):
                return None
        elif name in _names(expression):
            found.append(expression)
    return tuple(found)


def _names(expression: sql.Expression) -> set[str]:
    return {part.name for part in sql.walk(expression) if isinstance(part, sql.Column)}


@functools.lru_cache(maxsize=512)
def _parsed(text: str, dialect: str) -> sql.Expression | None:
    try:
        return parse_expression(text if dialect == "postgres" else text.replace("`", '"'))
    except DblintError:
        return None


def _given(column: Column, catalog: Catalog, row: MockRow) -> SqlValue:
    """What another column of the row will hold: its entry, its default, or NULL."""
    entry = row.entry(column.name)
    column_shape = shape(column.type, catalog) if column.type is not None else None
    family = "" if column_shape is None else "array" if column_shape.dimensions else column_shape.family
    if entry is not None:
        return of_literal(entry.value, family)
    if row.open or column.generated is not None or column.identity or column.auto_increment or column.filled:
        return UNKNOWN
    if column.default is None:
        return UNKNOWN if column.required else None
    default = _parsed(column.default, catalog.dialect)
    return UNKNOWN if default is None else of_family(evaluate(default, lambda _: UNKNOWN), family)
