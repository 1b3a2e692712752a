"""Which SQL files a project's schema is made of when its configuration does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from dblint.catalog.files.names import SqlName, data_reason, other_dialect, put_aside, read_name, undo_reason, words

_FOLDER_WORDS = frozenset(
    {
        "db",
        "database",
        "databases",
        "sql",
        "migration",
        "migrations",
        "versions",
        "schema",
        "schemas",
        "ddl",
        "flyway",
        "sqitch",
        "initdb",
    }
)
_FILE_WORDS = frozenset({"schema", "schemas", "structure", "ddl", "tables", "init", "initdb"})
_PASSED_FOLDERS = {
    "test": "under a test folder",
    "tests": "under a test folder",
    "testing": "under a test folder",
    "testdata": "under a test folder",
    "spec": "under a test folder",
    "specs": "under a test folder",
    "e2e": "under a test folder",
    "fixture": "under a fixture folder",
    "fixtures": "under a fixture folder",
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
    "future": "not applied yet",
    "pending": "not applied yet",
    "draft": "not applied yet",
    "drafts": "not applied yet",
    "unapplied": "not applied yet",
    "down": "takes migrations back",
    "rollback": "takes migrations back",
    "rollbacks": "takes migrations back",
    "revert": "takes migrations back",
    "undo": "takes migrations back",
    "verify": "checks a deployment, makes nothing",
    "queries": "queries, not schema",
}
_LEADING = frozenset({"test", "tests", "future", "pending", "draft", "archived", "deprecated"})
_MASTERS = frozenset({"run", "all", "main", "master", "index", "init", "setup", "apply"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that convention may take; ``home`` is the outermost folder that says schema, or that of a telling name."""

    name: SqlName
    home: str
    reason: str


def judge(paths: Iterable[str], plans: Iterable[str] = ()) -> dict[str, Candidate | str]:
    """Each path as the candidate it is, or why it is left; ``plans`` are the Sqitch plans."""
    known = tuple(paths)
    judged = {path: _judge(path) for path in known}
    judged.update(_by_hand(known))
    for plan in plans:
        base = plan.rpartition("/")[0]
        deploy = f"{base}/deploy/" if base else "deploy/"
        for path in [path for path in judged if path.startswith(deploy)]:
            judged[path] = Candidate(read_name(path), deploy.rstrip("/"), f"deployed by {plan}")
    told = {one.home: path for path, one in judged.items() if isinstance(one, Candidate) and _is_telling(one)}
    for path, verdict in judged.items():
        beside = told.get(path.rpartition("/")[0])
        if verdict == _NO_HOME and beside is not None:
            name = read_name(path)
            judged[path] = Candidate(name, path.rpartition("/")[0], f"beside {PurePosixPath(beside).name}")
    return judged


def judge_anywhere(paths: Iterable[str]) -> dict[str, Candidate | str]:
    """As ``judge``, for a project that keeps its schema in a place no convention knows."""
    judged: dict[str, Candidate | str] = {}
    for path in paths:
        name = read_name(path)
        found = Candidate(name, path.rpartition("/")[0], "creates tables, and no folder says schema")
        judged[path] = _left_by_name(path, name) or found
    return judged


def judge_at_last(paths: Iterable[str]) -> dict[str, Candidate | str]:
    """As ``judge_anywhere``, for a project whose only schema stands among its documents."""
    judged = judge_anywhere(paths)
    for path, verdict in judged.items():
        if verdict == _PASSED_FOLDERS["docs"]:
            judged[path] = Candidate(read_name(path), path.rpartition("/")[0], "creates tables, as no other file does")
    return judged


def _by_hand(paths: Sequence[str]) -> dict[str, Candidate]:
    """The files of a ``supabase`` folder that has no migrations: somebody runs them by hand."""
    applied = {path.rpartition("/migrations/")[0] for path in paths if "supabase/migrations/" in path}
    found = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder.rpartition("/")[2] == "supabase" and folder not in applied:
            name = read_name(path)
            if _left_by_name(path, name) == _BY_HAND:
                found[path] = Candidate(name, folder, f"in {folder}/")
    return found


_BY_HAND = "Supabase applies supabase/migrations only"
_NO_HOME = "in no folder that says schema"


def _judge(path: str) -> Candidate | str:
    name = read_name(path)
    left = _left_by_name(path, name)
    if left is not None:
        return left
    home = _home(path)
    if home is not None:
        return Candidate(name, home, f"in {home}/")
    if name.kind == "plain" and _FILE_WORDS.intersection(words(name.stem)):
        return Candidate(name, path.rpartition("/")[0], _telling(path))
    return _NO_HOME


def _telling(path: str) -> str:
    return f"called {PurePosixPath(path).name}"


def _is_telling(candidate: Candidate) -> bool:
    return candidate.reason == _telling(candidate.name.path)


def _left_by_name(path: str, name: SqlName) -> str | None:
    if put_aside(path):
        return "put aside by its name"
    passed = next((reason for folder in path.split("/")[:-1] if (reason := _passed(folder)) is not None), None)
    other = other_dialect(name)
    if passed is None and other is not None:
        passed = f"{other} SQL, which dblint does not read"
    return passed or undo_reason(name) or data_reason(name) or _left_by_supabase(path, name)


def _passed(folder: str) -> str | None:
    lowered = folder.lower()
    first = words(folder)[:1]
    if lowered in _PASSED_FOLDERS:
        return _PASSED_FOLDERS[lowered]
    return _PASSED_FOLDERS[first[0]] if first and first[0] in _LEADING else None


def _left_by_supabase(path: str, name: SqlName) -> str | None:
    """The Supabase command line runs ``migrations/<digits>_name.sql``, and its folder's other files only by hand."""
    folders = path.split("/")[:-1]
    if folders[-1:] == ["supabase"]:
        return _BY_HAND
    versioned = name.stem[:1].isdigit() or _MASTERS.intersection(words(name.stem))
    if folders[-2:] == ["supabase", "migrations"] and not versioned:
        return "no version in its name, so Supabase does not apply it"
    return None


def _home(path: str) -> str | None:
    folders = path.split("/")[:-1]
    for depth, folder in enumerate(folders, 1):
        if folder == "supabase" or _FOLDER_WORDS.intersection(words(folder)):
            return "/".join(folders[:depth])
    return None
