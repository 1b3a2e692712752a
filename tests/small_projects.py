"""Small projects that say on their lines what is to be found there: each case is files of text, run as a whole.

In a case ``--- path`` begins a file, and ``# !rule`` marks each line that is guilty (``-- !rule`` in SQL). Where a case
brings no SQL of its own, the shop's schema stands under it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dblint import config, project, rulebook
from dblint.cache import NoCache
from dblint.engine import Engine

SHOP = """
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
SCHEMA_FILE = "migrations/001.sql"
_GUILTY = re.compile(r"!([a-z]+(?:-[a-z]+)+)")
_MARKS = ("# !", "-- !")

Found = set[tuple[str, int, str]]


def files_of(case: str) -> dict[str, str]:
    """The files of a case by their paths."""
    parts = re.split(r"^--- (.+)\n", case, flags=re.MULTILINE)[1:]
    texts = {path.strip(): text for path, text in zip(parts[::2], parts[1::2], strict=True)}
    return texts if any(path.endswith(".sql") for path in texts) else {SCHEMA_FILE: SHOP, **texts}


def differences(folder: Path, texts: Mapping[str, str]) -> tuple[Found, Found]:
    """What is marked and not found, and what is found and not marked; info aside."""
    for path, text in texts.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    settings = replace(config.load(folder), root=folder, schema=("migrations/*.sql",))
    engine = Engine(settings, rulebook.load(settings, NoCache()), project.scope(settings, (), folder))
    findings = engine.run().findings
    found = {(one.path, one.place.span.line, one.rule) for one in findings if one.severity != "info"}
    wanted = {
        (path, number, rule)
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        for mark in _MARKS
        for rule in _GUILTY.findall(line.partition(mark)[1] + line.partition(mark)[2])
    }
    return wanted - found, found - wanted
