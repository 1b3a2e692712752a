"""What dblint says of an enum's literals is what a real PostgreSQL says."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dblint.catalog.model import Catalog, EnumType, Type
from dblint.facts.model import Value
from dblint.source import Place, Span
from dblint.values.enums import enum_verdict

LABELS = ("red", "dark blue", "NULL", 'say "x"', "a,b", "{x}", "Ünï")
CATALOG = Catalog("postgres", enums=(EnumType("public", "tone", LABELS, Place("s.sql", Span(1, 1, 1, 2))),))
SCALARS = [*LABELS, "Red", "red ", " red", "", "null", "dark_blue", "1"]
ARRAYS: list[Any] = [
    ["red"], [], ["red", "dark blue"], ["Red"], ["red", None], [["red"], ["a,b"]], [["red"], ["no"]],
    "{}", "{red}", "{ red , \"dark blue\" }", "{dark blue}", "{NULL,null}",
    '{"NULL"}', '{"null"}', '{"a,b","{x}"}', "{a,b}",
    '{"say \\"x\\""}', "{{red},{Red}}", "{red,}", "{red,,red}", "{,red}", "{red, }", "{red", "red", "{Ünï}", '{""}',
]  # fmt: skip


@pytest.fixture(scope="module")
def server(postgres: psycopg.Connection) -> psycopg.Connection:
    labels = sql.SQL(", ").join(map(sql.Literal, LABELS))
    postgres.execute(sql.SQL("create type tone as enum ({})").format(labels))
    postgres.execute("create table toned (x tone); create table toned_array (x tone[])")
    return postgres


def literal(value: Any) -> Value:
    if isinstance(value, list):
        return Value("list", items=tuple(map(literal, value)))
    return Value("null") if value is None else Value("str", value)


def refused(connection: psycopg.Connection, table: str, value: Any) -> bool:
    query = sql.SQL("insert into {0} select * from json_populate_record(null::{0}, %s)").format(sql.Identifier(table))
    try:
        connection.execute(query, (json.dumps({"x": value}),))
    except psycopg.errors.InvalidTextRepresentation:
        return True
    return False


@pytest.mark.parametrize("value", SCALARS)
def test_scalars(server: psycopg.Connection, value: str) -> None:
    verdict = enum_verdict(Type("tone", "enum", "public"), literal(value), CATALOG)
    assert verdict.kind == ("refuses" if refused(server, "toned", value) else "accepts")


@pytest.mark.parametrize("value", ARRAYS, ids=str)
def test_arrays(server: psycopg.Connection, value: Any) -> None:
    verdict = enum_verdict(Type("tone", "enum", "public", dimensions=1), literal(value), CATALOG)
    is_refused = refused(server, "toned_array", value)
    assert verdict.kind in (("refuses", "unknown") if is_refused else ("accepts", "unknown"))
