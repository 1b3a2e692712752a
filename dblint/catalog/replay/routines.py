"""Functions, procedures, aggregates and triggers."""

from __future__ import annotations

import itertools

from dblint.catalog import builtins
from dblint.catalog.replay import drops, types
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Argument, Routine, Trigger, TypeUse
from dblint.catalog.replay.state import State
from dblint.catalog.type_names import system_type
from dblint.source import Place
from dblint.sql import actions as a
from dblint.sql.definitions import ObjectName, Parameter, RoutineName, TypeName
from dblint.sql.statements import (
    AlterRoutine,
    CreateAggregate,
    CreateFunction,
    CreateTrigger,
    DropRoutine,
    DropTrigger,
    RenameTrigger,
)


def create_function(state: State, statement: CreateFunction) -> Routine:
    arguments = _arguments(state, statement.parameters, statement.place)
    returns, returns_set = _returns(state, statement, arguments)
    routine = Routine(
        schema=state.home(statement.name),
        name=statement.name.name,
        kind=statement.what,
        arguments=arguments,
        returns=returns,
        returns_set=returns_set,
        language=statement.language,
        place=statement.name.place,
        made=state.order,
    )
    _publish(state, routine, statement.replace)
    for use in (returns, *(one.type for one in arguments)):
        types.depends(state, routine, use)
    routine.definition = statement
    return routine


def _arguments(state: State, parameters: tuple[Parameter, ...], place: Place) -> tuple[Argument, ...]:
    made = tuple(
        Argument(one.name, types.unmodified(types.resolve(state, one.type, place)), one.mode, one.has_default)
        for one in parameters
    )
    defaults = [one.has_default for one in made if one.mode in ("in", "inout")]
    if any(earlier and not later for earlier, later in itertools.pairwise(defaults)):
        raise RefusedError("input parameters after one with a default value must also have defaults")
    for names in (_names(made, ("in", "inout", "variadic")), _names(made, ("out", "inout", "table"))):
        if len(set(names)) != len(names):
            raise RefusedError("parameter name used more than once")
    return made


def _names(arguments: tuple[Argument, ...], modes: tuple[str, ...]) -> list[str]:
    return [one.name for one in arguments if one.name is not None and one.mode in modes]


def _returns(state: State, statement: CreateFunction, arguments: tuple[Argument, ...]) -> tuple[TypeUse | None, bool]:
    """What the function returns: what it says, or what its OUT parameters come to."""
    given = types.resolve(state, statement.returns, statement.place) if statement.returns is not None else None
    stated = types.unmodified(given) if given is not None else None
    outs = [one.type for one in arguments if one.mode in ("out", "inout")]
    table = [one.type for one in arguments if one.mode == "table"]
    if statement.what == "procedure":
        return (_record() if outs else None), False
    if table:
        return (table[0] if len(table) == 1 else _record()), True
    if outs:
        implied = outs[0] if len(outs) == 1 else _record()
        if stated is not None and types.identity(stated) != types.identity(implied):
            raise RefusedError("function result type must agree with its OUT parameters")
        return implied, statement.returns_set
    if stated is None:
        raise RefusedError("function result type must be specified")
    return stated, statement.returns_set


def _record() -> TypeUse:
    return TypeUse(system_type(TypeName(None, "record")))


def _publish(state: State, routine: Routine, replace: bool) -> None:
    key = (routine.schema, routine.name)
    overloads = state.routines.get(key, ())
    existing = next((one for one in overloads if _signature(one) == _signature(routine)), None)
    if existing is None:
        state.journal.put(state.routines, key, (*overloads, routine))
        state.event("created", "function", key, routine.place)
        return
    if not replace:
        raise RefusedError(f'function "{routine.name}" already exists with same argument types')
    _check_replacement(existing, routine)
    state.journal.put(state.routines, key, tuple(routine if one is existing else one for one in overloads))
    for user in state.users_of(existing):
        state.use(user, routine)
        if isinstance(user, Trigger):
            state.journal.set(user, "routine", routine)


def _signature(routine: Routine) -> tuple[object, ...]:
    return tuple(types.identity(use) for use in routine.inputs)


def _check_replacement(old: Routine, new: Routine) -> None:
    """What CREATE OR REPLACE may not change."""
    if old.kind != new.kind:
        raise RefusedError("cannot change routine kind")
    if old.returns_set != new.returns_set or _result(old) != _result(new):
        raise RefusedError("cannot change return type of existing function")
    inputs = zip(_inputs(old), _inputs(new), strict=True)
    for before, after in inputs:
        if before.name is not None and before.name != after.name:
            raise RefusedError(f'cannot change name of input parameter "{before.name}"')
        if before.has_default and not after.has_default:
            raise RefusedError("cannot remove parameter defaults from existing function")


def _result(routine: Routine) -> tuple[object, ...]:
    outs = [one for one in routine.arguments if one.mode in ("out", "inout", "table")]
    returns = types.identity(routine.returns) if routine.returns is not None else ()
    columns = tuple((one.name, types.identity(one.type)) for one in outs) if len(outs) > 1 else ()
    return (returns, columns)


def _inputs(routine: Routine) -> list[Argument]:
    return [one for one in routine.arguments if one.mode in ("in", "inout", "variadic")]


def create_aggregate(state: State, statement: CreateAggregate) -> Routine:
    returns = types.unmodified(types.resolve(state, statement.state, statement.place))
    if statement.final is not None:
        returns = _final_result(state, statement.final) or returns
    routine = Routine(
        schema=state.home(statement.name),
        name=statement.name.name,
        kind="aggregate",
        arguments=_arguments(state, statement.parameters, statement.place),
        returns=returns,
        returns_set=False,
        language="internal",
        place=statement.name.place,
        made=state.order,
    )
    _publish(state, routine, statement.replace)
    return routine


def _final_result(state: State, name: ObjectName) -> TypeUse | None:
    """The result of an aggregate's final function, where its name alone tells."""
    own = [one for schema in state.places(name) for one in state.routines.get((schema, name.name), ())]
    if own:
        return own[0].returns if len(own) == 1 else None
    results = {one.result for one in builtins.functions(name.name)}
    system = system_type(TypeName(None, results.pop())) if len(results) == 1 else None
    return types.unmodified(TypeUse(system, dimensions=system.dimensions)) if system is not None else None


# DROP and ALTER


def drop_routine(state: State, statement: DropRoutine) -> None:
    found = [one for name in statement.routines for one in _found(state, name, statement.what, statement.if_exists)]
    drops.remove(state, found, statement.cascade, statement.place)


def _found(state: State, wanted: RoutineName, what: str, missing_ok: bool) -> list[Routine]:
    """The one routine that is meant; none where it is missing and may be."""
    candidates = [one for one in _candidates(state, wanted) if what in ("routine", one.kind)]
    if len(candidates) > 1 and wanted.arguments is None:
        raise RefusedError(f'{what} name "{wanted.name.name}" is not unique')
    if not candidates and not missing_ok and not state.foreign(wanted.name):
        raise RefusedError(f'{what} "{wanted.name.name}" does not exist')
    return candidates[:1]


def _candidates(state: State, wanted: RoutineName) -> list[Routine]:
    overloads = [
        one for schema in state.places(wanted.name) for one in state.routines.get((schema, wanted.name.name), ())
    ]
    if wanted.arguments is None:
        return overloads
    try:
        arguments = _arguments(state, wanted.arguments, wanted.name.place)
    except RefusedError:
        return []
    inputs = tuple(types.identity(one.type) for one in arguments if one.mode in ("in", "inout", "variadic"))
    exact = [one for one in overloads if _signature(one) == inputs]
    every = tuple(types.identity(one.type) for one in arguments)
    return exact or [one for one in overloads if _every(one) == every and one.kind == "procedure"]


def _every(routine: Routine) -> tuple[object, ...]:
    return tuple(types.identity(one.type) for one in routine.arguments)


def alter_routine(state: State, statement: AlterRoutine) -> None:
    """RENAME and SET SCHEMA."""
    for routine in _found(state, statement.routine, statement.what, missing_ok=False):
        old = (routine.schema, routine.name)
        schema = statement.action.schema if isinstance(statement.action, a.SetSchema) else routine.schema
        name = statement.action.now if isinstance(statement.action, a.RenameTo) else routine.name
        if not state.available(schema):
            raise RefusedError(f'schema "{schema}" does not exist')
        if (schema, name) == old:
            continue
        if any(_signature(one) == _signature(routine) for one in state.routines.get((schema, name), ())):
            raise RefusedError(f'function "{name}" already exists')
        kept = tuple(one for one in state.routines[old] if one is not routine)
        if kept:
            state.journal.put(state.routines, old, kept)
        else:
            state.journal.remove(state.routines, old)
        state.journal.set(routine, "schema", schema)
        state.journal.set(routine, "name", name)
        state.journal.put(state.routines, (schema, name), (*state.routines.get((schema, name), ()), routine))
        state.event("renamed", "function", old, statement.place, f"{schema}.{name}")


# Triggers


def create_trigger(state: State, statement: CreateTrigger) -> None:
    name = statement.function
    overloads = [one for schema in state.places(name) for one in state.routines.get((schema, name.name), ())]
    routine = next((one for one in overloads if not one.inputs), None)
    if routine is None and not state.foreign(name):
        raise RefusedError(f'function "{name.name}" does not exist')
    key = (routine.schema, routine.name) if routine is not None else (name.schema or "", name.name)
    relation = state.relation(statement.table)
    made = Trigger(statement.name, statement.timing, statement.events, key, statement.place, relation, routine)
    if relation is None:
        if not state.foreign(statement.table):
            raise RefusedError(f'relation "{statement.table.name}" does not exist')
        schema = statement.table.schema or (state.path[0] if state.path else "")
        state.journal.put(state.strays, (schema, statement.table.name, statement.name), made)
        return
    kept = tuple(one for one in relation.triggers if one.name != made.name)
    if len(kept) != len(relation.triggers) and not statement.replace:
        raise RefusedError(f'trigger "{made.name}" for relation "{relation.name}" already exists')
    state.journal.set(relation, "triggers", (*kept, made))
    if routine is not None:
        state.use(made, routine)


def drop_trigger(state: State, statement: DropTrigger) -> None:
    relation = state.relation(statement.table)
    if relation is None:
        schema = statement.table.schema or (state.path[0] if state.path else "")
        state.journal.remove(state.strays, (schema, statement.table.name, statement.name))
        return
    kept = tuple(one for one in relation.triggers if one.name != statement.name)
    if len(kept) == len(relation.triggers) and not statement.if_exists:
        raise RefusedError(f'trigger "{statement.name}" for table "{relation.name}" does not exist')
    state.journal.set(relation, "triggers", kept)


def rename_trigger(state: State, statement: RenameTrigger) -> None:
    relation = state.relation(statement.table)
    if relation is None:
        return
    found = next((one for one in relation.triggers if one.name == statement.name), None)
    if found is None or any(one.name == statement.now for one in relation.triggers):
        raise RefusedError(f'trigger "{statement.name}" for table "{relation.name}" cannot be renamed')
    state.journal.set(found, "name", statement.now)
