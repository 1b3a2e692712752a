"""The pages' tests, run to their failure: what the guilty ones leave open on a real server, the fixed ones close."""

from __future__ import annotations

import asyncio
import gc
import inspect
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import psycopg
import pytest

from tests.pages.scenarios import ALL, Scenario

pytest.importorskip("asyncpg")

WRONG = object()
"""Equal to nothing a query answers, so that the assertion before the closing fails."""

LEFT_OPEN = [
    (scenario, path)
    for scenario in ALL
    if scenario.rule.name in ("unclosed-pool", "unreleased-connection")
    for path in scenario.fixed
    if path.startswith("tests/test_")
]
each_case = pytest.mark.parametrize(("scenario", "path"), LEFT_OPEN, ids=[scenario.id for scenario, _ in LEFT_OPEN])


@pytest.fixture
def uri(postgres_uri: str, database: psycopg.Connection) -> str:
    """The way to the empty database of this test."""
    return postgres_uri.replace("/postgres?", f"/{database.info.dbname}?")


def sessions(server: psycopg.Connection) -> int:
    """How many others there are in the database."""
    row = server.execute(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    ).fetchone()
    assert row is not None
    return int(row[0])


def settled(database: psycopg.Connection, wanted: int) -> int:
    """How many other sessions there are, as soon as it is the number wanted."""
    for _ in range(40):
        if sessions(database) == wanted:
            break
        time.sleep(0.05)
    return sessions(database)


def _functions(text: str) -> list[Callable[..., Any]]:
    space: dict[str, Any] = {}
    exec(compile(text, "page", "exec"), space)
    return [value for name, value in space.items() if name.startswith("test_")]


def run(test: Callable[..., Any], uri: str, expected: object) -> BaseException | None:
    """The test's failure with all its frames, which pytest keeps until the run has ended."""
    try:
        outcome = test(uri, expected)
        if inspect.isawaitable(outcome):

            async def awaited() -> Any:
                return await asyncio.wait_for(outcome, 2)

            asyncio.run(awaited())
    except BaseException as error:
        return error
    return None


@each_case
def test_a_guilty_test_that_fails_leaves_a_session_or_hangs(
    scenario: Scenario, path: str, database: psycopg.Connection, uri: str
) -> None:
    (test,) = _functions(scenario.files[path])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        failure = run(test, uri, WRONG)
        left = sessions(database)
        hung = isinstance(failure, asyncio.TimeoutError | asyncio.CancelledError)
        assert failure is not None
        assert left > 0 or hung
        del failure
        gc.collect()


@each_case
def test_a_fixed_test_that_fails_leaves_nothing(
    scenario: Scenario, path: str, database: psycopg.Connection, uri: str
) -> None:
    (test,) = _functions(scenario.fixed[path])
    failure = run(test, uri, WRONG)
    assert isinstance(failure, AssertionError)
    assert settled(database, 0) == 0


def test_an_open_transaction_keeps_the_next_test_waiting(database: psycopg.Connection, uri: str) -> None:
    database.execute("create table if not exists left_open (id int)")

    def guilty() -> None:
        conn = psycopg.connect(uri)
        conn.execute("insert into left_open values (1)")
        raise AssertionError

    with pytest.raises(AssertionError):
        guilty()
    try:
        guilty()
    except AssertionError as failure:
        kept = failure
        database.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            database.execute("drop table left_open")
        assert kept.__traceback__ is not None
        del kept
    gc.collect()
    settled(database, 0)
    database.execute("drop table left_open")


def test_a_pool_waits_for_what_was_not_released(uri: str) -> None:
    asyncpg: Any = import_module("asyncpg")

    async def closes() -> bool:
        pool = await asyncpg.create_pool(uri, min_size=1, max_size=1)
        held = await pool.acquire()
        try:
            await asyncio.wait_for(pool.close(), 0.3)
        except TimeoutError:
            return False
        finally:
            pool.terminate()
            del held
        return True

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert asyncio.run(closes()) is False


def test_an_sqlite_connection_in_memory_keeps_nobody_waiting() -> None:
    import sqlite3

    first = sqlite3.connect(":memory:")
    first.execute("create table t (id int)")
    second = sqlite3.connect(":memory:")
    second.execute("create table t (id int)")
    assert second.execute("select count(*) from t").fetchone() == (0,)
