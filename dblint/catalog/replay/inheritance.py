"""Actions of ALTER TABLE on parents and partitions."""

from __future__ import annotations

from dblint.catalog.replay import (
    alter_constraints,
    columns,
    constraints,
    indexes,
    tables,
)
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Relation
from dblint.catalog.replay.state import State
from dblint.sql import actions as a
from dblint.sql.definitions import ObjectName
from dblint.sql.statements import AlterRelation


def inherit(state: State, relation: Relation, action: a.Inherit, _: AlterRelation) -> None:
    attach_parent(state, relation, action.parent)


def attach_parent(state: State, relation: Relation, name: ObjectName) -> None:
    """INHERIT and ATTACH PARTITION: the child must have all of its parent's columns and CHECKs."""
    parent = state.relation(name)
    if parent is None:
        if state.foreign(name):
            return
        raise RefusedError(f'relation "{name.name}" does not exist')
    if parent in relation.parents:
        raise RefusedError(f'relation "{parent.name}" would be inherited from more than once')
    for column in parent.columns:
        mine = relation.column(column.name)
        if mine is None or not columns.agree(mine.type, column.type):
            raise RefusedError(f'child table is missing column "{column.name}"')
        if not column.nullable and mine.nullable:
            raise RefusedError(f'column "{column.name}" in child table must be marked NOT NULL')
        state.journal.set(mine, "parents", mine.parents + 1)
    for one in parent.constraints:
        if one.kind == "check" and one.passed_on and relation.constraint(one.name) is None:
            raise RefusedError(f'child table is missing constraint "{one.name}"')
    tables.take_parent(state, relation, parent)
    constraints.pass_all(state, parent, relation)


def no_inherit(state: State, relation: Relation, action: a.NoInherit, _: AlterRelation) -> None:
    parent = state.relation(action.parent)
    if parent is None or parent not in relation.parents:
        raise RefusedError(f'relation "{action.parent.name}" is not a parent of relation "{relation.name}"')
    leave_parent(state, relation, parent)


def leave_parent(state: State, relation: Relation, parent: Relation) -> None:
    """What the child has, it keeps as its own."""
    for column in parent.columns:
        mine = relation.column(column.name)
        if mine is not None:
            state.journal.set(mine, "parents", max(0, mine.parents - 1))
            state.journal.set(mine, "local", True)
    for one in parent.constraints:
        inherited = alter_constraints.counterpart(relation, one)
        if inherited is not None:
            state.journal.set(inherited, "parents", max(0, inherited.parents - 1))
            state.journal.set(inherited, "local", True)
    state.journal.set(relation, "parents", tuple(one for one in relation.parents if one is not parent))
    state.journal.set(parent, "children", tuple(one for one in parent.children if one is not relation))


def attach_partition(state: State, relation: Relation, action: a.AttachPartition, statement: AlterRelation) -> None:
    child = state.relation(action.partition)
    if child is None:
        if state.foreign(action.partition):
            return
        raise RefusedError(f'relation "{action.partition.name}" does not exist')
    if relation.kind != "partitioned table" or child.parents:
        raise RefusedError(f'"{child.name}" cannot be attached')
    if relation.complete and any(relation.column(column.name) is None for column in child.columns):
        raise RefusedError(f'table "{child.name}" contains columns not found in parent "{relation.name}"')
    state.journal.set(child, "partition", True)
    attach_parent(state, child, statement.name)
    for column in child.columns:
        above = relation.column(column.name)
        state.journal.set(column, "identity", above.identity if above is not None else None)
    indexes.pass_all(state, relation, child)


def detach_partition(state: State, relation: Relation, action: a.DetachPartition, _: AlterRelation) -> None:
    child = state.relation(action.partition)
    if child is None or child not in relation.children:
        raise RefusedError(f'relation "{action.partition.name}" is not a partition of relation "{relation.name}"')
    leave_parent(state, child, relation)
    state.journal.set(child, "partition", False)
    for column in child.columns:
        state.journal.set(column, "identity", None)
