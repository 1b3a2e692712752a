"""Formulas of doubles: what is read of them, and what they come to is what Python says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dblint.facts.read import read
from dblint.source import Source
from dblint.values.python_formulas import UncomputedError, inputs, run

ROW: dict[str, Any] = {"price": 19.99, "quantity": 3, "name": "Ada", "rate": Decimal("0.19")}
EXPRESSIONS = [
    'row["price"] * row["quantity"]',
    'round(row["price"] * row.get("quantity", 1), 2)',
    'float(row["quantity"]) / 2 + 1',
    'row["quantity"] // 2 - row["quantity"] % 2',
    'Decimal("2") * row["rate"]',
    'row["quantity"] ** 2',
    "f\"{row['name']}: {row['quantity']}\"",
    'row["name"].upper() + "!"',
    'str(row["quantity"]) + row["name"].lower()',
    'max(row["price"], row["quantity"])',
    'len(row["name"]) * 2',
]
UNREAD = ['total_of(row["price"])', 'row["price"] if row["quantity"] else 0', "x * 2", "f\"{row['price']:.2f}\""]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_formula_comes_to_what_python_says(expression: str) -> None:
    source = Source("tests/fakes.py", f'def insert(row):\n    row["total"] = {expression}\n    return row\n')
    (formula,) = read(source).formulas
    assert formula.column == "total"
    assert inputs(formula.expression) <= ROW.keys()
    assert run(formula.expression, ROW) == eval(expression, {"row": ROW, "Decimal": Decimal})


@pytest.mark.parametrize("expression", UNREAD)
def test_what_cannot_be_followed_is_no_formula(expression: str) -> None:
    assert read(Source("tests/fakes.py", f'def insert(row):\n    row["total"] = {expression}\n')).formulas == ()


def test_a_formula_that_fails_has_no_value() -> None:
    source = Source("tests/fakes.py", 'def insert(row):\n    row["total"] = row["price"] / row["quantity"]\n')
    (formula,) = read(source).formulas
    with pytest.raises(UncomputedError):
        run(formula.expression, {"price": 1, "quantity": 0})
    with pytest.raises(UncomputedError):
        run(formula.expression, {"price": 1})
