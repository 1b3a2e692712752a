"""The format ``json``: the contract other tools build on, with its own version."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from dblint.finding import Finding, Fix
from dblint.report.model import Report, fingerprints
from dblint.source import Place

VERSION = 1


def render(report: Report) -> str:
    """The whole report as one document."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    names = fingerprints(report.findings)
    return {
        "version": VERSION,
        "tool_version": report.version,
        "findings": [_finding(report, *pair) for pair in zip(report.findings, names, strict=True)],
        "summary": asdict(report.summary),
    }


def _finding(report: Report, finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "group": finding.group,
        "severity": finding.severity,
        "confidence": finding.confidence,
        **_place(report, finding.place),
        "message": finding.message,
        "help": finding.help,
        "url": report.urls.get(finding.rule, ""),
        "subject": asdict(finding.subject),
        "labels": [{**_place(report, label.place), "message": label.message} for label in finding.labels],
        "fix": _fix(report, finding.fix) if finding.fix else None,
        "fingerprint": fingerprint,
    }


def _fix(report: Report, fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "safety": fix.safety,
        "edits": [{**_place(report, edit.place), "text": edit.text} for edit in fix.edits],
    }


def _place(report: Report, place: Place) -> dict[str, Any]:
    span = place.span
    return {
        "path": report.shown(place.path),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
