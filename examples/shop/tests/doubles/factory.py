"""Mock rows for every table of the shop."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

# What the tests believe the database looks like.
TABLE_SCHEMAS = {
    "products": {
        "id": "uuid",
        "name": "text",
        "category": "text",
        "price": "numeric",
        "stock_quantity": "integer",
        "rating": "numeric",
    },
    "product_ratings": {
        "product_id": "uuid",
        "customer_id": "uuid",
        "quality": "numeric",
        "comment": "text",
    },
}


def create_mock_factory(table: str, **overrides: Any) -> Row:
    """A row of any table, with what the test wants to be different."""
    base_data = {
        "customers": {
            "id": "5b0f4c1e-4c5b-4d0e-9a51-0c8f2f6d9b10",
            "email": "ada@example.com",
            "name": "Ada Lovelace",
            "tier": "gold",
            "preferences": {"newsletter": True},
            "created_at": "2024-01-01T10:00:00Z",
        },
        "products": {
            "id": "0d7e2c3a-91c5-4a64-8f0e-6a4f4b1d2c11",
            "name": "Gaming Laptop",
            "category": "electronics",
            "price": 999.99,
            "stock_quantity": 50,
            "reviews_count": 128,
        },
        "orders": {
            "id": "c2a1d9f4-7a0b-4b52-8d27-3b9a5e6f7012",
            "order_number": 1,
            "customer_id": "5b0f4c1e-4c5b-4d0e-9a51-0c8f2f6d9b10",
            "product_id": "0d7e2c3a-91c5-4a64-8f0e-6a4f4b1d2c11",
            "price": 999.99,
            "quantity": 1,
            "discount": 0.1,
            "state": "pending",  # renamed since
            "created_at": "2024-01-01T10:00:00Z",
        },
    }
    return {**base_data[table], **overrides}
