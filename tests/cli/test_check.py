"""``dblint check``: verdicts, exit codes, selection, scope, and that nothing is green by accident."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import HONEST, LYING, RENAMED, SCHEMA, check, dblint, project


def test_an_honest_project_is_clean(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_orders.py": HONEST})
    done = check(tmp_path)
    assert (done.code, done.findings) == (0, [])
    assert done.summary == {
        "errors": 0,
        "warnings": 0,
        "infos": 0,
        "fixed": 0,
        "suppressed": 0,
        "baselined": 0,
        "files_checked": 1,
        "rows_found": 1,
        "rows_bound": 1,
        "tables": 2,
        "functions": 0,
        "statements_skipped": 0,
    }


def test_a_lying_project_is_not(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_orders.py": LYING})
    done = check(tmp_path)
    assert (done.code, done.rules) == (1, ["unknown-column"])
    (found,) = done.findings
    assert (found["path"], found["line"], found["column"], found["end_column"]) == ("tests/test_orders.py", 2, 61, 67)
    assert found["subject"] == {"table": "orders", "column": "colr", "function": None}
    assert found["labels"][0]["path"] == "schema.sql"
    assert done.err.startswith("1 error. 1 file checked against 2 tables")


def test_every_format_says_it(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_orders.py": LYING})
    shown = {name: dblint(tmp_path, "check", "--output-format", name) for name in ("text", "concise", "json", "github")}
    assert {done.code for done in shown.values()} == {1}
    assert all("`orders` has no column `colr`" in done.out for done in shown.values())
    assert "schema.sql:4:5" in shown["text"].out
    assert shown["concise"].out.startswith("tests/test_orders.py:2:61: error[unknown-column] ")
    assert shown["github"].out.startswith("::error file=tests/test_orders.py,line=2,")
    assert len(json.loads(shown["json"].out)["findings"]) == 1


def test_a_format_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = dblint(tmp_path, "check", "--output-format", "sarif")
    assert (done.code, done.out) == (2, "")
    assert "'sarif' is not one of" in done.err


def test_levels_and_exit_options(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_orders.py": LYING})
    assert check(tmp_path, "--exit-zero").code == 0
    project(tmp_path, {"dblint.toml": 'severity = {unknown-column = "warning"}\n'})
    assert check(tmp_path).code == 1
    project(tmp_path, {"dblint.toml": 'severity = {unknown-column = "warning"}\nfail-level = "error"\n'})
    done = check(tmp_path)
    assert (done.code, done.summary["warnings"]) == (0, 1)
    project(tmp_path, {"dblint.toml": 'severity = {schema = "info"}\n'})
    done = check(tmp_path)
    assert (done.code, done.summary["infos"]) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "rules"),
    [
        (("--select", "unknown-column"), ["unknown-column"]),
        (("--select", "schema"), ["unknown-column"]),
        (("--select", "all"), ["unknown-column"]),
        (("--select", "missing-column,unknown-table"), []),
        (("--ignore", "unknown-column"), []),
        (("--ignore", "schema", "--extend-select", "unknown-column"), ["unknown-column"]),
    ],
)
def test_rules_are_chosen_by_name_and_group(tmp_path: Path, arguments: tuple[str, ...], rules: list[str]) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_orders.py": LYING})
    done = check(tmp_path, *arguments)
    assert (done.rules, done.code) == (rules, int(bool(rules)))


def test_the_command_line_selects_over_the_configuration(tmp_path: Path) -> None:
    files = {"schema.sql": SCHEMA, "tests/test_orders.py": LYING, "dblint.toml": 'ignore = ["unknown-column"]\n'}
    project(tmp_path, files)
    assert check(tmp_path).rules == []
    assert check(tmp_path, "--select", "unknown-column").rules == ["unknown-column"]
    assert check(tmp_path, "--extend-select", "unknown-column").rules == ["unknown-column"]
    assert check(tmp_path, "--isolated").rules == ["unknown-column"]


def test_rules_can_be_ignored_in_some_files(tmp_path: Path) -> None:
    files = {
        "schema.sql": SCHEMA,
        "tests/test_orders.py": LYING,
        "tests/old/test_orders.py": LYING,
        "pyproject.toml": '[tool.dblint.per-file-ignores]\n"tests/old/" = ["schema"]\n',
    }
    assert [found["path"] for found in check(project(tmp_path, files)).findings] == ["tests/test_orders.py"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--select", "unknown-colum"),
            "--select: there is no rule or group `unknown-colum`; did you mean `unknown-column`?",
        ),
        (("--ignore", "shcema"), "--ignore: there is no rule or group `shcema`; did you mean `schema`?"),
        (("--extend-select", "x"), "--extend-select: there is no rule or group `x`"),
        (("nowhere",), "nowhere: there is no such file or folder"),
        (("tests", ".."), "..: this lies outside the project"),
        (("--config", "dblint.toml", "--isolated"), "contradict each other"),
        (("--config", "none.toml"), "none.toml"),
        (("--dialect", "oracle"), "oracle"),
        (("--frobnicate",), "--frobnicate"),
    ],
)
def test_what_cannot_be_meant_is_said_and_exits_with_2(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    project(tmp_path, {"dblint.toml": "", "schema.sql": SCHEMA, "tests/test_orders.py": HONEST})
    done = check(tmp_path, *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('shcema = ["schema.sql"]', "unknown key `shcema`; did you mean `schema`?"),
        ('select = ["unknown-colum"]', "did you mean `unknown-column`?"),
        ('ignore = ["shcema"]', "did you mean `schema`?"),
        ('severity = {unknown-colum = "info"}', "did you mean `unknown-column`?"),
        ('per-file-ignores = {"a.py" = ["unknown-colum"]}', "did you mean `unknown-column`?"),
        ("preview = 1", "`preview` must be true or false"),
    ],
)
def test_a_configuration_that_cannot_be_meant_exits_with_2(tmp_path: Path, setting: str, message: str) -> None:
    project(tmp_path, {"dblint.toml": setting, "schema.sql": SCHEMA, "tests/test_orders.py": HONEST})
    done = check(tmp_path)
    assert (done.code, done.out) == (2, "")
    assert message in done.err and "dblint.toml" in done.err


def test_no_schema_is_not_green(tmp_path: Path) -> None:
    project(tmp_path, {"tests/test_orders.py": LYING})
    done = check(tmp_path)
    assert (done.code, done.rules) == (2, ["empty-catalog"])
    assert check(tmp_path, "--exit-zero").code == 2
    assert check(tmp_path, "--select", "unknown-column").rules == ["empty-catalog"]
    assert check(tmp_path, "--select", "project").code == 0


def test_an_empty_schema_is_not_green(tmp_path: Path) -> None:
    project(
        tmp_path, {"schema.sql": "SELECT 1;\n", "tests/test_orders.py": LYING, "dblint.toml": 'schema = ["schema.sql"]'}
    )
    done = check(tmp_path)
    assert (done.code, done.rules) == (2, ["empty-catalog"])
    assert done.findings[0]["path"] == "schema.sql"


def test_one_test_is_not_blamed_for_another_that_cannot_be_read(tmp_path: Path) -> None:
    files = {"schema.sql": SCHEMA, "tests/test_a.py": HONEST, "tests/test_b.py": "def broken(:\n"}
    project(tmp_path, files)
    assert check(tmp_path, "tests/test_a.py").code == 0
    assert check(tmp_path, "tests/test_b.py").rules == check(tmp_path).rules == ["unreadable-file"]


def test_a_configured_schema_that_is_not_there_is_not_green(tmp_path: Path) -> None:
    config = '[tool.dblint]\nschema = ["schema.sql", "db/gone.sql"]\n'
    done = check(project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": HONEST, "pyproject.toml": config}))
    assert (done.code, done.rules) == (2, ["unreadable-file"])
    assert "db/gone.sql" in done.findings[0]["message"]
    assert (done.findings[0]["path"], done.findings[0]["line"]) == ("pyproject.toml", 2)


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("tests/test_b.py", b"x = 1\ny = '\xff'\n", 2),
        ("tests/test_b.py", b"def broken(:\n", 1),
        ("tests/test_b.py", b"# coding: klingon\n", 1),
        ("extra.sql", b"CREATE TABLE a (id int);\n-- \xff\n", 2),
    ],
)
def test_a_file_that_cannot_be_read_is_not_green(tmp_path: Path, path: str, content: bytes, line: int) -> None:
    config = 'schema = ["schema.sql", "extra.sql"]\n' if path == "extra.sql" else ""
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": LYING, "dblint.toml": config, path: content})
    done = check(tmp_path)
    assert done.code == 2
    assert {(one["rule"], one["path"], one["line"]) for one in done.findings} == {
        ("unreadable-file", path, line),
        ("unknown-column", "tests/test_a.py", 2),
    }


def test_a_skipped_statement_is_said_and_does_not_fail(tmp_path: Path) -> None:
    done = check(project(tmp_path, {"schema.sql": SCHEMA + "\nCREATE TABEL x (id int);\n", "tests/test_a.py": HONEST}))
    assert (done.code, done.rules, done.summary["statements_skipped"]) == (0, ["skipped-statement"], 1)
    assert (done.findings[0]["path"], done.findings[0]["line"]) == ("schema.sql", 9)
    silenced = SCHEMA + "\n-- dblint: ignore[skipped-statement] a joke\nCREATE TABEL x (id int);\n"
    done = check(project(tmp_path, {"schema.sql": silenced}))
    assert (done.rules, done.summary["suppressed"], done.summary["statements_skipped"]) == ([], 1, 1)


def test_paths_decide_what_is_reported(tmp_path: Path) -> None:
    files = {"schema.sql": SCHEMA, "tests/test_a.py": LYING, "tests/unit/test_b.py": LYING}
    project(tmp_path, files)

    def paths(*arguments: str) -> list[str]:
        return [found["path"] for found in check(tmp_path, *arguments).findings]

    assert paths("tests/unit") == paths("tests/unit/test_b.py") == ["tests/unit/test_b.py"]
    assert paths("tests/test_a.py", "schema.sql") == ["tests/test_a.py", "tests/unit/test_b.py"]
    assert check(tmp_path, "tests/unit").summary["rows_found"] == 2
    assert check(tmp_path, "tests/unit").summary["files_checked"] == 1


def test_paths_are_shown_from_the_working_directory(tmp_path: Path) -> None:
    project(tmp_path, {"dblint.toml": "", "db/schema.sql": SCHEMA, "tests/test_a.py": LYING})
    (found,) = check(tmp_path / "tests").findings
    assert (found["path"], found["labels"][0]["path"]) == ("test_a.py", "../db/schema.sql")


def test_the_schema_of_the_command_line_replaces_the_configured(tmp_path: Path) -> None:
    files = {
        "dblint.toml": 'schema = ["schema.sql"]\n',
        "schema.sql": SCHEMA,
        "new/schema.sql": SCHEMA.replace("color text NOT NULL", "color text, colr text"),
        "tests/test_a.py": LYING,
    }
    project(tmp_path, files)
    assert check(tmp_path).rules == ["unknown-column"]
    assert check(tmp_path, "--schema", "new/schema.sql").rules == []
    assert check(tmp_path / "new", "--schema", "*.sql").rules == []


def test_the_configuration_of_another_place(tmp_path: Path) -> None:
    project(tmp_path, {"ci/dblint.toml": "", "ci/schema.sql": SCHEMA, "ci/tests/test_a.py": LYING})
    done = check(tmp_path, "--config", "ci/dblint.toml")
    assert [found["path"] for found in done.findings] == ["ci/tests/test_a.py"]


def test_a_project_that_lies_elsewhere_is_checked_by_its_own_settings(tmp_path: Path) -> None:
    project(tmp_path / "here", {"dblint.toml": 'ignore = ["schema"]\n'})
    project(tmp_path / "there", {"pyproject.toml": "[tool.dblint]\n", "schema.sql": SCHEMA, "tests/test_a.py": LYING})
    for path in ("../there", "../there/tests/test_a.py", str(tmp_path / "there/tests")):
        assert [found["path"] for found in check(tmp_path / "here", path).findings] == ["../there/tests/test_a.py"]
    project(tmp_path / "bare", {"schema.sql": SCHEMA, "tests/test_a.py": LYING})
    assert check(tmp_path / "here", "../bare").rules == ["unknown-column"]


def test_a_report_in_a_file(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": LYING})
    done = dblint(tmp_path, "check", "--output-file", "out/report.txt", FORCE_COLOR="1")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("1 error. ")
    assert "\x1b" not in (tmp_path / "out/report.txt").read_text()
    assert "error[unknown-column]" in (tmp_path / "out/report.txt").read_text()


def test_statistics(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": LYING, "tests/test_b.py": LYING})
    done = dblint(tmp_path, "check", "--statistics")
    assert done.out.splitlines()[0] == "2  error    unknown-column"
    assert check(tmp_path, "--statistics").err.splitlines()[0] == "2  error    unknown-column"


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colour_is_for_those_who_want_it(tmp_path: Path, environment: dict[str, str], colour: bool) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": LYING})
    assert ("\x1b[" in dblint(tmp_path, "check", **environment).out) is colour


def test_pragmas_silence_and_are_counted(tmp_path: Path) -> None:
    line = LYING.rstrip("\n") + "  # dblint: ignore[unknown-column] on purpose\n"
    done = check(project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": line}))
    assert (done.code, done.rules, done.summary["suppressed"]) == (0, [], 1)


def test_a_closed_pipe_is_no_crash(tmp_path: Path) -> None:
    import subprocess
    import sys

    files = {f"tests/test_{number}.py": LYING * 20 for number in range(200)}
    project(tmp_path, {"schema.sql": SCHEMA, **files})
    process = subprocess.Popen(
        [sys.executable, "-m", "dblint", "check", "--no-cache"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) != 0


def test_a_rename_is_named_with_its_place(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": RENAMED, "tests/test_a.py": LYING.replace("colr", "colour")})
    assert "schema.sql:2 renamed it to `color`" in check(tmp_path).findings[0]["message"]
