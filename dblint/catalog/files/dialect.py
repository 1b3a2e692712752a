"""Which dialect SQL texts are written in, by marks that only one server has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dblint.catalog.files.names import DIALECT_WORDS
from dblint.catalog.files.script import Script
from dblint.catalog.model import Dialect

Scores = dict[Dialect, int]

# Plain substrings: hundreds of files are looked at in every cold run, and regular expressions took seconds on them.
_MARKS: dict[Dialect, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "postgres": (
        (3, ("$$", "plpgsql", "create extension", "create policy", "row level security", "$function$", "\\connect")),
        (3, ("as enum", " jsonb", "timestamptz", " time zone", " bytea", "tsvector", "create type", "create domain")),
        (3, (" serial", "bigserial", "gen_random_uuid(", "uuid_generate_v", "nextval(", "create sequence")),
        (3, ("search_path", "alter table only", "owner to", "materialized view", " from stdin")),
        (3, ("::", "character varying", "using gin", "using gist", "using hnsw", "using brin", "text[]", "[] ")),
        (2, ("as identity", "public.", "double precision", "language sql", "postgresql")),
        (2, (" uuid", " interval", "returning ", " inet", "create role")),
        (1, (" numeric", " boolean", "now()", " varchar(", " timestamp", " bigint")),
    ),
    "mysql": (
        (4, ("engine=", "engine =", "auto_increment", "/*!4", "/*!5", "\ndelimiter ", "mysql dump")),
        (3, ("create table `", "if not exists `", " unsigned", "mediumtext", "longtext", "longblob", "mediumblob")),
        (3, ("on update current_timestamp", "modify column", "change column", "default charset", "alter table `")),
        (3, ("collate=utf8", "collate utf8", "character set", "\nuse ", "tinyint(", "mediumint")),
        (2, (" enum(", " enum (", " int(", " bigint(", " datetime,", " datetime ", " datetime(")),
    ),
    "sqlite": (
        (4, ("autoincrement", "without rowid", "\npragma ", "create virtual table", ") strict")),
        (3, ("strftime(", "datetime('now", "randomblob(", "unixepoch(", "julianday(", "sqlite_")),
        (2, ("insert or ignore", "insert or replace", " blob")),
        (1, ("integer primary key", "integer not null primary key")),
        (1, (" real", " datetime,", " datetime ")),
    ),
}
_SPACES = re.compile(r"[ \t]{2,}|\r")
NAMES: dict[Dialect, str] = {"postgres": "PostgreSQL", "mysql": "MySQL", "sqlite": "SQLite"}
_LEAD = 3
_ENOUGH = 24


def named_dialect(script: Script) -> Dialect | None:
    """The dialect a file's name or the nearest of its folders says."""
    if script.name.dialect is not None:
        return script.name.dialect
    parts = reversed(script.folder.lower().split("/"))
    return next((DIALECT_WORDS[part] for part in parts if part in DIALECT_WORDS), None)


def scores(script: Script) -> Scores:
    """How strongly one script speaks each dialect."""
    named = named_dialect(script)
    text = _SPACES.sub(" ", "\n" + script.source.text).lower()
    return {
        dialect: sum(weight for weight, marks in kinds if any(mark in text for mark in marks))
        + (_ENOUGH if dialect == named else 0)
        for dialect, kinds in _MARKS.items()
    }


def spoken(scripts: Iterable[Script]) -> Dialect | None:
    """The dialect scripts surely speak; None when it could be more than one."""
    first, second = _together(scripts)[:2]
    return first[0] if first[1] - second[1] >= _LEAD else None


def detect(scripts: Iterable[Script]) -> Dialect:
    """The dialect scripts speak; PostgreSQL when nothing tells."""
    return _together(scripts)[0][0]


def _together(scripts: Iterable[Script]) -> list[tuple[Dialect, int]]:
    total: Scores = {"postgres": 0, "mysql": 0, "sqlite": 0}
    for script in scripts:
        for dialect, points in scores(script).items():
            total[dialect] += points
        first, second = _ranked(total)[:2]
        if first[1] - second[1] >= _ENOUGH:
            break
    return _ranked(total)


def _ranked(points: Scores) -> list[tuple[Dialect, int]]:
    return sorted(points.items(), key=lambda pair: -pair[1])
