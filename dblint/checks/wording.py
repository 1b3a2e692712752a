"""How findings name tables, columns and places."""

from __future__ import annotations

from collections.abc import Iterable

from dblint.catalog.model import Catalog, Column, Table
from dblint.finding import Subject
from dblint.source import Place


def table_name(catalog: Catalog, table: Table) -> str:
    """The table's name, with its schema where that is not on the search path."""
    return table.name if table.schema in catalog.search_path else f"{table.schema}.{table.name}"


def column_name(catalog: Catalog, table: Table, column: Column) -> str:
    return f"{table_name(catalog, table)}.{column.name}"


def subject(catalog: Catalog, table: Table, column: str | None = None) -> Subject:
    return Subject(table=table_name(catalog, table), column=column)


def at(place: Place) -> str:
    return f"{place.path}:{place.line}"


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
