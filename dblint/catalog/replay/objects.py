"""What the working state of a replay is made of: like the catalog's objects, but they refer to each other.

References instead of names make a rename reach everything that means the renamed thing. All changes go through the
journal; tuples are replaced, never changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dblint.catalog.model import ArgumentMode, ColumnEvent, Type
from dblint.catalog.scopes import Columns
from dblint.source import Place
from dblint.sql.definitions import Formula
from dblint.sql.statements import CreateFunction

RelationKind = Literal[
    "table", "partitioned table", "foreign table", "view", "materialized view", "composite", "index", "sequence"
]
ConstraintKind = Literal["primary", "unique", "check", "foreign", "not null", "exclusion"]
KindWord = Literal["enum", "domain", "range", "base"]
Key: TypeAlias = tuple[str, str]


@dataclass(eq=False, slots=True)
class Code:
    """An expression and the columns its names mean, by the names they had when it was written."""

    formula: Formula
    columns: dict[str, Column]


@dataclass(frozen=True, slots=True)
class TypeUse:
    """A type in use: a system type as it is, or one of the project's with what is said about it here."""

    system: Type | None
    user: Kind | Relation | None = None
    unknown: Key | None = None
    """Schema ("" for none) and name of a type nothing in the project defines."""
    modifiers: tuple[str, ...] = ()
    dimensions: int = 0


@dataclass(eq=False, slots=True)
class Column:
    name: str
    type: TypeUse | None
    place: Place
    default: Formula | None = None
    generated: Code | None = None
    stored: bool = True
    identity: Literal["always", "by default"] | None = None
    auto_increment: bool = False
    certain: bool = True
    parents: int = 0
    """How many parents it comes from; ``local`` when the relation itself defines it too."""
    local: bool = True
    nullable: bool = True
    owner: Relation | None = None


@dataclass(eq=False, slots=True)
class Index:
    """An index; keys are columns or expressions."""

    schema: str
    name: str
    table: Relation
    keys: tuple[Column | Code, ...]
    place: Place
    unique: bool = False
    predicate: Code | None = None
    nulls_distinct: bool = True
    constraint: Constraint | None = None
    labels: tuple[str, ...] = ()
    """What names a copy of the index: of expressions the server's own words, of included columns their names."""


@dataclass(eq=False, slots=True)
class Sequence:
    schema: str
    name: str
    owner: Column | None = None


@dataclass(eq=False, slots=True)
class Constraint:
    """A table's constraint; a foreign key's ``target`` is None where the parent is unknown, then names stand for it."""

    kind: ConstraintKind
    name: str
    place: Place
    columns: tuple[Column, ...] = ()
    expression: Code | None = None
    enforced: bool = True
    passed_on: bool = True
    """False for NO INHERIT."""
    nulls_distinct: bool = True
    index: Index | None = None
    target: Relation | None = None
    target_name: Key = ("", "")
    references: tuple[Column, ...] = ()
    reference_names: tuple[str, ...] = ()
    parents: int = 0
    local: bool = True


@dataclass(eq=False, slots=True)
class Trigger:
    name: str
    timing: Literal["before", "after", "instead of"]
    events: tuple[str, ...]
    function: Key
    place: Place
    table: Relation | None = None
    """None for a table that the project does not create."""
    routine: Routine | None = None


@dataclass(eq=False, slots=True)
class Relation:
    """A table, view or composite type."""

    schema: str
    name: str
    kind: RelationKind
    place: Place
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    parents: tuple[Relation, ...] = ()
    children: tuple[Relation, ...] = ()
    partition: bool = False
    partition_keys: tuple[Column | None, ...] = ()
    """What a partitioned table is partitioned by; None for an expression."""
    complete: bool = True
    certain: bool = True
    temporary: bool = False
    of_type: Relation | None = None
    uses: tuple[object, ...] = ()
    """What a view's query reads."""
    history: list[ColumnEvent] = field(default_factory=list)
    made: int = 0

    seen: tuple[tuple[Column, ...], bool, int] | None = None
    """What ``shown`` was made from."""
    shown: Columns = field(default_factory=lambda: Columns((), True))
    """The columns as queries see them."""
    _named: tuple[tuple[Column, ...], dict[str, Column]] = field(default_factory=lambda: ((), {}))

    def column(self, name: str) -> Column | None:
        """The column of that name; whoever renames one replaces ``columns``, so that the names are read anew."""
        if self._named[0] is not self.columns:
            self._named = (self.columns, {column.name: column for column in self.columns})
        return self._named[1].get(name)

    def constraint(self, name: str) -> Constraint | None:
        return next((one for one in self.constraints if one.name == name), None)

    @property
    def primary(self) -> Constraint | None:
        return next((one for one in self.constraints if one.kind == "primary"), None)


Named: TypeAlias = Relation | Index | Sequence


@dataclass(eq=False, slots=True)
class Kind:
    """An enum, domain, range or base type."""

    schema: str
    name: str
    kind: KindWord
    place: Place
    values: tuple[str, ...] = ()
    base: TypeUse | None = None
    nullable: bool = True
    default: Formula | None = None
    checks: tuple[Constraint, ...] = ()
    complete: bool = True
    multirange: Kind | None = None
    made: int = 0


@dataclass(frozen=True, slots=True)
class Argument:
    name: str | None
    type: TypeUse
    mode: ArgumentMode
    has_default: bool = False


@dataclass(eq=False, slots=True)
class Routine:
    schema: str
    name: str
    kind: Literal["function", "procedure", "aggregate"]
    arguments: tuple[Argument, ...]
    returns: TypeUse | None
    returns_set: bool
    language: str
    place: Place
    definition: CreateFunction | None = None
    """What made it; its body is read only when somebody asks."""
    certain: bool = True
    made: int = 0

    @property
    def inputs(self) -> tuple[TypeUse, ...]:
        return tuple(one.type for one in self.arguments if one.mode in ("in", "inout", "variadic"))
