"""What happened to tables and columns: small questions over the catalog's events."""

from __future__ import annotations

from dblint.catalog.model import Catalog, ColumnEvent, ObjectEvent, Table


def last_event(table: Table, column: str) -> ColumnEvent | None:
    """The last thing that happened to a column under that name."""
    return next((event for event in reversed(table.history) if column in (event.column, event.now)), None)


def renamed_to(table: Table, old: str) -> str | None:
    """The name that ``old`` has today, by renames alone; None where it was dropped on the way or never renamed."""
    name, renamed = old, False
    for event in table.history:
        if event.column != name:
            continue
        if event.kind == "renamed" and event.now is not None:
            name, renamed = event.now, True
        elif event.kind == "dropped" and renamed:
            return None
    return name if renamed and table.column(name) is not None else None


def dropped_table(catalog: Catalog, schema: str | None, name: str) -> ObjectEvent | None:
    """The event that took the table away, dropped or renamed; None while a table of that name stands."""
    if catalog.table(schema, name) is not None:
        return None
    places = (schema,) if schema is not None else catalog.search_path
    return next(
        (
            event
            for event in reversed(catalog.events)
            if event.what == "table"
            and event.kind in ("dropped", "renamed")
            and event.name == name
            and event.schema in places
        ),
        None,
    )


def columns_before(table: Table, order: int) -> frozenset[str]:
    """The columns the table had just before statement ``order``, under the names they had then."""
    names: set[str] = set()
    for event in table.history:
        if event.order >= order:
            break
        if event.kind in ("created", "added"):
            names.add(event.column)
        elif event.kind == "dropped":
            names.discard(event.column)
        elif event.kind == "renamed" and event.now is not None:
            names.discard(event.column)
            names.add(event.now)
    return frozenset(names)


def added_by(table: Table, column: str) -> ColumnEvent | None:
    """The event that brought a column of today into the table, followed back through its renames."""
    name = column
    for event in reversed(table.history):
        if event.kind == "renamed" and event.now == name:
            name = event.column
        elif event.kind in ("created", "added") and event.column == name:
            return event
    return None
