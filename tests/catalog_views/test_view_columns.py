"""The columns of queries, as a real PostgreSQL describes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from dblint.catalog import views
from dblint.catalog.model import Type
from dblint.catalog.scopes import Columns, Lookup
from dblint.sql.postgres_parser import parse, split
from dblint.sql.postgres_queries import query
from tests.catalog_views import builtins_of_server
from tests.catalog_views.server_lookup import ServerLookup

CASES = Path(__file__).parent / "cases"


def statements(path: Path) -> list[str]:
    data = path.read_bytes()
    return [data[start : start + length].decode().strip() for start, length in split(data.decode())]


@pytest.fixture(scope="module")
def connection(postgres_uri: str) -> Iterator[psycopg.Connection[Any]]:
    """A database of this module's own that holds the written schema."""
    with psycopg.connect(postgres_uri, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS view_cases WITH (FORCE)")
        admin.execute("CREATE DATABASE view_cases")
        with psycopg.connect(postgres_uri, dbname="view_cases") as connection:
            for statement in statements(CASES / "schema.sql"):
                connection.execute(cast("Any", statement))
            yield connection
            connection.rollback()
        admin.execute("DROP DATABASE view_cases WITH (FORCE)")


def described(connection: psycopg.Connection[Any], sql: str) -> list[tuple[str, str]]:
    """The columns the server says the query has, without running it."""
    prepared = connection.pgconn.prepare(b"", sql.encode())
    assert prepared.error_message == b"", prepared.error_message.decode()
    result = connection.pgconn.describe_prepared(b"")
    found = []
    for at in range(result.nfields):
        row = connection.execute("SELECT format_type(%s, %s)", (result.ftype(at), result.fmod(at))).fetchone()
        assert row is not None
        found.append(((result.fname(at) or b"").decode(), str(row[0])))
    return found


def shown(columns: Columns, lookup: Lookup) -> list[tuple[str, str | None]]:
    """Names and types as the server's protocol tells them, which looks through domains."""
    return [(one.name, text(one.type, lookup) if one.type is not None else None) for one in columns.columns]


def text(type_: Type, lookup: Lookup) -> str:
    base = lookup.base(type_) if type_.kind == "domain" and not type_.dimensions else None
    return (base or type_).text


@pytest.mark.parametrize("sql", statements(CASES / "queries.sql"))
def test_columns_are_those_of_the_server(connection: psycopg.Connection[Any], sql: str) -> None:
    lookup = ServerLookup(connection)
    (statement,) = parse(sql)
    found = views.columns(query(statement["stmt"]), lookup)
    assert found.complete
    assert shown(found, lookup) == described(connection, sql)


@pytest.mark.parametrize(
    ("sql", "names", "complete"),
    [
        ("SELECT * FROM nowhere", [], False),
        ("SELECT n.*, 1 AS one FROM nowhere n", ["one"], False),
        ("SELECT a, n.b, nobody(a) FROM nowhere n", ["a", "b", "nobody"], True),
        ("SELECT * FROM customer c JOIN nowhere n ON true WHERE c.id = 1", None, False),
        ("SELECT f FROM not_known() f", ["f"], True),
        ("SELECT * FROM not_known()", [], False),
        ("SELECT * FROM anything(1)", [], False),
        ("WITH x AS (DELETE FROM customer RETURNING id, name AS n) SELECT * FROM x", ["id", "n"], True),
        ("WITH x AS (INSERT INTO nowhere VALUES (1) RETURNING *) SELECT * FROM x", [], False),
        ("SELECT (nobody()).*", [], False),
    ],
)
def test_what_is_not_known_leaves_a_star_open(
    connection: psycopg.Connection[Any], sql: str, names: list[str] | None, complete: bool
) -> None:
    (statement,) = parse(sql)
    found = views.columns(query(statement["stmt"]), ServerLookup(connection))
    assert found.complete is complete
    assert names is None or [one.name for one in found.columns] == names


@pytest.mark.parametrize(
    "shape", ["upper({})", "(SELECT {})", "coalesce({}, 'y')", "CASE WHEN true THEN 'y' ELSE {} END"]
)
def test_nesting_costs_no_more_than_its_depth(connection: psycopg.Connection[Any], shape: str) -> None:
    nested = "'x'"
    for _ in range(30):
        nested = shape.format(nested)
    (statement,) = parse(f"SELECT {nested}")
    (column,) = views.columns(query(statement["stmt"]), ServerLookup(connection)).columns
    assert column.type is not None
    assert column.type.text == "text"


def test_a_column_list_names_the_first_columns(connection: psycopg.Connection[Any]) -> None:
    (statement,) = parse("SELECT id, name, age FROM customer")
    found = views.columns(query(statement["stmt"]), ServerLookup(connection), ["a", "b"])
    assert [(one.name, one.type and one.type.text) for one in found.columns] == [
        ("a", "bigint"),
        ("b", "character varying(50)"),
        ("age", "positive"),
    ]


def test_the_data_file_is_what_the_server_says(postgres_uri: str) -> None:
    assert builtins_of_server.FILE.read_text(encoding="utf-8") == builtins_of_server.written(postgres_uri)
