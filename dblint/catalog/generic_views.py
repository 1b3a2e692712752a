"""Which columns a query of MySQL or SQLite gives, as far as names and types of tables tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dblint.catalog.generic_tables import type_of
from dblint.catalog.model import Type
from dblint.sql.expressions import Cast, Column, Expression, Star
from dblint.sql.queries import CommonTable, Derived, Join, Query, Relation, Select, SetOperation, Source


@dataclass(frozen=True, slots=True)
class Output:
    """One column that a query gives; its type is None where inference ends."""

    name: str
    type: Type | None = None
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Outputs:
    """A query's columns; not ``complete`` where a star stands for a table that nobody knows."""

    columns: tuple[Output, ...]
    complete: bool = True


Lookup = Callable[[str | None, str], Outputs | None]
Named = list[tuple[str | None, Outputs, frozenset[str]]]
"""Alias, columns, and those that a USING has shown already."""
_UNKNOWN = Outputs((), False)


def outputs(query: Query | None, lookup: Lookup) -> Outputs:
    """The columns of a query; ``lookup`` knows the tables."""
    return _UNKNOWN if query is None else _query(query, lookup, {})


def renamed(given: Outputs, names: tuple[str, ...]) -> Outputs:
    """The columns under the names that a list gives the first of them."""
    if not names:
        return given
    if not given.complete:
        return Outputs(tuple(Output(name) for name in names))
    kept = zip(given.columns, names, strict=False)
    columns = tuple(Output(name, one.type, one.nullable) for one, name in kept)
    return Outputs(columns + given.columns[len(names) :])


def _query(query: Query, lookup: Lookup, tables: Mapping[str, Outputs]) -> Outputs:
    known = dict(tables)
    for common in query.tables:
        known[common.name.lower()] = _common(common, lookup, known)
    if isinstance(query, SetOperation):
        return _query(query.left, lookup, known)
    return _select(query, lookup, known) if isinstance(query, Select) else _UNKNOWN


def _common(common: CommonTable, lookup: Lookup, known: Mapping[str, Outputs]) -> Outputs:
    query = common.query
    if isinstance(query, Select | SetOperation):
        return renamed(_query(query, lookup, {**known, common.name.lower(): _UNKNOWN}), common.columns)
    return renamed(_UNKNOWN, common.columns)


def _select(select: Select, lookup: Lookup, known: Mapping[str, Outputs]) -> Outputs:
    sources: Named = [one for source in select.sources for one in _source(source, lookup, known)]
    columns: list[Output] = []
    complete = True
    for item in select.items:
        if isinstance(item.expression, Star):
            stars = _star(item.expression, sources)
            complete = complete and stars.complete
            columns.extend(stars.columns)
        else:
            found = _output(item.expression, sources)
            columns.append(Output(item.alias or found.name, found.type, found.nullable))
    return Outputs(tuple(columns), complete)


def _star(star: Star, sources: Named) -> Outputs:
    wanted = star.qualifier[-1].lower() if star.qualifier else None
    found = [one for one in sources if wanted is None or (one[0] or "").lower() == wanted]
    columns = tuple(
        column for _, given, shown in found for column in given.columns if wanted or column.name.lower() not in shown
    )
    return Outputs(columns, bool(found) and all(given.complete for _, given, _ in found))


def _output(expression: Expression, sources: Named) -> Output:
    if isinstance(expression, Cast):
        return Output("", type_of(expression.type))
    if not isinstance(expression, Column):
        return Output("")
    wanted = expression.qualifier[-1].lower() if expression.qualifier else None
    for alias, given, _ in sources:
        if wanted is None or (alias or "").lower() == wanted:
            for column in given.columns:
                if column.name.lower() == expression.name.lower():
                    return Output(expression.name, column.type, column.nullable)
    return Output(expression.name)


def _source(source: Source, lookup: Lookup, known: Mapping[str, Outputs]) -> Named:
    if isinstance(source, Relation):
        found = known.get(source.name.lower()) if source.schema is None else None
        given = found or lookup(source.schema, source.name) or _UNKNOWN
        return [(source.alias or source.name, renamed(given, source.columns), frozenset())]
    if isinstance(source, Derived):
        return [(source.alias, renamed(_query(source.query, lookup, known), source.columns), frozenset())]
    if isinstance(source, Join):
        return _join(source, lookup, known)
    return [(None, _UNKNOWN, frozenset())]


def _join(join: Join, lookup: Lookup, known: Mapping[str, Outputs]) -> Named:
    left, right = _source(join.left, lookup, known), _source(join.right, lookup, known)
    common = {name.lower() for name in join.using}
    if join.natural:
        names = [{one.name.lower() for _, given, _ in side for one in given.columns} for side in (left, right)]
        common |= names[0] & names[1]
    if join.kind in ("RIGHT", "FULL"):
        left = [(alias, _open(given), shown) for alias, given, shown in left]
    if join.kind in ("LEFT", "FULL"):
        right = [(alias, _open(given), shown) for alias, given, shown in right]
    return left + [(alias, given, shown | common) for alias, given, shown in right]


def _open(given: Outputs) -> Outputs:
    """The columns of a side that may be missing."""
    return Outputs(tuple(Output(one.name, one.type) for one in given.columns), given.complete)
