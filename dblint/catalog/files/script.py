"""A SQL file on its way into the catalog: its name taken apart, its text without the Down half."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.catalog.files.names import SqlName
from dblint.catalog.files.outline import Outline, outline
from dblint.source import Source


@dataclass(frozen=True, slots=True)
class Script:
    """One SQL file that was read."""

    name: SqlName
    source: Source
    plan: str = ""
    """The Sqitch plan that lists the file."""
    turn: int | None = None
    """The file's place in that plan."""

    @property
    def path(self) -> str:
        return self.name.path

    @property
    def folder(self) -> str:
        return self.name.folder

    @property
    def outline(self) -> Outline:
        return outline(self.source.text)
