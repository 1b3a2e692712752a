"""A statement that could not be read costs what it may be about, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dblint import project, rulebook
from dblint.cache import NoCache
from dblint.config import Settings
from dblint.engine import Engine

SCHEMA = "CREATE TABLE orders (id int PRIMARY KEY, status text);\nCREATE TABLE users (id int PRIMARY KEY);\n"
TEST = """
def test(client):
    client.table("orders").insert({"id": 1, "colour": "red"}).execute()
    client.table("users").insert({"id": 1, "email": "x"}).execute()
    client.table("invoices").insert({"id": 1}).execute()
"""
ALL = {"orders.colour", "users.email", "invoices"}


@pytest.mark.parametrize(
    ("statement", "silent"),
    [
        ("CREATE TABEL x (colour int);", set()),
        ("ALTER TABLE orders ADD COLMUN colour text;", {"orders.colour"}),
        ("ALTER TABLE users ADD COLMUN name text;", set()),
        ("CREATE TABEL Invoices (id int);", {"invoices"}),
        ("ALTER TABLE {{ table }} ADD COLUMN email text ((;", {"users.email", "invoices"}),
        ("ALTER TABLE orders ALTER colour TYPE numeric(10,2) USING ((colour::numeric;", {"orders.colour"}),
    ],
)
def test_an_unread_statement_silences_what_it_may_be_about(tmp_path: Path, statement: str, silent: set[str]) -> None:
    (tmp_path / "schema.sql").write_text(SCHEMA + statement + "\n")
    (tmp_path / "test_x.py").write_text(TEST)
    settings = Settings(root=tmp_path, schema=("schema.sql",), dialect="postgres")
    engine = Engine(settings, rulebook.load(settings, NoCache()), project.scope(settings, (), tmp_path))
    result = engine.run()
    assert result.counts.statements_skipped == 1
    found = [finding.subject for finding in result.findings if finding.group == "schema"]
    assert {f"{one.table}.{one.column}" if one.column else one.table for one in found} == ALL - silent
