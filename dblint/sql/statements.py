"""SQL statements as plain frozen data: the one language that every dialect's front-end speaks and replay understands.

A front-end (``sql/postgres``, ``sql/generic``) gives the statements of a file in order and leaves out what no
catalog cares about (GRANT, COMMENT, INSERT). Names are folded as the server folds them; a schema is None where the
text names none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from dblint.source import Place
from dblint.sql.actions import (
    Action,
    AddConstraint,
    DropConstraint,
    RenameConstraint,
    RenameTo,
    SetDefault,
    SetNullable,
    SetSchema,
)
from dblint.sql.definitions import (
    CheckConstraint,
    ColumnDefinition,
    Constraint,
    Formula,
    IndexKey,
    Like,
    ObjectName,
    Parameter,
    RoutineName,
    TypeName,
)

if TYPE_CHECKING:
    from dblint.sql.queries import Query

RelationWord = Literal["table", "foreign table", "view", "materialized view", "index", "sequence", "type"]
ObjectWord = Literal[
    "table", "foreign table", "view", "materialized view", "index", "sequence", "type", "domain", "schema", "extension"
]
RoutineWord = Literal["function", "procedure", "aggregate", "routine"]
TransactionWord = Literal["begin", "commit", "rollback", "savepoint", "rollback to", "release"]


# Relations


@dataclass(frozen=True, slots=True)
class CreateTable:
    """``columns`` keeps LIKE clauses where they stand among the columns."""

    place: Place
    name: ObjectName
    columns: tuple[ColumnDefinition | Like, ...]
    constraints: tuple[Constraint, ...] = ()
    inherits: tuple[ObjectName, ...] = ()
    partition_of: ObjectName | None = None
    partitioned: bool = False
    partition_keys: tuple[str | None, ...] = ()
    """What it is partitioned by; None for an expression."""
    of_type: TypeName | None = None
    foreign: bool = False
    temporary: bool = False
    if_not_exists: bool = False
    strict: bool = False
    """SQLite's STRICT: its columns hold values of their types alone."""


@dataclass(frozen=True, slots=True)
class CreateTableAs:
    """CREATE TABLE AS and SELECT INTO; ``query`` is None where the rows come from EXECUTE of a prepared statement."""

    place: Place
    name: ObjectName
    query: Query | None
    columns: tuple[str, ...] = ()
    temporary: bool = False
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class CreateView:
    place: Place
    name: ObjectName
    query: Query | None
    columns: tuple[str, ...] = ()
    materialized: bool = False
    replace: bool = False
    temporary: bool = False
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class CreateIndex:
    place: Place
    name: str | None
    table: ObjectName
    keys: tuple[IndexKey, ...]
    unique: bool = False
    predicate: Formula | None = None
    nulls_distinct: bool = True
    included: tuple[str, ...] = ()
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class CreateSequence:
    place: Place
    name: ObjectName
    if_not_exists: bool = False
    temporary: bool = False


# ALTER


@dataclass(frozen=True, slots=True)
class AlterRelation:
    """ALTER of anything in the relations' namespace, and of a composite type's attributes (``what`` is ``type``)."""

    place: Place
    what: RelationWord
    name: ObjectName
    actions: tuple[Action, ...]
    if_exists: bool = False
    only: bool = False
    cascade: bool = False
    """CASCADE of an attribute's change: typed tables change too."""


@dataclass(frozen=True, slots=True)
class Drop:
    place: Place
    what: ObjectWord
    names: tuple[ObjectName, ...]
    if_exists: bool = False
    cascade: bool = False


# Types


@dataclass(frozen=True, slots=True)
class CreateEnum:
    place: Place
    name: ObjectName
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddEnumValue:
    """``neighbour`` is None for the end, else the value to stand before or ``after``."""

    place: Place
    name: ObjectName
    value: str
    neighbour: str | None = None
    after: bool = False
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameEnumValue:
    place: Place
    name: ObjectName
    value: str
    now: str


@dataclass(frozen=True, slots=True)
class CreateDomain:
    place: Place
    name: ObjectName
    type: TypeName
    nullable: bool = True
    default: Formula | None = None
    checks: tuple[CheckConstraint, ...] = ()


@dataclass(frozen=True, slots=True)
class AlterDomain:
    place: Place
    name: ObjectName
    action: SetDefault | SetNullable | AddConstraint | DropConstraint | RenameConstraint


@dataclass(frozen=True, slots=True)
class CreateComposite:
    place: Place
    name: ObjectName
    columns: tuple[ColumnDefinition, ...]


@dataclass(frozen=True, slots=True)
class CreateRange:
    place: Place
    name: ObjectName
    subtype: TypeName
    multirange: str | None = None


@dataclass(frozen=True, slots=True)
class CreateBaseType:
    """CREATE TYPE of a shell or of a base type written in C."""

    place: Place
    name: ObjectName


@dataclass(frozen=True, slots=True)
class AlterType:
    """RENAME and SET SCHEMA of a type or domain."""

    place: Place
    name: ObjectName
    action: RenameTo | SetSchema


# Routines and triggers


@dataclass(frozen=True, slots=True)
class CreateFunction:
    """``returns`` is None for procedures and where OUT parameters alone say it.

    ``body`` is the text between the quotes, ``body_place`` where it starts; ``atomic`` marks a ``BEGIN ATOMIC … END``
    or ``RETURN x`` body, whose text is as written.
    """

    place: Place
    what: Literal["function", "procedure"]
    name: ObjectName
    parameters: tuple[Parameter, ...]
    returns: TypeName | None
    returns_set: bool
    language: str
    body: str | None = None
    body_place: Place | None = None
    atomic: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class CreateAggregate:
    place: Place
    name: ObjectName
    parameters: tuple[Parameter, ...]
    state: TypeName
    final: ObjectName | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class DropRoutine:
    place: Place
    what: RoutineWord
    routines: tuple[RoutineName, ...]
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class AlterRoutine:
    place: Place
    what: RoutineWord
    routine: RoutineName
    action: RenameTo | SetSchema


@dataclass(frozen=True, slots=True)
class CreateTrigger:
    place: Place
    name: str
    table: ObjectName
    timing: Literal["before", "after", "instead of"]
    events: tuple[Literal["insert", "update", "delete", "truncate"], ...]
    function: ObjectName
    each_row: bool = False
    replace: bool = False
    fills: tuple[str, ...] = ()
    """The columns of NEW that MySQL's trigger body assigns."""


@dataclass(frozen=True, slots=True)
class DropTrigger:
    place: Place
    name: str
    table: ObjectName
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameTrigger:
    place: Place
    name: str
    table: ObjectName
    now: str


# All else


@dataclass(frozen=True, slots=True)
class CreateSchema:
    """What a CREATE SCHEMA makes inside itself follows as statements of their own, with the schema filled in."""

    place: Place
    name: str
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameSchema:
    place: Place
    name: str
    now: str


@dataclass(frozen=True, slots=True)
class CreateExtension:
    place: Place
    name: str
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class SetSearchPath:
    """None is the default path; MySQL's ``USE`` is one too."""

    place: Place
    path: tuple[str, ...] | None
    local: bool = False


@dataclass(frozen=True, slots=True)
class Transaction:
    place: Place
    word: TransactionWord
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """An anonymous block; ``body_place`` is where its text starts."""

    place: Place
    language: str
    body: str
    body_place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """``SELECT f(…)``, ``CALL f(…)``, which may change the schema; arguments are constants' text or None."""

    place: Place
    routine: ObjectName
    arguments: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Conditional:
    """A statement of which only run time tells whether it runs: inside a template's or psql's condition."""

    place: Place
    statement: Statement


@dataclass(frozen=True, slots=True)
class Touch:
    """A statement whose text only run time knows: what it may make, change or drop.

    ``what`` is None for anything at all; ``*`` in the name stands for any text.
    """

    place: Place
    what: Literal["relation", "routine", "type"] | None
    schema: str | None = None
    name: str = "*"
    made: bool = False
    """It can only make the thing; what stands already stays as it is."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A statement that could not be read, and the parser's reason."""

    place: Place
    reason: str


Statement: TypeAlias = (
    CreateTable
    | CreateTableAs
    | CreateView
    | CreateIndex
    | CreateSequence
    | AlterRelation
    | Drop
    | CreateEnum
    | AddEnumValue
    | RenameEnumValue
    | CreateDomain
    | AlterDomain
    | CreateComposite
    | CreateRange
    | CreateBaseType
    | AlterType
    | CreateFunction
    | CreateAggregate
    | DropRoutine
    | AlterRoutine
    | CreateTrigger
    | DropTrigger
    | RenameTrigger
    | CreateSchema
    | RenameSchema
    | CreateExtension
    | SetSearchPath
    | Transaction
    | Do
    | Call
    | Conditional
    | Touch
    | Unreadable
)
