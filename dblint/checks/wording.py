"""How findings name tables, columns and places."""

from __future__ import annotations

from collections.abc import Iterable

from dblint.binding.model import BoundRow
from dblint.catalog.model import Catalog, Column, Table
from dblint.finding import Label, Subject
from dblint.source import Place

_IN_SIGHT = 3


def table_name(catalog: Catalog, table: Table) -> str:
    """The table's name, with its schema where that is not on the search path."""
    return table.name if table.schema in catalog.search_path else f"{table.schema}.{table.name}"


def column_name(catalog: Catalog, table: Table, column: Column) -> str:
    return f"{table_name(catalog, table)}.{column.name}"


def subject(catalog: Catalog, table: Table, column: str | None = None) -> Subject:
    return Subject(table=table_name(catalog, table), column=column)


def at(place: Place) -> str:
    return f"{place.path}:{place.line}"


def tied(catalog: Catalog, bound: BoundRow) -> tuple[Label, ...]:
    """Where the row becomes the table's, unless the reader sees it beside the row."""
    place, row = bound.evidence, bound.row.span
    if place is None or (place.path == bound.path and -_IN_SIGHT <= place.line - row.line <= 0):
        return ()
    return (Label(place, f"this makes it a row of `{table_name(catalog, bound.table)}`"),)


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
