"""Generated rows, inserted into a real PostgreSQL and judged by dblint: the SQLSTATE names the rule that is due."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dblint import config, rulebook
from dblint.catalog.load import load
from dblint.engine import Engine
from dblint.facts.value_model import Value
from dblint.project import scope
from dblint.source import Source
from dblint.values.acceptance import column_verdict
from tests.conftest import Databases
from tests.oracle.rows import Case, case

MISMATCH = {"type-mismatch", "placeholder-uuid", "unknown-enum-value"}
LIMITS = {"value-out-of-range"}
DUE: dict[str, set[str]] = {
    **dict.fromkeys(("22P02", "22007", "22008", "22009", "42804", "22P03", "22023", "22P05", "54000"), MISMATCH),
    **dict.fromkeys(("22001", "22003", "22015", "22026", "22000"), LIMITS),
    "23502": {"missing-column", "null-in-required-column"},
    "23514": {"check-violation"},
    "428C9": {"written-generated-column"},
    "42703": {"unknown-column"},
}
RULES = frozenset().union(*DUE.values())
KNOWN = {page.stem for page in Path(__file__).parents[2].glob("rules/*/*.md")}


def test_a_sample_of_rows(fresh_database: Databases, tmp_path: Path) -> None:
    _compare(fresh_database, tmp_path, schemas=6, rows=60)


@pytest.mark.slow
def test_twenty_thousand_rows(fresh_database: Databases, tmp_path: Path) -> None:
    _compare(fresh_database, tmp_path, schemas=200, rows=100)


def _compare(fresh: Databases, folder: Path, schemas: int, rows: int) -> None:
    connection = fresh()
    seen: Counter[str] = Counter()
    missed, alarms, otherwise = [], [], []
    for number in range(schemas):
        made = case(f"rows {number}", rows)
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(made.sql)
        for row, told in zip(made.rows, _told(folder, made), strict=True):
            state = _state(connection, *_posted(row))
            seen["refused" if state else "taken"] += 1
            said = f"{row}: PostgreSQL {state}, dblint {sorted(told)}; {made.sql.partition('CREATE TABLE')[2]}"
            if state is None and told:
                alarms.append(said)
            elif state is not None and not told:
                missed.append(said)
            elif state is not None and not told & DUE.get(state, set()):
                otherwise.append(said)
    _report("as PostgREST", seen, missed, alarms, otherwise)


def test_a_sample_of_insert_strings(fresh_database: Databases) -> None:
    _compare_texts(fresh_database, schemas=6, rows=60)


@pytest.mark.slow
def test_twenty_thousand_insert_strings(fresh_database: Databases) -> None:
    _compare_texts(fresh_database, schemas=200, rows=100)


def _compare_texts(fresh: Databases, schemas: int, rows: int) -> None:
    """The same rows as INSERT strings; here the types alone are judged, and only what they are due for."""
    connection = fresh()
    seen: Counter[str] = Counter()
    missed, alarms = [], []
    for number in range(schemas):
        made = case(f"rows {number}", rows)
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(made.sql)
        catalog = load([Source("schema.sql", made.sql)], "postgres")
        types = {column.name: column.type for column in catalog.tables[0].columns}
        for row in made.rows:
            row = {key: one for key, one in row.items() if not isinstance(one, list | dict) and key in types}
            row.pop("total", None)
            if not row:
                continue
            state = _state(connection, *_written(row))
            if state in ("23502", "23514", "23505"):
                continue  # Values passed; other rules are due.
            verdicts = [column_verdict(types[key], _value(one), catalog, "sql") for key, one in row.items()]  # type: ignore[arg-type]
            refused = any(verdict.refused for verdict in verdicts)
            seen["refused" if state else "taken"] += 1
            said = (
                f"{row}: PostgreSQL {state}, dblint {[one.code for one in verdicts]}; {made.sql.partition('TABLE')[2]}"
            )
            if refused and state is None:
                alarms.append(said)
            elif state is not None and not refused:
                missed.append(said)
    _report("as INSERT strings", seen, missed, alarms, [])


def _report(way: str, seen: Counter[str], missed: list[str], alarms: list[str], otherwise: list[str]) -> None:
    rows = sum(seen.values())
    agreed = rows - len(missed) - len(alarms) - len(otherwise)
    print(f"{way}: {rows} rows, {seen['refused']} refused by PostgreSQL, {agreed / rows:.3%} agreement,")
    print(f"  {len(missed)} missed, {len(alarms)} false alarms, {len(otherwise)} by another rule")
    assert alarms == []
    assert agreed >= 0.995 * rows, "\n".join((*missed, *otherwise))
    assert seen["refused"] > rows / 10 and seen["taken"] > rows / 10


def _told(folder: Path, made: Case) -> list[set[str]]:
    """The rules that dblint's findings on each row name."""
    lines = [f'client.table("t").insert({row!r}).execute()' for row in made.rows]
    (folder / "schema.sql").write_text(made.sql, encoding="utf-8")
    test = "\n    ".join(["def test_rows(client):", *lines]) + "\n"
    (folder / "test_rows.py").write_text(test, encoding="utf-8")
    selected = tuple(sorted(RULES & KNOWN))
    settings = config.Settings(folder, schema=("schema.sql",), dialect="postgres", select=selected)
    findings = Engine(settings, rulebook.load(settings), scope(settings, (), folder)).run().findings
    return [{one.rule for one in findings if one.span.line == number} for number in range(2, len(made.rows) + 2)]


def _posted(row: dict[str, Any]) -> tuple[sql.Composed, tuple[Any, ...]]:
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    query = sql.SQL("INSERT INTO t ({0}) SELECT {0} FROM json_populate_record(null::t, %s)").format(names)
    return query, (json.dumps(row),)


def _written(row: dict[str, Any]) -> tuple[sql.Composed, tuple[Any, ...]]:
    """The literals stand in the text, as a person writes them."""
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    literals = sql.SQL(", ").join(sql.SQL(_literal(one)) for one in row.values())
    return sql.SQL("INSERT INTO t ({}) VALUES ({})").format(names, literals), ()


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else repr(value).upper()


def _value(value: Any) -> Value:
    if value is None:
        return Value("null")
    kinds = {bool: "bool", int: "int", float: "float", str: "str"}
    return Value(kinds[type(value)], value if isinstance(value, str) else repr(value))  # type: ignore[arg-type]


def _state(connection: psycopg.Connection, query: sql.Composed, values: tuple[Any, ...]) -> str | None:
    """What the server says to the row; None where it takes it."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(query, values or None)
    except psycopg.Error as error:
        return error.sqlstate
    return None
