"""Queries as plain frozen data, the same kinds for every dialect; offsets count bytes of the text read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dblint.sql.definitions import TypeName
from dblint.sql.expressions import Expression, SortKey, Window


@dataclass(frozen=True, slots=True)
class Name:
    """A column a statement names as its target."""

    name: str
    offset: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a select list or of RETURNING."""

    expression: Expression
    alias: str | None = None
    offset: int | None = field(default=None, compare=False)


# What stands in FROM


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view or common table by its name; ``columns`` renames its first columns."""

    schema: str | None
    name: str
    alias: str | None = None
    columns: tuple[str, ...] = ()
    offset: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Derived:
    """A subquery in FROM."""

    query: Query
    alias: str | None = None
    columns: tuple[str, ...] = ()
    lateral: bool = False


@dataclass(frozen=True, slots=True)
class TableFunction:
    """A function in FROM, or several by ROWS FROM; ``definitions`` are the columns of ``AS t(a integer, …)``."""

    calls: tuple[Expression, ...]
    alias: str | None = None
    columns: tuple[str, ...] = ()
    definitions: tuple[tuple[str, TypeName], ...] = ()
    ordinality: bool = False
    lateral: bool = False


@dataclass(frozen=True, slots=True)
class TableConstruct:
    """XMLTABLE or JSON_TABLE: its columns (no type for what always is an integer) and the expressions it reads."""

    name: str
    operands: tuple[Expression, ...]
    produces: tuple[tuple[str, TypeName | None], ...]
    alias: str | None = None
    columns: tuple[str, ...] = ()
    lateral: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """``alias`` is of a join in parentheses, ``using_alias`` of ``USING (…) AS x``."""

    kind: Literal["INNER", "LEFT", "RIGHT", "FULL", "CROSS"]
    left: Source
    right: Source
    condition: Expression | None = None
    using: tuple[str, ...] = ()
    natural: bool = False
    using_alias: str | None = None
    alias: str | None = None
    columns: tuple[str, ...] = ()


Source: TypeAlias = Relation | Derived | TableFunction | TableConstruct | Join


# Queries


@dataclass(frozen=True, slots=True)
class CommonTable:
    """One table of WITH; ``added`` are the columns SEARCH and CYCLE add at its end."""

    name: str
    query: Query | Modification
    columns: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupingSet:
    """``ROLLUP``, ``CUBE``, ``GROUPING SETS``, or ``()``, which has the kind "" and no items."""

    kind: Literal["ROLLUP", "CUBE", "GROUPING SETS", ""]
    items: tuple[Expression | GroupingSet, ...] = ()


@dataclass(frozen=True, slots=True)
class Tail:
    """What may follow any query: its order and its limits."""

    order: tuple[SortKey, ...] = ()
    limit: Expression | None = None
    offset: Expression | None = None
    ties: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    items: tuple[Item, ...]
    sources: tuple[Source, ...] = ()
    where: Expression | None = None
    group: tuple[Expression | GroupingSet, ...] = ()
    having: Expression | None = None
    windows: tuple[tuple[str, Window], ...] = ()
    distinct: bool = False
    distinct_on: tuple[Expression, ...] = ()
    tables: tuple[CommonTable, ...] = ()
    recursive: bool = False
    tail: Tail = Tail()


@dataclass(frozen=True, slots=True)
class Values:
    rows: tuple[tuple[Expression, ...], ...]
    tables: tuple[CommonTable, ...] = ()
    recursive: bool = False
    tail: Tail = Tail()


@dataclass(frozen=True, slots=True)
class SetOperation:
    operator: Literal["UNION", "INTERSECT", "EXCEPT"]
    left: Query
    right: Query
    all: bool = False
    tables: tuple[CommonTable, ...] = ()
    recursive: bool = False
    tail: Tail = Tail()


Query: TypeAlias = Select | Values | SetOperation


# Statements that change rows


@dataclass(frozen=True, slots=True)
class Assignment:
    """``column = value``; the columns of ``(a, b) = …`` share the value."""

    column: Name
    value: Expression


@dataclass(frozen=True, slots=True)
class Conflict:
    """ON CONFLICT; ``keys`` are the columns or expressions inferred from, ``assignments`` are empty for DO NOTHING."""

    keys: tuple[Expression, ...] = ()
    constraint: str | None = None
    predicate: Expression | None = None
    assignments: tuple[Assignment, ...] = ()
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Insert:
    """``query`` is None for DEFAULT VALUES; ``columns`` is empty where the statement names none.

    ``overriding`` says whose value an identity column gets: of OVERRIDING SYSTEM VALUE the statement's (``system`` is
    overridden), of OVERRIDING USER VALUE the sequence's.
    """

    target: Relation
    columns: tuple[Name, ...]
    query: Query | None
    conflict: Conflict | None = None
    returning: tuple[Item, ...] = ()
    tables: tuple[CommonTable, ...] = ()
    recursive: bool = False
    overriding: Literal["system", "user"] | None = None


@dataclass(frozen=True, slots=True)
class Update:
    target: Relation
    assignments: tuple[Assignment, ...]
    sources: tuple[Source, ...] = ()
    where: Expression | None = None
    returning: tuple[Item, ...] = ()
    tables: tuple[CommonTable, ...] = ()
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    target: Relation
    sources: tuple[Source, ...] = ()
    where: Expression | None = None
    returning: tuple[Item, ...] = ()
    tables: tuple[CommonTable, ...] = ()
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class MergeAction:
    """One WHEN of MERGE: an update's assignments, or the columns and values of an insert."""

    kind: Literal["insert", "update", "delete", "nothing"]
    condition: Expression | None = None
    assignments: tuple[Assignment, ...] = ()
    columns: tuple[Name, ...] = ()
    values: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    target: Relation
    source: Source
    condition: Expression
    actions: tuple[MergeAction, ...]
    returning: tuple[Item, ...] = ()
    tables: tuple[CommonTable, ...] = ()
    recursive: bool = False


Modification: TypeAlias = Insert | Update | Delete | Merge
