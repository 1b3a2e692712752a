"""Statements that may not run: what they make may exist, what they drop may be gone, and nothing of it is certain."""

from __future__ import annotations

from dblint.catalog.replay import alter
from dblint.catalog.replay.objects import Column, Kind, Relation, Routine
from dblint.catalog.replay.run import apply
from dblint.catalog.replay.state import State
from dblint.sql import actions as a
from dblint.sql.statements import (
    AddEnumValue,
    AlterRelation,
    AlterRoutine,
    AlterType,
    CreateIndex,
    Drop,
    DropRoutine,
    DropTrigger,
    RenameSchema,
    SetSearchPath,
    Statement,
)

_HARMLESS = (CreateIndex, DropTrigger, SetSearchPath, RenameSchema, AlterType, AlterRoutine)
"""Not applied: a key that may be, a trigger that may be gone."""


def apply_possibly(state: State, statement: Statement) -> None:
    """What the statement makes is not certain; what it takes away stays, uncertain."""
    match statement:
        case AlterRelation():
            _alter(state, statement)
        case Drop():
            for name in statement.names:
                found = state.relation(name)
                if found is not None:
                    state.journal.set(found, "certain", False)
        case DropRoutine():
            for routine in statement.routines:
                for schema in state.places(routine.name):
                    for one in state.routines.get((schema, routine.name.name), ()):
                        state.journal.set(one, "certain", False)
        case _ if isinstance(statement, _HARMLESS):
            return
        case _:
            _make(state, statement)


def _make(state: State, statement: Statement) -> None:
    made = apply(state, statement)
    if isinstance(made, Relation | Routine):
        state.journal.set(made, "certain", False)
    elif isinstance(statement, AddEnumValue) and isinstance(made, Kind):
        state.journal.set(made, "complete", False)


def _alter(state: State, statement: AlterRelation) -> None:
    relation = state.relation(statement.name)
    if relation is None:
        if state.foreign(statement.name):
            alter.alter_relation(state, statement)
        return
    for action in statement.actions:
        _act(state, relation, action, statement)


def _act(state: State, relation: Relation, action: a.Action, statement: AlterRelation) -> None:
    match action:
        case a.AddColumn():
            if relation.column(action.column.name) is None:
                alter.apply(state, relation, action, statement)
                _doubt(state, relation, action.column.name)
        case a.DropColumn():
            _doubt(state, relation, action.name)
        case a.RetypeColumn():
            _forget_type(state, relation, action.name)
        case a.RenameColumn():
            _rename(state, relation, action)
        case a.SetDefault() if action.default is not None:
            alter.apply(state, relation, action, statement)
        case a.SetNullable(nullable=True) | a.DropConstraint():
            alter.apply(state, relation, action, statement)
        case a.RenameTo() | a.SetSchema():
            state.journal.set(relation, "certain", False)
            schema = action.schema if isinstance(action, a.SetSchema) else relation.schema
            name = action.now if isinstance(action, a.RenameTo) else relation.name
            state.journal.put(state.unsure, (schema, name), None)


def _doubt(state: State, relation: Relation, name: str) -> None:
    for one in (relation, *relation.children):
        column = one.column(name)
        if column is not None:
            state.journal.set(column, "certain", False)


def _forget_type(state: State, relation: Relation, name: str) -> None:
    """Nobody knows which of the two types it has."""
    for one in (relation, *relation.children):
        column = one.column(name)
        if column is not None:
            state.journal.set(column, "type", None)
            state.journal.set(one, "columns", (*one.columns,))


def _rename(state: State, relation: Relation, action: a.RenameColumn) -> None:
    """Both names may be there."""
    column = relation.column(action.name)
    if column is None or relation.column(action.now) is not None:
        return
    _doubt(state, relation, action.name)
    made = Column(action.now, column.type, action.place, certain=False, owner=relation)
    state.journal.set(relation, "columns", (*relation.columns, made))
    state.column_event(relation, "added", action.now, action.place)
