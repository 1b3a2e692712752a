"""Records as drivers give them: fakes of them by name, dicts of an own kind, mocks that are asked by key."""

from __future__ import annotations

from pathlib import Path

from tests.drivers.scenarios import differences

ID = '"7d444840-9dc0-11d1-b245-5ffdce74fad2"'
RECORDS = """
# app/repo.py
async def one(conn):
    return await conn.fetchrow("SELECT id, status FROM orders")
async def many(conn):
    return await conn.fetch("SELECT id, status FROM orders")

# tests/fakes.py
class FakeRecord(dict):
    def __getattr__(self, k):
        return self[k]
class MockRecord:
    def __init__(self, data):
        self._data = data
    def __getitem__(self, k):
        return self._data[k]
def make_record(**kw):
    base = {"id": ID_, "status": "paid"}
    base.update(kw)
    return base

# tests/test_a.py
from unittest.mock import MagicMock, AsyncMock
import asyncpg
from app.repo import one, many
from tests.fakes import FakeRecord, MockRecord, make_record
class Row(dict):
    pass
class LocalRecord:
    def __init__(self, **columns):
        self.__dict__.update(columns)
def record(data):
    rec = MagicMock(spec=asyncpg.Record)
    rec.__getitem__.side_effect = data.__getitem__
    rec.get = data.get
    return rec
async def test_fake():
    conn = AsyncMock()
    conn.fetchrow.return_value = FakeRecord({"id": ID_, "status": "paidd"})  # !unknown-enum-value
    await one(conn)
async def test_fake_kw():
    conn = AsyncMock()
    conn.fetchrow.return_value = FakeRecord(id=ID_, status="paidd")  # !unknown-enum-value
    await one(conn)
async def test_mock():
    conn = AsyncMock()
    conn.fetch.return_value = [MockRecord({"id": ID_, "status": "paidd"})]  # !unknown-enum-value
    await many(conn)
ONE = Row({"id": None, "status": "paid"})  # !null-in-required-column
async def test_row():
    conn = AsyncMock()
    conn.fetch.return_value = [Row(id=ID_, status="paidd"), ONE]  # !unknown-enum-value
    await many(conn)
async def test_local():
    conn = AsyncMock()
    conn.fetchrow.return_value = LocalRecord(id=ID_, status="paidd")  # !unknown-enum-value
    await one(conn)
async def test_helper():
    conn = AsyncMock()
    conn.fetchrow.return_value = record({"id": ID_, "status": "paidd"})  # !unknown-enum-value
    await one(conn)
async def test_lambda():
    conn = AsyncMock()
    rec = MagicMock()
    rec.__getitem__ = lambda self, key: {"id": ID_, "status": "paidd"}[key]  # !unknown-enum-value
    conn.fetchrow.return_value = rec
    await one(conn)
async def test_side():
    conn = AsyncMock()
    rec = MagicMock()
    row = {"id": ID_, "status": "paidd"}  # !unknown-enum-value
    rec.__getitem__.side_effect = lambda key: row[key]
    conn.fetchrow.return_value = rec
    await one(conn)
async def test_made():
    conn = AsyncMock()
    conn.fetchrow.return_value = make_record(status="paidd")  # !unknown-enum-value
    await one(conn)
"""


def test_a_record_is_the_row_it_holds(tmp_path: Path) -> None:
    missed, extra = differences(tmp_path, RECORDS.replace("ID_", ID))
    assert not missed and not extra
