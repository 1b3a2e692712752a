"""Folders that hold a schema: which is believed first when there are several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dblint.catalog.files.names import path_key, words
from dblint.catalog.files.order import in_order
from dblint.catalog.files.script import Script

_OTHER_LANGUAGES = {
    "go.mod": "Go",
    "Cargo.toml": "Rust",
    "pom.xml": "Java",
    "build.gradle": "Java",
    "build.gradle.kts": "Kotlin",
    "mix.exs": "Elixir",
    "Gemfile": "Ruby",
    "composer.json": "PHP",
}
_PYTHON = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "__init__.py")
_TOOL_WORDS = frozenset({"scripts", "script", "tools", "tool", "contrib", "hack", "utils", "util", "bin", "poc"})


def ranked(root: Path, homes: Mapping[str, Sequence[Script]]) -> dict[str, list[Script]]:
    """The homes, each in replay order: Supabase's first, then the project's own, the fuller before the poorer."""
    if len(homes) < 2:
        return {home: in_order(scripts) for home, scripts in homes.items()}

    def rank(home: str) -> tuple[bool, bool, bool, bool, int, int, object]:
        tables = {name for script in homes[home] for name in script.outline.tables}
        return (
            home.rpartition("/")[2] != "supabase",
            language(root, home) is not None,
            is_tool(home),
            not _in_package(root, home),
            -len(tables),
            home.count("/"),
            path_key(home),
        )

    return {home: in_order(homes[home]) for home in sorted(homes, key=rank)}


def side_shows(root: Path, homes: Mapping[str, Sequence[Script]]) -> dict[str, str]:
    """Homes that are not the project's own schema, beside one that is → why."""
    own = [home for home in homes if language(root, home) is None and not is_tool(home)]
    main = next((home for home in own if any(script.outline.tables for script in homes[home])), None)
    if main is None:
        return {}
    shows: dict[str, str] = {}
    for home in homes:
        other = language(root, home)
        if other is not None:
            shows[home] = f"part of a {other} module, beside {main or 'the root'}"
        elif is_tool(home):
            shows[home] = f"a tool's own SQL, beside {main or 'the root'}"
    return shows


def language(root: Path, home: str) -> str | None:
    """The language of the module a home lies in, when it is not Python and not the whole project."""
    parts = home.split("/")
    for depth in range(len(parts), 0, -1):
        folder = root.joinpath(*parts[:depth])
        if any((folder / name).exists() for name in _PYTHON):
            return None
        found = next((_OTHER_LANGUAGES[name] for name in _OTHER_LANGUAGES if (folder / name).exists()), None)
        if found is not None:
            return found
    return None


def _in_package(root: Path, home: str) -> bool:
    parts = home.split("/")
    return any((root.joinpath(*parts[:depth]) / "__init__.py").exists() for depth in range(1, len(parts) + 1))


def is_tool(home: str) -> bool:
    """Whether a home lies among the project's helper scripts."""
    return any(_TOOL_WORDS.intersection(words(folder)) for folder in home.split("/"))
