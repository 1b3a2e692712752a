"""A dump beside its upgrade scripts, and other second copies."""

from __future__ import annotations

from .conftest import Discover
from .test_convention import ORDERS, USERS, reasons, taken

NAME = "alter table users add column name text;"


def test_a_full_dump_stands_for_its_steps(found: Discover) -> None:
    dump = "create table users (id uuid, name text); create table orders (id uuid);"
    discovery = found({"db/schema.sql": dump, "db/migrations/1_a.sql": USERS + ORDERS, "db/migrations/2_b.sql": NAME})
    assert taken(discovery) == ["db/schema.sql"]
    assert set(reasons(discovery).values()) == {"already in db/schema.sql"}


def test_steps_newer_than_the_dump_follow_it(found: Discover) -> None:
    dump = "create table users (id uuid, name text); create table orders (id uuid);"
    tree = {
        "db/schema.sql": dump,
        "db/migrations/1_a.sql": USERS + ORDERS,
        "db/migrations/2_b.sql": NAME,
        "db/migrations/3_c.sql": "alter table users add column email text;",
    }
    assert taken(found(tree)) == ["db/schema.sql", "db/migrations/3_c.sql"]


def test_a_step_whose_tables_the_dump_lacks_is_taken(found: Discover) -> None:
    many = {f"supabase/migrations/{at}_t.sql": f"create table t{at} (id uuid);" for at in range(10, 30)}
    dump = "".join(text for path, text in many.items() if not path.endswith("/15_t.sql"))
    discovery = found({**many, "supabase/dumps/schema.sql": dump})
    assert taken(discovery) == ["supabase/dumps/schema.sql", "supabase/migrations/15_t.sql"]


def test_a_base_dump_and_its_deltas_are_both_taken(found: Discover) -> None:
    tree = {"db/base.sql": USERS + ORDERS, "db/patches/91.sql": NAME, "db/patches/92.sql": "create table c (id int);"}
    assert taken(found(tree)) == ["db/base.sql", "db/patches/91.sql", "db/patches/92.sql"]


def test_upgrade_scripts_by_version_stand_beside_the_dump(found: Discover) -> None:
    dump = "create table users (id uuid, name text, email text);"
    tree = {
        "schemas/schema.sql": dump,
        "schemas/schema-upgrade-1.2-1.3.sql": NAME,
        "schemas/schema-upgrade-1.10-1.11.sql": "alter table users add email text;",
    }
    assert taken(found(tree)) == ["schemas/schema.sql"]


def test_a_partial_copy_of_a_history_is_left(found: Discover) -> None:
    many = {f"supabase/migrations/{at}_t.sql": f"create table t{at} (id uuid);" for at in range(1, 9)}
    discovery = found({**many, "backend/db/schema.sql": "create table t1 (id uuid); create table t8 (id uuid);"})
    assert len(taken(discovery)) == 8
    assert "a partial copy" in reasons(discovery)["backend/db/schema.sql"]


def test_of_two_variants_the_fuller_is_taken(found: Discover) -> None:
    tree = {
        "migrations/bootstrap_a.sql": USERS + ORDERS,
        "migrations/bootstrap_b.sql": USERS + ORDERS + "alter table users enable row level security;",
    }
    assert taken(found(tree)) == ["migrations/bootstrap_b.sql"]


def test_a_second_service_with_the_same_tables_is_left(found: Discover) -> None:
    tree = {
        "app/__init__.py": "",
        "app/migrations/1_a.sql": USERS,
        "app/migrations/2_b.sql": ORDERS,
        "copy/migrations/1_a.sql": USERS,
        "copy/migrations/2_b.sql": ORDERS,
        "copy/migrations/3_c.sql": "create table extra (id uuid);",
    }
    assert taken(found(tree)) == ["app/migrations/1_a.sql", "app/migrations/2_b.sql"]


def test_another_language_and_a_tool_are_side_shows(found: Discover) -> None:
    tree = {
        "app/db/schema.sql": USERS,
        "go/go.mod": "module x",
        "go/db/schema.sql": "create table jobs (id uuid);",
        "scripts/sql/dump.sql": "create table dumped (id uuid);",
    }
    assert taken(found(tree)) == ["app/db/schema.sql"]


def test_two_databases_are_both_taken(found: Discover) -> None:
    tree = {"core/schema.sql": USERS, "covers/schema.sql": "create table covers (id uuid);"}
    assert sorted(taken(found(tree))) == ["core/schema.sql", "covers/schema.sql"]
