"""One rule as data: its name, what its page's front matter says, and how it makes a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.finding import Confidence, Finding, Label, Remedy, Severity, Subject
from dblint.source import Place

Default = Literal["on", "preview", "strict"]
FixKind = Literal["none", "safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's card of identity; ``severity`` is already what the project's settings make of it."""

    name: str
    group: str
    severity: Severity
    default: Default
    since: str
    fix: FixKind
    summary: str
    """The first sentence of *What it finds*."""
    url: str
    has_check: bool = False
    card: str | None = None
    """The ast-grep rule as a YAML document, where a pattern decides."""

    def finding(
        self,
        place: Place,
        message: str,
        *,
        help: str | None = None,
        subject: Subject | None = None,
        labels: tuple[Label, ...] = (),
        remedy: Remedy | None = None,
        confidence: Confidence = "high",
    ) -> Finding:
        return Finding(
            rule=self.name,
            group=self.group,
            severity=self.severity,
            place=place,
            message=message,
            help=help,
            subject=subject or Subject(),
            labels=labels,
            confidence=confidence,
            remedy=remedy,
        )
