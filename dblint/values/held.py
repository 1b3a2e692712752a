"""A table's expressions ready to run, and what its columns hold once the database has taken a mock row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dblint.catalog.model import Catalog, Check, Column, Table
from dblint.facts.model import Entry, MockRow, Role
from dblint.sql import expressions as sql
from dblint.values.conditions import default_value, names, parsed
from dblint.values.evaluate import prepare
from dblint.values.formula import Formula, Row
from dblint.values.scope import Scope
from dblint.values.shapes import shape
from dblint.values.sql_values import UNKNOWN, SqlValue
from dblint.values.stored import assigned, stored

_EVENTS: dict[Role, str] = {"insert": "insert", "update": "update"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A CHECK, or one of the conditions it ANDs: its text, its columns and its value on a row."""

    check: Check
    expression: sql.Expression
    columns: frozenset[str]
    formula: Formula


class Tables:
    """The expressions of a catalog's tables, each prepared once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[tuple[str, str], Held] = {}

    def __call__(self, table: Table) -> Held:
        key = (table.schema, table.name)
        if key not in self._known:
            self._known[key] = Held(table, self._catalog)
        return self._known[key]


class Held:
    """One table: its CHECKs, and what its rows hold."""

    def __init__(self, table: Table, catalog: Catalog) -> None:
        self.table = table
        self.scope = Scope(catalog, table.columns)
        self.catalog = catalog
        self._columns = {self._folded(column.name): column for column in table.columns}
        self._generated: dict[str, Formula | None] = {}
        self._checks: tuple[Rule, ...] | None = None
        self._defaults: dict[str, SqlValue] = {}
        self._triggers = [
            one
            for one in catalog.triggers
            if (one.schema, one.table) == (table.schema, table.name) and one.timing in ("before", "instead of")
        ]

    def checks(self) -> tuple[Rule, ...]:
        """The conditions that the table's CHECKs come to, ANDs taken apart."""
        if self._checks is None:
            self._checks = tuple(
                one for check in self.table.checks if check.enforced for one in self._rules(check, self.scope)
            )
        return self._checks

    def domain_checks(self, column: Column) -> Iterator[Rule]:
        """The conditions of the column's domains, in which the value is called ``value``."""
        found = None if column.type is None or column.type.kind != "domain" else shape(column.type, self.catalog)
        for check in found.checks if found is not None else ():
            if check.enforced and found is not None:
                yield from self._rules(check, Scope(self.catalog, value=found.type))

    def _rules(self, check: Check, scope: Scope) -> Iterator[Rule]:
        whole = parsed(check.expression, self.catalog.dialect)
        if whole is None:
            return
        parts = whole.operands if isinstance(whole, sql.Logical) and whole.operator == "AND" else (whole,)
        for part in parts:
            columns = frozenset(map(self._folded, names(part)))
            yield Rule(check, part, columns, prepare(part, scope))

    def column(self, name: str) -> Column | None:
        return self._columns.get(self._folded(name))

    def entry(self, row: MockRow, name: str) -> Entry | None:
        """The row's entry for a column: to the letter in PostgreSQL, in any case elsewhere."""
        if self.catalog.dialect == "postgres":
            return row.entry(name)
        wanted = self._folded(name)
        return next((one for one in reversed(row.entries) if self._folded(one.key) == wanted), None)

    def _folded(self, name: str) -> str:
        return name if self.catalog.dialect == "postgres" else name.lower()

    def row(self, row: MockRow, role: Role) -> Row:
        """The value of each column, as the database holds it after it took the row in this role."""
        seen: dict[str, SqlValue] = {}

        def value(name: str) -> SqlValue:
            if name not in seen:
                seen[name] = UNKNOWN  # What a generated column says of itself is not known.
                seen[name] = self._value(name, row, role, value)
            return seen[name]

        return value

    def computed(self, column: Column, row: Row) -> SqlValue:
        """What the database computes for a generated column."""
        if column.name not in self._generated:
            expression = parsed(column.generated or "", self.catalog.dialect)
            self._generated[column.name] = None if expression is None else prepare(expression, self.scope)
        formula = self._generated[column.name]
        return UNKNOWN if formula is None else assigned(formula.run(row), formula.code, column.type, self.scope)

    def inputs(self, column: Column) -> frozenset[str]:
        """The columns a generated column is computed from."""
        expression = parsed(column.generated or "", self.catalog.dialect)
        return frozenset() if expression is None else frozenset(map(self._folded, names(expression)))

    def _value(self, name: str, row: MockRow, role: Role, others: Row) -> SqlValue:
        column = self.column(name)
        if column is None or not column.certain or self.may_change(column, role):
            return UNKNOWN
        if column.generated is not None:
            found = self.computed(column, others)
            entry = self.entry(row, name)
            return found if found is not UNKNOWN or entry is None else stored(entry.value, column.type, self.scope)
        entry = self.entry(row, name)
        if entry is not None:
            return stored(entry.value, column.type, self.scope)
        return self._default(column) if role == "insert" and not row.open else UNKNOWN

    def _default(self, column: Column) -> SqlValue:
        if column.identity or column.auto_increment:
            return UNKNOWN
        if column.default is None:
            return UNKNOWN if column.required or (column.type and column.type.kind == "domain") else None
        if column.name not in self._defaults:
            self._defaults[column.name] = default_value(column, self.scope)
        return self._defaults[column.name]

    def may_change(self, column: Column, role: Role) -> bool:
        """A trigger may put something else there before the row is judged."""
        event = _EVENTS.get(role)
        if event is None:
            return False
        return (role == "insert" and column.filled) or any(
            event in one.events and (one.fills is None or column.name in one.fills) for one in self._triggers
        )
