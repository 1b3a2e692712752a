"""Small projects whose tests give rows through models and factories: what is found, at which lines, and nothing else.

A case is a text file of files: ``--- path`` begins one, ``# !rule`` marks each line that is guilty. Where a case brings
no SQL of its own, the shop's schema stands under it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dblint import project, rulebook
from dblint.cache import NoCache
from dblint.config import Settings
from dblint.engine import Engine

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
SCHEMA = """
CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped');
CREATE TABLE customers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id uuid NOT NULL REFERENCES customers(id),
    status order_status NOT NULL DEFAULT 'pending',
    quantity integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(10,2) NOT NULL,
    total numeric(12,2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    colour text,
    notes text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE order_items (
    id serial PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders(id),
    sku text NOT NULL,
    amount int NOT NULL
);
ALTER TABLE orders RENAME COLUMN colour TO color;
"""
_GUILTY = re.compile(r"!([a-z]+(?:-[a-z]+)+)")


def files_of(case: str) -> dict[str, str]:
    parts = re.split(r"^--- (.+)\n", case, flags=re.MULTILINE)[1:]
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    if not any(path.endswith(".sql") for path in texts):
        texts["migrations/001.sql"] = SCHEMA
    return texts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_found(case: Path, tmp_path: Path) -> None:
    texts = files_of(case.read_text(encoding="utf-8"))
    for path, text in texts.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    settings = Settings(root=tmp_path, schema=("migrations/*.sql",))
    engine = Engine(settings, rulebook.load(settings, NoCache()), project.scope(settings, (), tmp_path))
    found = {(one.path, one.place.span.line, one.rule) for one in engine.run().findings}
    wanted = {
        (path, number, rule)
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if "# !" in line
        for rule in _GUILTY.findall(line)
    }
    assert found == wanted
