"""Families of types, by every name a schema map may give them."""

from __future__ import annotations

import pytest

from dblint.catalog.model import Catalog, Dialect, Domain, Type
from dblint.checks.type_families import family_of_text, family_of_type, may_be_same
from dblint.source import Place, Span

HERE = Place("schema.sql", Span(1, 1, 1, 2))
PRICE = Domain("public", "price", Type("numeric", modifiers=("10", "2")), nullable=True, checks=(), place=HERE)
CATALOG = Catalog("postgres", domains=(PRICE,))


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("timestamptz", Type("timestamp with time zone")),
        ("timestamp", Type("timestamp with time zone")),
        ("TIMESTAMP WITH TIME ZONE", Type("timestamp with time zone")),
        ("int", Type("bigint")),
        ("int4", Type("integer")),
        ("serial", Type("integer")),
        ("varchar(20)", Type("text")),
        ("numeric(10,2)", Type("numeric")),
        ("float8", Type("numeric")),
        ("jsonb", Type("json")),
        ("text[]", Type("character varying", dimensions=1)),
        ("ARRAY", Type("integer", dimensions=1)),
        ("text", Type("order_status", kind="enum", schema="public")),
        ("numeric", Type("price", kind="domain", schema="public")),
        ("numeric[]", Type("price", kind="domain", schema="public", dimensions=1)),
    ],
)
def test_names_of_one_family(said: str, stands: Type) -> None:
    words, column = family_of_text(said), family_of_type(stands, CATALOG)
    assert words and column and may_be_same(words, column, CATALOG)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("integer", Type("numeric")),
        ("text", Type("uuid")),
        ("text", Type("integer")),
        ("date", Type("timestamp with time zone")),
        ("text", Type("text", dimensions=1)),
        ("text[]", Type("text")),
        ("integer[]", Type("text", dimensions=1)),
        ("integer", Type("order_status", kind="enum", schema="public")),
        ("text", Type("price", kind="domain", schema="public")),
        ("boolean", Type("integer")),
    ],
)
def test_names_of_two_families(said: str, stands: Type) -> None:
    words, column = family_of_text(said), family_of_type(stands, CATALOG)
    assert words and column and not may_be_same(words, column, CATALOG)


@pytest.mark.parametrize("word", ["string", "number", "datetime64", "any", "", "orders.price", "int[", "str | None"])
def test_words_that_name_no_type_have_no_family(word: str) -> None:
    assert family_of_text(word) is None


@pytest.mark.parametrize(
    "type_",
    [
        Type("vector", kind="opaque"),
        Type("address", kind="composite", schema="public"),
    ],
)
def test_types_known_by_name_only_have_no_family(type_: Type) -> None:
    assert family_of_type(type_, CATALOG) is None


@pytest.mark.parametrize(("dialect", "same"), [("mysql", True), ("postgres", False)])
def test_mysql_keeps_booleans_as_numbers(dialect: Dialect, same: bool) -> None:
    assert may_be_same("boolean", "integer", Catalog(dialect)) is same
