"""Small projects whose doubles stand for a driver: a line ending in ``# !rule`` must have that finding, others none."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

from dblint import project as files
from dblint import rulebook
from dblint.cache import NoCache
from dblint.config import Settings
from dblint.engine import Engine

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
    customer_id uuid NOT NULL REFERENCES customers (id),
    status order_status NOT NULL DEFAULT 'pending',
    quantity smallint NOT NULL CHECK (quantity > 0),
    unit_price numeric(10, 2) NOT NULL,
    total numeric(12, 2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    colour text,
    details jsonb,
    placed_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE orders RENAME COLUMN colour TO color;
"""
CONFIGURATION = '[tool.pytest.ini_options]\nasyncio_mode = "auto"\n[project]\ndependencies = ["pytest-asyncio"]\n'
_WANTED = re.compile(r"!([a-z-]+)")
_FILE = re.compile(r"^ *# (\S+\.(?:py|sql))$", re.MULTILINE)


def differences(folder: Path, text: str) -> tuple[set[tuple[str, int, str]], set[tuple[str, int, str]]]:
    """What was wanted and not found, and what was found and not wanted; each file begins with ``# its/path.py``."""
    written = {"schema/001.sql": SCHEMA, "pyproject.toml": CONFIGURATION}
    parts = _FILE.split(dedent(text))
    written.update({name: dedent(body) for name, body in zip(parts[1::2], parts[2::2], strict=True)})
    for name, body in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(body, encoding="utf-8")
    settings = Settings(folder, schema=("schema/*.sql",))
    engine = Engine(settings, rulebook.load(settings, NoCache()), files.scope(settings, (), folder))
    root = folder.as_posix() + "/"
    found = {(one.path.removeprefix(root), one.place.span.line, one.rule) for one in engine.run().findings}
    wanted = {
        (name, number, rule)
        for name, body in written.items()
        for number, line in enumerate(body.splitlines(), 1)
        for rule in _WANTED.findall(line.partition("#")[2])
    }
    return wanted - found, found - wanted
