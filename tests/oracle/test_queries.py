"""Generated statements, right and wrong ones, against PREPARE: dblint says what the server says, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope
from tests.oracle.queries import SCHEMA, Generator, text

RULES = ("unknown-table-in-query", "unknown-column-in-query", "sql-syntax-error", "insert-arity-mismatch")
SAID = {
    "42P01": {"unknown-table-in-query"},
    "42703": {"unknown-column-in-query"},
    "42601": {"sql-syntax-error", "insert-arity-mismatch"},
}


@dataclass(slots=True)
class Verdicts:
    """How often dblint agrees with the server, by SQLSTATE, and where it does not."""

    agreed: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return sum(self.agreed.values()) / max(sum(self.told.values()), 1)


def server_says(connection: psycopg.Connection, statements: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """The SQLSTATE of each statement, None where the server prepares it."""
    for statement in statements:
        try:
            connection.execute(f"PREPARE q AS {statement}".encode())
            connection.execute("DEALLOCATE q")
        except psycopg.Error as error:
            yield error.sqlstate or "", str(error).split("\n")[0]
        else:
            yield None, ""


def dblint_says(folder: Path, schema: str, statements: Sequence[str]) -> list[set[str]]:
    """The rules that find something in each statement, each sent by a test on a line of its own."""
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "schema.sql").write_text(schema, encoding="utf-8")
    lines = ["import psycopg", "def test_statements(conn):", "    conn.execute('SELECT id FROM orders')"]
    lines += [f"    conn.execute({statement!r})" for statement in statements]
    (folder / "tests" / "test_statements.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = config.Settings(folder, schema=("schema.sql",), select=RULES)
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), folder))
    found: list[set[str]] = [set() for _ in statements]
    for finding in engine.run().findings:
        assert finding.rule in RULES, finding
        found[finding.span.line - 4].add(finding.rule)
    return found


def compared(connection: psycopg.Connection, folder: Path, schema: str, statements: Sequence[str]) -> Verdicts:
    """Both verdicts on each statement."""
    verdicts = Verdicts()
    ours = dblint_says(folder, schema, statements)
    for statement, found, (state, message) in zip(statements, ours, server_says(connection, statements), strict=True):
        if state is None:
            verdicts.false += [f"{sorted(found)}: {statement}"] if found else []
        elif state in SAID:
            verdicts.told[state] += 1
            if found & SAID[state]:
                verdicts.agreed[state] += 1
            else:
                verdicts.missed.append(f"{state} {message} {sorted(found)}: {statement}")
    return verdicts


def generated(seed: int, count: int) -> list[str]:
    generator = Generator(seed)
    found = []
    for index in range(count):
        tokens = generator.statement()
        found.append(text(generator.mistake(tokens) if index % 2 else tokens))
    return found


@pytest.mark.parametrize(
    ("seed", "count"), [(1, 400), pytest.param(2, 20_000, marks=pytest.mark.slow)], ids=["sample", "many"]
)
def test_generated_statements(seed: int, count: int, database: psycopg.Connection, tmp_path: Path) -> None:
    database.execute(SCHEMA.encode())
    statements = generated(seed, count)
    verdicts = compared(database, tmp_path, SCHEMA, statements)
    print(dict(verdicts.told), dict(verdicts.agreed), len(verdicts.false))
    assert verdicts.false == []
    assert verdicts.share >= 0.98, verdicts.missed
    assert sum(verdicts.told.values()) >= count // 5


def test_what_is_generated_is_mostly_right(database: psycopg.Connection) -> None:
    database.execute(SCHEMA.encode())
    generator = Generator(3)
    statements = [text(generator.statement()) for _ in range(100)]
    refused = [
        (message, one)
        for one, (_, message) in zip(statements, server_says(database, statements), strict=True)
        if message
    ]
    assert len(refused) < len(statements) // 4, refused[:5]
