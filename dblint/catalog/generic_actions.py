"""What the actions of ALTER TABLE do to a table of MySQL or SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dblint.catalog.generic_tables import RefusedError, WorkTable, same, type_of, written
from dblint.catalog.model import Dialect
from dblint.sql import actions as a
from dblint.sql.definitions import ColumnDefinition, Like, PrimaryKey, Unique


@dataclass(frozen=True, slots=True)
class Setting:
    """The server and moment an action happens in, and the tables beside the one it changes."""

    dialect: Dialect
    order: int
    others: Sequence[WorkTable]


def act(table: WorkTable, action: a.Action, setting: Setting) -> None:
    """Apply one action.

    Raises:
        RefusedError: the server would refuse the whole statement.
    """
    do = _ACTIONS.get(type(action))
    if do is not None:
        do(table, action, setting)


def close_keys(table: WorkTable, definitions: Iterable[ColumnDefinition | Like], dialect: Dialect) -> None:
    """Columns of the primary key are NOT NULL, but for those that SQLite leaves open."""
    left_open = {one.name.lower() for one in definitions if isinstance(one, ColumnDefinition) and one.nullable}
    for name in table.primary_key or ():
        if dialect != "sqlite" or name.lower() not in left_open:
            table.update(name, lambda one: replace(one, nullable=False))


def _add_column(table: WorkTable, action: a.AddColumn, setting: Setting) -> None:
    if action.if_not_exists and table.position(action.column.name) is not None:
        return
    keyed = any(isinstance(one, PrimaryKey | Unique) for one in action.column.constraints)
    if keyed and setting.dialect == "sqlite":
        raise RefusedError("SQLite adds no column with a key")
    table.add(action.column, action.after)
    table.note("added", action.column.name, setting.order, action.column.place)


def _drop_column(table: WorkTable, action: a.DropColumn, setting: Setting) -> None:
    if action.if_exists and table.position(action.name) is None:
        return
    name = table.named(action.name)
    table.drop_column(action.name, keyed=setting.dialect != "sqlite")
    table.note("dropped", name, setting.order, action.place)


def _rename_column(table: WorkTable, action: a.RenameColumn, setting: Setting) -> None:
    name = table.named(action.name)
    table.rename_column(action.name, action.now)
    _rename_references(table, name, action.now, setting)
    table.note("renamed", name, setting.order, action.place, action.now)


def _rename_references(table: WorkTable, name: str, now: str, setting: Setting) -> None:
    """Foreign keys go on meaning a column that is renamed."""
    for other in (*setting.others, table):
        other.foreign_keys = [
            replace(one, references=tuple(now if same(key, name) else key for key in one.references))
            if same(one.table, table.name)
            else one
            for one in other.foreign_keys
        ]


def _change_column(table: WorkTable, action: a.ChangeColumn, setting: Setting) -> None:
    before = table.columns[table.require(action.name)]
    table.change(action.name, action.column, action.after)
    now = table.columns[table.require(action.column.name)]
    if before.name != now.name:
        _rename_references(table, before.name, now.name, setting)
        table.note("renamed", before.name, setting.order, action.place, now.name)
    if before.type != now.type and now.type is not None:
        table.note("retyped", now.name, setting.order, action.place, now.type.text)


def _retype_column(table: WorkTable, action: a.RetypeColumn, setting: Setting) -> None:
    type_ = type_of(action.type)
    table.update(action.name, lambda one: replace(one, type=type_))
    table.note("retyped", table.named(action.name), setting.order, action.place, type_.text)


def _set_default(table: WorkTable, action: a.SetDefault, _setting: Setting) -> None:
    table.update(action.column, lambda one: replace(one, default=written(action.default)))


def _set_nullable(table: WorkTable, action: a.SetNullable, _setting: Setting) -> None:
    table.update(action.column, lambda one: replace(one, nullable=action.nullable))


def _add_constraint(table: WorkTable, action: a.AddConstraint, setting: Setting) -> None:
    table.constrain(action.constraint)
    close_keys(table, (), setting.dialect)


def _drop_constraint(table: WorkTable, action: a.DropConstraint, _setting: Setting) -> None:
    if not table.drop_constraint(action.name) and not action.if_exists:
        raise RefusedError(f"no constraint {action.name}")


def _rename_constraint(table: WorkTable, action: a.RenameConstraint, _setting: Setting) -> None:
    table.rename_constraint(action.name, action.now)


def _alter_constraint(table: WorkTable, action: a.AlterConstraint, _setting: Setting) -> None:
    table.checks = [
        replace(one, enforced=action.enforced) if same(one.name, action.name) else one for one in table.checks
    ]


def _rename_table(table: WorkTable, action: a.RenameTo, _setting: Setting) -> None:
    table.name = action.now


_ACTIONS: dict[type[Any], Callable[[WorkTable, Any, Setting], None]] = {
    a.AddColumn: _add_column,
    a.DropColumn: _drop_column,
    a.RenameColumn: _rename_column,
    a.ChangeColumn: _change_column,
    a.RetypeColumn: _retype_column,
    a.SetDefault: _set_default,
    a.SetNullable: _set_nullable,
    a.AddConstraint: _add_constraint,
    a.DropConstraint: _drop_constraint,
    a.RenameConstraint: _rename_constraint,
    a.AlterConstraint: _alter_constraint,
    a.RenameTo: _rename_table,
}
