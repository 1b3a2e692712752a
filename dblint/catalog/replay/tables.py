"""CREATE TABLE: columns of its own, of parents, of LIKE, of a type; then constraints, in the server's order."""

from __future__ import annotations

from dblint.catalog.replay import attaching, columns, constraints, indexes, references
from dblint.catalog.replay.code import constant, copied
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Code, Column, Constraint, Index, Named, Relation, RelationKind
from dblint.catalog.replay.state import TEMPORARY, State, is_table
from dblint.catalog.replay.types import resolve
from dblint.source import Place
from dblint.sql.definitions import ColumnDefinition, Like, NotNull, ObjectName
from dblint.sql.definitions import Constraint as Definition
from dblint.sql.statements import CreateTable


def new_relation(
    state: State, name: ObjectName, kind: RelationKind, temporary: bool, exists_ok: bool
) -> Relation | None:
    """An empty relation under a free name; None where one of that name may stay."""
    schema = TEMPORARY if temporary else state.home(name)
    if not state.free(schema, name.name):
        if exists_ok and (schema, name.name) in state.relations:
            return None
        raise RefusedError(f'relation "{name.name}" already exists')
    return Relation(schema, name.name, kind, name.place, temporary=temporary, made=state.order)


def publish(state: State, relation: Relation) -> None:
    """The relation can be found from now on."""
    state.put(relation)
    state.event("created", "table", (relation.schema, relation.name), relation.place)


def rename(state: State, named: Named, now: str) -> None:
    """Another name for something in the relations' namespace."""
    if not state.free(named.schema, now):
        raise RefusedError(f'relation "{now}" already exists')
    state.forget(named)
    state.journal.set(named, "name", now)
    state.put(named)


def move(state: State, named: Named, schema: str) -> None:
    """Another schema for something in the relations' namespace."""
    if not state.available(schema):
        raise RefusedError(f'schema "{schema}" does not exist')
    if schema == named.schema:
        return
    if not state.free(schema, named.name):
        raise RefusedError(f'relation "{named.name}" already exists in schema "{schema}"')
    state.forget(named)
    state.journal.set(named, "schema", schema)
    state.put(named)


def create_table(state: State, statement: CreateTable) -> Relation | None:
    kind: RelationKind = "foreign table" if statement.foreign else "table"
    if statement.partitioned:
        kind = "partitioned table"
    relation = new_relation(state, statement.name, kind, statement.temporary, statement.if_not_exists)
    if relation is None:
        return None
    _typed(state, relation, statement)
    for parent in statement.inherits:
        inherit_columns(state, relation, parent)
    if statement.partition_of is not None:
        _partition(state, relation, statement.partition_of)
    likes = _own_columns(state, relation, statement)
    relation.partition_keys = tuple(
        None if name is None else attaching.column_of(relation, name) for name in statement.partition_keys
    )
    publish(state, relation)
    _constrain(state, relation, statement)
    for like, source in likes:
        _copy_constraints(state, relation, like, source)
    return relation


def _typed(state: State, relation: Relation, statement: CreateTable) -> None:
    """Columns of ``OF type``."""
    if statement.of_type is None:
        return
    use = resolve(state, statement.of_type, statement.place)
    if isinstance(use.user, Relation):
        relation.of_type = use.user
        state.use(relation, use.user)
        for column in use.user.columns:
            made = columns.copy(state, relation, column)
            columns.append(state, relation, made, "created")
    else:
        relation.complete = False


def inherit_columns(state: State, relation: Relation, name: ObjectName) -> None:
    """The columns of a parent, merged with those of other parents."""
    parent = state.relation(name)
    if parent is None:
        if not state.foreign(name):
            raise RefusedError(f'relation "{name.name}" does not exist')
        relation.complete = False
        return
    if not is_table(parent) or parent in relation.parents:
        raise RefusedError(f'cannot inherit from "{name.name}"')
    take_parent(state, relation, parent)
    for column in parent.columns:
        existing = relation.column(column.name)
        if existing is not None:
            columns.merge(state, existing, column)
        else:
            columns.append(state, relation, columns.inherit(state, relation, column), "created")
    _inherit_expressions(relation, parent)


def take_parent(state: State, relation: Relation, parent: Relation) -> None:
    state.journal.set(relation, "parents", (*relation.parents, parent))
    state.journal.set(parent, "children", (*parent.children, relation))
    if not parent.complete:
        state.journal.set(relation, "complete", False)


def _inherit_expressions(relation: Relation, parent: Relation) -> None:
    own = {column: found for column in parent.columns if (found := relation.column(column.name)) is not None}
    for column, mine in own.items():
        if column.generated is not None and mine.generated is None and not mine.local:
            mine.generated = copied(column.generated, own)


def _partition(state: State, relation: Relation, name: ObjectName) -> None:
    parent = state.relation(name)
    if parent is not None and parent.kind != "partitioned table":
        raise RefusedError(f'"{name.name}" is not partitioned')
    relation.partition = True
    inherit_columns(state, relation, name)
    if parent is not None:
        for column in relation.columns:
            above = parent.column(column.name)
            column.identity = above.identity if above is not None else None


def _own_columns(state: State, relation: Relation, statement: CreateTable) -> list[tuple[Like, Relation]]:
    likes: list[tuple[Like, Relation]] = []
    made: list[tuple[Column, ColumnDefinition]] = []
    inherited = {column.name for column in relation.columns}
    for element in statement.columns:
        if isinstance(element, Like):
            source = _like(state, relation, element, statement.place, inherited)
            if source is not None:
                likes.append((element, source))
        elif element.name in inherited:
            inherited.discard(element.name)
            made.append((_override(state, relation, element), element))
        else:
            column = columns.make(state, relation, element)
            columns.append(state, relation, column, "created")
            made.append((column, element))
    for column, definition in made:
        columns.complete(state, relation, column, definition)
    return likes


def _override(state: State, relation: Relation, definition: ColumnDefinition) -> Column:
    """A definition of a column that a parent or the type gave already."""
    column = attaching.column_of(relation, definition.name)
    if definition.type is not None:
        if not columns.agree(column.type, resolve(state, definition.type, definition.place)):
            raise RefusedError(f'column "{definition.name}" has a type conflict')
        column.local, column.place = True, definition.place
    if definition.default is not None:
        column.default = constant(definition.default, column.type)
    if definition.identity is not None:
        column.identity = definition.identity
    return column


def _lay(state: State, relation: Relation, made: Column, inherited: set[str]) -> None:
    """A copied column, over the one that a parent gave."""
    if made.name not in inherited:
        columns.append(state, relation, made, "created")
        return
    inherited.discard(made.name)
    column = attaching.column_of(relation, made.name)
    if not columns.agree(column.type, made.type):
        raise RefusedError(f'column "{made.name}" has a type conflict')
    column.local, column.place = True, made.place
    column.default = made.default if made.default is not None else column.default
    column.identity = made.identity if made.identity is not None else column.identity


def _like(state: State, relation: Relation, like: Like, place: Place, inherited: set[str]) -> Relation | None:
    """The columns of another table, laid over those of the same names that a parent gave."""
    source = state.relation(like.table)
    if source is None:
        if not state.foreign(like.table):
            raise RefusedError(f'relation "{like.table.name}" does not exist')
        relation.complete = False
        return None
    if not source.complete:
        relation.complete = False
    for column in source.columns:
        made = columns.copy(state, relation, column, place)
        if "defaults" in like.including:
            made.default = column.default
        if "identity" in like.including and column.identity is not None:
            made.identity = column.identity
            columns.own_sequence(state, relation, made)
        _lay(state, relation, made, inherited)
    if "generated" in like.including:
        own = _own(relation, source)
        for column in source.columns:
            if column.generated is not None:
                own[column].generated = copied(column.generated, own)
                own[column].stored = column.stored
    return source


def _own(relation: Relation, source: Relation) -> dict[Column, Column]:
    """The source's columns and the relation's columns of the same names."""
    return {column: attaching.column_of(relation, column.name) for column in source.columns}


def _constrain(state: State, relation: Relation, statement: CreateTable) -> None:
    given: list[Definition] = []
    for element in statement.columns:
        if isinstance(element, ColumnDefinition):
            given += columns.implied_not_null(attaching.column_of(relation, element.name), element)
            given += element.constraints
    for parent in relation.parents:
        _pass_early(state, parent, relation)
    own = [*given, *statement.constraints]
    for one in own:
        if isinstance(one, NotNull) and one.name is not None:
            _name_inherited(state, relation, one, one.name)
    constraints.add_all(state, relation, own)
    for parent in relation.parents:
        _pass_late(state, parent, relation)


def _name_inherited(state: State, relation: Relation, definition: NotNull, name: str) -> None:
    """A new table's own NOT NULL takes an inherited one over, under its own name."""
    column = relation.column(definition.column)
    existing = None if column is None else attaching.not_null(relation, column)
    if existing is not None and not existing.local and existing.name != name:
        attaching.detach(state, relation, existing)
        state.journal.set(existing, "name", name)
        attaching.attach(state, relation, existing)
        state.journal.set(existing.columns[0], "nullable", False)


def _pass_early(state: State, parent: Relation, relation: Relation) -> None:
    """Inherited CHECK and NOT NULL come before the relation's own."""
    for one in parent.constraints:
        if one.kind == "check" and one.passed_on:
            constraints.pass_check(state, relation, one)
        elif one.kind == "not null" and one.passed_on:
            constraints.pass_not_null(state, relation, one)


def _pass_late(state: State, parent: Relation, relation: Relation) -> None:
    """A partition's keys come after its own."""
    if relation.partition:
        for one in parent.constraints:
            if one.kind in ("primary", "unique"):
                constraints.pass_key(state, relation, one)
            elif one.kind == "foreign":
                references.pass_reference(state, relation, one)
        indexes.pass_all(state, parent, relation)


def _copy_constraints(state: State, relation: Relation, like: Like, source: Relation) -> None:
    own = _own(relation, source)
    for one in source.constraints:
        if one.kind == "not null":
            _copy_not_null(state, relation, own[one.columns[0]], one)
        elif one.kind == "check" and "constraints" in like.including and one.expression is not None:
            expression = copied(one.expression, own)
            made = Constraint(
                "check", one.name, relation.place, tuple(expression.columns.values()), expression, one.enforced
            )
            if relation.constraint(one.name) is None:
                attaching.attach(state, relation, made)
    if "indexes" in like.including:
        for index in source.indexes:
            _copy_index(state, relation, index, own)


def _copy_not_null(state: State, relation: Relation, column: Column, source: Constraint) -> None:
    constraints.set_not_null(state, relation, column)
    made = attaching.not_null(relation, column)
    if made is not None and relation.constraint(source.name) is None:
        state.count_constraint(relation.schema, made.name, -1)
        made.name = source.name
        state.count_constraint(relation.schema, made.name, +1)


def _copy_index(state: State, relation: Relation, index: Index, own: dict[Column, Column]) -> None:
    keys = tuple(copied(key, own) if isinstance(key, Code) else own[key] for key in index.keys)
    predicate = copied(index.predicate, own) if index.predicate is not None else None
    indexes.copy(state, relation, index, keys, predicate)
