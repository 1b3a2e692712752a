"""What SQLite takes and refuses by type, as sqlite3 itself says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from dblint.catalog.load import load
from dblint.facts.value_model import Value
from dblint.source import Source
from dblint.values.acceptance import verdict_elsewhere
from tests.oracle.spellings import SPELLINGS

SCHEMAS = {
    "strict": "CREATE TABLE t (a INT, b INTEGER, c REAL, d TEXT, e BLOB, f ANY) STRICT",
    "plain": "CREATE TABLE t (a INT, b VARCHAR(2), c REAL, d DATE, e BLOB, f BOOLEAN)",
    "keyed": "CREATE TABLE t (a INTEGER PRIMARY KEY, b DECIMAL(2, 1))",
    "strict and keyed": "CREATE TABLE t (a INTEGER PRIMARY KEY, b REAL) STRICT",
}
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -5, 1 << 62, 1.0, 1.5, 1e30, "x", "", b"x", b"1", "9223372036854775808", "1e3", "1e400"),
    *(text for text in SPELLINGS["integer"] if text.isascii()),
    *SPELLINGS["boolean"],
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_sqlite_says_the_same(schema: str) -> None:
    (table,) = load([Source("schema.sql", SCHEMAS[schema])], "sqlite").tables
    differing = []
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(SCHEMAS[schema])
        for column in table.columns:
            for value in VALUES:
                own = verdict_elsewhere(column, table, _literal(value), "sqlite")
                refused = _is_refused(connection, column.name, value)
                if own.kind != "unknown" and own.refused != refused:
                    differing.append((column.name, value, own, refused))
    assert differing == []
    assert any(_is_known_refusal(table, column, value) for column in table.columns for value in VALUES) is (
        schema != "plain"
    )


def _is_known_refusal(table: Any, column: Any, value: Any) -> bool:
    return verdict_elsewhere(column, table, _literal(value), "sqlite").refused


def _literal(value: Any) -> Value:
    kinds = {bool: "bool", int: "int", float: "float", str: "str", bytes: "bytes", type(None): "null"}
    text = value if isinstance(value, str) else value.decode() if isinstance(value, bytes) else repr(value)
    return Value(kinds[type(value)], text)  # type: ignore[arg-type]


def _is_refused(connection: sqlite3.Connection, column: str, value: Any) -> bool:
    try:
        connection.execute(f"INSERT INTO t ({column}) VALUES (?)", (value,))
    except sqlite3.IntegrityError as error:
        return "UNIQUE" not in str(error)
    finally:
        connection.rollback()
    return False
