"""The names of a statement that mean nothing under a catalog: tables, columns, and qualifiers of neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dblint.catalog import builtins
from dblint.catalog.inference import SYSTEM_COLUMNS
from dblint.catalog.model import Dialect, Table
from dblint.catalog.query_scopes import Seen, TableLookup, TableReader, before_from, named_only, tables_in
from dblint.catalog.scopes import NOTHING_KNOWN, Columns, Scope, Visible
from dblint.sql.expressions import Binary, Column, Expression, In, Quantified, Star, Subquery, walk
from dblint.sql.queries import (
    Assignment,
    CommonTable,
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

_ANY_ARGUMENT = frozenset(("any", "anyelement", "anycompatible", "anynonarray", "anycompatiblenonarray", "record"))
_ROW_IDS = frozenset(("rowid", "oid", "_rowid_"))
_VERSIONS = ("old", "new")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that means nothing where it stands.

    ``qualifier`` stands before it and ``offset`` is where the whole begins, in bytes; ``tables`` are those a column was
    looked for in. A ``qualifier`` is a name before a dot that the query has not in its FROM.
    """

    kind: Literal["table", "column", "qualifier"]
    name: str
    qualifier: tuple[str, ...] = ()
    offset: int | None = None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What a statement's names come to: those unknown, and the tables the others mean, with the columns named."""

    unknown: tuple[Unknown, ...]
    tables: tuple[Table, ...]
    meant: Mapping[int, tuple[Table, str]] = field(default_factory=dict)
    """The column that a name surely means, by the offset where it begins."""
    compared: tuple[Binary | In | Quantified, ...] = ()
    """The comparisons of the statement."""


def names(
    statement: Query | Modification,
    lookup: TableLookup,
    dialect: Dialect = "postgres",
    *,
    partial: bool = False,
    told: bool = False,
) -> Names:
    """What the names of a statement come to.

    ``partial`` says that its text may have more to it than is known, ``told`` that it may be no more than talked about.
    """
    found = _Names(lookup, dialect, partial, settled=not told and _is_closed(statement))
    found.statement(statement, Scope())
    unknown = tuple(dict.fromkeys(found.unknown))
    return Names(unknown, tuple(found.tables.values()), found.meant, tuple(found.compared))


@dataclass(slots=True)
class _Names:
    """Walks one statement with what each of its places sees."""

    lookup: TableLookup
    dialect: Dialect
    partial: bool
    settled: bool
    """Its own tables are all there, also where more text may follow."""
    unknown: list[Unknown] = field(default_factory=list)
    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    meant: dict[int, tuple[Table, str]] = field(default_factory=dict)
    compared: list[Binary | In | Quantified] = field(default_factory=list)
    reader: TableReader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = TableReader(self.lookup)

    # Statements

    def statement(self, one: Query | Modification, scope: Scope) -> None:
        scope = self._with(one.tables, one.recursive, scope)
        walk_: Callable[[_Names, Any, Scope], None] = _STATEMENTS[type(one)]
        walk_(self, one, scope)

    def _with(self, tables: Sequence[CommonTable], recursive: bool, scope: Scope) -> Scope:
        whole = self.reader.with_tables(tables, recursive, scope)
        for one in tables:
            seen = whole if recursive else scope
            self.statement(one.query, seen.inner())
            scope = scope.within({one.name: whole.tables[one.name]})
        return whole

    def _select(self, one: Select, scope: Scope) -> None:
        inside = self._from(one.sources, scope)
        self._values((item.expression for item in one.items), inside)
        aliases = self._output(one, inside)
        if self.dialect != "postgres":  # MySQL and SQLite see a result's names in more clauses.
            inside = inside.seeing([Visible(None, named_only(aliases or ()), named=False)])
        self._optional(inside, one.where, one.tail.limit, one.tail.offset)
        keyed = [*_ungrouped(one.group), *one.distinct_on, *(key.expression for key in one.tail.order)]
        for key in keyed:
            if not (isinstance(key, Column) and not key.qualifier and (aliases is None or key.name in aliases)):
                self._values((key,), inside)
        for _, window in one.windows:
            self._values((*window.partition, *(key.expression for key in window.order)), inside)
        self._optional(inside, one.having)

    def _output(self, one: Select, scope: Scope) -> set[str] | None:
        """The names of a query's result; None where not all are known."""
        found: set[str] = set()
        for item in one.items:
            if item.alias is not None:
                found.add(item.alias)
            elif isinstance(item.expression, Star):
                columns = self._starred(item.expression, scope)
                if not columns.complete:
                    return None
                found.update(column.name for column in columns.columns)
            else:
                found.add(self.reader.inference.name(item.expression, scope))
        return found

    def _starred(self, one: Star, scope: Scope) -> Columns:
        if not one.qualifier:
            return scope.star()
        item = self._item(one.qualifier, scope)
        return NOTHING_KNOWN if item is None else item.columns

    def _values_list(self, one: Values, scope: Scope) -> None:
        self._values((value for row in one.rows for value in row), scope)
        self._optional(scope, one.tail.limit, one.tail.offset)
        width = max((len(row) for row in one.rows), default=0)
        named = named_only(f"column{at + 1}" for at in range(width))
        if self.dialect == "postgres":
            self._values((key.expression for key in one.tail.order), scope.seeing([Visible(None, named, named=False)]))

    def _set_operation(self, one: SetOperation, scope: Scope) -> None:
        self.statement(one.left, scope)
        self.statement(one.right, scope)
        output = self.reader.query(one.left, scope)
        inside = scope.seeing([Visible(None, output, named=False)])
        self._values((key.expression for key in one.tail.order), inside)
        self._optional(inside, one.tail.limit, one.tail.offset)

    def _insert(self, one: Insert, scope: Scope) -> None:
        target = self._target(one.target, scope)
        for column in one.columns:
            self._target_column(column.name, column.offset, target)
        if one.query is not None:
            self.statement(one.query, scope)
        inside = scope.seeing([target])
        if one.conflict is not None:
            self._values(one.conflict.keys, inside)
            self._optional(inside, one.conflict.predicate)
            both = inside.seeing([Seen("excluded", target.columns, bare=False, table=target.table)])
            self._assignments(one.conflict.assignments, target, both)
            self._optional(both, one.conflict.where)
        self._returned(one.returning, inside, target)

    def _update(self, one: Update, scope: Scope) -> None:
        target = self._target(one.target, scope)
        inside = scope.seeing([target, *self._from(one.sources, scope).items])
        self._assignments(one.assignments, target, inside)
        self._optional(inside, one.where)
        self._returned(one.returning, inside, target)

    def _delete(self, one: Delete, scope: Scope) -> None:
        target = self._target(one.target, scope)
        inside = scope.seeing([target, *self._from(one.sources, scope).items])
        self._optional(inside, one.where)
        self._returned(one.returning, inside, target)

    def _merge(self, one: Merge, scope: Scope) -> None:
        target = self._target(one.target, scope)
        source = self._from([one.source], scope)
        inside = scope.seeing([target, *source.items])
        self._values((one.condition,), inside)
        for action in one.actions:
            for column in action.columns:
                self._target_column(column.name, column.offset, target)
            self._assignments(action.assignments, target, inside)
            self._values(action.values, source if action.kind == "insert" else inside)
            self._optional(inside, action.condition)
        self._returned(one.returning, inside, target)

    def _target(self, relation: Relation, scope: Scope) -> Seen:
        """What a statement changes, which is never a common table."""
        plain = Scope(scope.items, scope.outer)
        self._relation(relation, plain)
        (found,) = self.reader.source(relation, plain)
        return found if isinstance(found, Seen) else Seen(found.name, found.columns)

    def _target_column(self, name: str, offset: int | None, target: Seen) -> None:
        if target.columns.named(self._folded(name)):
            self._mean(target, name, offset)
        elif target.columns.complete and not self._row_id(name):
            missing = Unknown("column", name, (), offset, (target.table,) if target.table is not None else ())
            # What may follow cannot change the table that is written; a column it had once is surely meant.
            if target.table is not None and any(event.column == name for event in target.table.history):
                self.unknown.append(missing)
            else:
                self._miss(missing)

    def _assignments(self, assignments: Iterable[Assignment], target: Seen, scope: Scope) -> None:
        for one in assignments:
            self._target_column(one.column.name, one.column.offset, target)
            self._values((one.value,), scope)

    def _returned(self, items: Sequence[Item], scope: Scope, target: Seen) -> None:
        versions = [Seen(name, target.columns, bare=False, table=target.table) for name in _VERSIONS]
        self._values((item.expression for item in items), scope.seeing(versions))

    # FROM

    def _from(self, sources: Sequence[Source], scope: Scope) -> Scope:
        for source in sources:
            self._source(source, scope)
            scope = scope.seeing(self.reader.source(source, scope))
        return scope

    def _source(self, source: Source, scope: Scope) -> None:
        match source:
            case Relation():
                self._relation(source, scope)
            case Join():
                self._join(source, scope)
            case Derived():
                self.statement(source.query, scope.inner() if source.lateral else before_from(scope).inner())
            case TableFunction():
                self._values(source.calls, scope)
            case TableConstruct():
                self._values(source.operands, scope)

    def _relation(self, one: Relation, scope: Scope) -> None:
        if one.schema is None and one.name in scope.tables:
            return
        table = self.lookup.table(one.schema, one.name)
        if table is not None:
            self.tables[table.schema, table.name] = table
        elif self.lookup.relation(one.schema, one.name) is None:
            self._miss(Unknown("table", one.name, (one.schema,) if one.schema else (), one.offset))

    def _join(self, one: Join, scope: Scope) -> None:
        self._source(one.left, scope)
        left = self.reader.source(one.left, scope)
        self._source(one.right, scope.seeing(left))
        right = self.reader.source(one.right, scope.seeing(left))
        for name in one.using:
            for side in (left, right):
                self._join_column(name, side)
        if one.condition is not None:
            self._values((one.condition,), before_from(scope).seeing([*left, *right]))

    def _join_column(self, name: str, side: Sequence[Visible]) -> None:
        columns = Scope(tuple(side)).star()
        if not columns.named(self._folded(name)) and columns.complete:
            self._miss(Unknown("column", name, (), None, tables_in(side)))

    # Expressions

    def _optional(self, scope: Scope, *values: Expression | None) -> None:
        self._values((value for value in values if value is not None), scope)

    def _values(self, values: Iterable[Expression], scope: Scope) -> None:
        for value in values:
            for one in walk(value):
                if isinstance(one, Subquery):
                    self.statement(one.query, scope.inner())
                elif isinstance(one, Column):
                    self._column(one, scope)
                elif isinstance(one, Binary | In | Quantified):
                    self.compared.append(one)
                elif isinstance(one, Star) and one.qualifier:
                    self._row(one, scope)

    def _column(self, one: Column, scope: Scope) -> None:
        if len(one.qualifier) > 2:
            return
        if one.qualifier:
            self._qualified(one, scope)
        else:
            self._bare(one, scope)

    def _bare(self, one: Column, scope: Scope) -> None:
        for level in scope.levels():
            seen = [item for item in level.items if item.bare]
            holders = [item for item in seen if item.columns.named(self._folded(one.name))]
            if holders:
                for item in level.items:
                    if len(holders) == 1 and item.columns.named(self._folded(one.name)):
                        self._mean(item, one.name, one.offset)
                return
            if not all(item.columns.complete for item in seen) or self._is_system(one.name, level.items):
                return
        if scope.item((one.name,)) is None:
            tables = [table for level in scope.levels() for table in tables_in(level.items)]
            missing = Unknown("column", one.name, (), one.offset, tuple(dict.fromkeys(tables)))
            # A column that one of the tables had once is surely meant.
            if self.settled and any(event.column == one.name for table in tables for event in table.history):
                self.unknown.append(missing)
            else:
                self._miss(missing)

    def _qualified(self, one: Column, scope: Scope) -> None:
        item = self._item(one.qualifier, scope)
        if item is None:
            self._miss(Unknown("qualifier", one.qualifier[-1], one.qualifier[:-1], one.offset))
            return
        if item.columns.named(self._folded(one.name)):
            self._mean(item, one.name, one.offset)
        elif item.columns.complete and not self._is_system(one.name, (item,)) and not self._is_function(one.name):
            self._miss(Unknown("column", one.name, one.qualifier, one.offset, tables_in((item,))))

    def _row(self, one: Star, scope: Scope) -> None:
        """``t.*``."""
        known = len(one.qualifier) > 2 or self._item(one.qualifier, scope) is not None
        if not known:
            self._miss(Unknown("qualifier", one.qualifier[-1], one.qualifier[:-1], one.offset))

    def _item(self, qualifier: Sequence[str], scope: Scope) -> Visible | None:
        name = self._folded(qualifier[-1])
        schema = qualifier[-2] if len(qualifier) > 1 else None
        for level in scope.levels():
            for one in level.items:
                if one.named and one.name is not None and self._folded(one.name) == name:
                    table = one.table if isinstance(one, Seen) else None
                    if schema is None or one.schema == schema or (table is not None and table.schema == schema):
                        return one
        return None

    def _is_function(self, name: str) -> bool:
        """``t.f`` may be written for ``f(t)``."""
        if self.dialect != "postgres":
            return False
        own = (one.arguments for one in builtins.functions(name) if one.arguments)
        return bool(self.lookup.functions(None, name)) or any(_ANY_ARGUMENT & {given[0]} for given in own)

    def _is_system(self, name: str, items: Sequence[Visible]) -> bool:
        if self.dialect != "postgres":
            return self._row_id(name)
        if name not in SYSTEM_COLUMNS and name != "oid":
            return False
        tables = tables_in(items)
        return any(table.kind not in ("view", "materialized view") for table in tables)

    def _row_id(self, name: str) -> bool:
        return self.dialect == "sqlite" and name.lower() in _ROW_IDS

    def _folded(self, name: str) -> str:
        return name if self.dialect == "postgres" else name.lower()

    def _mean(self, item: Visible, name: str, offset: int | None) -> None:
        table = item.table if isinstance(item, Seen) else None
        column = table.column(name) if table is not None else None
        if table is not None and column is not None and offset is not None:
            self.meant[offset] = (table, name)

    def _miss(self, one: Unknown) -> None:
        if not (self.partial and (one.kind == "qualifier" or (one.kind == "column" and not one.qualifier))):
            self.unknown.append(one)


def _is_closed(one: Query | Modification) -> bool:
    """What follows the statement's text cannot add to the tables it reads."""
    if isinstance(one, Select):
        return bool(one.where or one.group or one.having or one.windows or one.tail.order or one.tail.limit)
    if isinstance(one, Update | Delete):
        return one.where is not None
    return isinstance(one, Insert) and (one.query is None or isinstance(one.query, Values) or _is_closed(one.query))


def _ungrouped(keys: Sequence[Expression | GroupingSet]) -> list[Expression]:
    found: list[Expression] = []
    for key in keys:
        found.extend(_ungrouped(key.items) if isinstance(key, GroupingSet) else [key])
    return found


_STATEMENTS: dict[type, Callable[[_Names, Any, Scope], None]] = {
    Select: _Names._select,
    Values: _Names._values_list,
    SetOperation: _Names._set_operation,
    Insert: _Names._insert,
    Update: _Names._update,
    Delete: _Names._delete,
    Merge: _Names._merge,
}
