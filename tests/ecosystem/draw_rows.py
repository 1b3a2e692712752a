"""Draws the rows of `rows.json`: literals in tests of projects with doubles that may stand for a row, at random.

Usage: python -m tests.ecosystem.draw_rows FOLDER_OF_PROJECTS [SEED]; the first sample was drawn with 20261122, most of
the second with 777. A candidate is a dict display with three or more constant keys that lies in no other candidate, a
mock or a namespace with three or more keywords, or a tuple of three or more values told to a cursor's fetch. Each
project gives the same share, so that none decides alone; dblint has no say in it.
"""

from __future__ import annotations

import ast
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

SEED = 20261122
SHARE = 17
PROJECTS = (
    *("Archon", "travelstyle", "memento", "bookish-parakeet", "ascend-academy", "IQtestWithPoliticalPreference"),
    *("CRM-Digital-FTE", "context-engineering-intro", "event7", "supabase-py", "quivr", "openlibrary", "koji"),
    "listenbrainz-server",
)
_OBJECTS = ("Mock", "MagicMock", "AsyncMock", "SimpleNamespace", "dict")
_LEAST = 3


def candidates(tree: ast.AST) -> Iterator[int]:
    """The lines the candidates of a file begin at."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.expr) and _is_row(child):
            yield child.lineno
        elif isinstance(child, ast.Assign) and "fetch" in ast.unparse(child.targets[0]):
            told = (one for one in ast.walk(child.value) if isinstance(one, ast.expr))
            yield from (one.lineno for one in told if _is_tuple(one) or _is_row(one))
        else:
            yield from candidates(child)


def _is_row(node: ast.AST) -> bool:
    if isinstance(node, ast.Dict):
        named = [key for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        holds = all(isinstance(value, (ast.List, ast.Dict)) for value in node.values)
        return len(named) >= _LEAST and not holds
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in _OBJECTS and len([one for one in node.keywords if one.arg]) >= _LEAST
    return False


def _is_tuple(node: ast.AST) -> bool:
    return isinstance(node, ast.Tuple) and sum(isinstance(one, ast.Constant) for one in node.elts) >= _LEAST


def draw(root: Path, seed: int = SEED) -> Iterator[tuple[str, str, int]]:
    """Project, path and line of each row drawn."""
    dice = random.Random(seed)
    listed = json.loads((Path(__file__).parent / "projects.json").read_text())
    tests = {one["repo"].rpartition("/")[2]: one["tests"] for one in listed}
    for project in PROJECTS:
        found = sorted(_of(root / project, tests[project]))
        for path, line in sorted(dice.sample(found, min(SHARE, len(found)))):
            yield project, path, line


def _of(folder: Path, tests: list[str]) -> set[tuple[str, int]]:
    found = set()
    for pattern in tests:
        under = folder / pattern
        files = under.rglob("*.py") if under.is_dir() else folder.glob(pattern)
        for file in files:
            if file.name.startswith("test_") or file.name.endswith("_test.py") or file.name == "conftest.py":
                try:
                    tree = ast.parse(file.read_text())
                except (SyntaxError, UnicodeDecodeError):
                    continue
                found |= {(str(file.relative_to(folder)), line) for line in candidates(tree)}
    return found


if __name__ == "__main__":
    for one in draw(Path(sys.argv[1]), *map(int, sys.argv[2:3])):
        print(*one, sep="\t")
