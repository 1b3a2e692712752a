"""ALTER TABLE and its kin: actions in the server's order of passes, children and partitions included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dblint.catalog.replay import columns, constraints, drops, indexes, tables, types
from dblint.catalog.replay.code import constant
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Column, Constraint, Index, Relation, Sequence, TypeUse
from dblint.catalog.replay.state import State, is_table
from dblint.source import Place
from dblint.sql import actions as a
from dblint.sql.definitions import ColumnDefinition, NotNull, ObjectName
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
                rename_constraint(state, named.table, named.constraint, action.now)
        elif isinstance(action, a.SetSchema) and isinstance(named, Sequence):
            tables.move(state, named, action.schema)


def apply(state: State, relation: Relation, action: a.Action, statement: AlterRelation) -> None:
    """One action on one relation, and on its children where it reaches them."""
    _APPLY[type(action)](state, relation, action, statement)


def _children(relation: Relation, statement: AlterRelation) -> tuple[Relation, ...]:
    return () if statement.only else relation.children


# Columns


def _add_column(state: State, relation: Relation, action: a.AddColumn, statement: AlterRelation) -> None:
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
    for child in _children(relation, statement):
        _add_to_child(state, child, column)
    columns.complete(state, relation, column, definition)
    for child in _children(relation, statement):
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


def _drop_column(state: State, relation: Relation, action: a.DropColumn, statement: AlterRelation) -> None:
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


def _rename_column(state: State, relation: Relation, action: a.RenameColumn, statement: AlterRelation) -> None:
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
            _rename_column(state, child, action, statement)


def _retype(state: State, relation: Relation, action: a.RetypeColumn, statement: AlterRelation) -> None:
    column = _column(state, relation, action.name)
    if column.parents and statement.name.name == relation.name:
        raise RefusedError(f'cannot alter inherited column "{action.name}"')
    if any(isinstance(user, Relation) for user in state.users_of(column) if _view(user)):
        raise RefusedError("cannot alter type of a column used by a view or rule")
    if column in relation.partition_keys:
        raise RefusedError(f'cannot alter column "{action.name}" because it is part of the partition key')
    type_ = types.resolve(state, action.type, action.place)
    retype(state, relation, column, type_, action.place)
    for child in relation.children:
        if child.column(action.name) is not None:
            _retype(state, child, action, statement)


def _view(user: object) -> bool:
    return isinstance(user, Relation) and user.kind in ("view", "materialized view")


def retype(state: State, relation: Relation, column: Column, type_: TypeUse, place: Place) -> None:
    types.depends_no_more(state, column, column.type)
    state.journal.set(column, "type", type_)
    state.journal.set(relation, "columns", (*relation.columns,))
    types.depends(state, column, type_)
    shown = types.plain(type_, state.default_path)
    state.column_event(relation, "retyped", column.name, place, shown.text if shown is not None else None)


def _column(state: State, relation: Relation, name: str) -> Column:
    """The relation's column; one of a table known in part is known from now on."""
    found = relation.column(name)
    if found is not None:
        return found
    if relation.complete:
        raise RefusedError(f'column "{name}" of relation "{relation.name}" does not exist')
    made = Column(name, None, relation.place, owner=relation)
    state.journal.set(relation, "columns", (*relation.columns, made))
    return made


def _change_column(state: State, relation: Relation, action: a.ChangeColumn, statement: AlterRelation) -> None:
    """MySQL's MODIFY and CHANGE."""
    column = _column(state, relation, action.name)
    definition = action.column
    if definition.name != action.name:
        rename = a.RenameColumn(action.name, definition.name, action.place)
        _rename_column(state, relation, rename, statement)
    fresh = columns.make(state, relation, definition)
    if types.plain(column.type, state.default_path) != types.plain(fresh.type, state.default_path):
        shown = types.plain(fresh.type, state.default_path)
        state.column_event(relation, "retyped", column.name, action.place, shown.text if shown is not None else None)
    for name in ("type", "default", "stored", "identity", "auto_increment", "generated"):
        state.journal.set(column, name, getattr(fresh, name))
    existing = constraints.not_null(relation, column)
    if existing is not None and (relation.primary is None or column not in relation.primary.columns):
        constraints.detach(state, relation, existing)
    columns.complete(state, relation, column, definition)
    constraints.add_all(state, relation, definition.constraints)
    place_at(state, relation, column, action.after)


# Attributes of columns


def _set_default(state: State, relation: Relation, action: a.SetDefault, statement: AlterRelation) -> None:
    column = _column(state, relation, action.column)
    if column.generated is not None or (column.identity is not None and is_table(relation)):
        raise RefusedError(f'column "{action.column}" of relation "{relation.name}" is generated or an identity')
    state.journal.set(column, "default", constant(action.default, column.type))
    for child in _children(relation, statement):
        if child.column(action.column) is not None:
            _set_default(state, child, action, statement)


def _set_nullable(state: State, relation: Relation, action: a.SetNullable, statement: AlterRelation) -> None:
    column = _column(state, relation, action.column)
    if not is_table(relation):
        raise RefusedError(f'"{relation.name}" is not a table')
    if not action.nullable:
        constraints.set_not_null(state, relation, column)
        return
    existing = constraints.not_null(relation, column)
    if existing is not None:
        _release_not_null(state, relation, existing, column)
    elif not relation.complete:
        state.journal.set(column, "nullable", True)


def _release_not_null(state: State, relation: Relation, existing: Constraint, column: Column) -> None:
    if relation.primary is not None and column in relation.primary.columns:
        raise RefusedError(f'column "{column.name}" is in a primary key')
    if column.identity is not None:
        raise RefusedError(f'column "{column.name}" is an identity column')
    if existing.parents:
        raise RefusedError(f'cannot drop inherited constraint "{existing.name}"')
    _drop_passed(state, relation, existing)


def _set_identity(state: State, relation: Relation, action: a.SetIdentity, statement: AlterRelation) -> None:
    column = _column(state, relation, action.column)
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


def _set_expression(state: State, relation: Relation, action: a.SetExpression, statement: AlterRelation) -> None:
    column = _column(state, relation, action.column)
    if column.generated is None:
        if action.if_exists or not relation.complete:
            return
        raise RefusedError(f'column "{action.column}" of relation "{relation.name}" is not a generated column')
    if action.expression is None and not column.stored:
        raise RefusedError("DROP EXPRESSION is not supported for virtual generated columns")
    made = columns.generated(relation, column, action.expression) if action.expression is not None else None
    state.journal.set(column, "generated", made)
    for child in _children(relation, statement):
        if child.column(action.column) is not None:
            _set_expression(state, child, action, statement)


# Constraints


def _add_constraint(state: State, relation: Relation, action: a.AddConstraint, statement: AlterRelation) -> None:
    if isinstance(action.constraint, NotNull):
        _column(state, relation, action.constraint.column)
    constraints.add(state, relation, action.constraint)


def _drop_constraint(state: State, relation: Relation, action: a.DropConstraint, statement: AlterRelation) -> None:
    found = relation.primary if action.name is None else relation.constraint(action.name)
    if found is None:
        if action.if_exists or not relation.complete:
            return
        raise RefusedError(f'constraint "{action.name}" of relation "{relation.name}" does not exist')
    if found.parents:
        raise RefusedError(f'cannot drop inherited constraint "{found.name}"')
    if found.kind == "not null":
        _release_not_null(state, relation, found, found.columns[0])
        return
    if found.index is not None:
        users = [one for one in state.users_of(found.index) if isinstance(one, Constraint)]
        if users and not action.cascade:
            raise RefusedError(f'cannot drop constraint "{found.name}" because other objects depend on it')
        drops.remove(state, users, True, statement.place)
    _drop_passed(state, relation, found)


def _drop_passed(state: State, relation: Relation, gone: Constraint) -> None:
    """The constraint goes here, and in the children that only inherit it."""
    constraints.detach(state, relation, gone)
    for child in relation.children:
        inherited = _counterpart(child, gone)
        if inherited is not None and inherited.parents:
            state.journal.set(inherited, "parents", inherited.parents - 1)
            if inherited.parents == 0 and not inherited.local:
                _drop_passed(state, child, inherited)


def _counterpart(child: Relation, gone: Constraint) -> Constraint | None:
    names = [column.name for column in gone.columns]
    if gone.kind == "check":
        return child.constraint(gone.name)
    return next(
        (one for one in child.constraints if one.kind == gone.kind and [c.name for c in one.columns] == names), None
    )


def _rename_constraint(state: State, relation: Relation, action: a.RenameConstraint, _: AlterRelation) -> None:
    found = relation.constraint(action.name)
    if found is None:
        if not relation.complete:
            return
        raise RefusedError(f'constraint "{action.name}" for table "{relation.name}" does not exist')
    if found.index is not None:
        constraints.rename_index(state, found.index, action.now)
    rename_constraint(state, relation, found, action.now)


def rename_constraint(state: State, relation: Relation, found: Constraint, now: str) -> None:
    if any(one.name == now for one in relation.constraints if one is not found):
        raise RefusedError(f'constraint "{now}" for relation "{relation.name}" already exists')
    old = found.name
    state.count_constraint(relation.schema, old, -1)
    state.journal.set(found, "name", now)
    state.count_constraint(relation.schema, now, +1)
    for child in relation.children:
        inherited = child.constraint(old)
        if inherited is not None and inherited.parents and found.kind in ("check", "not null"):
            rename_constraint(state, child, inherited, now)


def _alter_constraint(state: State, relation: Relation, action: a.AlterConstraint, _: AlterRelation) -> None:
    found = relation.constraint(action.name)
    if found is None:
        if not relation.complete:
            return
        raise RefusedError(f'constraint "{action.name}" of relation "{relation.name}" does not exist')
    if found.kind != "foreign":
        raise RefusedError(f'cannot alter enforceability of constraint "{action.name}"')
    state.journal.set(found, "enforced", action.enforced)


# The relation itself


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


# Inheritance


def _inherit(state: State, relation: Relation, action: a.Inherit, _: AlterRelation) -> None:
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


def _no_inherit(state: State, relation: Relation, action: a.NoInherit, _: AlterRelation) -> None:
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
        inherited = _counterpart(relation, one)
        if inherited is not None:
            state.journal.set(inherited, "parents", max(0, inherited.parents - 1))
            state.journal.set(inherited, "local", True)
    state.journal.set(relation, "parents", tuple(one for one in relation.parents if one is not parent))
    state.journal.set(parent, "children", tuple(one for one in parent.children if one is not relation))


def _attach(state: State, relation: Relation, action: a.AttachPartition, statement: AlterRelation) -> None:
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


def _detach(state: State, relation: Relation, action: a.DetachPartition, _: AlterRelation) -> None:
    child = state.relation(action.partition)
    if child is None or child not in relation.children:
        raise RefusedError(f'relation "{action.partition.name}" is not a partition of relation "{relation.name}"')
    leave_parent(state, child, relation)
    state.journal.set(child, "partition", False)
    for column in child.columns:
        state.journal.set(column, "identity", None)


_APPLY: dict[type[Any], Callable[[State, Relation, Any, AlterRelation], None]] = {
    a.AddColumn: _add_column,
    a.DropColumn: _drop_column,
    a.RenameColumn: _rename_column,
    a.RetypeColumn: _retype,
    a.ChangeColumn: _change_column,
    a.SetDefault: _set_default,
    a.SetNullable: _set_nullable,
    a.SetIdentity: _set_identity,
    a.SetExpression: _set_expression,
    a.AddConstraint: _add_constraint,
    a.DropConstraint: _drop_constraint,
    a.RenameConstraint: _rename_constraint,
    a.AlterConstraint: _alter_constraint,
    a.RenameTo: _rename_to,
    a.SetSchema: _set_schema,
    a.Inherit: _inherit,
    a.NoInherit: _no_inherit,
    a.AttachPartition: _attach,
    a.DetachPartition: _detach,
}
