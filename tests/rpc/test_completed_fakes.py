"""A fake that a fix completed takes the calls of the code under test, and answers in the declared shape."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from dblint import config, fixing, rulebook
from dblint.engine import Engine
from dblint.finding import Finding
from dblint.project import scope

SOURCE = """
def expensive(client, least):
    query = client.table("orders").select("*")
    return query.gte("total", least).in_("status", ["new"]).order("total", desc=True).limit(5).execute().data
"""
METHODS = {
    "gte": "def gte(self, column, value):",
    "in_": "def in_(self, column, values):",
    "order": "def order(self, column, **options):",
    "limit": "def limit(self, size):",
}


def query_class(kept: tuple[str, ...]) -> str:
    methods = "\n".join(f"    {METHODS[name]}\n        return self\n" for name in kept)
    return f"""
class FakeQuery:
    def __init__(self):
        self.data = []

    def select(self, *columns):
        return self

{methods}
    def execute(self):
        return self


class FakeSupabase:
    def table(self, name):
        return FakeQuery()
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in {"dblint.toml": 'schema = ["schema.sql"]\n', "shop/__init__.py": "", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def fix(folder: Path) -> list[str]:
    """Makes the safe fixes, and returns the rules whose findings are left."""
    settings = config.load(folder)
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), folder))
    done = fixing.run(lambda texts: rpc(engine.run(texts).findings), engine.sources(), unsafe=False)
    for name, text in done.texts.items():
        (folder / name).write_text(text)
    again = Engine(settings, rulebook.load(settings), scope(settings, (), folder)).run()
    return [one.rule for one in rpc(again.findings)]


def rpc(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.group == "rpc" or one.rule == "internal-error"]


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)})


@pytest.mark.parametrize(
    "kept",
    [kept for count in range(len(METHODS)) for kept in itertools.combinations(METHODS, count)][::3],
    ids=lambda kept: "-".join(kept) or "none",
)
def test_a_completed_fake_takes_every_call(tmp_path: Path, kept: tuple[str, ...]) -> None:
    test = "from shop.orders import expensive\n\n" + query_class(kept)
    test += "\n\ndef test_expensive():\n    assert expensive(FakeSupabase(), 5) == []\n"
    write(
        tmp_path,
        {"schema.sql": "CREATE TABLE orders (id bigint);\n", "shop/orders.py": SOURCE, "tests/test_orders.py": test},
    )
    space: dict[str, object] = {}
    assert "incomplete-mock-client" not in fix(tmp_path)
    exec((tmp_path / "shop/orders.py").read_text(), space)
    exec((tmp_path / "tests/test_orders.py").read_text().replace("from shop.orders import expensive", ""), space)
    space["test_expensive"]()  # type: ignore[operator]


def test_a_new_branch_answers_in_the_declared_shape(tmp_path: Path) -> None:
    schema = """
CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(10, 2) NOT NULL, status text);
CREATE FUNCTION order_total(p_id bigint) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION open_orders() RETURNS SETOF orders LANGUAGE sql AS 'SELECT * FROM orders';
CREATE FUNCTION last_order() RETURNS orders LANGUAGE sql AS 'SELECT * FROM orders';
CREATE FUNCTION order_ids() RETURNS SETOF bigint LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION sales() RETURNS TABLE (day date, orders bigint) LANGUAGE sql AS 'SELECT now()::date, 1';
"""
    source = """
def report(client):
    total = client.rpc("order_total", {"p_id": 1}).execute().data
    rows = client.rpc("open_orders").execute().data
    last = client.rpc("last_order").execute().data
    ids = client.rpc("order_ids").execute().data
    sales = client.rpc("sales").execute().data
    return total + 1, rows[0]["id"], last["total"], sum(ids), sales[0]["orders"], sales[0]["day"]
"""
    test = """
from shop.orders import report


class Answer:
    def __init__(self, data):
        self.data = data


class Query:
    def __init__(self, data):
        self._data = data

    def execute(self):
        return Answer(self._data)


class FakeSupabase:
    def rpc(self, name, params=None):
        if name == "order_total":
            return Query(5)
        else:
            raise AssertionError(name)


def test_the_report():
    assert len(report(FakeSupabase())) == 6
"""
    write(tmp_path, {"schema.sql": schema, "shop/orders.py": source, "tests/test_orders.py": test})
    assert run(tmp_path).returncode == 1
    assert fix(tmp_path) == []
    told = run(tmp_path)
    assert told.returncode == 0, told.stdout
