"""Rows that stand in the database together, and the keys they have there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import TypeAlias

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import Column, ForeignKey, Table, UniqueIndex
from dblint.checks.rows import judged_rows
from dblint.facts.model import Value
from dblint.source import Place, Span
from dblint.sql import expressions as sql
from dblint.values.comparing import equal
from dblint.values.conditions import names, parsed
from dblint.values.evaluate import prepare
from dblint.values.held import Held
from dblint.values.moments import Interval, Moment
from dblint.values.sql_values import SqlValue, Unknown

KeyValue: TypeAlias = "SqlValue | Value"
"""What a column holds, or the literal where what it makes of that is not known: the same literal is the same value."""

_LITERALS = ("str", "int", "float", "bool")


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key, UNIQUE constraint or unique index: columns or expressions, its WHERE, and where it stands."""

    parts: tuple[str, ...]
    place: Place
    what: str
    predicate: str | None = None
    nulls_distinct: bool = True


def data_sets(project: BoundProject) -> Iterator[list[BoundRow]]:
    """The rows of each data set, in the order of their files."""
    found: dict[tuple[str, Span], list[BoundRow]] = {}
    for bound in judged_rows(project, ("insert", "stored", "factory")):
        if bound.use.data_set is not None:
            found.setdefault((bound.user or bound.path, bound.use.data_set), []).append(bound)
    yield from found.values()


def keys(table: Table) -> Iterator[Key]:
    """The keys that no two rows of a table share."""
    if table.primary_key is not None:
        yield Key(table.primary_key, _first_place(table, table.primary_key), "the primary key")
    for columns in table.unique:
        distinct = columns not in table.nulls_not_distinct
        yield Key(columns, _first_place(table, columns), "a UNIQUE constraint", nulls_distinct=distinct)
    for index in table.unique_indexes:
        yield Key(index.keys, index.place, _index_name(index), index.predicate, index.nulls_distinct)


def _index_name(index: UniqueIndex) -> str:
    return f"the unique index `{index.name}`" if index.name else "a unique index"


def _first_place(table: Table, columns: tuple[str, ...]) -> Place:
    column = table.column(columns[0]) if columns else None
    return table.place if column is None else column.place


def key_value(held: Held, bound: BoundRow, key: Key) -> tuple[KeyValue, ...] | None:
    """The row's values under a key; None where one is not known, is NULL, or the key does not count the row."""
    row = held.row(bound.row, bound.role)
    if key.predicate is not None:
        predicate = parsed(key.predicate, held.catalog.dialect)
        if predicate is None or prepare(predicate, held.scope).run(row) is not True:
            return None
    found: list[KeyValue] = []
    said = False
    for part in key.parts:
        value, given = _part(held, bound, part)
        said = said or given
        if isinstance(value, Unknown) or (value is None and key.nulls_distinct):
            return None
        found.append(value)
    return tuple(found) if said else None


def _part(held: Held, bound: BoundRow, part: str) -> tuple[KeyValue, bool]:
    """The value of a column or expression, and whether the row itself says anything of it."""
    row = held.row(bound.row, bound.role)
    column = held.column(part)
    if column is not None:
        return column_value(held, bound, column), held.entry(bound.row, column.name) is not None
    expression = parsed(part, held.catalog.dialect)
    if expression is None:
        return Unknown.UNKNOWN, False
    if isinstance(expression, sql.Column) and held.column(expression.name) is not None:
        return _part(held, bound, expression.name)
    given = any(held.entry(bound.row, name) is not None for name in names(expression))
    return prepare(expression, held.scope).run(row), given


def column_value(held: Held, bound: BoundRow, column: Column) -> KeyValue:
    """What the column holds; its literal where that is all there is to know."""
    value = held.row(bound.row, bound.role)(column.name)
    entry = held.entry(bound.row, column.name)
    if isinstance(value, Unknown) and entry is not None and entry.value.kind in _LITERALS:
        return value if held.may_change(column, bound.role) else entry.value
    return value


def same(one: KeyValue, other: KeyValue) -> bool | None:
    """Whether two values are the same; None where that is not certain."""
    if isinstance(one, Value) or isinstance(other, Value):
        return _same_literal(one, other)
    return one is other if one is None or other is None else equal(one, other)


def _same_literal(one: KeyValue, other: KeyValue) -> bool | None:
    """Texts that no type of dblint's reads differ where more than their case and signs do."""
    if one == other:
        return True
    if isinstance(one, Value) and isinstance(other, Value) and one.kind == other.kind == "str":
        letters = [re.sub(r"\W", "", text).casefold() for text in (one.text, other.text)]
        return None if letters[0] == letters[1] else False
    return None


def parent_keys(project: BoundProject, bound: BoundRow, column: Column) -> Iterator[Value]:
    """The keys that a reference from this column finds in the row's data set."""
    if bound.use.data_set is None:
        return
    for key in references(bound.table):
        if key.columns != (column.name,):
            continue
        for other in project.rows:
            together = (other.user or other.path, other.use.data_set) == (bound.user or bound.path, bound.use.data_set)
            if together and (other.table.schema, other.table.name) == (key.schema, key.table):
                entry = other.row.entry(key.references[0])
                if entry is not None and entry.value.kind in ("str", "int"):
                    yield entry.value


def bucket(values: tuple[KeyValue, ...]) -> tuple[object, ...]:
    """Something to look values up by: what is the same has the same."""
    return tuple(map(_bucket, values))


def _bucket(value: KeyValue) -> object:
    if isinstance(value, Moment):
        return value.earliest if value.exact else Moment
    return value if isinstance(value, str | int | float | Decimal | time | Interval | Value) else type(value)


def references(table: Table) -> Iterator[ForeignKey]:
    """The foreign keys of a table that say what they refer to."""
    return (key for key in table.foreign_keys if key.references and len(key.references) == len(key.columns))
