"""ALTER TABLE, DROP and RENAME of MySQL, MariaDB and SQLite."""

from __future__ import annotations

from collections.abc import Callable

from dblint.sql.actions import (
    Action,
    AddColumn,
    AddConstraint,
    AlterConstraint,
    ChangeColumn,
    DropColumn,
    DropConstraint,
    RenameColumn,
    RenameConstraint,
    RenameTo,
    RetypeColumn,
    SetDefault,
    SetNullable,
)
from dblint.sql.definitions import ObjectName, RoutineName
from dblint.sql.generic_columns import (
    column,
    expression,
    is_constraint,
    table_constraint,
    unique_name,
)
from dblint.sql.generic_cursor import Cursor
from dblint.sql.generic_types import type_name
from dblint.sql.statements import (
    AlterRelation,
    CreateIndex,
    Drop,
    DropRoutine,
    DropTrigger,
    ObjectWord,
    RoutineWord,
    Statement,
)

_Reader = Callable[[Cursor, ObjectName], list[Action | CreateIndex]]
_DROPPED: dict[str, ObjectWord] = {
    "TABLE": "table",
    "VIEW": "view",
    "DATABASE": "schema",
    "SCHEMA": "schema",
    "TYPE": "type",
    "SEQUENCE": "sequence",
}
_ROUTINES: dict[str, RoutineWord] = {"FUNCTION": "function", "PROCEDURE": "procedure"}


def alter_table(cursor: Cursor) -> list[Statement]:
    """After ``ALTER TABLE``: one statement with its actions; a partial unique key follows as an index of its own."""
    guarded = cursor.take("IF", "EXISTS")
    cursor.take("ONLY")
    name = cursor.object_name()
    found = [made for item in cursor.rest_items() for made in _actions(item, name)]
    actions = tuple(one for one in found if not isinstance(one, CreateIndex))
    indexes: list[Statement] = [one for one in found if isinstance(one, CreateIndex)]
    altered: list[Statement] = [AlterRelation(cursor.place, "table", name, actions, guarded)] if actions else []
    return altered + indexes


def _actions(item: Cursor, table: ObjectName) -> list[Action | CreateIndex]:
    read = _ACTIONS.get(item.word())
    if read is None:
        return []
    item.next()
    return read(item, table)


def _add(item: Cursor, table: ObjectName) -> list[Action | CreateIndex]:
    if item.word() in ("PARTITION", "PERIOD", "SYSTEM"):
        return []
    if is_constraint(item):
        made = table_constraint(item, table)
        if made is None or isinstance(made, CreateIndex):
            return [] if made is None else [made]
        return [AddConstraint(made)]
    item.take("COLUMN")
    guarded = item.take("IF", "NOT", "EXISTS")
    if item.sign("("):
        return [added for one in item.items() for added in _added(one, table, guarded)]
    return _added(item, table, guarded)


def _added(item: Cursor, table: ObjectName, guarded: bool) -> list[Action | CreateIndex]:
    if is_constraint(item):
        return _add(item, table)
    definition, position = column(item, table)
    return [AddColumn(definition, guarded, position.after)]


def _drop(item: Cursor, table: ObjectName) -> list[Action | CreateIndex]:
    if item.take("PRIMARY", "KEY"):
        return [DropConstraint(None)]
    if item.take_any("INDEX", "KEY"):
        item.take("IF", "EXISTS")
        return [DropConstraint(unique_name("mysql", table, item.name()), if_exists=True)]
    if item.take("FOREIGN", "KEY") or item.take_any("CONSTRAINT", "CHECK"):
        guarded = item.take("IF", "EXISTS")
        return _drop_constraint(item, table, guarded)
    if item.word() in ("PARTITION", "PERIOD", "SYSTEM"):
        return []
    item.take("COLUMN")
    guarded = item.take("IF", "EXISTS")
    place = item.here
    return [DropColumn(item.name(), place, guarded, item.take("CASCADE"))]


def _drop_constraint(item: Cursor, table: ObjectName, guarded: bool) -> list[Action | CreateIndex]:
    """MySQL's DROP CONSTRAINT takes unique keys too, by the name they have in their table."""
    name = item.name()
    if item.script.dialect != "mysql":
        return [DropConstraint(name, guarded, item.take("CASCADE"))]
    return [DropConstraint(name, True), DropConstraint(unique_name("mysql", table, name), True)]


def _alter(item: Cursor, _table: ObjectName) -> list[Action | CreateIndex]:
    if item.take("INDEX"):
        return []
    if item.take_any("CHECK", "CONSTRAINT"):
        name = item.name()
        return [AlterConstraint(name, not item.take("NOT"))]
    item.take("COLUMN")
    place = item.here
    name = item.name()
    if item.take("SET", "DEFAULT"):
        return [SetDefault(name, expression(item))]
    if item.take("DROP", "DEFAULT"):
        return [SetDefault(name, None)]
    if item.take("SET", "NOT", "NULL"):
        return [SetNullable(name, False)]
    if item.take("DROP", "NOT", "NULL"):
        return [SetNullable(name, True)]
    if item.take("SET", "DATA", "TYPE") or item.take("TYPE"):
        return [RetypeColumn(name, type_name(item), place)]
    return []


def _change(item: Cursor, table: ObjectName) -> list[Action | CreateIndex]:
    item.take("COLUMN")
    item.take("IF", "EXISTS")
    place = item.here
    name = item.name()
    definition, position = column(item, table)
    return [ChangeColumn(name, definition, place, position.after)]


def _modify(item: Cursor, table: ObjectName) -> list[Action | CreateIndex]:
    item.take("COLUMN")
    item.take("IF", "EXISTS")
    place = item.here
    definition, position = column(item, table)
    return [ChangeColumn(definition.name, definition, place, position.after)]


def _rename(item: Cursor, table: ObjectName) -> list[Action | CreateIndex]:
    if item.take_any("INDEX", "KEY"):
        old = unique_name("mysql", table, item.name())
        item.expect("TO")
        new = unique_name("mysql", table, item.name())
        return [RenameConstraint(old or "", new or "")]
    if item.take("CONSTRAINT"):
        old_name = item.name()
        item.expect("TO")
        return [RenameConstraint(old_name, item.name())]
    if item.take_any("TO", "AS") or not (item.at("COLUMN") or item.word(1) == "TO"):
        return [RenameTo(item.object_name().name)]
    item.take("COLUMN")
    item.take("IF", "EXISTS")
    place = item.here
    name = item.name()
    item.expect("TO")
    return [RenameColumn(name, item.name(), place)]


_ACTIONS: dict[str, _Reader] = {
    "ADD": _add,
    "DROP": _drop,
    "ALTER": _alter,
    "CHANGE": _change,
    "MODIFY": _modify,
    "RENAME": _rename,
}


def rename_tables(cursor: Cursor) -> list[Statement]:
    """``RENAME TABLE a TO b, c TO d``; each takes effect before the next."""
    made: list[Statement] = []
    for item in cursor.rest_items():
        guarded = item.take("IF", "EXISTS")
        name = item.object_name()
        while not item.at("TO"):
            item.next()
        item.expect("TO")
        made.append(AlterRelation(cursor.place, "table", name, (RenameTo(item.object_name().name),), guarded))
    return made


def drop(cursor: Cursor) -> list[Statement]:
    """After ``DROP``; what no catalog holds gives nothing."""
    cursor.take_any("TEMPORARY", "MATERIALIZED")
    word = cursor.next().word
    guarded = cursor.take("IF", "EXISTS")
    if word in _DROPPED:
        names = [cursor.object_name()]
        while cursor.take_sign(","):
            names.append(cursor.object_name())
        return [Drop(cursor.place, _DROPPED[word], tuple(names), guarded, cascade=True)]
    if word == "INDEX":
        return _drop_index(cursor, guarded)
    if word in _ROUTINES:
        return [DropRoutine(cursor.place, _ROUTINES[word], (RoutineName(cursor.object_name(), None),), guarded)]
    if word == "TRIGGER":
        name = cursor.object_name()
        return [DropTrigger(cursor.place, name.name, name, guarded)] if cursor.take("ON") else []
    return []


def _drop_index(cursor: Cursor, guarded: bool) -> list[Statement]:
    name = cursor.object_name()
    if cursor.script.dialect != "mysql":
        return [Drop(cursor.place, "index", (name,), guarded)]
    cursor.expect("ON")
    table = cursor.object_name()
    dropped = DropConstraint(unique_name("mysql", table, name.name), if_exists=True)
    return [AlterRelation(cursor.place, "table", table, (dropped,))]
