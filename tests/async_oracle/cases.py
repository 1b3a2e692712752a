"""The case matrix: test files that go wrong in one way or in none, each leaving a trace of what it really ran."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

Mode = Literal["strict", "auto"]
Plugin = tuple[int, ...]

HEAD = """\
import asyncio
import os
import unittest
from unittest import mock
from unittest.mock import AsyncMock, MagicMock, Mock

import pytest
from seen import seen

{imports}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One test file.

    ``traces`` are the words that a right file leaves; a file that lacks one passes without testing. ``since`` and
    ``below`` bound pytest-asyncio's version; ``plugin`` says that the file needs it at all. ``lenient`` files work by
    accident in some versions, so that either verdict is right.
    """

    name: str
    code: str
    traces: frozenset[str] = frozenset({"body"})
    imports: str = ""
    modes: tuple[Mode, ...] = ("strict", "auto")
    since: Plugin = (0,)
    below: Plugin = (99,)
    plugin: bool = True
    lenient: bool = False
    fixable: bool = True

    @property
    def file(self) -> str:
        return f"test_{self.name}.py"

    @property
    def text(self) -> str:
        lines = self.code.strip("\n").replace("seen(", f'seen("{self.name}", ')
        return f"{HEAD.format(imports=self.imports)}\n{lines}\n".replace("\n\n\n\n", "\n\n\n")


BOTH = frozenset({"set-up", "body"})
PLUGIN = "import pytest_asyncio"

CASES: tuple[Case, ...] = (
    Case(
        "a1_value",
        """
@pytest.fixture
async def db():
    seen("set-up")
    return {"id": 1}


@pytest.mark.asyncio
async def test_value(db):
    assert db["id"] == 1
    seen("body")
""",
        BOTH,
    ),
    Case(
        "a1b_awaited",
        """
@pytest.fixture
async def db():
    seen("set-up")
    return {"id": 1}


@pytest.mark.asyncio
async def test_value(db):
    value = await db
    assert value["id"] == 1
    seen("body")
""",
        BOTH,
        modes=("strict",),
        lenient=True,
    ),
    Case(
        "a1c_truth",
        """
@pytest.fixture
async def db():
    seen("set-up")
    return {"id": 1}


@pytest.mark.asyncio
async def test_value(db):
    assert db
    seen("body")
""",
        BOTH,
    ),
    Case(
        "a2_sync_test",
        """
@pytest.fixture
async def db():
    seen("set-up")
    return {"id": 1}


def test_value(db):
    assert db["id"] == 1
    seen("body")
""",
        BOTH,
    ),
    Case(
        "a2c_autouse",
        """
@pytest.fixture(autouse=True)
async def clean():
    seen("set-up")
    yield
    seen("clean-up")


def test_nothing():
    seen("body")
""",
        BOTH | {"clean-up"},
    ),
    Case(
        "a3_generator",
        """
@pytest.fixture(name="database")
async def make_database():
    seen("set-up")
    yield {"id": 1}
    seen("clean-up")


@pytest.mark.asyncio
async def test_value(database):
    assert database["id"] == 1
    seen("body")
""",
        BOTH | {"clean-up"},
    ),
    Case(
        "a4_right",
        """
@pytest_asyncio.fixture
async def db():
    seen("set-up")
    yield {"id": 1}


@pytest.mark.asyncio
async def test_value(db):
    assert db["id"] == 1
    seen("body")


def test_in_sync(db):
    assert db["id"] == 1
""",
        BOTH,
        imports=PLUGIN,
    ),
    Case(
        "b1_unmarked",
        """
async def test_value():
    await asyncio.sleep(0)
    seen("body")


class TestGroup:
    async def test_value(self):
        seen("group")
""",
        frozenset({"body", "group"}),
    ),
    Case(
        "b1_marked_file",
        """
pytestmark = pytest.mark.asyncio


async def test_value():
    await asyncio.sleep(0)
    seen("body")
""",
    ),
    Case(
        "b1_marked_base",
        """
@pytest.mark.asyncio
class Base:
    pass


class TestGroup(Base):
    async def test_value(self):
        seen("body")
""",
    ),
    Case(
        "b4_test_case",
        """
class TestGroup(unittest.TestCase):
    async def test_value(self):
        seen("body")
""",
    ),
    Case(
        "b5_isolated",
        """
class TestGroup(unittest.IsolatedAsyncioTestCase):
    async def test_value(self):
        seen("body")
""",
    ),
    Case(
        "b6_generator",
        """
@pytest.mark.asyncio
async def test_value():
    seen("body")
    yield 1
""",
        fixable=False,
    ),
    Case(
        "c1_await",
        """
async def load():
    return 1


def test_value():
    assert await load() == 1
    seen("body")
""",
    ),
    Case(
        "c2_async_with",
        """
@pytest.fixture
def db():
    async with AsyncMock() as held:
        seen("set-up")
        yield held


def test_value(db):
    seen("body")
""",
        BOTH,
    ),
    Case(
        "c3_inner",
        """
def test_value():
    async def load():
        async with AsyncMock():
            return 1

    assert asyncio.run(load()) == 1
    seen("body")
""",
    ),
    Case(
        "d1_bare",
        """
class FakeDatabase:
    async def insert(self, row):
        seen("insert")


@pytest.mark.asyncio
async def test_value():
    database = FakeDatabase()
    database.insert({"id": 1})
    seen("body")
""",
        frozenset({"insert", "body"}),
    ),
    Case(
        "d1b_assert",
        """
async def find(number):
    seen("find")
    return {"id": number}


@pytest.mark.asyncio
async def test_value():
    assert find(1)
    seen("body")
""",
        frozenset({"find", "body"}),
    ),
    Case(
        "d1d_assigned",
        """
async def find(number):
    seen("find")
    return {"id": number}


@pytest.mark.asyncio
async def test_value():
    row = find(1)
    assert row is not None
    seen("body")
""",
        frozenset({"find", "body"}),
    ),
    Case(
        "d1s_sync_test",
        """
async def find(number):
    seen("find")
    return {"id": number}


def test_value():
    assert find(1)
    seen("body")
""",
        frozenset({"find", "body"}),
        fixable=False,
    ),
    Case(
        "d2_handed_on",
        """
async def find(number):
    seen("find")
    return {"id": number}


@pytest.mark.asyncio
async def test_value():
    later = find(1)
    task = asyncio.create_task(find(2))
    assert (await later)["id"] == 1
    assert (await task)["id"] == 2
    assert len(await asyncio.gather(find(3), find(4))) == 2
    seen("body")
""",
        frozenset({"find", "body"}),
    ),
    Case(
        "e1_magic_awaited",
        """
@pytest.mark.asyncio
async def test_value():
    connection = MagicMock()
    connection.fetch.return_value = [1]
    assert await connection.fetch("select 1") == [1]
    seen("body")
""",
    ),
    Case(
        "e1a_magic_bare",
        """
@pytest.mark.asyncio
async def test_value():
    connection = Mock()
    await connection.close()
    seen("body")
""",
    ),
    Case(
        "e1b_magic_manager",
        """
@pytest.mark.asyncio
async def test_value():
    pool = MagicMock()
    async with pool.acquire() as connection:
        await connection.fetch("select 1")
    async for _ in pool.cursor():
        pass
    async with pool:
        seen("body")
""",
    ),
    Case(
        "e1h_iterated",
        """
@pytest.mark.asyncio
async def test_value():
    pool = MagicMock()
    async with pool.acquire() as connection:
        async for _ in connection.cursor():
            pass
    seen("body")
""",
    ),
    Case(
        "e1d_mock_manager",
        """
@pytest.mark.asyncio
async def test_value():
    pool = Mock()
    async with pool.acquire():
        seen("body")
""",
    ),
    Case(
        "e1f_specified",
        """
class Connection:
    async def fetch(self, query):
        return []


@pytest.mark.asyncio
async def test_value():
    connection = MagicMock(spec=Connection)
    await connection.fetch("select 1")
    seen("body")
""",
    ),
    Case(
        "e1g_assigned",
        """
@pytest.fixture
def connection():
    connection = MagicMock()
    connection.fetch = AsyncMock(return_value=[1])
    return connection


@pytest.mark.asyncio
async def test_value(connection):
    assert await connection.fetch("select 1") == [1]
    connection.execute = AsyncMock()
    await connection.execute("delete")
    seen("body")
""",
    ),
    Case(
        "e2_async_acquire",
        """
@pytest.mark.asyncio
async def test_value():
    pool = AsyncMock()
    async with pool.acquire():
        seen("body")
""",
    ),
    Case(
        "e2b_set_up",
        """
@pytest.fixture
def pool():
    pool = AsyncMock()
    pool.acquire.return_value.__aenter__.return_value = AsyncMock()
    pool.acquire.return_value.__aexit__.return_value = None
    return pool


class Repository:
    def __init__(self, pool):
        self.pool = pool

    async def save(self):
        async with self.pool.acquire() as connection:
            await connection.execute("insert")
            seen("insert")


@pytest.mark.asyncio
async def test_value(pool):
    try:
        await Repository(pool).save()
    except Exception:
        pass
    seen("body")
""",
        frozenset({"insert", "body"}),
    ),
    Case(
        "e2c_code_enters",
        """
class Repository:
    def __init__(self, pool):
        self.pool = pool

    async def save(self):
        async with self.pool.acquire() as connection:
            await connection.execute("insert")
            seen("insert")


@pytest.mark.asyncio
async def test_value():
    pool = AsyncMock()
    await Repository(pool).save()
    seen("body")
""",
        frozenset({"insert", "body"}),
    ),
    Case(
        "e1i_code_awaits",
        """
async def orders(connection):
    rows = await connection.fetch("select")
    seen("rows")
    return rows


@pytest.fixture
def connection():
    connection = MagicMock()
    return connection


@pytest.mark.asyncio
async def test_value(connection):
    await orders(connection)
    seen("body")
""",
        frozenset({"rows", "body"}),
    ),
    Case(
        "e1j_code_awaits_right",
        """
async def orders(connection):
    if connection.closed:
        raise ValueError
    rows = await connection.fetch("select")
    seen("rows")
    return rows


@pytest.fixture
def connection():
    connection = MagicMock()
    connection.closed = False
    return connection


@pytest.mark.asyncio
async def test_value(connection):
    connection.fetch = AsyncMock(return_value=[])
    assert await orders(connection) == []
    seen("body")
""",
        frozenset({"rows", "body"}),
    ),
    Case(
        "e1k_code_ends_early",
        """
async def orders(connection, number):
    if not number:
        return []
    return await connection.fetch("select", number)


@pytest.mark.asyncio
async def test_value():
    connection = MagicMock()
    assert await orders(connection, 0) == []
    seen("body")
""",
    ),
    Case(
        "e3e_code_goes_on",
        """
async def orders(client):
    return client.table("orders").select("*")


@pytest.mark.asyncio
async def test_value():
    client = AsyncMock()
    await orders(client)
    seen("body")
""",
    ),
    Case(
        "e2d_itself",
        """
@pytest.mark.asyncio
async def test_value():
    async with AsyncMock() as connection:
        await connection.execute("select 1")
        seen("body")
""",
    ),
    Case(
        "e3_builder",
        """
@pytest.mark.asyncio
async def test_value():
    client = AsyncMock()
    await client.table("orders").select("*").execute()
    seen("body")
""",
    ),
    Case(
        "e3c_result",
        """
async def orders(session):
    return (await session.execute("select")).scalars().all()


@pytest.mark.asyncio
async def test_value():
    session = AsyncMock()
    session.execute.return_value.scalars.return_value.all.return_value = [1]
    assert await orders(session) == [1]
    seen("body")
""",
    ),
    Case(
        "e3d_result_right",
        """
async def orders(session):
    return (await session.execute("select")).scalars().all()


@pytest.mark.asyncio
async def test_value():
    session = AsyncMock()
    result = MagicMock()
    result.scalars.return_value.all.return_value = [1]
    session.execute.return_value = result
    assert await orders(session) == [1]
    seen("body")
""",
    ),
    Case(
        "e4_patched",
        """
async def find(number):
    return None


@pytest.mark.asyncio
async def test_value():
    with mock.patch(f"{__name__}.find") as found:
        await found(1)
        seen("body")
""",
    ),
    Case(
        "f2_run_in_fixture",
        """
@pytest.fixture
def connection():
    return asyncio.run(asyncpg.connect(os.environ["DSN"]))


@pytest.mark.asyncio
async def test_value(connection):
    assert await connection.fetchval("select 1") == 1
    seen("body")
""",
        imports="import asyncpg",
    ),
    Case(
        "g1_coroutine",
        """
@pytest.fixture
def connection():
    return asyncpg.connect(os.environ["DSN"])


@pytest.mark.asyncio
async def test_value(connection):
    assert await connection.fetchval("select 1") == 1
    seen("body")
""",
        imports="import asyncpg",
    ),
    Case(
        "g1b_awaited",
        """
@pytest.fixture
def connecting():
    return asyncpg.connect(os.environ["DSN"])


@pytest.mark.asyncio
async def test_value(connecting):
    connection = await connecting
    assert await connection.fetchval("select 1") == 1
    await connection.close()
    seen("body")
""",
        imports="import asyncpg",
    ),
    Case(
        "g2_pool",
        """
@pytest.fixture
def pool():
    return asyncpg.create_pool(os.environ["DSN"], min_size=1, max_size=1)


@pytest.mark.asyncio
async def test_value(pool):
    async with pool:
        assert await pool.fetchval("select 1") == 1
    seen("body")
""",
        imports="import asyncpg",
        # Up to 0.22 the fixture of the loop sets it before any other fixture is made.
        lenient=True,
    ),
    Case(
        "g3_sqlite",
        """
@pytest.fixture
def connection():
    made = aiosqlite.connect(":memory:")
    return made


@pytest.mark.asyncio
async def test_value(connection):
    async with connection.execute("select 1") as cursor:
        assert await cursor.fetchone() == (1,)
    seen("body")
""",
        imports="import aiosqlite",
    ),
    Case(
        "g3b_sqlite_entered",
        """
@pytest.fixture
def connecting():
    return aiosqlite.connect(":memory:")


@pytest.mark.asyncio
async def test_value(connecting):
    async with connecting as connection:
        await connection.execute("select 1")
    seen("body")
""",
        imports="import aiosqlite",
    ),
    Case(
        "g4_fake_closed",
        """
class FakeDatabase:
    def __init__(self):
        self.rows = None

    async def connect(self):
        self.rows = []

    async def insert(self, row):
        if self.rows is None:
            raise RuntimeError("not connected")
        self.rows.append(row)


@pytest.fixture
def database():
    database = FakeDatabase()
    return database


@pytest.mark.asyncio
async def test_value(database):
    await database.insert({"id": 1})
    seen("body")
""",
    ),
    Case(
        "g4b_fake_open",
        """
class FakeDatabase:
    def __init__(self):
        self.rows = []

    async def connect(self):
        self.rows = []

    async def insert(self, row):
        self.rows.append(row)


@pytest.fixture
def database():
    return FakeDatabase()


@pytest.mark.asyncio
async def test_value(database):
    await database.insert({"id": 1})
    seen("body")
""",
    ),
    Case(
        "h1_anyio",
        """
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def db():
    seen("set-up")
    return {"id": 1}


async def test_value(db):
    assert db["id"] == 1
    seen("body")
""",
        BOTH,
        modes=("strict",),
    ),
    Case(
        "h3_anyio_fixture",
        """
@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def db(anyio_backend):
    seen("set-up")
    return {"id": 1}


def test_value(db):
    assert db["id"] == 1
    seen("body")
""",
        BOTH,
        modes=("strict",),
    ),
    Case(
        "i1_after_yield",
        """
@pytest_asyncio.fixture
async def db():
    connection = await asyncpg.connect(os.environ["DSN"])
    seen("set-up")
    yield connection
    await connection.close()
    seen("clean-up")


@pytest.mark.asyncio
async def test_value(db):
    assert await db.fetchval("select 1") == 1
    seen("body")
""",
        BOTH | {"clean-up"},
        imports=f"import asyncpg\n{PLUGIN}",
    ),
    Case(
        "s1_swallowed",
        """
@pytest.mark.asyncio
async def test_value():
    connection = MagicMock()
    connection.__aexit__ = AsyncMock()
    with pytest.raises(ValueError):
        async with connection:
            raise ValueError
    seen("body")
""",
    ),
    Case(
        "s2_swallowed_in_sync",
        """
def test_value():
    connection = MagicMock(__exit__=Mock())
    with pytest.raises(ValueError), connection:
        raise ValueError
    seen("body")
""",
    ),
    Case(
        "s3_passed_on",
        """
@pytest.mark.asyncio
async def test_value():
    connection = AsyncMock()
    connection.__aexit__.return_value = False
    with pytest.raises(ValueError):
        async with connection:
            raise ValueError
    bare = MagicMock()
    with pytest.raises(ValueError):
        async with bare:
            raise ValueError
    seen("body")
""",
    ),
    Case(
        "s4_result",
        """
@pytest.mark.asyncio
async def test_value():
    connection = MagicMock()
    connection.transaction.return_value.__aexit__.return_value = MagicMock()
    with pytest.raises(ValueError):
        async with connection.transaction():
            raise ValueError
    seen("body")
""",
    ),
)

LOOP_CASES: tuple[Case, ...] = (
    Case(
        "f3_asked",
        """
@pytest.mark.asyncio
async def test_value(event_loop):
    assert event_loop is asyncio.get_running_loop()
    seen("body")
""",
        fixable=False,
    ),
)

REPLACED_LOOP: tuple[Case, ...] = (
    Case(
        "f1_replaced",
        """
loops = []


@pytest.fixture(scope="module")
def event_loop():
    loop = asyncio.new_event_loop()
    loops.append(loop)
    yield loop
    loop.close()


@pytest.mark.asyncio
async def test_value():
    assert asyncio.get_running_loop() in loops
    seen("body")
""",
        fixable=False,
        since=(1,),
    ),
)


@dataclass(frozen=True, slots=True)
class Scopes:
    """One combination of the words that decide about loops."""

    scope: str
    keyword: str | None
    fixtures: str | None
    tests: str | None
    mark: str | None

    @property
    def case(self) -> Case:
        said = [f'scope="{self.scope}"', *([f'loop_scope="{self.keyword}"'] if self.keyword else ())]
        mark = f'(loop_scope="{self.mark}")' if self.mark else ""
        name = f"l_{self.scope}_{self.keyword}_{self.mark}".lower()
        code = f"""
@pytest_asyncio.fixture({", ".join(said)})
async def pool():
    pool = await asyncpg.create_pool(os.environ["DSN"], min_size=1, max_size=1)
    yield pool
    pool.terminate()


@pytest.mark.asyncio{mark}
async def test_value(pool):
    assert await pool.fetchval("select 1") == 1
    seen("body")
"""
        return Case(name, code, imports=f"import asyncpg\n{PLUGIN}", since=(0, 26), fixable=False)


def loop_scopes() -> Iterator[tuple[str | None, str | None, tuple[Case, ...]]]:
    """What the configuration says of fixtures and tests, and the cases under it."""
    for fixtures, tests in product((None, "function", "session"), (None, "session")):
        said = product(("function", "module", "session"), (None, "session"), (None, "session"))
        yield fixtures, tests, tuple(Scopes(scope, word, fixtures, tests, mark).case for scope, word, mark in said)
