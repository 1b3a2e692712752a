"""Which tables queries touch, and which of their columns are surely meant, told from the queries alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dblint.catalog.inference import SYSTEM_COLUMNS
from dblint.catalog.model import FunctionUse
from dblint.sql.expressions import Column, Expression, Subquery, walk
from dblint.sql.queries import (
    Delete,
    Derived,
    GroupingSet,
    Insert,
    Item,
    Join,
    Merge,
    Modification,
    Query,
    Relation,
    Select,
    SetOperation,
    Source,
    TableConstruct,
    TableFunction,
    Update,
    Values,
)

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class _Sight:
    """What a place in a query sees: names in FROM with their tables (None for what is no table), inside first."""

    names: tuple[tuple[str, Key | None], ...] = ()
    tables: frozenset[str] = frozenset()
    """The common tables in force."""

    def meant(self, column: Column, variables: frozenset[str]) -> Key | None:
        """The table a column is surely of."""
        if column.qualifier:
            return self._qualified(column.qualifier)
        if column.name in variables or len(self.names) != 1 or column.name == self.names[0][0]:
            return None
        return self.names[0][1]

    def _qualified(self, qualifier: Sequence[str]) -> Key | None:
        for name, key in self.names:
            if name == qualifier[-1]:
                fits = len(qualifier) == 1 or (key is not None and key[0] == qualifier[-2])
                return key if fits else None
        return None


@dataclass(slots=True)
class Uses:
    """Collects what queries touch; ``variables`` are names that may stand for something else than a column."""

    variables: frozenset[str] = frozenset()
    _touched: dict[Key, tuple[dict[str, None], dict[str, None]]] = field(default_factory=dict)

    def found(self, without: Iterable[Relation] = ()) -> tuple[FunctionUse, ...]:
        """What was collected, but for the tables that the routine itself makes."""
        own = {one.name for one in without}
        return tuple(
            FunctionUse(schema, table, tuple(reads), tuple(writes))
            for (schema, table), (reads, writes) in self._touched.items()
            if table not in own
        )

    def add(self, statement: Query | Modification) -> None:
        self._statement(statement, _Sight())

    def add_value(self, value: Expression) -> None:
        self._values([value], _Sight())

    def _touch(self, key: Key) -> tuple[dict[str, None], dict[str, None]]:
        return self._touched.setdefault(key, ({}, {}))

    # Statements

    def _statement(self, one: Query | Modification, sight: _Sight) -> None:
        for table in one.tables:
            inside = _Sight(sight.names, sight.tables | ({table.name} if one.recursive else set()))
            self._statement(table.query, inside)
            sight = _Sight(sight.names, sight.tables | {table.name})
        match one:
            case Select():
                self._select(one, sight)
            case Values():
                self._values([value for row in one.rows for value in row], sight)
            case SetOperation():
                self._statement(one.left, sight)
                self._statement(one.right, sight)
            case Insert():
                self._insert(one, sight)
            case Update() | Delete():
                self._change(one, sight)
            case Merge():
                self._merge(one, sight)

    def _select(self, one: Select, sight: _Sight) -> None:
        inside = self._from(one.sources, sight)
        aliases = {item.alias for item in one.items}
        keys = [key for key in _ungrouped(one.group) if not (isinstance(key, Column) and key.name in aliases)]
        order = [key.expression for key in one.tail.order]
        order = [key for key in order if not (isinstance(key, Column) and key.name in aliases)]
        parts = [one.where, one.having, one.tail.limit, one.tail.offset, *one.distinct_on, *keys, *order]
        self._values([*(item.expression for item in one.items), *(part for part in parts if part is not None)], inside)

    def _insert(self, one: Insert, sight: _Sight) -> None:
        key = self._target(one.target)
        self._touch(key)[1].update(dict.fromkeys(column.name for column in one.columns))
        if one.query is not None:
            self._statement(one.query, sight)
        inside = _seeing(sight, one.target.alias or one.target.name, key)
        if one.conflict is not None:
            conflict = one.conflict
            self._values(conflict.keys, _Sight(((one.target.name, key),)))
            self._assignments(conflict.assignments, key)
            both = _seeing(inside, "excluded", key)
            given = [conflict.where] if conflict.where is not None else []
            self._values([*(each.value for each in conflict.assignments), *given], both)
        self._returned(one.returning, inside)

    def _change(self, one: Update | Delete, sight: _Sight) -> None:
        key = self._target(one.target)
        inside = self._from(one.sources, _seeing(sight, one.target.alias or one.target.name, key))
        values = [one.where] if one.where is not None else []
        if isinstance(one, Update):
            self._assignments(one.assignments, key)
            values += [each.value for each in one.assignments]
        self._values(values, inside)
        self._returned(one.returning, inside)

    def _merge(self, one: Merge, sight: _Sight) -> None:
        key = self._target(one.target)
        inside = self._from([one.source], _seeing(sight, one.target.alias or one.target.name, key))
        self._values([one.condition], inside)
        for action in one.actions:
            self._assignments(action.assignments, key)
            self._touch(key)[1].update(dict.fromkeys(column.name for column in action.columns))
            given = [action.condition] if action.condition is not None else []
            self._values([*given, *action.values, *(each.value for each in action.assignments)], inside)
        self._returned(one.returning, inside)

    def _target(self, target: Relation) -> Key:
        key = (target.schema, target.name)
        self._touch(key)
        return key

    def _assignments(self, assignments: Sequence[Any], key: Key) -> None:
        self._touch(key)[1].update(dict.fromkeys(each.column.name for each in assignments))

    def _returned(self, items: Sequence[Item], sight: _Sight) -> None:
        self._values([item.expression for item in items], sight)

    # FROM

    def _from(self, sources: Sequence[Source], sight: _Sight) -> _Sight:
        outside = sight
        for source in sources:
            sight = self._source(source, sight, outside)
        return sight

    def _source(self, source: Source, sight: _Sight, outside: _Sight) -> _Sight:
        match source:
            case Relation():
                return _seeing(sight, source.alias or source.name, self._relation(source, sight))
            case Join():
                sight = self._source(source.left, sight, outside)
                sight = self._source(source.right, sight, outside)
                self._values([source.condition] if source.condition is not None else [], sight)
                return _seeing(sight, source.alias, None) if source.alias is not None else sight
            case Derived():
                self._statement(source.query, sight if source.lateral else outside)
            case TableFunction():
                self._values(source.calls, sight)
            case TableConstruct():
                self._values(source.operands, sight)
        return _seeing(sight, source.alias or "", None)

    def _relation(self, one: Relation, sight: _Sight) -> Key | None:
        if one.schema is None and one.name in sight.tables:
            return None
        key = self._target(one)
        return None if one.columns else key

    # Expressions

    def _values(self, values: Iterable[Expression], sight: _Sight) -> None:
        for value in values:
            for one in walk(value):
                if isinstance(one, Column):
                    key = sight.meant(one, self.variables)
                    if key is not None and one.name not in SYSTEM_COLUMNS:
                        self._touch(key)[0][one.name] = None
                elif isinstance(one, Subquery):
                    self._statement(one.query, sight)


def _seeing(sight: _Sight, name: str, key: Key | None) -> _Sight:
    return _Sight(((name, key), *sight.names), sight.tables)


def _ungrouped(keys: Sequence[Expression | GroupingSet]) -> list[Expression]:
    found: list[Expression] = []
    for key in keys:
        found.extend(_ungrouped(key.items) if isinstance(key, GroupingSet) else [key])
    return found
