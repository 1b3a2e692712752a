"""Doubles of query builders as tests really write them: drift is found where it stands, and nothing else is said.

``cases.txt`` holds small projects: ``=== name``, their files behind ``--- path``, ``# error: rule`` on guilty lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dblint import project as files
from dblint import rulebook
from dblint.cache import NoCache
from dblint.config import Settings
from dblint.engine import Engine

SQL = """
CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped');
CREATE TABLE customers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE, name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), customer_id uuid NOT NULL REFERENCES customers(id),
    status order_status NOT NULL DEFAULT 'pending', quantity integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(10,2) NOT NULL, total numeric(12,2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    colour text, notes text, created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE order_items (
    id serial PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders(id), sku text NOT NULL, amount int NOT NULL
);
ALTER TABLE orders RENAME COLUMN colour TO color;
"""
_MARK = re.compile(r"# error: ([a-z-]+)")


def cases() -> Iterator[tuple[str, dict[str, str]]]:
    text = (Path(__file__).parent / "cases.txt").read_text(encoding="utf-8")
    for case in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        name, _, body = case.partition("\n")
        parts = (one.partition("\n") for one in re.split(r"^--- ", body, flags=re.MULTILINE)[1:])
        yield name.strip(), {path.strip(): content for path, _, content in parts}


CASES = dict(cases())


@pytest.mark.parametrize("name", CASES)
def test_drift_is_found_where_it_stands(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.sql").write_text(SQL, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n", encoding="utf-8")
    expected = set()
    for path, text in CASES[name].items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        for line, content in enumerate(text.splitlines(), 1):
            expected |= {(path, line, rule) for rule in _MARK.findall(content)}
    settings = Settings(root=tmp_path, schema=("schema.sql",))
    engine = Engine(settings, rulebook.load(settings, NoCache()), files.scope(settings, (), tmp_path))
    found = engine.run().findings
    assert {(one.path, one.span.line, one.rule) for one in found if one.severity != "info"} == expected
