"""A database of this folder's own on the session's PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql


@pytest.fixture(scope="session")
def postgres(postgres_uri: str) -> Iterator[psycopg.Connection]:
    """A connection in autocommit mode."""
    name = sql.Identifier(f"values_{os.getpid()}")
    with psycopg.connect(postgres_uri, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} strategy file_copy").format(name))
        with psycopg.connect(postgres_uri, dbname=f"values_{os.getpid()}", autocommit=True) as connection:
            yield connection
