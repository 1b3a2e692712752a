"""Literals against enums, as PostgreSQL and MySQL read them."""

from __future__ import annotations

import pytest

from dblint.catalog.model import Catalog, Dialect, Domain, EnumType, Type
from dblint.facts.model import UNKNOWN, Value
from dblint.source import Place, Span
from dblint.values.enums import enum_verdict

PLACE = Place("schema.sql", Span(1, 1, 1, 2))
COLOR = Type("color", "enum", "public")
COLORS = Type("color", "enum", "public", dimensions=1)
TINT = Type("tint", "domain", "public")


def catalog(dialect: Dialect = "postgres", complete: bool = True) -> Catalog:
    return Catalog(
        dialect,
        enums=(EnumType("public", "color", ("red", "green", "dark blue"), PLACE, complete),),
        domains=(Domain("public", "tint", COLOR, True, (), PLACE),),
    )


def text(content: str) -> Value:
    return Value("str", content)


def items(*values: Value) -> Value:
    return Value("list", items=values)


@pytest.mark.parametrize(
    ("type_", "value", "kind", "meant"),
    [
        (COLOR, text("red"), "accepts", None),
        (COLOR, text("Red"), "refuses", "red"),
        (COLOR, text("gren"), "refuses", "green"),
        (COLOR, text("dark_blue"), "refuses", "dark blue"),
        (COLOR, text("purple"), "refuses", None),
        (COLOR, text(""), "refuses", None),
        (COLOR, Value("null"), "accepts", None),
        (COLOR, Value("int", "1"), "refuses", None),
        (COLOR, UNKNOWN, "unknown", None),
        (COLOR, Value("call", "Color"), "unknown", None),
        (COLOR, items(text("purple")), "unknown", None),
        (TINT, text("gren"), "refuses", "green"),
        (COLORS, items(text("red"), text("green")), "accepts", None),
        (COLORS, items(text("red"), text("gren")), "refuses", "green"),
        (COLORS, items(UNKNOWN, text("gren")), "refuses", "green"),
        (COLORS, items(UNKNOWN, text("red")), "unknown", None),
        (COLORS, items(items(text("red")), items(text("blue"))), "refuses", None),
        (COLORS, items(), "accepts", None),
        (COLORS, items(Value("null")), "accepts", None),
        (COLORS, text("{}"), "accepts", None),
        (COLORS, text('{red,"dark blue",NULL}'), "accepts", None),
        (COLORS, text("{red,dark blue}"), "accepts", None),
        (COLORS, text("{{red},{gren}}"), "refuses", "green"),
        (COLORS, text("{red, gren}"), "refuses", "green"),
        (COLORS, text("red"), "unknown", None),
        (COLORS, text("{red"), "unknown", None),
        (Type("text"), text("anything"), "unknown", None),
    ],
)
def test_postgres(type_: Type, value: Value, kind: str, meant: str | None) -> None:
    verdict = enum_verdict(type_, value, catalog())
    assert (verdict.kind, verdict.meant) == (kind, meant)
    assert bool(verdict.why) == (kind == "refuses")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (text("red"), "accepts"),
        (text("RED"), "unknown"),
        (text("rëd"), "unknown"),
        (text("2"), "accepts"),
        (text("9"), "unknown"),
        (Value("int", "1"), "unknown"),
        (text("purple"), "refuses"),
    ],
)
def test_mysql_folds_case_and_takes_numbers(value: Value, kind: str) -> None:
    assert enum_verdict(COLOR, value, catalog("mysql")).kind == kind


def test_an_enum_not_read_in_full_refuses_nothing() -> None:
    assert enum_verdict(COLOR, text("purple"), catalog(complete=False)).kind == "unknown"
