"""Cold ``dblint schema`` against squawk and sqlglot's bare parse, over given SQL and over generated schemas.

Usage: python benchmarks/catalog.py [--runs N] [--no-squawk] PATH…
(for openFEC: ``python benchmarks/catalog.py ~/openFEC/data/migrations``). PATH is a folder or an SQL file. squawk is
the PyPI package squawk-cli, on the PATH or beside this Python; it takes minutes on large views, so it runs once, and
is left out and said where it is missing. Beside the paths a schema of 1,500 tables in 4,500 statements is timed, and
one of half the size: cost is linear where the larger takes at most twice as long.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from timing import Command, measure, report

TABLES = 1500
TABLES_PER_FILE = 50
PARSE = """
import sys
from pathlib import Path
import sqlglot
from sqlglot.errors import ErrorLevel, SqlglotError
for name in sys.argv[1:]:
    try:
        sqlglot.parse(Path(name).read_text("utf-8", "replace"), dialect="postgres", error_level=ErrorLevel.IGNORE)
    except SqlglotError as error:
        print(name, error, file=sys.stderr)
"""


def main(paths: Sequence[Path], runs: int, with_squawk: bool) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        for path in paths:
            _compare(path.resolve(), Path(scratch), runs, with_squawk)
        whole, half = Path(scratch, "whole"), Path(scratch, "half")
        generate(whole, TABLES)
        generate(half, TABLES // 2)
        _compare(whole, Path(scratch), runs, with_squawk)
        sizes = [_dblint(folder, Path(scratch), runs, folder.name) for folder in (half, whole)]
        report(f"{TABLES} tables against {TABLES // 2}", measure(sizes), "half")


def _compare(path: Path, scratch: Path, runs: int, with_squawk: bool) -> None:
    files = [str(file) for file in sorted(path.rglob("*.sql"))] if path.is_dir() else [str(path)]
    commands = [
        _dblint(path, scratch, runs, "dblint schema"),
        Command("sqlglot, bare parse", (sys.executable, "-c", PARSE, *files), scratch, runs),
    ]
    squawk = _squawk() if with_squawk else None
    if squawk is not None:
        commands.append(Command("squawk", (squawk, *files), scratch, runs=1))
    report(f"cold, {path} ({len(files)} files)", measure(commands), "dblint schema")


def _dblint(path: Path, scratch: Path, runs: int, name: str) -> Command:
    options = ("--format", "json", "--no-cache", "--isolated", "--schema", str(path))
    return Command(name, (sys.executable, "-m", "dblint", "schema", *options), scratch, runs)


def _squawk() -> str | None:
    beside = Path(sys.executable).parent
    found = shutil.which("squawk") or shutil.which("squawk", path=str(beside))
    if found is None:
        print("squawk is not installed (pip install squawk-cli): left out")
    return found


def generate(folder: Path, tables: int) -> None:
    """Numbered migrations: each table is made with a foreign key, altered and indexed, by three statements."""
    folder.mkdir()
    for number, first in enumerate(range(0, tables, TABLES_PER_FILE)):
        statements = [_statements(at) for at in range(first, min(tables, first + TABLES_PER_FILE))]
        Path(folder, f"{number:04}_tables.sql").write_text("\n".join(statements), encoding="utf-8")


def _statements(at: int) -> str:
    parent = f"table_{at - 1}" if at else "table_0"
    return f"""CREATE TABLE table_{at} (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    parent_id uuid REFERENCES {parent} (id) ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    price numeric(10,2) NOT NULL CHECK (price >= 0),
    quantity integer NOT NULL DEFAULT 1,
    total numeric(12,2) GENERATED ALWAYS AS (price * quantity) STORED,
    tags text[] NOT NULL DEFAULT '{{}}',
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (name, parent_id)
);
ALTER TABLE table_{at} ADD COLUMN status text NOT NULL DEFAULT 'new', ALTER COLUMN quantity TYPE bigint;
CREATE UNIQUE INDEX table_{at}_by_name ON table_{at} (lower(name)) WHERE status <> 'gone';
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-squawk", action="store_true")
    given = parser.parse_args()
    main(given.paths, given.runs, not given.no_squawk)
