"""The JSON contract, key by key."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.finding import Finding
from dblint.report.json import render
from dblint.report.model import fingerprints
from dblint.source import Span
from tests.report.reports import FULL, finding, place, report


def closed(**properties: object) -> dict[str, object]:
    return {"type": "object", "required": [*properties], "additionalProperties": False, "properties": properties}


TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
NUMBER = {"type": "integer", "minimum": 0}
FROM_ONE = {"type": "integer", "minimum": 1}
SPOT = {"path": TEXT, "line": FROM_ONE, "column": FROM_ONE, "end_line": FROM_ONE, "end_column": FROM_ONE}
FIX = closed(
    title=TEXT, safety={"enum": ["safe", "unsafe"]}, edits={"type": "array", "items": closed(**SPOT, text=TEXT)}
)
FINDING = closed(
    rule=TEXT,
    group=TEXT,
    severity={"enum": ["error", "warning", "info"]},
    confidence={"enum": ["high", "medium", "low"]},
    **SPOT,
    message=TEXT,
    help=MAYBE,
    url=TEXT,
    subject=closed(table=MAYBE, column=MAYBE, function=MAYBE),
    labels={"type": "array", "items": closed(**SPOT, message=TEXT)},
    fix={"oneOf": [{"type": "null"}, FIX]},
    fingerprint=TEXT,
)
COUNTS = """errors warnings infos fixed suppressed baselined files_checked rows_found rows_bound tables functions
statements_skipped"""
CONTRACT = closed(
    version={"const": 1},
    tool_version=TEXT,
    findings={"type": "array", "items": FINDING},
    summary=closed(**dict.fromkeys(COUNTS.split(), NUMBER)),
)


def rendered(*findings: Finding, cwd: str = "/project") -> Any:
    document = json.loads(render(report(*findings, cwd=cwd)))
    jsonschema.validate(document, CONTRACT)
    return document


def test_a_whole_finding() -> None:
    (found,) = rendered(FULL)["findings"]
    name = found.pop("fingerprint")
    assert len(name) == 32
    assert found == {
        "rule": "unknown-column",
        "group": "schema",
        "severity": "error",
        "confidence": "high",
        "path": "tests/test_orders.py",
        "line": 3,
        "column": 5,
        "end_line": 3,
        "end_column": 13,
        "message": "`orders` has no column `colour`",
        "help": "The nearest is `color`.",
        "url": "https://example.org/unknown-column",
        "subject": {"table": "orders", "column": "colour", "function": None},
        "labels": [
            {
                "path": "schema.sql",
                "line": 3,
                "column": 5,
                "end_line": 3,
                "end_column": 10,
                "message": "`color` is made here",
            }
        ],
        "fix": {
            "title": "Rename `colour` to `color`",
            "safety": "unsafe",
            "edits": [
                {
                    "path": "tests/test_orders.py",
                    "line": 3,
                    "column": 6,
                    "end_line": 3,
                    "end_column": 12,
                    "text": "color",
                }
            ],
        },
    }


def test_nothing_found_is_a_document_too() -> None:
    assert rendered()["findings"] == []


def test_paths_are_seen_from_the_working_directory() -> None:
    found = rendered(FULL, cwd="/project/tests/unit")["findings"][0]
    assert (found["path"], found["labels"][0]["path"]) == ("../test_orders.py", "../../schema.sql")


@settings(derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(["a.py", "b.py"]), max_size=8), st.integers(1, 500))
def test_a_fingerprint_outlives_moved_lines_and_new_words(paths: list[str], shift: int) -> None:
    before = [finding(place(path, 3, 5, 13)) for path in paths]
    after = [
        replace(one, place=replace(one.place, span=Span(3 + shift, 9, 3 + shift, 17)), message="other words")
        for one in before
    ]
    assert fingerprints(before) == fingerprints(after)
    assert len(set(fingerprints(before))) == len(before)
