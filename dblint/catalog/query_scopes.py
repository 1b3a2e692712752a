"""What stands in a statement's FROM, with the catalog's tables behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dblint.catalog.model import Table
from dblint.catalog.scopes import Columns, Lookup, Scope, ViewColumn, Visible
from dblint.catalog.views import Reader
from dblint.sql.queries import CommonTable, Relation, Source


class TableLookup(Lookup, Protocol):
    """A lookup that also knows the tables behind the columns."""

    def table(self, schema: str | None, name: str) -> Table | None:
        """The table a name means; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Seen(Visible):
    """Something in FROM; ``table`` is the catalog's where it is one."""

    table: Table | None = None


class TableReader(Reader):
    """Reads queries as the catalog's views are read, and keeps the tables behind what stands in FROM."""

    def with_tables(self, tables: Sequence[CommonTable], recursive: bool, scope: Scope) -> Scope:
        return self._with(tables, recursive, scope)

    def source(self, source: Source, scope: Scope) -> list[Visible]:
        return self._source(source, scope)

    def _relation(self, one: Relation, scope: Scope) -> list[Visible]:
        (found,) = super()._relation(one, scope)
        is_common = one.schema is None and one.name in scope.tables
        lookup: Any = self.lookup
        table = None if is_common else lookup.table(one.schema, one.name)
        return [Seen(found.name, found.columns, found.schema, found.row, table=table)]

    def _source(self, source: Source, scope: Scope) -> list[Visible]:
        return self._relation(source, scope) if isinstance(source, Relation) else super()._source(source, scope)


def before_from(scope: Scope) -> Scope:
    """The scope before its FROM."""
    return Scope((), scope.outer, scope.tables)


def tables_in(items: Iterable[Visible]) -> tuple[Table, ...]:
    return tuple(item.table for item in items if isinstance(item, Seen) and item.table is not None)


def named_only(found: Iterable[str]) -> Columns:
    return Columns(tuple(ViewColumn(name.lower(), None) for name in found))
