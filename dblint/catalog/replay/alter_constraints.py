"""Actions of ALTER TABLE on constraints, children included."""

from __future__ import annotations

from dblint.catalog.replay import attaching, columns, constraints, drops
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Column, Constraint, Relation
from dblint.catalog.replay.state import State
from dblint.sql import actions as a
from dblint.sql.definitions import NotNull
from dblint.sql.statements import AlterRelation


def add_constraint(state: State, relation: Relation, action: a.AddConstraint, statement: AlterRelation) -> None:
    if isinstance(action.constraint, NotNull):
        columns.known(state, relation, action.constraint.column)
    constraints.add(state, relation, action.constraint)


def drop_constraint(state: State, relation: Relation, action: a.DropConstraint, statement: AlterRelation) -> None:
    found = relation.primary if action.name is None else relation.constraint(action.name)
    if found is None:
        if action.if_exists or not relation.complete:
            return
        raise RefusedError(f'constraint "{action.name}" of relation "{relation.name}" does not exist')
    if found.parents:
        raise RefusedError(f'cannot drop inherited constraint "{found.name}"')
    if found.kind == "not null":
        release_not_null(state, relation, found, found.columns[0])
        return
    if found.index is not None:
        users = [one for one in state.users_of(found.index) if isinstance(one, Constraint)]
        if users and not action.cascade:
            raise RefusedError(f'cannot drop constraint "{found.name}" because other objects depend on it')
        drops.remove(state, users, True, statement.place)
    drop_passed(state, relation, found)


def release_not_null(state: State, relation: Relation, existing: Constraint, column: Column) -> None:
    if relation.primary is not None and column in relation.primary.columns:
        raise RefusedError(f'column "{column.name}" is in a primary key')
    if column.identity is not None:
        raise RefusedError(f'column "{column.name}" is an identity column')
    if existing.parents:
        raise RefusedError(f'cannot drop inherited constraint "{existing.name}"')
    drop_passed(state, relation, existing)


def drop_passed(state: State, relation: Relation, gone: Constraint) -> None:
    """The constraint goes here, and in the children that only inherit it."""
    attaching.detach(state, relation, gone)
    for child in relation.children:
        inherited = counterpart(child, gone)
        if inherited is not None and inherited.parents:
            state.journal.set(inherited, "parents", inherited.parents - 1)
            if inherited.parents == 0 and not inherited.local:
                drop_passed(state, child, inherited)


def counterpart(child: Relation, gone: Constraint) -> Constraint | None:
    names = [column.name for column in gone.columns]
    if gone.kind == "check":
        return child.constraint(gone.name)
    return next(
        (one for one in child.constraints if one.kind == gone.kind and [c.name for c in one.columns] == names), None
    )


def rename_constraint(state: State, relation: Relation, action: a.RenameConstraint, _: AlterRelation) -> None:
    found = relation.constraint(action.name)
    if found is None:
        if not relation.complete:
            return
        raise RefusedError(f'constraint "{action.name}" for table "{relation.name}" does not exist')
    if found.index is not None:
        attaching.rename_index(state, found.index, action.now)
    give_name(state, relation, found, action.now)


def give_name(state: State, relation: Relation, found: Constraint, now: str) -> None:
    if any(one.name == now for one in relation.constraints if one is not found):
        raise RefusedError(f'constraint "{now}" for relation "{relation.name}" already exists')
    old = found.name
    state.count_constraint(relation.schema, old, -1)
    state.journal.set(found, "name", now)
    state.count_constraint(relation.schema, now, +1)
    for child in relation.children:
        inherited = child.constraint(old)
        if inherited is not None and inherited.parents and found.kind in ("check", "not null"):
            give_name(state, child, inherited, now)


def alter_constraint(state: State, relation: Relation, action: a.AlterConstraint, _: AlterRelation) -> None:
    found = relation.constraint(action.name)
    if found is None:
        if not relation.complete:
            return
        raise RefusedError(f'constraint "{action.name}" of relation "{relation.name}" does not exist')
    if found.kind != "foreign":
        raise RefusedError(f'cannot alter enforceability of constraint "{action.name}"')
    state.journal.set(found, "enforced", action.enforced)
