"""ALTER TABLE and its kin: actions in the server's order of passes, children and partitions included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dblint.catalog.replay import alter_columns, alter_constraints, columns, inheritance, tables
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Index, Relation, Sequence
from dblint.catalog.replay.state import State
from dblint.sql import actions as a
from dblint.sql.statements import AlterRelation

_PASSES: tuple[tuple[type[Any], ...], ...] = (
    (a.DropColumn, a.DropConstraint),
    (a.RetypeColumn,),
    (a.AddColumn, a.ChangeColumn, a.RenameColumn),
    (a.SetExpression,),
)
_LAST = len(_PASSES)
_RELATION_KINDS = {
    "table": ("table", "partitioned table", "foreign table", "view", "materialized view", "composite"),
    "foreign table": ("foreign table",),
    "view": ("view",),
    "materialized view": ("materialized view",),
    "type": ("composite",),
}


def alter_relation(state: State, statement: AlterRelation) -> None:
    """Every action of one ALTER, or none."""
    named = state.named(statement.name)
    if named is None:
        named = _missing(state, statement)
        if named is None:
            return
    if isinstance(named, Index | Sequence):
        _alter_other(state, named, statement)
        return
    if statement.what in ("index", "sequence") and not isinstance(statement.actions[0], a.RenameTo):
        raise RefusedError(f'"{named.name}" is not a {statement.what}')
    if named.kind not in _RELATION_KINDS.get(statement.what, (named.kind,)):
        raise RefusedError(f'"{named.name}" is not a {statement.what}')
    typed = _typed_tables(state, named) if named.kind == "composite" else []
    if typed and not statement.cascade:
        raise RefusedError(f'cannot alter type "{named.name}" because it is the type of a typed table')
    for action in sorted(statement.actions, key=_pass):
        for relation in (named, *typed):
            apply(state, relation, action, statement)


def _typed_tables(state: State, composite: Relation) -> list[Relation]:
    users = (user for user in state.users_of(composite) if isinstance(user, Relation))
    found = [user for user in users if user.of_type is composite]
    return [one for one in found if state.relations.get((one.schema, one.name)) is one]


def _pass(action: a.Action) -> int:
    if isinstance(action, a.SetIdentity) and action.adds:
        return _LAST + 1  # A primary key of the same statement makes the column NOT NULL first.
    return next((at for at, kinds in enumerate(_PASSES) if isinstance(action, kinds)), _LAST)


def _missing(state: State, statement: AlterRelation) -> Relation | None:
    """A table the project never creates is known in part from now on."""
    if not state.foreign(statement.name):
        if statement.if_exists:
            return None
        raise RefusedError(f'relation "{statement.name.name}" does not exist')
    if statement.what not in ("table", "foreign table"):
        return None
    schema = statement.name.schema or (state.path[0] if state.path else "public")
    kind = "table" if statement.what == "table" else "foreign table"
    made = Relation(schema, statement.name.name, kind, statement.name.place, complete=False, made=state.order)  # type: ignore[arg-type]
    state.put(made)
    return made


def _alter_other(state: State, named: Index | Sequence, statement: AlterRelation) -> None:
    """RENAME and SET SCHEMA of an index or sequence."""
    for action in statement.actions:
        if isinstance(action, a.RenameTo):
            tables.rename(state, named, action.now)
            if isinstance(named, Index) and named.constraint is not None:
                alter_constraints.give_name(state, named.table, named.constraint, action.now)
        elif isinstance(action, a.SetSchema) and isinstance(named, Sequence):
            tables.move(state, named, action.schema)


def apply(state: State, relation: Relation, action: a.Action, statement: AlterRelation) -> None:
    """One action on one relation, and on its children where it reaches them."""
    _APPLY[type(action)](state, relation, action, statement)


def _rename_to(state: State, relation: Relation, action: a.RenameTo, statement: AlterRelation) -> None:
    old = (relation.schema, relation.name)
    tables.rename(state, relation, action.now)
    state.event("renamed", _word(relation), old, statement.place, f"{relation.schema}.{action.now}")


def _set_schema(state: State, relation: Relation, action: a.SetSchema, statement: AlterRelation) -> None:
    old = (relation.schema, relation.name)
    move_relation(state, relation, action.schema)
    if relation.schema != old[0]:
        state.event("renamed", _word(relation), old, statement.place, f"{relation.schema}.{relation.name}")


def move_relation(state: State, relation: Relation, schema: str) -> None:
    """Another schema for a relation, its indexes, constraints and own sequences."""
    old = relation.schema
    tables.move(state, relation, schema)
    for one in relation.constraints:
        state.count_constraint(old, one.name, -1)
        state.count_constraint(schema, one.name, +1)
    for index in relation.indexes:
        tables.move(state, index, schema)
    for column in relation.columns:
        for sequence in columns.owned(state, column):
            tables.move(state, sequence, schema)


def _word(relation: Relation) -> Any:
    return "type" if relation.kind == "composite" else "table"


_APPLY: dict[type[Any], Callable[[State, Relation, Any, AlterRelation], None]] = {
    a.AddColumn: alter_columns.add_column,
    a.DropColumn: alter_columns.drop_column,
    a.RenameColumn: alter_columns.rename_column,
    a.RetypeColumn: alter_columns.retype,
    a.ChangeColumn: alter_columns.change_column,
    a.SetDefault: alter_columns.set_default,
    a.SetNullable: alter_columns.set_nullable,
    a.SetIdentity: alter_columns.set_identity,
    a.SetExpression: alter_columns.set_expression,
    a.AddConstraint: alter_constraints.add_constraint,
    a.DropConstraint: alter_constraints.drop_constraint,
    a.RenameConstraint: alter_constraints.rename_constraint,
    a.AlterConstraint: alter_constraints.alter_constraint,
    a.RenameTo: _rename_to,
    a.SetSchema: _set_schema,
    a.Inherit: inheritance.inherit,
    a.NoInherit: inheritance.no_inherit,
    a.AttachPartition: inheritance.attach_partition,
    a.DetachPartition: inheritance.detach_partition,
}
