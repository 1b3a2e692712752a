"""What a test opens and how it may stay open, told from the file alone."""

from __future__ import annotations

import textwrap

import pytest

from dblint.facts.resources import read
from dblint.source import Source

HEAD = """
import aiosqlite
import asyncpg
import psycopg
import psycopg2
import pytest
import redis.asyncio as redis
from asyncpg import create_pool
from psycopg_pool import ConnectionPool
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine
"""


def fates(body: str) -> list[tuple[str, str]]:
    """The names opened in a test of this body, and how each may stay open."""
    text = f"{HEAD}\nasync def test_it(dsn, x):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
    found = read(Source("tests/test_it.py", text))
    return [(one.name, one.fate) for one in found.opened] if found is not None else []


LEFT_OPEN = {
    "a pool": ("pool = await asyncpg.create_pool(dsn)\nassert x\nawait pool.close()", "happy-path"),
    "imported by name": ("pool = await create_pool(dsn)\nassert x\nawait pool.close()", "happy-path"),
    "terminated": ("pool = await create_pool(dsn)\nassert x\npool.terminate()", "happy-path"),
    "a connection": ("c = await asyncpg.connect(dsn)\nawait c.execute('x')\nawait c.close()", "happy-path"),
    "async psycopg": ("c = await psycopg.AsyncConnection.connect(dsn)\nassert x\nawait c.close()", "happy-path"),
    "psycopg2": ("c = psycopg2.connect(dsn)\nassert x\nc.close()", "happy-path"),
    "a pool of threads": ("p = ConnectionPool(dsn)\nassert x\np.close()", "happy-path"),
    "aiosqlite": ("d = await aiosqlite.connect('x.db')\nassert x\nawait d.close()", "happy-path"),
    "an engine": ("e = create_async_engine(dsn)\nassert x(e)\nawait e.dispose()", "happy-path"),
    "redis": ("r = redis.from_url(dsn)\nassert await r.ping()\nawait r.aclose()", "happy-path"),
    "given to code": ("c = psycopg.connect(dsn)\nassert x(c)\nc.close()", "happy-path"),
    "in a block": ("if x:\n    c = psycopg.connect(dsn)\n    assert x\n    c.close()", "happy-path"),
    "never, a pool": ("pool = await create_pool(dsn)\nassert await pool.fetch('x')", "never"),
    "never, a connection": ("c = psycopg.connect(dsn)\nc.execute('x')", "never"),
}
CLOSED = {
    "a block": "async with create_pool(dsn) as pool:\n    assert x",
    "a later block": "pool = create_pool(dsn)\nasync with pool:\n    assert x",
    "finally": "c = psycopg.connect(dsn)\ntry:\n    assert x\nfinally:\n    c.close()",
    "finally around": "c = None\ntry:\n    c = psycopg.connect(dsn)\n    assert x\nfinally:\n    c.close()",
    "a nested function": "c = psycopg.connect(dsn)\ndef end():\n    c.close()\nx(end)\nassert x",
    "a finalizer": "c = psycopg.connect(dsn)\nx.addfinalizer(c.close)\nassert x",
    "a cleanup": "c = psycopg.connect(dsn)\nx.addCleanup(lambda: c.close())\nassert x",
    "a stack": "c = psycopg.connect(dsn)\nx.push_async_callback(c.close)\nassert x",
    "given away": "c = psycopg.connect(dsn)\nx(c)",
    "kept": "c = psycopg.connect(dsn)\nx.c = c",
    "kept in a dict": "c = psycopg.connect(dsn)\ny = {'c': c}\nassert y",
    "returned": "c = psycopg.connect(dsn)\nreturn c",
    "closed at once": "c = psycopg.connect(dsn)\nc.close()\nassert c.closed",
    "closed on a condition": "c = psycopg.connect(dsn)\nassert x\nif x:\n    c.close()",
    "opened twice": "c = psycopg.connect(dsn)\nassert x\nc.close()\nc = psycopg.connect(dsn)\nc.close()",
    "expected to fail": "with pytest.raises(Exception):\n    c = psycopg.connect(dsn)\n    c.execute('x')",
    "swallowed": "try:\n    c = psycopg.connect(dsn)\n    x(1)\n    c.close()\nexcept Exception:\n    print(0)",
    "a generator": "c = psycopg.connect(dsn)\nyield c\nc.close()",
    "an engine of SQLite": "e = create_engine('sqlite://')\nassert x\ne.dispose()",
    "an engine that is dropped": "e = create_engine(dsn)\nassert e.connect()",
    "something else": "c = x.connect(dsn)\nassert x\nc.close()",
}


@pytest.mark.parametrize(("body", "fate"), LEFT_OPEN.values(), ids=LEFT_OPEN)
def test_what_stays_open_is_told(body: str, fate: str) -> None:
    assert [one for _, one in fates(body)] == [fate]


@pytest.mark.parametrize("body", CLOSED.values(), ids=CLOSED)
def test_what_is_closed_or_nobody_can_follow_is_not(body: str) -> None:
    assert fates(body) == []


@pytest.mark.parametrize("target", ["asyncpg.connect", "shop.db.asyncpg.connect", "connect"])
def test_an_opener_that_the_file_replaces_opens_nothing(target: str) -> None:
    assert (
        fates(f"with patch('{target}'):\n    c = await asyncpg.connect(dsn)\n    assert x\n    await c.close()") == []
    )


def test_only_tests_are_asked() -> None:
    text = f"{HEAD}\ndef connect(dsn):\n    c = psycopg.connect(dsn)\n    c.execute('x')\n"
    assert read(Source("tests/test_it.py", text)) is None


def test_an_import_within_the_test_counts() -> None:
    text = "def test_it(dsn):\n    import psycopg as pg\n    c = pg.connect(dsn)\n    assert dsn\n    c.close()\n"
    found = read(Source("tests/test_it.py", text))
    assert found is not None
    assert [one.opener for one in found.opened] == ["psycopg.connect"]


@pytest.mark.parametrize("fixture", ["fake_redis", "mock_pool", "patched_connect"])
def test_what_a_fixture_stands_in_for_is_not_opened(fixture: str) -> None:
    body = "    c = redis.from_url('x')\n    await c.set(1)\n"
    text = f"import redis.asyncio as redis\nasync def test_it({fixture}):\n{body}"
    assert read(Source("tests/test_it.py", text)) is None
