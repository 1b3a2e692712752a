"""Rows in JSON, YAML and CSV files: how they are bound, where their findings point, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.finding import Finding
from dblint.project import scope
from dblint.syntax.data_trees import tree

_SCHEMA = """\
CREATE TYPE order_status AS ENUM ('open', 'paid');
CREATE TABLE shop_customer (id bigint PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop_customer,
    status order_status,
    note varchar(5)
);
"""


def findings(folder: Path, files: dict[str, str], *extra: str) -> list[Finding]:
    for name, text in {"db/schema.sql": _SCHEMA, "tests/test_nothing.py": "", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "dblint.toml").write_text('schema = ["db/schema.sql"]\nselect = ["schema"]\n' + "\n".join(extra))
    settings = config.load(folder)
    return list(Engine(settings, rulebook.load(settings), scope(settings, (), folder)).run().findings)


def told(found: list[Finding]) -> list[tuple[str, int, int, str]]:
    return [(one.path, one.span.line, one.span.column, one.rule) for one in found]


def test_a_file_named_like_a_table(tmp_path: Path) -> None:
    rows = (
        '{"id": 1, "customer_id": 2, "status": "lost"}',
        '{"id": 2, "customer_id": 2, "status": "paid", "colour": "red"}',
    )
    text = "[\n  " + ",\n  ".join(rows) + "\n]\n"
    found = findings(tmp_path, {"tests/fixtures/mock_orders.json": text})
    place = "tests/fixtures/mock_orders.json"
    assert told(found) == [(place, 2, 41, "unknown-enum-value"), (place, 3, 49, "unknown-column")]
    line = text.split("\n")[1]
    assert line[found[0].span.column - 1 : found[0].span.end_column - 1] == '"lost"'


def test_rows_by_table_name_in_yaml(tmp_path: Path) -> None:
    text = (
        "orders:\n  - id: 1\n    customer_id: 1\n    status: lost  # gone\nshop_customer:\n  - {id: 1, email: null}\n"
    )
    found = findings(tmp_path, {"tests/data/world.yaml": text})
    place = "tests/data/world.yaml"
    assert told(found) == [(place, 4, 13, "unknown-enum-value"), (place, 6, 20, "null-in-required-column")]


def test_a_table_of_cells(tmp_path: Path) -> None:
    text = 'id,customer_id,status,note\n1,1,open,\n2,x,lost,"a,b"\n'
    found = findings(tmp_path, {"tests/fixtures/orders.csv": text})
    assert [(line, rule) for _, line, _, rule in told(found)] == [(3, "type-mismatch"), (3, "unknown-enum-value")]


def test_objects_of_a_django_dump(tmp_path: Path) -> None:
    rows = [
        {"model": "shop.customer", "pk": 1, "fields": {"email": None, "groups": [1, 2]}},
        {"model": "shop.customer", "pk": "one", "fields": {"email": "a@b.example"}},
    ]
    found = findings(tmp_path, {"tests/fixtures/dump.json": json.dumps(rows, indent=1)})
    assert [one.rule for one in found] == ["null-in-required-column", "type-mismatch"]


def test_a_foreign_key_goes_by_its_field(tmp_path: Path) -> None:
    schema = _SCHEMA.replace("orders", "shop_order")
    rows = [
        {"model": "shop.order", "pk": 1, "fields": {"customer": 7, "status": "open"}},
        {"model": "shop.order", "pk": 2, "fields": {"customer": ["a@b.example"], "status": "paid"}},
        {"model": "shop.order", "pk": 3, "fields": {"customer": "seven"}},
    ]
    files = {"db/schema.sql": schema, "tests/fixtures/dump.json": json.dumps(rows)}
    found = findings(tmp_path, files)
    assert [(one.rule, one.subject.column) for one in found] == [("type-mismatch", "customer_id")]


def test_a_file_that_the_configuration_names(tmp_path: Path) -> None:
    text = '[{"id": 1, "customer_id": 1, "status": "lost"}]'
    files = {"tests/fixtures/monday.json": text}
    assert findings(tmp_path, files) == []
    found = findings(tmp_path, files, '[tables]\n"monday.json" = "orders"\n')
    assert [one.rule for one in found] == ["unknown-enum-value"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tests/fixtures/orders.json", '{"total": 2, "items": [{"status": "lost"}]}'),
        ("tests/fixtures/orders.json", '[{"kind": "lost", "status": "lost", "href": "x", "next": null}]'),
        ("tests/fixtures/invalid_orders.json", '[{"id": 1, "customer_id": 1, "status": "lost"}]'),
        ("tests/fixtures/orders.json", '[{"id": 1, "customer_id": 1, "status": "lost"},]'),
        ("tests/fixtures/orders.json", '[{"id": NaN, "customer_id": 1, "status": "lost"}]'),
        ("tests/fixtures/orders.yaml", "- {id: 1, customer_id: 1, status: [}"),
        ("data/orders.json", '[{"id": 1, "customer_id": 1, "status": "lost"}]'),
        ("tests/fixtures/responses.json", '{"orders": [{"state": "lost"}], "page": [{"n": 1}]}'),
    ],
)
def test_what_is_left_alone(tmp_path: Path, name: str, text: str) -> None:
    assert findings(tmp_path, {name: text}) == []


@pytest.mark.parametrize("path", ["a.json", "a.yaml"])
def test_every_value_stands_where_the_tree_says(path: str) -> None:
    text = '{"é": [1, -2.5, true, null, "x\\n\\u00e9"],\n "b": {"c": "d"}}'
    root = tree(path, text)
    assert root is not None
    numbers = root.get("é")
    assert numbers is not None
    assert [text[item.start : item.end] for item in numbers.items] == ["1", "-2.5", "true", "null", '"x\\n\\u00e9"']
    assert [item.kind for item in numbers.items] == ["int", "float", "bool", "null", "str"]
    assert numbers.items[-1].text == "x\né"
    inner = root.get("b")
    assert inner is not None
    assert text[inner.start : inner.end] == '{"c": "d"}'


def test_a_script_of_seeds(tmp_path: Path) -> None:
    text = (
        "-- two customers\n"
        "INSERT INTO shop_customer (id, email) VALUES (1, 'a@b.example'), (2, NULL);\n"
        "INSERT INTO orders (id, customer_id, status, colour) VALUES (1, 1, 'lost', 'red');\n"
    )
    found = findings(tmp_path, {"tests/fixtures/seed.sql": text}, 'extend-select = ["sql"]')
    assert [one.path for one in found] == ["tests/fixtures/seed.sql"] * len(found)
    assert {(one.span.line, one.rule) for one in found} >= {(2, "null-in-required-column"), (3, "unknown-enum-value")}
    assert any(one.span.line == 3 and one.rule.startswith("unknown-column") for one in found)
    bad = findings(tmp_path, {"tests/fixtures/invalid_seed.sql": text, "tests/fixtures/seed.sql": ""})
    assert bad == []


def test_seeds_of_a_second_schema_beside_them(tmp_path: Path) -> None:
    own = "CREATE TABLE orders (order_key INTEGER PRIMARY KEY AUTOINCREMENT, colour TEXT);\n"
    seeds = "INSERT INTO orders (order_key, colour) VALUES (1, 'red');\n"
    files = {"tests/simulation/schema.sql": own, "tests/simulation/seed.sql": seeds}
    assert findings(tmp_path, files, 'extend-select = ["sql"]') == []
