"""A client that keeps its tables in memory."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

Row = dict[str, Any]


class FakeQuery:
    """One query being built: filters narrow the rows, execute hands them out."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.found = rows

    def select(self, columns: str = "*") -> FakeQuery:
        return self

    def insert(self, row: Row) -> FakeQuery:
        self.rows.append(row)
        self.found = [row]
        return self

    def update(self, changes: Row) -> FakeQuery:
        for row in self.found:
            row.update(changes)
        return self

    def eq(self, column: str, value: object) -> FakeQuery:
        self.found = [row for row in self.found if row.get(column) == value]
        return self

    def execute(self) -> SimpleNamespace:
        return SimpleNamespace(data=self.found)


class FakeClient:
    """The shop's client without a network: tables are lists of rows."""

    def __init__(self, tables: dict[str, list[Row]] | None = None) -> None:
        self.tables = tables or {}

    def table(self, name: str) -> FakeQuery:
        return FakeQuery(self.tables.setdefault(name, []))
