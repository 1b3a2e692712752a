"""The working state of a MySQL or SQLite replay: tables that statements change, names compared without case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from dblint.catalog.model import (
    Check,
    Column,
    ColumnEvent,
    EventKind,
    ForeignKey,
    TableKind,
    Type,
    UniqueIndex,
)
from dblint.source import Place
from dblint.sql.definitions import (
    CheckConstraint,
    ColumnDefinition,
    Constraint,
    Formula,
    NotNull,
    PrimaryKey,
    References,
    TypeName,
    Unique,
)
from dblint.sql.expression_text import text as expression_text
from dblint.sql.statements import CreateIndex


class RefusedError(Exception):
    """The server would refuse the statement, which then has no effect."""


@dataclass(slots=True)
class Key:
    """A unique constraint and the name it goes by."""

    name: str | None
    columns: tuple[str, ...]


@dataclass(slots=True)
class WorkTable:
    """A table on its way.

    ``values`` maps an enum column to its members, ``written_at`` a constraint's place to the column it is written at.
    """

    schema: str
    name: str
    kind: TableKind
    place: Place
    columns: list[Column] = field(default_factory=list)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    primary_key: tuple[str, ...] | None = None
    unique: list[Key] = field(default_factory=list)
    indexes: list[UniqueIndex] = field(default_factory=list)
    others: list[UniqueIndex] = field(default_factory=list)
    """Indexes that are not unique: they have a say in which columns may go."""
    checks: list[Check] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    complete: bool = True
    temporary: bool = False
    strict: bool = False
    history: list[ColumnEvent] = field(default_factory=list)
    written_at: dict[Place, str] = field(default_factory=dict)

    def position(self, name: str) -> int | None:
        return next((at for at, one in enumerate(self.columns) if same(one.name, name)), None)

    def require(self, name: str) -> int:
        at = self.position(name)
        if at is None:
            raise RefusedError(f"no column {name}")
        return at

    def named(self, name: str) -> str:
        """The column's name as it was written where it was made."""
        at = self.position(name)
        return name if at is None else self.columns[at].name

    def note(self, kind: EventKind, column: str, order: int, place: Place, now: str | None = None) -> None:
        self.history.append(ColumnEvent(kind, column, order, place, now))

    # Columns

    def add(self, definition: ColumnDefinition, after: str | None = None) -> None:
        if self.position(definition.name) is not None:
            raise RefusedError(f"{definition.name} is there already")
        self._insert(column(definition), after)
        self._remember(definition)

    def change(self, name: str, definition: ColumnDefinition, after: str | None) -> None:
        """MySQL's CHANGE: the column is what the definition says; its keys stay."""
        at = self.require(name)
        if not same(name, definition.name):
            self.rename_column(name, definition.name)
        made = column(definition)
        if self.primary_key is not None and any(same(made.name, key) for key in self.primary_key):
            made = replace(made, nullable=False)
        self.columns[at] = made
        if after is not None:
            del self.columns[at]
            self._insert(made, after)
        self._remember(definition)

    def _insert(self, made: Column, after: str | None) -> None:
        at = len(self.columns) if after is None else 0 if after == "" else self.require(after) + 1
        self.columns.insert(at, made)

    def _remember(self, definition: ColumnDefinition) -> None:
        self.values.pop(definition.name.lower(), None)
        if definition.type is not None and definition.type.values and definition.type.name == "enum":
            self.values[definition.name.lower()] = definition.type.values
        for constraint in definition.constraints:
            self.written_at[constraint.place] = definition.name
            self.constrain(constraint)

    def update(self, name: str, changed: Callable[[Column], Column]) -> None:
        at = self.require(name)
        self.columns[at] = changed(self.columns[at])

    def drop_column(self, name: str, keyed: bool) -> None:
        """The column goes, with the constraints written at it.

        MySQL takes it out of every key (``keyed``), and a key without columns goes too; SQLite refuses.

        Raises:
            RefusedError: something else needs the column, or it is the last.
        """
        gone = self.require(name)
        self.checks = [one for one in self.checks if not same(self.written_at.get(one.place), name)]
        if not keyed:
            self.foreign_keys = [one for one in self.foreign_keys if not same(self.written_at.get(one.place), name)]
        if len(self.columns) == 1 or self._is_needed(name) or (not keyed and self._is_key(name)):
            raise RefusedError(f"{name} is needed")
        del self.columns[gone]
        self.values.pop(name.lower(), None)
        self.unique = [
            Key(one.name, kept)
            for one in self.unique
            if (kept := tuple(key for key in one.columns if not same(key, name)))
        ]
        self.indexes = [one for one in self.indexes if not any(same(key, name) for key in one.keys)]
        if self.primary_key is not None:
            self.primary_key = tuple(key for key in self.primary_key if not same(key, name)) or None

    def _is_needed(self, name: str) -> bool:
        formulas = [one.expression for one in self.checks]
        formulas += [one.generated for one in self.columns if one.generated is not None and not same(one.name, name)]
        if any(mentions(formula, name) for formula in formulas):
            return True
        return any(same(key, name) for one in self.foreign_keys for key in one.columns)

    def _is_key(self, name: str) -> bool:
        keys = [*(self.primary_key or ()), *(key for one in self.unique for key in one.columns)]
        keys += [key for one in (*self.indexes, *self.others) for key in (*one.keys, one.predicate or "")]
        return any(mentions(key, name) for key in keys)

    def rename_column(self, name: str, now: str) -> None:
        at = self.require(name)
        taken = self.position(now)
        if taken is not None and taken != at:
            raise RefusedError(f"{now} is there already")
        self.columns[at] = replace(self.columns[at], name=now)
        if name.lower() in self.values:
            self.values[now.lower()] = self.values.pop(name.lower())
        self._rename_in_keys(name, now)

    def _rename_in_keys(self, name: str, now: str) -> None:
        def renamed(names: Iterable[str]) -> tuple[str, ...]:
            return tuple(now if same(one, name) else one for one in names)

        def rewritten(formula: str) -> str:
            return _word(name).sub(now, formula)

        def over(index: UniqueIndex) -> UniqueIndex:
            predicate = rewritten(index.predicate) if index.predicate else None
            return replace(index, keys=tuple(rewritten(key) for key in index.keys), predicate=predicate)

        self.primary_key = renamed(self.primary_key) if self.primary_key is not None else None
        self.unique = [Key(one.name, renamed(one.columns)) for one in self.unique]
        self.indexes = [over(one) for one in self.indexes]
        self.others = [over(one) for one in self.others]
        self.written_at = {place: now if same(one, name) else one for place, one in self.written_at.items()}
        self.checks = [replace(one, expression=rewritten(one.expression)) for one in self.checks]
        self.foreign_keys = [replace(one, columns=renamed(one.columns)) for one in self.foreign_keys]
        self.columns = [
            replace(one, generated=rewritten(one.generated)) if one.generated is not None else one
            for one in self.columns
        ]

    # Constraints

    def constrain(self, constraint: Constraint) -> None:
        """Takes a constraint on."""
        if isinstance(constraint, NotNull):
            self.update(constraint.column, lambda one: replace(one, nullable=False))
        elif isinstance(constraint, PrimaryKey):
            self._take_primary_key(constraint)
        elif isinstance(constraint, Unique):
            columns = tuple(self.columns[self.require(one)].name for one in constraint.columns)
            self.unique.append(Key(constraint.name, columns))
        elif isinstance(constraint, CheckConstraint):
            formula = written(constraint.expression) or ""
            self.checks.append(Check(constraint.name, formula, constraint.place, constraint.enforced))
        elif isinstance(constraint, References):
            self.foreign_keys.append(self._foreign_key(constraint))

    def _take_primary_key(self, constraint: PrimaryKey) -> None:
        if self.primary_key is not None:
            raise RefusedError("there is a primary key already")
        self.primary_key = tuple(self.columns[self.require(one)].name for one in constraint.columns)

    def _foreign_key(self, one: References) -> ForeignKey:
        columns = tuple(self.columns[self.require(name)].name for name in one.columns)
        schema = one.table.schema if one.table.schema is not None else self.schema
        return ForeignKey(columns, schema, one.table.name, one.references, one.place, one.name)

    def index(self, statement: CreateIndex) -> None:
        """Takes a unique index on; one over plain columns is as good as a constraint, but keeps its name."""
        keys = tuple(
            self.columns[self.require(key.column)].name if key.column is not None else written(key.expression) or ""
            for key in statement.keys
        )
        made = UniqueIndex(statement.name, keys, written(statement.predicate), statement.place)
        (self.indexes if statement.unique else self.others).append(made)

    def drop_constraint(self, name: str | None) -> bool:
        """Takes a constraint off by its name, or the primary key; whether there was one."""
        if name is None:
            found = self.primary_key is not None
            self.primary_key = None
            return found
        before = len(self.unique) + len(self.indexes) + len(self.checks) + len(self.foreign_keys)
        self.others = [one for one in self.others if not same(one.name, name)]
        self.unique = [one for one in self.unique if not same(one.name, name)]
        self.indexes = [one for one in self.indexes if not same(one.name, name)]
        self.checks = [one for one in self.checks if not same(one.name, name)]
        self.foreign_keys = [one for one in self.foreign_keys if not same(one.name, name)]
        return before > len(self.unique) + len(self.indexes) + len(self.checks) + len(self.foreign_keys)

    def rename_constraint(self, name: str, now: str) -> None:
        self.unique = [Key(now, one.columns) if same(one.name, name) else one for one in self.unique]
        self.indexes = [replace(one, name=now) if same(one.name, name) else one for one in self.indexes]


def same(one: str | None, other: str | None) -> bool:
    """Whether two names are one to a server that does not mind case."""
    return one is not None and other is not None and one.lower() == other.lower()


def mentions(formula: str, name: str) -> bool:
    """Whether an expression names the column."""
    return _word(name).search(formula) is not None


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.']){re.escape(name)}(?![\w'(])", re.IGNORECASE)


def column(definition: ColumnDefinition) -> Column:
    """The column of a definition, without its constraints but for the primary key's NOT NULL."""
    keyed = any(isinstance(one, PrimaryKey) for one in definition.constraints)
    return Column(
        definition.name,
        type_of(definition.type),
        definition.place,
        nullable=not keyed or definition.nullable is True,
        default=written(definition.default),
        generated=written(definition.generated),
        stored=definition.stored,
        identity=definition.identity,
        auto_increment=definition.auto_increment,
    )


def type_of(type_: TypeName | None) -> Type:
    """The type as the server shows it: modifiers after the first word, MySQL's ``unsigned`` behind them."""
    if type_ is None:
        return Type("", text="")
    if type_.values is not None:
        members = ",".join("'" + value.replace("'", "''") + "'" for value in type_.values)
        modifiers = () if type_.name == "enum" else type_.values
        return Type(type_.name, "base", None, modifiers, 0, f"{type_.name}({members})")
    given = f"({','.join(type_.modifiers)})" if type_.modifiers else ""
    head, space, tail = type_.name.partition(" unsigned")
    return Type(type_.name, "base", None, type_.modifiers, 0, head + given + space + tail)


def written(formula: Formula | None) -> str | None:
    """An expression's text."""
    return formula if formula is None or isinstance(formula, str) else expression_text(formula)
