"""Settings: what ``[tool.dblint]`` or ``dblint.toml`` says, checked key by key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dblint.errors import UsageError, suggestion
from dblint.finding import SEVERITIES, Severity

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


DIALECTS = ("postgres", "mysql", "sqlite")
CONFIG_FILES = ("dblint.toml", "pyproject.toml")


def load(start: Path, config: Path | None = None, *, isolated: bool = False) -> Settings:
    """The settings that hold in the folder ``start``: those of ``config``, else of the nearest file upwards.

    Raises:
        UsageError: a file that cannot be read, an unknown key, a value of the wrong kind.
    """
    if isolated:
        return Settings(root=_version_controlled(start) or start)
    if config is not None:
        given = _from_file(config.resolve())
        if given is None:
            raise UsageError(f"{config}: there is no [tool.dblint] table in it")
        return given
    for folder in (start, *start.parents):
        for name in CONFIG_FILES:
            found = _from_file(folder / name) if (folder / name).is_file() else None
            if found is not None:
                return found
    return Settings(root=_version_controlled(start) or start)


def _version_controlled(start: Path) -> Path | None:
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)


def _from_file(path: Path) -> Settings | None:
    text = _text(path)
    table: object = None
    if path.name != "pyproject.toml":
        table = _parse(path, text)
    elif "dblint" in text:
        tool = _parse(path, text).get("tool", {})
        table = tool.get("dblint") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise UsageError(f"{path}: `tool.dblint` must be a table")
    return _settings(path, text, table)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: this is no UTF-8 text ({error.reason} at byte {error.start})") from error


def _parse(path: Path, text: str) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from error


def _settings(path: Path, text: str, table: Mapping[str, object]) -> Settings:
    values: dict[str, Any] = {}
    for key, value in table.items():
        where = f"{path}:{key_line(text, key)}"
        if key not in _KEYS:
            raise UsageError(f"{where}: unknown key `{key}`{suggestion(key, _KEYS)}")
        try:
            values[key.replace("-", "_")] = _KEYS[key](value)
        except _WrongValueError as error:
            raise UsageError(f"{where}: `{key}` {error}") from error
    return Settings(root=path.parent, source=path, **values)


def key_line(text: str, key: str) -> int:
    """The line of a TOML text where a key of ``[tool.dblint]`` is given; 1 when it is not spelled plainly."""
    bare = rf"""["']?{re.escape(key)}["']?"""
    section = re.search(r"(?m)^\s*\[\s*tool\s*\.\s*dblint\b", text)
    start = section.start() if section else 0
    plain = rf"(?m)^\s*(?:{bare}\s*[=.]|\[\s*tool\s*\.\s*dblint\s*\.\s*{bare}\s*\]|\[\s*{bare}\s*\])"
    found = re.compile(plain).search(text, start)
    return text.count("\n", 0, found.end()) + 1 if found else 1


class _WrongValueError(Exception):
    """The value is not what its key takes; the message goes on after the key."""


_TOML_NAMES = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a table"}


def _called(value: object) -> str:
    return _TOML_NAMES.get(type(value), "a date")


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise _WrongValueError(f"must be a string, not {_called(value)}")
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _WrongValueError(f"must be true or false, not {_called(value)}")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _WrongValueError(f"must be a list of strings, not {_called(value)}")
    for one in value:
        if not isinstance(one, str):
            raise _WrongValueError(f"must be a list of strings; {_called(one)} stands in it")
    return tuple(value)


def _choice(*known: str) -> Callable[[object], str]:
    def chosen(value: object) -> str:
        word = _string(value)
        if word not in known:
            listed = ", ".join(f'"{one}"' for one in known)
            raise _WrongValueError(f'must be one of {listed}, not "{word}"{suggestion(word, known)}')
        return word

    return chosen


def _table_of(kind: Callable[[object], object]) -> Callable[[object], dict[str, object]]:
    def table(value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise _WrongValueError(f"must be a table, not {_called(value)}")
        checked = {}
        for key, one in value.items():
            try:
                checked[key] = kind(one)
            except _WrongValueError as error:
                raise _WrongValueError(f"at `{key}` {error}") from error
        return checked

    return table


_KEYS: dict[str, Callable[[object], object]] = {
    "schema": _strings,
    "dialect": _choice(*DIALECTS),
    "tests": _strings,
    "src": _strings,
    "exclude": _strings,
    "select": _strings,
    "ignore": _strings,
    "extend-select": _strings,
    "preview": _boolean,
    "per-file-ignores": _table_of(_strings),
    "severity": _table_of(_choice(*SEVERITIES)),
    "fail-level": _choice(*SEVERITIES),
    "rules": _strings,
    "tables": _table_of(_string),
    "clients": _strings,
    "search-path": _strings,
    "baseline": _string,
}
