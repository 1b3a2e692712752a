"""Which files are taken when nothing is configured, and in which order."""

from __future__ import annotations

import pytest

from dblint.catalog.files import Discovery

from .conftest import Discover

USERS = "create table users (id uuid primary key);"
ORDERS = "create table orders (id uuid primary key, user_id uuid references users (id));"


def taken(discovery: Discovery) -> list[str]:
    return [source.path for source in discovery.sources]


def reasons(discovery: Discovery) -> dict[str, str]:
    return {file.path: file.reason for file in discovery.files if not file.taken}


@pytest.mark.parametrize(
    "path",
    [
        "supabase/migrations/20240101000000_users.sql",
        "supabase/schemas/users.sql",
        "backend/supabase/migrations/1_users.sql",
        "db/users.sql",
        "app/database/users.sql",
        "sql/users.sql",
        "migrations/0001_users.sql",
        "migration/users.sql",
        "schemas/users.sql",
        "services/api/schema.sql",
        "structure.sql",
        "schema.sql",
        "db/users.pgsql",
        "db/users.psql",
        "db/users.ddl",
        "db/users.sql.postgres",
        "docker/initdb.d/users.sql",
        "src/storage/migration_files/1_users.sql",
        "infra/init.sql",
        "infra/users.sql",
    ],
)
def test_a_schema_is_found_where_people_keep_it(found: Discover, path: str) -> None:
    discovery = found({path: USERS})
    assert taken(discovery) == [path]
    assert discovery.files[0].taken
    assert not discovery.configured


@pytest.mark.parametrize(
    "path",
    [
        "db/migrations/0001_users.down.sql",
        "db/migrations/0001_users.rollback.sql",
        "db/rollback/0001_users.sql",
        "db/U1__users.sql",
        "db/seed.sql",
        "db/seeds/users.sql",
        "db/fixtures/users.sql",
        "db/sample_data.sql",
        "db/users.sql.DISABLED",
        "db/users.sql.bak",
        "tests/db/schema.sql",
        "test/schema.sql",
        "node_modules/lib/db/schema.sql",
        "vendor/lib/schema.sql",
        ".venv/lib/schema.sql",
        "src/site-packages/lib/schema.sql",
        "db/spanner/users.sql",
        "examples/shop/schema.sql",
        "db/archive/users.sql",
    ],
)
def test_what_is_no_schema_is_left(found: Discover, path: str) -> None:
    discovery = found({path: "create table other (id int);", "db/schema.sql": USERS})
    assert taken(discovery) == ["db/schema.sql"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("db/drop_tables.sql", "drop table users;"),
        ("db/reset.sql", "drop schema public cascade; create schema public;"),
        ("db/teardown.sql", "drop table if exists users;"),
        ("db/00_reset_database.sql", "drop table if exists users cascade;"),
        ("db/gone.sql", "drop table users; drop table orders;"),
    ],
)
def test_a_script_that_only_clears_away_is_left(found: Discover, path: str, text: str) -> None:
    discovery = found({"db/1_users.sql": USERS, path: text})
    assert taken(discovery) == ["db/1_users.sql"]
    assert reasons(discovery) == {path: "drops or resets the database"}


def test_a_numbered_step_may_drop_a_table(found: Discover) -> None:
    tree = {"db/1_users.sql": USERS, "db/2_orders.sql": ORDERS, "db/3_drop_orders.sql": "drop table orders;"}
    assert taken(found(tree)) == ["db/1_users.sql", "db/2_orders.sql", "db/3_drop_orders.sql"]


def test_numbers_and_dates_sort_naturally(found: Discover) -> None:
    names = ["2.sql", "10.sql", "9_x.sql", "1-a.sql"]
    tree = {f"migrations/{name}": f"create table t{name[0]}{len(name)} (id uuid);" for name in names}
    assert taken(found(tree)) == [f"migrations/{name}" for name in ("1-a.sql", "2.sql", "9_x.sql", "10.sql")]


def test_a_day_and_a_second_sort_as_their_digits_do(found: Discover) -> None:
    names = ["20260426_a.sql", "20260430120000_b.sql", "20260430_c.sql", "20260501000000_d.sql"]
    tree = {f"supabase/migrations/{name}": f"create table t{name[-5]} (id uuid);" for name in reversed(names)}
    assert taken(found(tree)) == [f"supabase/migrations/{name}" for name in names]


def test_flyway_versions_come_before_repeatables(found: Discover) -> None:
    tree = {
        "db/R__b_view.sql": "create or replace view b as select 1;",
        "db/R__a_view.sql": "create or replace view a as select 1;",
        "db/V1.10__c.sql": "alter table users add column c int;",
        "db/V1.2__b.sql": "alter table users add column b int;",
        "db/more/V1__users.sql": USERS,
        "db/U1.2__b.sql": "alter table users drop column b;",
        "db/V2_1__d.sql": "alter table users add column d int;",
    }
    assert taken(found(tree)) == [
        "db/more/V1__users.sql",
        "db/V1.2__b.sql",
        "db/V1.10__c.sql",
        "db/V2_1__d.sql",
        "db/R__a_view.sql",
        "db/R__b_view.sql",
    ]


def test_a_sqitch_plan_says_the_order(found: Discover) -> None:
    plan = (
        "%syntax-version=1.0.0\n%project=shop\n\n"
        "users 2024-01-01T00:00:00Z A <a@b> # users\n"
        "@v1 2024-01-02T00:00:00Z A <a@b> # tag\n"
        "appschema/orders [users] 2024-01-02T00:00:00Z A <a@b> # orders\n"
        "users [users@v1] 2024-01-03T00:00:00Z A <a@b> # again\n"
    )
    tree = {
        "sqitch.plan": plan,
        "deploy/users.sql": "alter table users add column name text;",
        "deploy/users@v1.sql": USERS,
        "deploy/appschema/orders.sql": ORDERS,
        "revert/users.sql": "drop table users;",
        "verify/users.sql": "select 1;",
    }
    assert taken(found(tree, schema=("deploy",))) == [
        "deploy/users@v1.sql",
        "deploy/appschema/orders.sql",
        "deploy/users.sql",
    ]
    assert taken(found({})) == ["deploy/users@v1.sql", "deploy/appschema/orders.sql", "deploy/users.sql"]


def test_steps_in_folders_of_their_own(found: Discover) -> None:
    tree = {
        "prisma/migrations/20240101000000_init/migration.sql": USERS,
        "prisma/migrations/20240301000000_late/migration.sql": "alter table users drop column name;",
        "prisma/migrations/20240201000000_name/migration.sql": "alter table users add column name text;",
    }
    assert [path.split("/")[2][15:] for path in taken(found(tree))] == ["init", "name", "late"]


def test_without_numbers_tables_come_first(found: Discover) -> None:
    tree = {
        "sql/computed_columns.sql": "alter table orders add column total numeric generated always as (a * b) stored;",
        "sql/functions.sql": "create function f() returns setof orders language sql as $$ select * from orders $$;",
        "sql/tables.sql": USERS + ORDERS.replace(");", ", a int, b int);"),
    }
    assert taken(found(tree)) == ["sql/tables.sql", "sql/computed_columns.sql", "sql/functions.sql"]


def test_foreign_keys_wait_for_the_keys_they_need(found: Discover) -> None:
    tree = {
        "sql/create_extensions.sql": "create extension pgcrypto;",
        "sql/create_foreign_keys.sql": "alter table orders add foreign key (user_id) references users (id);",
        "sql/create_primary_keys.sql": "alter table users add constraint users_pkey primary key (id);",
        "sql/create_tables.sql": "create table users (id int, kind mood); create table orders (user_id int);",
        "sql/create_types.sql": "create type mood as enum ('a');",
    }
    assert [path.removeprefix("sql/create_") for path in taken(found(tree))] == [
        "extensions.sql",
        "types.sql",
        "tables.sql",
        "primary_keys.sql",
        "foreign_keys.sql",
    ]


def test_a_base_folder_comes_before_the_deltas_above_it(found: Discover) -> None:
    tree = {
        "migrations/001-name.sql": "alter table users add column name text;",
        "migrations/init/1-users.sql": USERS,
        "migrations/init/2-orders.sql": ORDERS,
    }
    assert taken(found(tree)) == [
        "migrations/init/1-users.sql",
        "migrations/init/2-orders.sql",
        "migrations/001-name.sql",
    ]


def test_a_master_script_says_the_order(found: Discover) -> None:
    tree = {
        "db/all.sql": "\\i zebra.sql\n\\ir ./views/ape.sql\n\\i cat.sql\n",
        "db/zebra.sql": USERS,
        "db/views/ape.sql": "create table b (id uuid);",
        "db/cat.sql": "create table c (id uuid);",
        "db/dog.sql": "alter table c add column x int;",
    }
    assert taken(found(tree)) == ["db/all.sql", "db/zebra.sql", "db/views/ape.sql", "db/cat.sql", "db/dog.sql"]


def test_gitignored_and_nested_repositories_are_left(found: Discover) -> None:
    tree = {
        ".gitignore": "/local/\n*.gen.sql\n!keep.gen.sql\n",
        "local/db/schema.sql": "create table a (id int);",
        "db/x.gen.sql": "create table b (id int);",
        "db/keep.gen.sql": "create table c (id int);",
        "db/schema.sql": USERS,
        "sub/.git/HEAD": "ref: x",
        "sub/db/schema.sql": "create table d (id int);",
    }
    assert sorted(taken(found(tree))) == ["db/keep.gen.sql", "db/schema.sql"]


def test_excluded_folders_are_left(found: Discover) -> None:
    tree = {"db/schema.sql": USERS, "other/db/schema.sql": ORDERS}
    assert taken(found(tree, exclude=("other/",))) == ["db/schema.sql"]


def test_a_flyway_baseline_stands_for_the_versions_before_it(found: Discover) -> None:
    tree = {
        "db/V1__users.sql": USERS,
        "db/V2__orders.sql": ORDERS,
        "db/B2__base.sql": USERS + ORDERS,
        "db/V3__more.sql": "alter table users add column more int;",
    }
    discovery = found(tree)
    assert taken(discovery) == ["db/B2__base.sql", "db/V3__more.sql"]
    assert set(reasons(discovery).values()) == {"in the baseline db/B2__base.sql"}


def test_a_plan_makes_a_home_beside_others(found: Discover) -> None:
    tree = {
        "server/sqitch.plan": "%project=shop\nusers 2024-01-01T00:00:00Z A <a@b>\n",
        "server/deploy/users.sql": USERS,
        "server/deploy/unplanned.sql": "create table unplanned (id int);",
        "db/orders.sql": ORDERS,
    }
    discovery = found(tree)
    assert set(taken(discovery)) == {"server/deploy/users.sql", "db/orders.sql"}
    assert reasons(discovery) == {"server/deploy/unplanned.sql": "not in server/sqitch.plan"}


def test_a_table_may_be_called_like_data(found: Discover) -> None:
    tree = {
        "db/tables/test_results.sql": "create table test_results (id uuid);",
        "db/tables/sample_types.sql": "create table sample_types (id uuid);",
        "db/seed_users.sql": "insert into users values (1);",
        "db/create_test_db.sql": "create database test;",
    }
    discovery = found(tree)
    assert taken(discovery) == ["db/tables/sample_types.sql", "db/tables/test_results.sql"]
    assert reasons(discovery) == {
        "db/seed_users.sql": "seed data, not schema",
        "db/create_test_db.sql": "test data, not schema",
    }


def test_a_numbered_seed_is_left(found: Discover) -> None:
    tree = {"db/1_users.sql": USERS, "db/2_seed_users.sql": "insert into users values (1);"}
    assert reasons(found(tree)) == {"db/2_seed_users.sql": "seed data, not schema"}
