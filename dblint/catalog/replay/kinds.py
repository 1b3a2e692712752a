"""Types: enums, domains, composites, ranges and those written in C."""

from __future__ import annotations

from dblint.catalog.replay import columns, naming, tables, types
from dblint.catalog.replay.code import constant
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Code, Constraint, Kind, KindWord, Relation
from dblint.catalog.replay.state import State
from dblint.sql import actions as a
from dblint.sql.definitions import CheckConstraint, ObjectName
from dblint.sql.statements import (
    AddEnumValue,
    AlterDomain,
    AlterType,
    CreateBaseType,
    CreateComposite,
    CreateDomain,
    CreateEnum,
    CreateRange,
    RenameEnumValue,
)


def _new(state: State, name: ObjectName, word: KindWord) -> Kind:
    schema = state.home(name)
    if not state.free(schema, name.name):
        raise RefusedError(f'type "{name.name}" already exists')
    return Kind(schema, name.name, word, name.place, made=state.order)


def _publish(state: State, kind: Kind) -> Kind:
    state.journal.put(state.kinds, (kind.schema, kind.name), kind)
    state.event("created", "type", (kind.schema, kind.name), kind.place)
    return kind


def create_enum(state: State, statement: CreateEnum) -> Kind:
    if len(set(statement.values)) != len(statement.values):
        raise RefusedError("an enum label is given twice")
    kind = _new(state, statement.name, "enum")
    kind.values = statement.values
    return _publish(state, kind)


def _enum(state: State, name: ObjectName) -> Kind | None:
    found = state.kind(name)
    if found is None:
        if state.foreign(name):
            return None
        raise RefusedError(f'type "{name.name}" does not exist')
    if found.kind != "enum":
        raise RefusedError(f'"{name.name}" is not an enum')
    return found


def add_value(state: State, statement: AddEnumValue) -> None:
    kind = _enum(state, statement.name)
    if kind is None:
        return
    if statement.value in kind.values:
        if statement.if_not_exists:
            return
        raise RefusedError(f'enum label "{statement.value}" already exists')
    at = len(kind.values)
    if statement.neighbour is not None:
        if statement.neighbour not in kind.values:
            raise RefusedError(f'"{statement.neighbour}" is not an existing enum label')
        at = kind.values.index(statement.neighbour) + statement.after
    state.journal.set(kind, "values", (*kind.values[:at], statement.value, *kind.values[at:]))


def rename_value(state: State, statement: RenameEnumValue) -> None:
    kind = _enum(state, statement.name)
    if kind is None:
        return
    if statement.value not in kind.values or statement.now in kind.values:
        raise RefusedError(f'cannot rename enum label "{statement.value}" to "{statement.now}"')
    renamed = tuple(statement.now if value == statement.value else value for value in kind.values)
    state.journal.set(kind, "values", renamed)


def create_domain(state: State, statement: CreateDomain) -> Kind:
    kind = _new(state, statement.name, "domain")
    kind.base = types.resolve(state, statement.type, statement.place)
    kind.nullable, kind.default = statement.nullable, constant(statement.default)
    types.depends(state, kind, kind.base)
    _publish(state, kind)
    for check in statement.checks:
        _add_check(state, kind, check)
    return kind


def _add_check(state: State, kind: Kind, check: CheckConstraint) -> None:
    own = [one.name for one in kind.checks]
    if check.name in own:
        raise RefusedError(f'constraint "{check.name}" for domain "{kind.name}" already exists')
    name = check.name or naming.constraint_name(state, kind.schema, kind.name, None, "check", own)
    made = Constraint("check", name, check.place, (), Code(check.expression, {}), check.enforced)
    state.journal.set(kind, "checks", (*kind.checks, made))
    state.count_constraint(kind.schema, name, +1)


def alter_domain(state: State, statement: AlterDomain) -> None:
    kind = state.kind(statement.name)
    if kind is None:
        if state.foreign(statement.name):
            return
        raise RefusedError(f'type "{statement.name.name}" does not exist')
    if kind.kind != "domain":
        raise RefusedError(f'"{kind.name}" is not a domain')
    match statement.action:
        case a.SetDefault(_, default):
            state.journal.set(kind, "default", constant(default))
        case a.SetNullable(_, nullable):
            state.journal.set(kind, "nullable", nullable)
        case a.AddConstraint(constraint):
            if isinstance(constraint, CheckConstraint):
                _add_check(state, kind, constraint)
        case a.DropConstraint(name, if_exists):
            _drop_check(state, kind, name or "", if_exists)
        case a.RenameConstraint(name, now):
            _rename_check(state, kind, name, now)


def _drop_check(state: State, kind: Kind, name: str, if_exists: bool) -> None:
    kept = tuple(one for one in kind.checks if one.name != name)
    if len(kept) == len(kind.checks):
        if if_exists:
            return
        raise RefusedError(f'constraint "{name}" of domain "{kind.name}" does not exist')
    state.journal.set(kind, "checks", kept)
    state.count_constraint(kind.schema, name, -1)


def _rename_check(state: State, kind: Kind, name: str, now: str) -> None:
    found = next((one for one in kind.checks if one.name == name), None)
    if found is None or any(one.name == now for one in kind.checks):
        raise RefusedError(f'constraint "{name}" for domain "{kind.name}" cannot be renamed')
    state.journal.set(found, "name", now)
    state.count_constraint(kind.schema, name, -1)
    state.count_constraint(kind.schema, now, +1)


def create_composite(state: State, statement: CreateComposite) -> Relation:
    schema = state.home(statement.name)
    if not state.free(schema, statement.name.name):
        raise RefusedError(f'type "{statement.name.name}" already exists')
    relation = Relation(schema, statement.name.name, "composite", statement.name.place, made=state.order)
    state.put(relation)
    state.event("created", "type", (schema, relation.name), relation.place)
    for definition in statement.columns:
        columns.append(state, relation, columns.make(state, relation, definition), "created")
    return relation


def create_range(state: State, statement: CreateRange) -> None:
    kind = _new(state, statement.name, "range")
    kind.base = types.resolve(state, statement.subtype, statement.place)
    types.depends(state, kind, kind.base)
    _publish(state, kind)
    name = statement.multirange or _multirange(kind.name)
    if not state.free(kind.schema, name):
        raise RefusedError(f'type "{name}" already exists')
    kind.multirange = Kind(kind.schema, name, "range", kind.place, made=state.order)
    state.journal.put(state.kinds, (kind.schema, name), kind.multirange)


def _multirange(name: str) -> str:
    return name.replace("range", "multirange", 1) if "range" in name else f"{name}_multirange"


def create_base_type(state: State, statement: CreateBaseType) -> None:
    """A shell type may be filled in by a second CREATE TYPE."""
    found = state.kind(statement.name)
    if found is None or found.kind != "base":
        _publish(state, _new(state, statement.name, "base"))


def alter_type(state: State, statement: AlterType) -> None:
    """RENAME and SET SCHEMA."""
    state.types_renamed += 1
    kind = state.kind(statement.name)
    if kind is None:
        _alter_composite(state, statement)
        return
    old = (kind.schema, kind.name)
    schema = statement.action.schema if isinstance(statement.action, a.SetSchema) else kind.schema
    name = statement.action.now if isinstance(statement.action, a.RenameTo) else kind.name
    if not state.available(schema):
        raise RefusedError(f'schema "{schema}" does not exist')
    if (schema, name) == old:
        return
    if not state.free(schema, name):
        raise RefusedError(f'type "{name}" already exists')
    state.journal.remove(state.kinds, old)
    state.journal.set(kind, "schema", schema)
    state.journal.set(kind, "name", name)
    state.journal.put(state.kinds, (schema, name), kind)
    state.event("renamed", "type", old, statement.place, f"{schema}.{name}")


def _alter_composite(state: State, statement: AlterType) -> None:
    relation = state.relation(statement.name)
    if relation is None:
        if state.foreign(statement.name):
            return
        raise RefusedError(f'type "{statement.name.name}" does not exist')
    if relation.kind != "composite":
        raise RefusedError(f'"{relation.name}" is a table\'s row type')
    old = (relation.schema, relation.name)
    if isinstance(statement.action, a.SetSchema):
        tables.move(state, relation, statement.action.schema)
    else:
        tables.rename(state, relation, statement.action.now)
    state.event("renamed", "type", old, statement.place, f"{relation.schema}.{relation.name}")
