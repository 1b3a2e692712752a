"""A row that several queries may give belongs to those whose columns it holds, where they agree on each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drivers.scenarios import differences

ID = '"7d444840-9dc0-11d1-b245-5ffdce74fad2"'
REPO = """
# app/repo.py
async def find(conn, email):
    customer = await conn.fetchrow("SELECT id, email, name FROM customers WHERE email = $1", email)
    if customer is None:
        customer = await conn.fetchrow("INSERT INTO customers (email) VALUES ($1) RETURNING *", email)
    for line in customer:
        await conn.fetchrow("INSERT INTO orders (customer_id) VALUES ($1) RETURNING *", customer["id"])
    return await conn.fetchrow("SELECT id, status, quantity FROM orders WHERE customer_id = $1", customer["id"])

async def other(conn, query):
    await conn.fetchrow(query)
    return await find(conn, "x")

async def pair(conn, paid):
    if paid:
        return await conn.fetchrow("SELECT status, quantity FROM orders WHERE status = 'paid'")
    return await conn.fetchrow("SELECT status, quantity FROM orders ORDER BY quantity")

async def mixed(conn, paid):
    if paid:
        return await conn.fetchrow("SELECT status, quantity FROM orders WHERE status = 'paid'")
    return await conn.fetchrow("SELECT email, name FROM customers")
"""


@pytest.mark.parametrize(
    "body",
    [
        # the keys of one row are those of one query among those that may run
        f"""
async def test_find():
    conn = AsyncMock()
    conn.fetchrow.side_effect = [
        None,
        {{"id": {ID}, "email": None, "name": "Ann"}},  # !null-in-required-column
        {{"id": {ID}, "status": "paidd", "quantity": 1}},  # !unknown-enum-value
        {{"id": {ID}}},
        {{"status": "paidd"}},
    ]
    assert await find(conn, "x")
""",
        # a column that a migration took away
        f"""
async def test_find():
    conn = AsyncMock()
    conn.fetchrow.return_value = {{"id": {ID}, "status": "paid", "colour": "red"}}  # !unknown-column
    assert await find(conn, "x")
""",
        # keys that no query gives, and a query that nobody knows
        f"""
async def test_find():
    conn = AsyncMock()
    conn.fetchrow.return_value = {{"id": {ID}, "status": "paidd", "label": "red"}}
    assert await find(conn, "x")

async def test_other():
    conn = AsyncMock()
    conn.fetchrow.return_value = {{"id": {ID}, "status": "paidd", "quantity": 1}}
    assert await other(conn, "SHOW x")
""",
        # tuples, where the places agree
        """
async def test_pair():
    conn = AsyncMock()
    conn.fetchrow.return_value = ("paidd", 1)  # !unknown-enum-value
    assert await pair(conn, True)

async def test_mixed():
    conn = AsyncMock()
    conn.fetchrow.return_value = ("paidd", 1)
    assert await mixed(conn, True)
""",
    ],
    ids=["keys", "gone", "unknown", "tuples"],
)
def test_a_row_belongs_to_the_queries_that_give_it(tmp_path: Path, body: str) -> None:
    head = "\n# tests/test_a.py\nfrom unittest.mock import AsyncMock\nfrom app.repo import find, mixed, other, pair\n"
    missed, extra = differences(tmp_path, REPO + head + body)
    assert not missed and not extra


ROUTES = """
# app/api.py
from fastapi import APIRouter, Depends
from app.db import get_pool

router = APIRouter()

@router.get("/orders/{order_id}")
async def read(order_id, pool=Depends(get_pool)):
    async with pool.acquire() as conn:
        return await conn.fetchrow("SELECT * FROM orders WHERE id = $1", order_id)

# app/db.py
async def get_pool():
    return None

# tests/test_a.py
from unittest.mock import AsyncMock, MagicMock
from fastapi.testclient import TestClient
from app.main import app
from app.db import get_pool

def client(conn):
    pool = MagicMock()
    pool.acquire.return_value.__aenter__.return_value = conn
    app.dependency_overrides[get_pool] = lambda: pool
    return TestClient(app)
"""


@pytest.mark.parametrize(
    "body",
    [
        f"""
def test_read():
    conn = AsyncMock()
    conn.fetchrow.return_value = {{"id": {ID}, "status": "paidd"}}  # !unknown-enum-value
    assert client(conn).get("/orders/1")
""",
        # one more request, and what answers it is not known
        f"""
def test_read():
    conn = AsyncMock()
    conn.fetchrow.side_effect = [{{"id": {ID}, "status": "paidd"}}]
    asked = client(conn)
    asked.post("/things", json={{}})
    assert asked.get("/orders/1")
""",
        # more answers than operations
        f"""
def test_read():
    conn = AsyncMock()
    conn.fetchrow.side_effect = [{{"id": {ID}, "status": "paidd"}}, {{"id": {ID}, "status": "paidd"}}]
    assert client(conn).get("/orders/1")
""",
    ],
    ids=["known", "lost", "more"],
)
def test_a_request_leads_to_its_route(tmp_path: Path, body: str) -> None:
    missed, extra = differences(tmp_path, ROUTES + body)
    assert not missed and not extra


SHARED = f"""
# app/repo.py
async def joined(conn):
    return await conn.fetchrow(
        "SELECT o.id, o.status, c.email AS owner FROM orders o JOIN customers c ON c.id = o.customer_id"
    )

async def made(conn):
    return await conn.fetchrow("INSERT INTO orders (status) VALUES ($1) RETURNING *", "paid")

# tests/test_a.py
from unittest.mock import AsyncMock
from app.repo import joined, made

def order_row(**columns):
    row = {{"id": {ID}, "status": "paid", "owner": "a@example.com"}}
    row.update(columns)
    return row

async def test_joined():
    conn = AsyncMock()
    conn.fetchrow.return_value = order_row(status="paid")
    assert await joined(conn)

async def test_made():
    conn = AsyncMock()
    conn.fetchrow.return_value = order_row(status="paidd")  # !unknown-enum-value
    assert await made(conn)
"""


def test_a_base_row_of_several_queries_may_hold_what_one_of_them_gives(tmp_path: Path) -> None:
    missed, extra = differences(tmp_path, SHARED)
    assert not missed and not extra
