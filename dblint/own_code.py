"""What the project's own Python code says of tables: those it makes and those it uses, found by their context alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_NAME = rb"""(?:["'`]?\w+["'`]?\.)?["'`]?([a-z_]\w*)"""
_MAKES = re.compile(
    rb"""\bcreate\s+(?:[a-z]+\s+){0,3}?(?:table|view)\s+(?:if\s+not\s+exists\s+)?"""
    + _NAME
    + rb"""|\b(?:create_table|table)\(\s*["']([a-z_]\w*)["']\s*,"""
    rb"""|\b(?:__tablename__|db_table)\s*=\s*["']([a-z_]\w*)["']""",
    re.IGNORECASE,
)
"""SQL, Alembic, SQLAlchemy and Django."""
_USES = re.compile(
    rb"""\b(?:table|from_)\(\s*f?["']([a-z_]\w*)["']\s*\)|\btable\w*\s*=\s*["']([a-z_]\w*)["']"""
    rb"""|\b(?:from|join|into|update)\s+""" + _NAME + rb"""\b(?!\s+import\b)""",
    re.IGNORECASE,
)
"""Client calls, names kept in constants and keywords, SQL."""
_MAKES_FUNCTION = re.compile(rb"""\b(?:function|procedure)\s+""" + _NAME + rb"""["'`]?\s*\(""", re.IGNORECASE)


def tables(root: Path, paths: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The lower-case names of the tables that files make, and of those they use."""
    made: set[str] = set()
    used: set[str] = set()
    for path in paths:
        try:
            data = (root / path).read_bytes()
        except OSError:
            continue
        made.update(_names(_MAKES, data))
        used.update(_names(_USES, data))
    return frozenset(made), frozenset(used)


def functions(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """The lower-case names of the stored functions that SQL in these files creates."""
    found: set[str] = set()
    for path in paths:
        try:
            data = (root / path).read_bytes()
        except OSError:
            continue
        found.update(_names(_MAKES_FUNCTION, data))
    return frozenset(found)


def absent(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """The paths that are not there, but for those a build or a submodule may bring."""
    gone = [path for path in dict.fromkeys(paths) if not (root / path).exists()]
    if not gone:
        return frozenset()
    from pathspec import GitIgnoreSpec

    ignored = GitIgnoreSpec.from_lines(_lines(root / ".gitignore"))
    modules = [
        line.partition("=")[2].strip() for line in _lines(root / ".gitmodules") if line.strip().startswith("path")
    ]
    return frozenset(
        path
        for path in gone
        if not ignored.match_file(path) and not any(path.startswith(f"{module}/") for module in modules)
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _names(pattern: re.Pattern[bytes], data: bytes) -> Iterator[str]:
    for found in pattern.finditer(data):
        yield next(name for name in found.groups() if name is not None).decode("ascii").lower()
