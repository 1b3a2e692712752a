"""Foreign keys: what they mean, what they lean on, and how partitions get them."""

from __future__ import annotations

from dblint.catalog.replay import attaching, naming
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Column, Constraint, Index, Kind, Relation, TypeUse
from dblint.catalog.replay.state import State, is_table
from dblint.sql.definitions import References

_FAMILIES = {
    "number": ("smallint", "integer", "bigint", "numeric", "real", "double precision"),
    "string": ("text", "character varying", "character", "name"),
    "moment": ("date", "timestamp without time zone", "timestamp with time zone"),
}


def add_reference(state: State, relation: Relation, definition: References) -> None:
    columns = attaching.columns_of(relation, definition.columns)
    middle = naming.joined(definition.columns)
    own = [one.name for one in relation.constraints]
    name = definition.name or naming.constraint_name(state, relation.schema, relation.name, middle, "fkey", own)
    target = state.relation(definition.table)
    made = Constraint("foreign", name, definition.place, columns, enforced=definition.enforced)
    if target is None:
        if not state.foreign(definition.table):
            raise RefusedError(f'relation "{definition.table.name}" does not exist')
        schema = definition.table.schema or (state.path[0] if state.path else "")
        made.target_name, made.reference_names = (schema, definition.table.name), definition.references
    else:
        made.target, made.references = target, _referenced(target, definition, len(columns))
        if not all(map(_comparable, columns, made.references)):
            raise RefusedError(f'foreign key constraint "{name}" cannot be implemented')
    attaching.attach(state, relation, made)
    key = _key_of(target, made.references) if target is not None else None
    if key is not None:
        state.use(made, key)
    for child in relation.children:
        if child.partition:
            pass_reference(state, child, made)


def _comparable(one: Column, other: Column) -> bool:
    """The two columns' types can be equal; what is not known may be."""
    kinds = (_family(one.type), _family(other.type))
    return None in kinds or kinds[0] == kinds[1]


def _family(use: TypeUse | None) -> object:
    """What a type compares with: all numbers, all strings, all moments, else itself alone."""
    while use is not None and isinstance(use.user, Kind) and use.user.kind == "domain":
        use = use.user.base
    if use is None or use.unknown is not None:
        return None
    if use.system is None:
        return (use.user, min(use.dimensions, 1))
    name = use.system.name
    return (next((family for family, names in _FAMILIES.items() if name in names), name), use.dimensions)


def _referenced(target: Relation, definition: References, count: int) -> tuple[Column, ...]:
    if not is_table(target) or target.kind == "foreign table":
        raise RefusedError(f'referenced relation "{target.name}" is not a table')
    if not definition.references:
        key = target.primary
        if key is None and target.complete:
            raise RefusedError(f'there is no primary key for referenced table "{target.name}"')
        columns = key.columns if key is not None else ()
    else:
        columns = attaching.columns_of(target, definition.references)
        if target.complete and _key_of(target, columns) is None:
            raise RefusedError(f'there is no unique constraint matching given keys for table "{target.name}"')
    if len(columns) != count and target.complete:
        raise RefusedError("number of referencing and referenced columns for foreign key disagree")
    return columns


def _key_of(target: Relation, columns: tuple[Column, ...]) -> Index | None:
    """The unique index that a foreign key to these columns leans on."""
    wanted = set(columns)
    fit = [
        index
        for index in target.indexes
        if index.unique and index.predicate is None and len(index.keys) == len(columns) and set(index.keys) == wanted
    ]
    primary = target.primary
    return next((index for index in fit if primary is not None and index is primary.index), fit[0] if fit else None)


def pass_reference(state: State, child: Relation, parent: Constraint) -> None:
    columns = attaching.columns_of(child, (column.name for column in parent.columns))
    own = [one.name for one in child.constraints]
    name = parent.name
    if name in own:
        middle = naming.joined(column.name for column in columns)
        name = naming.constraint_name(state, child.schema, child.name, middle, "fkey", own)
    made = Constraint(
        "foreign",
        name,
        parent.place,
        columns,
        enforced=parent.enforced,
        target=parent.target,
        target_name=parent.target_name,
        references=parent.references,
        reference_names=parent.reference_names,
        parents=1,
        local=False,
    )
    attaching.attach(state, child, made)
    for grandchild in child.children:
        if grandchild.partition:
            pass_reference(state, grandchild, made)
