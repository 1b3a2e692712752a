"""Placing orders and looking them up."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def place_order(client: Any, customer_id: str, product: Row, quantity: int, currency: str = "EUR") -> Row:
    """Order a product for a customer; raises LookupError when there is not enough of it in stock."""
    if product["stock_quantity"] < quantity:
        raise LookupError(f"only {product['stock_quantity']} of {product['name']} left")
    row = {
        "customer_id": customer_id,
        "product_id": product["id"],
        "price": product["price"],
        "quantity": quantity,
        "currency": currency,
    }
    return client.table("orders").insert(row).execute().data[0]


def take_over(client: Any, order: Row) -> None:
    """Take over an order from the old shop."""
    client.table("orders").insert(order).execute()


def open_orders(client: Any, customer_id: str) -> list[Row]:
    """The orders of a customer that wait for payment, oldest first."""
    return client.table("orders").select("*").eq("customer_id", customer_id).eq("status", "pending").execute().data


def order_label(order: Row) -> str:
    """How an order is shown in the customer's account."""
    return f"No. {order['order_number']}: {order['quantity']} × {order['price']}"


def total_quantity(orders: list[Row]) -> int:
    """How many pieces a list of orders comes to."""
    return sum(order["quantity"] for order in orders)
