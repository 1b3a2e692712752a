"""SQL files that a test's Python opens by a path it spells out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.source import Span


@dataclass(frozen=True, slots=True)
class FileLoad:
    """One SQL file that is opened to be read.

    ``path`` is relative to the project's root, or to whatever folder the tests run in where ``base`` is ``run``.
    ``literal`` is the last string of the path and ``span`` its place; ``function`` is where it is opened, empty for
    the module. ``guarded`` says that the code minds a file that is not there, or makes it.
    """

    path: str
    base: Literal["file", "run"]
    literal: str
    span: Span
    function: str = ""
    guarded: bool = False

    def places(self, home: str) -> tuple[str, ...]:
        """The paths from the root it may mean; ``home`` is the file that opens it."""
        if self.base == "file":
            return (self.path,)
        folders = home.split("/")[:-1]
        return (self.path, *("/".join((*folders[:depth], self.path)) for depth in range(1, len(folders) + 1)))
