"""Random schemas, and rows for them that are right but for one or two mistakes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.spellings import SPELLINGS

PRELUDE = """
CREATE TYPE tone AS ENUM ('red', 'dark blue', 'green');
CREATE TYPE address AS (street text, zip character varying(5), number integer);
CREATE DOMAIN short AS character varying(5);
CREATE DOMAIN amount AS numeric(6,2) CHECK (VALUE >= 0);
CREATE DOMAIN needed AS text NOT NULL;
CREATE DOMAIN moment AS timestamp with time zone;
CREATE DOMAIN counts AS integer[];
"""
_GOOD: dict[str, list[Any]] = {
    "smallint": [1, "7", -3],
    "integer": [1, 42, "42", 2000000],
    "bigint": [1, 9000000000, "9000000000"],
    "numeric": [1, 1.5, "9.99", "1e3"],
    "numeric(5,2)": [1, 1.5, 999.994, "12.345"],
    "real": [1.5, "1e3"],
    "double precision": [1, 2.5, "NaN"],
    "boolean": [True, False, "yes", 1],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC99-9c0b4ef8-bb6d6bb9-bd380a11}"],
    "text": ["any", 5, True, [1], {"a": 1}],
    "character varying(5)": ["abc", 123, "abcde   ", True],
    "character(5)": ["abc", 12345],
    "date": ["2024-01-31", "January 8, 1999", "now", 20240131],
    "timestamp without time zone": ["2024-01-31T10:00:00Z", "infinity"],
    "timestamp with time zone": ["2024-01-31 10:00:00+02", "epoch", "yesterday"],
    "time without time zone": ["10:00", "24:00"],
    "interval": ["1 day", "P1D", 5, "1 year 2 mons"],
    "json": [{"a": 1}, [1], "text", 5, True],
    "jsonb": [{"a": [1, None]}, "x", 1.5],
    "integer[]": [[1, 2], [], [[1], [2]], "{1,2}", [None]],
    "text[]": [["a", "b"], "{a,b}", [5, True], [{"a": 1}]],
    "numeric(3,1)[]": [[1.5, "9.9"], "{1.23}"],
    "int4range": ["[1,10)", "empty"],
    "daterange": ["[2024-01-01,2024-12-31)", "(,)"],
    "bytea": ["\\x00ff", "abc"],
    "inet": ["192.168.0.1", "::1/64"],
    "cidr": ["10.0.0.0/8"],
    "macaddr": ["08:00:2b:01:02:03"],
    "bit(3)": ["101", 101],
    "bit varying(3)": ["1", "10"],
    "tone": ["red", "dark blue"],
    "tone[]": [["red"], "{green,red}", []],
    "address": [{"street": "Main", "zip": "12345", "number": 5}, '(Main,"12345",)', {}],
    "short": ["abc", "abcde "],
    "amount": [0, 9.99, "1.5"],
    "needed": ["a", ""],
    "moment": ["2024-01-31", "now"],
    "counts": [[1, 2], "{}"],
}
_ODD: list[Any] = [
    True, False, 0, 1, -1, 42, 2.0, 1.5, 1e10, 1e25, 99999999999, 10**30, 70000, "", "abc", "null", [], [1], ["a"],
    [[1], [2, 3]],
    ["a", ["b"]], [None], [True], {}, {"a": 1}, {"zip": "123456"}, {"number": "x"}, {"street": ["x"]}, "red", "Red",
    ["Red"],
    "2024-02-30", "12:00", "x" * 300, "user-1", 3.0, "1.0", " ", "{1,2", "{Red}", "[1,2]", 1700000000, "\u00e4",
]  # fmt: skip
_OWN_ODD: dict[str, list[Any]] = {
    "amount": [-1, "-0.01", 10000, "x"],
    "short": ["abcdef", 123456],
    "needed": [None],
    "tone": ["Red", "blue", "", 5],
    "tone[]": [["Red"], "{pink}", "red"],
    "address": ["(a)", "(a,123456,)", {"zip": "123456"}, {"number": "x"}, "x"],
}
_DEFAULTS = {"integer": "7", "text": "'x'", "boolean": "true", "timestamp with time zone": "now()", "tone": "'red'"}
_CHECKS = {
    "integer": "{0} > -100000",
    "text": "length({0}) < 200",
    "numeric": "{0} <> 42",
    "character varying(5)": "{0} <> 'abc'",
    "bigint": "{0} >= 0",
}


@dataclass(frozen=True, slots=True)
class Spot:
    name: str
    type: str
    needed: bool
    default: bool
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A schema with one table ``t``, and rows for it."""

    sql: str
    columns: tuple[Spot, ...]
    rows: list[dict[str, Any]] = field(default_factory=list)


def case(seed: str, count: int) -> Case:
    choose = random.Random(seed)
    columns = tuple(_columns(choose))
    lines = [_definition(choose, one) for one in columns]
    sql = f"{PRELUDE}CREATE TABLE t (\n    " + ",\n    ".join(lines) + "\n);\n"
    return Case(sql, columns, [_row(choose, columns) for _ in range(count)])


def _columns(choose: random.Random) -> list[Spot]:
    found = [Spot("id", choose.choice(["bigint", "uuid", "integer"]), True, False)]
    for number in range(choose.randint(3, 9)):
        type_ = choose.choice(list(_GOOD))
        found.append(Spot(f"c{number}", type_, choose.random() < 0.3 or type_ == "needed", choose.random() < 0.2))
    if choose.random() < 0.3:
        found += [Spot("price", "numeric", False, False), Spot("total", "numeric", False, False, generated=True)]
    return found


def _definition(choose: random.Random, one: Spot) -> str:
    if one.generated:
        return f"{one.name} numeric GENERATED ALWAYS AS (price * 2) STORED"
    parts = [one.name, one.type, "PRIMARY KEY" if one.name == "id" else "NOT NULL" if one.needed else ""]
    if one.default and one.type in _DEFAULTS:
        parts.append(f"DEFAULT {_DEFAULTS[one.type]}")
    if one.type in _CHECKS and choose.random() < 0.4:
        parts.append(f"CHECK ({_CHECKS[one.type].format(one.name)})")
    return " ".join(part for part in parts if part)


def _row(choose: random.Random, columns: tuple[Spot, ...]) -> dict[str, Any]:
    row = {}
    for one in columns:
        left_out = 0.015 if one.needed else 0.2
        if one.generated or choose.random() < left_out:
            continue
        is_null = choose.random() < (0.01 if one.needed else 0.08)
        row[one.name] = None if is_null else choose.choice(_GOOD[one.type])
    for _ in range(choose.choice((0, 0, 0, 1, 1, 1, 1, 2))):
        one = choose.choice(columns)
        if not one.generated:
            row[one.name] = _odd(choose, one.type)
    if choose.random() < 0.02:
        row[choose.choice(("colour", "C0", "total_price"))] = 1
    if columns[-1].generated and choose.random() < 0.05:
        row["total"] = 2
    return row or {"id": 1}


def _odd(choose: random.Random, type_: str) -> Any:
    texts = [text for text in SPELLINGS.get(type_, ()) if "\0" not in text]
    pools = [pool for pool in (texts, texts, _OWN_ODD.get(type_, []), _ODD) if pool]
    return choose.choice(choose.choice(pools))
