"""Sampled values are accepted by a real PostgreSQL, as JSON and as SQL literals."""

from __future__ import annotations

import ast
import json
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from psycopg import sql

from dblint.facts.model import Entry, MockRow, Value, ValueKind
from dblint.layout import EntryLayout, RowLayout
from dblint.values.sample import sample
from tests.values.server_catalog import PLACE, read_catalog

_LAYOUT = EntryLayout(PLACE.span, PLACE.span, PLACE.span)
_KINDS: dict[type, ValueKind] = {bool: "bool", int: "int", float: "float", str: "str", list: "list", dict: "dict"}

TYPES = [
    "smallint", "integer", "bigint", "numeric", "numeric(10,2)", "numeric(3,0)", "numeric(2,2)", "numeric(2,4)",
    "numeric(3,-2)", "numeric(30,20)", "real", "double precision", "money", "boolean", "oid",
    "text", "varchar", "varchar(1)", "varchar(7)", "varchar(255)", "char", "char(3)", "char(64)", 'name', '"char"',
    "uuid", "bytea", "date", "timestamp", "timestamp(0)", "timestamptz", "timestamptz(3)", "time", "time(2)", "timetz",
    "interval", "interval(3)", "interval day to second", "json", "jsonb", "jsonpath",
    "inet", "cidr", "macaddr", "macaddr8", "bit", "bit(5)", "bit varying", "bit varying(3)",
    "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange",
    "int4multirange", "nummultirange", "datemultirange", "tsmultirange", "tstzmultirange",
    "point", "line", "lseg", "box", "path", "polygon", "circle", "tsvector", "tsquery", "pg_lsn",
    "mood", "grade", "positive", "code", "inner_code", "email_text", "short_list", "floatrange", "percentage",
    "integer[]", "text[]", "varchar(3)[]", "mood[]", "uuid[]", "jsonb[]", "numeric(4,1)[][]", "timestamptz[]",
]  # fmt: skip
NAMES = [
    "email", "name", "first_name", "url", "phone", "status", "country_code", "created_at", "expires_at", "price",
    "quantity", "year", "is_active", "customer_id", "description", "color", "file_path", "password_hash", "x",
    "rate", "latitude", "age", "score", "Mixed Name",
]  # fmt: skip
CHECKS = {
    "text": [
        "{c} in ('alpha', 'beta')", "{c} = any (array['one', 'two'])", "{c} <> 'example'", "length({c}) > 0",
        "length({c}) between 4 and 40", "char_length({c}) >= 12", "length({c}) = 3", "trim({c}) <> ''",
        "{c} = lower({c})", "{c} = upper({c})", "{c} like 'ab%'", "{c} ilike 'AB_%'", "{c} not like '% %'",
        "{c} ~ '^[a-z]+$'", "{c} ~ '^[A-Z]{{2}}-[0-9]{{3,5}}$'", "{c} ~* '^https?://'", "{c} ~ '^[[:alnum:]_.-]+$'",
        "{c} ~ '^\\+?[1-9][0-9]{{7,14}}$'", "{c} !~ '[0-9]'", "{c} ~ '^(red|green|blue)$'", "position('@' in {c}) > 1",
        "{c} ~ '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$'", "{c} is not null", "{c} is distinct from 'example'",
        "{c} = 'a' or {c} = 'b'", "not ({c} = 'example')", "octet_length({c}) <= 9", "left({c}, 1) = 'k' or true",
        "starts_with({c}, 'pre')", "coalesce({c}, '') <> ''", "{c} ~ '^#[0-9a-fA-F]{{6}}$'", "{c} similar to 'ab%'",
        "case when {c} = 'example' then false else true end", "{c} ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", "{c} > 'm'",
        "md5({c}) like '%'",
    ],
    "number": [
        "{c} > 0", "{c} >= 0", "{c} < 0", "{c} <> 1", "{c} between 1 and 5", "{c} between -90 and 90", "{c} >= 18",
        "{c} > 1000", "{c} in (3, 5, 8)", "{c} % 5 = 0", "{c} > 0 and {c} < 1", "abs({c}) > 2", "{c} * 2 = 14",
        "{c} >= 0 and {c} <= 100", "{c} = any (array[7, 9])", "{c} = 0 or {c} > 50", "{c}::text = '4'", "{c} / 2 = 3",
        "sign({c}) = -1", "mod({c}::numeric, 3) = 1", "{c} > 2 * 3 + 1", "greatest({c}, 3) = 3", "{c} is not null",
        "round({c}::numeric, 1) = {c}::numeric",
    ],
    "moment": [
        "{c} > '2020-01-01'", "{c} < '2000-01-01'", "{c} >= date '2030-01-01'", "{c} > now()", "{c} <= now()",
        "{c} <= current_date", "{c} < current_date - interval '18 years'", "{c} > current_timestamp + interval '1 day'",
        "extract(year from {c}) >= 2000", "{c} between '2010-01-01' and '2010-12-31'", "date_part('dow', {c}) = 1",
        "{c} <> '2024-01-01'", "{c}::date > '2021-05-05'::date", "{c} is not null",
    ],
    "boolean": ["{c}", "not {c}", "{c} is true", "{c} = false", "{c} is not null"],
    "json": ["jsonb_typeof({c}) = 'object'", "jsonb_typeof({c}) = 'array'", "{c} ? 'kind'", "{c} <> '{{}}'"],
    "array": ["cardinality({c}) > 0", "array_length({c}, 1) = 1", "cardinality({c}) < 3", "{c} <> '{{}}'"],
}  # fmt: skip
FAMILIES = {
    "text": ["text", "varchar(12)", "varchar(255)", "char(8)", "email_text"],
    "number": ["smallint", "integer", "bigint", "numeric", "numeric(6,2)", "double precision", "positive", "real"],
    "moment": ["date", "timestamp", "timestamptz"],
    "boolean": ["boolean"],
    "json": ["jsonb"],
    "array": ["text[]", "integer[]", "mood[]"],
}
# In these every CHECK has a value; domains and lengths leave none for some.
PLAIN = {
    "text": "text", "number": "numeric", "moment": "timestamptz", "boolean": "boolean", "json": "jsonb",
    "array": "text[]",
}  # fmt: skip
# What dblint leaves alone on purpose: it cannot read the CHECK, or no value it knows passes it.
LEFT_ALONE = {"{c}::text = '4'", "{c} similar to 'ab%'", "{c} > 'm'", "md5({c}) like '%'", "{c} <> '{{}}'"}
LEFT_ALONE.add("date_part('dow', {c}) = 1")  # The day of a point of time is another in every zone.


@pytest.fixture(scope="module")
def server(postgres: psycopg.Connection) -> psycopg.Connection:
    postgres.execute(
        """
        create type mood as enum ('sad', 'so "so"', 'it''s');
        create type grade as enum ('A+', 'A');
        create domain positive as integer check (value > 41);
        create domain code as text check (value ~ '^[A-Z]{2}-[0-9]{4}$') not null;
        create domain inner_code as code check (length(value) = 7);
        create domain email_text as varchar(50) check (value like '%_@_%');
        create domain short_list as text[] check (cardinality(value) between 1 and 2);
        create domain percentage as numeric(5,2) check (value >= 0 and value <= 100);
        create type floatrange as range (subtype = float8);
        """
    )
    return postgres


def samples(connection: psycopg.Connection, table: str, row: MockRow | None = None) -> dict[str, Any]:
    """A value for each column, sampled one after the other as fixing adds them."""
    catalog = read_catalog(connection, table)
    found: dict[str, Any] = {}
    for column in catalog.tables[0].columns:
        code = sample(column, catalog.tables[0], catalog, mock_row(found) if row is None else row)
        if code is not None:
            found[column.name] = ast.literal_eval(code)
    return found


def mock_row(values: dict[str, Any]) -> MockRow:
    entries = tuple(Entry(key, literal(value), _LAYOUT) for key, value in values.items())
    return MockRow(PLACE.span, entries, RowLayout("dict", '"', PLACE.span, ", ", ""))


def literal(value: Any) -> Value:
    if isinstance(value, list):
        return Value("list", items=tuple(map(literal, value)))
    if isinstance(value, dict):
        return Value("dict", items=tuple(map(literal, value.values())), keys=tuple(value))
    if value is None:
        return Value("null")
    return Value(_KINDS[type(value)], str(value))


def insert(connection: psycopg.Connection, table: str, values: dict[str, Any]) -> None:
    """Insert as PostgREST does, and as a statement with literals."""
    name = sql.Identifier(table)
    columns = sql.SQL(", ").join(map(sql.Identifier, values))
    as_json = sql.SQL("insert into {0} ({1}) select {1} from json_populate_record(null::{0}, %s)")
    connection.execute(as_json.format(name, columns), (json.dumps(values),))
    connection.execute(sql.SQL("delete from {}").format(name))
    documents = {
        column.name
        for column in read_catalog(connection, table).tables[0].columns
        if column.type is not None and column.type.name in ("json", "jsonb") and not column.type.dimensions
    }
    literals = sql.SQL(", ").join(
        sql.Literal(json.dumps(value)) if key in documents else sql_literal(value) for key, value in values.items()
    )
    connection.execute(sql.SQL("insert into {} ({}) values ({})").format(name, columns, literals))


def sql_literal(value: Any) -> sql.Composable:
    if isinstance(value, list):
        quoted = (json.dumps(one if isinstance(one, str) else json.dumps(one)) for one in value)
        return sql.Literal("{" + ",".join(quoted) + "}")
    return sql.SQL(repr(value)) if isinstance(value, int | float) else sql.Literal(value)


def create(connection: psycopg.Connection, table: str, columns: list[tuple[str, str]], checks: list[str]) -> bool:
    """Make the table anew; false where a CHECK has no operator for the column's type."""
    lines = [f'"{name}" {type_} not null' for name, type_ in columns] + [f"check ({check})" for check in checks]
    try:
        connection.execute(f'drop table if exists "{table}"; create table "{table}" ({", ".join(lines)})'.encode())
    except (psycopg.errors.UndefinedFunction, psycopg.errors.DatatypeMismatch):
        return False
    return True


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_under_every_name(server: psycopg.Connection, type_: str) -> None:
    create(server, "typed", [(name, type_) for name in NAMES], [])
    values = samples(server, "typed")
    assert list(values) == NAMES
    insert(server, "typed", values)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_check_of_a_family(server: psycopg.Connection, family: str) -> None:
    refused, left = [], set()
    for type_ in FAMILIES[family]:
        for check in CHECKS[family]:
            if not create(server, "checked", [("x", type_)], [check.format(c="x")]):
                continue
            values = samples(server, "checked")
            if not values:
                left.add((type_, check))
                continue
            try:
                insert(server, "checked", values)
            except psycopg.Error as error:
                refused.append((type_, check, values, str(error).splitlines()[0]))
    assert refused == []
    assert {check for type_, check in left if type_ == PLAIN[family]} <= LEFT_ALONE


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[str, str]], list[str]]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    columns, checks = [], []
    for name in names:
        family = draw(st.sampled_from(sorted(FAMILIES)))
        columns.append((name, draw(st.sampled_from(FAMILIES[family]))))
        drawn = draw(st.lists(st.sampled_from(CHECKS[family]), max_size=2))
        checks += [check.format(c=f'"{name}"') for check in drawn]
    numbers = [name for name, type_ in columns if type_ in FAMILIES["number"]]
    checks += [f'"{one}" <= "{other}"' for one, other in pairwise(numbers)]
    dates = [name for name, type_ in columns if type_ in FAMILIES["moment"]]
    checks += [f'"{one}" < "{other}"' for one, other in pairwise(dates)]
    return columns, checks


@settings(derandomize=True, max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_whole_rows_are_accepted(server: psycopg.Connection, case: tuple[list[tuple[str, str]], list[str]]) -> None:
    columns, checks = case
    assume(create(server, "whole", columns, checks))
    values = samples(server, "whole")
    if len(values) == len(columns):
        insert(server, "whole", values)
    else:
        assert len(values) < len(columns)


def test_rows_without_their_key_get_different_ones(server: psycopg.Connection) -> None:
    server.execute(
        "create table keyed (id uuid primary key, email varchar(20) not null unique, number smallint not null unique,"
        " code char(6) not null unique, label text)"
    )
    catalog = read_catalog(server, "keyed")
    (table,) = catalog.tables
    for number in range(20):
        given_row = mock_row({"label": f"row {number}"})
        values = {
            column.name: ast.literal_eval(code)
            for column in table.columns
            if (code := sample(column, table, catalog, given_row)) is not None
        }
        columns = sql.SQL(", ").join(map(sql.Identifier, values))
        statement = sql.SQL("insert into keyed ({0}) select {0} from json_populate_record(null::keyed, %s)")
        server.execute(statement.format(columns), (json.dumps(values),))
    assert server.execute("select count(*) from keyed").fetchone() == (20,)
