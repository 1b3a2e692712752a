"""SQLite itself against dblint's catalog: written cases, generated ones, and a real project's migrations."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .comparison import as_dblint_sees_it, as_sqlite_sees_it, read

CASES = {
    "column constraints": """
        create table a (id integer primary key autoincrement, b text not null default 'x' collate nocase, c,
          d int unique on conflict replace, e real generated always as (d * 2) stored, g as (d + 1),
          check (d > 0), unique (b, c));
        """,
    "keys that take null": """
        create table k1 (a int, b integer, primary key (a, b));
        create table k2 (a integer, b int, primary key (a));
        create table k3 (a integer primary key desc, b int);
        create table k4 (a text primary key, b int not null);
        create table k5 (a text not null primary key);
        """,
    "without rowid and strict": """
        create table w (a text primary key, b int) without rowid;
        create table w2 (a integer primary key, b int) without rowid;
        create table s (a int primary key, b text not null default (datetime('now')), c blob default x'00',
          d any default null, e int default (1 + 2), f text default current_timestamp) strict;
        create table sw (a int, b int, primary key (b, a)) strict, without rowid;
        """,
    "types as written": """
        create table t (a decimal(10, 2), b unsigned big int, c "weird type", d varchar ( 10 ), e native character(70),
          f double precision default -1.5, g Int, h varying character(3), i numeric default +5, j boolean default true);
        """,
    "quoted names": """
        create table [k 5] ("x y" integer primary key, `z` text, 'q' int, "key" text, value text, "a""b" int);
        create table "select" (id integer primary key, [group] text references [k 5] ("x y"));
        """,
    "words that are names": """
        create table kv (key text not null, value text, index_ int, type text, action text, rowid_ int, comment text);
        """,
    "foreign keys": """
        create table p1 (a int, b int, primary key (a, b));
        create table p2 (id integer primary key);
        create table c (a references p2 on delete cascade on update set null, b int, d int,
          foreign key (b, d) references p1 deferrable initially deferred,
          constraint x foreign key (b) references nope (z));
        """,
    "indexes": """
        create table t (a int, b text, c int);
        create unique index i1 on t (a) where c is null;
        create unique index i2 on t (lower(b), c);
        create index i3 on t (c);
        create unique index i4 on t (c desc, b collate nocase);
        create unique index if not exists i4 on t (a);
        drop index i1;
        drop index if exists nothing;
        """,
    "alter": """
        create table t (a int, b int unique, c int, check (c > 0));
        create table r (t int references t (b));
        alter table t rename to u;
        alter table u rename column b to bb;
        alter table u add column d varchar(3) not null default 'x';
        alter table u add e text references r;
        alter table u drop column a;
        alter table u drop column bb;
        alter table u drop column nowhere;
        alter table u rename c to cc;
        """,
    "rebuilding a table": """
        create table t (id integer primary key, gone text);
        insert into t values (1, 'a;b');
        create table t_new (id integer primary key, kept text not null default '');
        insert into t_new (id) select id from t;
        drop table t;
        alter table t_new rename to t;
        """,
    "case does not matter": """
        create table Users (Id integer primary key, Name text);
        create table if not exists USERS (other int);
        create table users (other int);
        alter table USERS add column Mail text;
        alter table users rename column NAME to full_name;
        create unique index i on users (FULL_NAME);
        create table logs (who int references USERS);
        """,
    "views": """
        create table a (id integer primary key, x text);
        create table b (id integer primary key, a_id int, y text);
        create view v1 as select * from a;
        create view v2 as select a.*, b.y as why, count(b.id) as n from a join b on b.a_id = a.id group by a.id;
        create view v3 (p, q) as select 1, 2;
        create view v4 as with c as (select y from b) select c.y, (select 1) as one from c left join a on 1 = 1;
        create view v5 as select id from a union all select id from b;
        create view v6 as select * from (select x as z from a);
        create view v7 as select * from a join b using (id);
        drop view v1;
        """,
    "triggers": """
        create table t (a int, b int);
        create trigger g after insert on t when new.a > 0 begin
          update t set b = case when new.a = 1 then 'x;y' else 'z' end where a = new.a;
          delete from t where b is null; end;
        create table u (c int);
        create trigger h instead of update of a, b on t for each row begin select 1; end;
        """,
    "temporary and schemas": """
        create temp table gone (a int);
        create table main.kept (a int);
        create table temp.gone2 (a int);
        alter table main.kept add column b int;
        """,
    "comments": """
        -- create table no (a int);
        /* create table no2 (a int); */
        create table t ( -- the id
          id integer primary key, /* ; */ a text default 'it''s; -- so' -- last
        );
        """,
    "default expressions": """
        create table t (a default 1, b default (strftime('%s', 'now')), c default current_date, d default 'a''b',
          f default 1e3, g default 0x10, h default null, i default false, j default -0.5, k default (-1));
        """,
}


@pytest.mark.parametrize("name", CASES)
def test_written_case(name: str) -> None:
    seen = as_dblint_sees_it(CASES[name])
    assert seen == as_sqlite_sees_it(CASES[name])
    assert seen
    assert not read(CASES[name]).skipped


NAMES = st.sampled_from(["a", "b", "c", "D", "[e f]", "key", "value"])
TYPES = st.sampled_from(
    ["", "integer", "INTEGER", "int", "text", "varchar(10)", "decimal(8,2)", "blob", "Real", "datetime"]
)
CLAUSES = st.sampled_from(
    [
        "",
        "not null",
        "default 5",
        "default 'x'",
        "not null default (1+1)",
        "unique",
        "check (1 > 0)",
        "collate nocase",
        "null",
        "constraint c1 not null",
        "references t1",
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique_by=str.lower))
    key = draw(st.sampled_from(["none", "column", "table"]))
    lines = []
    for at, name in enumerate(names):
        mark = " primary key" if key == "column" and at == 0 else ""
        lines.append(f"{name} {draw(TYPES)}{mark} {draw(CLAUSES)}")
    if key == "table":
        count = draw(st.integers(1, len(names)))
        lines.append(f"primary key ({', '.join(names[:count])})")
    if draw(st.booleans()):
        lines.append(f"unique ({', '.join(names[-2:])})")
    guard = draw(st.sampled_from(["", "if not exists "]))
    options = draw(st.sampled_from(["", "", "", " without rowid"]))
    return f"create table {guard}t{draw(st.integers(1, 3))} ({', '.join(lines)}){options};"


@st.composite
def changes(draw: st.DrawFn) -> str:
    table, name = f"t{draw(st.integers(1, 3))}", draw(NAMES)
    return draw(
        st.sampled_from(
            [
                f"alter table {table} add column {name} {draw(TYPES)} {draw(CLAUSES)};",
                f"alter table {table} rename column {name} to {draw(NAMES)};",
                f"alter table {table} drop column {name};",
                f"alter table {table} rename to t{draw(st.integers(1, 3))};",
                f"drop table {draw(st.sampled_from(['', 'if exists ']))}{table};",
                f"create unique index i{draw(st.integers(1, 3))} on {table} ({name});",
                f"drop index i{draw(st.integers(1, 3))};",
            ]
        )
    )


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(tables(), min_size=1, max_size=3), st.lists(changes(), max_size=5))
def test_generated_sequences(made: list[str], changed: list[str]) -> None:
    script = "\n".join([*made, *changed])
    assert as_dblint_sees_it(script) == as_sqlite_sees_it(script), script


CHROMA = Path("/work/eco/chroma/chromadb/migrations")


@pytest.mark.skipif(not CHROMA.is_dir(), reason="the ecosystem is not checked out here")
def test_chroma() -> None:
    from dblint.catalog.files import discover
    from dblint.config import Settings

    found = discover(CHROMA, Settings(root=CHROMA, schema=("**/*.sqlite.sql",)))
    scripts = [source.text for source in found.sources]
    assert len(scripts) == 16
    assert as_dblint_sees_it(*scripts) == as_sqlite_sees_it(*scripts)
    assert not read(*scripts).skipped
