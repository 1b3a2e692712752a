"""Customers, against doubles of the database."""

from __future__ import annotations

from shop.customers import find_customer, greeting
from tests.doubles.factory import create_mock_factory
from tests.doubles.fake_client import FakeClient

GRACE = "8c9d1e52-3f6a-4b7c-9d80-1e2f3a4b5c13"


def test_a_customer_is_found_by_id(fake_client: FakeClient) -> None:
    customer = find_customer(fake_client, GRACE)
    assert customer is not None
    assert customer["name"] == "Grace"


def test_nobody_is_found_by_an_unknown_id(fake_client: FakeClient) -> None:
    assert find_customer(fake_client, "00000000-0000-4000-8000-000000000000") is None


def test_a_profile_can_change_its_name(fake_client: FakeClient) -> None:
    fake_client.table("customer_profiles").update({"name": "Grace Hopper"}).eq("id", GRACE).execute()
    assert fake_client.table("customer_profiles").select("*").execute().data == []


def test_gold_members_are_thanked() -> None:
    assert "gold member" in greeting(create_mock_factory("customers"))
    assert "gold member" not in greeting(create_mock_factory("customers", tier="silver"))
