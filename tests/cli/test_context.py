"""``dblint context``: what it lists, and that a hint it gives ties the row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dblint.cli import commands

_TEST = """\
from unittest.mock import MagicMock


def make_thing():
    return {"id": 1, "status": "lost"}


def create_mock_order():
    return {"id": 2, "status": "open"}


def test_orders(client):
    client.table("orders").insert(make_thing()).execute()
    client.table("nothing").insert({"id": 3}).execute()


def test_fake_thing():
    client = MagicMock()
    client.load.return_value = [{"id": 4, "status": "open"}]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "schema.sql").write_text("CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n")
    (tmp_path / "tests/test_orders.py").write_text(_TEST)
    (tmp_path / "dblint.toml").write_text('schema = ["schema.sql"]\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(commands, ["context", "--no-cache", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_document(project: Path) -> None:
    document = json.loads(run("--output-format", "json"))
    assert document["schema"] == {"files": ["schema.sql"], "tables": 1, "functions": 0}
    assert document["tests"] == ["tests/test_orders.py"]
    rows = {(row["line"], row["table"], row["evidence"]) for row in document["rows"]}
    assert {(5, "orders", "client"), (9, "orders", "name")} <= rows
    assert sum(document["evidence"].values()) == len(document["rows"])
    loose = {one["line"]: one["why"] for one in document["not_understood"]}
    assert loose[14] == "the schema has no table `nothing`"
    assert 19 in loose


def test_the_text_and_its_hint(project: Path) -> None:
    text = run()
    assert "Schema: postgres, 1 tables and 0 functions from 1 files" in text
    why = "nothing tells which query this answers for `client`, and all of its 2 keys are columns of `orders`"
    assert f"tests/test_orders.py:19  {why}; # dblint: table=orders" in text
    path = project / "tests/test_orders.py"
    path.write_text(_TEST.replace('"status": "open"}]', '"status": "open"}]  # dblint: table=orders'))
    assert "tests/test_orders.py:19" not in run()
