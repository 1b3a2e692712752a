"""The honest line each run ends with, and the statistics by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dblint.finding import SEVERITIES
from dblint.report.model import Report, plural


def closing(report: Report) -> str:
    """What was found, what was looked at, what could not be, and which fixes there are."""
    return f"{_found(report)}. {_seen(report)}{_fixes(report)}."


def _found(report: Report) -> str:
    summary = report.summary
    counts = (
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.infos, "info"),
    )
    parts = [plural(count, word) for count, word in counts if count] or ["No findings"]
    if summary.fixed:
        parts.append(f"{summary.fixed} fixed")
    if summary.suppressed:
        parts.append(f"{summary.suppressed} suppressed")
    if summary.baselined:
        parts.append(f"{summary.baselined} in the baseline")
    return ", ".join(parts)


def _seen(report: Report) -> str:
    summary = report.summary
    return (
        f"{plural(summary.files_checked, 'file')} checked against {plural(summary.tables, 'table')} and "
        f"{plural(summary.functions, 'function')}; {plural(summary.rows_found, 'mock row')} found, "
        f"{summary.rows_bound} bound; {plural(summary.statements_skipped, 'SQL statement')} skipped"
    )


def _fixes(report: Report) -> str:
    safe, unsafe = report.fixable("safe"), report.fixable("unsafe")
    parts = []
    if safe and not report.fixing:
        parts.append(f"{plural(safe, 'fix').replace('fixs', 'fixes')} available with --fix")
    if unsafe:
        hidden = f"{unsafe} more" if parts else plural(unsafe, "fix").replace("fixs", "fixes")
        parts.append(f"{hidden} with --fix --unsafe-fixes")
    return f"; {', '.join(parts)}" if parts else ""


def statistics(report: Report) -> Iterator[str]:
    """One line a rule, most findings first."""
    counts = Counter(finding.rule for finding in report.findings)
    severity = {finding.rule: finding.severity for finding in report.findings}
    fixable = Counter(finding.rule for finding in report.findings if finding.fix is not None)
    width = max((len(str(count)) for count in counts.values()), default=0)
    for rule, count in sorted(counts.items(), key=lambda one: (-one[1], SEVERITIES.index(severity[one[0]]), one[0])):
        fixes = f" ({fixable[rule]} with a fix)" if fixable[rule] else ""
        yield f"{count:>{width}}  {severity[rule]:<7}  {rule}{fixes}"
