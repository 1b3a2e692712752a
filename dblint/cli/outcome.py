"""What a check came to, and the exit code that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dblint.config import Settings
from dblint.finding import SEVERITIES, Finding
from dblint.project import Scope
from dblint.rulebook import ALWAYS


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings left, how many were fixed, and whether something beyond the findings kept dblint from its job."""

    findings: tuple[Finding, ...]
    fixed: int = 0
    failed: bool = False


def reported(scope: Scope, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings on the paths asked for, and what kept dblint from judging them: the schema, or dblint itself."""
    return tuple(finding for finding in findings if scope.reports(finding.path) or _concerns_all(finding))


def _concerns_all(finding: Finding) -> bool:
    another_test = finding.rule == "unreadable-file" and finding.path.endswith((".py", ".pyi"))
    return finding.rule in ALWAYS and not another_test


def exit_code(outcome: Outcome, settings: Settings, *, exit_zero: bool, on_fix: bool) -> int:
    """0 clean, 1 findings at the fail level or above, 2 the job could not be done."""
    if outcome.failed or any(finding.rule in ALWAYS for finding in outcome.findings):
        return 2
    level = SEVERITIES.index(settings.fail_level)
    failing = any(SEVERITIES.index(finding.severity) <= level for finding in outcome.findings)
    return int((failing and not exit_zero) or (on_fix and outcome.fixed > 0))
