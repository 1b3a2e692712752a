"""privileged-key: a live key that passes all row security, or manages projects."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.credentials import findings
from dblint.finding import Finding
from dblint.rule import Rule


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return findings(rule, project, "privileged-key", "`{shown}` is {reason}")
