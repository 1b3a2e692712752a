"""The whole way: rows that lack columns, fixed by the command line, are rows a real PostgreSQL takes."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

TYPES = [
    ("text", ["length({c}) between 3 and 30", "{c} in ('draft', 'done')", "{c} ~ '^[a-z]+$'", "{c} <> ''"]),
    ("varchar(9)", ["{c} like 'ab%'", "{c} = lower({c})", "char_length({c}) > 4"]),
    ("char(2)", ["{c} ~ '^[A-Z]{{2}}$'", "{c} <> 'XX'"]),
    ("integer", ["{c} > 0", "{c} between 18 and 99", "{c} % 2 = 0", "{c} in (3, 5)"]),
    ("smallint", ["{c} >= -5", "{c} <> 1"]),
    ("numeric(6,2)", ["{c} >= 0", "{c} > 100 and {c} < 101", "abs({c}) < 50"]),
    ("double precision", ["{c} between -90 and 90"]),
    ("boolean", ["{c}", "not {c}"]),
    ("date", ["{c} > '2020-01-01'", "{c} < current_date"]),
    ("timestamptz", ["{c} > now()", "{c} <= '2030-01-01'"]),
    ("jsonb", ["jsonb_typeof({c}) = 'array'"]),
    ("uuid", []),
    ("mood", ["{c} <> 'sad'"]),
    ("text[]", ["cardinality({c}) > 0"]),
    ("positive", ["{c} < 50"]),
    ("inet", []),
    ("interval", []),
]
NAMES = [
    "email",
    "name",
    "status",
    "price",
    "quantity",
    "created_at",
    "ends_on",
    "is_active",
    "code",
    "note",
    "Mixed Name",
]
SHAPES = [
    ("{{{entries}}}", ", "),
    ("{{{entries},}}", ", "),
    ("{{\n        {entries},\n    }}", ",\n        "),
    ("{{\n        {entries}\n    }}", ",\n        "),
    ("{{{entries},  # kept\n    }}", ",\n     "),
]


class Drawn:
    """Tables and rows of one seed: ``statements`` for the schema, ``calls`` for the test file."""

    def __init__(self, seed: int, tables: int = 60) -> None:
        self.random = random.Random(seed)
        self.statements = [
            "create type mood as enum ('sad', 'ok', 'happy');",
            "create domain positive as integer check (value > 41);",
        ]
        self.calls: list[str] = []
        for number in range(tables):
            self._table(f"t{number}")

    def _table(self, table: str) -> None:
        columns = []
        for name in self.random.sample(NAMES, self.random.randint(2, 6)):
            type_, checks = self.random.choice(TYPES)
            check = self.random.choice([*checks, ""]).format(c=f'"{name}"')
            columns.append(f'"{name}" {type_} not null' + (f" check ({check})" if check else ""))
        body = ",\n    ".join(["id integer primary key", *columns, "extra text", "made numeric default 7"])
        self.statements.append(f"create table {table} (\n    {body}\n);")
        for number in range(2):
            self._row(table, number)

    def _row(self, table: str, number: int) -> None:
        quote = self.random.choice("'\"")
        given = {"id": str(number), "extra": f"{quote}a, b{quote}", "made": "1.5"}
        kept = ["id", *self.random.sample(["extra", "made"], self.random.randint(0, 2))]
        shape, joint = self.random.choice(SHAPES)
        entries = joint.join(f"{quote}{name}{quote}: {given[name]}" for name in kept)
        self.calls.append(f'    supabase.table("{table}").insert({shape.format(entries=entries)}).execute()')

    @property
    def test(self) -> str:
        return "def test_rows(supabase):\n" + "\n".join(self.calls) + "\n"


def rows_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for statement in ast.parse(text).body[0].body:  # type: ignore[attr-defined]
        insert = statement.value.func.value
        found.append((ast.literal_eval(insert.func.value.args[0]), ast.literal_eval(insert.args[0])))
    return found


def insert(database: psycopg.Connection, statements: list[str], rows: list[tuple[str, dict[str, Any]]]) -> None:
    """Make the tables and give them the rows."""
    for statement in statements:
        database.execute(statement.encode())
    for table, values in rows:
        columns = sql.SQL(", ").join(map(sql.Identifier, values))
        query = sql.SQL("insert into {0} ({1}) select {1} from json_populate_record(null::{0}, %s)")
        database.execute(query.format(sql.Identifier(table), columns), (json.dumps(values),))


def check(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "dblint", "check", "--fix", "--no-cache", "--output-format", "json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_many_fixed_rows_are_accepted(tmp_path: Path, database: psycopg.Connection) -> None:
    drawn = Drawn(3, tables=1100)
    (tmp_path / "tests").mkdir()
    (tmp_path / "schema.sql").write_text("\n".join(drawn.statements))
    (tmp_path / "dblint.toml").write_text('schema = ["schema.sql"]\n')
    file = tmp_path / "tests" / "test_rows.py"
    file.write_text(drawn.test)
    unfinished = {finding["subject"]["table"] for finding in check(tmp_path)["findings"]}
    before, after = rows_of(drawn.test), rows_of(file.read_text())
    changed = [new for old, new in zip(before, after, strict=True) if old != new and new[0] not in unfinished]
    assert len(changed) >= 2000
    insert(database, drawn.statements, changed)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fixed_rows_are_accepted(tmp_path: Path, database: psycopg.Connection, seed: int, newline: str) -> None:
    drawn = Drawn(seed)
    (tmp_path / "tests").mkdir()
    (tmp_path / "schema.sql").write_text("\n".join(drawn.statements))
    (tmp_path / "dblint.toml").write_text('schema = ["schema.sql"]\n')
    file = tmp_path / "tests" / "test_rows.py"
    file.write_bytes(drawn.test.replace("\n", newline).encode())

    left = check(tmp_path)["findings"]

    fixed = file.read_bytes()
    text = fixed.decode()
    assert fixed.count(b"\n") == fixed.count(newline.encode())
    assert text.count("# kept") == drawn.test.count("# kept")
    before, after = rows_of(drawn.test), rows_of(text)
    assert [table for table, _ in after] == [table for table, _ in before]
    for (_, old), (_, new) in zip(before, after, strict=True):
        assert list(new.items())[: len(old)] == list(old.items()) or "# kept" in text
        assert old.items() <= new.items()

    unfinished = {finding["subject"]["table"] for finding in left}
    finished = [(table, values) for table, values in after if table not in unfinished]
    assert len(finished) > 100
    insert(database, drawn.statements, finished)

    assert check(tmp_path)["summary"]["fixed"] == 0
    assert file.read_bytes() == fixed
