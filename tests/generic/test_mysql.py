"""MySQL and MariaDB, written case by case after their manuals."""

from __future__ import annotations

from pathlib import Path

import pytest

from dblint.catalog.load import load
from dblint.catalog.model import Catalog, Column, Table
from dblint.source import Source


def read(*scripts: str) -> Catalog:
    return load([Source(f"{at}.sql", script) for at, script in enumerate(scripts)], "mysql")


def table(script: str, name: str = "t") -> Table:
    catalog = read(script)
    assert not catalog.skipped
    found = catalog.table(None, name)
    assert found is not None
    return found


def column(script: str, name: str = "c") -> Column:
    found = table(script).column(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("BIGINT(20) UNSIGNED", "bigint(20) unsigned"),
        ("decimal(10,2)", "decimal(10,2)"),
        ("DOUBLE PRECISION", "double precision"),
        ("double(8, 2) unsigned zerofill", "double(8,2) unsigned zerofill"),
        ("varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "varchar(255)"),
        ("enum('a', 'b''c')", "enum('a','b''c')"),
        ("SET('x','y')", "set('x','y')"),
        ("datetime(6)", "datetime(6)"),
        ("char(36) charset ascii", "char(36)"),
        ("national varchar(10)", "national varchar(10)"),
        ("character varying(10)", "character varying(10)"),
        ("json", "json"),
        ("tinyint(1)", "tinyint(1)"),
        ("bit(1)", "bit(1)"),
        ("geometry srid 4326", "geometry"),
    ],
)
def test_types(written: str, text: str) -> None:
    made = column(f"create table t (c {written} not null comment 'it''s; here')")
    assert made.type is not None
    assert (made.type.text, made.nullable) == (text, False)


@pytest.mark.parametrize(
    ("clauses", "required", "default"),
    [
        ("int not null", True, None),
        ("int", False, None),
        ("int null default null", False, None),
        ("int not null default 5", False, "5"),
        ("int not null default -1", False, "-1"),
        ("varchar(5) not null default ''", False, "''"),
        ("int not null auto_increment key", False, None),
        ("int not null auto_increment primary key", False, None),
        ("int primary key", True, None),
        ("timestamp not null default current_timestamp on update current_timestamp", False, "current_timestamp"),
        ("datetime(3) not null default now(3)", False, "now(3)"),
        ("bit(1) not null default b'0'", False, "b'0'"),
        ("char(36) not null default (uuid())", False, "uuid()"),
        ("enum('a','b') not null", False, "'a'"),
        ("enum('a','b')", False, None),
        ("serial", False, None),
    ],
)
def test_what_an_insert_must_give(clauses: str, required: bool, default: str | None) -> None:
    made = column(f"create table t (c {clauses})")
    assert (made.required, made.default) == (required, default)


def test_generated_columns() -> None:
    made = table("create table t (a int, b int as (`a` * 2), c int generated always as (a + 1) stored not null)")
    assert [(one.generated, one.stored) for one in made.columns] == [(None, True), ("a * 2", False), ("a + 1", True)]


def test_enum_values_are_found_by_the_columns_type() -> None:
    catalog = read(
        "create table t (id int, `kind` enum('a','b') not null); alter table t modify kind enum('a','b','c');"
        "alter table t rename to u; alter table u rename column kind to sort;"
    )
    found = catalog.table(None, "u")
    assert found is not None
    made = found.column("sort")
    assert made is not None and made.type is not None
    enum = catalog.enum(made.type)
    assert enum is not None
    assert (enum.schema, enum.name, enum.values) == ("", "u.sort", ("a", "b", "c"))


def test_keys_of_every_form() -> None:
    made = table(
        "create table t (a int, b varchar(20), c int unique, d int unique key, primary key using btree (a),"
        " unique key k1 (b asc), unique index (a, b desc), unique (b(10)), key k2 (c), index (d), fulltext key ft (b),"
        " constraint f foreign key (c) references p (id) on delete set null on update no action,"
        " constraint ck check (a > 0) not enforced, check (`b` <> 'x'), unique key k3 ((lower(b))))"
    )
    assert made.primary_key == ("a",)
    assert made.unique == (("c",), ("d",), ("b",), ("a", "b"))
    assert [one.keys for one in made.unique_indexes] == [("left(b, 10)",), ("lower(b)",)]
    assert [(one.columns, one.table, one.references) for one in made.foreign_keys] == [(("c",), "p", ("id",))]
    assert [(one.name, one.expression, one.enforced) for one in made.checks] == [
        ("ck", "a > 0", False),
        (None, "b <> 'x'", True),
    ]


def test_two_tables_may_have_a_key_of_the_same_name() -> None:
    catalog = read("create table t (a int, unique key k (a)); create table u (a int, unique key k (a));")
    assert [one.unique for one in catalog.tables] == [(("a",),), (("a",),)]


def test_alter_in_all_its_forms() -> None:
    made = table(
        "create table t (a int, b int, c text, d int not null, unique key k (a, b));"
        "alter table t add column z int first, add y int not null after a, add (x int, w int default 1), drop column b,"
        " change column c cc varchar(5) not null, modify d bigint null after z, alter column w set default 7,"
        " add primary key (x), add unique index xk (w), add index (w), engine = InnoDB;"
        "alter table t drop primary key, drop index xk, rename index k to kk, convert to character set utf8mb4;"
        "alter table t add constraint chk check (w > 0), add constraint fk foreign key (x) references t (a);"
        "alter table t drop check chk, drop foreign key fk, alter w drop default;"
    )
    assert [one.name for one in made.columns] == ["z", "d", "a", "y", "cc", "x", "w"]
    types = {one.name: one.type.text for one in made.columns if one.type is not None}
    assert (types["cc"], types["d"]) == ("varchar(5)", "bigint")
    nullable = {one.name: one.nullable for one in made.columns}
    assert (nullable["cc"], nullable["d"], nullable["y"], nullable["x"]) == (False, True, False, False)
    assert (made.primary_key, made.unique, made.checks, made.foreign_keys) == (None, (("a",),), (), ())
    assert made.column("w") is not None and made.column("w").default is None  # type: ignore[union-attr]


def test_an_alter_that_is_refused_changes_nothing() -> None:
    made = table("create table t (a int); alter table t add b int, drop column nowhere;")
    assert [one.name for one in made.columns] == ["a"]


def test_history_of_columns() -> None:
    made = table(
        "create table t (a int, b int);\nalter table t change a aa bigint;\nalter table t drop column b;\n"
        "alter table t add c int;\nalter table t rename column c to cc;"
    )
    assert [(one.kind, one.column, one.now, one.place.line) for one in made.history] == [
        ("created", "a", None, 1),
        ("created", "b", None, 1),
        ("renamed", "a", "aa", 2),
        ("retyped", "aa", "bigint", 2),
        ("dropped", "b", None, 3),
        ("added", "c", None, 4),
        ("renamed", "c", "cc", 5),
    ]


def test_rename_drop_like_and_select() -> None:
    catalog = read(
        "create table a (id int not null auto_increment primary key, x int default 5, unique key k (x));"
        "create table b like a; create table c (like a); create table d as select id, x as y, 1 as one from a;"
        "rename table a to aa, `b` to bb; drop table if exists c, nothing; drop table bb, nowhere;"
    )
    assert [one.name for one in catalog.tables] == ["d", "aa", "bb"]
    copied = catalog.table(None, "bb")
    assert copied is not None
    assert (copied.primary_key, copied.unique) == (("id",), (("x",),))
    made = catalog.table(None, "d")
    assert made is not None
    assert [one.name for one in made.columns] == ["id", "y", "one"]


def test_views_have_the_columns_of_their_query() -> None:
    catalog = read(
        "create table t (id int not null, x varchar(5)); create table u (id int, t_id int);"
        "create or replace algorithm = merge definer = `a`@`%` sql security invoker view `v` as"
        " select t.*, u.id as u_id, count(*) as n from t join u on u.t_id = t.id group by t.id with check option;"
        "create view w (p, q) as select id, x from t union select 1, 'a'; alter view w as select id from u;"
    )
    views = {one.name: [column.name for column in one.columns] for one in catalog.tables if one.kind == "view"}
    assert views == {"v": ["id", "x", "u_id", "n"], "w": ["id"]}


def test_conditional_comments_are_read_and_others_are_not() -> None:
    made = table(
        "/*!40101 SET NAMES utf8 */;\n/*!50503 create table */ /* create table x (a int); */ t"
        " (a int /*!80016 not null */, b varchar(9) default '/*!not a comment*/') /*!50100 PARTITION BY HASH (a) */;"
        " # create table y (a int);\n"
    )
    assert [(one.name, one.nullable) for one in made.columns] == [("a", False), ("b", True)]
    assert made.columns[1].default == "'/*!not a comment*/'"
    assert made.place.line == 2


def test_delimiters_routines_and_triggers() -> None:
    catalog = read(
        "create table t (a int not null, b int not null, c int not null);\nDELIMITER $$\n"
        "create trigger g before insert on t for each row begin set new.a = 1, NEW.`b` = if(1, 2, 3); end$$\n"
        "create definer=`x`@`localhost` function f(a int, b decimal(10,2)) returns varchar(5) deterministic\n"
        "begin if a > 1 then return 'a;b'; end if; return case when a then 'x' else 'y' end; end$$\n"
        "create procedure p(in a int, out b text) begin while a do set a = 1; end while; end$$\nDELIMITER ;\n"
        "create trigger h after insert on t for each row begin update t set a = 1; set @x = 2; end;\n"
        "create table after_all (id int);"
    )
    assert not catalog.skipped
    assert [one.name for one in catalog.tables] == ["t", "after_all"]
    assert [column.required for column in catalog.tables[0].columns] == [False, False, True]
    signatures = [
        (one.name, one.kind, [(each.name, each.type.text, each.mode) for each in one.arguments])
        for one in catalog.functions
    ]
    assert signatures == [
        ("f", "function", [("a", "int", "in"), ("b", "decimal(10,2)", "in")]),
        ("p", "procedure", [("a", "int", "in"), ("b", "text", "out")]),
    ]
    assert [(one.name, one.timing, one.events) for one in catalog.triggers] == [
        ("g", "before", ("insert",)),
        ("h", "after", ("insert",)),
    ]


def test_columns_may_be_called_like_keywords() -> None:
    catalog = read(
        "create table t (event int, begin datetime, `end` datetime, vector int, status text, first int, comment text);"
        "create table u (trigger_ int, begin int); create table w (a int);"
    )
    assert not catalog.skipped
    assert [len(one.columns) for one in catalog.tables] == [7, 2, 1]


def test_databases() -> None:
    catalog = read(
        "create database if not exists shop; use shop; create table t (a int); create table other.u (b int);"
    )
    assert [(one.schema, one.name) for one in catalog.tables] == [("shop", "t"), ("other", "u")]
    assert catalog.table(None, "t") is not None


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("create table bad (id int what is this);", "'what' is not understood"),
        ("create table bad (id int;", "the statement ends too early"),
        ("frobnicate the table;", "'frobnicate' is not understood"),
        ("create table bad (a int default 'open);", "a ' is never closed"),
    ],
)
def test_a_bad_statement_costs_itself_only(bad: str, reason: str) -> None:
    catalog = read(f"create table a (id int);\n\n{bad}\n\ncreate table b (id int);\n")
    assert [one.place.line for one in catalog.skipped] == [3]
    assert reason in catalog.skipped[0].reason
    assert catalog.table(None, "a") is not None
    if "open" not in bad:
        assert catalog.table(None, "b") is not None


def test_data_is_passed_by() -> None:
    catalog = read(
        "lock tables `t` write;\ninsert into t values (1, 'a;b', 'it\\'s', \"x;y\"), (2, '--', '#', '/*');\n"
        "unlock tables; set foreign_key_checks = 0; replace into t values (1); start transaction; commit;"
        "create table t (a int); truncate table t; call p(1); show tables; optimize table t;"
    )
    assert not catalog.skipped
    assert [one.name for one in catalog.tables] == ["t"]


ECO = Path("/work/eco")


@pytest.mark.parametrize(
    ("path", "tables", "skipped"),
    [("oncall/db/schema.v0.sql", 28, 0), ("iris/db/schema_0.sql", 45, 0), ("iris/db/dummy_data.sql", 0, 0)],
)
def test_real_schemas(path: str, tables: int, skipped: int) -> None:
    if not (ECO / path).is_file():
        pytest.skip("the ecosystem is not checked out here")
    catalog = read((ECO / path).read_text())
    assert (len(catalog.tables), len(catalog.skipped)) == (tables, skipped)
    assert all(column.type is not None and column.type.name for one in catalog.tables for column in one.columns)
