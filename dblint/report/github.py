"""The format ``github``: annotations by workflow commands, the log in a group, and the job's summary."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from dblint.finding import SEVERITIES, Finding, Severity
from dblint.report import text
from dblint.report.closing import closing
from dblint.report.model import Report, plural

_COMMANDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_SHOWN = 10
_LONGEST = 4000
_SUMMARY_LIMIT = 1024 * 1024


def render(report: Report) -> str:
    """Annotations first, errors before the rest, ten of a kind; then the normal text, which cannot give commands."""
    _write_summary(report)
    token = secrets.token_hex(16)
    shown = text.render(replace(report, statistics=False))
    log = f"::group::dblint\n::stop-commands::{token}\n{shown}::{token}::\n::endgroup::\n"
    return "".join(f"{line}\n" for line in _commands(report)) + log


def _commands(report: Report) -> Iterator[str]:
    by_severity = {one: [found for found in report.findings if found.severity == one] for one in SEVERITIES}
    overflow = any(len(found) > _SHOWN for found in by_severity.values())
    # The notice that says how many are folded is itself one of the notices shown.
    limits = {"error": _SHOWN, "warning": _SHOWN, "info": _SHOWN - overflow}
    for severity, found in by_severity.items():
        yield from (_command(report, finding) for finding in found[: limits[severity]])
    folded = sum(max(0, len(found) - limits[severity]) for severity, found in by_severity.items())
    if folded:
        yield _written("notice", {"title": "dblint"}, f"{plural(folded, 'more finding')}; see the log or the summary")


def _command(report: Report, finding: Finding) -> str:
    span = finding.span
    properties = {"file": report.shown(finding.path), "line": str(span.line), "endLine": str(span.end_line)}
    if span.line == span.end_line:
        # GitHub drops columns that lie on several lines.
        properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    if finding.path == ".":
        properties = {}
    properties["title"] = f"dblint: {finding.rule}"
    message = finding.message if not finding.help else f"{finding.message}\n{finding.help}"
    return _written(_COMMANDS[finding.severity], properties, message[:_LONGEST])


def _written(command: str, properties: Mapping[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{command} {listed}::{_data(message)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _write_summary(report: Report) -> None:
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    try:
        path = Path(name)
        room = _SUMMARY_LIMIT - (path.stat().st_size if path.exists() else 0)
        with path.open("a", encoding="utf-8") as file:
            file.write(_markdown(report, room))
    except OSError:
        return


def _markdown(report: Report, room: int) -> str:
    """The findings as a table that fits into the room there is; what does not fit is counted."""
    end = f"\n{_cell(closing(report))}\n"
    head = "## dblint\n\n"
    if not report.findings:
        return head + end if len((head + end).encode()) <= room else ""
    head += "| | Rule | Place | Finding |\n|---|---|---|---|\n"
    rows: list[str] = []
    room -= len((head + end).encode()) + 100
    for finding in report.findings:
        row = _row(report, finding)
        room -= len(row.encode())
        if room < 0:
            rows.append(f"\n{plural(len(report.findings) - len(rows), 'more finding')} in the log.\n")
            break
        rows.append(row)
    return head + "".join(rows) + end if room >= 0 or rows[:-1] else ""


def _row(report: Report, finding: Finding) -> str:
    place = f"{report.shown(finding.path)}:{finding.span.line}"
    return f"| {finding.severity} | {finding.rule} | {_cell(place)} | {_cell(finding.message)} |\n"


def _cell(value: str) -> str:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return " ".join(escaped.split())
