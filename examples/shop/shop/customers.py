"""Customers and what they are called."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def find_customer(client: Any, customer_id: str) -> Row | None:
    """The customer of that id, if there is one."""
    rows = client.table("customers").select("*").eq("id", customer_id).execute().data
    return rows[0] if rows else None


def greeting(customer: Row) -> str:
    """The first line of a letter; gold members are thanked."""
    thanks = " Thank you for being a gold member." if customer["tier"] == "gold" else ""
    return f"Dear {customer['name']},{thanks}"
