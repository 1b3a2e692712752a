"""Which mock rows and entries a rule judges, and that it says each thing once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import get_args

from dblint.binding.model import BoundProject, BoundRow, Role
from dblint.catalog.model import Column, Dialect, Table
from dblint.facts.model import Entry, Value
from dblint.finding import Finding

ALL_ROLES: tuple[Role, ...] = get_args(Role)


def honest_rows(project: BoundProject, roles: Collection[Role]) -> Iterator[BoundRow]:
    """The rows of these roles that stand for a table that surely exists and are not wrong on purpose."""
    for bound in project.rows:
        if bound.role in roles and not bound.row.deliberate and bound.table.certain:
            yield bound


def judged_rows(project: BoundProject, roles: Collection[Role]) -> Iterator[BoundRow]:
    """The honest rows that are rows of their table and not what a service makes of one."""
    return (bound for bound in honest_rows(project, roles) if is_plain_row(bound, project.catalog.dialect))


def is_plain_row(bound: BoundRow, dialect: Dialect) -> bool:
    """False for a document: only a name ties it to the table, and it holds what no column of the table could.

    A data file's record that has other keys and lacks what every row must have is none of the table's either.
    """
    if bound.use.evidence != "name":
        return True
    strange = [entry for entry in bound.row.entries if column_named(bound.table, entry.key, dialect) is None]
    if strange and not bound.path.endswith(".py") and _lacks_the_required(bound, dialect):
        return False
    return not any(is_nested(entry.value) for entry in strange)


def _lacks_the_required(bound: BoundRow, dialect: Dialect) -> bool:
    """A column that no row can be without; one that a migration renamed may be there under its old name."""
    renamed = {one.now for one in bound.table.history}
    return any(
        not column.nullable
        and column.default is None
        and column.generated is None
        and column.identity is None
        and column.name not in renamed
        and not holds(bound, column.name, dialect)
        for column in bound.table.columns
    )


def is_nested(value: Value) -> bool:
    """A dict, or a list that is not clearly an array of scalars."""
    scalars = value.items and all(item.kind not in ("dict", "list", "call", "unknown") for item in value.items)
    return value.kind == "dict" or (value.kind == "list" and not scalars)


def entries(bound: BoundRow) -> Iterator[Entry]:
    """Each key once; where it stands twice, the entry Python keeps: the last."""
    last = {entry.key: entry for entry in bound.row.entries}
    yield from last.values()


def known_columns(project: BoundProject, roles: Collection[Role]) -> Iterator[tuple[BoundRow, Entry, Column]]:
    """The entries of the judged rows that name a column the table has."""
    for bound in judged_rows(project, roles):
        for entry in entries(bound):
            column = column_named(bound.table, entry.key, project.catalog.dialect)
            if column is not None:
                yield bound, entry, column


def column_named(table: Table, name: str, dialect: Dialect) -> Column | None:
    """The column a key means: to the letter in PostgreSQL, in any case elsewhere."""
    if dialect == "postgres":
        return table.column(name)
    return next((column for column in table.columns if column.name.lower() == name.lower()), None)


def holds(bound: BoundRow, name: str, dialect: Dialect) -> bool:
    """The row has an entry for the column of that name."""
    if dialect == "postgres":
        return bound.row.entry(name) is not None
    return any(entry.key.lower() == name.lower() for entry in bound.row.entries)


def distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once, though a row may have several uses."""
    told = set()
    for finding in findings:
        if (finding.place, finding.subject) not in told:
            told.add((finding.place, finding.subject))
            yield finding
