"""The actions of ALTER: what one ALTER TABLE, ALTER VIEW, ALTER TYPE or ALTER DOMAIN does, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from dblint.source import Place
from dblint.sql.definitions import ColumnDefinition, Constraint, Formula, ObjectName, TypeName


@dataclass(frozen=True, slots=True)
class AddColumn:
    """``after`` is MySQL's position: a column's name, "" for FIRST, None for the end."""

    column: ColumnDefinition
    if_not_exists: bool = False
    after: str | None = None


@dataclass(frozen=True, slots=True)
class DropColumn:
    name: str
    place: Place
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """``place`` is the old name's token."""

    name: str
    now: str
    place: Place


@dataclass(frozen=True, slots=True)
class RetypeColumn:
    name: str
    type: TypeName
    place: Place


@dataclass(frozen=True, slots=True)
class ChangeColumn:
    """MySQL's MODIFY and CHANGE: the column is what the definition says, under the definition's name."""

    name: str
    column: ColumnDefinition
    place: Place
    after: str | None = None


@dataclass(frozen=True, slots=True)
class SetDefault:
    """None drops the default. ``column`` is "" in ALTER DOMAIN, here and below."""

    column: str
    default: Formula | None


@dataclass(frozen=True, slots=True)
class SetNullable:
    column: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class SetIdentity:
    """ADD, SET and DROP (None) of an identity; ``adds`` tells ADD, which wants a column without one."""

    column: str
    identity: Literal["always", "by default"] | None
    adds: bool = False
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class SetExpression:
    """SET EXPRESSION and DROP EXPRESSION (None) of a generated column."""

    column: str
    expression: Formula | None
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AddConstraint:
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """``name`` is None for MySQL's DROP PRIMARY KEY."""

    name: str | None
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameConstraint:
    name: str
    now: str


@dataclass(frozen=True, slots=True)
class AlterConstraint:
    name: str
    enforced: bool


@dataclass(frozen=True, slots=True)
class RenameTo:
    now: str


@dataclass(frozen=True, slots=True)
class SetSchema:
    schema: str


@dataclass(frozen=True, slots=True)
class Inherit:
    parent: ObjectName


@dataclass(frozen=True, slots=True)
class NoInherit:
    parent: ObjectName


@dataclass(frozen=True, slots=True)
class AttachPartition:
    partition: ObjectName


@dataclass(frozen=True, slots=True)
class DetachPartition:
    partition: ObjectName


Action: TypeAlias = (
    AddColumn
    | DropColumn
    | RenameColumn
    | RetypeColumn
    | ChangeColumn
    | SetDefault
    | SetNullable
    | SetIdentity
    | SetExpression
    | AddConstraint
    | DropConstraint
    | RenameConstraint
    | AlterConstraint
    | RenameTo
    | SetSchema
    | Inherit
    | NoInherit
    | AttachPartition
    | DetachPartition
)
