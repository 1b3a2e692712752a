"""The format ``github``: escaping, limits, and that the log cannot give commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dblint.finding import Finding, Severity
from dblint.report import text
from dblint.report.github import render
from tests.report.reports import FULL, finding, place, report, severities


def commands(*findings: Finding) -> list[str]:
    return render(report(*findings)).split("::group::", 1)[0].splitlines()


def test_a_finding_is_an_annotation() -> None:
    assert commands(FULL) == [
        "::error file=tests/test_orders.py,line=3,endLine=3,col=5,endColumn=13,title=dblint%3A unknown-column"
        "::`orders` has no column `colour`%0AThe nearest is `color`."
    ]


def test_columns_are_dropped_where_the_span_has_several_lines() -> None:
    (command,) = commands(finding(place("tests/test_orders.py", 1, 9, 2, end_line=4), severity="warning"))
    assert command.startswith("::warning file=tests/test_orders.py,line=1,endLine=4,title=")


def test_data_and_properties_are_escaped() -> None:
    (command,) = commands(finding(place("a,b%:c.py", 1, 1, 2), message="50%: a,b\r\n::error::boo"))
    assert command.startswith("::error file=a%2Cb%25%3Ac.py,line=1,")
    assert command.endswith("::50%25: a,b%0D%0A::error::boo")


def test_the_first_line_and_column_are_one() -> None:
    (command,) = commands(finding(place("tests/test_orders.py", 1, 1, 6)))
    assert "line=1,endLine=1,col=1,endColumn=6" in command


def test_a_finding_about_the_project_names_no_file() -> None:
    (command,) = commands(finding(place(".", 1, 1, 1), message="no schema"))
    assert command == "::error title=dblint%3A unknown-column::no schema"


@pytest.mark.parametrize(
    ("counts", "shown", "folded"),
    [
        ((10, 10, 10), (10, 10, 10), None),
        ((11, 2, 0), (10, 2, 1), "1 more finding;"),
        ((25, 12, 30), (10, 10, 10), "38 more findings;"),
        ((0, 0, 11), (0, 0, 10), "2 more findings;"),
    ],
)
def test_ten_of_a_kind_and_one_notice_for_the_rest(
    counts: tuple[int, int, int], shown: tuple[int, int, int], folded: str | None
) -> None:
    kinds: tuple[Severity, ...] = ("info", "warning", "error")
    lines = commands(*severities(*zip(kinds, reversed(counts), strict=True)))
    order = [re.match(r"::(\w+)", line) for line in lines]
    names = [found[1] for found in order if found]
    assert tuple(names.count(name) for name in ("error", "warning", "notice")) == shown
    assert names == sorted(names, key=["error", "warning", "notice"].index)
    assert (folded is None) or folded in lines[-1]
    assert sum("more finding" in line for line in lines) == (folded is not None)


def test_the_log_is_printed_too_and_gives_no_commands() -> None:
    shown = report(finding(place("tests/wide.py", 2, 7, 15)))
    lines = render(shown).splitlines()
    start = lines.index("::group::dblint")
    token = lines[start + 1].removeprefix("::stop-commands::")
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert lines[-2:] == [f"::{token}::", "::endgroup::"]
    assert lines[start + 2 : -2] == text.render(shown).splitlines()
    assert token not in render(shown)


def test_the_summary_of_the_job_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    render(report(finding(message="a|b <script>\nc")))
    written = path.read_text()
    assert written.startswith("before\n## dblint\n")
    assert "| error | unknown-column | tests/test_orders.py:3 | a\\|b &lt;script> c |\n" in written


@pytest.mark.parametrize("there", [0, 400_000, 1_048_000, 1_048_576])
def test_the_summary_stays_below_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: int) -> None:
    path = tmp_path / "summary.md"
    path.write_bytes(b"x" * there)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    render(report(*(finding(message=f"{number} " + "é" * 2000) for number in range(400))))
    assert there <= path.stat().st_size <= 1024 * 1024
    if there < 1_000_000:
        assert "more findings in the log" in path.read_text()


def test_a_summary_that_cannot_be_written_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    assert "::error " in render(report(FULL))
