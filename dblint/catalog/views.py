"""The columns of a view, a materialized view or CREATE TABLE AS: their exact names and, where it can be told, types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dblint.catalog.inference import UNTYPED, Inference, system
from dblint.catalog.model import Type
from dblint.catalog.scopes import NOTHING_KNOWN, Columns, Lookup, Scope, ViewColumn, Visible
from dblint.sql.expressions import Call, Column, Expression, Field, Literal, Star
from dblint.sql.queries import (
    CommonTable,
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
    Values,
)

_ORDINALITY = "ordinality"


def columns(query: Query, lookup: Lookup, names: Sequence[str] = ()) -> Columns:
    """The columns PostgreSQL gives the query's result, the first of them under ``names``."""
    return Reader(lookup).query(query, Scope()).renamed(names)


class Reader:
    """Queries read under one lookup."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.inference = Inference(lookup, self.subquery)
        self._read: dict[tuple[int, int], tuple[Query, Scope, Columns]] = {}

    def subquery(self, query: Query, scope: Scope) -> Columns:
        """The columns of a subquery, read once however often its name and type are asked for."""
        key = (id(query), id(scope))
        if key not in self._read:
            self._read[key] = (query, scope, self.query(query, scope.inner()))
        return self._read[key][2]

    def query(self, query: Query, scope: Scope) -> Columns:
        """The columns of a query whose result is taken as it is: what is untyped has become text."""
        return self._settled(self._open(query, scope))

    def _settled(self, found: Columns) -> Columns:
        settle = self.inference.settled
        return Columns(tuple(ViewColumn(one.name, settle(one.type)) for one in found.columns), found.complete)

    def _open(self, query: Query, scope: Scope) -> Columns:
        scope = self._with(query.tables, query.recursive, scope)
        if isinstance(query, Select):
            return self._select(query, scope)
        return self._values(query, scope) if isinstance(query, Values) else self._set_operation(query, scope)

    def _select(self, query: Select, scope: Scope) -> Columns:
        found = self._items(query.items, self._from(query.sources, scope))
        if query.distinct and not query.distinct_on:
            return self._settled(found)
        keys = [*query.group, *query.distinct_on, *(key.expression for key in query.tail.order)]
        sorted_by = {at for at, column in enumerate(found.columns, 1) if _is_key(at, column.name, keys)}
        settle = self.inference.settled
        columns_ = [
            ViewColumn(one.name, settle(one.type)) if at in sorted_by else one
            for at, one in enumerate(found.columns, 1)
        ]
        return Columns(tuple(columns_), found.complete)

    def _from(self, sources: Sequence[Source], scope: Scope) -> Scope:
        for source in sources:
            scope = scope.seeing(self._source(source, scope))
        return scope

    def _items(self, items: Sequence[Item], scope: Scope) -> Columns:
        found: list[ViewColumn] = []
        complete = True
        for item in items:
            several = self._star(item.expression, scope)
            if several is not None:
                found.extend(several.columns)
                complete = complete and several.complete
                continue
            name = item.alias if item.alias is not None else self.inference.name(item.expression, scope)
            found.append(ViewColumn(name, self.inference.infer(item.expression, scope)))
        return Columns(tuple(found), complete)

    def _star(self, expression: Expression, scope: Scope) -> Columns | None:
        if isinstance(expression, Field) and expression.name is None:
            return self.inference.fields(expression.operand, scope)
        if not isinstance(expression, Star):
            return None
        if not expression.qualifier:
            return scope.star()
        item = scope.item(expression.qualifier)
        if item is not None:
            return item.columns
        column = scope.bare(expression.qualifier[0]) if len(expression.qualifier) == 1 else None
        fields = self.lookup.fields(column.type) if column is not None and column.type is not None else None
        return fields if fields is not None else NOTHING_KNOWN

    def _values(self, query: Values, scope: Scope) -> Columns:
        slots = zip(*query.rows, strict=False)
        types = [self.inference.common([self.inference.infer(one, scope) for one in slot]) for slot in slots]
        return Columns(tuple(ViewColumn(f"column{at}", type_) for at, type_ in enumerate(types, 1)))

    def _set_operation(self, query: SetOperation, scope: Scope) -> Columns:
        left, right = self._open(query.left, scope), self._open(query.right, scope)
        if not (left.complete and right.complete and len(left.columns) == len(right.columns)):
            return Columns(tuple(ViewColumn(one.name, None) for one in left.columns), left.complete)
        pairs = zip(left.columns, right.columns, strict=True)
        return Columns(tuple(ViewColumn(one.name, self.inference.common([one.type, two.type])) for one, two in pairs))

    # WITH

    def _with(self, tables: Sequence[CommonTable], recursive: bool, scope: Scope) -> Scope:
        if recursive:  # what stands further down is seen too, and only told later
            scope = scope.within({one.name: NOTHING_KNOWN.renamed(one.columns) for one in tables})
        for one in tables:
            scope = scope.within({one.name: self._common_table(one, recursive, scope)})
        return scope

    def _common_table(self, one: CommonTable, recursive: bool, scope: Scope) -> Columns:
        query = one.query
        if isinstance(query, Select | Values | SetOperation):
            if recursive and isinstance(query, SetOperation):
                inside = self._with(query.tables, query.recursive, scope)
                found = self.query(query.left, inside.inner())
            else:
                found = self.query(query, scope.inner())
        else:
            found = self._settled(self._returned(query, scope.inner()))
        found = found.renamed(one.columns)
        return Columns(found.columns + tuple(ViewColumn(name, None) for name in one.added), found.complete)

    def _returned(self, one: Modification, scope: Scope) -> Columns:
        scope = self._with(one.tables, one.recursive, scope).seeing(self._source(one.target, scope))
        if isinstance(one, Insert):
            return self._items(one.returning, scope)
        sources = (one.source,) if isinstance(one, Merge) else one.sources
        return self._items(one.returning, self._from(sources, scope))

    # FROM

    def _source(self, source: Source, scope: Scope) -> list[Visible]:
        read: Callable[[Reader, Any, Scope], list[Visible]] = _SOURCES[type(source)]
        return read(self, source, scope)

    def _relation(self, one: Relation, scope: Scope) -> list[Visible]:
        name = one.alias if one.alias is not None else one.name
        common = scope.tables.get(one.name) if one.schema is None else None
        if common is not None:
            return [Visible(name, common.renamed(one.columns))]
        found = self.lookup.relation(one.schema, one.name)
        columns_, row = found if found is not None else (NOTHING_KNOWN, None)
        schema = None if one.alias is not None else one.schema
        return [Visible(name, columns_.renamed(one.columns), schema, row)]

    def _derived(self, one: Derived, scope: Scope) -> list[Visible]:
        inside = scope.inner() if one.lateral else Scope((), scope.outer, scope.tables)
        return [Visible(one.alias, self.query(one.query, inside).renamed(one.columns), named=one.alias is not None)]

    def _construct(self, one: TableConstruct, scope: Scope) -> list[Visible]:
        typed = [
            (name, self.lookup.type(type_) if type_ is not None else system("int4")) for name, type_ in one.produces
        ]
        found = Columns(tuple(ViewColumn(name, type_) for name, type_ in typed))
        return [Visible(one.alias or one.name, found.renamed(one.columns))]

    def _table_function(self, one: TableFunction, scope: Scope) -> list[Visible]:
        calls = [part for call in one.calls for part in _unnested(call)]
        alias = one.alias if one.alias is not None else self.inference.name(one.calls[0], scope)
        parts: list[Columns] = []
        if one.definitions and len(calls) == 1:
            parts.append(Columns(tuple(ViewColumn(name, self.lookup.type(type_)) for name, type_ in one.definitions)))
        else:
            parts.extend(self._function(call, one.alias if len(calls) == 1 else None, scope) for call in calls)
        found = [column for part in parts for column in part.columns]
        if one.ordinality:
            found.append(ViewColumn(_ORDINALITY, system("int8")))
        complete = all(part.complete for part in parts)
        return [Visible(alias, Columns(tuple(found), complete).renamed(one.columns))]

    def _function(self, call: Expression, alias: str | None, scope: Scope) -> Columns:
        """The columns of one function in FROM."""
        given = self.inference.given(call, scope) if isinstance(call, Call) else []
        candidate = self.inference.called(call, given) if isinstance(call, Call) else None
        outputs = candidate.signature.outputs if candidate is not None else ()
        if candidate is not None and len(outputs) > 1:
            return self.inference.outputs(candidate, given)
        type_ = self.inference.infer(call, scope)
        if type_ is None or (type_.name == "record" and not type_.dimensions):
            return NOTHING_KNOWN
        fields = self.lookup.fields(type_) if not type_.dimensions else None
        if fields is not None or (type_.kind == "composite" and not type_.dimensions):
            return fields if fields is not None else NOTHING_KNOWN
        name = outputs[0][0] if outputs and outputs[0][0] else alias or self.inference.name(call, scope)
        return Columns((ViewColumn(name, self.inference.settled(type_)),))

    def _join(self, one: Join, scope: Scope) -> list[Visible]:
        left = self._source(one.left, scope)
        right = self._source(one.right, scope.seeing(left))
        sides = [Scope(tuple(side)).star() for side in (left, right)]
        using = _natural(*sides) if one.natural else one.using
        merged = [self._merged(name, sides) for name in using]
        rest = [column for side in sides for column in side.columns if column.name not in using]
        complete = all(side.complete for side in sides)
        joined = Columns((*merged, *rest), complete).renamed(one.columns)
        if one.alias is not None:
            return [Visible(one.alias, joined)]
        found = [replace(item, bare=False) for item in (*left, *right) if item.named]
        if one.using_alias is not None:
            found.append(Visible(one.using_alias, Columns(tuple(merged)), bare=False))
        return [*found, Visible(None, joined, named=False)]

    def _merged(self, name: str, sides: Sequence[Columns]) -> ViewColumn:
        found = [column.type for side in sides for column in side.named(name)]
        type_: Type | None = self.inference.common(found) if len(found) == len(sides) else None
        return ViewColumn(name, None if type_ == UNTYPED else type_)


def _is_key(position: int, name: str, keys: Sequence[Expression | GroupingSet]) -> bool:
    """A query sorts or groups by the column, which settles its type."""
    return any(key in (Literal("integer", str(position)), Column(name)) for key in keys)


def _unnested(call: Expression) -> list[Expression]:
    """``unnest(a, b)`` in FROM is one function for each array."""
    if isinstance(call, Call) and call.name == "unnest" and call.schema is None and len(call.arguments) > 1:
        return [Call("unnest", (argument,)) for argument in call.arguments]
    return [call]


def _natural(left: Columns, right: Columns) -> tuple[str, ...]:
    names = {column.name for column in right.columns}
    return tuple(column.name for column in left.columns if column.name in names)


_SOURCES: dict[type, Callable[[Reader, Any, Scope], list[Visible]]] = {
    Relation: Reader._relation,
    Derived: Reader._derived,
    TableConstruct: Reader._construct,
    TableFunction: Reader._table_function,
    Join: Reader._join,
}
