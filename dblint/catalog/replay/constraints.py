"""Constraints of tables: made with the server's own names, passed on to children and partitions, taken away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dblint.catalog.replay import attaching, naming, references
from dblint.catalog.replay.code import code, copied
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Code, Column, Constraint, ConstraintKind, Index, Relation
from dblint.catalog.replay.state import State, is_table
from dblint.source import Place
from dblint.sql.definitions import (
    CheckConstraint,
    Exclusion,
    NotNull,
    PrimaryKey,
    References,
    Unique,
)
from dblint.sql.definitions import Constraint as Definition

_LABELS: dict[ConstraintKind, str] = {"primary": "pkey", "unique": "key", "exclusion": "excl"}
_STAGES: tuple[tuple[type[Definition], ...], ...] = (
    (CheckConstraint,),
    (NotNull,),
    (PrimaryKey,),
    (Unique, Exclusion),
    (References,),
)


def add_all(state: State, relation: Relation, definitions: Iterable[Definition]) -> None:
    """Make the constraints of one statement, in the server's order, a repeated key only once."""
    given = list(definitions)
    for stage in _STAGES:
        for definition in given:
            if isinstance(definition, stage) and not _repeated(definition, given):
                add(state, relation, definition)


def _repeated(definition: Definition, given: Sequence[Definition]) -> bool:
    """An unnamed UNIQUE says what a key of the same statement says already."""
    if not isinstance(definition, Unique) or definition.name is not None or definition.index is not None:
        return False
    for other in given:
        if other is definition:
            return False
        if isinstance(other, PrimaryKey | Unique) and other.columns == definition.columns:
            return isinstance(other, PrimaryKey) or other.nulls_distinct == definition.nulls_distinct
    return any(isinstance(other, PrimaryKey) and other.columns == definition.columns for other in given)


def add(state: State, relation: Relation, definition: Definition) -> None:
    """Make one constraint; the server's refusals are ours."""
    if not is_table(relation):
        raise RefusedError(f'"{relation.name}" is not a table')
    name = definition.name
    if name is not None and relation.constraint(name) is not None:
        if _repeats(relation, definition) or (
            isinstance(definition, CheckConstraint) and _merges(state, relation, name)
        ):
            return
        raise RefusedError(f'constraint "{name}" for relation "{relation.name}" already exists')
    match definition:
        case PrimaryKey() | Unique():
            _add_key(state, relation, definition)
        case CheckConstraint():
            _add_check(state, relation, definition)
        case NotNull():
            set_not_null(state, relation, attaching.column_of(relation, definition.column), definition)
        case References():
            references.add_reference(state, relation, definition)
        case Exclusion():
            _add_exclusion(state, relation, definition)


def _repeats(relation: Relation, definition: Definition) -> bool:
    """The column's NOT NULL, said again under its own name."""
    existing = relation.constraint(definition.name or "")
    if not isinstance(definition, NotNull) or existing is None or existing.kind != "not null":
        return False
    return existing.columns[0].name == definition.column


def _merges(state: State, relation: Relation, name: str) -> bool:
    """The constraint is inherited already and now becomes the table's own too."""
    existing = relation.constraint(name)
    if existing is None or existing.local or existing.kind != "check":
        return False
    state.journal.set(existing, "local", True)
    return True


# Keys


def _add_key(state: State, relation: Relation, definition: PrimaryKey | Unique) -> None:
    kind: ConstraintKind = "primary" if isinstance(definition, PrimaryKey) else "unique"
    if kind == "primary" and relation.primary is not None:
        raise RefusedError(f'multiple primary keys for table "{relation.name}" are not allowed')
    index = _existing_index(state, relation, definition.index) if definition.index else None
    columns = attaching.columns_of(relation, definition.columns) if index is None else _plain_keys(index)
    distinct = definition.nulls_distinct if isinstance(definition, Unique) else True
    attaching.check_partition_keys(relation, columns)
    if index is None:
        index = _key_index(state, relation, kind, definition.name, columns, definition.place, distinct)
    elif definition.name is not None and definition.name != index.name:
        attaching.rename_index(state, index, definition.name)
    made = Constraint(kind, index.name, definition.place, columns, nulls_distinct=index.nulls_distinct, index=index)
    state.journal.set(index, "constraint", made)
    attaching.attach(state, relation, made)
    if kind == "primary":
        for column in columns:
            set_not_null(state, relation, column)
    for child in relation.children:
        if child.partition:
            pass_key(state, child, made)


def _existing_index(state: State, relation: Relation, name: str) -> Index:
    found = next((index for index in relation.indexes if index.name == name), None)
    if found is None or not found.unique or found.predicate is not None or found.constraint is not None:
        raise RefusedError(f'index "{name}" cannot be used for a constraint')
    return found


def _plain_keys(index: Index) -> tuple[Column, ...]:
    columns = tuple(key for key in index.keys if isinstance(key, Column))
    if len(columns) != len(index.keys):
        raise RefusedError(f'index "{index.name}" contains expressions')
    return columns


def _key_index(
    state: State,
    relation: Relation,
    kind: ConstraintKind,
    name: str | None,
    columns: tuple[Column, ...],
    place: Place,
    distinct: bool,
) -> Index:
    if name is None:
        middle = None if kind == "primary" else naming.joined(column.name for column in columns)
        name = naming.relation_name(state, relation.schema, relation.name, middle, _LABELS[kind], constraint=True)
    return attaching.make_index(
        state,
        Index(
            relation.schema,
            name,
            relation,
            columns,
            place,
            unique=True,
            nulls_distinct=distinct,
        ),
    )


def _add_exclusion(state: State, relation: Relation, definition: Exclusion) -> None:
    name = definition.name
    if name is None:
        middle = naming.joined(naming.distinct(definition.columns))
        name = naming.relation_name(state, relation.schema, relation.name, middle, "excl", constraint=True)
    columns = tuple(column for column in map(relation.column, definition.columns) if column is not None)
    index = attaching.make_index(state, Index(relation.schema, name, relation, columns, definition.place))
    made = Constraint("exclusion", name, definition.place, columns, index=index)
    state.journal.set(index, "constraint", made)
    attaching.attach(state, relation, made)


# CHECK and NOT NULL


def _add_check(state: State, relation: Relation, definition: CheckConstraint) -> None:
    expression = code(definition.expression, relation)
    name = definition.name or _check_name(state, relation, expression)
    made = Constraint(
        "check",
        name,
        definition.place,
        tuple(expression.columns.values()),
        expression,
        definition.enforced,
        definition.inherited,
    )
    attaching.attach(state, relation, made)
    if definition.inherited:
        for child in relation.children:
            pass_check(state, child, made)


def _check_name(state: State, relation: Relation, expression: Code) -> str:
    columns = list(expression.columns)
    middle = columns[0] if len(columns) == 1 else None
    own = [one.name for one in relation.constraints]
    return naming.constraint_name(state, relation.schema, relation.name, middle, "check", own)


def set_not_null(state: State, relation: Relation, column: Column, definition: NotNull | None = None) -> None:
    """The column takes no NULL, by a constraint with a name of its own as the server has it."""
    existing = attaching.not_null(relation, column)
    if existing is not None:
        if definition is not None and definition.name not in (None, existing.name):
            raise RefusedError(f'cannot create not-null constraint "{definition.name}" on column "{column.name}"')
        state.journal.set(existing, "local", True)
        return
    own = [one.name for one in relation.constraints]
    given = definition.name if definition is not None else None
    name = given or naming.constraint_name(state, relation.schema, relation.name, column.name, "not_null", own)
    place = definition.place if definition is not None else column.place
    passed_on = definition.inherited if definition is not None else True
    made = Constraint("not null", name, place, (column,), passed_on=passed_on)
    attaching.attach(state, relation, made)
    state.journal.set(column, "nullable", False)
    if passed_on:
        for child in relation.children:
            pass_not_null(state, child, made)


# Passing on


def pass_all(state: State, parent: Relation, child: Relation) -> None:
    """What a child gets of its parent's constraints: CHECK and NOT NULL; a partition gets the keys too."""
    for one in parent.constraints:
        if one.kind == "check" and one.passed_on:
            pass_check(state, child, one)
        elif one.kind == "not null" and one.passed_on:
            pass_not_null(state, child, one)
        elif child.partition and one.kind in ("primary", "unique"):
            pass_key(state, child, one)
        elif child.partition and one.kind == "foreign":
            references.pass_reference(state, child, one)


def pass_check(state: State, child: Relation, parent: Constraint) -> None:
    existing = child.constraint(parent.name)
    if existing is not None:
        state.journal.set(existing, "parents", existing.parents + 1)
        return
    if parent.expression is None:
        return
    own = {mine: child.column(mine.name) for mine in parent.expression.columns.values()}
    expression = copied(parent.expression, {mine: found for mine, found in own.items() if found is not None})
    made = Constraint(
        "check",
        parent.name,
        parent.place,
        tuple(expression.columns.values()),
        expression,
        parent.enforced,
        parents=1,
        local=False,
    )
    attaching.attach(state, child, made)
    for grandchild in child.children:
        pass_check(state, grandchild, made)


def pass_not_null(state: State, child: Relation, parent: Constraint) -> None:
    column = child.column(parent.columns[0].name)
    if column is None:
        return
    existing = attaching.not_null(child, column)
    if existing is not None:
        state.journal.set(existing, "parents", existing.parents + 1)
        return
    own = [one.name for one in child.constraints]
    name = parent.name
    if name in own:
        name = naming.constraint_name(state, child.schema, child.name, column.name, "not_null", own)
    made = Constraint("not null", name, parent.place, (column,), parents=1, local=False)
    attaching.attach(state, child, made)
    state.journal.set(column, "nullable", False)
    for grandchild in child.children:
        pass_not_null(state, grandchild, made)


def pass_key(state: State, child: Relation, parent: Constraint) -> None:
    columns = attaching.columns_of(child, (column.name for column in parent.columns))
    existing = next((one for one in child.constraints if one.kind == parent.kind and one.columns == columns), None)
    if existing is not None:
        state.journal.set(existing, "parents", existing.parents + 1)
        return
    attaching.check_partition_keys(child, columns)
    index = _key_index(state, child, parent.kind, None, columns, parent.place, parent.nulls_distinct)
    made = Constraint(
        parent.kind,
        index.name,
        parent.place,
        columns,
        nulls_distinct=parent.nulls_distinct,
        index=index,
        parents=1,
        local=False,
    )
    state.journal.set(index, "constraint", made)
    attaching.attach(state, child, made)
    for grandchild in child.children:
        if grandchild.partition:
            pass_key(state, grandchild, made)
