"""The views of a real project, migration by migration, against a real PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from dblint.catalog import views
from dblint.sql.postgres_parser import Node, SyntaxRefusedError, parse, split
from dblint.sql.postgres_queries import query
from dblint.sql.query_text import text
from tests.catalog_views.server_lookup import ServerLookup
from tests.catalog_views.test_view_columns import described, shown
from tests.conftest import Databases

MIGRATIONS = Path("/work/eco/openFEC/data/migrations")
ROLES = ("fec", "fec_read", "real_file")
FEWEST_VIEWS = 700


def version(path: Path) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", path.name.split("__")[0]))


def migration_statements() -> Iterator[str]:
    for path in sorted(MIGRATIONS.glob("V*.sql"), key=version):
        yield "RESET ALL"
        data = path.read_bytes()
        for start, length in split(data.decode()):
            yield data[start : start + length].decode()


def viewed(statement: str) -> Node | None:
    """The query of a statement that makes a relation of one."""
    try:
        (found,) = parse(statement)
    except SyntaxRefusedError:
        return None
    kind, body = next(iter(found["stmt"].items()))
    asked: Node | None = body.get("query") if kind in ("ViewStmt", "CreateTableAsStmt") else None
    return asked if asked is not None and "SelectStmt" in asked else None


@pytest.mark.slow
@pytest.mark.skipif(not MIGRATIONS.is_dir(), reason="openFEC is not checked out")
def test_every_view_of_openfec(fresh_database: Databases) -> None:
    connection = fresh_database()
    for role in ROLES:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
            connection.execute(cast("Any", f"CREATE ROLE {role}"))
    lookup = ServerLookup(connection)
    compared, different = 0, []
    for statement in migration_statements():
        if statement.lstrip()[:4].upper() == "COPY":
            continue
        node = viewed(statement)
        if node is not None:
            asked = query(node)
            expected = accepted(connection, text(asked))
            found = views.columns(asked, lookup)
            compared += expected is not None
            if expected is not None and (not found.complete or shown(found, lookup) != expected):
                different.append(statement)
        run(connection, statement)
    assert different == []
    assert compared >= FEWEST_VIEWS


def accepted(connection: psycopg.Connection[Any], sql: str) -> list[tuple[str, str]] | None:
    """The columns the server says the query has; None where it refuses the query."""
    try:
        return described(connection, sql)
    except AssertionError:
        return None


def run(connection: psycopg.Connection[Any], statement: str) -> None:
    """Run it as far as this server can: some migrations need extensions it has not."""
    try:
        connection.execute(cast("Any", statement))
    except psycopg.Error:
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
