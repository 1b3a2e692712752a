"""Sampled values are accepted by a real SQLite, whose tables are read the way dblint reads them."""

from __future__ import annotations

import ast
import json
import sqlite3

import pytest

from dblint.catalog.load import load
from dblint.facts.model import MockRow
from dblint.layout import RowLayout
from dblint.source import Source, Span
from dblint.values.sample import sample

SPAN = Span(1, 1, 1, 1)
EMPTY = MockRow(SPAN, (), RowLayout("dict", '"', SPAN, "", ""))


@pytest.mark.parametrize(
    ("column", "known"),
    [
        ("x VARCHAR(20) NOT NULL CHECK (length(x) <= 20)", True),
        ("x TEXT NOT NULL CHECK (x IN ('draft', 'done'))", True),
        ("x TEXT NOT NULL CHECK (x <> '')", True),
        ("x TEXT NOT NULL CHECK (length(trim(x)) > 0)", True),
        ("x TEXT NOT NULL CHECK (json_valid(x))", True),
        ("x TEXT NOT NULL CHECK (x LIKE 'a%')", True),
        ("x TEXT NOT NULL CHECK (x GLOB 'a*')", False),
        ("x BOOLEAN NOT NULL CHECK (x IN (0, 1))", True),
        ("is_active BOOLEAN NOT NULL CHECK (is_active = 1)", True),
        ("x INTEGER NOT NULL CHECK (x BETWEEN 10 AND 12)", True),
        ("x INT NOT NULL CHECK (x > 0 AND x % 5 = 0)", True),
        ("x BIGINT NOT NULL", True),
        ("x UNSIGNED BIG INT NOT NULL CHECK (x >= 0)", True),
        ("x REAL NOT NULL CHECK (x > 0.0 AND x < 1.0)", True),
        ("x DECIMAL(10, 2) NOT NULL CHECK (x >= 100)", True),
        ("x DATETIME NOT NULL", True),
        ("x DATE NOT NULL CHECK (x > '2020-01-01')", True),
        ("x BLOB NOT NULL", True),
        ("x NOT NULL", True),
        ("`x` TEXT NOT NULL CHECK (`x` != 'example')", True),
        ("x TEXT NOT NULL CHECK (typeof(x) = 'text')", False),
    ],
)
def test_accepted(column: str, known: bool) -> None:
    text = f"CREATE TABLE t (id INTEGER PRIMARY KEY, {column});"
    catalog = load([Source("schema.sql", text)], "sqlite")
    (table,) = catalog.tables
    code = sample(table.columns[1], table, catalog, EMPTY)
    assert (code is not None) == known
    if code is None:
        return
    with sqlite3.connect(":memory:") as connection:
        connection.execute(text)
        value = ast.literal_eval(code)
        connection.execute(
            f"INSERT INTO t ({table.columns[1].name}) VALUES (?)",
            (json.dumps(value) if isinstance(value, dict | list) else value,),
        )
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
