"""What fixing came to: the new texts, what is fixed, what is left and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dblint.finding import Finding


@dataclass(frozen=True, slots=True)
class Dropped:
    """A finding whose fix was not made, and why not."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A file that stays as it was on disk, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """What fixing came to. ``texts`` holds the changed files only.

    ``settled`` is false when the last round allowed still had fixes to make. ``together`` holds the files
    that one fix changes together: they are written all or not at all.
    """

    texts: Mapping[str, str]
    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    dropped: tuple[Dropped, ...]
    rounds: int
    settled: bool = True
    together: tuple[frozenset[str], ...] = ()
