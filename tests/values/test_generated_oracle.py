"""Generated columns: what PostgreSQL computes is what dblint computes, or dblint does not know."""

from __future__ import annotations

import datetime
import json
import random
from collections import Counter
from typing import Any

import psycopg
import pytest

from dblint.catalog.load import load
from dblint.source import Source
from dblint.sql.postgres_expressions import parse_expression
from dblint.values.conversions import text_of
from dblint.values.evaluate import prepare
from dblint.values.held import Held
from dblint.values.numbers import RefusedError
from dblint.values.sql_values import Unknown
from tests.values.test_sample_oracle import mock_row

COLUMNS = {
    "id": "integer",
    "price": "numeric(10,2)",
    "rate": "numeric(5,4)",
    "amount": "numeric",
    "quantity": "integer",
    "cents": "bigint",
    "rank": "smallint",
    "weight": "double precision",
    "height": "real",
    "first_name": "text",
    "last_name": "varchar(20)",
    "code": "char(4)",
    "email": "text",
    "active": "boolean",
    "day": "date",
    "due": "date",
    "starts": "timestamp",
    "ends": "timestamp",
    "moment": "timestamptz",
    "data": "jsonb",
    "tags": "text[]",
    "scores": "integer[]",
}
GENERATED = [
    ("numeric(12,2)", "price * quantity"),
    ("numeric(12,2)", "round(price * (1 + rate), 2)"),
    ("numeric", "price * quantity * (1 - coalesce(rate, 0))"),
    ("numeric(10,2)", "price - price * rate"),
    ("numeric", "price / nullif(quantity, 0)"),
    ("numeric", "round(price / nullif(quantity, 0), 2)"),
    ("numeric(8,3)", "rate * 100"),
    ("integer", "quantity * 2 + 1"),
    ("integer", "quantity / 3"),
    ("integer", "quantity % 7"),
    ("integer", "price"),
    ("bigint", "cents + quantity"),
    ("numeric", "cents / 100.0"),
    ("numeric(14,2)", "cents::numeric / 100"),
    ("double precision", "weight * 2.20462"),
    ("double precision", "weight / (height * height + 1)"),
    ("double precision", "sqrt(weight * weight + 1)"),
    ("double precision", "weight ^ 2"),
    ("real", "height * 2"),
    ("numeric", "abs(amount)"),
    ("numeric", "trunc(amount, 1)"),
    ("numeric", "floor(amount) + ceil(price)"),
    ("numeric", "greatest(price, amount, 0)"),
    ("numeric", "least(price, amount)"),
    ("numeric", "power(rate, 2)"),
    ("numeric", "mod(price, 3)"),
    ("numeric", "sign(amount) * price"),
    ("numeric", "amount % 0.7"),
    ("integer", "rank + 1"),
    ("text", "first_name || ' ' || last_name"),
    ("text", "coalesce(first_name, '') || coalesce(' ' || last_name, '')"),
    ("text", "lower(email)"),
    ("text", "upper(left(first_name, 1)) || '.'"),
    ("text", "trim(both ' ' from first_name)"),
    ("text", "split_part(email, '@', 2)"),
    ("text", "substring(email from 1 for 3)"),
    ("text", "replace(email, '@', ' at ')"),
    ("text", "lpad(id::text, 6, '0')"),
    ("text", "'INV-' || lpad((id % 1000)::text, 4, '0')"),
    ("text", "regexp_replace(lower(first_name), '[^a-z0-9]+', '-', 'g')"),
    ("text", "md5(email)"),
    ("text", "nullif(trim(last_name), '')"),
    ("text", "code || '/' || id"),
    ("text", "initcap(first_name)"),
    ("text", "reverse(last_name)"),
    ("text", "case when quantity > 10 then 'bulk' when quantity > 0 then 'few' else 'none' end"),
    ("text", "case code when 'ab' then 'x' else code end"),
    ("varchar(3)", "left(email, 3)"),
    ("char(6)", "code"),
    ("integer", "length(first_name)"),
    ("integer", "char_length(code) + length(email)"),
    ("integer", "position('@' in email)"),
    ("boolean", "active and quantity > 0"),
    ("boolean", "quantity between 1 and 10 or price is null"),
    ("boolean", "email like '%@%.de'"),
    ("boolean", "email ~ '^[a-z0-9._]+@[a-z]+\\.(com|de)$'"),
    ("boolean", "first_name similar to 'A%|B%'"),
    ("boolean", "first_name ilike 'a%'"),
    ("boolean", "tags && array['a', 'b']"),
    ("boolean", "'a' = any (tags)"),
    ("boolean", "num_nonnulls(price, quantity, email) >= 2"),
    ("boolean", "last_name is distinct from first_name"),
    ("boolean", "code in ('ab', 'cd', 'x')"),
    ("integer", "due - day"),
    ("date", "day + 30"),
    ("timestamp", "day + interval '1 month'"),
    ("interval", "ends - starts"),
    ("numeric", "extract(epoch from ends - starts) / 60"),
    ("double precision", "date_part('hour', starts)"),
    ("integer", "extract(year from day)"),
    ("integer", "extract(isodow from starts)"),
    ("timestamp", "date_trunc('month', starts)"),
    ("boolean", "ends > starts"),
    ("interval", "age(ends, starts)"),
    ("text", "data ->> 'name'"),
    ("integer", "(data ->> 'count')::integer"),
    ("numeric", "(data -> 'count')::numeric * 2"),
    ("boolean", "data ? 'name'"),
    ("boolean", 'data @> \'{"kind": "a"}\''),
    ("text", "jsonb_typeof(data -> 'list')"),
    ("text", "data #>> '{list,0}'"),
    ("jsonb", "data - 'name'"),
    ("integer", "cardinality(tags)"),
    ("integer", "array_length(scores, 1)"),
    ("integer", "scores[1] + scores[2]"),
    ("text[]", "tags || 'x'::text"),
    ("timestamp", "moment at time zone 'UTC'"),
    ("numeric", "extract(epoch from moment)"),
    ("text", "concat_ws(', ', last_name, first_name)"),
    ("numeric", "round(weight::numeric, 2)"),
]
# The server marks these as depending on its settings, so no generated column may have them.
NOT_IMMUTABLE = {"concat_ws(', ', last_name, first_name)", "extract(epoch from moment)"}
WORDS = ["", "a", "Ada", "Bob ", " Eve", "O'Neil", "A.-B.", "x", "Ada Lovelace", "100%", "a_b", "Żaneta"]
DOCUMENTS = [
    {"name": "Ada", "count": 3, "list": [1, "x"], "kind": "a"},
    {"name": None, "count": 2.5, "list": {}},
    {"count": "7", "list": []},
    {},
    [1, 2],
    {"kind": "a", "list": [None]},
]


def schema(expressions: list[tuple[str, str]]) -> str:
    plain = [f'"{name}" {type_}' for name, type_ in COLUMNS.items()]
    made = [f"g{at} {type_} generated always as ({text}) stored" for at, (type_, text) in enumerate(expressions)]
    return f"create table t ({', '.join([*plain, *made])});"


def drawn(chance: random.Random, number: int) -> dict[str, Any]:
    def moment() -> datetime.datetime:
        seconds = chance.randrange(0, 3 * 10**9, chance.choice([1, 60, 86400]))
        return datetime.datetime(1999, 12, 31) + datetime.timedelta(seconds=seconds)

    starts = moment()
    row: dict[str, Any] = {
        "price": chance.choice([0, 1, 9.99, 19.9, 1234567.89, -5.5, chance.randrange(10**6) / 100]),
        "rate": chance.choice([0, 0.19, 0.0725, 1, 0.3333]),
        "amount": chance.choice(["0", "12.3456", "-7.5", "1e3", "0.00001", str(chance.randrange(10**9) / 1000)]),
        "quantity": chance.choice([0, 1, 2, 3, 10, 11, -4, chance.randrange(1000)]),
        "cents": chance.choice([0, 1, 1999, 5 * 10**9, chance.randrange(10**7)]),
        "rank": chance.choice([0, 5, -3, 300]),
        "weight": chance.choice([0, 0.1, 72.5, 1e-7, 3, chance.random() * 100]),
        "height": chance.choice([1.75, 0.5, 2, 0.1]),
        "first_name": chance.choice(WORDS),
        "last_name": chance.choice(WORDS),
        "code": chance.choice(["ab", "cd", "x", "abcd", ""]),
        "email": chance.choice(["a@b.de", "Ada@Example.com", "x_1@mail.com", "none", "", "é@x.de"]),
        "active": chance.choice([True, False]),
        "day": str(starts.date()),
        "due": str(moment().date()),
        "starts": starts.isoformat(),
        "ends": moment().isoformat(sep=" "),
        "moment": moment().isoformat() + chance.choice(["Z", "+02:00", "-05:30"]),
        "data": chance.choice(DOCUMENTS),
        "tags": chance.sample(["a", "b", "c d", "x,y", ""], chance.randrange(4)),
        "scores": [chance.randrange(10) for _ in range(chance.randrange(4))],
    }
    given = {name: None if chance.random() < 0.06 else value for name, value in row.items()}
    # A document's count that is no whole number is refused by the cast, and so is a missing one in nothing.
    if isinstance(given["data"], dict) and given["data"].get("count") in (2.5, "7"):
        given["data"] = {**given["data"], "count": 7}
    return {"id": number, **given}


def compare(connection: psycopg.Connection, rows: int) -> tuple[list[str], Counter[str], int]:
    """The differences, how often each expression was not known, and how many values were compared."""
    expressions = [one for one in GENERATED if one[1] not in NOT_IMMUTABLE]
    text = schema(expressions)
    connection.execute(f"drop table if exists t; {text}".encode())
    (table,) = load([Source("schema.sql", text)], "postgres").tables
    held = Held(table, load([Source("schema.sql", text)], "postgres"))
    chance = random.Random(7)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    made = ", ".join(f"g{at}::text" for at in range(len(expressions)))
    query = f"insert into t ({names}) select {names} from json_populate_record(null::t, %s) returning {made}"
    differences, unknown, compared = [], Counter[str](), 0
    for number in range(rows):
        given = drawn(chance, number)
        answer = connection.execute(query.encode(), (json.dumps(given),)).fetchone()
        assert answer is not None
        row = held.row(mock_row(given), "stored")
        for at, (_, expression) in enumerate(expressions):
            column = table.columns[len(COLUMNS) + at]
            compared += 1
            value = held.computed(column, row)
            try:
                told = None if value is None else text_of(value, held.scope.code(column.type) or "")
            except RefusedError:
                unknown[expression] += 1
                continue
            if isinstance(value, Unknown):
                unknown[expression] += 1
            elif told != answer[at]:
                differences.append(f"{expression} on {given}: the server says {answer[at]!r}, dblint {told!r}")
    return differences, unknown, compared


@pytest.mark.parametrize("rows", [100, pytest.param(2000, marks=pytest.mark.slow)])
def test_generated_columns(postgres: psycopg.Connection, rows: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(GENERATED) >= 60
    differences, unknown, compared = compare(postgres, rows)
    share = sum(unknown.values()) / compared
    with capsys.disabled():
        print(f"\n{len(GENERATED)} expressions, {compared} values, {share:.2%} unknown: {unknown.most_common(5)}")
    assert differences[:5] == []
    assert share < 0.05


ZONED = [
    "b > a",
    "b >= a",
    "b = a",
    "a between '2024-01-01' and '2024-12-31'",
    "a < b + interval '1 month'",
    "b - interval '2 days' > a",
    "a::date = day",
    "a >= day",
    "extract(year from a) = 2024",
    "extract(dow from b) in (0, 6)",
    "date_trunc('day', a) < b",
    "a at time zone 'UTC' > ts",
    "a > ts",
    "a is distinct from b",
    "greatest(a, b) = b",
]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo"])
def test_points_of_time_in_the_servers_zone(postgres: psycopg.Connection, zone: str) -> None:
    """What dblint says of times without a zone is true in every zone."""
    text = "create table zoned (a timestamptz, b timestamptz, day date, ts timestamp);"
    postgres.execute(f"drop table if exists zoned; {text}; set timezone to '{zone}'".encode())
    catalog = load([Source("schema.sql", text)], "postgres")
    held = Held(catalog.tables[0], catalog)
    formulas = [prepare(parse_expression(one), held.scope) for one in ZONED]
    chance = random.Random(11)
    base = ["2024-03-10", "2024-03-31", "2024-11-03", "2024-01-01", "2023-12-31", "2024-07-01"]
    clocks = ["", "T00:00:00", " 02:30:00", "T23:59:59", "T12:00:00Z", "T12:00:00+05:30", " 01:00:00-08"]
    differing, known = [], 0
    for _ in range(150):
        given = {name: chance.choice(base) + chance.choice(clocks) for name in ("a", "b")}
        given |= {"day": chance.choice(base), "ts": chance.choice(base) + chance.choice(clocks[:4])}
        postgres.execute("delete from zoned")
        postgres.execute("insert into zoned select * from json_populate_record(null::zoned, %s)", (json.dumps(given),))
        answer = postgres.execute(f"select {', '.join(ZONED)} from zoned".encode()).fetchone()
        assert answer is not None
        row = held.row(mock_row(given), "stored")
        for expression, formula, served in zip(ZONED, formulas, answer, strict=True):
            value = formula.run(row)
            known += not isinstance(value, Unknown)
            if not isinstance(value, Unknown) and value != served:
                differing.append((expression, given, served, value))
    postgres.execute("reset timezone")
    assert differing == []
    assert known > 150 * len(ZONED) // 2
