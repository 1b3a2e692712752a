"""Doubles of SQL drivers: whatever way a test gives a row, the query under test says which columns it stands for."""

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

    async def status(self, order_id):
        return await self.pool.fetchval("SELECT status FROM orders WHERE id = $1", order_id)

    async def many(self):
        async with self.pool.acquire() as conn:
            rows = await conn.fetch("SELECT id, status AS state FROM orders")
        return [dict(row) for row in rows]
"""
CURSOR = """
# app/repo.py
GET = "SELECT id, status, quantity FROM orders WHERE id = %s"

class Repo:
    def __init__(self, conn):
        self.conn = conn

    def one(self, order_id):
        cur = self.conn.cursor()
        cur.execute(GET, (order_id,))
        return cur.fetchone()

    def all(self):
        with self.conn.cursor() as cur:
            cur.execute("SELECT status, quantity FROM orders")
            return cur.fetchall()

    def both(self):
        with self.conn.cursor() as cur:
            cur.execute("SELECT status, quantity FROM orders LIMIT 1")
            order = cur.fetchone()
            cur.execute("SELECT email, name FROM customers LIMIT 1")
            return order, cur.fetchone()

    def each(self):
        cur = self.conn.cursor()
        cur.execute("SELECT status, quantity FROM orders")
        return [status for status, _ in cur]

    def star(self):
        cur = self.conn.cursor()
        cur.execute("SELECT * FROM customers")
        return cur.fetchall()

    def old(self):
        cur = self.conn.cursor()
        cur.execute("SELECT id, colour, quantity FROM orders")
        return cur.fetchall()

    def filtered(self, where, status=None):
        query = f"SELECT status, quantity FROM orders WHERE {where}"
        if status:
            query += " AND status = %s"
        cur = self.conn.cursor()
        cur.execute(query)
        return cur.fetchall()
"""
SESSION = """
# app/repo.py
from sqlalchemy import text

class Repo:
    def __init__(self, session):
        self.session = session

    async def all(self):
        result = await self.session.execute(text("SELECT id, status FROM orders"))
        return result.mappings().all()

    async def tuples(self):
        result = await self.session.execute(text("SELECT id, status FROM orders"))
        return result.fetchall()

    async def states(self):
        result = await self.session.execute(text("SELECT status FROM orders"))
        return result.scalars().all()

    async def loop(self):
        result = await self.session.execute(text("SELECT id, status FROM orders"))
        return [row.id for row in result]

    async def named(self):
        row = (await self.session.execute(text("SELECT id, status FROM orders"))).first()
        return row.status
"""
WRAPPER = """
# app/database.py
class Database:
    def __init__(self, pool):
        self._pool = pool

    async def fetch_one(self, query, *args):
        async with self._pool.acquire() as conn:
            row = await conn.fetchrow(query, *args)
        return dict(row) if row else None

    async def fetch_all(self, query: str, *args):
        async with self._pool.acquire() as conn:
            return [dict(row) for row in await conn.fetch(query, *args)]

# app/repo.py
class Repo:
    def __init__(self, db):
        self.db = db

    async def one(self, order_id):
        return await self.db.fetch_one("SELECT id, status FROM orders WHERE id = $1", order_id)

    async def many(self, limit):
        query = f"SELECT id, status FROM orders LIMIT {limit}"
        return await self.db.fetch_all(query)

    async def maybe(self, customers):
        query = "SELECT id, status FROM orders"
        if customers:
            query = "SELECT id, email AS status FROM customers"
        return await self.db.fetch_all(query)
"""


@pytest.mark.parametrize(
    "text",
    [
        # a fixture carries the connection on the pool
        REPO
        + f"""
# tests/test_a.py
from unittest.mock import AsyncMock, MagicMock
import pytest
from app.repo import Repo

@pytest.fixture
def pool():
    conn = AsyncMock()
    pool = MagicMock()
    pool.acquire.return_value.__aenter__.return_value = conn
    pool.conn = conn
    return pool

async def test_one(pool):
    pool.conn.fetchrow.return_value = {{"id": {ID}, "status": "paid", "colour": "red"}}  # !unknown-column
    assert await Repo(pool).one("x")

async def test_many(pool):
    pool.conn.fetch.side_effect = [[{{"id": {ID}, "state": "paidd"}}]]  # !unknown-enum-value
    assert await Repo(pool).many()

async def test_right(pool):
    pool.conn.fetchrow.return_value = {{"id": {ID}, "status": "paid", "color": "red"}}
    pool.conn.fetch.return_value = [{{"id": {ID}, "state": "paid"}}]
    assert await Repo(pool).one("x") and await Repo(pool).many()
""",
        # fetchval gives the one column
        REPO
        + """
# tests/test_a.py
from unittest.mock import AsyncMock, MagicMock
from app.repo import Repo

async def test_status():
    pool = MagicMock()
    pool.fetchval = AsyncMock(return_value="paidd")  # !unknown-enum-value
    assert await Repo(pool).status("x")

async def test_no_status():
    pool = MagicMock()
    pool.fetchval = AsyncMock(return_value=None)
    assert await Repo(pool).status("x") is None
""",
        # a cursor gives tuples, one or many
        CURSOR
        + f"""
# tests/test_a.py
from unittest.mock import MagicMock
from app.repo import Repo

ROW = ({ID}, "paid", 0)  # !check-violation

def test_one():
    conn = MagicMock()
    cur = conn.cursor.return_value
    cur.fetchone.return_value = ({ID}, "paidd", 3)  # !unknown-enum-value
    assert Repo(conn).one("x")[1]

def test_constant():
    conn = MagicMock()
    conn.cursor.return_value.fetchone.return_value = ROW
    assert Repo(conn).one("x")[1]

def test_all():
    conn = MagicMock()
    cur = conn.cursor.return_value.__enter__.return_value
    cur.fetchall.return_value = [
        ("paid", 2),
        ("paidd", 2),  # !unknown-enum-value
        ("paid", 40000),  # !value-out-of-range
        (None, 2),  # !null-in-required-column
    ]
    assert len(Repo(conn).all()) == 4

def test_both():
    conn = MagicMock()
    cur = conn.cursor.return_value.__enter__.return_value
    cur.fetchone.side_effect = [("paidd", 1), (None, "Ann")]  # !unknown-enum-value # !null-in-required-column
    assert Repo(conn).both()

def test_each():
    conn = MagicMock()
    conn.cursor.return_value.__iter__.return_value = iter([("paid", 1), ("paidd", 1)])  # !unknown-enum-value
    assert Repo(conn).each()

def test_filtered():
    conn = MagicMock()
    conn.cursor.return_value.fetchall.return_value = [("paidd", 1)]  # !unknown-enum-value
    assert Repo(conn).filtered("quantity > 1")
""",
        # tuples that are none of the query's rows, or right ones
        CURSOR
        + f"""
# tests/test_a.py
from unittest.mock import MagicMock
from app.repo import Repo

def test_arity():
    conn = MagicMock()
    conn.cursor.return_value.fetchone.return_value = ("paidd", 3)
    assert Repo(conn).one("x")

def test_both_alike():
    conn = MagicMock()
    conn.cursor.return_value.__enter__.return_value.fetchone.return_value = ("paidd", None)
    assert Repo(conn).both()

def test_star():
    conn = MagicMock()
    conn.cursor.return_value.fetchall.return_value = [({ID}, "a@example.com", None, "2024-05-01T00:00:00Z")]
    assert Repo(conn).star()

def test_star_again():
    conn = MagicMock()
    conn.cursor.return_value.fetchall.return_value = [({ID}, None, "Ann", "2024-05-01")]  # !null-in-required-column
    assert Repo(conn).star()

def test_renamed():
    conn = MagicMock()
    conn.cursor.return_value.fetchall.return_value = [({ID}, "red", 0)]  # !check-violation
    assert Repo(conn).old()

def test_no_rows():
    conn = MagicMock()
    conn.cursor.return_value.fetchall.return_value = []
    conn.cursor.return_value.fetchone.return_value = None
    assert not Repo(conn).old()
""",
        # SQLAlchemy sessions
        SESSION
        + f"""
# tests/test_a.py
from types import SimpleNamespace
from unittest.mock import AsyncMock, MagicMock
from app.repo import Repo

async def test_all():
    session = AsyncMock()
    result = MagicMock()
    result.mappings.return_value.all.return_value = [{{"id": {ID}, "status": "paidd"}}]  # !unknown-enum-value
    session.execute.return_value = result
    assert await Repo(session).all()

async def test_tuples():
    session = MagicMock()
    rows = MagicMock(fetchall=MagicMock(return_value=[({ID}, "paidd")]))  # !unknown-enum-value
    session.execute = AsyncMock(return_value=rows)
    assert await Repo(session).tuples()

async def test_states():
    session = AsyncMock()
    result = MagicMock()
    result.scalars.return_value.all.return_value = ["paid", "paidd"]  # !unknown-enum-value
    session.execute.return_value = result
    assert await Repo(session).states()

async def test_loop():
    session = AsyncMock()
    session.execute.return_value = [SimpleNamespace(id={ID}, status="paidd")]  # !unknown-enum-value
    assert await Repo(session).loop()

async def test_named():
    session = AsyncMock()
    session.execute.return_value = MagicMock()
    session.execute.return_value.first.return_value = MagicMock(id={ID}, status="paidd")  # !unknown-enum-value
    assert await Repo(session).named()
""",
        # a database class of the project hands the statement on
        WRAPPER
        + f"""
# tests/test_a.py
from unittest.mock import AsyncMock, MagicMock
from app.database import Database
from app.repo import Repo

def make(conn):
    pool = MagicMock()
    pool.acquire.return_value.__aenter__.return_value = conn
    return Repo(Database(pool))

async def test_one():
    conn = AsyncMock()
    conn.fetchrow.return_value = {{"id": {ID}, "status": "paidd"}}  # !unknown-enum-value
    assert await make(conn).one("x")

async def test_many():
    conn = AsyncMock()
    conn.fetch.return_value = [{{"id": {ID}, "status": "paidd"}}]  # !unknown-enum-value
    assert await make(conn).many(2)

async def test_one_of_two():
    conn = AsyncMock()
    conn.fetch.return_value = [{{"id": {ID}, "status": "paidd"}}]
    assert await make(conn).maybe(True)

async def test_the_class_itself():
    db = AsyncMock(spec=Database)
    db.fetch_one.return_value = {{"id": {ID}, "status": "paidd"}}  # !unknown-enum-value
    assert await Repo(db).one("x")
""",
    ],
    ids=["asyncpg", "fetchval", "cursor", "tuples", "session", "wrapper"],
)
def test_a_drivers_rows(tmp_path: Path, text: str) -> None:
    missed, extra = differences(tmp_path, text)
    assert not missed and not extra
