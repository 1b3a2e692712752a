"""Schemas, the search path, sequences, and functions called for what they do to the schema."""

from __future__ import annotations

from typing import TypeVar

from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Column, Key, Sequence, TypeUse
from dblint.catalog.replay.state import TEMPORARY, State
from dblint.sql.definitions import ObjectName
from dblint.sql.statements import Call, CreateSchema, CreateSequence, RenameSchema, SetSearchPath

_Value = TypeVar("_Value")


def create_schema(state: State, statement: CreateSchema) -> None:
    if state.schemas.get(statement.name, False):
        if statement.if_not_exists:
            return
        raise RefusedError(f'schema "{statement.name}" already exists')
    state.journal.put(state.schemas, statement.name, True)


def rename_schema(state: State, statement: RenameSchema) -> None:
    old, new = statement.name, statement.now
    if not state.schemas.get(old, False) or state.schemas.get(new, False):
        raise RefusedError(f'schema "{old}" cannot be renamed')
    state.types_renamed += 1
    state.journal.put(state.schemas, old, False)
    state.journal.put(state.schemas, new, True)
    for named in _moved(state, state.relations, old, new):
        state.journal.set(named, "schema", new)
    for kind in _moved(state, state.kinds, old, new):
        state.journal.set(kind, "schema", new)
    for overloads in _moved(state, state.routines, old, new):
        for routine in overloads:
            state.journal.set(routine, "schema", new)
    _moved(state, state.constraint_names, old, new)


def _moved(state: State, mapping: dict[Key, _Value], old: str, new: str) -> list[_Value]:
    """The values whose keys now stand under the new schema."""
    found = [(key, value) for key, value in mapping.items() if key[0] == old]
    for key, value in found:
        state.journal.remove(mapping, key)
        state.journal.put(mapping, (new, key[1]), value)
    return [value for _, value in found]


def set_search_path(state: State, statement: SetSearchPath) -> None:
    state.path = statement.path if statement.path is not None else state.default_path


def create_sequence(state: State, statement: CreateSequence) -> None:
    schema = TEMPORARY if statement.temporary else state.home(statement.name)
    if not state.free(schema, statement.name.name):
        if statement.if_not_exists and (schema, statement.name.name) in state.relations:
            return
        raise RefusedError(f'relation "{statement.name.name}" already exists')
    state.put(Sequence(schema, statement.name.name))


def call(state: State, statement: Call) -> None:
    """PostGIS's way to add a column."""
    arguments = [one for one in statement.arguments if one is not None]
    if statement.routine.name == "addgeometrycolumn" and len(arguments) >= 5:
        _geometry_column(state, statement, arguments)


def _geometry_column(state: State, statement: Call, arguments: list[str]) -> None:
    at = next((index for index, one in enumerate(arguments) if one.lstrip("-").isdigit()), 0)
    names = arguments[:at]
    if len(names) < 2:
        return
    schema = names[-3] if len(names) > 2 else None
    relation = state.relation(ObjectName(schema, names[-2], statement.place))
    if relation is None or relation.column(names[-1]) is not None:
        return
    srid, shape = arguments[at], arguments[at + 1] if len(arguments) > at + 1 else "geometry"
    use = TypeUse(None, None, ("", "geometry"), (shape.capitalize(), srid), 0)
    column = Column(names[-1], use, statement.place, owner=relation)
    state.journal.set(relation, "columns", (*relation.columns, column))
    state.column_event(relation, "added", column.name, statement.place)
