"""What a test puts in the place of another package's names: ``patch("psycopg2.connect")`` and its kin."""

from __future__ import annotations

from pathlib import Path

from tests.drivers.scenarios import differences

CODE = """
# app/db.py
import asyncpg
import psycopg2 as pg

class Orders:
    async def start(self):
        self.pool = await asyncpg.create_pool("x")

    async def get(self, order):
        async with self.pool.acquire() as conn:
            return await conn.fetchrow("SELECT id, status FROM orders WHERE id = $1", order)

def first(dsn):
    cur = pg.connect(dsn).cursor()
    cur.execute("SELECT quantity, status FROM orders")
    return cur.fetchone()

def named(dsn):
    cur = pg.extras.connect(dsn).cursor()
    cur.execute("SELECT quantity, status FROM orders")
    return cur.fetchone()
"""


def test_a_patch_of_a_driver_is_followed_into_the_code_under_test(tmp_path: Path) -> None:
    missed, extra = differences(
        tmp_path,
        CODE
        + """
# tests/test_db.py
from unittest.mock import AsyncMock, MagicMock, patch

import psycopg2

from app.db import Orders, first, named

@patch("psycopg2.connect")
def test_string(connect):
    connect.return_value.cursor.return_value.fetchone.return_value = (1, "open")  # !unknown-enum-value
    assert first("x")

@patch("app.db.pg.connect")
def test_through_the_module(connect):
    connect.return_value.cursor.return_value.fetchone.return_value = (1, "open")  # !unknown-enum-value
    assert first("x")

def test_object():
    with patch.object(psycopg2, "connect") as connect:
        connect.return_value.cursor.return_value.fetchone.return_value = (1, "open")  # !unknown-enum-value
        assert first("x")

def test_monkeypatch(monkeypatch):
    conn = MagicMock()
    conn.cursor.return_value.fetchone.return_value = (1, "open")  # !unknown-enum-value
    monkeypatch.setattr("app.db.pg.connect", lambda dsn: conn)
    assert first("x")

async def test_pool():
    conn = AsyncMock()
    conn.fetchrow.return_value = {"id": None, "status": "open"}  # !unknown-enum-value !null-in-required-column
    pool = MagicMock()
    pool.acquire.return_value.__aenter__.return_value = conn
    with patch("asyncpg.create_pool", new=AsyncMock(return_value=pool)):
        orders = Orders()
        await orders.start()
        assert await orders.get(1)

@patch("psycopg2.connect")
def test_another_name(connect):
    connect.return_value.cursor.return_value.fetchone.return_value = (1, "open")
    assert named("x")
""",
    )
    assert not missed and not extra
