"""Which files beside Python are read, and what is told of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dblint import config
from dblint.data_files import _ENDINGS, _NAMES, data_format
from dblint.facts.read import read
from dblint.project import scope
from dblint.source import Source
from dblint.syntax.data_files import scalars
from tests.secrets.made import made_secret

ROOT = Path(__file__).parents[2]
PASSWORD = made_secret("password")
URL = f"postgresql://app:{PASSWORD}@db.orders-shop.io/orders"


def project(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("", encoding="utf-8")
    return folder


def test_data_files_are_known_wherever_they_stand_and_tests_by_their_patterns(tmp_path: Path) -> None:
    project(
        tmp_path, "a.json", "config/b.yaml", "tests/c.toml", "tests/test_a.py", "app.py", "d.txt", "package-lock.json"
    )
    found = scope(config.Settings(tmp_path), (), tmp_path)
    assert sorted(found.data) == ["a.json", "config/b.yaml", "tests/c.toml"]
    assert found.known == ("tests/test_a.py",)
    assert found.reported is None


def test_a_named_data_file_is_reported_alone(tmp_path: Path) -> None:
    project(tmp_path, "a.json", "config/b.yaml", "tests/test_a.py")
    found = scope(config.Settings(tmp_path), ("config/b.yaml",), tmp_path)
    assert found.reported is not None and set(found.reported) == {"config/b.yaml"}
    assert set(found.data) == {"a.json", "config/b.yaml"}
    assert scope(config.Settings(tmp_path), ("config",), tmp_path).reports("config/b.yaml")


def test_an_excluded_data_file_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    project(tmp_path, "a.json", "old/b.yaml", "tests/test_a.py")
    settings = config.Settings(tmp_path, exclude=("old/",))
    assert scope(settings, (), tmp_path).data == ("a.json",)
    assert set(scope(settings, ("old/b.yaml",), tmp_path).data) == {"a.json", "old/b.yaml"}
    assert scope(settings, ("old/b.yaml",), tmp_path, force_exclude=True).data == ("a.json",)


@pytest.mark.parametrize("hook", [0, 1])
def test_the_hooks_hand_over_what_is_read(hook: int) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    files = re.compile(hooks[hook]["files"])
    names = [f"a.{ending}" for ending in (*_ENDINGS, "py", "pyi")] + [
        *_NAMES,
        ".env.test",
        "env.local",
        "a/b/.env",
        "my.cnf",
    ]
    assert [name for name in names if not files.search(name)] == []
    assert [name for name in ("a.md", "a.txt", "a.js", "environment.md", "a.lock") if files.search(name)] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.json", f'{{\n  "x": [1, "{URL}"]\n}}'),
        ("a.jsonc", f'// a\n"{URL}"'),
        ("a.yaml", f"x:\n  - {URL}"),
        ("a.yaml", f'x:\n  y: "{URL}"'),
        ("a.yaml", f"x: >\n  {URL}"),
        ("a.yaml", f"x: &a\n  u: {URL}\ny: *a"),
        ("a.toml", f'x = 1\nu = "{URL}"'),
        ("a.toml", f"x = 1\nu = ['{URL}']"),
        ("a.toml", f'x = """\n{URL}\n"""'),
        ("a.ini", f"[x]\nu = {URL} ; why"),
        (".env", f"A=1\nexport U='{URL}'"),
        ("a.sql", f"-- it's\nSELECT '{URL}';"),
        ("a.sql", f"SELECT 1;\nDO $$ BEGIN PERFORM dblink('{URL}'); END $$;"),
        ("a.pgpass", f"#\ndb.orders-shop.io:5432:x:app:{PASSWORD}"),
        ("a.csv", f'id,url\n1,"{URL}"\n'),
        ("a.properties", f"a=b\nu={URL}"),
    ],
)
def test_the_value_is_found_on_its_line_and_hidden_where_it_stands(path: str, text: str) -> None:
    source = Source(path, text)
    (found,) = read(source).credentials.found
    line = next(number for number, one in enumerate(text.split("\n"), start=1) if PASSWORD in one)
    assert found.span.line <= line <= found.span.end_line
    assert [source.cut(span) for span in read(source).credentials.hidden] == [PASSWORD]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[[[[",
        '{"a": "',
        "a: b: c",
        "a: *b",
        "\0",
        "x: !!python/object:os.system y",
        "'",
        "$$",
        "a" * 2000,
        "[" * 3000,
    ],
)
def test_broken_files_are_read_as_far_as_they_go(text: str) -> None:
    for format in sorted({*_ENDINGS.values()}):
        for one in scalars(f"password {text}", format):
            assert 0 <= one.start <= one.end <= len(text) + len("password ")


def test_an_alias_that_holds_itself_ends() -> None:
    assert [one.text for one in scalars("a: &a\n  b: x\n  c: *a\n", "yaml")] == ["x"]


def test_what_tools_write_is_not_read() -> None:
    assert data_format("package-lock.json") is None
    assert data_format("web/pnpm-lock.yaml") is None
    assert data_format("README.md") is None
    assert data_format(".envrc") is None
    assert data_format(".env.production") == "lines"


def test_a_row_of_a_data_file_forgets_a_secret() -> None:
    facts = read(Source("tests/accounts.json", f'[{{"id": 1, "url": "{URL}", "password": "{PASSWORD}"}}]'))
    assert facts.rows
    assert PASSWORD not in repr(facts)
