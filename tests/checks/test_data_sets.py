"""Keys of data sets: large ones end soon, and what cannot be told apart is left alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope

SCHEMA = """
CREATE TABLE customers (id uuid PRIMARY KEY, code text UNIQUE, born date, UNIQUE NULLS NOT DISTINCT (born));
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id uuid REFERENCES customers (id),
    parent_id bigint REFERENCES orders
);
"""
BOTH = ("duplicate-key", "dangling-foreign-key")


def told(folder: Path, test: str) -> list[tuple[str, int]]:
    """The rules that speak, and on which line."""
    (folder / "schema.sql").write_text(SCHEMA)
    (folder / "test_orders.py").write_text(test)
    settings = config.Settings(folder, schema=("schema.sql",), select=BOTH, preview=True)
    findings = Engine(settings, rulebook.load(settings), scope(settings, (), folder)).run().findings
    return [(one.rule, one.span.line) for one in findings if one.rule in BOTH]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('customers=[{"id": "ada"}, {"id": "ada"}]', ["duplicate-key"]),
        (
            'customers=[{"id": "ada"}, {"id": "bob"}], orders=[{"id": 1, "customer_id": "eve"}]',
            ["dangling-foreign-key"],
        ),
        ('customers=[{"id": "ADA"}], orders=[{"id": 1, "customer_id": "ada"}]', []),
        ('customers=[{"id": "ada"}, {"id": make()}], orders=[{"id": 1, "customer_id": "eve"}]', []),
        ('orders=[{"id": 1}, {"id": "1"}]', ["duplicate-key"]),
        ('orders=[{"id": 1, "parent_id": 1}, {"id": 2, "parent_id": 1}]', []),
        ('orders=[{"id": 1, "parent_id": 3}, {"id": 2, "parent_id": None}]', ["dangling-foreign-key"]),
        ('customers=[{"id": "a", "code": None}, {"id": "b", "code": None}]', []),
        ('customers=[{"id": "a", "born": None}, {"id": "b", "born": None}]', ["duplicate-key"]),
        ('customers=[{"id": "a", "born": "2024-01-01"}, {"id": "b", "born": "2024-01-01 10:00"}]', ["duplicate-key"]),
        ("customers=[ROW, ROW]", []),
        ('customers=[{"id": "a", "code": f"x{1}"}, {"id": "b", "code": f"x{1}"}]', []),
    ],
)
def test_keys(tmp_path: Path, rows: str, expected: list[str]) -> None:
    test = f'ROW = {{"id": "zoe"}}\n\n\ndef test_orders():\n    assert FakeSupabase({rows})\n'
    assert [rule for rule, _ in told(tmp_path, test)] == expected


def test_many_rows_end_soon(tmp_path: Path) -> None:
    rows = ",\n".join(f'        {{"id": {number}, "parent_id": {number // 2}}}' for number in range(3000))
    started = time.monotonic()
    found = told(tmp_path, f"def test_orders():\n    assert FakeSupabase(orders=[\n{rows},\n    ])\n")
    assert time.monotonic() - started < 60
    assert found == []
