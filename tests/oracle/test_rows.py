"""Generated rows, inserted into a real PostgreSQL and judged by dblint: the SQLSTATE names the rule that is due."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope
from tests.conftest import Databases
from tests.oracle.rows import case

MISMATCH = {"type-mismatch", "placeholder-uuid", "unknown-enum-value"}
LIMITS = {"value-out-of-range"}
DUE: dict[str, set[str]] = {
    **dict.fromkeys(("22P02", "22007", "22008", "22009", "42804", "22P03", "22023", "22P05", "54000"), MISMATCH),
    **dict.fromkeys(("22001", "22003", "22015", "22026", "22000"), LIMITS),
    "23502": {"missing-column", "null-in-required-column"},
    "23514": {"check-violation"},
    "428C9": {"written-generated-column"},
    "42703": {"unknown-column", "unknown-column-in-query"},
}
RULES = frozenset().union(*DUE.values())
KNOWN = {page.stem for page in Path(__file__).parents[2].glob("rules/*/*.md")}


@dataclass(frozen=True, slots=True)
class Way:
    """How rows reach the database: what of a row goes that way, its line in a test, and the query."""

    name: str
    row: Callable[[dict[str, Any]], dict[str, Any]]
    line: Callable[[dict[str, Any]], str]
    query: Callable[[dict[str, Any]], tuple[sql.Composed, tuple[Any, ...]]]


def test_a_sample_of_rows(fresh_database: Databases, tmp_path: Path) -> None:
    _compare(fresh_database, tmp_path, POSTED, schemas=6, rows=60)


@pytest.mark.slow
def test_twenty_thousand_rows(fresh_database: Databases, tmp_path: Path) -> None:
    _compare(fresh_database, tmp_path, POSTED, schemas=200, rows=100)


def test_a_sample_of_insert_strings(fresh_database: Databases, tmp_path: Path) -> None:
    _compare(fresh_database, tmp_path, WRITTEN, schemas=6, rows=60)


@pytest.mark.slow
def test_twenty_thousand_insert_strings(fresh_database: Databases, tmp_path: Path) -> None:
    _compare(fresh_database, tmp_path, WRITTEN, schemas=200, rows=100)


def _compare(fresh: Databases, folder: Path, way: Way, schemas: int, rows: int) -> None:
    connection = fresh()
    seen: Counter[str] = Counter()
    missed, alarms, otherwise = [], [], []
    for number in range(schemas):
        made = case(f"rows {number}", rows)
        given = [row for row in map(way.row, made.rows) if row]
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(made.sql)
        for row, told in zip(given, _told(folder, made.sql, [way.line(row) for row in given]), strict=True):
            state = _state(connection, *way.query(row))
            seen["refused" if state else "taken"] += 1
            said = f"{row}: PostgreSQL {state}, dblint {sorted(told)}; {made.sql.partition('CREATE TABLE')[2]}"
            if state is None and told:
                alarms.append(said)
            elif state is not None and not told:
                missed.append(said)
            elif state is not None and not told & DUE.get(state, set()):
                otherwise.append(said)
    _report(way.name, seen, missed, alarms, otherwise)


def _report(way: str, seen: Counter[str], missed: list[str], alarms: list[str], otherwise: list[str]) -> None:
    rows = sum(seen.values())
    agreed = rows - len(missed) - len(alarms) - len(otherwise)
    print(f"{way}: {rows} rows, {seen['refused']} refused by PostgreSQL, {agreed / rows:.3%} agreement,")
    print(f"  {len(missed)} missed, {len(alarms)} false alarms, {len(otherwise)} by another rule")
    assert alarms == []
    assert agreed >= 0.995 * rows, "\n".join((*missed, *otherwise))
    assert seen["refused"] > rows / 10 and seen["taken"] > rows / 10


def _told(folder: Path, schema: str, lines: list[str]) -> list[set[str]]:
    """The rules that dblint's findings on each line name."""
    (folder / "schema.sql").write_text(schema, encoding="utf-8")
    test = "\n    ".join(["def test_rows(client, cursor):", *lines]) + "\n"
    (folder / "test_rows.py").write_text(f"import psycopg\n\n\n{test}", encoding="utf-8")
    selected = tuple(sorted(RULES & KNOWN))
    settings = config.Settings(folder, schema=("schema.sql",), dialect="postgres", select=selected)
    findings = Engine(settings, rulebook.load(settings), scope(settings, (), folder)).run().findings
    return [{one.rule for one in findings if one.span.line == number} for number in range(5, len(lines) + 5)]


def _posted(row: dict[str, Any]) -> tuple[sql.Composed, tuple[Any, ...]]:
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    query = sql.SQL("INSERT INTO t ({0}) SELECT {0} FROM json_populate_record(null::t, %s)").format(names)
    return query, (json.dumps(row),)


def _written(row: dict[str, Any]) -> tuple[sql.Composed, tuple[Any, ...]]:
    return sql.Composed([sql.SQL(_statement(row))]), ()


def _statement(row: dict[str, Any]) -> str:
    """An INSERT as a person writes it."""
    names = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO t ({names}) VALUES ({', '.join(map(_literal, row.values()))})"


def _scalars(row: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in row.items() if not isinstance(one, list | dict)}


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else repr(value).upper()


def _state(connection: psycopg.Connection, query: sql.Composed, values: tuple[Any, ...]) -> str | None:
    """What the server says to the row; None where it takes it."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(query, values or None)
    except psycopg.Error as error:
        return error.sqlstate
    return None


POSTED = Way("as PostgREST", dict, lambda row: f'client.table("t").insert({row!r}).execute()', _posted)
WRITTEN = Way("as INSERT strings", _scalars, lambda row: f"cursor.execute({_statement(row)!r})", _written)
