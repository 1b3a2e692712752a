"""``dblint schema``, ``explain``, ``rules`` and the program's own manners."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dblint import __version__, rulebook
from dblint.config import Settings
from tests.cli.running import HONEST, LYING, SCHEMA, dblint, program, project


def test_the_schema_as_a_tree(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA})
    done = dblint(tmp_path, "schema")
    assert done.code == 0
    assert "orders" in done.out and "customers" in done.out
    alone = dblint(tmp_path, "schema", "orders")
    assert "orders" in alone.out and "customers" not in alone.out


def test_the_schema_as_json(tmp_path: Path) -> None:
    project(tmp_path, {"db/schema.sql": SCHEMA})
    document = json.loads(dblint(tmp_path, "schema", "--format", "json").out)
    assert {table["name"] for table in document["tables"]} == {"customers", "orders"}
    assert document["dialect"] == "postgres"
    alone = json.loads(dblint(tmp_path, "schema", "--format", "json", "public.orders").out)
    assert [table["name"] for table in alone["tables"]] == ["orders"]
    assert {column["name"]: column["type"] for column in alone["tables"][0]["columns"]} == {
        "id": "bigint",
        "color": "text",
        "state": "status",
    }


def test_skipped_statements_are_told_beside_the_schema(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA + "\nCREATE TABEL x (id int);\n"})
    done = dblint(tmp_path, "schema", "--format", "json")
    assert done.code == 0
    assert done.err.startswith("schema.sql:9: statement skipped: ")
    assert len(json.loads(done.out)["skipped"]) == 1


def test_a_table_that_is_not_there_has_a_nearest(tmp_path: Path) -> None:
    done = dblint(project(tmp_path, {"schema.sql": SCHEMA}), "schema", "order")
    assert (done.code, done.out) == (2, "")
    assert done.err == "dblint: there is no table `order`; did you mean `orders`?\n"


def test_no_schema_is_an_error(tmp_path: Path) -> None:
    done = dblint(tmp_path, "schema")
    assert done.code == 2
    assert "name the schema files with --schema" in done.err


def test_a_page_in_the_terminal() -> None:
    here = Path(__file__).parent
    done = dblint(here, "explain", "unknown-column")
    assert done.code == 0
    assert done.out.startswith("unknown-column · schema · error · on · safe fix · since 0.1.0\n\n# unknown-column\n")
    assert all(f"## {heading}" in done.out for heading in rulebook.HEADINGS)
    coloured = dblint(here, "explain", "unknown-column", FORCE_COLOR="1")
    assert "\x1b[" in coloured.out and "What it finds" in coloured.out


def test_a_page_as_json() -> None:
    document = json.loads(dblint(Path(__file__).parent, "explain", "empty-catalog", "--output-format", "json").out)
    assert document.pop("page").startswith("# empty-catalog\n")
    assert document.pop("url").endswith("/rules/project/empty-catalog.md")
    assert document.pop("summary").startswith("A run whose selected rules need a schema")
    expected = {"group": "project", "severity": "error", "default": "on", "fix": "none", "since": "0.1.0"}
    assert document == {"name": "empty-catalog", **expected}


def test_a_rule_that_is_not_there_has_a_nearest() -> None:
    done = dblint(Path(__file__).parent, "explain", "unknown-colum")
    assert (done.code, done.out) == (2, "")
    assert done.err == "dblint: there is no rule `unknown-colum`; did you mean `unknown-column`?\n"


def test_the_list_of_rules() -> None:
    book = rulebook.load(Settings(Path()))
    here = Path(__file__).parent
    listed = dblint(here, "rules").out
    assert all(f"\n  {rule.name} " in listed for rule in book.rules)
    document = json.loads(dblint(here, "rules", "--output-format", "json").out)
    assert [rule["name"] for rule in document] == [rule.name for rule in book.rules]


def test_own_rules_are_explained_and_applied(tmp_path: Path) -> None:
    page = (
        "---\ngroup: house\nseverity: warning\ndefault: on\nsince: 0.1.0\nfix: none\n---\n# loud-print\n\n"
        "## What it finds\n\nA `print` in a test.\n\n## Why it matters\n\nNoise.\n\n"
        "## What it leaves alone\n\nAll else.\n\n## Fix\n\nNone.\n"
    )
    files = {
        "dblint.toml": 'rules = ["lint"]\n',
        "lint/loud-print.md": page,
        "lint/loud-print.yml": "id: loud-print\nlanguage: python\nmessage: this prints\nrule:\n  pattern: print($$$)\n",
        "schema.sql": SCHEMA,
        "tests/test_a.py": HONEST + "    print(1)\n",
    }
    project(tmp_path, files)
    done = dblint(tmp_path, "check", "--output-format", "concise")
    assert (done.code, done.out) == (1, "tests/test_a.py:3:5: warning[loud-print] this prints\n")
    assert dblint(tmp_path, "explain", "loud-print").code == 0


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("check", "--help")])
def test_help_and_version(arguments: tuple[str, ...]) -> None:
    done = dblint(Path(__file__).parent, *arguments)
    assert done.code == 0
    assert (done.out == f"dblint {__version__}\n") is (arguments == ("--version",))


def test_a_command_that_is_not_there_has_a_nearest() -> None:
    done = dblint(Path(__file__).parent, "chekc")
    assert done.code == 2
    assert "there is no command `chekc`; did you mean `check`?" in done.err


def test_the_program_itself(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": LYING})
    done = program(tmp_path, "check", "--output-format", "concise")
    assert done.code == 1
    assert done.out.startswith("tests/test_a.py:2:61: error[unknown-column] ")


def test_a_crash_outside_a_rule_is_exit_2_and_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dblint import cli

    def crash(**_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(cli, "commands", crash)
    with pytest.raises(SystemExit) as raised:
        cli.main()
    assert raised.value.code == 2
