"""DROP: what goes, what goes with it, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from dblint.catalog.replay import attaching, columns, types
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import (
    Code,
    Column,
    Constraint,
    Index,
    Kind,
    Relation,
    Routine,
    Sequence,
    Trigger,
)
from dblint.catalog.replay.state import State
from dblint.source import Place
from dblint.sql.definitions import ObjectName
from dblint.sql.statements import Drop

Thing: TypeAlias = Relation | Index | Sequence | Column | Constraint | Kind | Routine | Trigger

_KINDS = {
    "table": ("table", "partitioned table"),
    "foreign table": ("foreign table",),
    "view": ("view",),
    "materialized view": ("materialized view",),
}


def drop(state: State, statement: Drop) -> None:
    """DROP of anything but routines and triggers."""
    if statement.what == "schema":
        for name in statement.names:
            _drop_schema(state, name, statement)
        return
    things = [thing for name in statement.names if (thing := _wanted(state, name, statement)) is not None]
    remove(state, things, statement.cascade, statement.place)


def _wanted(state: State, name: ObjectName, statement: Drop) -> Thing | None:
    if statement.what == "extension":
        return None
    found: Thing | None
    if statement.what in ("type", "domain"):
        found = state.kind(name) or _composite(state, name)
        fits = statement.what == "type" or (isinstance(found, Kind) and found.kind == "domain")
    else:
        found = state.named(name)
        fits = _fits(found, statement.what)
    if found is None:
        if statement.if_exists or state.foreign(name):
            return None
        raise RefusedError(f'{statement.what} "{name.name}" does not exist')
    if not fits:
        raise RefusedError(f'"{name.name}" is not a {statement.what}')
    if isinstance(found, Index) and found.constraint is not None:
        raise RefusedError(f'cannot drop index "{found.name}" because a constraint requires it')
    return found


def _composite(state: State, name: ObjectName) -> Relation | None:
    found = state.relation(name)
    return found if found is not None and found.kind == "composite" else None


def _fits(found: object, what: str) -> bool:
    if isinstance(found, Relation):
        return found.kind in _KINDS.get(what, ())
    return isinstance(found, Index if what == "index" else Sequence) and what in ("index", "sequence")


def _drop_schema(state: State, name: ObjectName, statement: Drop) -> None:
    schema = name.name
    if not state.schemas.get(schema, False):
        if statement.if_exists or schema not in state.plan.schemas:
            return
        raise RefusedError(f'schema "{schema}" does not exist')
    inside = list(_inside(state, schema))
    if inside and not statement.cascade:
        raise RefusedError(f'cannot drop schema "{schema}" because other objects depend on it')
    remove(state, inside, True, statement.place)
    state.journal.put(state.schemas, schema, False)


def _inside(state: State, schema: str) -> Iterator[Thing]:
    for (home, _), named in state.relations.items():
        if home == schema and not (isinstance(named, Index) and named.constraint is not None):
            yield named
    yield from (kind for (home, _), kind in state.kinds.items() if home == schema)
    for (home, _), overloads in state.routines.items():
        if home == schema:
            yield from overloads


def remove(state: State, things: Iterable[Thing], cascade: bool, place: Place) -> None:
    """Remove the things and what depends on them.

    Raises:
        RefusedError: something else depends on them, and there is no CASCADE.
    """
    doomed: dict[Thing, None] = {}
    left: list[Thing] = []
    waiting = list(things)
    while waiting:
        thing = waiting.pop(0)
        if thing in doomed:
            continue
        doomed[thing] = None
        for dependant, automatic in _dependants(state, thing):
            (waiting if automatic or cascade else left).append(dependant)
    if any(thing not in doomed and _whole(thing) not in doomed for thing in left):
        raise RefusedError("cannot drop because other objects depend on it")
    for thing in doomed:
        _remove(state, thing, doomed, place)


def _dependants(state: State, thing: Thing) -> Iterator[tuple[Thing, bool]]:
    """What depends on a thing; True for what goes without CASCADE too."""
    for user in state.users_of(thing):
        if isinstance(user, Relation | Column | Constraint | Kind | Routine | Trigger) and alive(state, user):
            yield user, _own(user, thing)
    if isinstance(thing, Relation):
        yield from ((child, child.partition) for child in thing.children)
    elif isinstance(thing, Column) and thing.owner is not None:
        yield from ((user, False) for user in _users_in_table(state, thing, thing.owner))
    elif isinstance(thing, Kind) and thing.multirange is not None:
        yield thing.multirange, True
    elif isinstance(thing, Constraint) and thing.index is not None:
        yield from ((user, False) for user in _foreign_users(state, thing.index, None))


def _whole(thing: Thing) -> Relation | None:
    """The relation a thing is a part of, and goes with."""
    if isinstance(thing, Constraint):
        return thing.columns[0].owner if thing.columns else None
    if isinstance(thing, Trigger):
        return thing.table
    return thing.owner if isinstance(thing, Column) else None


def _users_in_table(state: State, column: Column, owner: Relation) -> Iterator[Thing]:
    """Generated columns that read the column, and foreign keys that lean on an index with it."""
    for other in owner.columns:
        if other.generated is not None and column in other.generated.columns.values():
            yield other
    for index in owner.indexes:
        if column in _columns_of(index):
            yield from _foreign_users(state, index, owner)


def _foreign_users(state: State, index: Index, owner: Relation | None) -> list[Constraint]:
    """Foreign keys that lean on an index; those of ``owner`` itself too where the index goes alone."""
    users = (one for one in state.users_of(index) if isinstance(one, Constraint) and alive(state, one))
    return [one for one in users if owner is None or one.columns[0].owner is not owner]


def _own(user: object, thing: Thing) -> bool:
    """The user goes with the thing it is a part of."""
    if not isinstance(user, Constraint):
        return False
    owner = user.columns[0].owner
    return owner is thing or (isinstance(thing, Column) and thing in user.columns)


def alive(state: State, user: Thing) -> bool:
    """The user stands; what is gone is still noted as one."""
    if isinstance(user, Relation):
        return state.relations.get((user.schema, user.name)) is user
    if isinstance(user, Column):
        return user.owner is not None and user in user.owner.columns and alive(state, user.owner)
    if isinstance(user, Constraint):
        owner = user.columns[0].owner if user.columns else None
        return owner is not None and user in owner.constraints and alive(state, owner)
    if isinstance(user, Kind):
        return state.kinds.get((user.schema, user.name)) is user
    if isinstance(user, Routine):
        return user in state.routines.get((user.schema, user.name), ())
    table = user.table if isinstance(user, Trigger) else None
    return table is not None and user in table.triggers and alive(state, table)


def _columns_of(index: Index) -> list[Column]:
    codes = [*index.keys, index.predicate]
    found = [key for key in codes if isinstance(key, Column)]
    return found + [column for key in codes if isinstance(key, Code) for column in key.columns.values()]


def _remove(state: State, thing: Thing, doomed: dict[Thing, None], place: Place) -> None:
    match thing:
        case Relation():
            _remove_relation(state, thing, place)
        case Kind():
            _remove_kind(state, thing, place)
        case Routine():
            remove_routine(state, thing, place)
        case Sequence():
            state.forget(thing)
        case _:
            _remove_part(state, thing, doomed, place)


def _remove_part(
    state: State, thing: Column | Constraint | Index | Trigger, doomed: dict[Thing, None], place: Place
) -> None:
    """Something of a table, where the table does not go as a whole."""
    table = _table_of(thing)
    if table is None or table in doomed:
        return
    match thing:
        case Column():
            remove_column(state, table, thing, place)
        case Constraint() if thing in table.constraints:
            attaching.detach(state, table, thing)
        case Index() if thing in table.indexes:
            attaching.remove_index(state, thing)
        case Trigger():
            state.journal.set(table, "triggers", tuple(one for one in table.triggers if one is not thing))


def _table_of(thing: Column | Constraint | Index | Trigger) -> Relation | None:
    if isinstance(thing, Column):
        return thing.owner
    if isinstance(thing, Constraint):
        return thing.columns[0].owner if thing.columns else None
    return thing.table


def _remove_relation(state: State, relation: Relation, place: Place) -> None:
    for column in relation.columns:
        types.depends_no_more(state, column, column.type)
        for sequence in columns.owned(state, column):
            state.forget(sequence)
    for one in relation.constraints:
        attaching.detach(state, relation, one)
    for index in relation.indexes:
        state.forget(index)
    for parent in relation.parents:
        state.journal.set(parent, "children", tuple(one for one in parent.children if one is not relation))
    state.forget(relation)
    state.event("dropped", "type" if relation.kind == "composite" else "table", (relation.schema, relation.name), place)


def remove_column(state: State, relation: Relation, column: Column, place: Place) -> None:
    """The column goes, with its constraints and indexes; in children too where they only inherit it."""
    if column not in relation.columns:
        return
    for one in columns.constraints_of(relation, column):
        attaching.detach(state, relation, one)
    for index in relation.indexes:
        if column in _columns_of(index):
            attaching.remove_index(state, index)
    for sequence in columns.owned(state, column):
        state.forget(sequence)
    types.depends_no_more(state, column, column.type)
    state.journal.set(relation, "columns", tuple(one for one in relation.columns if one is not column))
    state.column_event(relation, "dropped", column.name, place)
    for child in relation.children:
        inherited = child.column(column.name)
        if inherited is not None and inherited.parents:
            state.journal.set(inherited, "parents", inherited.parents - 1)
            if inherited.parents == 0 and not inherited.local:
                remove_column(state, child, inherited, place)


def _remove_kind(state: State, kind: Kind, place: Place) -> None:
    if kind.base is not None and isinstance(kind.base.user, Kind | Relation):
        state.unuse(kind, kind.base.user)
    for one in kind.checks:
        state.count_constraint(kind.schema, one.name, -1)
    state.journal.remove(state.kinds, (kind.schema, kind.name))
    state.event("dropped", "type", (kind.schema, kind.name), place)


def remove_routine(state: State, routine: Routine, place: Place) -> None:
    key = (routine.schema, routine.name)
    kept = tuple(one for one in state.routines.get(key, ()) if one is not routine)
    if kept:
        state.journal.put(state.routines, key, kept)
    else:
        state.journal.remove(state.routines, key)
    state.journal.append(state.former, routine)
    state.event("dropped", "function", key, place)
