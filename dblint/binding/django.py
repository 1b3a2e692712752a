"""Rows of Django's fixtures: a model's fields as the columns of its table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dblint.catalog.model import Table
from dblint.facts.model import Entry, MockRow
from dblint.facts.value_model import UNKNOWN


def as_columns(row: MockRow, table: Table) -> MockRow:
    """The row by the table's columns: ``pk`` is the primary key, a foreign key's column ends in ``_id``.

    What is no column of the table may be a relation that lies in a table of its own.
    """
    return replace(row, entries=tuple(_entries(row, table)))


def _entries(row: MockRow, table: Table) -> Iterator[Entry]:
    key = table.primary_key or ()
    for entry in row.entries:
        if entry.key == "pk" and table.column("pk") is None:
            if len(key) == 1:
                yield replace(entry, key=key[0])
        elif table.column(entry.key) is not None:
            yield entry
        elif table.column(f"{entry.key}_id") is not None:
            # A natural key is a list that Django looks up.
            natural = entry.value.kind in ("list", "dict")
            yield replace(entry, key=f"{entry.key}_id", value=UNKNOWN if natural else entry.value)
        elif entry.value.kind != "list":
            yield entry
