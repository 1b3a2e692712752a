"""Would a column take a value: through PostgREST's JSON, in SQL, or as it lies in a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from dblint.catalog.model import Catalog, Column, Dialect, Table, Type
from dblint.facts.value_model import Value
from dblint.values import json_input, mysql_input, sql_input, sqlite_input, templates
from dblint.values.input.refusal import RefusedInputError, UnclearInputError
from dblint.values.json_text import UnknownPartError
from dblint.values.templates import is_template
from dblint.values.verdict import ACCEPTS, UNKNOWN, Verdict, refuses

Carrier = Literal["json", "sql", "row"]
"""How a value reaches the column.

``json`` is PostgREST. ``sql`` is an SQL text, or a value that a driver such as psycopg puts into one. ``row`` is a row
as it lies in a table or comes out of it, by no way known: it may hold what any client or driver gives.
"""
_CARRIERS = {"json": json_input.take, "sql": sql_input.take, "row": json_input.hold}


def column_verdict(type_: Type, value: Value, catalog: Catalog, carrier: Carrier) -> Verdict:
    """PostgreSQL's verdict on a value for a column of the type; NOT NULL and CHECKs are no concern of it."""
    if is_template(value):
        return _tried(Value("str"), lambda: templates.take(value, type_, catalog))
    return _tried(value, lambda: _CARRIERS[carrier](value, type_, catalog))


def verdict_elsewhere(column: Column, table: Table, value: Value, dialect: Dialect) -> Verdict:
    """The verdict of MySQL or SQLite."""
    if dialect == "mysql":
        return _tried(value, lambda: mysql_input.take(value, column))
    return _tried(value, lambda: sqlite_input.take(value, column, table))


def _tried(value: Value, take: Callable[[], None]) -> Verdict:
    if value.kind in ("null", "unknown"):
        return ACCEPTS if value.kind == "null" else UNKNOWN
    try:
        take()
    except RefusedInputError as error:
        return refuses(error.why, code=error.code)
    except (UnclearInputError, UnknownPartError, RecursionError):
        return UNKNOWN
    return ACCEPTS
