"""Reports to render: written findings over written files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dblint.finding import Edit, Finding, Fix, Label, Severity, Subject
from dblint.report.model import Report, Summary
from dblint.source import Place, Span

FILES: Mapping[str, str] = {
    "tests/test_orders.py": 'ORDER = {\n    "id": 1,\n    "colour": "red",\n}\n',
    "schema.sql": "CREATE TABLE orders (\n    id bigint,\n    color text\n);\n",
    "tests/wide.py": 'x = {"名前": 1}\n\ty = {"colour": "\x1b[31mred"}  # ::error::boo\n',
}


def place(path: str, line: int, column: int, end_column: int, end_line: int | None = None) -> Place:
    return Place(path, Span(line, column, end_line or line, end_column))


def finding(at: Place | None = None, message: str = "`orders` has no column `colour`", **more: object) -> Finding:
    values: dict[str, object] = {
        "rule": "unknown-column",
        "group": "schema",
        "severity": "error",
        "place": at or place("tests/test_orders.py", 3, 5, 13),
        "message": message,
        "subject": Subject("orders", "colour"),
    }
    return Finding(**{**values, **more})  # type: ignore[arg-type]


FULL = finding(
    help="The nearest is `color`.",
    labels=(Label(place("schema.sql", 3, 5, 10), "`color` is made here"),),
    fix=Fix("Rename `colour` to `color`", "unsafe", (Edit(place("tests/test_orders.py", 3, 6, 12), "color"),)),
)


def severities(*counts: tuple[Severity, int]) -> list[Finding]:
    return [
        finding(place("tests/test_orders.py", 1, 1 + number, 2 + number), severity=severity)
        for severity, count in counts
        for number in range(count)
    ]


def report(*findings: Finding, cwd: str = "/project", **summary: int) -> Report:
    found = list(findings)
    return Report(
        findings=tuple(findings),
        summary=Summary(
            errors=sum(one.severity == "error" for one in found),
            warnings=sum(one.severity == "warning" for one in found),
            infos=sum(one.severity == "info" for one in found),
            **summary,
        ),
        version="0.1.0",
        root=Path("/project"),
        cwd=Path(cwd),
        urls={"unknown-column": "https://example.org/unknown-column"},
        lines=lambda path: FILES[path].split("\n") if path in FILES else (),
    )
