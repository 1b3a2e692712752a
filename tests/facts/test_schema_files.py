"""SQL files that a test opens: how their paths are spelled, and when nothing is known of them."""

from __future__ import annotations

import pytest

from dblint.facts.read import read
from dblint.source import Source

HEAD = "import os\nfrom pathlib import Path\nHERE = Path(__file__).parent\nDIR = os.path.dirname(__file__)\n"


def loads(code: str) -> list[tuple[str, str, bool]]:
    facts = read(Source("backend/tests/conftest.py", f"{HEAD}def database():\n    {code}\n"))
    return [(one.path, one.base, one.guarded) for one in facts.loads]


@pytest.mark.parametrize(
    ("code", "path", "base"),
    [
        ('(HERE / "schema.sql").read_text()', "backend/tests/schema.sql", "file"),
        ('(HERE / ".." / "db" / "schema.sql").read_text()', "backend/db/schema.sql", "file"),
        ('(HERE.parent / "db/schema.sql").open()', "backend/db/schema.sql", "file"),
        ('(Path(__file__).resolve().parents[2] / "schema.sql").read_bytes()', "schema.sql", "file"),
        ('HERE.joinpath("sql", "a.sql").read_text()', "backend/tests/sql/a.sql", "file"),
        ('open(os.path.join(DIR, "a.sql"))', "backend/tests/a.sql", "file"),
        ('open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "a.sql"), "r")', "backend/a.sql", "file"),
        ('open(str(HERE / "a.sql"), encoding="utf-8")', "backend/tests/a.sql", "file"),
        ('open("db/schema.sql")', "db/schema.sql", "run"),
        ('Path("db/schema.sql").read_text()', "db/schema.sql", "run"),
    ],
)
def test_paths_are_followed(code: str, path: str, base: str) -> None:
    assert loads(code) == [(path, base, False)]


@pytest.mark.parametrize(
    "code",
    [
        'open(name + ".sql")',
        'open(f"{name}.sql")',
        'open("schema.sql", "w")',
        'open("schema.sql", mode="a")',
        '(HERE / name / "schema.sql").read_text()',
        '(HERE / "schema.json").read_text()',
        'open("/etc/schema.sql") and open("../../../../schema.sql")',
        'print("schema.sql")',
    ],
)
def test_what_only_the_run_knows_is_left(code: str) -> None:
    assert [path for path, *_ in loads(code) if path != "etc/schema.sql"] == []


@pytest.mark.parametrize(
    "code",
    [
        'open("a.sql") if os.path.exists("a.sql") else None',
        'pytest.skip() or open("a.sql")',
        'tmp_path and open("a.sql")',
    ],
)
def test_code_that_minds_a_missing_file(code: str) -> None:
    assert [guarded for *_, guarded in loads(code)] == [True]


def test_a_loop_over_names_opens_each() -> None:
    code = 'for name in ["1.sql", "2.sql"]:\n        (HERE / name).read_text()'
    assert [path for path, *_ in loads(code)] == ["backend/tests/1.sql", "backend/tests/2.sql"]


def test_a_path_from_the_run_may_lie_in_each_folder_above() -> None:
    (load,) = read(Source("backend/tests/conftest.py", 'open("db/a.sql")\n')).loads
    assert load.places("backend/tests/conftest.py") == ("db/a.sql", "backend/db/a.sql", "backend/tests/db/a.sql")
