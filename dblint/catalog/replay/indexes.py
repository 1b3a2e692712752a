"""Indexes: made, named and copied as the server does it."""

from __future__ import annotations

from collections.abc import Sequence

from dblint.catalog.replay import attaching, constraints, naming
from dblint.catalog.replay.code import code, copied
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Code, Column, Constraint, Index, Relation
from dblint.catalog.replay.state import State
from dblint.sql.definitions import IndexKey
from dblint.sql.statements import CreateIndex


def create_index(state: State, statement: CreateIndex) -> Index | None:
    """The index; None where it exists already or its table is not the project's."""
    relation = state.relation(statement.table)
    if relation is None:
        if state.foreign(statement.table):
            return None
        raise RefusedError(f'relation "{statement.table.name}" does not exist')
    if relation.kind not in ("table", "partitioned table", "materialized view"):
        raise RefusedError(f'cannot create index on relation "{relation.name}"')
    if statement.name is not None and not state.free(relation.schema, statement.name):
        if statement.if_not_exists and (relation.schema, statement.name) in state.relations:
            return None
        raise RefusedError(f'relation "{statement.name}" already exists')
    keys = tuple(_key(relation, key) for key in statement.keys)
    labels = (*(key.column or key.label for key in statement.keys), *statement.included)
    name = statement.name or _name(state, relation, labels)
    if statement.unique:
        attaching.check_partition_keys(relation, keys)
    predicate = code(statement.predicate, relation) if statement.predicate is not None else None
    made = attaching.make_index(
        state,
        Index(
            relation.schema,
            name,
            relation,
            keys,
            statement.place,
            statement.unique,
            predicate,
            statement.nulls_distinct,
            labels=labels,
        ),
    )
    for child in relation.children:
        if child.partition:
            pass_index(state, made, child)
    return made


def _key(relation: Relation, key: IndexKey) -> Column | Code:
    if key.column is not None:
        return attaching.column_of(relation, key.column)
    return code(key.expression if key.expression is not None else "", relation)


def _name(state: State, relation: Relation, names: Sequence[str]) -> str:
    middle = naming.joined(naming.distinct(names))
    return naming.relation_name(state, relation.schema, relation.name, middle, "idx")


def _labels(index: Index) -> list[str]:
    """The names of an index's columns today."""
    named = [key.name if isinstance(key, Column) else index.labels[at] for at, key in enumerate(index.keys)]
    return [*named, *index.labels[len(named) :]]


def pass_all(state: State, parent: Relation, child: Relation) -> None:
    """A partition gets its parent's indexes that are no constraints."""
    for index in parent.indexes:
        if index.constraint is None:
            pass_index(state, index, child)


def pass_index(state: State, index: Index, child: Relation) -> None:
    own = {column: attaching.column_of(child, column.name) for column in index.table.columns}
    keys = tuple(copied(key, own) if isinstance(key, Code) else own[key] for key in index.keys)
    predicate = copied(index.predicate, own) if index.predicate is not None else None
    if index.unique:
        attaching.check_partition_keys(child, keys)
    made = Index(
        child.schema,
        _name(state, child, _labels(index)),
        child,
        keys,
        index.place,
        index.unique,
        predicate,
        index.nulls_distinct,
        labels=tuple(_labels(index)),
    )
    attaching.make_index(state, made)
    for grandchild in child.children:
        if grandchild.partition:
            pass_index(state, made, grandchild)


def copy(
    state: State, relation: Relation, index: Index, keys: tuple[Column | Code, ...], predicate: Code | None
) -> None:
    """An index of LIKE INCLUDING INDEXES, with the constraint it carries."""
    kind = index.constraint.kind if index.constraint is not None else None
    if kind == "primary" and relation.primary is not None:
        raise RefusedError(f'multiple primary keys for table "{relation.name}" are not allowed')
    label = {"primary": "pkey", "unique": "key", "exclusion": "excl"}.get(kind or "", "idx")
    middle = None if kind == "primary" else naming.joined(naming.distinct(_labels(index)))
    name = naming.relation_name(state, relation.schema, relation.name, middle, label, constraint=kind is not None)
    made = attaching.make_index(
        state,
        Index(
            relation.schema,
            name,
            relation,
            keys,
            relation.place,
            index.unique,
            predicate,
            index.nulls_distinct,
            labels=tuple(_labels(index)),
        ),
    )
    if kind is None:
        return
    columns = tuple(key for key in keys if isinstance(key, Column))
    made.constraint = Constraint(kind, name, relation.place, columns, nulls_distinct=index.nulls_distinct, index=made)
    attaching.attach(state, relation, made.constraint)
    if kind == "primary":
        for column in columns:
            constraints.set_not_null(state, relation, column)
