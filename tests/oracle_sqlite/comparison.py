"""SQLite's own view of a schema and dblint's, in the same plain shape."""

from __future__ import annotations

import re
import sqlite3
from itertools import zip_longest
from typing import Any

from dblint.catalog.load import load
from dblint.catalog.model import Catalog, Table
from dblint.source import Source

Shape = dict[str, dict[str, Any]]


def as_sqlite_sees_it(*scripts: str) -> Shape:
    """The tables that the scripts leave, by sqlite3's pragmas."""
    connection = sqlite3.connect(":memory:")
    try:
        for script in scripts:
            for statement in _statements(script):
                try:
                    connection.execute(statement)
                except sqlite3.Error:
                    continue
        names = connection.execute("select name, type from sqlite_master where type in ('table', 'view')").fetchall()
        shadows = tuple(f"{row[1]}_" for row in connection.execute("pragma table_list") if row[2] == "virtual")
        kept = [(name, kind) for name, kind in names if not name.startswith(("sqlite_", *shadows))]
        return {name: _shape(connection, name, kind) for name, kind in kept}
    finally:
        connection.close()


def as_dblint_sees_it(*scripts: str) -> Shape:
    return {table.name: _own_shape(table) for table in read(*scripts).tables}


def read(*scripts: str) -> Catalog:
    return load([Source(f"{at}.sql", script) for at, script in enumerate(scripts)], "sqlite")


def _statements(script: str) -> list[str]:
    found: list[str] = []
    rest = ""
    for piece in script.split(";"):
        rest += piece + ";"
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return found


def _shape(connection: sqlite3.Connection, name: str, kind: str) -> dict[str, Any]:
    quoted = '"' + name.replace('"', '""') + '"'
    rows = [row for row in connection.execute(f"pragma table_xinfo({quoted})") if row[6] != 1]
    keys = sorted((row[5], row[1]) for row in rows if row[5])
    foreign: dict[int, list[tuple[str, str, str | None]]] = {}
    for one in connection.execute(f"pragma foreign_key_list({quoted})"):
        foreign.setdefault(one[0], []).append((one[3], one[2].lower(), one[4] or _key(connection, one[2], one[1])))
    unique = []
    # An INTEGER PRIMARY KEY holds no NULL, whatever its declaration says.
    rowid = keys[0][1] if len(keys) == 1 else None
    for _, index, is_unique, origin, partial in connection.execute(f"pragma index_list({quoted})").fetchall():
        rowid = None if origin == "pk" else rowid
        columns = [row[2] for row in connection.execute(f'pragma index_info("{index}")')]
        if is_unique and origin != "pk" and columns != [name for _, name in keys]:
            unique.append((columns, origin, bool(partial)))
    if kind == "view":
        return {"columns": [row[1] for row in rows]}
    return {
        "columns": [
            (
                row[1],
                _spaced(row[2]),
                bool(row[3]) or row[1] == rowid,
                _spaced(row[4]),
                {2: "virtual", 3: "stored"}.get(row[6]),
            )
            for row in rows
        ],
        "primary_key": [name for _, name in keys],
        "foreign_keys": sorted(foreign.values(), key=repr),
        "unique": sorted(unique, key=repr),
    }


def _key(connection: sqlite3.Connection, table: str, at: int) -> str | None:
    """The column of a parent's primary key that a foreign key without a list means."""
    quoted = '"' + table.replace('"', '""') + '"'
    rows = sorted((row[5], row[1]) for row in connection.execute(f"pragma table_xinfo({quoted})") if row[5])
    return rows[at][1] if at < len(rows) else None


def _own_shape(table: Table) -> dict[str, Any]:
    if table.kind == "view":
        return {"columns": [column.name for column in table.columns]}
    unique = [(list(columns), "u", False) for columns in table.unique if columns != table.primary_key]
    for index in table.unique_indexes:
        columns = [key if table.column(key) is not None else None for key in index.keys]
        if columns != list(table.primary_key or ()):
            unique.append((columns, "c", index.predicate is not None))  # type: ignore[arg-type]
    return {
        "columns": [
            (
                column.name,
                _spaced(column.type.text if column.type else None),
                not column.nullable,
                _spaced(column.default),
                None if column.generated is None else "stored" if column.stored else "virtual",
            )
            for column in table.columns
        ],
        "primary_key": list(table.primary_key or ()),
        "foreign_keys": sorted(
            (
                [
                    (column, key.table.lower(), to)
                    for column, to in zip_longest(key.columns, key.references[: len(key.columns)])
                ]
                for key in table.foreign_keys
            ),
            key=repr,
        ),
        "unique": sorted(unique, key=repr),
    }


def _spaced(text: str | None) -> str | None:
    """Without the spaces that do not matter; NULL is what a column without a default has."""
    if text is None or text.upper() == "NULL":
        return None
    bare = re.sub(r"\s+", " ", text).strip()
    return re.sub(r" ?([(),]) ?", r"\1", bare)
