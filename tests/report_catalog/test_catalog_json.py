"""The JSON contract of ``dblint schema --format json``, held by a schema of its own."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from dblint.catalog.load import load
from dblint.catalog.model import SchemaFile
from dblint.report.catalog_json import render
from dblint.source import Source

SQL = """
create type mood as enum ('sad', 'ok');
create domain email as text not null check (value like '%@%');
create type pair as (a integer, b text);
create table parents (id bigint generated always as identity primary key, code varchar(5) unique);
create table orders (
  id serial, price numeric(10, 2) not null, quantity int default 1, m mood, tags text[], at timestamptz default now(),
  total numeric(12, 2) generated always as (price * quantity) stored,
  parent bigint references parents, primary key (id, price), check (price > 0)
);
create unique index on orders (lower(m::text)) where quantity > 0;
create view cheap as select id, price, count(*) as n from orders group by 1, 2;
do $$ begin if current_setting('shop.maybe') = 'on' then alter table orders add column maybe text; end if; end $$;
create function f(x integer, y text default 'a') returns table (id integer, name text) language sql as 'select 1, null';
create procedure p(inout z numeric) language plpgsql as $$ begin null; end $$;
create table broken (id int what is this);
"""
SOURCE = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "line": {"type": "integer", "minimum": 1}},
    "required": ["path", "line"],
    "additionalProperties": False,
}
NAMES = {"type": "array", "items": {"type": "string"}}
TEXT_OR_NONE = {"type": ["string", "null"]}


def thing(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


CHECK = thing(
    {"name": TEXT_OR_NONE, "expression": {"type": "string"}, "source": SOURCE}, {"enforced": {"const": False}}
)
CERTAIN = {"certain": {"const": False}}
NAMED = {"schema": {"type": "string"}, "name": {"type": "string"}}
COLUMN = thing(
    {
        "name": {"type": "string"},
        "type": TEXT_OR_NONE,
        "nullable": {"type": "boolean"},
        "default": TEXT_OR_NONE,
        "generated": TEXT_OR_NONE,
        "identity": {"enum": ["always", "by default", None]},
        "source": SOURCE,
    },
    {"stored": {"type": "boolean"}, "auto_increment": {"const": True}, **CERTAIN},
)
TABLE = thing(
    {
        **NAMED,
        "kind": {"enum": ["table", "partitioned table", "foreign table", "view", "materialized view"]},
        "columns": many(COLUMN),
        "primary_key": {"anyOf": [NAMES, {"type": "null"}]},
        "unique": many(NAMES),
        "unique_indexes": many(
            thing(
                {
                    "name": TEXT_OR_NONE,
                    "columns": NAMES,
                    "predicate": TEXT_OR_NONE,
                    "nulls_distinct": {"type": "boolean"},
                    "source": SOURCE,
                }
            )
        ),
        "checks": many(CHECK),
        "foreign_keys": many(
            thing(
                {
                    "name": TEXT_OR_NONE,
                    "columns": NAMES,
                    "references": thing({"schema": {"type": "string"}, "table": {"type": "string"}, "columns": NAMES}),
                    "source": SOURCE,
                }
            )
        ),
        "source": SOURCE,
    },
    {"complete": {"const": False}, **CERTAIN},
)
ARGUMENT = thing(
    {
        "name": TEXT_OR_NONE,
        "type": {"type": "string"},
        "mode": {"enum": ["in", "out", "inout", "variadic", "table"]},
        "has_default": {"type": "boolean"},
    }
)
CONTRACT = thing(
    {
        "dialect": {"enum": ["postgres", "mysql", "sqlite"]},
        "tables": many(TABLE),
        "enums": many(thing({**NAMED, "values": NAMES, "source": SOURCE}, {"complete": {"const": False}})),
        "domains": many(
            thing(
                {
                    **NAMED,
                    "type": {"type": "string"},
                    "nullable": {"type": "boolean"},
                    "default": TEXT_OR_NONE,
                    "checks": many(CHECK),
                    "source": SOURCE,
                }
            )
        ),
        "composites": many(
            thing(
                {**NAMED, "columns": many(thing({"name": {"type": "string"}, "type": TEXT_OR_NONE})), "source": SOURCE}
            )
        ),
        "functions": many(
            thing(
                {
                    **NAMED,
                    "kind": {"enum": ["function", "procedure", "aggregate"]},
                    "arguments": many(ARGUMENT),
                    "returns": TEXT_OR_NONE,
                    "returns_set": {"type": "boolean"},
                    "language": {"type": "string"},
                    "source": SOURCE,
                },
                CERTAIN,
            )
        ),
        "skipped": many(thing({"path": {"type": "string"}, "line": {"type": "integer"}, "reason": {"type": "string"}})),
        "files": many(thing({"path": {"type": "string"}, "taken": {"type": "boolean"}, "reason": {"type": "string"}})),
    }
)


def document() -> dict[str, Any]:
    files = (SchemaFile("a.sql", True, "called a.sql"), SchemaFile("b.down.sql", False, "takes a migration back"))
    made = render(load([Source("a.sql", SQL)], "postgres", files=files))
    return json.loads(json.dumps(made))  # type: ignore[no-any-return]


def test_the_document_keeps_the_contract() -> None:
    made = document()
    Draft202012Validator(CONTRACT).validate(made)
    assert all(made[key] for key in CONTRACT["properties"])


def test_what_the_document_says() -> None:
    made = document()
    tables = {table["name"]: table for table in made["tables"]}
    orders = {column["name"]: column for column in tables["orders"]["columns"]}
    assert orders["price"]["type"] == "numeric(10,2)"
    assert orders["tags"]["type"] == "text[]"
    assert orders["at"]["type"] == "timestamp with time zone"
    assert orders["id"]["nullable"] is False
    assert (orders["total"]["generated"], orders["total"]["stored"]) == ("price * quantity", True)
    assert orders["maybe"]["certain"] is False
    assert "certain" not in orders["price"]
    assert "stored" not in orders["price"]
    assert orders["price"]["source"] == {"path": "a.sql", "line": 7}
    assert tables["orders"]["primary_key"] == ["id", "price"]
    assert tables["parents"]["unique"] == [["code"]]
    assert tables["parents"]["columns"][0]["identity"] == "always"
    assert tables["orders"]["unique_indexes"][0]["predicate"] == "quantity > 0"
    parent = tables["orders"]["foreign_keys"][0]
    assert (parent["columns"], parent["references"]) == (
        ["parent"],
        {"schema": "public", "table": "parents", "columns": ["id"]},
    )
    assert [column["name"] for column in tables["cheap"]["columns"]] == ["id", "price", "n"]
    functions = {function["name"]: function for function in made["functions"]}
    assert [(one["name"], one["mode"], one["has_default"]) for one in functions["f"]["arguments"]] == [
        ("x", "in", False),
        ("y", "in", True),
        ("id", "table", False),
        ("name", "table", False),
    ]
    assert (functions["f"]["returns"], functions["f"]["returns_set"]) == ("record", True)
    assert functions["p"]["kind"] == "procedure"
    assert [(one["path"], one["line"]) for one in made["skipped"]] == [("a.sql", 16)]
    assert [one["taken"] for one in made["files"]] == [True, False]


def test_mysql_has_the_same_shape() -> None:
    script = "create table t (id int auto_increment primary key, k enum('a','b') not null, p int, q int as (p * 2));"
    made = render(load([Source("m.sql", script)], "mysql"))
    Draft202012Validator(CONTRACT).validate(json.loads(json.dumps(made)))
    assert made["tables"][0]["columns"][0]["auto_increment"] is True
    assert made["tables"][0]["columns"][3]["stored"] is False
    assert [(one["name"], one["values"]) for one in made["enums"]] == [("t.k", ["a", "b"])]
