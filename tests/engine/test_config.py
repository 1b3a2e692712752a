"""Settings: where they come from, what is refused, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from dblint import config
from dblint.config import Settings
from dblint.errors import UsageError

WHOLE = """
[tool.dblint]
schema = ["db/*.sql", "extra.sql"]
dialect = "postgres"
tests = ["spec/"]
src = ["src"]
exclude = ["tests/old"]
select = ["schema"]
ignore = ["unknown-table"]
extend-select = ["placeholder-uuid"]
preview = true
fail-level = "error"
rules = ["lint"]
clients = ["Gateway"]
search-path = ["app", "public"]
baseline = "dblint-baseline.txt"

[tool.dblint.per-file-ignores]
"tests/legacy/*" = ["unknown-column"]

[tool.dblint.severity]
unknown-column = "warning"

[tool.dblint.tables]
make_order = "orders"
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "pyproject.toml", WHOLE)
    assert config.load(tmp_path) == Settings(
        root=tmp_path,
        source=path,
        schema=("db/*.sql", "extra.sql"),
        dialect="postgres",
        tests=("spec/",),
        src=("src",),
        exclude=("tests/old",),
        select=("schema",),
        ignore=("unknown-table",),
        extend_select=("placeholder-uuid",),
        preview=True,
        per_file_ignores={"tests/legacy/*": ("unknown-column",)},
        severity={"unknown-column": "warning"},
        fail_level="error",
        rules=("lint",),
        tables={"make_order": "orders"},
        clients=("Gateway",),
        search_path=("app", "public"),
        baseline="dblint-baseline.txt",
    )


def test_every_setting_is_a_key() -> None:
    fields = {name.replace("_", "-") for name in Settings.__dataclass_fields__} - {"root", "source"}
    assert fields == set(config._KEYS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('shcema = ["a.sql"]', ":1: unknown key `shcema`; did you mean `schema`?"),
        ('schema = "a.sql"', ":1: `schema` must be a list of strings, not a string"),
        ("schema = [1]", "`schema` must be a list of strings; a number stands in it"),
        ('preview = "yes"', "`preview` must be true or false, not a string"),
        ('dialect = "postgresql"', 'not "postgresql"; did you mean `postgres`?'),
        ('\n\nfail-level = "fatal"', ':3: `fail-level` must be one of "error", "warning", "info"'),
        ("baseline = 1979-05-27", "`baseline` must be a string, not a date"),
        ('[severity]\nunknown-column = "high"', ":1: `severity` at `unknown-column` must be one of"),
        ('severity = "error"', "`severity` must be a table, not a string"),
        ('[per-file-ignores]\n"a.py" = "unknown-column"', "`per-file-ignores` at `a.py` must be a list of strings"),
        ("schema = [", "dblint.toml: "),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, "dblint.toml", text)
    with pytest.raises(UsageError) as raised:
        config.load(tmp_path)
    assert message in str(raised.value)
    assert str(path) in str(raised.value)


def test_the_line_is_counted_inside_the_table(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[tool.other]\nselct = 1\n\n[tool.dblint]\npreview = true\nselct = ["all"]\n')
    with pytest.raises(UsageError, match=r"pyproject.toml:6: unknown key `selct`; did you mean `select`"):
        config.load(tmp_path)


def test_the_nearest_folder_with_settings_is_the_root(tmp_path: Path) -> None:
    write(tmp_path, "dblint.toml", "")
    write(tmp_path / "service", "pyproject.toml", "[tool.dblint]\n")
    write(tmp_path / "service" / "tests", "pyproject.toml", "[tool.ruff]\n")
    assert config.load(tmp_path / "service" / "tests").root == tmp_path / "service"
    assert config.load(tmp_path).root == tmp_path


def test_dblint_toml_wins_over_pyproject(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.dblint]\npreview = true\n")
    write(tmp_path, "dblint.toml", "preview = false\n")
    assert config.load(tmp_path).source == tmp_path / "dblint.toml"


def test_without_settings_the_repository_is_the_root(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert config.load(inner) == Settings(root=tmp_path)


def test_isolated_sees_no_settings(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, "dblint.toml", "preview = true\n")
    assert config.load(tmp_path, isolated=True) == Settings(root=tmp_path)


def test_a_named_file_decides_and_must_have_the_table(tmp_path: Path) -> None:
    other = write(tmp_path / "ci", "strict.toml", "preview = true\n")
    bare = write(tmp_path / "ci", "pyproject.toml", "[tool.ruff]\n")
    assert config.load(tmp_path, other) == Settings(root=tmp_path / "ci", source=other, preview=True)
    with pytest.raises(UsageError, match=r"there is no \[tool.dblint\] table"):
        config.load(tmp_path, bare)


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "dblint.toml").write_bytes(b"schema = ['\xff']")
    with pytest.raises(UsageError, match="no UTF-8 text"):
        config.load(tmp_path)
