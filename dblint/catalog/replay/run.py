"""One statement after the other: each is applied as the server would, or refused and without effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dblint.catalog.replay import alter, drops, indexes, kinds, routines, schemas, selects, tables
from dblint.catalog.replay.state import State
from dblint.sql import statements as s

_APPLY: dict[type[Any], Callable[[State, Any], object]] = {
    s.CreateTable: tables.create_table,
    s.CreateTableAs: selects.create_table_as,
    s.CreateView: selects.create_view,
    s.CreateIndex: indexes.create_index,
    s.CreateSequence: schemas.create_sequence,
    s.AlterRelation: alter.alter_relation,
    s.Drop: drops.drop,
    s.CreateEnum: kinds.create_enum,
    s.AddEnumValue: kinds.add_value,
    s.RenameEnumValue: kinds.rename_value,
    s.CreateDomain: kinds.create_domain,
    s.AlterDomain: kinds.alter_domain,
    s.CreateComposite: kinds.create_composite,
    s.CreateRange: kinds.create_range,
    s.CreateBaseType: kinds.create_base_type,
    s.AlterType: kinds.alter_type,
    s.CreateFunction: routines.create_function,
    s.CreateAggregate: routines.create_aggregate,
    s.DropRoutine: routines.drop_routine,
    s.AlterRoutine: routines.alter_routine,
    s.CreateTrigger: routines.create_trigger,
    s.DropTrigger: routines.drop_trigger,
    s.RenameTrigger: routines.rename_trigger,
    s.CreateSchema: schemas.create_schema,
    s.RenameSchema: schemas.rename_schema,
    s.SetSearchPath: schemas.set_search_path,
    s.Call: schemas.call,
}


def apply(state: State, statement: s.Statement) -> object:
    """Apply one statement; the thing it made, where it made one.

    Raises:
        RefusedError: the server would refuse it; the caller takes back what is half done.
    """
    do = _APPLY.get(type(statement))
    return do(state, statement) if do is not None else None


def applies(statement: s.Statement) -> bool:
    """The statement is one that changes the working state."""
    return type(statement) in _APPLY
