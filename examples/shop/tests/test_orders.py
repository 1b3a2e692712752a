"""Orders, against doubles of the database."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest

from shop.orders import open_orders, order_label, place_order, take_over, total_quantity
from tests.doubles.factory import create_mock_factory
from tests.doubles.fake_client import FakeClient, Row

ADA = "5b0f4c1e-4c5b-4d0e-9a51-0c8f2f6d9b10"
LAPTOP = "0d7e2c3a-91c5-4a64-8f0e-6a4f4b1d2c11"


def create_mock_order(number: int = 1, quantity: int = 1) -> Row:
    """An order as it was before orders had a currency."""
    return {
        "order_number": number,
        "customer_id": ADA,
        "product_id": LAPTOP,
        "price": 999.99,
        "quantity": quantity,
    }


def test_an_order_is_placed(fake_client: FakeClient, laptop: Row) -> None:
    order = place_order(fake_client, ADA, laptop, 2)
    assert order["quantity"] == 2
    assert fake_client.tables["orders"] == [order]


def test_no_more_is_sold_than_there_is(fake_client: FakeClient, laptop: Row) -> None:
    with pytest.raises(LookupError, match="only 50"):
        place_order(fake_client, ADA, laptop, 51)


def test_open_orders_are_the_pending_ones() -> None:
    client = MagicMock()
    chain = client.table("orders").select("*").eq("customer_id", ADA).eq("status", "pending")
    chain.execute.return_value.data = [
        {"order_number": 1, "customer_id": ADA, "quantity": 1, "status": "pending"},
        {"order_number": 2, "customer_id": ADA, "quantity": 3, "status": "awaiting_payment"},
    ]
    assert total_quantity(open_orders(client, ADA)) == 4


def test_an_order_of_the_old_shop_is_taken_over() -> None:
    client = MagicMock()
    order = {
        "customer_id": ADA,
        "product_id": LAPTOP,
        "price": 10.00,
        "quantity": 3,
        "currency": "EUR",
        "total_price": 30.00,
    }
    take_over(client, order)
    client.table("orders").insert.assert_called_once_with(order)


def test_the_label_says_number_and_price() -> None:
    assert order_label(create_mock_order(number=7, quantity=2)) == "No. 7: 2 × 999.99"


def test_a_row_of_the_factory_has_a_label() -> None:
    assert order_label(create_mock_factory("orders", quantity=3)).startswith("No. 1: 3")
