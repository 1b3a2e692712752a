"""Types as written, found in the working state; and back to the catalog's plain types."""

from __future__ import annotations

from dataclasses import replace

from dblint.catalog.model import Type, TypeKind
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Column, Kind, Relation, TypeUse
from dblint.catalog.replay.state import State
from dblint.catalog.type_names import bare, system_type, user_type
from dblint.source import Place
from dblint.sql.definitions import ObjectName, TypeName

_KINDS: dict[str, TypeKind] = {"enum": "enum", "domain": "domain", "range": "range", "base": "opaque"}


def resolve(state: State, type_: TypeName, place: Place) -> TypeUse:
    """The type that a name means now.

    Raises:
        RefusedError: the project makes such a type, but not yet or no more.
    """
    if type_.column_of is not None:
        return _type_of_column(state, type_, type_.column_of)
    if type_.schema in (None, "pg_catalog"):
        system = system_type(type_)
        if system is not None:
            return TypeUse(system, dimensions=system.dimensions)
    return _user_type(state, type_, ObjectName(type_.schema, type_.name, place))


def unmodified(use: TypeUse) -> TypeUse:
    """The type as an argument or a result has it: without modifiers."""
    return replace(use, system=bare(use.system) if use.system is not None else None, modifiers=())


def _user_type(state: State, type_: TypeName, name: ObjectName) -> TypeUse:
    dimensions = min(type_.dimensions, 1)
    for schema in state.places(name):
        found = state.kinds.get((schema, name.name)) or state.relations.get((schema, name.name))
        if isinstance(found, Kind | Relation):
            return TypeUse(None, found, None, type_.modifiers, dimensions)
    if not state.foreign(name):
        raise RefusedError(f'type "{name.name}" does not exist')
    return TypeUse(None, None, (name.schema or "", name.name), type_.modifiers, dimensions)


def _type_of_column(state: State, type_: TypeName, table: ObjectName) -> TypeUse:
    relation = state.relation(table)
    column = relation.column(type_.name) if relation is not None else None
    if column is not None and column.type is not None:
        return column.type
    if relation is None and not state.foreign(table):
        raise RefusedError(f'relation "{table.name}" does not exist')
    return TypeUse(None, None, ("", f"{table.name}.{type_.name}"), (), 0)


def identity(use: TypeUse) -> tuple[object, ...]:
    """What tells types apart in an argument list."""
    return _identity(use)


def _identity(use: TypeUse) -> tuple[object, ...]:
    dimensions = min(use.dimensions, 1)
    if use.system is not None:
        return (use.system.name, dimensions)
    return (use.user if use.user is not None else use.unknown, dimensions)


def plain(use: TypeUse | None, path: tuple[str, ...]) -> Type | None:
    """The catalog's type; its text is what ``format_type`` prints under that search path."""
    if use is None:
        return None
    if use.system is not None:
        return use.system
    if use.unknown is not None:
        schema, name = use.unknown
        return user_type("opaque", schema or None, name, use.modifiers, use.dimensions, path)
    if use.user is None:
        return None
    kind: TypeKind = _KINDS[use.user.kind] if isinstance(use.user, Kind) else "composite"
    return user_type(kind, use.user.schema, use.user.name, use.modifiers, use.dimensions, path)


def thawed(state: State, type_: Type | None) -> TypeUse | None:
    """The working state's use of a plain type that was made from it a moment ago."""
    if type_ is None:
        return None
    if type_.kind == "base" and type_.schema is None:
        return TypeUse(type_, dimensions=type_.dimensions)
    key = (type_.schema or "", type_.name)
    found = state.kinds.get(key) or state.relations.get(key)
    if isinstance(found, Kind | Relation):
        return TypeUse(None, found, None, type_.modifiers, type_.dimensions)
    return TypeUse(None, None, key, type_.modifiers, type_.dimensions)


def depends(state: State, user: object, use: TypeUse | None) -> None:
    """Note that ``user`` needs the type."""
    if use is not None and use.user is not None:
        state.use(user, use.user)


def depends_no_more(state: State, user: Column, use: TypeUse | None) -> None:
    if use is not None and use.user is not None:
        state.unuse(user, use.user)
