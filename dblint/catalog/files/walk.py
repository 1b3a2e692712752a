"""The SQL files of a project tree, without what is vendored, ignored by git or a repository of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dblint.catalog.files.names import is_sql

PLAN = "sqitch.plan"

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

VENDORED = frozenset(
    {
        "node_modules",
        "bower_components",
        "site-packages",
        "vendor",
        "vendored",
        "third_party",
        "third-party",
        "thirdparty",
        "venv",
        "build",
        "dist",
        "__pycache__",
    }
)


def sql_files(root: Path, exclude: tuple[str, ...]) -> Iterator[str]:
    """Paths of SQL files and Sqitch plans below ``root`` that are the project's own; relative, with ``/``."""
    from pathspec import GitIgnoreSpec

    excluded = GitIgnoreSpec.from_lines(exclude) if exclude else None
    yield from _walk(root, "", (("", excluded),) if excluded is not None else ())


def files_below(folder: Path) -> Iterator[str]:
    """Paths of all files below a folder, relative to it, without vendored folders; links are not followed."""
    for directory, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _foreign(name))
        relative = os.path.relpath(directory, folder).replace(os.sep, "/")
        prefix = "" if relative == "." else relative + "/"
        yield from (prefix + name for name in sorted(files))


def _walk(root: Path, folder: str, specs: tuple[tuple[str, GitIgnoreSpec], ...]) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    if folder and (".git" in names or "pyvenv.cfg" in names):
        return
    specs += _ignored_here(root, folder, names)
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_dir(follow_symlinks=False):
            if not _foreign(entry.name) and not _matches(specs, path + "/"):
                yield from _walk(root, path, specs)
        elif (is_sql(entry.name) or entry.name == PLAN) and not _matches(specs, path):
            yield path


def _ignored_here(root: Path, folder: str, names: set[str]) -> tuple[tuple[str, GitIgnoreSpec], ...]:
    from pathspec import GitIgnoreSpec

    if ".gitignore" not in names:
        return ()
    try:
        lines = (root / folder / ".gitignore").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return ((folder + "/" if folder else "", GitIgnoreSpec.from_lines(lines)),)


def _matches(specs: tuple[tuple[str, GitIgnoreSpec], ...], path: str) -> bool:
    """As git: the last file that has a word on the path decides."""
    for prefix, spec in reversed(specs):
        verdict = spec.check_file(path[len(prefix) :]).include
        if verdict is not None:
            return verdict
    return False


def _foreign(name: str) -> bool:
    return name in VENDORED or name.startswith(".") or name.endswith(".egg-info")
