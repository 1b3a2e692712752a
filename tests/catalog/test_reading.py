"""What real files hold besides plain SQL: data, psql, templates, broken statements, other alphabets."""

from __future__ import annotations

import pytest

from dblint.catalog.load import load
from dblint.catalog.model import Catalog
from dblint.source import Source, decode
from dblint.sql import postgres_parser


def catalog(*texts: str) -> Catalog:
    return load([Source(f"{number}.sql", text) for number, text in enumerate(texts, 1)], "postgres")


def names(found: Catalog) -> list[str]:
    return [table.name for table in found.tables]


def test_copy_data_is_no_sql() -> None:
    found = catalog(
        "create table a (x text);\nCOPY a (x) FROM stdin;\nit's; create table no (y"
        " int);\n\\N\n\\.\n\ncreate table b (y int);"
    )
    assert names(found) == ["a", "b"]
    assert found.skipped == ()
    assert found.tables[1].place.line == 7


def test_psql_lines_and_variables() -> None:
    text = (
        "\\set ON_ERROR_STOP on\n\\connect x\ncreate table a (x text default :'value');\n\\echo it's"
        " done\ncreate table b (y int);"
    )
    found = catalog(text)
    assert names(found) == ["a", "b"]
    assert found.skipped == ()


def test_a_psql_condition_makes_nothing_certain() -> None:
    found = catalog("\\if :x\ncreate table a (x text);\n\\endif\ncreate table b (y int);")
    assert [(table.name, table.certain) for table in found.tables] == [("a", False), ("b", True)]


def test_a_name_only_run_time_knows_is_said() -> None:
    found = catalog("create table :name (x text);\ncreate table {{ table }} (x int);\ncreate table b (y int);")
    assert names(found) == ["b"]
    assert [one.place.line for one in found.skipped] == [1, 2]
    assert "run time" in found.skipped[0].reason


def test_templates_keep_what_surrounds_them() -> None:
    found = catalog(
        "{% if x %}\ncreate table a (x int) {{ tablespace }};\n{% endif %}\n"
        "create table {{ schema }}.c (x int);\ncreate table b (y int default %(value)s);"
    )
    assert [(table.schema, table.name, table.certain) for table in found.tables] == [
        ("public", "a", False),
        ("public", "c", True),
        ("public", "b", True),
    ]


def test_one_bad_statement_costs_itself() -> None:
    found = catalog(
        "create table a (x int);\n\ncreate tabel b (y int);\ncreate table c (\n z int;\ncreate table d (w int);"
    )
    assert names(found) == ["a", "d"]
    assert [(one.place.line, one.reason) for one in found.skipped] == [
        (3, 'syntax error at or near "tabel"'),
        (4, 'syntax error at or near ";"'),
    ]


def test_an_open_quote_costs_its_statement() -> None:
    found = catalog("create table a (x int);\ncreate table b (x text default 'open);\ncreate table c (y int);")
    assert names(found) == ["a", "c"]
    assert [one.place.line for one in found.skipped] == [2]


def test_places_count_characters() -> None:
    text = '-- ünïcödé ☃\ncreate table "tä" (\n  näme text, "ß" int -- ☃\n);\nalter table "tä" drop column näme;'
    found = load([decode("1.sql", b"\xef\xbb\xbf" + text.encode())], "postgres").tables[0]
    assert (found.place.span.line, found.place.span.column, found.place.span.end_column) == (2, 14, 18)
    assert [column.name for column in found.columns] == ["ß"]
    gone = found.history[-1]
    assert (gone.kind, gone.column, gone.place.span.line, gone.place.span.column) == ("dropped", "näme", 5, 30)
    born = found.history[0]
    assert (born.place.span.line, born.place.span.column, born.place.span.end_column) == (3, 3, 7)


def test_windows_line_endings_and_dollar_tags() -> None:
    text = (
        "create table a (x int);\r\ncreate function f() returns text language plpgsql as $b1$\r\nbegin return ';'; "
        "end $b1$;\r\n\\echo x\r\ncreate table b (y int);\r\n"
    )
    found = catalog(text)
    assert names(found) == ["a", "b"]
    assert found.tables[1].place.line == 5


@pytest.mark.parametrize("text", ["", ";;;", "-- nothing", "\n\n", "/* open", "'", "$$", "\\"])
def test_next_to_nothing(text: str) -> None:
    assert names(catalog(text)) == []


def test_rolled_back_statements_never_were() -> None:
    found = catalog(
        "begin; create table a (x int); rollback; begin; create table b (x int); savepoint s; create table c (x int);"
        " rollback to s; commit; create table d (x int);"
    )
    assert names(found) == ["b", "d"]


def test_the_search_path_ends_with_its_file() -> None:
    found = catalog("create schema s; set search_path = s; create table a (x int);", "create table b (x int);")
    assert [(table.schema, table.name) for table in found.tables] == [("s", "a"), ("public", "b")]


def test_temporary_tables_end_with_their_file() -> None:
    found = catalog(
        "create table t (a int); create temp table t (b int); alter table t add column c int;",
        "alter table t add column d int; create temporary view v as select 1 as one;",
    )
    assert [(table.name, [column.name for column in table.columns]) for table in found.tables] == [("t", ["a", "d"])]


def test_without_the_servers_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_parser, "available", lambda: False)
    found = catalog("create table a (x int primary key, y varchar(3) not null);", "create table b (y timestamptz[]);")
    assert names(found) == ["a", "b"]
    types = [column.type.text for table in found.tables for column in table.columns if column.type is not None]
    assert types == ["integer", "character varying(3)", "timestamp with time zone[]"]
    assert not found.skipped


def test_deep_nesting_is_said_not_a_crash() -> None:
    deep = "(" * 3000 + "1" + ")" * 3000
    found = catalog(f"create table a (x int default {deep});\ncreate table b (y int);")
    assert "b" in names(found)
