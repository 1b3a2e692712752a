"""No text of any dialect stops the front-end, and what it reads keeps its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.catalog.load import load
from dblint.catalog.model import Dialect
from dblint.source import Source
from dblint.sql.generic import statements
from dblint.sql.statements import CreateTable, Unreadable

WORDS = (
    "create table t ( ) , ; alter drop rename to column a b int 'x' \" ` [ ] -- /* */ primary key unique check default",
    "not null view as select from begin end case trigger on insert delimiter // if exists references constraint 1 . =",
    "enum generated always stored with recursive union like values é 🎉 $$ \\ # use add modify",
)
PIECES = st.sampled_from([*(word for line in WORDS for word in line.split()), "\n"])


@settings(derandomize=True, max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=30), st.sampled_from(["mysql", "sqlite", "postgres"]))
def test_no_text_is_too_strange(pieces: list[str], dialect: Dialect) -> None:
    text = " ".join(pieces)
    found = statements(Source("a.sql", text), dialect)
    lines = text.count("\n") + 1
    assert all(1 <= one.place.line <= one.place.span.end_line <= lines for one in found)
    if dialect != "postgres":
        assert load([Source("a.sql", text)], dialect).dialect == dialect


@pytest.mark.parametrize("dialect", ["mysql", "sqlite"])
def test_places_are_those_of_the_names(dialect: Dialect) -> None:
    text = "-- é\n\ncreate table t (\n  id int,\n  größe text, 🎉x int\n);"
    (made,) = statements(Source("a.sql", text), dialect)
    assert isinstance(made, CreateTable)
    assert (made.place.line, made.place.span.end_line) == (3, 6)
    assert (made.name.place.line, made.name.place.span.column) == (3, 14)
    places = [(one.place.line, one.place.span.column) for one in made.columns]  # type: ignore[union-attr]
    assert places == [(4, 3), (5, 3), (5, 15)]


def test_deep_nesting_is_no_crash() -> None:
    text = (
        f"create view v as select {'(' * 3000}1{')' * 3000};\ncreate table t (a int check ({'(' * 3000}1{')' * 3000}));"
    )
    found = statements(Source("a.sql", text), "sqlite")
    assert len(found) == 2


def test_postgres_without_libpg_query() -> None:
    text = (
        "create type mood as enum ('a', 'b');\n"
        "create table Public.Orders (id serial primary key, tags text[] not null default '{}'::text[],"
        ' "At" timestamp with time zone default now(), kind mood, n numeric(10, 2) check (n > 0));\n'
        "alter table only orders add constraint u unique (kind);\n"
        "create function f() returns trigger language plpgsql as $$ begin; select ';'; end; $$;\n"
        "create domain d as text;\n"
        "alter type mood add value if not exists 'c' before 'b';\n"
        "create unique index on orders (kind) where n > 1;\n"
    )
    found = statements(Source("a.sql", text), "postgres")
    assert [type(one).__name__ for one in found] == [
        "CreateEnum",
        "CreateTable",
        "AlterRelation",
        "CreateFunction",
        "Unreadable",
        "AddEnumValue",
        "CreateIndex",
    ]
    table = found[1]
    assert isinstance(table, CreateTable)
    assert (table.name.schema, table.name.name) == ("public", "orders")
    assert [one.name for one in table.columns] == ["id", "tags", "At", "kind", "n"]  # type: ignore[union-attr]
    assert isinstance(found[4], Unreadable)
    assert "libpg_query" in found[4].reason
