"""Fakes of drivers that a test writes itself, and functions that look at the statement: each row at its query."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drivers.scenarios import differences

ID = '"7d444840-9dc0-11d1-b245-5ffdce74fad2"'
REPO = """
# app/repo.py
class Repo:
    def __init__(self, pool):
        self.pool = pool

    async def one(self, order_id):
        async with self.pool.acquire() as conn:
            return await conn.fetchrow("SELECT id, status, color FROM orders WHERE id = $1", order_id)

    async def both(self, order_id):
        async with self.pool.acquire() as conn:
            order = await conn.fetchrow("SELECT id, status, quantity FROM orders WHERE id = $1", order_id)
            owner = await conn.fetchrow("SELECT id, email, name FROM customers")
            return order, owner

    async def many(self):
        return await self.pool.fetch("SELECT id, status AS state FROM orders")
"""
CURSOR = """
# app/repo.py
def paid(conn):
    with conn.cursor() as cur:
        cur.execute("SELECT status, quantity FROM orders")
        return cur.fetchall()

def counted(conn):
    return conn.execute("SELECT email, name FROM customers LIMIT 1").fetchone()
"""


@pytest.mark.parametrize(
    "text",
    [
        # a function looks at the statement
        REPO
        + f"""
# tests/test_a.py
from unittest.mock import AsyncMock, MagicMock
from app.repo import Repo

def make(conn):
    pool = MagicMock()
    pool.acquire.return_value.__aenter__.return_value = conn
    return Repo(pool)

async def test_side_effect():
    async def answer(query, *args):
        if "FROM orders" in query:
            return {{"id": {ID}, "status": "paidd", "quantity": 1}}  # !unknown-enum-value
        return {{"id": {ID}, "email": None, "name": "Ann"}}  # !null-in-required-column
    conn = AsyncMock()
    conn.fetchrow = AsyncMock(side_effect=answer)
    assert await make(conn).both("x")

async def test_other_letters():
    async def answer(query, *args):
        text = " ".join(query.lower().split())
        if "from customers" in text and args:
            return None
        if text.startswith("select id, status"):
            return {{"id": {ID}, "status": "paid", "quantity": 0}}  # !check-violation
        raise AssertionError(query)
    conn = AsyncMock()
    conn.fetchrow.side_effect = answer
    assert await make(conn).both("x")
""",
        # classes of the test's own: a pool, what it hands out, a queue
        REPO
        + f"""
# tests/test_a.py
from app.repo import Repo

class FakeConn:
    def __init__(self, rows):
        self.rows = list(rows)

    async def fetchrow(self, query, *args):
        return self.rows.pop(0)

class Acquired:
    def __init__(self, conn):
        self.conn = conn

    async def __aenter__(self):
        return self.conn

    async def __aexit__(self, *exc):
        return False

class FakePool:
    def __init__(self, conn):
        self.conn = conn

    def acquire(self):
        return Acquired(self.conn)

async def test_one():
    conn = FakeConn([{{"id": {ID}, "status": "paid", "colour": "red"}}])  # !unknown-column
    assert await Repo(FakePool(conn)).one("x")

async def test_unnamed():
    repo = Repo(FakePool(FakeConn([{{"id": {ID}, "status": "paidd", "color": "red"}}])))  # !unknown-enum-value
    assert await repo.one("x")

async def test_both():
    rows = [
        {{"id": {ID}, "status": "paidd", "quantity": 1}},  # !unknown-enum-value
        {{"id": {ID}, "email": None, "name": "Ann"}},  # !null-in-required-column
    ]
    assert await Repo(FakePool(FakeConn(rows))).both("x")
""",
        # a class that looks at the statement
        REPO
        + f"""
# tests/test_a.py
from app.repo import Repo

class FakeConn:
    async def fetchrow(self, query, *args):
        self.last = (query, args)
        self.seen = getattr(self, "seen", 0) + len(args)
        if "FROM orders" in query:
            return {{"id": {ID}, "status": "paidd", "quantity": 1}}  # !unknown-enum-value
        if "FROM customers" in query:
            return {{"id": {ID}, "email": None, "name": "Ann"}}  # !null-in-required-column
        return {{"id": 1, "status": "nothing", "email": None}}

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        return False

class FakePool:
    def acquire(self):
        return FakeConn()

    async def fetch(self, query):
        return [{{"id": {ID}, "state": "paidd"}}]  # !unknown-enum-value

async def test_both():
    assert await Repo(FakePool()).both("x")

async def test_many():
    assert await Repo(FakePool()).many()
""",
        # cursors
        CURSOR
        + """
# tests/test_a.py
from app.repo import counted, paid

class Result:
    def __init__(self, row):
        self.row = row

    def fetchone(self):
        return self.row

class FakeCursor:
    def __init__(self, rows):
        self._rows = rows

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

    def execute(self, query, parameters=None):
        self.query = query

    def fetchall(self):
        return list(self._rows)

class FakeConnection:
    def __init__(self, cursor):
        self._cursor = cursor

    def cursor(self):
        return self._cursor

    def execute(self, query):
        return Result((None, "Ann"))  # !null-in-required-column

def test_paid():
    cursor = FakeCursor([("paidd", 1), ("paid", 2)])  # !unknown-enum-value
    assert paid(FakeConnection(cursor))

def test_paid_at_once():
    assert paid(FakeConnection(FakeCursor(rows=[("paid", 0)])))  # !check-violation

def test_counted():
    assert counted(FakeConnection(None))
""",
    ],
    ids=["functions", "queue", "class", "cursor"],
)
def test_a_fakes_rows(tmp_path: Path, text: str) -> None:
    missed, extra = differences(tmp_path, text)
    assert not missed and not extra
