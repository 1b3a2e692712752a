"""Counts in a statement that do not add up: columns and values of an INSERT, placeholders and the arguments given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dblint.binding.query_model import Misfit
from dblint.catalog.lookup import CatalogLookup
from dblint.catalog.views import columns
from dblint.facts.statements_model import HOLE, ArgumentSet, SqlCall
from dblint.source import Span
from dblint.sql.expressions import Expression, Field, Literal, Star
from dblint.sql.queries import (
    CommonTable,
    Insert,
    Merge,
    MergeAction,
    Modification,
    Query,
    Select,
    SetOperation,
    Values,
)

if TYPE_CHECKING:
    from dblint.binding.queries import ReadStatement

EXPANDING = frozenset(("execute_values",))
"""Functions that put rows in the place of the one placeholder."""


def misfits(one: ReadStatement, lookup: CatalogLookup) -> Iterator[Misfit]:
    """What of a whole text does not add up."""
    if HOLE in one.statement.text.text or one.script.refusal is not None:
        return
    for statement in one.script.statements:
        if statement.query is not None:
            for query in statements_in(statement.query):
                yield from _insert(query, one, lookup) if isinstance(query, Insert) else ()
                yield from _rows(query.rows, one) if isinstance(query, Values) else ()
                yield from _sides(query, one, lookup) if isinstance(query, SetOperation) else ()
                yield from _merged(query, one) if isinstance(query, Merge) else ()
    if one.statement.call is not None and len(one.script.statements) == 1:
        yield from _arguments(one, one.statement.call)


def statements_in(query: Query | Modification) -> Iterator[Query | Modification]:
    """The statement and those its WITH, its source and its set operations hold."""
    yield query
    tables: Sequence[CommonTable] = query.tables
    inner: list[Query | Modification] = [table.query for table in tables]
    if isinstance(query, SetOperation):
        inner += (query.left, query.right)
    if isinstance(query, Insert) and query.query is not None:
        inner.append(query.query)
    for one in inner:
        yield from statements_in(one)


def _insert(insert: Insert, one: ReadStatement, lookup: CatalogLookup) -> Iterator[Misfit]:
    query = insert.query
    table = lookup.table(insert.target.schema, insert.target.name)
    wanted = len(insert.columns)
    if not wanted:
        if table is None or not lookup.columns(table).complete or not table.certain:
            return
        if not lookup.exact and any(column.generated is not None for column in table.columns):
            return  # SQLite and MySQL differ in what they count.
        wanted = len(table.columns)
    for row, given in _given(query, lookup):
        if one.expands:
            return
        if given > wanted or (given < wanted and (insert.columns or not lookup.exact)):
            span = _place(row, one)
            where = _listed(insert, one)
            yield Misfit(
                "values" if insert.columns else "columns", span or one.whole, wanted, given, table, related=where
            )
            return


def _given(query: Query | None, lookup: CatalogLookup) -> Iterator[tuple[Sequence[Expression], int]]:
    """The rows a query gives an INSERT and how many values each has, as far as it is known."""
    if isinstance(query, Values):
        if len({len(row) for row in query.rows}) == 1 and not any(_expands(value) for value in query.rows[0]):
            yield query.rows[0], len(query.rows[0])
    elif isinstance(query, Select):
        items = [item.expression for item in query.items]
        if not any(_expands(value) for value in items):
            yield items, len(items)
        else:
            found = columns(query, lookup)
            if found.complete:
                yield items, len(found.columns)


def _expands(value: Expression) -> bool:
    return isinstance(value, Star) or (isinstance(value, Field) and value.name is None)


def _rows(rows: Sequence[Sequence[Expression]], one: ReadStatement) -> Iterator[Misfit]:
    """``VALUES`` with rows of different lengths."""
    for row in rows:
        if len(row) != len(rows[0]) and not any(_expands(value) for value in (*row, *rows[0])):
            yield Misfit("rows", _place(row, one) or one.whole, len(rows[0]), len(row), related=_place(rows[0], one))
            return


def _sides(query: SetOperation, one: ReadStatement, lookup: CatalogLookup) -> Iterator[Misfit]:
    """``UNION`` of queries with different numbers of columns."""
    if query.tables or _has_tables(query):
        return  # Common tables of the whole are not known to its sides alone.
    left, right = columns(query.left, lookup), columns(query.right, lookup)
    if left.complete and right.complete and len(left.columns) != len(right.columns):
        yield Misfit("sides", one.whole, len(left.columns), len(right.columns), names=(query.operator,))


def _has_tables(query: Query) -> bool:
    return bool(query.tables) or (
        isinstance(query, SetOperation) and (_has_tables(query.left) or _has_tables(query.right))
    )


def _merged(merge: Merge, one: ReadStatement) -> Iterator[Misfit]:
    for action in merge.actions:
        given, wanted = len(action.values), len(action.columns)
        if action.kind == "insert" and wanted and given and given != wanted:
            where = _listed(action, one)
            yield Misfit("values", _place(action.values, one) or one.whole, wanted, given, related=where)


def _listed(insert: Insert | MergeAction, one: ReadStatement) -> Span | None:
    """Where the columns of an INSERT are named."""
    offsets = [column.offset for column in insert.columns if column.offset is not None]
    return one.span(min(offsets), max(offsets)) if offsets else None


def _place(row: Sequence[Expression], one: ReadStatement) -> Span | None:
    """From the first literal of a row to its last."""
    from dblint.sql.expressions import walk

    found = [part.offset for value in row for part in walk(value) if isinstance(part, Literal)]
    offsets = [offset for offset in found if offset is not None]
    return one.span(min(offsets), max(offsets)) if offsets else None


def _arguments(one: ReadStatement, call: SqlCall) -> Iterator[Misfit]:
    if call.giving != "values" or call.method in EXPANDING:
        return
    names = {each.name for each in one.placeholders if each.name is not None}
    positions = {each.position for each in one.placeholders if each.name is None}
    if names and positions:
        return
    for given in call.sets:
        misfit = _named(given, names) if given.named else _positional(given, positions, names)
        if misfit is not None:
            yield misfit
            return


def _named(given: ArgumentSet, names: set[str]) -> Misfit | None:
    """Names that nothing is given for; a value too many does no harm."""
    if given.open:
        return None
    missing = tuple(sorted(names - {one.name for one in given.arguments if one.name is not None}))
    return Misfit("names", given.span, len(names), len(given.arguments), names=missing) if missing else None


def _positional(given: ArgumentSet, positions: set[int], names: set[str]) -> Misfit | None:
    wanted = max(positions) + 1 if positions else 0
    if names or len(given.arguments) == wanted or positions != set(range(wanted)):
        return None
    return Misfit("arguments", given.span, wanted, len(given.arguments))
