"""Tests that put a double in the place of a driver's own functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drivers.scenarios import differences

ID = '"7d444840-9dc0-11d1-b245-5ffdce74fad2"'
REPO = """
# app/repo.py
import asyncpg
import psycopg2
from contextlib import closing

def paid():
    with psycopg2.connect("dbname=shop") as conn:
        with conn.cursor() as cur:
            cur.execute("SELECT status, quantity FROM orders")
            return cur.fetchall()

def counted():
    with closing(psycopg2.connect("dbname=shop")) as conn:
        cur = conn.cursor()
        cur.execute("SELECT email, name FROM customers LIMIT 1")
        return cur.fetchone()

async def one(order_id):
    conn = await asyncpg.connect("postgresql:///shop")
    try:
        return await conn.fetchrow("SELECT id, status FROM orders WHERE id = $1", order_id)
    finally:
        await conn.close()

# app/db.py
import asyncpg

_pool = None

async def get_pool():
    global _pool
    if _pool is None:
        _pool = await asyncpg.create_pool("postgresql:///shop")
    return _pool

# app/service.py
from app.db import get_pool

async def status(order_id):
    pool = await get_pool()
    async with pool.acquire() as conn:
        return await conn.fetchval("SELECT status FROM orders WHERE id = $1", order_id)
"""


@pytest.mark.parametrize(
    "body",
    [
        # the driver's own name, and the name it goes by in the module
        """
from unittest.mock import MagicMock, patch
from app.repo import counted, paid

def test_paid():
    with patch("psycopg2.connect") as connect:
        cur = connect.return_value.__enter__.return_value.cursor.return_value.__enter__.return_value
        cur.fetchall.return_value = [("paidd", 1)]  # !unknown-enum-value
        assert paid()

@patch("app.repo.psycopg2.connect")
def test_paid_by_the_module(connect):
    conn = MagicMock()
    conn.__enter__ = lambda self: self
    connect.return_value = conn
    cursor = MagicMock()
    conn.cursor.return_value.__enter__.return_value = cursor
    cursor.fetchall.return_value = [("paid", 0)]  # !check-violation
    assert paid()

@patch("app.repo.psycopg2")
def test_counted(driver):
    driver.connect.return_value.cursor.return_value.fetchone.return_value = (None, "Ann")  # !null-in-required-column
    assert counted()

def test_counted_by_a_fixture(monkeypatch):
    cursor = MagicMock()
    cursor.fetchone.return_value = ("a@example.com", None)
    conn = MagicMock()
    conn.cursor.return_value = cursor
    monkeypatch.setattr("psycopg2.connect", lambda *args, **options: conn)
    cursor.fetchone.return_value = (None, None)  # !null-in-required-column
    assert counted()
""",
        # a pool or a connection that is awaited
        f"""
from unittest.mock import AsyncMock, MagicMock, patch
from app import service
from app.repo import one

async def test_one():
    conn = AsyncMock()
    conn.fetchrow.return_value = {{"id": {ID}, "status": "paidd"}}  # !unknown-enum-value
    with patch("asyncpg.connect", AsyncMock(return_value=conn)):
        assert await one("x")

async def test_status():
    conn = AsyncMock()
    conn.fetchval = AsyncMock(return_value="paidd")  # !unknown-enum-value
    pool = MagicMock()
    pool.acquire.return_value = MagicMock(
        __aenter__=AsyncMock(return_value=conn), __aexit__=AsyncMock(return_value=False)
    )
    with patch("app.service.get_pool", AsyncMock(return_value=pool)):
        assert await service.status("x")

async def test_status_by_attribute():
    conn = AsyncMock()
    conn.fetchval.return_value = "paidd"  # !unknown-enum-value
    pool = MagicMock()
    pool.acquire().__aenter__.return_value = conn
    with patch.object(service, "get_pool", new=AsyncMock(return_value=pool)):
        assert await service.status("x")
""",
    ],
    ids=["cursors", "pools"],
)
def test_a_replaced_driver_answers(tmp_path: Path, body: str) -> None:
    missed, extra = differences(tmp_path, REPO + "\n# tests/test_a.py\n" + body)
    assert not missed and not extra


STATE = f"""
# app/api.py
from fastapi import APIRouter, Request

router = APIRouter()

@router.get("/orders/{{order_id}}")
async def read(order_id: str, request: Request):
    async with request.app.state.pool.acquire() as conn:
        return await conn.fetchrow("SELECT id, status FROM orders WHERE id = $1", order_id)

# app/repo.py
async def many(conn, limit):
    statement = await conn.prepare("SELECT id, status FROM orders LIMIT $1")
    return await statement.fetch(limit)

# tests/test_a.py
from unittest.mock import AsyncMock, MagicMock
from fastapi.testclient import TestClient
from app.main import app
from app.repo import many

def test_read():
    conn = AsyncMock()
    conn.fetchrow.return_value = {{"id": {ID}, "status": "paidd"}}  # !unknown-enum-value
    pool = MagicMock()
    pool.acquire.return_value.__aenter__.return_value = conn
    app.state.pool = pool
    assert TestClient(app).get("/orders/1")

async def test_many():
    conn = AsyncMock()
    conn.prepare.return_value.fetch.return_value = [{{"id": {ID}, "status": "paidd"}}]  # !unknown-enum-value
    assert await many(conn, 3)
"""


def test_a_pool_on_the_state_and_a_prepared_statement(tmp_path: Path) -> None:
    missed, extra = differences(tmp_path, STATE)
    assert not missed and not extra
