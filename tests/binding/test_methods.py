"""Which table the answers of doubles stand for, told by the code under test."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from dblint.binding.bind import bind
from dblint.binding.model import BoundRow
from dblint.catalog.load import load
from dblint.config import Settings
from dblint.facts.read import read
from dblint.source import Source
from tests.code_facts.texts import Texts

SQL = """
CREATE TABLE orders (id uuid PRIMARY KEY, total numeric NOT NULL, customer_id uuid);
CREATE TABLE customers (id uuid PRIMARY KEY, name text NOT NULL);
"""
SERVICE = """
    from app.db import get_client

    class Orders:
        TABLE = "orders"

        def __init__(self, client=None):
            self.client = client or get_client()

        def get(self, id):
            return self.client.table(self.TABLE).select("id, total").eq("id", id).execute().data[0]

        def save(self, row):
            return self.client.table("orders").insert(row).execute().data

        def with_customer(self, id):
            order = self.client.table("orders").select("*").eq("id", id).execute()
            customer = self.client.table("customers").select("*").eq("id", 1).execute()
            return order.data, customer.data

        def any(self, table):
            return self.client.table(table).select("*").execute().data

    async def rows(conn):
        return await conn.fetch("SELECT id FROM orders")

    def latest(limit):
        return get_client().table("orders").select("*").order("id").limit(limit).execute().data
"""
DB = """
    def get_client():
        return create_client()
"""


def bound(test: str, **sources: str) -> list[BoundRow]:
    texts = {"app/db.py": DB, "app/service.py": SERVICE, "tests/test_x.py": test}
    texts.update({name.replace("__", "/") + ".py": text for name, text in sources.items()})
    whole = {path: dedent(text) for path, text in texts.items()}
    catalog = load((Source("schema.sql", SQL),), "postgres", ("public",), ())
    tests = {path: read(Source(path, text)) for path, text in whole.items() if path.startswith("tests/")}
    return [one for one in bind(Settings(Path()), catalog, tests, Texts(whole)).rows if one.use.evidence == "method"]


def tables(test: str, **sources: str) -> dict[int, str]:
    """The tables of the rows by the place of each in the text."""
    found = sorted(bound(test, **sources), key=lambda one: one.row.span)
    return {index: one.table.name for index, one in enumerate(found)}


IMPORTS = """
    from unittest.mock import AsyncMock, MagicMock, patch
    import pytest
    from app.service import Orders, latest, rows
"""


@pytest.mark.parametrize(
    "body",
    [
        # a constructor takes it
        """
        def test_get():
            client = MagicMock()
            client.table.return_value.select.return_value.eq.return_value.execute.return_value.data = [{"id": "1"}]
            Orders(client).get("1")
        """,
        # the parts have names of their own
        """
        def test_get():
            table, client, answer = MagicMock(), MagicMock(), MagicMock()
            answer.data = [{"id": "1"}]
            table.select.return_value.eq.return_value.execute.return_value = answer
            client.table.return_value = table
            Orders(client=client).get("1")
        """,
        # everything returns itself
        """
        @pytest.fixture
        def client():
            mock = MagicMock()
            mock.table.return_value = mock
            mock.select.return_value = mock
            mock.eq.return_value = mock
            return mock

        def test_get(client):
            client.execute.return_value = MagicMock(data=[{"id": "1"}])
            Orders(client).get("1")
        """,
        # a fixture makes the object, a patch brings the client
        """
        @pytest.fixture
        def client():
            return MagicMock()

        @pytest.fixture
        def orders(client):
            with patch("app.service.get_client", return_value=client):
                yield Orders()

        def test_get(orders, client):
            client.table.return_value.select.return_value.eq.return_value.execute.return_value.data = [{"id": "1"}]
            orders.get("1")
        """,
        # a decorator brings it
        """
        @patch("app.service.get_client")
        def test_latest(get_client):
            chain = get_client.return_value.table.return_value.select.return_value
            chain.order.return_value.limit.return_value.execute.return_value.data = [{"id": "1"}]
            latest(3)
        """,
        # monkeypatch
        """
        def test_latest(monkeypatch):
            client = MagicMock()
            chain = client.table.return_value.select.return_value.order.return_value
            chain.limit.return_value.execute.return_value.data = [{"id": "1"}]
            monkeypatch.setattr("app.service.get_client", lambda: client)
            latest(3)
        """,
        # the object of a test class
        """
        class TestOrders:
            def setup_method(self):
                self.client = MagicMock()
                self.orders = Orders(self.client)

            def test_get(self):
                chain = self.client.table.return_value.select.return_value
                chain.eq.return_value.execute.return_value.data = [{"id": "1"}]
                self.orders.get("1")
        """,
        # what a function of the project returns is patched
        """
        def test_latest():
            with patch("app.service.latest", return_value=[{"id": "1"}]):
                pass
        """,
    ],
    ids=["constructor", "named parts", "fluent", "fixture", "decorator", "monkeypatch", "class", "function"],
)
def test_an_answer_belongs_to_the_operation_that_consumes_it(body: str) -> None:
    (one,) = bound(dedent(IMPORTS) + dedent(body))
    assert (one.table.name, one.role, one.user) == ("orders", "result", "app/service.py")
    assert one.evidence is not None


@pytest.mark.parametrize(
    "body",
    [
        # two tables, one way
        """
        def test_both():
            client = MagicMock()
            client.table.return_value.select.return_value.eq.return_value.execute.return_value.data = [{"id": "1"}]
            Orders(client).with_customer("1")
        """,
        # the table is only known at run time
        """
        def test_any(name):
            client = MagicMock()
            client.table.return_value.select.return_value.execute.return_value.data = [{"id": "1"}]
            Orders(client).any(name)
        """,
        # nobody consumes it
        """
        def test_nothing():
            client = MagicMock()
            client.table.return_value.select.return_value.execute.return_value.data = [{"id": "1"}]
            client.table("orders")
        """,
        # another double answers
        """
        def test_get():
            client, api = MagicMock(), MagicMock()
            api.table.return_value.select.return_value.eq.return_value.execute.return_value.data = [{"id": "1"}]
            Orders(client).get("1")
        """,
        # another operation asks
        """
        def test_get():
            client = MagicMock()
            client.table.return_value.select.return_value.eq.return_value.execute.return_value.data = [{"id": "1"}]
            Orders(client).save({})
        """,
    ],
    ids=["two tables", "dynamic", "unconsumed", "other double", "other operation"],
)
def test_where_two_may_be_meant_nothing_is_bound(body: str) -> None:
    assert bound(dedent(IMPORTS) + dedent(body)) == []


def test_answers_in_turn_belong_to_operations_in_order() -> None:
    test = """
        def test_both():
            client = MagicMock()
            client.table.return_value.select.return_value.eq.return_value.execute.side_effect = [
                MagicMock(data=[{"id": "1", "total": 3}]),
                MagicMock(data=[{"id": "2", "name": "x"}]),
            ]
            Orders(client).with_customer("1")
    """
    assert tables(dedent(IMPORTS) + dedent(test)) == {0: "orders", 1: "customers"}


def test_a_row_that_two_tests_hand_to_two_tables_is_no_ones() -> None:
    test = """
        ROW = {"id": "1"}

        def answering(client):
            client.table.return_value.select.return_value.execute.return_value.data = [ROW]

        def test_one():
            client = MagicMock()
            answering(client)
            Orders(client).any("orders")

        def test_other():
            client = MagicMock()
            answering(client)
            Orders(client).any("customers")
    """
    assert bound(dedent(IMPORTS) + dedent(test)) == []


SHOP = """
    class Shop:
        def __init__(self, client, pool=None):
            self.client = client
            self.pool = pool

        def listed(self):
            return self.client.table("orders").select(%r).execute().data

        async def asked(self):
            async with self.pool.acquire() as conn:
                return await conn.fetch(%r)
"""


def parts(test: str, select: str = "*", sql: str = "SELECT 1") -> list[tuple[str, list[str]]]:
    """The tables and the columns of the parts of rows."""
    text = dedent(IMPORTS) + "from app.shop import Shop\n" + dedent(test)
    found = bound(text, app__shop=dedent(SHOP) % (select, sql))
    return sorted((one.table.name, [entry.key for entry in one.row.entries]) for one in found)


LISTED = """
    def test_listed():
        client = MagicMock()
        client.table.return_value.select.return_value.execute.return_value.data = [%s]
        Shop(client).listed()
"""
ASKED = """
    async def test_asked():
        pool = MagicMock()
        conn = AsyncMock()
        pool.acquire.return_value.__aenter__.return_value = conn
        conn.fetch.return_value = [%s]
        await Shop(None, pool).asked()
"""


@pytest.mark.parametrize(
    ("select", "row", "expected"),
    [
        ("id, total", '{"id": 1, "total": 2}', [("orders", ["id", "total"])]),
        ("id, sum:total", '{"id": 1, "sum": 2}', [("orders", ["id", "total"])]),
        ("id, total::text", '{"id": 1, "total": "2"}', [("orders", ["id"])]),
        ("id, total.sum(), count()", '{"id": 1, "sum": 2, "count": 3}', [("orders", ["id"])]),
        (
            "id, customers(id, name)",
            '{"id": 1, "customers": {"id": 2, "name": "x"}}',
            [("customers", ["id", "name"]), ("orders", ["id"])],
        ),
        (
            "id, buyer:customers!inner(id, called:name)",
            '{"id": 1, "buyer": [{"id": 2, "called": "x"}]}',
            [("customers", ["id", "name"]), ("orders", ["id"])],
        ),
        ("*, nobody(id)", '{"id": 1, "nobody": {"id": 2}}', [("orders", ["id"])]),
        ("id, ...customers(name)", '{"id": 1, "total": 2, "name": "x"}', [("orders", ["id", "total", "name"])]),
    ],
)
def test_a_select_list_says_where_columns_come_from(
    select: str, row: str, expected: list[tuple[str, list[str]]]
) -> None:
    assert parts(LISTED % row, select=select) == expected


@pytest.mark.parametrize(
    ("sql", "row", "expected"),
    [
        ("SELECT * FROM orders WHERE id = $1", '{"id": 1, "colour": 2}', [("orders", ["id", "colour"])]),
        ("SELECT id, total AS sum FROM orders", '{"id": 1, "sum": 2}', [("orders", ["id", "total"])]),
        ("SELECT count(*) AS total FROM orders", '{"total": 2}', []),
        (
            "SELECT o.id, c.name AS customer FROM orders o JOIN customers c ON c.id = o.customer_id",
            '{"id": 1, "customer": "x"}',
            [("customers", ["name"]), ("orders", ["id"])],
        ),
        ("SELECT o.*, 1 AS rank FROM orders o", '{"id": 1, "rank": 2, "other": 3}', [("orders", ["id", "other"])]),
        ("WITH x AS (SELECT id AS key FROM orders) SELECT key FROM x", '{"key": 1}', [("orders", ["id"])]),
        ("SELECT id FROM orders UNION SELECT id FROM customers", '{"id": 1}', []),
        ("INSERT INTO orders (total) VALUES ($1) RETURNING id", '{"id": 1}', [("orders", ["id"])]),
        ("UPDATE orders SET total = 1 RETURNING *", '{"id": 1, "total": 2}', [("orders", ["id", "total"])]),
        ("SELECT total::text FROM orders", '{"total": "x"}', []),
        ("SELECT id FROM (SELECT * FROM orders) x", '{"id": 1}', [("orders", ["id"])]),
        ("SELECT nonsense FROM", '{"id": 1}', []),
    ],
)
def test_sql_says_where_columns_come_from(sql: str, row: str, expected: list[tuple[str, list[str]]]) -> None:
    assert parts(ASKED % row, sql=sql) == expected


def test_an_outer_join_makes_any_column_null() -> None:
    sql = "SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON true"
    text = dedent(IMPORTS) + "from app.shop import Shop\n" + dedent(ASKED % '{"id": None, "name": None}')
    found = bound(text, app__shop=dedent(SHOP) % ("*", sql))
    assert {(one.table.name, one.row.entries[0].value.kind) for one in found} == {
        ("orders", "null"),
        ("customers", "unknown"),
    }


def test_a_double_of_an_interface_answers_for_what_implements_it() -> None:
    base = """
        from abc import ABC, abstractmethod
        class Store(ABC):
            @abstractmethod
            def all(self): ...
    """
    supabase = """
        from app.base import Store
        class SupabaseStore(Store):
            def __init__(self, client): self.client = client
            def all(self):
                result = self.client.table("orders").select("*").execute()
                return result.data or []
    """
    service = """
        from app.base import Store
        class Report:
            def __init__(self, store: Store): self.store = store
            def lines(self): return [str(one) for one in self.store.all()]
    """
    test = """
        from unittest.mock import MagicMock
        from app.report import Report
        def test_lines():
            store = MagicMock()
            store.all.return_value = [{"id": "1"}]
            Report(store).lines()
    """
    (one,) = bound(dedent(test), app__base=base, app__supabase=supabase, app__report=service)
    assert one.table.name == "orders"


def test_a_request_runs_its_route() -> None:
    routes = """
        from typing import Annotated
        from fastapi import APIRouter, Depends
        from app.db import get_client
        router = APIRouter(prefix="/orders")
        Client = Annotated[object, Depends(get_client)]

        @router.get("/{id}")
        def one(id: str, client=Depends(get_client)):
            return client.table("orders").select("*").eq("id", id).execute().data

        @router.get("/{id}/customer")
        def customer(id: str, client: Client):
            return client.table("customers").select("*").eq("id", id).execute().data
    """
    test = """
        from unittest.mock import MagicMock
        import pytest
        from fastapi.testclient import TestClient
        from app.db import get_client
        from app.main import app

        def answering(row):
            client = MagicMock()
            client.table.return_value.select.return_value.eq.return_value.execute.return_value.data = [row]
            app.dependency_overrides[get_client] = lambda: client

        def test_one():
            answering({"id": "1", "total": 2})
            TestClient(app).get("/api/orders/1")

        def test_customer():
            answering({"id": "1", "name": 2})
            with TestClient(app) as http:
                http.get(f"/api/orders/{1}/customer?x=y")
    """
    assert tables(dedent(test), app__routes=routes) == {0: "orders", 1: "customers"}


def test_objects_and_tuples_hand_on_doubles() -> None:
    test = """
        @pytest.fixture
        def made():
            client = MagicMock()
            return Orders(client), client

        def test_object():
            orders = Orders(MagicMock())
            chain = orders.client.table.return_value.select.return_value
            chain.eq.return_value.execute.return_value.data = [{"id": "1"}]
            orders.get("1")

        def test_tuple(made):
            orders, client = made
            client.table.return_value.insert.return_value.execute.return_value.data = [{"id": "2"}]
            orders.save({})
    """
    assert tables(dedent(IMPORTS) + dedent(test)) == {0: "orders", 1: "orders"}
