"""Reads what a project tells pytest, folder by folder, the nearest word winning."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dblint.runner import configuration, dependencies
from dblint.runner.configuration import Options
from dblint.runner.model import Plugin, Runner, Setup

_LARGEST = 8_000_000
_WORKFLOWS = (".github/workflows", "requirements", "requirements.d")


def runner(root: Path, paths: Iterable[str]) -> Runner:
    """The setups of all folders that hold one of these Python files."""
    project = _Project(root)
    return Runner({folder: project.setup(folder) for folder in {path.rpartition("/")[0] for path in paths}})


def consulted(root: Path, paths: Iterable[str]) -> Iterator[str]:
    """The files that decide about these Python files, relative to the root."""
    project = _Project(root)
    folders = {up for folder in {path.rpartition("/")[0] for path in paths} for up in project.upwards(folder)}
    folders.update(_below(root))
    for folder in sorted(folders):
        for name in sorted(project.files(folder)):
            yield os.path.relpath(folder / name, root)


@dataclass(slots=True)
class _Project:
    root: Path
    _files: dict[Path, frozenset[str]] = field(default_factory=dict)
    _texts: dict[Path, bytes] = field(default_factory=dict)
    _options: dict[Path, tuple[str, Options] | None] = field(default_factory=dict)

    @property
    def top(self) -> Path:
        """Where the repository begins, which may be above the root."""
        return next((place for place in (self.root, *self.root.parents) if (place / ".git").exists()), self.root)

    def upwards(self, folder: str) -> Iterator[Path]:
        """The folder and those above it, up to the top of the repository."""
        place, top = self.root / folder if folder else self.root, self.top
        yield place
        while place != top and place != place.parent:
            place = place.parent
            yield place

    def files(self, folder: Path) -> frozenset[str]:
        """The files of a folder that may have something to say; those of its workflows with their folder in front."""
        if folder not in self._files:
            self._files[folder] = frozenset(_telling(folder))
        return self._files[folder]

    def data(self, path: Path) -> bytes:
        if path not in self._texts:
            try:
                data = path.read_bytes()
            except OSError:
                data = b""
            self._texts[path] = data if len(data) <= _LARGEST else b""
        return self._texts[path]

    def options(self, folder: Path) -> tuple[str, Options] | None:
        if folder not in self._options:
            self._options[folder] = configuration.configured(folder, self.files(folder))
        return self._options[folder]

    def setup(self, folder: str) -> Setup:
        places = list(self.upwards(folder))
        found = next((one for one in ((place, self.options(place)) for place in places) if one[1] is not None), None)
        options: Options = found[1][1] if found is not None and found[1] is not None else {}
        declared = _Declared(self, places)
        is_off = "-p no:asyncio" in options
        return Setup(
            mode=_text(options, "asyncio_mode") or declared.mode,
            fixture_loop_scope=_text(options, "asyncio_default_fixture_loop_scope"),
            test_loop_scope=_text(options, "asyncio_default_test_loop_scope"),
            anyio_mode=_text(options, "anyio_mode"),
            asyncio=None if is_off else declared.asyncio,
            anyio=declared.mentions("anyio") and "-p no:anyio" not in options,
            others=tuple(name for name in dependencies.OTHERS if declared.mentions(name)),
            is_declared=bool(declared.files),
            source=os.path.relpath(found[0] / found[1][0], self.root) if found is not None and found[1] else "",
        )


def _text(options: Options, key: str) -> str | None:
    value = options.get(key)
    return value.strip() or None if isinstance(value, str) else None


class _Declared:
    """What the files on the way up declare."""

    def __init__(self, project: _Project, places: list[Path]) -> None:
        self._project = project
        self._places = places

    @cached_property
    def files(self) -> list[list[tuple[str, bytes]]]:
        """By folder, the nearest first; when none of them says anything, those of the root's own folders."""
        found = [self._in(place) for place in self._places]
        if any(dependencies.mentions(data, dependencies.ASYNCIO) for some in found for _, data in some):
            return found
        return [*filter(None, found), *filter(None, (self._in(place) for place in _below(self._project.root)))]

    def _in(self, place: Path) -> list[tuple[str, bytes]]:
        names = (name for name in sorted(self._project.files(place)) if dependencies.declares(name))
        return [(_last(name), self._project.data(place / name)) for name in names]

    @property
    def asyncio(self) -> Plugin | None:
        plugins = [dependencies.plugin(some, dependencies.ASYNCIO) for some in self.files]
        known = [one for one in plugins if one is not None]
        said = next((one for one in known if one.low is not None or one.high is not None), None)
        if said is not None or known:
            return said or known[0]
        return Plugin() if self._in_commands(dependencies.ASYNCIO) else None

    def mentions(self, name: str) -> bool:
        return any(dependencies.mentions(data, name) for some in self.files for _, data in some)

    @property
    def mode(self) -> str | None:
        """What a command line on the way up sets."""
        modes = (dependencies.mode_in_command(data) for data in self._commands())
        return next((mode for mode in modes if mode is not None), None)

    def _in_commands(self, name: str) -> bool:
        return any(dependencies.mentions(data, name) for data in self._commands())

    def _commands(self) -> Iterator[bytes]:
        for place in self._places:
            for name in sorted(self._project.files(place)):
                if dependencies.commands(_last(name)) or "/workflows/" in name:
                    yield self._project.data(place / name)


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _telling(folder: Path) -> Iterator[str]:
    for name in _names(folder):
        if name in configuration.NAMES or dependencies.declares(name) or dependencies.commands(name):
            yield name
    for inner in _WORKFLOWS:
        for name in _names(folder / inner):
            if name.endswith((".yml", ".yaml")) or dependencies.declares(name) or inner != _WORKFLOWS[0]:
                yield f"{inner}/{name}"


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if entry.is_file()]
    except OSError:
        return []


def _below(root: Path) -> list[Path]:
    try:
        with os.scandir(root) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    except OSError:
        return []
