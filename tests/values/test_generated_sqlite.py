"""Generated columns of SQLite: what it computes is what dblint computes, or dblint does not know."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import Any

from dblint.catalog.load import load
from dblint.source import Source
from dblint.values.held import Held
from dblint.values.sql_values import Unknown
from tests.values.test_sample_oracle import mock_row

EXPRESSIONS = [
    ("REAL", "price * quantity"),
    ("REAL", "price * (1 + rate)"),
    ("INTEGER", "quantity * 2 + 1"),
    ("INTEGER", "quantity - low"),
    ("INTEGER", "quantity % 3"),
    ("TEXT", "name || ' ' || status"),
    ("TEXT", "upper(name)"),
    ("TEXT", "coalesce(name, status, 'none')"),
    ("INTEGER", "length(trim(name))"),
    ("INTEGER", "CASE WHEN quantity > 5 THEN 1 ELSE 0 END"),
    ("TEXT", "CASE WHEN status = 'open' THEN 'o' ELSE name END"),
    ("REAL", "amount * 2"),
    ("INTEGER", "abs(low)"),
    ("NUMERIC", "amount + low"),
    ("REAL", "quantity / 2"),
    ("REAL", "round(price, 1)"),
    ("TEXT", "quantity || ''"),
    ("INTEGER", "nullif(quantity, 0)"),
]
COLUMNS = "quantity INTEGER, low INT, price REAL, rate DOUBLE, amount DECIMAL(10,2), name TEXT, status VARCHAR(10)"
VALUES: dict[str, list[Any]] = {
    "quantity": [0, 1, 7, -4, None],
    "low": [3, -3, None],
    "price": [19.99, 0.1, 3, 100, None],
    "rate": [0.19, 0, 1.5],
    "amount": [5, 9.99, 0.1, None],
    "name": ["Ada", " b ", "", None],
    "status": ["open", "paid"],
}


def test_generated_columns() -> None:
    made = ", ".join(f"g{at} {type_} GENERATED ALWAYS AS ({text})" for at, (type_, text) in enumerate(EXPRESSIONS))
    schema = f"CREATE TABLE t ({COLUMNS}, {made});"
    catalog = load([Source("schema.sql", schema)], "sqlite")
    held = Held(catalog.tables[0], catalog)
    chance = random.Random(5)
    differing, known = [], 0
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(schema)
        for _ in range(300):
            given = {name: chance.choice(values) for name, values in VALUES.items()}
            connection.execute("DELETE FROM t")
            connection.execute(
                f"INSERT INTO t ({', '.join(given)}) VALUES ({', '.join('?' * len(given))})", [*given.values()]
            )
            names = ", ".join(f"g{at}" for at in range(len(EXPRESSIONS)))
            answer = connection.execute(f"SELECT {names} FROM t").fetchone()
            row = held.row(mock_row(given), "stored")
            for at, (_, text) in enumerate(EXPRESSIONS):
                column = held.column(f"g{at}")
                assert column is not None
                value = held.computed(column, row)
                if isinstance(value, Unknown):
                    continue
                known += 1
                if not _same(value, answer[at]):
                    differing.append((text, given, answer[at], value))
    assert differing == []
    assert known > 300 * 10


def _same(value: Any, answer: Any) -> bool:
    if isinstance(value, Decimal | float) and answer is not None:
        return abs(float(value) - float(answer)) < 1e-9
    return bool(value == answer)
