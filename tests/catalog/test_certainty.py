"""What dblint knows for sure, what may be, and what it cannot know."""

from __future__ import annotations

from dblint.catalog.history import added_by, columns_before, dropped_table, last_event, names_of, renamed_to
from dblint.catalog.load import load
from dblint.catalog.model import Catalog, Table
from dblint.source import Source


def catalog(*texts: str) -> Catalog:
    return load([Source(f"{number}.sql", text) for number, text in enumerate(texts, 1)], "postgres")


def table(found: Catalog, name: str) -> Table:
    one = found.table(None, name)
    assert one is not None
    return one


def test_a_table_the_project_only_alters_is_known_in_part() -> None:
    found = catalog("alter table auth.users add column nick text; alter table users alter name set not null;")
    outside = found.table("auth", "users")
    assert outside is not None
    assert not outside.complete
    assert [column.name for column in outside.columns] == ["nick"]
    assert not table(found, "users").complete


def test_a_table_that_was_dropped_is_not_known_again_by_alter() -> None:
    found = catalog("create table t (a int); drop table t; alter table t add column b int;")
    assert found.tables == ()
    gone = dropped_table(found, None, "t")
    assert gone is not None
    assert (gone.kind, gone.place.line) == ("dropped", 1)


def test_references_outside_the_project_stay() -> None:
    found = catalog(
        "create table t (id uuid references auth.users (id) on delete cascade, tag citext, at geometry(Point,4326));"
    )
    only = table(found, "t")
    assert [(key.schema, key.table, key.references) for key in only.foreign_keys] == [("auth", "users", ("id",))]
    kinds = [(column.type.kind, column.type.text) for column in only.columns if column.type is not None]
    assert kinds[1:] == [("opaque", "citext"), ("opaque", "geometry(Point,4326)")]


def test_conditional_blocks() -> None:
    found = catalog(
        "create table t (a int, b text);\n"
        "do $$ begin if current_setting('x.y') = 'on' then\n"
        " create table maybe (x int); alter table t add column c int not null; alter table t drop column b;\n"
        " alter table t alter a type bigint; create type mood as enum ('x');\n"
        "end if; end $$;"
    )
    assert not table(found, "maybe").certain
    columns = {column.name: column for column in table(found, "t").columns}
    assert set(columns) == {"a", "b", "c"}
    assert (columns["b"].certain, columns["c"].certain) == (False, False)
    assert columns["a"].type is None
    assert [enum.name for enum in found.enums] == ["mood"]


def test_guarded_blocks_are_certain() -> None:
    found = catalog(
        "create table t (a int);\n"
        "do $$ begin\n"
        " if not exists (select from information_schema.columns where table_name = 't' and column_name = 'b') then\n"
        "  alter table t add column b text not null;\n"
        " end if;\n"
        " begin create type mood as enum ('x'); exception when duplicate_object then null; end;\n"
        "end $$;"
    )
    column = table(found, "t").column("b")
    assert column is not None
    assert column.certain
    assert not column.nullable
    assert column.place.line == 4


def test_statements_of_unknown_text() -> None:
    found = catalog("do $$ declare n text := current_setting('x'); begin execute 'drop table ' || n; end $$;")
    assert found.dynamic
    made = catalog(
        "create table audit_log (a int); do $$ begin execute format('alter table %I add column x int',"
        " 'audit_log'); end $$;"
    )
    assert made.dynamic or "audit_log" in {name for _, name in made.unsure} or table(made, "audit_log").column("x")


def test_triggers_that_fill_columns() -> None:
    found = catalog(
        "create table t (a int not null, b int not null, c int not null);\n"
        "create function fill() returns trigger language plpgsql as $$ begin new.a := 1; new.b = 2;"
        " return new; end $$;\n"
        "create trigger filling before insert on t for each row execute function fill();\n"
        "create table u (a int not null, b int);\n"
        "create trigger unknown before insert on u for each row execute function elsewhere.fill();\n"
        "create table w (a int not null);\n"
        "create trigger later after insert on w for each row execute function fill();"
    )
    filled = {(one.name, column.name) for one in found.tables for column in one.columns if column.filled}
    assert filled == {("t", "a"), ("t", "b"), ("u", "a"), ("u", "b")}
    assert [trigger.name for trigger in found.triggers] == ["filling", "unknown", "later"]


def test_history() -> None:
    found = catalog(
        "create table orders (id int, colour text, old int);",
        "alter table orders rename colour to color;\nalter table orders add column total int not null;",
        "alter table orders drop column old;\nalter table orders alter total type bigint;\n"
        "alter table orders rename to sales;",
    )
    sales = table(found, "sales")
    added = added_by(sales, "total")
    assert added is not None
    assert (added.kind, added.place.path, added.place.line) == ("added", "2.sql", 2)
    assert columns_before(sales, added.order) == {"id", "color"}
    assert names_of(sales, "color") == {"colour", "color"}
    assert renamed_to(sales, "colour") == "color"
    assert renamed_to(sales, "old") is None
    event = last_event(sales, "old")
    assert event is not None
    assert (event.kind, event.place.path, event.place.line) == ("dropped", "3.sql", 1)
    retyped = last_event(sales, "total")
    assert retyped is not None
    assert (retyped.kind, retyped.now) == ("retyped", "bigint")
    gone = dropped_table(found, None, "orders")
    assert gone is not None
    assert (gone.kind, gone.now) == ("renamed", "public.sales")


def test_a_name_given_anew_is_another_column() -> None:
    found = catalog(
        "create table t (a int, b int); alter table t rename a to x; alter table t add column a text;"
        " alter table t drop column a; alter table t add column a uuid;"
    )
    only = table(found, "t")
    assert renamed_to(only, "a") is None
    assert names_of(only, "x") == {"a", "x"}
    assert names_of(only, "a") == {"a"}


def test_refused_statements_leave_nothing_half_done() -> None:
    found = catalog(
        "create table t (a int primary key);"
        " alter table t add column b serial, add column c int unique, add column a int;"
        " create table u (x serial, y int references nowhere_yet, z int references t (b));"
        " create table nowhere_yet (id int primary key);"
    )
    assert [one.name for one in found.tables] == ["t", "nowhere_yet"]
    assert [column.name for column in table(found, "t").columns] == ["a"]
    assert table(found, "t").unique == ()


def test_renames_reach_expressions_keys_and_references() -> None:
    found = catalog(
        "create table p (id int primary key);"
        " create table t (a int check (a > 0), b int generated always as (a * 2) stored, p_id int references p);"
        " create unique index on t (lower(a::text)) where a > 1;"
        " alter table t rename a to amount; alter table p rename id to key; alter table p rename to parents;"
    )
    one = table(found, "t")
    assert [check.expression for check in one.checks] == ["amount > 0"]
    assert one.columns[1].generated == "amount * 2"
    assert one.unique_indexes[0].keys == ("lower(amount::text)",)
    assert one.unique_indexes[0].predicate == "amount > 1"
    assert (one.foreign_keys[0].table, one.foreign_keys[0].references) == ("parents", ("key",))


RIVALS = "create table t (a int); create table if not exists t (a int, b int, c text);"


def test_statements_that_need_a_second_definition_make_the_table_unsure() -> None:
    assert catalog(RIVALS, "create index on t (b);").unsure == {("public", "t")}
    assert catalog(RIVALS, "create index on t (lower(c));").unsure == {("public", "t")}
    assert catalog(RIVALS, "alter table t add unique (a, c);").unsure == {("public", "t")}


def test_a_second_definition_alone_leaves_the_first_for_sure() -> None:
    assert catalog(RIVALS, "create index on t (a); create index on t (nowhere);").unsure == frozenset()
    dropped = "create table t (a int, b int); alter table t drop column b; create index on t (b);"
    assert catalog(dropped).unsure == frozenset()
