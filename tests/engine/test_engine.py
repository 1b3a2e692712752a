"""Runs: crashes become findings, caches are true, warm runs are lean, processes change nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import dblint.checks.schema.missing_column as missing_column
import dblint.checks.schema.unknown_column as unknown_column
from dblint import config, rulebook
from dblint.binding.model import BoundProject
from dblint.cache import FolderCache, NoCache
from dblint.engine import Engine
from dblint.finding import Finding
from dblint.project import scope
from dblint.rule import Rule
from dblint.source import Place, Span
from tests.cli.running import HONEST, LYING, SCHEMA, check, dblint, program, project

FILES = {"schema.sql": SCHEMA, "tests/test_a.py": LYING, "tests/test_b.py": LYING}


def engine(root: Path, *, cached: bool = False, jobs: int = 1) -> Engine:
    settings = config.load(root)
    cache = FolderCache(root / ".dblint_cache") if cached else NoCache()
    return Engine(settings, rulebook.load(settings), scope(settings, (), root), cache, jobs)


def test_a_check_that_crashes_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashing(rule: Rule, project: BoundProject) -> Iterator[Finding]:
        for path in project.facts:
            if path == "tests/test_b.py":
                raise KeyError("hunter2")
            yield rule.finding(Place(path, Span(1, 1, 1, 2)), "found before the crash")

    monkeypatch.setattr(missing_column, "check", crashing)
    done = check(project(tmp_path, FILES))
    assert done.code == 2
    assert [(one["rule"], one["path"]) for one in done.findings] == [
        ("missing-column", "tests/test_a.py"),
        ("unknown-column", "tests/test_a.py"),
        ("internal-error", "tests/test_b.py"),
        ("unknown-column", "tests/test_b.py"),
    ]
    (crash,) = (one for one in done.findings if one["rule"] == "internal-error")
    assert crash["message"].startswith("dblint crashed in the rule missing-column: KeyError")
    assert "hunter2" not in done.out + done.err


def test_a_crash_is_said_whatever_silences_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashing(rule: Rule, project: BoundProject) -> list[Finding]:
        raise ZeroDivisionError

    monkeypatch.setattr(unknown_column, "check", crashing)
    pragma = "# dblint: file-ignore[internal-error, project]\n"
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": pragma + HONEST, "tests/test_b.py": HONEST})
    done = check(tmp_path, "--ignore", "internal-error", "--exit-zero", "tests/test_b.py")
    assert (done.code, done.rules) == (2, ["internal-error"])


def test_a_file_whose_facts_crash_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dblint.facts import read as facts

    whole = facts.read

    def crashing(source: object, cards: tuple[Rule, ...] = ()) -> object:
        if getattr(source, "path", "") == "tests/test_a.py":
            raise RecursionError
        return whole(source, cards)  # type: ignore[arg-type]

    monkeypatch.setattr(facts, "read", crashing)
    done = check(project(tmp_path, FILES))
    assert [(one["rule"], one["path"]) for one in done.findings] == [
        ("internal-error", "tests/test_a.py"),
        ("unknown-column", "tests/test_b.py"),
    ]


def test_a_crash_in_binding_leaves_the_engines_own_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dblint.binding import bind

    def crashing(*_: object) -> BoundProject:
        raise ValueError

    monkeypatch.setattr(bind, "bind", crashing)
    skipped = SCHEMA + "CREATE TABEL x;\n"
    done = check(project(tmp_path, {"schema.sql": skipped, "tests/test_a.py": f"{HONEST}# dblint: ignore[schema]\n"}))
    assert (done.code, done.rules) == (2, ["internal-error", "skipped-statement"])


def test_a_crash_in_the_schema_is_no_empty_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dblint.catalog import load

    def crashing(*_: object) -> object:
        raise ValueError

    monkeypatch.setattr(load, "load", crashing)
    done = check(project(tmp_path, FILES))
    assert (done.code, done.rules) == (2, ["internal-error"])


def test_a_crash_while_a_fix_is_written_costs_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dblint.rewrite import write

    def crashing(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(write, "fix", crashing)
    done = check(project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": HONEST.replace("color", "colour")}))
    assert {"internal-error", "unknown-column"} <= set(done.rules)
    assert {one["fix"] is None for one in done.findings} == {True}


@pytest.mark.parametrize(
    ("unread", "rules"),
    [
        (b"ALTER TABLE ORDERS ADD COLUMN colr text; -- \xff", ["unreadable-file"]),
        (b"ALTER TABLE customers ADD COLUMN colr text; -- \xff", ["unknown-column", "unreadable-file"]),
        (None, ["unreadable-file"]),
    ],
)
def test_what_an_unread_schema_file_names_is_not_judged(tmp_path: Path, unread: bytes | None, rules: list[str]) -> None:
    project(tmp_path, {"dblint.toml": 'schema = ["schema.sql", "more.sql"]', "schema.sql": SCHEMA})
    project(tmp_path, {"tests/test_a.py": LYING} | ({} if unread is None else {"more.sql": unread}))
    done = check(tmp_path)
    assert (done.code, sorted(done.rules)) == (2, rules)


def test_the_same_thing_on_the_same_place_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def doubled(rule: Rule, project: BoundProject) -> list[Finding]:
        place = Place("tests/test_a.py", Span(2, 1, 2, 5))
        return [rule.finding(place, "one way to say it"), rule.finding(place, "another way to say it")]

    monkeypatch.setattr(missing_column, "check", doubled)
    assert check(project(tmp_path, FILES)).rules.count("missing-column") == 1


def test_an_overlay_is_judged_in_the_place_of_a_file(tmp_path: Path) -> None:
    project(tmp_path, FILES)
    run = engine(tmp_path)
    assert len(run.run().findings) == 2
    assert [found.path for found in run.run({"tests/test_a.py": HONEST}).findings] == ["tests/test_b.py"]
    assert len(run.run().findings) == 2


def test_processes_change_nothing(tmp_path: Path) -> None:
    files = {f"tests/test_{number}.py": LYING * (number % 3 + 1) for number in range(30)}
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_z.py": b"def broken(:\n", **files})
    alone, together = engine(tmp_path, jobs=1).run(), engine(tmp_path, jobs=2).run()
    assert alone == together
    assert len(alone.findings) == 61


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tests/test_a.py", HONEST),
        ("tests/test_c.py", LYING),
        ("schema.sql", SCHEMA + "ALTER TABLE orders ADD COLUMN colr text;\n"),
        ("db/more.sql", "ALTER TABLE orders ADD COLUMN colr text;\n"),
        ("dblint.toml", 'ignore = ["schema"]\n'),
        (".gitignore", "test_b.py\n"),
    ],
)
def test_whatever_changes_a_cached_run_is_a_fresh_run(tmp_path: Path, path: str, content: str) -> None:
    project(tmp_path, {**FILES, "dblint.toml": ""})
    first = dblint(tmp_path, "check", "--output-format", "json")
    assert dblint(tmp_path, "check", "--output-format", "json") == first
    project(tmp_path, {path: content})
    cached = dblint(tmp_path, "check", "--output-format", "json")
    assert cached == dblint(tmp_path, "check", "--output-format", "json", "--no-cache")
    assert (cached == first) is (path == "db/more.sql" and cached == first)


def test_a_broken_cache_is_no_cache(tmp_path: Path) -> None:
    project(tmp_path, FILES)
    first = dblint(tmp_path, "check")
    for entry in (tmp_path / ".dblint_cache").glob("*.json"):
        entry.write_bytes(entry.read_bytes()[:-5])
    assert dblint(tmp_path, "check") == first


def test_no_cache_leaves_no_folder(tmp_path: Path) -> None:
    check(project(tmp_path, FILES))
    assert not (tmp_path / ".dblint_cache").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_checked(tmp_path: Path) -> None:
    project(tmp_path, FILES)
    tmp_path.chmod(0o555)
    try:
        assert dblint(tmp_path, "check").code == 1
    finally:
        tmp_path.chmod(0o755)


def test_a_file_in_the_place_of_the_cache_is_left_alone(tmp_path: Path) -> None:
    project(tmp_path, {**FILES, ".dblint_cache": "mine"})
    assert dblint(tmp_path, "check").code == 1
    assert (tmp_path / ".dblint_cache").read_text() == "mine"


def test_facts_under_another_name_are_not_believed(tmp_path: Path) -> None:
    project(tmp_path, FILES)
    run = engine(tmp_path, cached=True)
    expected = run.recall()
    cache = FolderCache(tmp_path / ".dblint_cache")
    facts = run._facts
    assert facts is not None
    forged = {one: data.replace(b"tests/test_a.py", b"../outside.py") for one, data in facts._stored().items()}
    assert forged != facts._stored()
    cache.put_rows("facts", facts._key, forged)
    (tmp_path / ".dblint_cache/findings.json").unlink()
    assert engine(tmp_path, cached=True).recall() == expected


def test_a_warm_run_loads_no_parser(tmp_path: Path) -> None:
    project(tmp_path, FILES)
    cold = program(tmp_path, "check", "--output-format", "concise")
    warm = program(tmp_path, "check", "--output-format", "concise", python=("-X", "importtime"))
    assert (warm.code, warm.out) == (cold.code, cold.out)
    loaded = {
        line.rsplit("|", 1)[1].strip().split(".")[0]
        for line in warm.err.splitlines()
        if line.startswith("import time:")
    }
    assert "click" in loaded
    assert loaded & {"sqlglot", "ast_grep_py", "postgast", "yaml", "rich", "multiprocessing"} == set()


def test_one_changed_file_does_not_read_the_schema_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, FILES)
    engine(tmp_path, cached=True).recall()
    project(tmp_path, {"tests/test_a.py": HONEST})
    from dblint.catalog import load

    monkeypatch.delattr(load, "load")
    assert [found.path for found in engine(tmp_path, cached=True).recall().findings] == ["tests/test_b.py"]


def test_a_project_may_move(tmp_path: Path) -> None:
    project(tmp_path / "here", FILES)
    first = dblint(tmp_path / "here", "check")
    shutil.move(tmp_path / "here", tmp_path / "there")
    assert dblint(tmp_path / "there", "check") == first


def test_rows_found_are_those_that_something_ties_to_a_table(tmp_path: Path) -> None:
    test = (
        'def test_it(client):\n    client.table("orders").insert({"total": 1})\n'
        '    client.table("nowhere").insert({"a": 1})\n'
        '    handle_update({"message": {"text": "hello"}, "from": {"id": 1}})\n'
        '    SETTINGS = {"colour": "red"}\n'
    )
    counts = check(
        project(tmp_path, {"schema.sql": "create table orders (total int);", "tests/test_a.py": test})
    ).summary
    assert (counts["rows_found"], counts["rows_bound"]) == (2, 1)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('db.execute("""\n  CREATE TABLE IF NOT EXISTS public.audit (id int)""")\n', []),
        ('op.create_table("audit", sa.Column("id"))\n', []),
        ('class Audit(Base):\n    __tablename__ = "audit"\n', []),
        ('sb.table("audit").insert({"id": 1})\n', []),
        ('db.fetch("select * from public.audit where id = 1")\n', []),
        ('sb.table("orders").insert({"audit": 1})  # create table orders\n', ["audit"]),
        ("from audit import Audit\n", ["audit"]),
    ],
)
def test_a_table_of_the_projects_own_code_is_not_unknown(tmp_path: Path, code: str, told: list[str]) -> None:
    test = 'client.table("orders").select("*")\nclient.table("audit").select("*").execute()\n'
    schema = "create table orders (id int);"
    root = project(tmp_path, {"schema.sql": schema, "app/db.py": "x = 1\n", "tests/test_a.py": test})
    assert [one["subject"]["table"] for one in check(root).findings] == ["audit"]
    (root / "app/db.py").write_text(code)
    assert [one["subject"]["table"] for one in check(root).findings] == told
