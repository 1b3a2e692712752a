"""The order of the house: each module imports only from floors below its own, and each library has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "dblint"

FLOORS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "cli",
        "engine",
        "judging",
        "fixing report",
        "rewrite knowledge code_book context raised suppress",
        "rulebook checks",
        "binding",
        "values",
        "facts",
        "syntax catalog",
        "sql",
        "project own_code runner",
        "reading",
        "cache result redaction data_files",
        "config source finding errors rule intent layout",
    )
)
"""From the roof down; the modules of one floor do not know each other, but for those of the ground floor."""

GROUND = FLOORS[-1]
HOMES = {
    "click": {"cli"},
    "rich": {"report"},
    "ast_grep_py": {"syntax"},
    "sqlglot": {"sql"},
    "postgast": {"sql"},
    "yaml": {"syntax", "rulebook"},
    "pickle": set[str](),
    "marshal": set[str](),
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem[:2] != "__")


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module a file names in an import, wherever the import stands."""
    return frozenset(_imported(ast.parse(path.read_text(encoding="utf-8"))))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            base = node.module or ""
            yield from (f"{base}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    """The module or sub-package of dblint a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def floor(name: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if name in names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_from_the_floors_below(path: Path) -> None:
    own = room(path)
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("dblint.")} - {own, "__version__"}
    upwards = {one for one in rooms if floor(one) <= floor(own) and not {own, one} <= GROUND}
    assert upwards == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_is_used_in_its_home(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imported(path)}
    astray = {library for library in libraries & HOMES.keys() if room(path) not in HOMES[library]}
    assert astray == set()


def test_every_room_has_a_floor_and_every_floor_is_lived_in() -> None:
    rooms = {room(path) for path in MODULES}
    assert rooms - {"rules"} == set().union(*FLOORS)


def test_the_contracts_on_a_wrong_import() -> None:
    tree = ast.parse("def f():\n    from dblint.engine import Engine\n    import rich.console")
    assert set(_imported(tree)) == {"dblint.engine.Engine", "rich.console"}
    assert floor("engine") < floor("catalog") < floor("config")
