"""``dblint check --fix``, ``--unsafe-fixes`` and ``--diff``, down to the bytes on disk."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import HONEST, LYING, OUTDATED, RENAMED, SCHEMA, check, dblint, project

FIXED = OUTDATED.replace('"colour"', '"color"')


def test_safe_fixes_are_made_and_counted(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": RENAMED, "tests/test_a.py": OUTDATED})
    done = check(tmp_path, "--fix")
    assert (done.code, done.rules, done.summary["fixed"]) == (0, [], 1)
    assert (tmp_path / "tests/test_a.py").read_text() == FIXED
    assert check(tmp_path, "--fix").summary["fixed"] == 0


def test_something_fixed_can_fail_a_hook(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": RENAMED, "tests/test_a.py": OUTDATED})
    assert check(tmp_path, "--fix", "--exit-non-zero-on-fix").code == 1
    assert check(tmp_path, "--fix", "--exit-non-zero-on-fix").code == 0


def test_unsafe_fixes_are_made_when_they_are_asked_for(tmp_path: Path) -> None:
    lying = LYING.replace('"color": "red", "colr": "blue"', '"colr": "red"')
    project(tmp_path, {"schema.sql": SCHEMA.replace(" NOT NULL", ""), "tests/test_a.py": lying})
    done = dblint(tmp_path, "check", "--fix")
    assert done.code == 1
    assert "1 fix with --fix --unsafe-fixes" in done.out
    assert (tmp_path / "tests/test_a.py").read_text() == lying
    assert check(tmp_path, "--fix", "--unsafe-fixes").code == 0
    assert (tmp_path / "tests/test_a.py").read_text() == HONEST


def test_what_is_left_is_reported_where_it_stands_now(tmp_path: Path) -> None:
    text = "# dblint: ignore[unknown-table] gone\n" + LYING
    project(tmp_path, {"schema.sql": SCHEMA, "tests/test_a.py": text})
    done = check(tmp_path, "--fix")
    assert (done.code, done.rules, done.summary["fixed"]) == (1, ["unknown-column"], 1)
    assert done.findings[0]["line"] == 2
    assert (tmp_path / "tests/test_a.py").read_text() == LYING


def test_a_diff_changes_nothing(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": RENAMED, "tests/test_a.py": OUTDATED, "tests/test_b.py": HONEST})
    done = dblint(tmp_path, "check", "--diff")
    assert (done.code, done.err) == (1, "1 finding would be fixed, 0 would stay.\n")
    assert done.out.splitlines() == [
        "--- tests/test_a.py",
        "+++ tests/test_a.py",
        "@@ -1,2 +1,2 @@",
        " def test_an_order(client):",
        '-    client.table("orders").update({"colour": "red"}).eq("id", 1).execute()',
        '+    client.table("orders").update({"color": "red"}).eq("id", 1).execute()',
    ]
    assert (tmp_path / "tests/test_a.py").read_text() == OUTDATED
    assert dblint(tmp_path, "check", "--diff", "tests/test_b.py").out == ""


def test_fixes_stay_within_the_paths_asked_for(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": RENAMED, "tests/test_a.py": OUTDATED, "tests/test_b.py": OUTDATED})
    assert check(tmp_path, "--fix", "tests/test_a.py").summary["fixed"] == 1
    assert (tmp_path / "tests/test_b.py").read_text() == OUTDATED


def test_line_endings_and_encoding_stay(tmp_path: Path) -> None:
    text = "# coding: latin-1\r\n# d\u00e9j\u00e0 vu\r\n" + OUTDATED.replace("\n", "\r\n")
    project(tmp_path, {"schema.sql": RENAMED, "tests/test_a.py": text.encode("latin-1")})
    assert check(tmp_path, "--fix").code == 0
    expected = text.replace('"colour"', '"color"').encode("latin-1")
    assert (tmp_path / "tests/test_a.py").read_bytes() == expected


def test_a_fix_is_seen_by_the_next_cached_run(tmp_path: Path) -> None:
    project(tmp_path, {"schema.sql": RENAMED, "tests/test_a.py": OUTDATED})
    assert dblint(tmp_path, "check").code == 1
    assert dblint(tmp_path, "check", "--fix").code == 0
    assert dblint(tmp_path, "check").code == 0


def test_a_fix_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    project(tmp_path / "outside", {"real.py": OUTDATED})
    project(tmp_path / "project", {"schema.sql": RENAMED, "tests/test_b.py": OUTDATED, "dblint.toml": ""})
    (tmp_path / "project/tests/test_a.py").symlink_to(tmp_path / "outside/real.py")
    done = check(tmp_path / "project", "--fix", "tests/test_a.py")
    assert (done.code, done.rules) == (1, ["unknown-column"])
    assert (tmp_path / "outside/real.py").read_text() == OUTDATED
