"""The catalog: the schema that is true after the last migration, as plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dblint.source import Place

Dialect = Literal["postgres", "mysql", "sqlite"]
TableKind = Literal["table", "partitioned table", "foreign table", "view", "materialized view"]
TypeKind = Literal["base", "enum", "domain", "composite", "range", "opaque"]
ArgumentMode = Literal["in", "out", "inout", "variadic", "table"]
EventKind = Literal["created", "added", "renamed", "retyped", "dropped"]


@dataclass(frozen=True, slots=True)
class Type:
    """A column's or argument's type.

    ``name`` is the name ``format_type`` prints without modifiers and dimensions (``timestamp with time zone``,
    ``character varying``); ``schema`` is set for user types only. ``opaque`` is a type nothing in the project defines
    (an extension's): dblint knows its name and no more.
    """

    name: str
    kind: TypeKind = "base"
    schema: str | None = None
    modifiers: tuple[str, ...] = ()
    dimensions: int = 0
    text: str = ""
    """What PostgreSQL's ``format_type`` prints: ``character varying(5)``, ``integer[]``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``type`` is None where inference of a view's column ends; ``nullable`` is false in primary keys.

    ``certain`` is false for what only a conditional DO block makes; ``filled`` is true where a BEFORE INSERT trigger
    may give the value.
    """

    name: str
    type: Type | None
    place: Place
    nullable: bool = True
    default: str | None = None
    generated: str | None = None
    stored: bool = True
    identity: Literal["always", "by default"] | None = None
    auto_increment: bool = False
    certain: bool = True
    filled: bool = False

    @property
    def has_value(self) -> bool:
        """The default is there and not NULL."""
        return self.default is not None and self.default.upper() != "NULL"

    @property
    def required(self) -> bool:
        """An insert without this column is refused."""
        return not (
            self.nullable
            or self.has_value
            or self.generated is not None
            or self.identity is not None
            or self.auto_increment
            or self.filled
        )


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint, of a table or a domain."""

    name: str | None
    expression: str
    place: Place
    enforced: bool = True
    """False for NOT ENFORCED; a NOT VALID constraint is enforced on new rows and stays true here."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    columns: tuple[str, ...]
    schema: str
    table: str
    references: tuple[str, ...]
    place: Place
    name: str | None = None


@dataclass(frozen=True, slots=True)
class UniqueIndex:
    """A unique index: column names or expressions in order, and its WHERE."""

    name: str | None
    keys: tuple[str, ...]
    predicate: str | None
    place: Place
    nulls_distinct: bool = True


@dataclass(frozen=True, slots=True)
class ColumnEvent:
    """What happened to a column; ``order`` counts statements over all files, ``now`` is the new name or type."""

    kind: EventKind
    column: str
    order: int
    place: Place
    now: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """What happened to a table, type or function; ``now`` is its qualified new name after a rename."""

    kind: EventKind
    what: Literal["table", "type", "function"]
    schema: str
    name: str
    order: int
    place: Place
    now: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A relation with columns.

    ``complete`` is false where the project shows only a part of it (a table it only ALTERs, a view whose star
    cannot be resolved): then an absent column proves nothing. ``certain`` is false where only a conditional DO
    block makes it.
    ``history`` holds the events of its columns, also of those long gone, under the names they had then.
    """

    schema: str
    name: str
    kind: TableKind
    columns: tuple[Column, ...]
    place: Place
    primary_key: tuple[str, ...] | None = None
    unique: tuple[tuple[str, ...], ...] = ()
    unique_indexes: tuple[UniqueIndex, ...] = ()
    checks: tuple[Check, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    complete: bool = True
    certain: bool = True
    history: tuple[ColumnEvent, ...] = ()
    strict: bool = False
    """SQLite's STRICT: its columns hold values of their types alone."""
    nulls_not_distinct: tuple[tuple[str, ...], ...] = ()
    """Those of ``unique`` for which a NULL is a value like others."""

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class EnumType:
    schema: str
    name: str
    values: tuple[str, ...]
    place: Place
    complete: bool = True
    """False where a value may have been added that dblint could not read."""


@dataclass(frozen=True, slots=True)
class Domain:
    schema: str
    name: str
    type: Type
    nullable: bool
    checks: tuple[Check, ...]
    place: Place
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Composite:
    schema: str
    name: str
    columns: tuple[Column, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Argument:
    name: str | None
    type: Type
    mode: ArgumentMode
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class FunctionUse:
    """A table a function's body touches, and the columns of it that are surely meant."""

    schema: str | None
    table: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    schema: str
    name: str
    kind: Literal["function", "procedure", "aggregate"]
    arguments: tuple[Argument, ...]
    returns: Type | None
    returns_set: bool
    language: str
    place: Place
    uses: tuple[FunctionUse, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Trigger:
    schema: str
    table: str
    name: str
    timing: Literal["before", "after", "instead of"]
    events: tuple[str, ...]
    function: str
    place: Place
    fills: frozenset[str] | None = None
    """The columns of NEW that its function may set; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A statement that could not be read; it costs that statement only.

    ``words`` are the words of its text in lower case: what it may be about. ``template`` says that some of its words
    are only known once a template or a client has filled them in.
    """

    place: Place
    reason: str
    words: frozenset[str] = frozenset()
    template: bool = False

    def may_concern(self, table: str, column: str | None = None) -> bool:
        """The statement may make or change the table, or the column of it."""
        names_table = self.template or table.lower() in self.words
        return names_table and (column is None or column.lower() in self.words)


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A file that discovery saw, taken or left, and why."""

    path: str
    taken: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything the SQL files leave standing, and the way it came to be.

    ``unsure`` holds the (schema, name) of relations a dynamic statement may have made or changed; names are folded
    as the server folds them. ``dynamic`` is true where a statement whose text is only known at run time may have
    touched anything.
    """

    dialect: Dialect
    search_path: tuple[str, ...] = ("public",)
    tables: tuple[Table, ...] = ()
    enums: tuple[EnumType, ...] = ()
    domains: tuple[Domain, ...] = ()
    composites: tuple[Composite, ...] = ()
    functions: tuple[Function, ...] = ()
    former_functions: tuple[Function, ...] = ()
    """Functions as they were before a statement dropped them, in the order of their going."""
    triggers: tuple[Trigger, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: tuple[SchemaFile, ...] = ()
    events: tuple[ObjectEvent, ...] = ()
    schemas: tuple[str, ...] = ()
    """The schemas the project itself creates, ``public`` included."""
    unsure: frozenset[tuple[str, str]] = frozenset()
    dynamic: bool = False
    functions_elsewhere: frozenset[str] = frozenset()
    """Lower-case names of functions that SQL outside the schema's files creates: in code, or in files left out."""
    functions_beside: frozenset[str] = frozenset()
    """Those of them that stand in SQL files nobody asked about: another schema's functions of that name."""
    claimed: frozenset[str] = frozenset()
    """Names no statement makes that the project's own code uses as tables: somebody may have made them by hand."""
    _by_name: dict[tuple[str, str], Table] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_name.update({(table.schema, table.name): table for table in self.tables})

    def table(self, schema: str | None, name: str) -> Table | None:
        """The table of that name: in the schema given, else the first on the search path."""
        for place in (schema,) if schema is not None else self.search_path:
            found = self._by_name.get((place, name))
            if found is not None:
                return found
        return None

    def enum(self, type_: Type) -> EnumType | None:
        """The enum a column type means, itself or as an array's element."""
        if type_.kind != "enum":
            return None
        return next((enum for enum in self.enums if (enum.schema, enum.name) == (type_.schema, type_.name)), None)

    def domain(self, type_: Type) -> Domain | None:
        if type_.kind != "domain":
            return None
        return next((one for one in self.domains if (one.schema, one.name) == (type_.schema, type_.name)), None)
