"""Generated operators, calls and unions over many types: what the server accepts has the type it says."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dblint.catalog import builtins, views
from dblint.catalog.scopes import Lookup
from dblint.sql.postgres_parser import parse
from dblint.sql.postgres_queries import query
from tests.catalog_views import builtins_of_server
from tests.catalog_views.server_lookup import ServerLookup
from tests.catalog_views.test_view_columns import connection as connection  # the fixture of the written cases
from tests.catalog_views.test_view_columns import shown

TYPES = (
    *("int2", "int4", "int8", "numeric", "float4", "float8", "text", "varchar(5)", "bpchar", "name", '"char"', "bool"),
    *("date", "time", "timestamp", "timestamptz", "interval", "json", "jsonb", "uuid", "bytea", "inet", "oid", "money"),
    *("mood", "email", "positive", "pair", "int4[]", "text[]", "varchar[]", "mood[]", "positive[]", "email[]", "bit"),
    *("tstzrange", "int4multirange", "point", "regclass", "xid"),
)
VALUES = (*(f"NULL::{type_}" for type_ in TYPES), "'1'", "NULL")
TRIES = 3000
FEWEST_ACCEPTED = 50

Value = Callable[[], str]


@cache
def names(section: str) -> tuple[str, ...]:
    text = Path(builtins_of_server.FILE).read_text(encoding="utf-8")
    lines = text.partition(f"[{section}]\n")[2].partition("\n[")[0].splitlines()
    return tuple(line.split("\t")[0] for line in lines)


def operation(chance: random.Random, value: Value) -> str:
    return f"SELECT {value()} {chance.choice(names('operators'))} {value()}"


def call(chance: random.Random, value: Value) -> str:
    name = chance.choice(names("functions"))
    declared = chance.choice(builtins.functions(name)).arguments
    given = [value() if chance.random() < 0.5 or one.startswith("any") else f"NULL::{one}" for one in declared]
    return f'SELECT "{name}"({", ".join(given)})'


def choice(chance: random.Random, value: Value) -> str:
    shapes = (
        "SELECT coalesce({}, {}, {})",
        "SELECT CASE WHEN true THEN {} WHEN false THEN {} ELSE {} END",
        "SELECT ARRAY[{}, {}, {}]",
        "SELECT greatest({}, {}, {})",
        "SELECT nullif({}, {})",
        "VALUES ({}), ({}), ({})",
        "SELECT {} UNION ALL SELECT {} UNION ALL SELECT {}",
        "SELECT {} UNION ALL (SELECT {} UNION SELECT {})",
        "SELECT x FROM (SELECT {} AS x) a FULL JOIN (SELECT {} AS x) b USING (x)",
    )
    return chance.choice(shapes).format(value(), value(), value())


class Remembering:
    """The answers of a lookup, each asked once."""

    def __init__(self, lookup: ServerLookup) -> None:
        for name in ("relation", "functions", "type", "base", "fields"):
            setattr(self, name, cache(getattr(lookup, name)))


def accepted(connection: psycopg.Connection[Any], made: Iterator[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The queries that the server accepts, with the columns it gives them."""

    @cache
    def text(type_: int, modifier: int) -> str:
        row = connection.execute("SELECT format_type(%s, %s)", (type_, modifier)).fetchone()
        return str(row[0]) if row is not None else ""

    for sql in made:
        connection.execute("SAVEPOINT before")
        prepared = connection.pgconn.prepare(b"", sql.encode())
        if prepared.error_message:
            connection.execute("ROLLBACK TO before")
            continue
        result = connection.pgconn.describe_prepared(b"")
        columns = range(result.nfields)
        yield sql, [((result.fname(at) or b"").decode(), text(result.ftype(at), result.fmod(at))) for at in columns]


@pytest.mark.parametrize("make", [operation, call, choice])
def test_types_are_those_of_the_server(
    connection: psycopg.Connection[Any], make: Callable[[random.Random, Value], str]
) -> None:
    chance = random.Random(20)
    lookup: Lookup = Remembering(ServerLookup(connection))  # type: ignore[assignment]
    made = (make(chance, lambda: chance.choice(VALUES)) for _ in range(TRIES))
    compared, different = 0, []
    for sql, expected in accepted(connection, made):
        (statement,) = parse(sql)
        found = shown(views.columns(query(statement["stmt"]), lookup), lookup)
        compared += 1
        if found != expected:
            different.append((sql, expected, found))
    assert different == []
    assert compared >= FEWEST_ACCEPTED
