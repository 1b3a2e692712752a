"""Settings: what ``[tool.dblint]`` or ``dblint.toml`` says, checked key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dblint.finding import Severity

DEFAULT_TESTS = ("test_*.py", "*_test.py", "conftest.py", "tests/", "test/")


@dataclass(frozen=True, slots=True)
class Settings:
    """A project's settings; field names are the keys with ``_`` for ``-``.

    Patterns are gitignore patterns from the root.
    """

    root: Path
    source: Path | None = None
    """The file the settings come from."""
    schema: tuple[str, ...] = ()
    dialect: str | None = None
    tests: tuple[str, ...] = DEFAULT_TESTS
    src: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_level: Severity = "warning"
    rules: tuple[str, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    clients: tuple[str, ...] = ()
    search_path: tuple[str, ...] = ()
    baseline: str | None = None
