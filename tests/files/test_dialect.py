"""The dialect of a project's schema, told from its texts and names."""

from __future__ import annotations

import pytest

from .conftest import Discover
from .test_convention import USERS, taken


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("create table a (id uuid default gen_random_uuid(), at timestamptz);", "postgres"),
        ("create table a (id serial primary key, tags text[] not null);", "postgres"),
        ("create table a (id integer);", "postgres"),
        ("create table a (id integer primary key, email varchar(255) not null);", "postgres"),
        ("create table a (id integer primary key, owner uuid not null);", "postgres"),
        ("create table a (id integer primary key, name text not null);", "sqlite"),
        ("create table `a` (`id` int(11) not null auto_increment) engine=InnoDB;", "mysql"),
        ("create table a (id bigint unsigned, at datetime on update current_timestamp);", "mysql"),
        ("create table a (id integer primary key autoincrement, b blob);", "sqlite"),
        ("create table a (id integer primary key, at text default (datetime('now')));", "sqlite"),
        ("pragma foreign_keys = on;\ncreate table a (id text) without rowid;", "sqlite"),
    ],
)
def test_marks_in_the_text_tell(found: Discover, text: str, dialect: str) -> None:
    assert found({"db/schema.sql": text}).dialect == dialect


def test_the_setting_wins(found: Discover) -> None:
    assert found({"db/schema.sql": USERS}, dialect="sqlite").dialect == "sqlite"


def test_of_files_in_several_dialects_the_project_takes_its_own(found: Discover) -> None:
    tree = {
        "db/schema.postgres.sql": "create table a (id uuid);",
        "db/schema.mysql.sql": "create table a (id int);",
        "db/schema.sqlite.sql": "create table a (id int);",
    }
    assert taken(found(tree, dialect="mysql")) == ["db/schema.mysql.sql"]
    assert taken(found(tree, dialect="postgres")) == ["db/schema.postgres.sql"]
    assert taken(found({}, dialect="sqlite")) == ["db/schema.sqlite.sql"]


def test_dialect_folders(found: Discover) -> None:
    tree = {
        "db/mysql/1_a.sql": "create table a (id int auto_increment primary key);",
        "db/postgresql/1_a.sql": "create table a (id serial primary key);",
    }
    assert taken(found(tree, dialect="mysql")) == ["db/mysql/1_a.sql"]
    assert taken(found(tree, dialect="postgres")) == ["db/postgresql/1_a.sql"]
