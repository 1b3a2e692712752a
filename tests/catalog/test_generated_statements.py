"""Random sequences of DDL, run by a real PostgreSQL and replayed by dblint: the two catalogs are the same."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from dblint.catalog.load import load
from dblint.source import Source
from tests.oracle.postgres import catalog_entries, compare, load_into, server_entries

TABLES = st.sampled_from(["t1", "t2", "t3", "s.t1", '"T x"'])
VIEWS = st.sampled_from(["v1", "v2"])
COLUMNS = st.sampled_from(["a", "b", "c", "d"])
ENUMS = st.sampled_from(["mood", "s.kind"])
CONSTRAINTS = st.sampled_from(["k1", "k2", "t1_pkey", "t1_a_key", "t2_a_check", "t2_a_not_null", "t1_b_fkey"])
CASCADE = st.sampled_from(["", " cascade"])
IF_EXISTS = st.sampled_from(["", "if exists "])
IF_NOT_EXISTS = st.sampled_from(["", "if not exists "])
TYPES = st.sampled_from(
    [
        *("integer", "bigint", "text", "varchar(5)", "numeric(6,2)", "timestamptz", "int[]", "boolean", "uuid"),
        *("serial", "mood", "s.kind", "dom", "comp", "mood[]"),
    ]
)
NUMBERS = "integer"


def joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    """The parts one after the other."""
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


def maybe(part: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), joined(part))


NAMED = maybe(joined("constraint ", CONSTRAINTS, " "))
COLUMN_CONSTRAINTS = st.one_of(
    st.sampled_from([" not null", " null", " unique", " primary key", " generated always as identity"]),
    joined(" check (", COLUMNS, " is not null)"),
    joined(" references ", TABLES, maybe(joined("(", COLUMNS, ")"))),
    st.sampled_from([" default null", " generated always as (a) stored"]),
)
COLUMN = joined(COLUMNS, " ", st.one_of(st.just(NUMBERS), TYPES), maybe(COLUMN_CONSTRAINTS))
COLUMN_LIST = st.lists(COLUMNS, min_size=1, max_size=2, unique=True).map(", ".join)
TABLE_CONSTRAINT = joined(
    NAMED,
    st.one_of(
        joined("primary key (", COLUMN_LIST, ")"),
        joined("unique (", COLUMN_LIST, ")"),
        joined("check (", COLUMNS, "::text is distinct from ", COLUMNS, "::text)"),
        joined("foreign key (", COLUMNS, ") references ", TABLES, maybe(joined(" (", COLUMNS, ")"))),
        joined("not null ", COLUMNS),
    ),
)
LIKE = joined("like ", TABLES, st.sampled_from(["", " including all", " including defaults including constraints"]))
ELEMENTS = st.lists(st.one_of(COLUMN, COLUMN, COLUMN, TABLE_CONSTRAINT, LIKE), min_size=1, max_size=5).map(", ".join)
ACTION = st.one_of(
    joined("add column ", IF_NOT_EXISTS, COLUMN),
    joined("drop column ", IF_EXISTS, COLUMNS, CASCADE),
    joined(
        "alter ", COLUMNS, st.sampled_from([" set not null", " drop not null", " drop default", " set default null"])
    ),
    joined("alter ", COLUMNS, st.sampled_from([" drop identity if exists", " add generated always as identity"])),
    joined("add ", TABLE_CONSTRAINT),
    joined("drop constraint ", IF_EXISTS, CONSTRAINTS, CASCADE),
)
STATEMENT = st.one_of(
    joined("create table ", IF_NOT_EXISTS, TABLES, " (", ELEMENTS, ")"),
    joined("create table ", TABLES, " (", ELEMENTS, ") inherits (", TABLES, ")"),
    joined("alter table ", IF_EXISTS, TABLES, " ", st.lists(ACTION, min_size=1, max_size=3).map(", ".join)),
    joined("alter table ", TABLES, " rename ", COLUMNS, " to ", COLUMNS),
    joined("alter table ", TABLES, " rename to ", st.sampled_from(["t1", "t2", "t3", '"T x"'])),
    joined("alter table ", TABLES, " rename constraint ", CONSTRAINTS, " to ", CONSTRAINTS),
    joined("alter table ", TABLES, " set schema ", st.sampled_from(["s", "public"])),
    joined("drop table ", IF_EXISTS, TABLES, maybe(joined(", ", TABLES)), CASCADE),
    joined("create ", maybe("or replace "), "view ", VIEWS, " as select ", COLUMN_LIST, " from ", TABLES),
    joined("create ", maybe("or replace "), "view ", VIEWS, " as select * from ", st.one_of(TABLES, VIEWS)),
    joined("drop view ", IF_EXISTS, VIEWS, CASCADE),
    joined(
        "create ",
        maybe("unique "),
        "index on ",
        TABLES,
        " (",
        COLUMN_LIST,
        ")",
        maybe(joined(" where ", COLUMNS, " is null")),
    ),
    joined("create type ", ENUMS, " as enum ('x', 'y')"),
    joined("alter type ", ENUMS, " add value ", IF_NOT_EXISTS, "'z'", maybe(" before 'y'")),
    joined("alter type ", ENUMS, st.sampled_from([" rename value 'x' to 'w'", " rename to renamed", " set schema s"])),
    joined("drop type ", IF_EXISTS, st.one_of(ENUMS, st.sampled_from(["dom", "comp"])), CASCADE),
    st.sampled_from(
        [
            "create domain dom as integer check (value > 0)",
            "create type comp as (x integer, y text)",
            "alter domain dom set not null",
            "alter domain dom drop constraint dom_check",
            "alter type comp add attribute z integer",
            "create schema if not exists s",
            "drop schema s",
            "drop schema s cascade",
            "set search_path to s, public",
            "reset search_path",
        ]
    ),
    joined(
        "create ",
        maybe("or replace "),
        "function f(",
        st.sampled_from(["", "integer", "x integer", "mood"]),
        ") returns ",
        st.sampled_from(["integer", "text", "mood", "setof t1", "table (a integer)"]),
        " language plpgsql as 'begin end'",
    ),
    joined("drop function ", IF_EXISTS, "f", st.sampled_from(["", "()", "(integer)"]), CASCADE),
    joined("create table ", TABLES, " as select ", COLUMN_LIST, " from ", TABLES),
)
PRELUDE = [
    "create schema s",
    "create type mood as enum ('x', 'y')",
    "create type s.kind as enum ('x', 'y')",
    "create domain dom as integer",
    "create type comp as (x integer, y text)",
    "create table t1 (a integer primary key, b text unique, c numeric(6,2) check (c > 0))",
    "create table t2 (a integer references t1, b mood not null, c text default 'x', d serial)",
    "create view v1 as select a, b from t1",
]
# Names that some statement makes, in a schema that is gone: what is missing is missing, and not somebody else's.
PLAN = "create schema never; drop schema never;" + "".join(
    f"create table never.{name} (x int);"
    for name in ("t1", "t2", "t3", '"T x"', "v1", "v2", "renamed", "dom", "comp", "mood", "kind", "f")
)
SCRIPTS = st.lists(STATEMENT, min_size=8, max_size=25).map(lambda made: ";\n".join([*PRELUDE, *made]) + ";\n")


def same(connection: psycopg.Connection, script: str) -> None:
    """Both catalogs after the script are the same."""
    for schema in connection.execute(
        "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'"
    ).fetchall():
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema[0])))
    connection.execute("create schema public")
    source = Source("generated.sql", script)
    refused = load_into(connection, [source])
    catalog = load([source, Source("later.sql", PLAN)], "postgres")
    found = compare(server_entries(connection), catalog_entries(catalog))
    assert found.lines() == [], (script, refused)


@given(script=SCRIPTS)
@settings(max_examples=60)
def test_random_ddl(postgres_uri: str, script: str) -> None:
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        same(connection, script)


@pytest.mark.slow
@given(script=SCRIPTS)
@settings(max_examples=3000)
def test_much_random_ddl(postgres_uri: str, script: str) -> None:
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        same(connection, script)
