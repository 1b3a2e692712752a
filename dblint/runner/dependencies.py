"""Which pytest plugins a project declares, and in which versions: requirements, project files, lock files, commands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dblint.runner.model import Plugin, Version

ASYNCIO = "pytest-asyncio"
OTHERS = (
    "alt-pytest-asyncio",
    "asynctest",
    "nonebug",
    "pytest-aiohttp",
    "pytest-asyncio-cooperative",
    "pytest-asyncio-concurrent",
    "pytest-curio",
    "pytest-homeassistant-custom-component",
    "pytest-sanic",
    "pytest-tornado",
    "pytest-tornado5",
    "pytest-tornasync",
    "pytest-trio",
    "pytest-twisted",
    "yandex-taxi-testsuite",
)
"""Plugins that run async tests in ways of their own."""
_LOCKS = frozenset(("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"))
_DECLARING = frozenset(
    ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "environment.yml", "environment.yaml", "tox.ini", *_LOCKS)
)
_COMMANDING = frozenset(
    ("Makefile", "makefile", "justfile", "Justfile", "Taskfile.yml", "noxfile.py", "tasks.py", ".gitlab-ci.yml")
)
_REQUIREMENTS = re.compile(r"[\w.-]*(?:requirements|constraints|deps)[\w.-]*\.(?:txt|in|pip)")
_SCRIPTS = re.compile(r"[\w.-]+\.sh|Dockerfile[\w.-]*|[\w.-]*\.[Dd]ockerfile")
_LOCKED = rb"""(?:name\s*=\s*"%b"\s*version\s*=\s*"|"%b"\s*:\s*\{[^{}]*?"version"\s*:\s*"==)(\d+(?:\.\d+)*)"""
_SPEC = re.compile(r"(===?|~=|>=|<=|!=|<|>|\^|~|(?<![=<>!~^])=)\s*v?(\d+(?:\.\d+)*)")
_BARE = re.compile(r"""\s*=\s*(?:\{[^}]*?version\s*=\s*)?["'](\d+(?:\.\d+)*)["']""")
_MODE = re.compile(rb"(?:--asyncio-mode[= \"',]+|(?:-o|--override-ini)[= \"',]*asyncio_mode=)(auto|strict|legacy)")


def declares(name: str) -> bool:
    """A file of that name may say what to install."""
    folder, _, last = name.rpartition("/")
    inside = folder.startswith("requirements") and last.endswith((".txt", ".in"))
    return inside or last in _DECLARING or _REQUIREMENTS.fullmatch(last) is not None


def commands(name: str) -> bool:
    """A file of that name may say how pytest is called."""
    return name in _COMMANDING or name in _DECLARING - _LOCKS or _SCRIPTS.fullmatch(name) is not None


def mentions(data: bytes, plugin: str) -> bool:
    """The plugin's name stands in a file; a plain look comes first, for lock files are large."""
    spellings = {plugin.replace("-", sign).encode() for sign in "-_."}
    return any(one in data for one in spellings) and _named(plugin).search(data) is not None


def mode_in_command(data: bytes) -> str | None:
    """The mode a command line sets: ``pytest --asyncio-mode=auto``."""
    found = _MODE.search(data)
    return None if found is None else found[1].decode()


def plugin(files: Iterable[tuple[str, bytes]], name: str) -> Plugin | None:
    """The plugin as the files of one folder declare it, by name and content; a lock file knows better than others."""
    found: Plugin | None = None
    for file, data in files:
        if not mentions(data, name):
            continue
        if file in _LOCKS:
            locked = re.search(_LOCKED % (_pattern(name), _pattern(name)), data)
            if locked is not None:
                version = _version(locked[1].decode())
                return Plugin(version, (*version[:-1], version[-1] + 1))
        else:
            required = _required(data, name)
            found = required if found is None or (required is not None and required.low is not None) else found
    return found


def _pattern(name: str) -> bytes:
    return name.replace("-", "[-_.]").encode()


def _named(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w-])" + _pattern(name) + rb"(?![\w-])")


def _required(data: bytes, name: str) -> Plugin | None:
    """The first requirement of that name; what stands in a comment is none."""
    for line in data.split(b"\n"):
        found = _named(name).search(line)
        if found is not None and not line.lstrip().startswith((b"#", b";")):
            return _admitted(line[found.end() :].decode("utf-8", "replace"))
    return None


def _admitted(text: str) -> Plugin:
    """The versions that what stands behind a plugin's name admits."""
    text = re.sub(r"^\s*\[[^\]]*\]", "", text)
    bare = _BARE.match(text)
    if bare is not None:
        version = _version(bare[1])
        return Plugin(version, _next(version, len(version)))
    text = re.split(r""";|--|#|["'](?=\s*[,\]])""", text)[0]
    plugin = Plugin()
    for operator, number in _SPEC.findall(text):
        plugin = _narrowed(plugin, operator, _version(number))
    return plugin


def _narrowed(plugin: Plugin, operator: str, version: Version) -> Plugin:
    if operator in ("==", "===", "="):
        return Plugin(version, _next(version, len(version)))
    if operator == "^":
        # Up to the first part that is not zero, as poetry reads it.
        return Plugin(version, _next(version, next((at for at, part in enumerate(version, 1) if part), 1)))
    if operator in ("~=", "~"):
        return Plugin(version, _next(version, max(len(version) - 1, 1)))
    if operator in (">=", ">"):
        return Plugin(version, plugin.high)
    if operator == "<":
        return Plugin(plugin.low, version)
    return Plugin(plugin.low, _next(version, len(version))) if operator == "<=" else plugin


def _version(text: str) -> Version:
    return tuple(int(part) for part in text.split(".") if part)


def _next(version: Version, parts: int) -> Version:
    """The first version whose leading parts differ."""
    return (*version[: parts - 1], version[parts - 1] + 1)
