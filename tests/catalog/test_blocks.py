"""DO blocks that ask before they act: a real PostgreSQL runs them, dblint replays them, the catalogs are the same."""

from __future__ import annotations

import psycopg
import pytest

from dblint.catalog.load import load
from dblint.source import Source
from tests.oracle.postgres import catalog_entries, compare, load_into, server_entries

SCHEMA = """
create schema app;
create type mood as enum ('sad', 'ok');
create type gone as enum ('x');
drop type gone;
create domain positive as int check (value > 0);
create table t (id int primary key, name varchar(38) not null, tags text[], m mood, n numeric(8, 2) default 1,
  constraint named unique (name), constraint positive_id check (id > 0));
create table app.u (t_id int references t, note text, old int);
create index by_note on app.u (note);
create view v as select id from t;
create materialized view mv as select name from t;
create sequence counter;
create function f(a int) returns int language sql as 'select 1';
create function fill() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger filling before insert on t for each row execute function fill();
create table dropped (a int);
drop table dropped;
alter table t add column was int;
alter table t drop column was;
create table made (only_column int);
drop table made;
"""
"""What the conditions ask about; ``made`` is what each of them makes, so that the project plans for it."""

CONDITIONS = [
    "exists (select 1 from information_schema.columns where table_name = 't' and column_name = 'name')",
    "exists (select from information_schema.columns where table_name = 't' and column_name = 'was')",
    "not exists (select * from information_schema.columns where table_schema = 'app' and table_name = 'u'"
    " and column_name in ('old', 'older'))",
    "exists (select 1 from information_schema.columns c where c.table_name = 't' and c.column_name = 'name'"
    " and c.data_type = 'character varying' and c.character_maximum_length = 38 and c.is_nullable = 'NO')",
    "(select character_maximum_length from information_schema.columns where table_schema = 'public'"
    " and table_name = 't' and column_name = 'name') < 50",
    "(select data_type from information_schema.columns where table_name = 't' and column_name = 'tags') = 'ARRAY'",
    "(select udt_name from information_schema.columns where table_name = 't' and column_name = 'm') = 'mood'",
    "(select data_type from information_schema.columns where table_name = 't' and column_name = 'm') <> 'USER-DEFINED'",
    "(select column_default from information_schema.columns where table_name = 't' and column_name = 'id') is null",
    "(select numeric_precision from information_schema.columns where table_name = 't' and column_name = 'n') = 8",
    "exists (select 1 from information_schema.columns where table_name = 'mv')",
    "exists (select 1 from information_schema.tables where table_schema = 'public' and table_name = 't')",
    "exists (select 1 from information_schema.tables where table_name = 'dropped')",
    "not exists (select 1 from information_schema.tables where table_schema = current_schema() and table_name = 'u')",
    "exists (select 1 from information_schema.tables where table_name = 'v' and table_type = 'VIEW')",
    "exists (select 1 from information_schema.views where table_name = 'v')",
    "exists (select 1 from information_schema.table_constraints where constraint_name = 'named'"
    " and table_name = 't' and constraint_type = 'UNIQUE')",
    "exists (select 1 from information_schema.table_constraints where constraint_name = 'nowhere')",
    "exists (select 1 from information_schema.key_column_usage where table_name = 'u' and column_name = 't_id')",
    "exists (select 1 from information_schema.routines where routine_name = 'f' and routine_schema = 'public')",
    "exists (select 1 from information_schema.triggers where trigger_name = 'filling')",
    "exists (select 1 from information_schema.schemata where schema_name = 'app')",
    "exists (select 1 from information_schema.sequences where sequence_name = 'counter')",
    "exists (select 1 from pg_attribute where attrelid = 't'::regclass and attname = 'name' and not attisdropped)",
    "exists (select 1 from pg_attribute where attrelid = 'app.u'::regclass and attname = 'name')",
    "(select atttypmod from pg_attribute where attrelid = 'public.t'::regclass and attname = 'name') = 42",
    "(select atttypmod from pg_attribute where attrelid = 'public.t'::regclass and attname = 'n') = 524294",
    "(select attnotnull from pg_catalog.pg_attribute where attrelid = 'public.t'::regclass and attname = 'm')",
    "(select count(*) from pg_attribute a join pg_class c on a.attrelid = c.oid join pg_namespace s"
    " on s.oid = c.relnamespace where a.attnum > 0 and not a.attisdropped and c.relname = 'u' and s.nspname = 'app'"
    " and pg_catalog.format_type(a.atttypid, a.atttypmod) = 'integer') = 2",
    "(select count(*) from pg_class, pg_namespace n where relnamespace = n.oid and nspname = 'app'"
    " and relname like 'u%' and relkind = 'r') > 1",
    "exists (select 1 from pg_class where relname = 't' and relkind = 'r')",
    "exists (select 1 from pg_class where relname = 'by_note' and relkind in ('r', 'v'))",
    "exists (select 1 from pg_class c where c.relname = 'mv' and c.relkind = 'm')",
    "exists (select 1 from pg_type where typname = 'mood')",
    "not exists (select 1 from pg_type where typname = 'gone')",
    "exists (select 1 from pg_type t join pg_namespace n on n.oid = t.typnamespace"
    " where t.typname = 'positive' and n.nspname = 'public' and t.typtype = 'd')",
    "exists (select 1 from pg_enum e join pg_type t on e.enumtypid = t.oid"
    " where t.typname = 'mood' and e.enumlabel = 'ok')",
    "exists (select 1 from pg_enum where enumtypid = 'mood'::regtype and enumlabel = 'happy')",
    "exists (select 1 from pg_enum where enumlabel = 'sad'"
    " and enumtypid = (select oid from pg_type where typname = 'mood'))",
    "exists (select 1 from pg_constraint where conname = 'positive_id')",
    "exists (select 1 from pg_constraint where conname = 'positive_id' and conrelid = 'app.u'::regclass)",
    "exists (select 1 from pg_constraint where conrelid = 'app.u'::regclass and contype = 'f')",
    "exists (select 1 from pg_constraint c join pg_class r on r.oid = c.conrelid where r.relname = 't'"
    " and c.contype = 'p' and c.conname = 't_pkey')",
    "exists (select 1 from pg_proc where proname = 'f')",
    "exists (select 1 from pg_proc p join pg_namespace n on p.pronamespace = n.oid where p.proname = 'f'"
    " and n.nspname = 'app')",
    "exists (select 1 from pg_trigger where tgname = 'filling' and tgrelid = 't'::regclass)",
    "exists (select 1 from pg_trigger where tgname = 'empty')",
    "exists (select 1 from pg_indexes where indexname = 'by_note' and schemaname = 'app')",
    "exists (select 1 from pg_indexes where tablename = 't' and indexname = 't_pkey')",
    "exists (select 1 from pg_tables where tablename = 'u' and schemaname = 'app')",
    "exists (select from pg_catalog.pg_tables where tablename = 'v')",
    "exists (select 1 from pg_views where viewname = 'v')",
    "exists (select 1 from pg_matviews where matviewname = 'mv')",
    "exists (select 1 from pg_namespace where nspname = 'app')",
    "exists (select 1 from pg_type where typname = 'mood' and typnamespace = 'public'::regnamespace)",
    "not exists (select 1 from pg_type where typname = 'mood'"
    " and typnamespace = (select oid from pg_namespace where nspname = 'app'))",
    "exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 't'"
    " and n.nspname not in ('pg_catalog', 'information_schema') limit 1)",
    "exists (select 1 from pg_constraint where conrelid::regclass::text = 'app.u' and contype = 'f')",
    "exists (select 1 from pg_attribute where attrelid = to_regclass('t') and attname = 'm' and attnum > 0)",
    "exists (select 1 from pg_tables where tablename ilike 'T' and schemaname = any (array['public', 'app']))",
    "(select count(*) from information_schema.columns where table_schema = 'public' and table_name = 't'"
    " and column_name in ('id', 'name', 'nowhere')) between 1 and 2",
    "(select count(*) from information_schema.columns where table_schema = 'public' and table_name = 't'"
    " and column_name in ('id', 'name', 'nowhere')) >= 2",
    "(select is_nullable from information_schema.columns where table_schema = 'public' and table_name = 't'"
    " and column_name = 'm') = 'YES'",
    "exists (select 1 from pg_catalog.pg_constraint con inner join pg_catalog.pg_class rel on rel.oid = con.conrelid"
    " inner join pg_catalog.pg_namespace nsp on nsp.oid = connamespace where nsp.nspname = 'app'"
    " and rel.relname = 'u' and con.conname = 'u_t_id_fkey')",
    "'t'::regclass is not null",
    "to_regclass('t') is not null",
    "to_regclass('public.dropped') is null",
    "to_regclass('app.t') is not null",
    "to_regtype('mood') is not null",
    "to_regtype('gone') is null",
    "to_regclass('t') is not null and to_regclass('dropped') is null and not (to_regtype('gone') is not null)",
    "to_regclass('dropped') is not null or exists (select 1 from pg_tables where tablename = 't')",
    "(case when to_regclass('t') is null then false else true end)",
    "coalesce((select is_nullable from information_schema.columns where table_name = 't'"
    " and column_name = 'nowhere'), 'NO') = 'NO'",
]


def same(database: psycopg.Connection, text: str) -> None:
    source = Source("block.sql", text)
    refused = load_into(database, [source])
    catalog = load([source], "postgres")
    found = compare(server_entries(database), catalog_entries(catalog))
    assert found.lines() == [], refused
    assert catalog.skipped == ()
    uncertain = [table.name for table in catalog.tables if not table.certain]
    assert (uncertain, catalog.unsure, catalog.dynamic) == ([], frozenset(), False)


def do(*lines: str, declare: str = "") -> str:
    return "\n".join(["do $block$", declare, "begin", *lines, "end $block$;"])


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_on_the_catalog_is_decided(database: psycopg.Connection, condition: str) -> None:
    block = do(
        f"if {condition} then create table yes (a int); alter table t drop column tags;",
        "else create table no (a int); alter table app.u rename column note to notes; end if;",
    )
    same(database, SCHEMA + block)


BLOCKS = {
    "a count kept in a variable": do(
        "execute 'select count(*) from pg_attribute a join pg_class c on a.attrelid = c.oid"
        " where c.relname = ''t'' and a.attname = ''name''"
        " and format_type(a.atttypid, a.atttypmod) = ''character varying(38)''' into n;",
        "if n = 1 then alter table app.u alter note type varchar(5); else drop table app.u; end if;",
        declare="declare n int;",
    ),
    "a modifier kept in a variable": do(
        "select atttypmod into n from pg_attribute where attrelid = 't'::regclass and attname = 'name';",
        "if n = 42 then create table yes (); elsif n is null then create table no (); end if;",
        declare="declare n int;",
    ),
    "nothing kept in a variable": do(
        "select table_name into n from information_schema.tables where table_name = 'dropped';",
        "if n is null then create table yes (); end if;",
        "if not found then create table really (); end if;",
        declare="declare n text;",
    ),
    "found": do(
        "perform 1 from pg_class where relname = 't';",
        "if found then create table yes (); else create table no (); end if;",
        "perform 1 from pg_class where relname = 'dropped';",
        "if not found then create table absent (); end if;",
    ),
    "an early end": do(
        "if to_regclass('t') is not null then return; end if;",
        "create table no ();",
    ),
    "what the block itself has done": do(
        "create table made (a int);",
        "if to_regclass('made') is not null then alter table made add b int; end if;",
        "drop table made;",
        "if to_regclass('made') is null then create table again (); end if;",
    ),
    "a loop over the catalog": do(
        "for r in select tablename, schemaname from pg_tables where schemaname = 'app' loop",
        " execute format('alter table %I.%I add column at timestamptz', r.schemaname, r.tablename);",
        "end loop;",
        "for name in select table_name from information_schema.columns"
        " where column_name = 'name' and table_schema = current_schema() loop",
        " execute 'alter table ' || quote_ident(name) || ' add extra int';",
        "end loop;",
        declare="declare r record; name text;",
    ),
    "a loop that is left": do(
        "for r in select tablename from pg_tables where schemaname = 'app' loop",
        " if r.tablename = 'u' then return; end if;",
        " execute format('drop table app.%I', r.tablename);",
        "end loop;",
        "create table no ();",
        declare="declare r record;",
    ),
    "an error takes all back": do(
        "create table no ();",
        "alter table t add column more int;",
        "create table t ();",
    ),
    "others catch an error": do(
        "create table yes ();",
        "begin",
        " create table no ();",
        " alter table t drop column nowhere;",
        " create table never ();",
        "exception when others then create table handled (); end;",
        "create table after_it ();",
    ),
    "others catch nothing": do("begin create table yes (); exception when others then null; end;"),
    "the condition of the error": do(
        "begin alter table t add column id int; exception when duplicate_column then create table yes (); end;",
        "begin create table t (); exception when duplicate_table then create table yes2 (); end;",
        "begin create type mood as enum ('a'); exception when duplicate_object then create table yes3 (); end;",
        "begin drop table dropped; exception when undefined_table then create table yes4 (); end;",
        "begin alter table t drop constraint nope; exception when undefined_object then create table yes5 (); end;",
    ),
    "another condition than the error": do(
        "create table no ();",
        "begin alter table t add column id int; exception when duplicate_table then null; end;",
    ),
    "case": do(
        "case when to_regclass('t') is null then create table no (); else create table yes (); end case;",
    ),
    "nested": do(
        "if to_regclass('t') is not null then",
        " if exists (select 1 from pg_constraint where conname = 'named') then",
        "  alter table t drop constraint named;",
        " end if;",
        " if not exists (select 1 from pg_constraint where conname = 'named') then",
        "  alter table t add constraint named unique (id, name);",
        " end if;",
        "end if;",
    ),
    "a function that runs statements": """
        create function widen(target text, col text) returns boolean language plpgsql as $$
        begin
          if exists (select 1 from information_schema.columns where table_name = target and column_name = col) then
            execute format('alter table %I alter column %I type text', target, col);
            return true;
          end if;
          return false;
        end $$;
        select widen('t', 'name');
        select widen('t', 'nowhere');
        create function make(n int default 3) returns void language plpgsql as $$
        begin create table from_function (a int); end $$;
        select make();
        create procedure proc() language sql as 'create table from_procedure (a int); alter table t drop column tags';
        call proc();
        create function loops(like_this text) returns void language plpgsql as $$
        declare c cursor for select indexname as name from pg_indexes where tablename = like_this;
        begin
          for i in c loop execute format('alter index app.%I rename to %I', i.name, replace(i.name, 'by_', 'on_'));
          end loop;
        end $$;
        select loops('u');
        """,
    "a function called in a block": """
        create function make(name text) returns void language plpgsql as $$
        begin execute format('create table %I (a int)', name); end $$;
        """
    + do("perform make('one');", "execute 'select make(''two'')';"),
}


@pytest.mark.parametrize("case", BLOCKS)
def test_a_block_runs_as_on_the_server(database: psycopg.Connection, case: str) -> None:
    same(database, SCHEMA + BLOCKS[case])


@pytest.mark.parametrize(
    "condition",
    [
        "exists (select 1 from t)",
        "current_setting('x.y', true) = 'on'",
        "exists (select 1 from pg_roles where rolname = 'web')",
        "exists (select 1 from pg_extension where extname = 'postgis')",
        "to_regclass('spatial_ref_sys') is null",
        "exists (select 1 from information_schema.tables where table_schema = 'auth' and table_name = 't')",
        "exists (select 1 from pg_proc where proname = 'uuid_generate_v4')",
        "random() > 0.5",
        "to_regclass('elsewhere') is not null and exists (select 1 from pg_class where relname = 't')",
    ],
)
def test_what_only_the_run_knows_stays_open(condition: str) -> None:
    text = SCHEMA + do(f"if {condition} then create table yes (a int); end if;", "create table sure (a int);")
    catalog = load([Source("block.sql", text)], "postgres")
    found = {table.name: table.certain for table in catalog.tables if table.name in ("yes", "sure")}
    assert found == {"yes": "is null" in condition, "sure": True}


def test_a_handler_for_all_errors_leaves_open_what_rows_decide() -> None:
    text = SCHEMA + do(
        "begin insert into t values (1, 'x'); create table maybe (a int); exception when others then null; end;",
        "create table sure (a int);",
    )
    catalog = load([Source("block.sql", text)], "postgres")
    found = {table.name: table.certain for table in catalog.tables if table.name in ("maybe", "sure")}
    assert found == {"maybe": False, "sure": True}


def test_a_routine_that_calls_itself_ends() -> None:
    text = """
        create function twice(n int) returns int language plpgsql as $$
        begin
          create table if not exists made (a int);
          if n > 0 then perform twice(n - 1); perform twice(n - 2); perform twice(n - 3); end if;
          return n;
        end $$;
        select twice(30);
        """
    catalog = load([Source("block.sql", text)], "postgres")
    assert [table.name for table in catalog.tables] == ["made"]


@pytest.mark.parametrize(
    ("statement", "doubted"),
    [
        ("'grant select on ' || x || ' to public'", set()),
        ("format('alter table %I owner to me', x)", set()),
        ("format('create index on %I (id)', x)", set()),
        ("format('alter table %I add constraint c check (true)', x)", set()),
        ("format('create table %I (id int)', x)", set()),
        ("format('create trigger g after insert on %I for each row execute function fill()', x)", set()),
        ("format('create trigger g before insert on %I for each row execute function fill()', x)", {"t", "u"}),
        ("format('alter table app.%I drop column note', x)", {"u"}),
        ("format('alter table %I add column extra int', x)", {"t", "u"}),
        ("format('drop table u%s', x)", {"u"}),
        ("format('alter table t rename column %I to y', x)", {"t"}),
    ],
)
def test_a_statement_of_unknown_text_puts_in_doubt_what_it_may_change(statement: str, doubted: set[str]) -> None:
    text = SCHEMA + do(f"execute {statement};", declare="declare x text := current_setting('x');")
    catalog = load([Source("block.sql", text)], "postgres")
    assert {name for _, name in catalog.unsure if name in ("t", "u")} == doubted
