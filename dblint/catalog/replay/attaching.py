"""Constraints and indexes put on tables and taken off again, with all that depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dblint.catalog.replay.journal import AbsentColumnError, RefusedError
from dblint.catalog.replay.objects import Column, Constraint, Index, Relation
from dblint.catalog.replay.state import State


def column_of(relation: Relation, name: str) -> Column:
    """The column of that name; one made up where the relation is not known in full."""
    found = relation.column(name)
    if found is None:
        if relation.complete:
            raise AbsentColumnError(relation.schema, relation.name, name)
        return Column(name, None, relation.place)
    return found


def columns_of(relation: Relation, names: Iterable[str]) -> tuple[Column, ...]:
    """The relation's columns of these names."""
    return tuple(column_of(relation, name) for name in names)


def check_partition_keys(relation: Relation, keys: Sequence[object]) -> None:
    """A unique key of a partitioned table must hold all that it is partitioned by."""
    if any(column is None or column not in keys for column in relation.partition_keys):
        raise RefusedError("unique constraint on partitioned table must include all partitioning columns")


def make_index(state: State, index: Index) -> Index:
    """The index is its table's now."""
    if not state.free(index.schema, index.name):
        raise RefusedError(f'relation "{index.name}" already exists')
    state.put(index)
    state.journal.set(index.table, "indexes", (*index.table.indexes, index))
    return index


def rename_index(state: State, index: Index, name: str) -> None:
    if not state.free(index.schema, name):
        raise RefusedError(f'relation "{name}" already exists')
    state.forget(index)
    state.journal.set(index, "name", name)
    state.put(index)


def not_null(relation: Relation, column: Column) -> Constraint | None:
    """The column's NOT NULL."""
    return next((one for one in relation.constraints if one.kind == "not null" and one.columns == (column,)), None)


def attach(state: State, relation: Relation, made: Constraint) -> None:
    """The constraint is the relation's now."""
    state.journal.set(relation, "constraints", (*relation.constraints, made))
    state.count_constraint(relation.schema, made.name, +1)
    if made.target is not None:
        for used in (made.target, *made.references):
            state.use(made, used)


def detach(state: State, relation: Relation, gone: Constraint) -> None:
    """The constraint is no more, nor what it alone held: its index, the column's NOT NULL."""
    state.journal.set(relation, "constraints", tuple(one for one in relation.constraints if one is not gone))
    state.count_constraint(relation.schema, gone.name, -1)
    if gone.target is not None:
        for used in (gone.target, *gone.references):
            state.unuse(gone, used)
    if gone.index is not None:
        remove_index(state, gone.index)
    if gone.kind == "not null":
        state.journal.set(gone.columns[0], "nullable", True)


def remove_index(state: State, index: Index) -> None:
    table = index.table
    state.journal.set(table, "indexes", tuple(one for one in table.indexes if one is not index))
    state.forget(index)
