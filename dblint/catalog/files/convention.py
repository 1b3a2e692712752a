"""Which SQL files a project's schema is made of when its configuration does not say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from dblint.catalog.files.names import SqlName, data_reason, put_aside, read_name, undo_reason, words

_FOLDER_WORDS = frozenset(
    {"db", "database", "databases", "sql", "migration", "migrations", "schema", "schemas", "ddl", "flyway", "sqitch"}
)
_FILE_WORDS = frozenset({"schema", "schemas", "structure", "ddl", "tables"})
_PASSED_FOLDERS = {
    "test": "under a test folder",
    "tests": "under a test folder",
    "testing": "under a test folder",
    "spec": "under a test folder",
    "specs": "under a test folder",
    "e2e": "under a test folder",
    "fixtures": "under a fixture folder",
    "fixture": "under a fixture folder",
    "testdata": "under a test folder",
    "example": "an example",
    "examples": "an example",
    "sample": "an example",
    "samples": "an example",
    "docs": "documentation",
    "benchmark": "a benchmark",
    "benchmarks": "a benchmark",
    "seed": "seed data, not schema",
    "seeds": "seed data, not schema",
    "seeders": "seed data, not schema",
    "archive": "put aside",
    "archived": "put aside",
    "deprecated": "put aside",
    "old": "put aside",
    "legacy": "put aside",
    "down": "takes migrations back",
    "rollback": "takes migrations back",
    "rollbacks": "takes migrations back",
    "revert": "takes migrations back",
    "undo": "takes migrations back",
    "verify": "checks a deployment, makes nothing",
    "queries": "queries, not schema",
    "future_migrations": "not applied yet",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that convention may take; ``home`` is the outermost folder that says schema, "" for a telling name."""

    name: SqlName
    home: str
    reason: str


def judge(path: str) -> Candidate | str:
    """The candidate a path is, or why it is left."""
    name = read_name(path)
    left = _left_by_name(path, name)
    if left is not None:
        return left
    home = _home(path)
    if home is not None:
        return Candidate(name, home, f"in {home}/")
    if _FILE_WORDS.intersection(words(name.stem)):
        return Candidate(name, "", f"called {PurePosixPath(path).name}")
    return "in no folder that says schema"


def judge_anywhere(path: str) -> Candidate | str:
    """As ``judge``, for a project that keeps its schema in a place no convention knows."""
    name = read_name(path)
    return _left_by_name(path, name) or Candidate(name, "", "creates tables, and no folder says schema")


def _left_by_name(path: str, name: SqlName) -> str | None:
    if put_aside(path):
        return "put aside by its name"
    folders = path.lower().split("/")[:-1]
    passed = next((_PASSED_FOLDERS[folder] for folder in folders if folder in _PASSED_FOLDERS), None)
    if passed is None and any(words(folder)[:1] == ["test"] for folder in folders):
        passed = "under a test folder"
    return passed or undo_reason(name) or data_reason(name) or _left_by_supabase(path, name)


def _left_by_supabase(path: str, name: SqlName) -> str | None:
    """The Supabase command line runs ``migrations/<digits>_name.sql``, and its folder's other files only by hand."""
    folders = path.split("/")[:-1]
    if folders[-1:] == ["supabase"]:
        return "Supabase applies supabase/migrations only"
    if folders[-2:] == ["supabase", "migrations"] and not name.stem[:1].isdigit():
        return "no version in its name, so Supabase does not apply it"
    return None


def _home(path: str) -> str | None:
    folders = path.split("/")[:-1]
    for depth, folder in enumerate(folders, 1):
        if folder == "supabase" or _FOLDER_WORDS.intersection(words(folder)):
            return "/".join(folders[:depth])
    return None
