"""What the patterns of the ``schema`` setting take."""

from __future__ import annotations

from .conftest import Discover
from .test_convention import ORDERS, USERS, reasons, taken


def test_patterns_are_taken_in_their_order(found: Discover) -> None:
    tree = {"z/users.sql": USERS, "a/orders.sql": ORDERS, "a/b/more.sql": "create table more (id int);"}
    discovery = found(tree, schema=("z/users.sql", "a/**/*.sql"))
    assert taken(discovery) == ["z/users.sql", "a/orders.sql", "a/b/more.sql"]
    assert discovery.configured


def test_a_configured_file_may_be_what_convention_leaves(found: Discover) -> None:
    tree = {"tests/db/schema.sql": USERS, "tests/db/seed_tables.sql": ORDERS}
    assert taken(found(tree, schema=("tests/db",))) == ["tests/db/schema.sql", "tests/db/seed_tables.sql"]


def test_globs_leave_what_takes_the_schema_back(found: Discover) -> None:
    tree = {
        "db/1_users.up.sql": USERS,
        "db/1_users.down.sql": "drop table users;",
        "db/U1__x.sql": "drop table users;",
        "db/RESET_DB.sql": "drop table users;",
    }
    discovery = found(tree, schema=("db/*.sql",))
    assert taken(discovery) == ["db/1_users.up.sql"]
    assert reasons(discovery) == {
        "db/1_users.down.sql": "takes a migration back",
        "db/U1__x.sql": "a Flyway undo script",
        "db/RESET_DB.sql": "drops or resets the database",
    }


def test_an_exact_name_is_taken_whatever_it_is(found: Discover) -> None:
    discovery = found({"db/1.down.sql": "drop table users;"}, schema=("db/1.down.sql",))
    assert taken(discovery) == ["db/1.down.sql"]


def test_nothing_found_is_a_problem(found: Discover) -> None:
    discovery = found({"db/a.sql": USERS}, schema=("db/*.sql", "nowhere/*.sql", "gone.sql"))
    assert discovery.problems == (("nowhere/*.sql", "matches no SQL file"), ("gone.sql", "no such file or folder"))


def test_undecodable_bytes_are_a_problem(found: Discover) -> None:
    discovery = found({"db/a.sql": b"select '\xff';", "db/b.sql": USERS}, schema=("db",))
    assert taken(discovery) == ["db/b.sql"]
    assert [path for path, _ in discovery.problems] == ["db/a.sql"]
    assert "0xff" in discovery.problems[0][1]


def test_braces_and_classes_in_globs(found: Discover) -> None:
    tree = {"db/a1.sql": USERS, "db/b2.sql": ORDERS, "db/c3.sql": "create table c (id int);"}
    assert taken(found(tree, schema=("db/{a,c}[0-9].sql",))) == ["db/a1.sql", "db/c3.sql"]


def test_a_folder_with_a_dump_gives_the_dump(found: Discover) -> None:
    tree = {"sql/schema.sql": USERS + ORDERS, "sql/migrations/1_a.sql": USERS, "sql/migrations/2_b.sql": ORDERS}
    assert taken(found(tree, schema=("sql",))) == ["sql/schema.sql"]


def test_vendored_folders_inside_a_glob_are_passed_by(found: Discover) -> None:
    tree = {"db/a.sql": USERS, "node_modules/x/b.sql": ORDERS}
    assert taken(found(tree, schema=("**/*.sql",))) == ["db/a.sql"]
    assert taken(found(tree, schema=("node_modules/x/*.sql",))) == ["node_modules/x/b.sql"]


def test_of_a_folder_with_several_dialects_the_projects_own_is_taken(found: Discover) -> None:
    tree = {"db/schema.mysql.sql": USERS, "db/schema.postgres.sql": USERS, "db/common.sql": ORDERS}
    discovery = found(tree, schema=("db",), dialect="postgres")
    assert sorted(taken(discovery)) == ["db/common.sql", "db/schema.postgres.sql"]
    assert reasons(discovery) == {"db/schema.mysql.sql": "MySQL, while the project's dialect is PostgreSQL"}


def test_text_is_read_in_its_own_encoding(found: Discover) -> None:
    discovery = found(
        {"a.sql": b"\xef\xbb\xbf" + USERS.encode(), "b.sql": ("\ufeff" + ORDERS).encode("utf-16-le")}, schema=("*.sql",)
    )
    assert [source.text for source in discovery.sources] == [USERS, ORDERS]
