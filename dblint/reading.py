"""The project's files as bytes, text and digests, and what kept one from being read."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dblint import __version__
from dblint.cache import digest
from dblint.source import Source, UndecodableError, decode

_PARSERS = ("ast_grep_py-", "postgast-", "sqlglot-", "sqlglotc-", "pathspec-", "pyyaml-", "PyYAML-")
_LINE = re.compile(r"^line (\d+)(?:, column (\d+))?: (?=.)")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a file that kept dblint from its job: it is unreadable, or dblint crashed on it."""

    path: str
    message: str
    line: int = 1
    column: int = 1
    crashed: bool = False


def unreadable(path: str, message: str) -> Problem:
    """The problem of a file whose message may begin with its line."""
    found = _LINE.match(message)
    if found is None:
        return Problem(path, f"this file cannot be read: {message}")
    return Problem(path, f"this file cannot be read: {message[found.end() :]}", int(found[1]), int(found[2] or 1))


def crash(path: str, error: Exception, doing: str) -> Problem:
    """A crash: what dblint was at, and where its code failed; never the value it failed on, which may be a secret."""
    return Problem(path, f"dblint crashed {doing}: {type(error).__name__} at {_where(error)}", crashed=True)


def _where(error: Exception) -> str:
    import traceback

    home = str(Path(__file__).parent)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(home)]
    if not frames:
        return "an unknown place"
    return f"dblint{frames[-1].filename.removeprefix(home)}:{frames[-1].lineno}".replace(os.sep, "/")


@dataclass(frozen=True, slots=True)
class Files:
    """Files below a root, each as it was when it was first asked for."""

    root: Path
    _bytes: dict[str, bytes | Problem] = field(default_factory=dict)
    _sources: dict[str, Source | Problem] = field(default_factory=dict)

    def data(self, path: str) -> bytes | Problem:
        if path not in self._bytes:
            try:
                with open(os.path.join(self.root, path), "rb") as file:  # noqa: PTH118, PTH123 (thousands of times)
                    self._bytes[path] = file.read()
            except OSError as error:
                self._bytes[path] = unreadable(path, error.strerror or str(error))
        return self._bytes[path]

    def digest(self, path: str) -> str:
        """What stands for the file's name and content, or for its problem."""
        data = self.data(path)
        return digest(path, data) if isinstance(data, bytes) else digest(path, "unreadable", data.message)

    def source(self, path: str) -> Source | Problem:
        if path not in self._sources:
            data = self.data(path)
            self._sources[path] = _decoded(path, data) if isinstance(data, bytes) else data
        return self._sources[path]


def _decoded(path: str, data: bytes) -> Source | Problem:
    try:
        return decode(path, data)
    except UndecodableError as error:
        return unreadable(path, str(error))


@functools.cache
def build() -> str:
    """What cached results depend on beside the files: this build of dblint, its parsers and the interpreter."""
    parsers: list[str] = []
    for place in sys.path:
        if place.endswith("-packages") and Path(place).is_dir():
            parsers += (name for name in os.listdir(place) if name.startswith(_PARSERS))  # noqa: PTH208 (names only)
    return digest(__version__, sys.version, *sorted(parsers), *sorted(_edited(Path(__file__).parent)))


def _edited(package: Path) -> Iterator[str]:
    """In a checkout the code changes without the version, so its files' times count too."""
    if (package / "rules").is_dir():
        return
    pending = [str(package)]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                elif entry.name.endswith(".py"):
                    yield f"{entry.path}:{entry.stat().st_mtime_ns}"


def stamps(root: Path, paths: Iterable[str]) -> Iterator[str]:
    """What changes when a file does, without reading it."""
    for path in paths:
        try:
            status = (root / path).stat()
        except OSError:
            continue
        yield f"{path}:{status.st_size}:{status.st_mtime_ns}"
