"""Pragmas: what they silence, which are of no use, and what taking one out leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from dblint.rewrite.text import apply
from dblint.suppress import sql_pragmas
from tests.cli.running import SCHEMA, check, project

INSERT = 'client.table("orders").insert({"id": 1, "color": "red", "colr": 1})'
CLEAN = 'client.table("orders").insert({"id": 1, "color": "red"})'


def rules(tmp_path: Path, *lines: str, config: str = "") -> list[tuple[str, int]]:
    files = {"schema.sql": SCHEMA, "tests/test_a.py": "\n".join((*lines, "")), "dblint.toml": config}
    return [(one["rule"], one["line"]) for one in check(project(tmp_path, files)).findings]


@pytest.mark.parametrize(
    "lines",
    [
        (f"{INSERT}  # dblint: ignore[unknown-column]",),
        (f"{INSERT}  # dblint: ignore[schema] the old client",),
        (f"{INSERT}  # noqa: E501  # dblint: ignore[unknown-column]",),
        ("# dblint: ignore[unknown-column]", INSERT),
        ("# dblint: ignore[unknown-column]", "# dblint: ignore[unknown-column] twice", INSERT),
        ("# dblint: file-ignore[unknown-column]", "x = 1", "", INSERT),
        (INSERT, "", "# dblint: file-ignore[schema] at the end"),
    ],
)
def test_a_pragma_silences(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert [found for found in rules(tmp_path, *lines) if found[0] == "unknown-column"] == []


@pytest.mark.parametrize(
    "lines",
    [
        (f"{INSERT}  # dblint: ignore[missing-column]",),
        ("# dblint: ignore[unknown-column]", "", INSERT),
        ("x = 1  # dblint: ignore[unknown-column]", INSERT),
        (INSERT, "# dblint: ignore[unknown-column]"),
        ('x = "# dblint: file-ignore[unknown-column]"', INSERT),
        (f"{INSERT}  # dblint: ignore unknown-column",),
    ],
)
def test_a_pragma_elsewhere_or_for_something_else_does_not(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert len([found for found in rules(tmp_path, *lines) if found[0] == "unknown-column"]) == 1


def test_a_pragma_speaks_for_every_line_of_a_finding(tmp_path: Path) -> None:
    lines = [
        'client.table("orders").insert(',
        "    {",
        '        "id": 1,',
        "        # dblint: ignore[missing-column]",
        "    }",
        ")",
    ]
    assert rules(tmp_path, *lines) == []


@pytest.mark.parametrize(
    ("config", "judged"),
    [
        ("", True),
        ('ignore = ["unknown-column"]', False),
        ('select = ["missing-column", "project"]', False),
        ('per-file-ignores = {"tests/" = ["unknown-column"]}', False),
        ('ignore = ["unused-suppression"]', False),
        ('schema = ["schema.sql", "gone.sql"]', False),
    ],
)
def test_a_pragma_is_judged_only_where_its_rule_ran(tmp_path: Path, config: str, judged: bool) -> None:
    found = rules(tmp_path, f"{CLEAN}  # dblint: ignore[unknown-column]", config=config)
    assert (("unused-suppression", 1) in found) is judged


def test_a_pragma_in_a_file_that_does_not_parse_is_not_judged(tmp_path: Path) -> None:
    assert rules(tmp_path, f"{CLEAN}  # dblint: ignore[unknown-column]", "def broken(:") == [("unreadable-file", 2)]


def test_a_group_is_judged_when_all_its_default_rules_ran(tmp_path: Path) -> None:
    line = f"{CLEAN}  # dblint: ignore[schema]"
    assert rules(tmp_path, line) == [("unused-suppression", 1)]
    assert rules(tmp_path, line, config='ignore = ["missing-column"]') == []


def test_pragmas_about_suppression_are_left_alone(tmp_path: Path) -> None:
    assert rules(tmp_path, "x = 1  # dblint: ignore[unused-suppression, project]") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{CLEAN}  # dblint: ignore[unknown-column] why\nx = 1\n", f"{CLEAN}\nx = 1\n"),
        (f"{CLEAN}  # dblint: ignore[unknown-column]", CLEAN),
        (f"def f(c):\n    # dblint: ignore[unknown-column]\n    c.{CLEAN}\n", f"def f(c):\n    c.{CLEAN}\n"),
        (f"{CLEAN}\n# dblint: ignore[unknown-column]", f"{CLEAN}\n"),
        (f"{CLEAN}  # noqa: E501  # dblint: ignore[unknown-column]\n", f"{CLEAN}  # noqa: E501\n"),
        (f"{CLEAN}  # dblint: ignore[unknown-column] why  # noqa: E501\n", f"{CLEAN}  # noqa: E501\n"),
        (f"{CLEAN}  # dblint: ignore[unknown-column] see #12\n", f"{CLEAN}\n"),
        (f"{CLEAN}  # dblint: ignore[unknown-column]\r\nx = 1\r\n", f"{CLEAN}\r\nx = 1\r\n"),
        (f"# dblint: ignore[unknown-column]\r\n{CLEAN}\r\n", f"{CLEAN}\r\n"),
        (
            f"{INSERT}  # dblint: ignore[missing-column, unknown-column,unknown-table] why\n",
            f"{INSERT}  # dblint: ignore[unknown-column] why\n",
        ),
    ],
)
def test_taking_a_pragma_out_leaves_the_rest(tmp_path: Path, before: str, after: str) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": before})
    check(tmp_path, "--fix", "--select", "project,schema")
    assert (tmp_path / "tests/test_a.py").read_bytes().decode() == after


def test_an_unknown_name_has_a_nearest(tmp_path: Path) -> None:
    line = f"{INSERT}  # dblint: ignore[unknown-colum, xyzzy]\n"
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": line})
    found = [one for one in check(tmp_path).findings if one["rule"] == "unknown-suppression"]
    assert [one["help"] for one in found] == [
        "Did you mean `unknown-column`?",
        "`dblint rules` lists the rules and their groups.",
    ]
    assert [line[one["column"] - 1 : one["end_column"] - 1] for one in found] == ["unknown-colum", "xyzzy"]
    assert [one["fix"]["title"] for one in found] == ["Write `unknown-column`", "Keep only `unknown-colum`"]
    check(tmp_path, "--fix", "--unsafe-fixes", "--select", "unknown-suppression")
    assert (tmp_path / "tests/test_a.py").read_text() == f"{INSERT}  # dblint: ignore[unknown-column]\n"


def test_a_pragma_without_names_is_said(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": f"{CLEAN}  # dblint: ignore[] all\n"})
    assert check(tmp_path).rules == ["unknown-suppression"]
    assert check(tmp_path, "--fix", "--unsafe-fixes").rules == []
    assert (tmp_path / "tests/test_a.py").read_text() == f"{CLEAN}\n"


def test_pragmas_in_sql_are_comments_outside_strings_and_bodies() -> None:
    text = (
        "-- dblint: file-ignore[project] all\n"
        "SELECT '-- dblint: ignore[a]', \"-- dblint: ignore[b]\" /* -- dblint: ignore[c] */;"
        "  -- dblint: ignore[d, e-f]\n"
        "CREATE FUNCTION f() AS $x$ -- dblint: ignore[g]\n $x$; SELECT 'it''s'; -- dblint:ignore[h]why\n"
    )
    found = list(sql_pragmas(text))
    assert [(one.kind, [name for name, _ in one.names], one.alone, one.reason) for one in found] == [
        ("file-ignore", ["project"], True, "all"),
        ("ignore", ["d", "e-f"], False, ""),
        ("ignore", ["h"], False, "why"),
    ]
    lines = text.split("\n")
    for pragma in found:
        for name, span in pragma.names:
            assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == name
        assert lines[pragma.span.line - 1][pragma.span.column - 1 : pragma.span.end_column - 1].startswith("--")


def test_an_unused_pragma_in_sql_is_said_and_not_edited(tmp_path: Path) -> None:
    text = SCHEMA + "-- dblint: ignore[skipped-statement] not any more\nSELECT 1;\n"
    project(tmp_path, {"schema.sql": text, "tests/test_a.py": CLEAN})
    done = check(tmp_path, "--fix", "--unsafe-fixes")
    assert [(one["rule"], one["path"], one["line"], one["fix"]) for one in done.findings] == [
        ("unused-suppression", "schema.sql", 8, None)
    ]
    assert (tmp_path / "schema.sql").read_text() == text
    assert apply("", []) == ""
