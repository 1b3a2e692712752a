"""The working state as the frozen catalog."""

from __future__ import annotations

from dataclasses import replace

from dblint.catalog import bodies, model
from dblint.catalog.replay import objects, types
from dblint.catalog.replay.code import text
from dblint.catalog.replay.state import TEMPORARY, State
from dblint.sql.postgres_quoting import identifier

_TABLE_KINDS: dict[str, model.TableKind] = {
    "table": "table",
    "partitioned table": "partitioned table",
    "foreign table": "foreign table",
    "view": "view",
    "materialized view": "materialized view",
}


def freeze(state: State, files: tuple[model.SchemaFile, ...]) -> model.Catalog:
    """Everything that stands, in the order of its making."""
    relations = sorted(_relations(state), key=lambda one: one.made)
    tables = [one for one in relations if one.kind in _TABLE_KINDS]
    kinds = sorted(state.kinds.values(), key=lambda one: one.made)
    routines = sorted((one for every in state.routines.values() for one in every), key=lambda one: one.made)
    path = state.default_path
    return model.Catalog(
        dialect=state.dialect,
        search_path=path,
        tables=tuple(_table(state, one) for one in tables),
        enums=tuple(
            model.EnumType(one.schema, one.name, one.values, one.place, one.complete)
            for one in kinds
            if one.kind == "enum"
        ),
        domains=tuple(_domain(one, path) for one in kinds if one.kind == "domain" and one.base is not None),
        composites=tuple(_composite(one, path) for one in relations if one.kind == "composite"),
        functions=tuple(_with_uses(one, frozen_function(one, path)) for one in routines),
        former_functions=tuple(frozen_function(one, path) for one in state.former),
        triggers=_triggers(state, tables),
        skipped=tuple(state.skipped),
        files=files,
        events=tuple(state.events),
        schemas=tuple(name for name, there in state.schemas.items() if there),
        unsure=frozenset(state.unsure),
        dynamic=state.dynamic,
    )


def _relations(state: State) -> list[objects.Relation]:
    named = state.relations.values()
    return [one for one in named if isinstance(one, objects.Relation) and one.schema != TEMPORARY]


def _table(state: State, relation: objects.Relation) -> model.Table:
    path = state.default_path
    filled = _filled(relation)
    constraints = relation.constraints
    primary = relation.primary
    return model.Table(
        schema=relation.schema,
        name=relation.name,
        kind=_TABLE_KINDS[relation.kind],
        columns=tuple(_column(one, path, filled) for one in relation.columns),
        place=relation.place,
        primary_key=_names(primary.columns) if primary is not None else None,
        unique=tuple(_names(one.columns) for one in constraints if one.kind == "unique"),
        unique_indexes=tuple(_index(one) for one in relation.indexes if one.unique and one.constraint is None),
        checks=tuple(_check(one) for one in constraints if one.kind == "check"),
        foreign_keys=tuple(_foreign_key(one) for one in constraints if one.kind == "foreign"),
        complete=relation.complete,
        certain=relation.certain,
        history=tuple(relation.history),
        nulls_not_distinct=tuple(
            _names(one.columns) for one in constraints if one.kind == "unique" and not one.nulls_distinct
        ),
    )


def _filled(relation: objects.Relation) -> frozenset[str]:
    """The columns that a BEFORE INSERT trigger may give a value; all where its function cannot be read."""
    found: set[str] = set()
    for trigger in relation.triggers:
        if trigger.timing != "after" and "insert" in trigger.events:
            definition = trigger.routine.definition if trigger.routine is not None else None
            fills = bodies.read(definition).fills if definition is not None else None
            found |= fills if fills is not None else {column.name for column in relation.columns}
    return frozenset(found)


def _column(column: objects.Column, path: tuple[str, ...], filled: frozenset[str] = frozenset()) -> model.Column:
    return model.Column(
        name=column.name,
        type=types.plain(column.type, path),
        place=column.place,
        nullable=column.nullable,
        default=text(column.default),
        generated=text(column.generated),
        stored=column.stored,
        identity=column.identity,
        auto_increment=column.auto_increment,
        certain=column.certain,
        filled=column.name in filled,
    )


def _names(columns: tuple[objects.Column, ...]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _check(one: objects.Constraint) -> model.Check:
    return model.Check(one.name, text(one.expression) or "", one.place, one.enforced)


def _index(one: objects.Index) -> model.UniqueIndex:
    keys = tuple(identifier(key.name) if isinstance(key, objects.Column) else text(key) or "" for key in one.keys)
    return model.UniqueIndex(one.name, keys, text(one.predicate), one.place, one.nulls_distinct)


def _foreign_key(one: objects.Constraint) -> model.ForeignKey:
    schema, table = (one.target.schema, one.target.name) if one.target is not None else one.target_name
    references = _names(one.references) if one.target is not None else one.reference_names
    return model.ForeignKey(_names(one.columns), schema, table, references, one.place, one.name)


def _domain(kind: objects.Kind, path: tuple[str, ...]) -> model.Domain:
    type_ = types.plain(kind.base, path)
    if type_ is None:
        raise ValueError(f"domain {kind.name} has no type")
    checks = tuple(_check(one) for one in kind.checks)
    return model.Domain(kind.schema, kind.name, type_, kind.nullable, checks, kind.place, text(kind.default))


def _composite(relation: objects.Relation, path: tuple[str, ...]) -> model.Composite:
    columns = tuple(_column(one, path) for one in relation.columns)
    return model.Composite(relation.schema, relation.name, columns, relation.place)


def frozen_function(routine: objects.Routine, path: tuple[str, ...]) -> model.Function:
    """The catalog's own function."""
    return model.Function(
        schema=routine.schema,
        name=routine.name,
        kind=routine.kind,
        arguments=tuple(_argument(one, path) for one in routine.arguments),
        returns=types.plain(routine.returns, path),
        returns_set=routine.returns_set,
        language=routine.language,
        place=routine.place,
        certain=routine.certain,
    )


def _with_uses(routine: objects.Routine, made: model.Function) -> model.Function:
    if routine.definition is None:
        return made
    return replace(made, uses=bodies.read(routine.definition).uses)


def _argument(one: objects.Argument, path: tuple[str, ...]) -> model.Argument:
    type_ = types.plain(one.type, path)
    return model.Argument(one.name, type_ or model.Type("unknown", "opaque"), one.mode, one.has_default)


def _triggers(state: State, tables: list[objects.Relation]) -> tuple[model.Trigger, ...]:
    found = [_trigger(table.schema, table.name, one) for table in tables for one in table.triggers]
    found += [_trigger(schema, table, one) for (schema, table, _), one in state.strays.items()]
    return tuple(found)


def _trigger(schema: str, table: str, one: objects.Trigger) -> model.Trigger:
    function = one.routine.name if one.routine is not None else one.function[1]
    return model.Trigger(schema, table, one.name, one.timing, one.events, function, one.place)
