"""Which names of SQL strings a rule may judge, and how a finding about one is told."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.binding.query_model import FOREIGN_SCHEMAS, BoundQuery, UnknownName
from dblint.catalog.model import Catalog, Table
from dblint.checks.fate import Fate
from dblint.checks.tables import shows_column
from dblint.finding import Remedy
from dblint.intent import ReplaceText
from dblint.source import Place
from dblint.sql.postgres_quoting import identifier

DRIVER_METHODS = frozenset(
    ("execute", "executemany", "executescript", "fetch", "fetchrow", "fetchval", "fetch_one", "fetch_all", "fetch_val")
)
"""Methods of drivers, which send a text as it is."""
_ALTERING = ("ALTER TABLE", "alter table", "ADD COLUMN", "add column", "add_column", "AddField", "AlterField")


def unknown_names(project: BoundProject, *kinds: str) -> Iterator[tuple[BoundQuery, UnknownName]]:
    """The names of these kinds that mean nothing, each once though several tests may run its text."""
    told = set()
    for query in project.queries:
        for name in query.unknown:
            key = (query.path, name.span, name.name)
            if name.kind in kinds and key not in told:
                told.add(key)
                yield query, name


def shows(catalog: Catalog, tables: tuple[Table, ...], column: str) -> bool:
    """The SQL would show the column in one of the tables if it were there."""
    return all(
        table.certain and table.schema not in FOREIGN_SCHEMAS and shows_column(catalog, table, column)
        for table in tables
    )


def is_added_by_code(project: BoundProject, column: str) -> bool:
    """A file of the project's code that alters tables knows the column: it may be what adds it."""
    holding = set(project.code.mentioning(column))
    return bool(holding) and any(not holding.isdisjoint(project.code.mentioning(word)) for word in _ALTERING)


def rename(path: str, name: UnknownName, fate: Fate) -> Remedy | None:
    """Write the name that is meant in the place of the unknown one."""
    if fate.meant is None or not name.plain or not (name.quoted or identifier(fate.meant) == fate.meant):
        return None
    if name.quoted and not fate.meant.isidentifier():
        return None
    return Remedy(f"Rename to `{fate.meant}`", "unsafe", (ReplaceText(Place(path, name.span), fate.meant),))


def is_about(project: BoundProject, query: BoundQuery) -> bool:
    """The statement goes to the catalog's own database as far as the project shows: it names a table of it.

    Where it does not, another statement that the file sends the same way does.
    """
    if query.reach == "nothing":
        return bool(query.tables) and not any(name.kind != "column" for name in query.unknown)
    if query.tables:
        return True
    call = query.statement.call
    receiver = call.receiver if call is not None else None
    return any(
        one.path == query.path
        and one.tables
        and one.statement.call is not None
        and (one.reach, one.statement.call.receiver) == (query.reach, receiver)
        for one in project.queries
    )
