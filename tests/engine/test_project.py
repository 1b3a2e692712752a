"""Which files are tests, what is left out, and what a command line asks about."""

from __future__ import annotations

from pathlib import Path

import pytest

from dblint.config import Settings
from dblint.errors import UsageError
from dblint.project import Scope, scope


def project(root: Path, *paths: str, **settings: tuple[str, ...]) -> Settings:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")
    return Settings(root=root, **settings)  # type: ignore[arg-type]


def test_tests_are_found_by_name_and_folder(tmp_path: Path) -> None:
    settings = project(
        tmp_path,
        "app/orders.py",
        "app/test_orders.py",
        "app/orders_test.py",
        "app/conftest.py",
        "tests/factories.py",
        "src/pkg/test/data.py",
        "tests/data.json",
        "testing/helper.py",
    )
    found = (
        "app/conftest.py",
        "app/orders_test.py",
        "app/test_orders.py",
        "src/pkg/test/data.py",
        "tests/factories.py",
    )
    assert scope(settings, (), tmp_path) == Scope(found)


def test_own_patterns_replace_the_default(tmp_path: Path) -> None:
    settings = project(tmp_path, "spec/a.py", "tests/test_b.py", tests=("spec/",))
    assert scope(settings, (), tmp_path).known == ("spec/a.py",)


@pytest.mark.parametrize("all_of_it", [".", "./", "*"])
def test_a_dot_means_everything(tmp_path: Path, all_of_it: str) -> None:
    settings = project(tmp_path, "a.py", "b/c.py", tests=(all_of_it,))
    assert scope(settings, (), tmp_path).known == ("a.py", "b/c.py")


def test_environments_builds_and_vendored_code_are_left_out(tmp_path: Path) -> None:
    left = [
        ".venv",
        "venv",
        "node_modules",
        "build",
        "dist",
        ".git",
        ".tox",
        "vendor",
        "lib/site-packages",
        ".cache/.eggs",
    ]
    settings = project(tmp_path, "tests/test_a.py", *(f"{folder}/tests/test_b.py" for folder in left))
    project(tmp_path, "myenv/pyvenv.cfg", "myenv/lib/tests/test_c.py")
    assert scope(settings, (), tmp_path).known == ("tests/test_a.py",)


def test_excluded_folders_and_files(tmp_path: Path) -> None:
    names = ("tests/test_a.py", "tests/old/test_b.py", "tests/test_gen_c.py", "app/old/test_d.py")
    settings = project(tmp_path, *names, exclude=("tests/old", "test_gen_*.py"))
    assert scope(settings, (), tmp_path).known == ("app/old/test_d.py", "tests/test_a.py")


def test_gitignore_files_at_every_depth(tmp_path: Path) -> None:
    settings = project(
        tmp_path,
        "tests/test_a.py",
        "tests/out/test_b.py",
        "tests/kept/test_out.py",
        "tests/kept/test_in.py",
        "sub/tests/test_c.py",
        "sub/tests/test_d.py",
    )
    (tmp_path / ".gitignore").write_text("# comment\nout/\ntest_out.py\n/sub/tests/test_c.py\n")
    (tmp_path / "tests/kept/.gitignore").write_text("!test_out.py\n/test_in.py\n")
    assert scope(settings, (), tmp_path).known == ("sub/tests/test_d.py", "tests/kept/test_out.py", "tests/test_a.py")


def test_ignore_files_above_the_root_count_inside_a_repository(tmp_path: Path) -> None:
    root = tmp_path / "service"
    settings = project(root, "tests/test_a.py", "tests/test_gen.py", "tests/test_local.py")
    (tmp_path / ".gitignore").write_text("service/tests/test_gen.py\n")
    assert len(scope(settings, (), root).known) == 3
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("test_local.py\n")
    assert scope(settings, (), root).known == ("tests/test_a.py",)


def test_links_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    settings = project(root, "tests/test_a.py")
    project(outside, "test_b.py")
    (root / "tests" / "linked").symlink_to(outside)
    (root / "tests" / "test_b.py").symlink_to(outside / "test_b.py")
    (root / "tests" / "loop").symlink_to(root)
    assert scope(settings, (), root).known == ("tests/test_a.py",)


def test_paths_decide_what_is_reported_and_not_what_is_known(tmp_path: Path) -> None:
    settings = project(tmp_path, "tests/test_a.py", "tests/unit/test_b.py", "tests/unit/test_c.py", "db/x")
    known = scope(settings, (), tmp_path).known
    unit = Scope(known, frozenset(known[1:]), ("tests/unit/",))
    assert scope(settings, ("tests/unit",), tmp_path) == unit
    assert scope(settings, (), tmp_path / "tests/unit") == unit
    assert scope(settings, ("test_b.py",), tmp_path / "tests/unit") == Scope(known, frozenset({known[1]}))
    assert scope(settings, (".",), tmp_path) == scope(settings, ("..",), tmp_path / "db") == Scope(known)
    assert scope(settings, (), tmp_path.parent) == Scope(known)
    database = scope(settings, ("db",), tmp_path)
    assert (database.checked, database.reports("db/schema.sql"), database.reports("dbx.sql")) == (0, True, False)


def test_a_folder_asked_for_hides_what_is_excluded_in_it(tmp_path: Path) -> None:
    settings = project(tmp_path, "tests/test_a.py", "tests/old/test_b.py", "venv/tests/test_c.py", exclude=("old/",))
    (tmp_path / ".gitignore").write_text("test_a.py\n")
    assert scope(settings, (".",), tmp_path) == scope(settings, (), tmp_path) == Scope(())
    assert scope(settings, ("tests",), tmp_path) == Scope((), frozenset(), ("tests/",))
    assert scope(settings, ("tests/old",), tmp_path).known == ("tests/old/test_b.py",)
    assert scope(settings, ("tests/old",), tmp_path, force_exclude=True).known == ()


@pytest.mark.parametrize("changed", ["db/schema.sql", "pyproject.toml", "dblint.toml", "lint/own-rule.yml"])
def test_a_changed_schema_or_configuration_concerns_every_test(tmp_path: Path, changed: str) -> None:
    settings = project(tmp_path, "tests/test_a.py", "tests/test_b.py", changed, rules=("./lint",))
    assert scope(settings, ("tests/test_a.py", changed), tmp_path) == Scope(("tests/test_a.py", "tests/test_b.py"))


def test_a_named_file_is_checked_whatever_excludes_it(tmp_path: Path) -> None:
    settings = project(tmp_path, "tests/test_a.py", "tests/old/test_b.py", "app/mocks.py", exclude=("tests/old",))
    named = ("tests/old/test_b.py", "app/mocks.py")
    assert scope(settings, named, tmp_path).reported == frozenset(named)
    assert scope(settings, ("tests/old",), tmp_path).reported == frozenset(named[:1])
    assert scope(settings, named, tmp_path, force_exclude=True) == Scope(("tests/test_a.py",), frozenset())


def test_a_path_that_is_not_there_or_not_inside_is_refused(tmp_path: Path) -> None:
    settings = project(tmp_path / "project", "tests/test_a.py")
    project(tmp_path, "other/test_b.py")
    with pytest.raises(UsageError, match=r"nope\.py: there is no such file or folder"):
        scope(settings, ("nope.py",), tmp_path / "project")
    with pytest.raises(UsageError, match=r"\.\./other/test_b\.py: this lies outside the project"):
        scope(settings, ("../other/test_b.py",), tmp_path / "project")
