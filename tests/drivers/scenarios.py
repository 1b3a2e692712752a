"""Small projects whose doubles stand for a driver: a line ending in ``# !rule`` must have that finding, others none."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

from tests import small_projects
from tests.small_projects import SCHEMA_FILE, Found

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
_FILE = re.compile(r"^ *# (\S+\.(?:py|sql))$", re.MULTILINE)


def differences(folder: Path, text: str) -> tuple[Found, Found]:
    """What was wanted and not found, and what was found and not wanted; each file begins with ``# its/path.py``."""
    parts = _FILE.split(dedent(text))
    written = {name: dedent(body) for name, body in zip(parts[1::2], parts[2::2], strict=True)}
    return small_projects.differences(folder, {SCHEMA_FILE: SCHEMA, "pyproject.toml": CONFIGURATION, **written})
