"""The format ``concise``: one line a finding."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.finding import Finding
from dblint.report.closing import statistics
from dblint.report.model import Report
from dblint.report.visible import visible


def render(report: Report) -> str:
    """``path:line:column: severity[rule] message``, in the order of the findings."""
    return "".join(f"{line}\n" for line in (statistics(report) if report.statistics else _lines(report)))


def _lines(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield line(report, finding)


def line(report: Report, finding: Finding) -> str:
    """One finding on one line."""
    span = finding.span
    place = f"{report.shown(finding.path)}:{span.line}:{span.column}"
    return visible(f"{place}: {finding.severity}[{finding.rule}] {finding.message}")
