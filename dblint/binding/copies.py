"""Tables that tests make by a CREATE TABLE of their own, beside the catalog's table of that name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dblint.binding.code import Code
from dblint.catalog.model import Catalog, Dialect, Table
from dblint.facts.model import FileFacts
from dblint.facts.statements_model import SqlText, Statement
from dblint.facts.words import says
from dblint.source import Place, Source, Span

_CREATE = re.compile(r"\bcreate\s+table\b", re.IGNORECASE)
_SQLITE = re.compile(r"\bautoincrement\b|\bpragma\b", re.IGNORECASE)
_PAST = frozenset(
    (
        *("legacy", "pre", "old", "older", "previous", "before", "existing", "outdated", "stale", "drift", "v1"),
        "version",
        *("migrate", "migrates", "migrated", "migration", "migrations", "upgrade", "upgrades", "upgraded"),
        *("downgrade", "rollback", "backfill", "backfills", "backfilled"),
    )
)
"""Words of files and functions that make tables as they once were, on purpose."""


@dataclass(frozen=True, slots=True)
class TableCopy:
    """One CREATE TABLE in a test; ``columns`` are its columns' names with their places in the file.

    ``place`` is the string it stands in, so that a comment can speak for it; ``named`` is the table's name.
    """

    place: Place
    named: Span
    columns: tuple[tuple[str, Span], ...]
    original: Table


def table_copies(catalog: Catalog, facts: Mapping[str, FileFacts], code: Code) -> Iterator[TableCopy]:
    """The tables that tests copy out of the schema, where both are wholly known."""
    originals = {table.name.lower(): table for table in catalog.tables if _is_known(catalog, table)}
    for path, file in facts.items():
        made = {name.rpartition(".")[2].lower() for name in file.created_tables} & originals.keys()
        if not made or says(path.rpartition("/")[2], _PAST):
            continue
        for statement in file.statements:
            text = statement.text
            if not text.whole or statement.deliberate or not _CREATE.search(text.text):
                continue
            if not any(says(name, _PAST) for name in _around(code, path, text.span)):
                yield from _copies(catalog.dialect, path, file, statement, originals)


def _around(code: Code, path: str, span: Span) -> Iterator[str]:
    """The names of the functions that a place lies in."""
    facts = code.file(path)
    for function in facts.functions if facts is not None else ():
        if function.name and function.span.line <= span.line <= function.span.end_line:
            yield function.name


def _is_known(catalog: Catalog, table: Table) -> bool:
    plain = table.kind in ("table", "partitioned table") and table.schema in catalog.search_path
    return plain and table.complete and table.certain and all(column.certain for column in table.columns)


def _copies(
    dialect: Dialect, path: str, file: FileFacts, statement: Statement, originals: Mapping[str, Table]
) -> Iterator[TableCopy]:
    text = statement.text
    for table in _tables(text, dialect):
        original = originals.get(table.name.lower())
        if original is None or not table.complete or _is_changed(file, table.name):
            continue
        places = [(column.name, _place(text, column.place.span, column.name)) for column in table.columns]
        at = _place(text, table.place.span, table.name)
        yield TableCopy(Place(path, text.span_of(0, len(text.text))), at, tuple(places), original)


def _tables(text: SqlText, dialect: Dialect) -> tuple[Table, ...]:
    """The tables that a statement leaves, read under the project's dialect, or as SQLite's where that cannot be."""
    from dblint.catalog.load import load

    others: tuple[Dialect, ...] = ("sqlite",) if dialect != "sqlite" else ()
    wanted = (*others, dialect) if _SQLITE.search(text.text) else (dialect, *others)
    for one in wanted:
        made = load([Source("copy.sql", text.text)], one)
        if made.tables and not made.skipped and not made.dynamic:
            return made.tables
    return ()


def _is_changed(file: FileFacts, name: str) -> bool:
    """Another statement of the file changes the table: what it holds in the end is the test's own matter."""
    word = re.compile(rf"\b(?:alter|rename)\b[^;]*\b{re.escape(name)}\b", re.IGNORECASE)
    return any(word.search(one.text.text) for one in file.statements)


def _place(text: SqlText, span: Span, name: str) -> Span:
    """Where a name of the SQL text stands in the file."""
    lines = text.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: span.line - 1]) + span.column - 1
    at = text.text.lower().find(name.lower(), start)
    start = at if at >= 0 else start
    return text.span_of(start, start + len(name))
