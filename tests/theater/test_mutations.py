"""Where dblint says theater the suite stays green when the code under test breaks; where it is silent, it goes red."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope

_RULES = ("tautological-assertion", "mock-only-test", "rollback-on-mock", "patched-subject", "swallowed-assertion")

_SUBJECT = '''
"""A small shop."""


def total(rows):
    return sum(row["price"] * row["quantity"] for row in rows)


def paid(db):
    return [row["id"] for row in db.fetch("orders") if row["status"] == "paid"]


def place(db, order):
    with db.transaction():
        db.insert("orders", order)
        if order["quantity"] < 1:
            raise ValueError(order)
    return order["id"]


class Orders:
    def __init__(self, client):
        self.client = client

    def count(self):
        return len(self.client.table("orders").select("id").execute().data)

    def first(self):
        return self.client.table("orders").select("id").execute().data[0]["id"]
'''

_TESTS = """
from contextlib import suppress
from unittest.mock import MagicMock, Mock, create_autospec, patch

import pytest

from shop import orders
from shop.orders import Orders, paid, place, total


@pytest.fixture
def db():
    db = MagicMock()
    db.fetch.return_value = [{"id": 7, "status": "paid"}]
    yield db


def test_theater_answer():
    db = MagicMock()
    db.fetch.return_value = [{"id": 7}]
    assert db.fetch("orders") == [{"id": 7}]


def test_theater_answer_of_a_fixture(db):
    db.count.return_value = 3
    found = db.count("orders")
    assert found == 3


def test_theater_answer_through_names():
    client = MagicMock()
    result = MagicMock()
    result.data = [{"id": 7}]
    client.table.return_value.select.return_value.execute.return_value = result
    answer = client.table("orders").select("*").execute()
    assert answer.data[0]["id"] == 7


def test_theater_answer_of_keywords():
    client = Mock(**{"fetch.return_value": [1, 2]})
    assert len(client.fetch("orders")) == 2


def test_theater_answer_in_a_context():
    pool = MagicMock()
    pool.acquire.return_value.__enter__.return_value.fetchval.return_value = 5
    with pool.acquire() as conn:
        conn.fetchval.return_value = 5
        assert conn.fetchval("SELECT 1") == 5


def test_theater_own_call():
    notify = MagicMock()
    notify("paid")
    notify.assert_called_once_with("paid")


def test_theater_rollback():
    db = MagicMock()
    db.select.return_value = []
    db.transaction.return_value.__exit__.return_value = False
    try:
        with db.transaction():
            db.insert("orders", {"id": 7})
            raise RuntimeError("boom")
    except RuntimeError:
        pass
    assert db.select("orders") == []


def test_theater_patched():
    with patch("shop.orders.total", return_value=12):
        assert orders.total([]) == 12


def test_theater_patched_method():
    with patch.object(Orders, "count", return_value=2) as count:
        assert Orders(None).count() == 2
    assert count.called


def test_theater_patched_by_monkeypatch(monkeypatch):
    monkeypatch.setattr(orders, "total", lambda rows: 12)
    assert orders.total([{"price": 1, "quantity": 1}]) == 12


def test_theater_swallowed():
    try:
        assert total([{"price": 2, "quantity": 3}]) == 6
    except Exception:
        pass


def test_theater_suppressed():
    with suppress(Exception):
        assert total([{"price": 2, "quantity": 3}]) == 6


def test_real_answer(db):
    assert paid(db) == [7]


def test_real_answer_of_a_local_mock():
    db = MagicMock()
    db.fetch.return_value = [{"id": 7, "status": "paid"}, {"id": 8, "status": "open"}]
    assert paid(db) == [7]
    db.fetch.assert_called_once_with("orders")


def test_real_chain():
    client = MagicMock()
    client.table.return_value.select.return_value.execute.return_value.data = [{"id": 7}]
    assert Orders(client).count() == 1


def test_real_rollback():
    db = MagicMock()
    db.transaction.return_value.__exit__.return_value = False
    with pytest.raises(ValueError):
        place(db, {"id": 7, "quantity": 0})
    db.insert.assert_called_once()


def test_real_name_taken_before_the_patch():
    with patch("shop.orders.total", return_value=0):
        assert total([{"price": 2, "quantity": 3}]) == 6


def test_real_wraps():
    with patch("shop.orders.total", wraps=orders.total) as spy:
        assert orders.total([{"price": 2, "quantity": 3}]) == 6
    spy.assert_called_once()


def test_real_patched_neighbour():
    with patch.object(Orders, "first", return_value=9):
        client = MagicMock()
        client.table.return_value.select.return_value.execute.return_value.data = [{"id": 7}]
        assert Orders(client).count() == 1


def test_real_handler():
    try:
        assert total([{"price": 2, "quantity": 3}]) == 6
    except KeyError:
        pass


def test_real_noted():
    right = False
    try:
        assert total([{"price": 2, "quantity": 3}]) == 6
        right = True
    except Exception:
        pass
    assert right
"""


def _write(folder: Path, subject: str) -> None:
    (folder / "shop").mkdir(exist_ok=True)
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "shop/__init__.py").write_text("")
    (folder / "shop/orders.py").write_text(subject)
    (folder / "tests/test_orders.py").write_text(_TESTS)
    (folder / "pytest.ini").write_text("[pytest]\n")


def _broken(subject: str) -> str:
    """The code with every function's body in front of a ``raise``; constructors are left."""
    return re.sub(
        r"^( *)(def (?!__init__).*:)$", r'\1\2\n\1    raise NotImplementedError("broken")', subject, flags=re.MULTILINE
    )


def _passed(folder: Path) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-p", "no:randomly", "tests"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "PATH": ""},
    )
    return set(re.findall(r"^PASSED tests/test_orders\.py::(\w+)", run.stdout, re.MULTILINE))


def _said(folder: Path) -> set[str]:
    """The tests in which dblint sees theater."""
    settings = config.Settings(folder, select=_RULES)
    findings = Engine(settings, rulebook.load(settings), scope(settings, (), folder)).run().findings
    starts = [
        (number, name)
        for number, line in enumerate(_TESTS.split("\n"), start=1)
        for name in re.findall(r"^def (test_\w+)", line)
    ]
    return {max(one for one in starts if one[0] <= finding.span.line)[1] for finding in findings}


def test_theater_is_what_survives_broken_code(tmp_path: Path) -> None:
    _write(tmp_path, _SUBJECT)
    names = set(re.findall(r"^def (test_\w+)", _TESTS, re.MULTILINE))
    assert _passed(tmp_path) == names
    said = _said(tmp_path)
    _write(tmp_path, _broken(_SUBJECT))
    survivors = _passed(tmp_path)
    assert said == survivors == {name for name in names if name.startswith("test_theater")}


@pytest.mark.parametrize("rule", _RULES)
def test_every_rule_has_a_case(rule: str, tmp_path: Path) -> None:
    _write(tmp_path, _SUBJECT)
    settings = config.Settings(tmp_path, select=(rule,))
    findings = Engine(settings, rulebook.load(settings), scope(settings, (), tmp_path)).run().findings
    assert {finding.rule for finding in findings} == {rule}
