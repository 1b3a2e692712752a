"""Select lists of PostgREST, as the keys of their rows."""

from __future__ import annotations

import pytest

from dblint.checks.select_list import SelectList, read_select_list


def listed(*columns: str, derived: tuple[str, ...] = (), star: bool = False, unread: bool = False) -> SelectList:
    return SelectList(frozenset(columns), frozenset(derived), star, unread)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", listed(star=True)),
        ("id, name", listed("id", "name")),
        ("id,total:final_price", listed("id", derived=("total",))),
        ("id, price::text", listed("id", "price")),
        ("cost:price::text", listed(derived=("cost",))),
        ("*, customers(name, orders(id, price))", listed(star=True, derived=("customers",))),
        ("buyer:customers!orders_customer_id_fkey(name)", listed(derived=("buyer",))),
        ("products!inner(name)", listed(derived=("products",))),
        ("id, ...customers(name)", listed("id", unread=True)),
        ("preferences->>theme", listed(derived=("theme",))),
        ("preferences->colours->0", listed(derived=("0",))),
        ("look:preferences->>theme", listed(derived=("look",))),
        ("price.sum(), count()", listed(derived=("sum", "count"))),
        ("count", listed(derived=("count",))),
        ("revenue:price.sum()", listed(derived=("revenue",))),
        ('"Full Name", id', listed("Full Name", "id")),
        ("count(*) as n, o.id", listed(derived=("n", "id"))),
        ("o.*", listed(unread=True)),
        ("customers(name", listed(unread=True)),
        ("", listed()),
    ],
)
def test_the_list_says_which_keys_its_rows_have(text: str, expected: SelectList) -> None:
    assert read_select_list(text) == expected
