"""A fix that adds a reference points at a parent that is there."""

from __future__ import annotations

from pathlib import Path

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope

SCHEMA = """
CREATE TABLE customers (id uuid PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customers (id));
"""
TEST = """
STORE = {
    "customers": [{"id": "6f1c1c1e-5a52-4b3f-9b3c-2f1d3c4b5a69", "name": "Ada"}],
    "orders": [{"id": 1}],
}
"""


def test_a_reference_finds_the_parent_of_its_data_set(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(SCHEMA)
    (tmp_path / "test_orders.py").write_text(TEST)
    settings = config.Settings(tmp_path, schema=("schema.sql",), select=("missing-column",))
    (finding,) = Engine(settings, rulebook.load(settings), scope(settings, (), tmp_path)).run().findings
    assert finding.fix is not None
    assert "6f1c1c1e-5a52-4b3f-9b3c-2f1d3c4b5a69" in "".join(edit.text for edit in finding.fix.edits)
