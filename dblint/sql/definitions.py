"""What SQL statements are made of: names, types as written, columns, constraints, index keys, parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from dblint.source import Place

if TYPE_CHECKING:
    from dblint.sql.expressions import Expression

Formula: TypeAlias = "Expression | str"
"""An expression as parsed, or its text as written where the front-end has no tree of it."""

ParameterMode = Literal["in", "out", "inout", "variadic", "table"]


@dataclass(frozen=True, slots=True)
class ObjectName:
    """The name of a relation, type or routine; ``place`` is its token, or the statement where that is not known."""

    schema: str | None
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as written: ``name`` folded (``int4``, ``varchar``, ``numeric``), modifiers as text.

    ``values`` holds the members of MySQL's inline ``enum(…)`` and ``set(…)``. ``column_of`` is the table of
    ``table.column%TYPE``, whose column is ``name``.
    """

    schema: str | None
    name: str
    modifiers: tuple[str, ...] = ()
    dimensions: int = 0
    values: tuple[str, ...] | None = None
    column_of: ObjectName | None = None


@dataclass(frozen=True, slots=True)
class PrimaryKey:
    """``index`` is the index of ``PRIMARY KEY USING INDEX``."""

    place: Place
    name: str | None
    columns: tuple[str, ...]
    index: str | None = None


@dataclass(frozen=True, slots=True)
class Unique:
    place: Place
    name: str | None
    columns: tuple[str, ...]
    index: str | None = None
    nulls_distinct: bool = True


@dataclass(frozen=True, slots=True)
class CheckConstraint:
    place: Place
    name: str | None
    expression: Formula
    enforced: bool = True
    inherited: bool = True
    """False for NO INHERIT."""


@dataclass(frozen=True, slots=True)
class References:
    """A foreign key; ``references`` is empty where the parent's primary key is meant."""

    place: Place
    name: str | None
    columns: tuple[str, ...]
    table: ObjectName
    references: tuple[str, ...] = ()
    enforced: bool = True


@dataclass(frozen=True, slots=True)
class NotNull:
    """PostgreSQL 18's table constraint ``NOT NULL column``, and a column's own."""

    place: Place
    name: str | None
    column: str
    inherited: bool = True


@dataclass(frozen=True, slots=True)
class Exclusion:
    """``columns`` holds the plain columns among its elements, ``expr`` for every other, as the server names them."""

    place: Place
    name: str | None
    columns: tuple[str, ...]


Constraint: TypeAlias = PrimaryKey | Unique | CheckConstraint | References | NotNull | Exclusion


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A column of CREATE TABLE, ADD COLUMN or a composite type; ``place`` is its name's token.

    ``type`` is None in typed tables and partitions, which only add to a column they have. Constraints written at
    the column are ``constraints`` with this one column, NOT NULL among them. ``nullable`` is True only for an
    explicit NULL.
    """

    name: str
    type: TypeName | None
    place: Place
    nullable: Literal[True] | None = None
    default: Formula | None = None
    generated: Formula | None = None
    stored: bool = True
    identity: Literal["always", "by default"] | None = None
    auto_increment: bool = False
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class Like:
    """``LIKE table INCLUDING …``; ``including`` holds the words: ``defaults``, ``constraints``, ``indexes`` …"""

    table: ObjectName
    including: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One key of an index: a column, or an expression and the name that the server makes of it."""

    column: str | None
    expression: Formula | None = None
    label: str = "expr"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str | None
    type: TypeName
    mode: ParameterMode = "in"
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class RoutineName:
    """A routine to drop or alter; ``arguments`` is None where the statement gives no list."""

    name: ObjectName
    arguments: tuple[Parameter, ...] | None
