"""Columns: made from their definitions, with what serial and identity bring along; copied, merged and renamed."""

from __future__ import annotations

from collections.abc import Sequence

from dblint.catalog.model import ColumnEvent, EventKind
from dblint.catalog.replay import naming, types
from dblint.catalog.replay.code import code, constant
from dblint.catalog.replay.journal import AbsentColumnError, RefusedError
from dblint.catalog.replay.objects import Code, Column, Constraint, Relation, TypeUse
from dblint.catalog.replay.objects import Sequence as SequenceObject
from dblint.catalog.replay.state import State
from dblint.catalog.type_names import SERIALS
from dblint.source import Place
from dblint.sql.definitions import ColumnDefinition, Formula, NotNull, PrimaryKey, TypeName
from dblint.sql.postgres_quoting import qualified, string

_SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


_COUNTABLE = ("smallint", "integer", "bigint")


def make(state: State, relation: Relation, definition: ColumnDefinition) -> Column:
    """The column of a definition, without its constraints; it is not yet one of the relation's."""
    if definition.type is None:
        raise RefusedError(f'column "{definition.name}" does not exist')
    if definition.name in _SYSTEM_COLUMNS and relation.kind != "composite":
        raise RefusedError(f'column name "{definition.name}" conflicts with a system column name')
    given = [one for one in (definition.default, definition.generated, definition.identity) if one is not None]
    serial = is_serial(definition.type)
    if len(given) + serial > 1:
        raise RefusedError(f'multiple default values specified for column "{definition.name}"')
    type_ = types.resolve(state, _storage(definition.type) if serial else definition.type, definition.place)
    column = Column(
        name=definition.name,
        type=type_,
        place=definition.place,
        default=constant(definition.default, type_),
        stored=definition.stored,
        identity=definition.identity,
        auto_increment=definition.auto_increment,
        owner=relation,
    )
    types.depends(state, column, type_)
    return column


def is_serial(type_: TypeName) -> bool:
    return type_.schema is None and type_.name in SERIALS


def _storage(type_: TypeName) -> TypeName:
    return TypeName(None, SERIALS[type_.name], dimensions=type_.dimensions)


def complete(state: State, relation: Relation, column: Column, definition: ColumnDefinition) -> None:
    """What of a definition needs the relation's other columns, or makes a sequence."""
    if definition.generated is not None:
        state.journal.set(column, "generated", generated(relation, column, definition.generated))
    if definition.type is not None and is_serial(definition.type):
        sequence = own_sequence(state, relation, column)
        name = qualified(None if sequence.schema in state.path else sequence.schema, sequence.name)
        state.journal.set(column, "default", f"nextval({string(name)}::regclass)")
    elif definition.identity is not None:
        own_sequence(state, relation, column)


def generated(relation: Relation, column: Column, formula: Formula) -> Code:
    """The expression of a generated column, which may use no other such column."""
    made = code(formula, relation)
    for used in made.columns.values():
        if used is column or used.generated is not None:
            raise RefusedError(f'cannot use generated column "{used.name}" in column generation expression')
    return made


def own_sequence(state: State, relation: Relation, column: Column) -> SequenceObject:
    """The sequence behind a serial or identity column."""
    use = column.type
    if use is not None and use.unknown is None and (use.system is None or use.system.text not in _COUNTABLE):
        raise RefusedError("identity column type must be smallint, integer, or bigint")
    name = naming.relation_name(state, relation.schema, relation.name, column.name, "seq")
    sequence = SequenceObject(relation.schema, name, column)
    state.put(sequence)
    state.use(sequence, column)
    return sequence


def implied_not_null(column: Column, definition: ColumnDefinition) -> list[NotNull]:
    """The NOT NULL that serial and identity mean; refused where the definition says NULL."""
    required = definition.identity is not None or (definition.type is not None and is_serial(definition.type))
    stated = any(isinstance(one, NotNull | PrimaryKey) for one in definition.constraints)
    if definition.nullable and (required or stated):
        raise RefusedError(f'conflicting NULL/NOT NULL declarations for column "{column.name}"')
    named = any(isinstance(one, NotNull) for one in definition.constraints)
    return [NotNull(definition.place, None, column.name)] if required and not named else []


def fill(state: State, relation: Relation, made: Sequence[Column]) -> None:
    """All columns of a new relation at once."""
    relation.columns = tuple(made)
    relation.history.extend(ColumnEvent("created", one.name, state.order, one.place) for one in made)


def append(state: State, relation: Relation, column: Column, kind: EventKind, place: Place | None = None) -> None:
    """The column becomes the relation's last."""
    if relation.column(column.name) is not None:
        raise RefusedError(f'column "{column.name}" of relation "{relation.name}" already exists')
    state.journal.set(relation, "columns", (*relation.columns, column))
    state.column_event(relation, kind, column.name, place or column.place)


def copy(state: State, relation: Relation, column: Column, place: Place | None = None) -> Column:
    """A plain copy for another relation: name and type; the caller takes over more."""
    made = Column(column.name, column.type, place or column.place, certain=column.certain, owner=relation)
    types.depends(state, made, column.type)
    return made


def inherit(state: State, relation: Relation, column: Column) -> Column:
    """A parent's column in a child: with default and expression, without identity."""
    made = copy(state, relation, column)
    made.default, made.stored = column.default, column.stored
    made.auto_increment = column.auto_increment
    made.parents, made.local = 1, False
    return made


def merge(state: State, existing: Column, column: Column) -> None:
    """A column that a parent has too: same type, one more parent."""
    if not agree(existing.type, column.type):
        raise RefusedError(f'column "{column.name}" has a type conflict')
    state.journal.set(existing, "parents", existing.parents + 1)
    if existing.default is None and existing.generated is None:
        state.journal.set(existing, "default", column.default)


def agree(one: TypeUse | None, other: TypeUse | None) -> bool:
    """The same type with the same modifiers, as far as known."""
    if one is None or other is None:
        return True
    return types.identity(one) == types.identity(other) and _modifiers(one) == _modifiers(other)


def _modifiers(use: TypeUse) -> tuple[str, ...]:
    return use.system.modifiers if use.system is not None else use.modifiers


def owned(state: State, column: Column) -> list[SequenceObject]:
    """The sequences that go with a column."""
    found = (one for one in state.users_of(column) if isinstance(one, SequenceObject))
    return [one for one in found if state.relations.get((one.schema, one.name)) is one]


def constraints_of(relation: Relation, column: Column) -> list[Constraint]:
    """The relation's own constraints that involve the column."""
    return [one for one in relation.constraints if column in one.columns]


def known(state: State, relation: Relation, name: str) -> Column:
    """The relation's column; one of a table known in part is known from now on."""
    found = relation.column(name)
    if found is not None:
        return found
    if relation.complete:
        raise AbsentColumnError(relation.schema, relation.name, name)
    made = Column(name, None, relation.place, owner=relation)
    state.journal.set(relation, "columns", (*relation.columns, made))
    return made
