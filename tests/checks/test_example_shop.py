"""The example shop: PostgreSQL takes its SQL, its tests are green, and dblint finds each lie."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from dblint import config, fixing, rulebook
from dblint.catalog.files import discover
from dblint.catalog.load import load
from dblint.engine import Engine
from dblint.project import scope
from tests.oracle.postgres import catalog_entries, compare, server_entries

SHOP = Path(__file__).parents[2] / "examples" / "shop"
SCHEMA = [SHOP / "sql" / name for name in ("tables.sql", "computed_columns.sql", "functions.sql")]
UPGRADES = sorted((SHOP / "sql" / "upgrades").glob("*.sql"))


def pytest_in(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def engine_in(folder: Path) -> Engine:
    settings = config.load(folder)
    return Engine(settings, rulebook.load(settings), scope(settings, (), folder))


@pytest.fixture
def shop(database: psycopg.Connection) -> psycopg.Connection:
    """A PostgreSQL that holds the shop's schema."""
    for path in (*SCHEMA, *UPGRADES):
        database.execute(path.read_bytes())
    return database


def test_the_catalog_is_the_servers(shop: psycopg.Connection) -> None:
    settings = config.load(SHOP)
    found = discover(SHOP, settings)
    difference = compare(server_entries(shop), catalog_entries(load(found.sources, found.dialect)))
    assert difference.lines() == []
    assert difference.same == difference.total > 40


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
    done = pytest_in(SHOP)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_finds_its_lie() -> None:
    assert Counter(finding.rule for finding in engine_in(SHOP).run().findings) == {
        "missing-column": 2,
        "null-in-required-column": 1,
        "stale-schema-map": 2,
        "unknown-column": 1,
        "unknown-enum-value": 1,
        "unknown-table": 2,
        "written-generated-column": 1,
    }


def test_safe_fixes_keep_its_tests_green(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__", ".*")))
    engine = engine_in(copy)
    done = fixing.run(lambda texts: engine.run(texts).findings, engine.sources(), unsafe=False)
    for path, text in done.texts.items():
        (copy / path).write_text(text, encoding="utf-8")
    assert len(done.texts) == 2 and pytest_in(copy).returncode == 0
    assert not [finding for finding in engine_in(copy).run().findings if finding.fix and finding.fix.safety == "safe"]
