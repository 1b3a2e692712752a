"""Select lists name columns where PostgREST looks for columns."""

from __future__ import annotations

import pytest

from dblint.facts.selects import columns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", []),
        ("id", ["id"]),
        ("id, name ,\n  age", ["id", "name", "age"]),
        ("total:amount", ["amount"]),
        ("total: amount::text", ["amount"]),
        ("amount::numeric(10,2)", ["amount"]),
        ("amount.sum(), total:amount.avg()", ["amount", "amount"]),
        ("count()", []),
        ("n:count()", []),
        ("customers(id, name), id", ["id"]),
        ("buyer:customers!fk(name), orders!inner(id, items(sku)), id", ["id"]),
        ("...customers(name)", []),
        ("data->x, data->>y, z:data->w", []),
        ("customers.name", []),
        ("", []),
    ],
)
def test_plain_columns_are_named_where_they_stand(text: str, expected: list[str]) -> None:
    found = list(columns(text))
    assert [name for name, _ in found] == expected
    assert all(text[at : at + len(name)] == name for name, at in found)
