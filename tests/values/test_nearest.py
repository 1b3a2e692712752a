"""The nearest name is the one that was meant, or none."""

from __future__ import annotations

import pytest

from dblint.values.nearest import nearest

COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "customer_id",
    "color",
    "name",
    "first_name",
    "last_name",
    "email",
    "total",
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("colour", "color"),
        ("createdAt", "created_at"),
        ("CreatedAt", "created_at"),
        ("custmer_id", "customer_id"),
        ("emails", "email"),
        ("totl", "total"),
        ("first_nam", "first_name"),
        ("user_id", None),
        ("order_status", None),
        ("qty", None),
        ("amount", None),
        ("ID", "id"),
        ("ix", None),
        ("", None),
    ],
)
def test_nearest(name: str, meant: str | None) -> None:
    assert nearest(name, COLUMNS) == meant


def test_two_equally_near_are_none() -> None:
    assert nearest("item_c", ("item_a", "item_b")) is None


def test_a_name_is_not_its_own_nearest() -> None:
    assert nearest("color", ("color",)) is None
    assert nearest("color", ()) is None


def test_the_order_of_names_does_not_matter() -> None:
    assert nearest("colour", COLUMNS[::-1]) == nearest("colour", COLUMNS)
