"""Pytest's own configuration: which file of a folder counts, and what it says about asyncio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

Options = Mapping[str, object]

_FILES = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
"""In the order in which pytest takes the first that counts."""
NAMES = frozenset(_FILES)


def configured(folder: Path, names: frozenset[str]) -> tuple[str, Options] | None:
    """The file of the folder that pytest takes its settings from, and its options as the command line bends them."""
    for name in _FILES:
        if name in names:
            found = _READERS[name.rpartition(".")[2]](folder / name)
            if found is not None:
                return name, found | _from_command_line(found.get("addopts"))
    return None


def _toml(path: Path) -> dict[str, object] | None:
    import tomllib

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return None
    if path.name != "pyproject.toml":
        return _table(document, "pytest") or {}
    tool = _table(_table(document, "tool") or {}, "pytest")
    if tool is None:
        return None
    old = _table(tool, "ini_options")
    return old if old is not None else tool


def _table(document: Mapping[str, object], key: str) -> dict[str, object] | None:
    found = document.get(key)
    return found if isinstance(found, dict) else None


def _ini(path: Path) -> dict[str, object] | None:
    import configparser

    section = "tool:pytest" if path.name == "setup.cfg" else "pytest"
    reader = configparser.RawConfigParser(strict=False)
    try:
        reader.read_string(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, configparser.Error):
        return None
    if reader.has_section(section):
        return dict(reader.items(section))
    # A pytest.ini counts even when it says nothing.
    return {} if path.name.endswith("pytest.ini") else None


_READERS: Mapping[str, Callable[[Path], dict[str, object] | None]] = {"toml": _toml, "ini": _ini, "cfg": _ini}


def _from_command_line(addopts: object) -> dict[str, object]:
    """The options that ``addopts`` sets over the file's own: ``--asyncio-mode``, ``-o name=value``, ``-p no:name``."""
    words = [str(one) for one in addopts] if isinstance(addopts, list) else _words(str(addopts or ""))
    found: dict[str, object] = {}
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        option, equals, value = word.partition("=")
        if option == "--asyncio-mode":
            found["asyncio_mode"] = value if equals else following
        elif word in ("-o", "--override-ini") or option == "--override-ini" or word.startswith("-o"):
            said = following if word in ("-o", "--override-ini") else value if option == "--override-ini" else word[2:]
            name, _, setting = said.partition("=")
            found[name.strip()] = setting.strip()
        elif word == "-p" or (word.startswith("-p") and word[2:5] == "no:"):
            found[f"-p {following if word == '-p' else word[2:]}"] = True
    return found


def _words(text: str) -> list[str]:
    import shlex

    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
