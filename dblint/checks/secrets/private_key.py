"""private-key: a PEM private key that is no known test vector."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.credentials import findings
from dblint.finding import Finding
from dblint.rule import Rule


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return findings(rule, project, "private-key", "`{shown}` begins {reason}")
