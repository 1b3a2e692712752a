"""More shapes of data files under the test folders: lines, folders, tables by name, merges, seeds that psql reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data_files.test_data_rows import findings

_ROW = '{"id": 1, "customer_id": 2, "status": "paid"}'
_LOST = '{"id": 2, "customer_id": 2, "status": "lost"}'

CASES = {
    "lines": ("tests/data/orders.jsonl", f"{_ROW}\n{_LOST}\n", {(2, "unknown-enum-value")}),
    "ndjson": ("tests/data/orders.ndjson", f"{_ROW}\r\n\r\n{_LOST}\r\n", {(3, "unknown-enum-value")}),
    "tabs": (
        "tests/fixtures/orders.tsv",
        "id\tcustomer_id\tstatus\tcolour\n1\t2\tpaid\tred\n2\t2\tlost\tred\n",
        {(1, "unknown-column"), (3, "unknown-enum-value")},
    ),
    "folder": ("tests/fixtures/orders/one.json", _LOST, {(1, "unknown-enum-value")}),
    "numbered": ("tests/fixtures/01_orders.json", f"[{_ROW},\n{_LOST}]", {(2, "unknown-enum-value")}),
    "wrapped": (
        "tests/fixtures/world.json",
        f'{{"tables": {{"orders": [\n{_LOST}], "shop_customer": [{{"id": 2, "email": "a"}}]}}}}',
        {(2, "unknown-enum-value")},
    ),
    "beside-a-version": (
        "tests/fixtures/world.json",
        f'{{"version": 3, "orders": [\n{_LOST}], "shop_customer": [{{"id": 2, "email": "a"}}]}}',
        {(2, "unknown-enum-value")},
    ),
    "table-and-rows": (
        "tests/fixtures/world.yaml",
        "- table: public.orders\n  rows:\n    - {id: 1, customer_id: 2, status: lost}\n"
        "- table: shop_customer\n  records:\n    - {id: 2, email: a, colour: red}\n",
        {(3, "unknown-enum-value"), (6, "unknown-column")},
    ),
    "merges": (
        "tests/fixtures/orders.yaml",
        "- &base\n  id: 1\n  customer_id: 2\n  status: paid\n"
        "- <<: *base\n  id: 2\n  status: lost\n- <<: [*base]\n  id: 3\n  colour: red\n",
        {(7, "unknown-enum-value"), (10, "unknown-column")},
    ),
    "documents": (
        "tests/fixtures/orders.yaml",
        "---\nid: 1\ncustomer_id: 2\nstatus: paid\n---\nid: 2\ncustomer_id: 2\nstatus: lost\n",
        {(8, "unknown-enum-value")},
    ),
    "one-bad-row-of-many": (
        "tests/fixtures/world.yaml",
        "orders:\n- {id: 1, customer_id: 2}\nshop_customer:\n- {id: 1, email: a}\n- {id: 2, email: b}\n"
        "- {id: 3, email: d, color: c}\n",
        {(6, "unknown-column")},
    ),
    "psql": (
        "tests/seed.sql",
        "\\set ON_ERROR_STOP on\nBEGIN;\n"
        "INSERT INTO orders (id, customer_id, status) VALUES (:id, 1, 'lost');\nCOMMIT;\n",
        {(3, "unknown-enum-value")},
    ),
    "copied": (
        "tests/fixtures/dump.sql",
        "SET statement_timeout = 0;\nCOPY public.shop_customer (id, email, colour) FROM stdin;\n"
        "1\ta\\tb\tx\n2\t\\N\ty\n\\.\n"
        "COPY orders (id, customer_id, status) FROM stdin;\n1\t1\tlost\n\\.\nINSERT INTO orders (id) VALUES (2);\n",
        {
            (2, "unknown-column-in-query"),
            (4, "null-in-required-column"),
            (7, "unknown-enum-value"),
            (9, "missing-column"),
        },
    ),
}  # fmt: skip

SILENT = {
    "a-folder-of-bad-ones": ("tests/fixtures/invalid/orders.json", f"[{_LOST}]"),
    "another-service": ("tests/fixtures/api/orders.json", '[{"orderId": 1, "status": "lost", "customerName": "x"}]'),
    "cassette": (
        "tests/cassettes/orders.yaml",
        "interactions:\n- request: {method: GET}\n  response: {status: lost}\nversion: 1\n",
    ),
    "an-envelope": ("tests/fixtures/orders.json", '{"data": [{"id": 1, "type": "order"}], "meta": {"total": 1}}'),
    "geojson": ("tests/fixtures/orders.geojson.json", '{"type": "FeatureCollection", "features": [{"id": "x"}]}'),
    "broken-lines": ("tests/data/orders.jsonl", f"{_LOST}\n{{"),
    "tags": ("tests/fixtures/orders.yaml", "- id: 1\n  customer_id: 2\n  status: !ref lost\n"),
    "half-copied": ("tests/fixtures/dump.sql", "COPY orders (id, customer_id, status) FROM stdin;\n1\t1\n"),
    "another-table": ("tests/fixtures/world.yaml", "- {table: elsewhere, rows: [{id: 1, status: lost}]}\n"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "wanted"), CASES.values(), ids=CASES)
def test_where_findings_point(name: str, text: str, wanted: set[tuple[int, str]], tmp_path: Path) -> None:
    found = findings(tmp_path, {name: text}, 'extend-select = ["sql"]')
    assert {(one.path, one.span.line, one.rule) for one in found} == {(name, *one) for one in wanted}


@pytest.mark.parametrize(("name", "text"), SILENT.values(), ids=SILENT)
def test_what_is_left_alone(name: str, text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, {name: text}, 'extend-select = ["sql"]') == []


def test_rows_that_a_test_loads(tmp_path: Path) -> None:
    test = (
        "import json\nfrom pathlib import Path\nHERE = Path(__file__).parent\n"
        "def test_a(supabase):\n"
        '    row = json.loads((HERE / "data" / "payload.json").read_text())\n'
        '    supabase.table("orders").insert(row).execute()\n'
        'def test_b(supabase):\n    supabase.table("shop_customer").insert(load_rows("people.json")).execute()\n'
        'def test_c(supabase):\n    supabase.table("orders").insert(load_rows("nowhere.json")).execute()\n'
    )
    files = {
        "tests/test_a.py": test,
        "tests/data/payload.json": _LOST,
        "tests/data/people.json": '[{"id": 1, "email": null}]',
    }
    found = findings(tmp_path, files)
    assert {(one.path, one.rule) for one in found} == {
        ("tests/data/payload.json", "unknown-enum-value"),
        ("tests/data/people.json", "null-in-required-column"),
    }
