"""SQL strings and what their literals put into a table: PostgreSQL runs each one, and dblint says the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope

SCHEMA = """
CREATE TYPE status AS ENUM ('open', 'paid');
CREATE TABLE customers (id integer PRIMARY KEY, name varchar(5) NOT NULL, ref uuid UNIQUE);
CREATE TABLE orders (
    id integer PRIMARY KEY,
    number integer GENERATED ALWAYS AS IDENTITY,
    customer text NOT NULL,
    price numeric NOT NULL DEFAULT 1 CHECK (price > 0),
    total numeric GENERATED ALWAYS AS (price * 2) STORED,
    status status NOT NULL DEFAULT 'open',
    due date,
    paid boolean,
    ref uuid,
    data jsonb
);
INSERT INTO customers VALUES (100, 'Ada', NULL);
"""
UUID = "6f1c9f0e-0c2e-4d6a-9b51-2f8a1c1d7a10"
STATEMENTS = (
    "INSERT INTO orders (id, customer) VALUES (1, 'Ada')",
    "INSERT INTO orders (id, customer) VALUES ('2', 'Ada')",
    "INSERT INTO orders (id, customer) VALUES (true, 'Ada')",
    "INSERT INTO orders (id, customer) VALUES ('two', 'Ada')",
    "INSERT INTO orders (id, customer) VALUES (3, 4)",
    "INSERT INTO orders (id, customer) VALUES (4, NULL)",
    "INSERT INTO orders (id) VALUES (5)",
    "INSERT INTO orders VALUES (6)",
    "INSERT INTO orders VALUES (7, DEFAULT, 'Ada')",
    "INSERT INTO orders VALUES (8, 8, 'Ada')",
    "INSERT INTO orders (id, customer, price) VALUES (9, 'Ada', 0)",
    "INSERT INTO orders (id, customer, price) VALUES (10, 'Ada', '-1')",
    "INSERT INTO orders (id, customer, price, total) VALUES (11, 'Ada', 1, 2)",
    "INSERT INTO orders (id, customer, status) VALUES (12, 'Ada', 'shipped')",
    "INSERT INTO orders (id, customer, status) VALUES (13, 'Ada', 'paid'::status)",
    "INSERT INTO orders (id, customer, status) VALUES (14, 'Ada', 'gone'::status)",
    "INSERT INTO orders (id, customer, due) VALUES (15, 'Ada', '2024-02-30')",
    "INSERT INTO orders (id, customer, due) VALUES (16, 'Ada', 'tomorrow')",
    "INSERT INTO orders (id, customer, due) VALUES (17, 'Ada', 20240101)",
    "INSERT INTO orders (id, customer, paid) VALUES (18, 'Ada', 1)",
    "INSERT INTO orders (id, customer, paid) VALUES (19, 'Ada', 'yes')",
    f"INSERT INTO orders (id, customer, ref) VALUES (20, 'Ada', '{UUID}')",
    "INSERT INTO orders (id, customer, ref) VALUES (21, 'Ada', 'order-21')",
    "INSERT INTO orders (id, customer, data) VALUES (22, 'Ada', '{\"a\": 1}')",
    "INSERT INTO orders (id, customer, data) VALUES (23, 'Ada', '{a: 1}')",
    "INSERT INTO orders (id, customer) VALUES (24, 'Ada'), (25, NULL)",
    "INSERT INTO orders (id, customer) VALUES (26, 'Ada'), (26, 'Bob')",
    "INSERT INTO orders (id, customer) VALUES (27, 'Ada'), (27, 'Bob') ON CONFLICT DO NOTHING",
    "INSERT INTO orders (id, customer) SELECT 28, 'Ada'",
    "INSERT INTO orders (id) SELECT 29",
    "INSERT INTO orders (id, customer) SELECT id, name FROM customers",
    "WITH made AS (INSERT INTO orders (id, customer) VALUES (30, NULL) RETURNING id) SELECT id FROM made",
    "INSERT INTO orders (id, customer) VALUES (31, 'Ada') ON CONFLICT (id) DO UPDATE SET customer = excluded.customer",
    "INSERT INTO customers (id, name) VALUES (1, 'Grace Hopper')",
    "INSERT INTO customers (id, name) VALUES (99999999999, 'Ada')",
    "INSERT INTO customers (id, name) VALUES (-3, 'Ada')",
    "INSERT INTO customers (id, name) VALUES (1 + 4, upper('ada'))",
    "INSERT INTO orders (id, customer, number) OVERRIDING SYSTEM VALUE VALUES (32, 'Ada', 5)",
    "INSERT INTO orders (id, customer, number) OVERRIDING SYSTEM VALUE VALUES (33, 'Ada', NULL)",
    "INSERT INTO orders (id, customer, number) OVERRIDING USER VALUE VALUES (34, 'Ada', 5)",
    "INSERT INTO orders (id, customer, number) OVERRIDING USER VALUE VALUES (35, 'Ada', NULL)",
    "INSERT INTO orders (id, customer, total) OVERRIDING SYSTEM VALUE VALUES (36, 'Ada', 5)",
    "INSERT INTO orders (id, customer, number, total) VALUES (37, 'Ada', DEFAULT, DEFAULT)",
    "UPDATE orders SET total = DEFAULT, number = DEFAULT",
    "UPDATE orders SET number = 5",
    "UPDATE customers SET name = 'Bob' WHERE id = 100",
    "UPDATE customers SET name = NULL WHERE id = 100",
    "UPDATE customers SET name = 'Grace Hopper' WHERE id = 100",
    "UPDATE customers SET ref = 'x' WHERE id = 100",
    "UPDATE orders SET total = 5",
    "UPDATE orders SET status = 'lost'",
    "SELECT id FROM orders WHERE status = 'lost'",
    "SELECT id FROM orders WHERE status IN ('open', 'lost')",
    "SELECT id FROM orders o JOIN customers c ON c.ref = o.ref AND c.ref = 'x'",
    "SELECT id FROM orders WHERE ref = 'not-a-uuid'",
    "SELECT id FROM orders WHERE customer = 'anybody at all'",
    "SELECT id FROM orders WHERE due > '2024-13-01'",
    "SELECT id FROM orders WHERE due > '2024-12-01' AND paid = 'maybe'",
    "DELETE FROM orders WHERE id = 'x'",
    "SELECT status::text FROM orders WHERE status::text = 'lost'",
)
ARGUMENTS: tuple[tuple[str, object], ...] = (
    ("INSERT INTO orders (id, customer) VALUES (%s, %s)", (40, "Ada")),
    ("INSERT INTO orders (id, customer) VALUES (%s, %s)", (41, None)),
    ("INSERT INTO orders (id, customer, status) VALUES (%s, %s, %s)", (42, "Ada", "shipped")),
    (
        "INSERT INTO orders (id, customer, price) VALUES (%(id)s, %(who)s, %(price)s)",
        {"id": 43, "who": "A", "price": -1},
    ),
    ("INSERT INTO customers (id, name) VALUES (%s, %s)", (44, "Grace Hopper")),
    ("UPDATE customers SET name = %s WHERE id = %s", (None, 100)),
    ("SELECT id FROM orders WHERE ref = %s", ("nope",)),
    ("SELECT id FROM orders WHERE price %% 2 = %s", (1,)),
)
RULES = {
    "22P02": {"type-mismatch", "unknown-enum-value"},
    "22007": {"type-mismatch"},
    "22008": {"type-mismatch"},
    "42804": {"type-mismatch"},
    "22001": {"value-out-of-range"},
    "22003": {"value-out-of-range"},
    "23502": {"missing-column", "null-in-required-column"},
    "23514": {"check-violation"},
    "428C9": {"written-generated-column"},
    "23505": {"duplicate-key"},
    "42702": set[str](),
}


def server_says(connection: psycopg.Connection, statement: str, arguments: Any) -> str | None:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode(), arguments)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def dblint_says(folder: Path, calls: Sequence[str]) -> list[set[str]]:
    (folder / "tests").mkdir()
    (folder / "schema.sql").write_text(SCHEMA, encoding="utf-8")
    code = ["import psycopg", "def test_statements(conn):", *(f"    conn.execute({call})" for call in calls)]
    (folder / "tests" / "test_statements.py").write_text("\n".join(code) + "\n", encoding="utf-8")
    settings = config.Settings(folder)
    found: list[set[str]] = [set() for _ in calls]
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), folder))
    for finding in engine.run().findings:
        found[finding.span.line - 3].add(finding.rule)
    return found


def test_each_statement_gets_the_servers_verdict(database: psycopg.Connection, tmp_path: Path) -> None:
    database.execute(SCHEMA.encode())
    cases: list[tuple[str, object]] = [(one, None) for one in STATEMENTS] + list(ARGUMENTS)
    calls = [repr(one) if given is None else f"{one!r}, {given!r}" for one, given in cases]
    wrong = []
    for (statement, given), found in zip(cases, dblint_says(tmp_path, calls), strict=True):
        state = server_says(database, statement, given)
        if (state is None and found) or (state is not None and RULES[state] and not found & RULES[state]):
            wrong.append(f"{state} {sorted(found)}: {statement}")
    assert wrong == []
