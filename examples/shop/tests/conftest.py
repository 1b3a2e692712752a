"""Fixtures of the shop's tests."""

from __future__ import annotations

import pytest

from tests.doubles.factory import create_mock_factory
from tests.doubles.fake_client import FakeClient, Row


@pytest.fixture
def laptop() -> Row:
    return create_mock_factory("products")


@pytest.fixture
def fake_client(laptop: Row) -> FakeClient:
    return FakeClient(
        {
            "products": [laptop],
            "customers": [
                {
                    "id": "5b0f4c1e-4c5b-4d0e-9a51-0c8f2f6d9b10",
                    "email": "ada@example.com",
                    "name": "Ada",
                    "tier": "gold",
                },
                {"id": "8c9d1e52-3f6a-4b7c-9d80-1e2f3a4b5c13", "email": None, "name": "Grace", "tier": "silver"},
            ],
        }
    )
