"""The statements of MySQL, MariaDB or SQLite replayed in order into the catalog they leave standing.

These servers know no search path, no types of their own and no names that differ by case alone, but they change columns
in place and keep an enum's values in the column: little of PostgreSQL's replay would hold for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from dblint.catalog import model
from dblint.catalog.generic_actions import Setting, act, close_keys
from dblint.catalog.generic_tables import RefusedError, WorkTable, same, type_of
from dblint.catalog.generic_views import Output, Outputs, outputs, renamed
from dblint.source import Place
from dblint.sql import actions as a
from dblint.sql import statements as s
from dblint.sql.definitions import Like, ObjectName

File = Sequence[s.Statement]
_DEFAULT_SCHEMAS: dict[model.Dialect, str] = {"sqlite": "main", "mysql": ""}


def replay(
    files: Iterable[File],
    dialect: model.Dialect,
    search_path: tuple[str, ...] = (),
    listed: tuple[model.SchemaFile, ...] = (),
) -> model.Catalog:
    """The catalog that the files' statements leave standing."""
    state = _State(dialect, search_path)
    for file in files:
        state.schema = state.home
        for statement in file:
            state.step(statement)
    return state.catalog(listed)


class _State:
    def __init__(self, dialect: model.Dialect, search_path: tuple[str, ...]) -> None:
        self.dialect: model.Dialect = dialect
        self.home = search_path[0] if search_path else _DEFAULT_SCHEMAS.get(dialect, "")
        self.path = search_path
        self.schema = self.home
        self.order = 0
        self.tables: dict[tuple[str, str], WorkTable] = {}
        self.functions: dict[tuple[str, str], model.Function] = {}
        self.triggers: dict[tuple[str, str], tuple[model.Trigger, tuple[str, ...]]] = {}
        self.schemas: dict[str, None] = {}
        self.skipped: list[model.Skipped] = []
        self.events: list[model.ObjectEvent] = []

    def step(self, statement: s.Statement) -> None:
        self.order += 1
        if isinstance(statement, s.Unreadable):
            self.skipped.append(model.Skipped(statement.place, statement.reason))
            return
        apply = _APPLY.get(type(statement))
        if apply is not None:
            try:
                apply(self, statement)
            except RefusedError:
                return

    # Looking up

    def key(self, name: ObjectName) -> tuple[str, str]:
        return ((name.schema if name.schema is not None else self.schema).lower(), name.name.lower())

    def find(self, name: ObjectName) -> WorkTable | None:
        return self.tables.get(self.key(name))

    def require(self, name: ObjectName) -> WorkTable:
        found = self.find(name)
        if found is None:
            raise RefusedError(f"no table {name.name}")
        return found

    def seen(self, schema: str | None, name: str) -> Outputs | None:
        """A table's columns as a query sees them."""
        found = self.tables.get(((schema if schema is not None else self.schema).lower(), name.lower()))
        if found is None:
            return None
        return Outputs(tuple(Output(one.name, one.type, one.nullable) for one in found.columns), found.complete)

    def event(self, kind: model.EventKind, table: WorkTable, place: Place, now: str | None = None) -> None:
        self.events.append(model.ObjectEvent(kind, "table", table.schema, table.name, self.order, place, now))

    # Tables

    def begin(self, name: ObjectName, kind: model.TableKind, temporary: bool) -> WorkTable:
        """An empty table under a free name.

        Raises:
            RefusedError: something has that name; so ``IF NOT EXISTS`` has no effect either.
        """
        if (not temporary and self.find(name) is not None) or name.name.lower() in self._index_names():
            raise RefusedError(f"{name.name} is there already")
        schema = name.schema if name.schema is not None else self.schema
        return WorkTable(schema, name.name, kind, name.place, temporary=temporary)

    def _index_names(self) -> set[str]:
        return self.indexes() if self.dialect == "sqlite" else set()

    def publish(self, table: WorkTable) -> None:
        self.tables[(table.schema.lower(), table.name.lower())] = table
        if table.temporary:
            return
        self.event("created", table, table.place)
        for column in table.columns:
            table.note("created", column.name, self.order, column.place)

    def create_table(self, statement: s.CreateTable) -> None:
        table = self.begin(statement.name, "table", statement.temporary)
        table.strict = statement.strict
        for definition in statement.columns:
            if isinstance(definition, Like):
                self._copy(table, definition)
            else:
                table.add(definition)
        for constraint in statement.constraints:
            table.constrain(constraint)
        close_keys(table, statement.columns, self.dialect)
        self.publish(table)

    def _copy(self, table: WorkTable, like: Like) -> None:
        source = deepcopy(self.require(like.table))
        table.columns, table.values, table.primary_key = source.columns, source.values, source.primary_key
        table.checks, table.complete = source.checks, source.complete
        prefix = f"{source.name}."
        for one in source.unique:
            one.name = f"{table.name}.{one.name.removeprefix(prefix)}" if one.name is not None else None
        table.unique, table.indexes = source.unique, source.indexes

    def create_table_as(self, statement: s.CreateTableAs) -> None:
        table = self.begin(statement.name, "table", statement.temporary)
        self._fill(table, renamed(outputs(statement.query, self.seen), statement.columns), keep=True)
        self.publish(table)

    def create_view(self, statement: s.CreateView) -> None:
        existing = self.find(statement.name)
        if existing is not None and existing.kind == "view" and statement.replace:
            del self.tables[self.key(statement.name)]
        view = self.begin(statement.name, "view", statement.temporary)
        self._fill(view, renamed(outputs(statement.query, self.seen), statement.columns), keep=False)
        self.publish(view)

    def _fill(self, table: WorkTable, given: Outputs, keep: bool) -> None:
        table.complete = given.complete
        for one in given.columns:
            if table.position(one.name) is None:
                table.columns.append(
                    model.Column(one.name, one.type, table.place, nullable=not keep or one.nullable or not one.type)
                )

    def create_index(self, statement: s.CreateIndex) -> None:
        if statement.name is not None and statement.name.lower() in self._index_names():
            raise RefusedError(f"{statement.name} is there already")
        self.require(statement.table).index(statement)

    def indexes(self) -> set[str]:
        """The names that indexes have, in SQLite's one namespace of tables and indexes."""
        return {(one.name or "").lower() for table in self.tables.values() for one in (*table.indexes, *table.others)}

    # ALTER and DROP

    def alter(self, statement: s.AlterRelation) -> None:
        table = self.require(statement.name)
        if table.kind == "view" and not all(isinstance(action, a.RenameTo) for action in statement.actions):
            raise RefusedError(f"{table.name} is a view")
        changed = deepcopy(table)
        setting = Setting(self.dialect, self.order, [one for one in self.tables.values() if one is not table])
        for action in statement.actions:
            act(changed, action, setting)
        del self.tables[(table.schema.lower(), table.name.lower())]
        key = (changed.schema.lower(), changed.name.lower())
        if key in self.tables:
            self.tables[(table.schema.lower(), table.name.lower())] = table
            raise RefusedError(f"{changed.name} is there already")
        self.tables[key] = changed
        if table.name != changed.name:
            self._follow(table, changed)
            self.event("renamed", table, statement.place, changed.name)

    def _follow(self, table: WorkTable, changed: WorkTable) -> None:
        """Foreign keys go on meaning a table that is renamed."""
        for other in self.tables.values():
            other.foreign_keys = [
                replace(one, table=changed.name) if same(one.table, table.name) and one.schema == table.schema else one
                for one in other.foreign_keys
            ]

    def drop(self, statement: s.Drop) -> None:
        if statement.what == "schema":
            gone = {name.name.lower() for name in statement.names}
            for key in [key for key in self.tables if key[0] in gone]:
                self._remove(key, statement.place)
            return
        if statement.what == "index":
            for name in statement.names:
                for table in self.tables.values():
                    table.drop_constraint(name.name)
            return
        keys = [self.key(name) for name in statement.names]
        views = statement.what in ("view", "materialized view")
        if any(key in self.tables and (self.tables[key].kind == "view") != views for key in keys):
            raise RefusedError("it is of another kind")
        if not statement.if_exists and self.dialect == "mysql" and any(key not in self.tables for key in keys):
            raise RefusedError("one of them is not there")
        for key in keys:
            self._remove(key, statement.place)

    def _remove(self, key: tuple[str, str], place: Place) -> None:
        table = self.tables.pop(key, None)
        if table is not None and not table.temporary:
            self.event("dropped", table, place)

    # Routines, triggers, schemas

    def create_function(self, statement: s.CreateFunction) -> None:
        key = self.key(statement.name)
        if key in self.functions and not statement.replace:
            raise RefusedError(f"{statement.name.name} is there already")
        self.functions[key] = model.Function(
            schema=statement.name.schema if statement.name.schema is not None else self.schema,
            name=statement.name.name,
            kind=statement.what,
            arguments=tuple(
                model.Argument(one.name, type_of(one.type), one.mode, one.has_default) for one in statement.parameters
            ),
            returns=type_of(statement.returns) if statement.returns is not None else None,
            returns_set=False,
            language=statement.language,
            place=statement.name.place,
        )

    def drop_routine(self, statement: s.DropRoutine) -> None:
        for routine in statement.routines:
            self.functions.pop(self.key(routine.name), None)

    def create_trigger(self, statement: s.CreateTrigger) -> None:
        table = self.require(statement.table)
        trigger = model.Trigger(
            table.schema,
            table.name,
            statement.name,
            statement.timing,
            tuple(statement.events),
            statement.function.name,
            statement.place,
        )
        self.triggers[(table.schema.lower(), statement.name.lower())] = (trigger, statement.fills)

    def create_schema(self, statement: s.CreateSchema) -> None:
        self.schemas.setdefault(statement.name)

    def use(self, statement: s.SetSearchPath) -> None:
        self.schema = statement.path[0] if statement.path else self.home

    # The end

    def catalog(self, listed: tuple[model.SchemaFile, ...]) -> model.Catalog:
        standing = [table for table in self.tables.values() if not table.temporary]
        triggers = [
            one for one in self.triggers.values() if (one[0].schema.lower(), one[0].table.lower()) in self.tables
        ]
        tables = tuple(self._table(table, triggers) for table in standing)
        path = tuple(dict.fromkeys((*self.path, *(table.schema for table in standing)))) or (self.home,)
        return model.Catalog(
            self.dialect,
            path,
            tables,
            enums=tuple(enum for table in standing for enum in _enums(table)),
            functions=tuple(self.functions.values()),
            triggers=tuple(trigger for trigger, _ in triggers),
            skipped=tuple(self.skipped),
            files=listed,
            events=tuple(self.events),
            schemas=tuple(dict.fromkeys((*path, *self.schemas))),
        )

    def _table(self, table: WorkTable, triggers: list[tuple[model.Trigger, tuple[str, ...]]]) -> model.Table:
        filled = {
            name.lower()
            for trigger, fills in triggers
            if same(trigger.table, table.name) and trigger.timing == "before" and "insert" in trigger.events
            for name in fills
        }
        return model.Table(
            table.schema,
            table.name,
            table.kind,
            tuple(replace(_typed(table, one), filled=one.name.lower() in filled) for one in table.columns),
            table.place,
            table.primary_key,
            tuple(dict.fromkeys(one.columns for one in table.unique)),
            tuple(table.indexes),
            tuple(table.checks),
            tuple(self._resolved(one) for one in table.foreign_keys),
            complete=table.complete,
            history=tuple(table.history),
            strict=table.strict,
        )

    def _resolved(self, key: model.ForeignKey) -> model.ForeignKey:
        """The foreign key with the parent's names as they stand there, and its primary key where none is named."""
        parent = self.tables.get((key.schema.lower(), key.table.lower()))
        if parent is None:
            return key
        references = tuple(parent.named(name) for name in key.references) or parent.primary_key or ()
        return replace(key, table=parent.name, references=references)


def _typed(table: WorkTable, column: model.Column) -> model.Column:
    """An enum column with the enum of its own that the catalog holds for it."""
    if column.name.lower() not in table.values or column.type is None:
        return column
    return replace(column, type=replace(column.type, name=f"{table.name}.{column.name}", kind="enum", schema=""))


def _enums(table: WorkTable) -> Iterable[model.EnumType]:
    for column in table.columns:
        values = table.values.get(column.name.lower())
        if values is not None:
            yield model.EnumType("", f"{table.name}.{column.name}", values, column.place)


_APPLY: dict[type[Any], Callable[[_State, Any], None]] = {
    s.CreateTable: _State.create_table,
    s.CreateTableAs: _State.create_table_as,
    s.CreateView: _State.create_view,
    s.CreateIndex: _State.create_index,
    s.AlterRelation: _State.alter,
    s.Drop: _State.drop,
    s.CreateFunction: _State.create_function,
    s.DropRoutine: _State.drop_routine,
    s.CreateTrigger: _State.create_trigger,
    s.CreateSchema: _State.create_schema,
    s.SetSearchPath: _State.use,
}
