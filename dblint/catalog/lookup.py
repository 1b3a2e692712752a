"""The finished catalog as a query sees it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dblint.catalog.model import Catalog, Column, Function, Table, Type
from dblint.catalog.scopes import Columns, ViewColumn
from dblint.catalog.type_names import system_type, user_type
from dblint.sql.definitions import TypeName


class CatalogLookup:
    """Answers a query's questions; nothing is told of the ``changed`` tables, which others make or change as they run.

    Names are compared as the dialect does: to the letter in PostgreSQL, in any case elsewhere.
    """

    def __init__(self, catalog: Catalog, changed: Collection[str] = ()) -> None:
        self._catalog = catalog
        self.changed = changed
        self._columns: dict[tuple[str, str], Columns] = {}
        self.exact = catalog.dialect == "postgres"
        self._folded = {} if self.exact else {table.name.lower(): table for table in catalog.tables}

    def table(self, schema: str | None, name: str) -> Table | None:
        """The table a name means; None where that is not known."""
        found = self._catalog.table(schema, name) if self.exact else self._folded.get(name.lower())
        return None if found is None or found.name.lower() in self.changed else found

    def relation(self, schema: str | None, name: str) -> tuple[Columns, Type | None] | None:
        table = self.table(schema, name)
        if table is None:
            return None
        row = user_type("composite", table.schema, table.name, (), 0, self._catalog.search_path)
        return self.columns(table), row

    def columns(self, table: Table) -> Columns:
        """A table's columns; made once."""
        key = (table.schema, table.name)
        if key not in self._columns:
            unsure = key in self._catalog.unsure or not table.complete
            self._columns[key] = self._made(table.columns, complete=not unsure)
        return self._columns[key]

    def _made(self, columns: Sequence[Column], *, complete: bool = True) -> Columns:
        named = ((one.name if self.exact else one.name.lower(), one.type) for one in columns)
        return Columns(tuple(ViewColumn(name, type_) for name, type_ in named), complete)

    def functions(self, schema: str | None, name: str) -> Sequence[Function]:
        places = (schema,) if schema is not None else self._catalog.search_path
        return [one for one in self._catalog.functions if one.name == name and one.schema in places]

    def type(self, type_: TypeName) -> Type | None:
        found = system_type(type_) if type_.schema is None else None
        if found is not None:
            return found
        catalog = self._catalog
        for place in (type_.schema,) if type_.schema is not None else catalog.search_path:
            key = (place, type_.name)
            if any((one.schema, one.name) == key for one in catalog.enums):
                return user_type("enum", *key, type_.modifiers, type_.dimensions, catalog.search_path)
            if any((one.schema, one.name) == key for one in catalog.domains):
                return user_type("domain", *key, type_.modifiers, type_.dimensions, catalog.search_path)
            rows = {(one.schema, one.name) for one in catalog.composites} | {
                (one.schema, one.name) for one in catalog.tables
            }
            if key in rows:
                return user_type("composite", *key, type_.modifiers, type_.dimensions, catalog.search_path)
        return user_type("opaque", type_.schema, type_.name, type_.modifiers, type_.dimensions, catalog.search_path)

    def base(self, type_: Type) -> Type | None:
        domain = self._catalog.domain(type_)
        return None if domain is None else domain.type

    def fields(self, type_: Type) -> Columns | None:
        key = (type_.schema, type_.name)
        for one in self._catalog.composites:
            if (one.schema, one.name) == key:
                return self._made(one.columns)
        table = self._catalog.table(type_.schema, type_.name)
        return self.columns(table) if table is not None else None
