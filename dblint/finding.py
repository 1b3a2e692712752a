"""What a rule reports: findings, their labels, and the fixes that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.intent import Intent
from dblint.source import Place, Span

Severity = Literal["error", "warning", "info"]
Confidence = Literal["high", "medium", "low"]
Safety = Literal["safe", "unsafe"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about; the table has its schema in front where that is not on the search path."""

    table: str | None = None
    column: str | None = None
    function: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A related place, often one in the SQL, and what is there to see."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at a place; an empty span inserts."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a check wants done, before it is text; the title is an imperative."""

    title: str
    safety: Safety
    intents: tuple[Intent, ...]


@dataclass(frozen=True, slots=True)
class Fix:
    """A titled, all-or-nothing set of edits."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One report. A check fills ``remedy``; the engine turns it into ``fix``."""

    rule: str
    group: str
    severity: Severity
    place: Place
    message: str
    help: str | None = None
    subject: Subject = Subject()
    labels: tuple[Label, ...] = ()
    confidence: Confidence = "high"
    remedy: Remedy | None = None
    fix: Fix | None = None

    @property
    def path(self) -> str:
        return self.place.path

    @property
    def span(self) -> Span:
        return self.place.span
