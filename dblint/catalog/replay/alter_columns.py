"""Actions of ALTER TABLE on columns and their attributes, children included."""

from __future__ import annotations

from dblint.catalog.replay import (
    alter_constraints,
    attaching,
    columns,
    constraints,
    drops,
    types,
)
from dblint.catalog.replay.code import constant
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Column, Relation, TypeUse
from dblint.catalog.replay.state import State, is_table
from dblint.source import Place
from dblint.sql import actions as a
from dblint.sql.definitions import ColumnDefinition
from dblint.sql.statements import AlterRelation


def children(relation: Relation, statement: AlterRelation) -> tuple[Relation, ...]:
    return () if statement.only else relation.children


def add_column(state: State, relation: Relation, action: a.AddColumn, statement: AlterRelation) -> None:
    definition = action.column
    if relation.column(definition.name) is not None:
        if action.if_not_exists:
            return
        raise RefusedError(f'column "{definition.name}" of relation "{relation.name}" already exists')
    if relation.kind in ("view", "materialized view"):
        raise RefusedError(f'"{relation.name}" is not a table')
    if relation.partition:
        raise RefusedError("cannot add column to a partition")
    column = _added(state, relation, definition)
    place_at(state, relation, column, action.after)
    for child in children(relation, statement):
        _add_to_child(state, child, column)
    columns.complete(state, relation, column, definition)
    for child in children(relation, statement):
        _inherit_expression(state, child, column)
    given = [*columns.implied_not_null(column, definition), *definition.constraints]
    constraints.add_all(state, relation, given)


def _added(state: State, relation: Relation, definition: ColumnDefinition) -> Column:
    column = columns.make(state, relation, definition)
    columns.append(state, relation, column, "added")
    return column


def place_at(state: State, relation: Relation, column: Column, after: str | None) -> None:
    """MySQL's position: "" is the first, None leaves the column where it is."""
    if after is None:
        return
    rest = [one for one in relation.columns if one is not column]
    at = next((index + 1 for index, one in enumerate(rest) if one.name == after), 0 if after == "" else len(rest))
    state.journal.set(relation, "columns", (*rest[:at], column, *rest[at:]))


def _add_to_child(state: State, child: Relation, column: Column) -> None:
    existing = child.column(column.name)
    if existing is not None:
        columns.merge(state, existing, column)
        return
    columns.append(state, child, columns.inherit(state, child, column), "added")
    for grandchild in child.children:
        _add_to_child(state, grandchild, column)


def _inherit_expression(state: State, child: Relation, column: Column) -> None:
    mine = child.column(column.name)
    if mine is None or mine.local:
        return
    state.journal.set(mine, "default", column.default)
    if column.generated is not None:
        found = {name: child.column(name) or used for name, used in column.generated.columns.items()}
        state.journal.set(mine, "generated", type(column.generated)(column.generated.formula, found))
        state.journal.set(mine, "stored", column.stored)
    for grandchild in child.children:
        _inherit_expression(state, grandchild, column)


def drop_column(state: State, relation: Relation, action: a.DropColumn, statement: AlterRelation) -> None:
    column = relation.column(action.name)
    if column is None:
        if not relation.complete:
            state.column_event(relation, "dropped", action.name, action.place)
        if action.if_exists or not relation.complete:
            return
        raise RefusedError(f'column "{action.name}" of relation "{relation.name}" does not exist')
    if column.parents:
        raise RefusedError(f'cannot drop inherited column "{action.name}"')
    if column in relation.partition_keys:
        raise RefusedError(f'cannot drop column "{action.name}" because it is part of the partition key')
    if statement.only:
        for child in relation.children:
            inherited = child.column(action.name)
            if inherited is not None:
                state.journal.set(inherited, "local", True)
    drops.remove(state, [column], action.cascade, action.place)


def rename_column(state: State, relation: Relation, action: a.RenameColumn, statement: AlterRelation) -> None:
    column = relation.column(action.name)
    if column is None:
        if relation.complete:
            raise RefusedError(f'column "{action.name}" does not exist')
        column = Column(action.name, None, action.place, owner=relation)
        state.journal.set(relation, "columns", (*relation.columns, column))
    if relation.column(action.now) is not None:
        raise RefusedError(f'column "{action.now}" of relation "{relation.name}" already exists')
    if column.parents and statement.name.name == relation.name:
        raise RefusedError(f'cannot rename inherited column "{action.name}"')
    state.journal.set(column, "name", action.now)
    state.journal.set(relation, "columns", (*relation.columns,))
    state.column_event(relation, "renamed", action.name, action.place, action.now)
    for child in relation.children:
        if child.column(action.name) is not None:
            rename_column(state, child, action, statement)


def retype(state: State, relation: Relation, action: a.RetypeColumn, statement: AlterRelation) -> None:
    column = columns.known(state, relation, action.name)
    if column.parents and statement.name.name == relation.name:
        raise RefusedError(f'cannot alter inherited column "{action.name}"')
    if any(isinstance(user, Relation) and _view(user) and drops.alive(state, user) for user in state.users_of(column)):
        raise RefusedError("cannot alter type of a column used by a view or rule")
    if column in relation.partition_keys:
        raise RefusedError(f'cannot alter column "{action.name}" because it is part of the partition key')
    type_ = types.resolve(state, action.type, action.place)
    _give_type(state, relation, column, type_, action.place)
    for child in relation.children:
        if child.column(action.name) is not None:
            retype(state, child, action, statement)


def _view(user: object) -> bool:
    return isinstance(user, Relation) and user.kind in ("view", "materialized view")


def _give_type(state: State, relation: Relation, column: Column, type_: TypeUse, place: Place) -> None:
    types.depends_no_more(state, column, column.type)
    state.journal.set(column, "type", type_)
    state.journal.set(relation, "columns", (*relation.columns,))
    types.depends(state, column, type_)
    shown = types.plain(type_, state.default_path)
    state.column_event(relation, "retyped", column.name, place, shown.text if shown is not None else None)


def change_column(state: State, relation: Relation, action: a.ChangeColumn, statement: AlterRelation) -> None:
    """MySQL's MODIFY and CHANGE."""
    column = columns.known(state, relation, action.name)
    definition = action.column
    if definition.name != action.name:
        rename = a.RenameColumn(action.name, definition.name, action.place)
        rename_column(state, relation, rename, statement)
    fresh = columns.make(state, relation, definition)
    if types.plain(column.type, state.default_path) != types.plain(fresh.type, state.default_path):
        shown = types.plain(fresh.type, state.default_path)
        state.column_event(relation, "retyped", column.name, action.place, shown.text if shown is not None else None)
    for name in ("type", "default", "stored", "identity", "auto_increment", "generated"):
        state.journal.set(column, name, getattr(fresh, name))
    state.journal.set(relation, "columns", (*relation.columns,))
    existing = attaching.not_null(relation, column)
    if existing is not None and (relation.primary is None or column not in relation.primary.columns):
        attaching.detach(state, relation, existing)
    columns.complete(state, relation, column, definition)
    constraints.add_all(state, relation, definition.constraints)
    place_at(state, relation, column, action.after)


def set_default(state: State, relation: Relation, action: a.SetDefault, statement: AlterRelation) -> None:
    column = columns.known(state, relation, action.column)
    if column.generated is not None or (column.identity is not None and is_table(relation)):
        raise RefusedError(f'column "{action.column}" of relation "{relation.name}" is generated or an identity')
    state.journal.set(column, "default", constant(action.default, column.type))
    for child in children(relation, statement):
        if child.column(action.column) is not None:
            set_default(state, child, action, statement)


def set_nullable(state: State, relation: Relation, action: a.SetNullable, statement: AlterRelation) -> None:
    column = columns.known(state, relation, action.column)
    if not is_table(relation):
        raise RefusedError(f'"{relation.name}" is not a table')
    if not action.nullable:
        constraints.set_not_null(state, relation, column)
        return
    existing = attaching.not_null(relation, column)
    if existing is not None:
        alter_constraints.release_not_null(state, relation, existing, column)
    elif not relation.complete:
        state.journal.set(column, "nullable", True)


def set_identity(state: State, relation: Relation, action: a.SetIdentity, statement: AlterRelation) -> None:
    column = columns.known(state, relation, action.column)
    if action.adds:
        if column.identity is not None or column.default is not None or column.nullable:
            raise RefusedError(f'column "{action.column}" cannot become an identity column')
        columns.own_sequence(state, relation, column)
    elif column.identity is None:
        if action.if_exists or not relation.complete:
            return
        raise RefusedError(f'column "{action.column}" of relation "{relation.name}" is not an identity column')
    elif action.identity is None:
        for sequence in columns.owned(state, column):
            state.forget(sequence)
    state.journal.set(column, "identity", action.identity)


def set_expression(state: State, relation: Relation, action: a.SetExpression, statement: AlterRelation) -> None:
    column = columns.known(state, relation, action.column)
    if column.generated is None:
        if action.if_exists or not relation.complete:
            return
        raise RefusedError(f'column "{action.column}" of relation "{relation.name}" is not a generated column')
    if action.expression is None and not column.stored:
        raise RefusedError("DROP EXPRESSION is not supported for virtual generated columns")
    made = columns.generated(relation, column, action.expression) if action.expression is not None else None
    state.journal.set(column, "generated", made)
    for child in children(relation, statement):
        if child.column(action.column) is not None:
            set_expression(state, child, action, statement)
