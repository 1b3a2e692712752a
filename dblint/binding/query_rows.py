"""The literals and arguments of SQL strings as rows: what is inserted, what is set, what is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dblint.binding.model import BoundRow
from dblint.binding.query_counts import EXPANDING, statements_in
from dblint.catalog.lookup import CatalogLookup
from dblint.catalog.model import Column as TableColumn
from dblint.catalog.model import Table
from dblint.catalog.query_names import Names
from dblint.facts.model import Entry, MockRow, Role, RowUse, TableName
from dblint.facts.statements_model import HOLE, OVERRIDING, ArgumentSet
from dblint.facts.value_model import UNKNOWN, Value
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span
from dblint.sql.expressions import (
    Array,
    Binary,
    Cast,
    Column,
    Expression,
    In,
    Keyword,
    Literal,
    Parameter,
    Quantified,
    Star,
    Subquery,
)
from dblint.sql.queries import Insert, Name, Relation, Select, Update, Values

if TYPE_CHECKING:
    from dblint.binding.queries import ReadStatement

_LENIENT = re.compile(
    r"\binsert\s+(?P<ignore>or\s+ignore|ignore)\b|\binsert\s+or\s+\w+|\breplace\s+into\b|\bon\s+duplicate\b",
    re.IGNORECASE,
)
"""What SQLite and MySQL have for rows that stand there already."""
_COMPARISONS = {"=": "eq", "<>": "neq", "<": "lt", ">": "gt", "<=": "lte", ">=": "gte"}
_KINDS = {"integer": "int", "decimal": "float", "string": "str"}


@dataclass(frozen=True, slots=True)
class _Given:
    """A value and where it is written."""

    value: Value
    span: Span | None


@dataclass(slots=True)
class QueryRows:
    """The rows of one statement of a file."""

    path: str
    one: ReadStatement
    lookup: CatalogLookup

    def inserted(self) -> Iterator[BoundRow]:
        """The rows of each INSERT and the assignments of each UPDATE, for each set of arguments."""
        for statement in self.one.script.statements:
            for query in statements_in(statement.query) if statement.query is not None else ():
                if isinstance(query, Insert):
                    yield from self._insert(query)
                elif isinstance(query, Update):
                    yield from self._update(query)

    def compared(self, names: Names) -> Iterator[BoundRow]:
        """The columns that are compared with a literal or an argument."""
        for given in self._sets():
            for one in names.compared:
                column, operation, values = _comparison(one)
                found = names.meant.get(column.offset) if column is not None and column.offset is not None else None
                if column is None or found is None or column.offset is None:
                    continue
                table, name = found
                entry = self._entry(name, self._column_span(column), self._listed(values, given))
                if entry.value.kind != "unknown":
                    yield self._bound(table, "filter", operation, (entry,), entry.layout.value, open_=True)

    # INSERT and UPDATE

    def _insert(self, insert: Insert) -> Iterator[BoundRow]:
        table = self.lookup.table(insert.target.schema, insert.target.name)
        columns = self._columns(insert, table) if table is not None else None
        if table is None or columns is None:
            return
        statement = self.one.statement
        lenient = _LENIENT.search(statement.text.text)
        if lenient is not None and lenient["ignore"]:
            return  # What is wrong is left out, and nobody complains.
        sets = self._sets()
        many = statement.call is not None and statement.call.many
        single = lenient is None and insert.conflict is None and isinstance(insert.query, Values)
        # What runs of the code insert at different times need not stand there together.
        together = single and (many or len(sets) == 1)
        data_set = self._data_set() if together else None
        for at, given in enumerate(sets):
            for values in self._rows(insert, given):
                entries = [
                    self._entry(column.name, span, self._given(value, given, column))
                    for (column, span), value in zip(columns, values, strict=False)
                    if column is not None and not _is_default(value) and not _is_overridden(insert, column)
                ]
                misfit = len(values) != len(columns) and (bool(insert.columns) or not self.lookup.exact)
                unknown = misfit or any(column is None for column, _ in columns)
                open_ = unknown or self.one.partial or HOLE in self.one.statement.text.text or (at > 0 and not many)
                span = self._row_span(entries, given if len(sets) > 1 else None)
                yield self._bound(
                    table,
                    "insert",
                    OVERRIDING if insert.overriding == "system" else "insert",
                    tuple(entries),
                    span,
                    open_=open_,
                    target=insert.target,
                    data_set=data_set,
                )

    def _data_set(self) -> Span:
        """What a call sends stands together, for each call of its own; literals do with their text."""
        call = self.one.statement.call
        return call.span if call is not None and call.sets else self.one.whole

    def _columns(self, insert: Insert, table: Table) -> list[tuple[TableColumn | None, Span]] | None:
        """The columns an INSERT gives values for, None among them for one the table has not."""
        if insert.columns:
            return [(self._column(table, one), self._name_span(one)) for one in insert.columns]
        if not table.complete or not table.certain:
            return None
        return [(column, self.one.whole) for column in table.columns]

    def _column(self, table: Table, name: Name) -> TableColumn | None:
        if self.lookup.exact:
            return table.column(name.name)
        return next((one for one in table.columns if one.name.lower() == name.name.lower()), None)

    def _rows(self, insert: Insert, given: ArgumentSet | None) -> Iterator[Sequence[Expression]]:
        call = self.one.statement.call
        if call is not None and call.method in EXPANDING:
            if given is not None and not given.named:
                yield [Parameter(-1 - at) for at in range(len(given.arguments))]
        elif isinstance(insert.query, Values):
            yield from insert.query.rows
        elif isinstance(insert.query, Select) and not any(
            isinstance(item.expression, Star) for item in insert.query.items
        ):
            yield [item.expression for item in insert.query.items]

    def _update(self, update: Update) -> Iterator[BoundRow]:
        table = self.lookup.table(update.target.schema, update.target.name)
        if table is None:
            return
        sets = self._sets()
        for given in sets:
            entries = []
            for each in update.assignments:
                column = self._column(table, each.column)
                if column is not None and not _is_default(each.value):
                    value = self._given(each.value, given, column)
                    entries.append(self._entry(column.name, self._name_span(each.column), value))
            if entries:
                span = self._row_span(entries, given if len(sets) > 1 else None)
                yield self._bound(table, "update", "update", tuple(entries), span, open_=True, target=update.target)

    def _sets(self) -> Sequence[ArgumentSet | None]:
        call = self.one.statement.call
        return call.sets if call is not None and call.sets else (None,)

    # Values

    def _given(self, expression: Expression, given: ArgumentSet | None, column: TableColumn | None) -> _Given:
        if isinstance(expression, Cast):
            inner = self._given(expression.operand, given, None)
            type_ = self.lookup.type(expression.type)
            same = column is not None and type_ is not None and column.type == type_
            return inner if same and isinstance(expression.operand, Literal) else _Given(UNKNOWN, inner.span)
        if isinstance(expression, Literal):
            return _Given(_value(expression), self._token(expression.offset))
        if isinstance(expression, Parameter):
            return self._argument(expression.number, given)
        return _Given(UNKNOWN, None)

    def _listed(self, values: Sequence[Expression], given: ArgumentSet | None) -> _Given:
        found = [self._given(value, given, None) for value in values]
        if len(found) == 1:
            return found[0]
        return _Given(Value("list", "", tuple(one.value for one in found)) if found else UNKNOWN, found[0].span)

    def _argument(self, number: int, given: ArgumentSet | None) -> _Given:
        if number < 0 and given is not None:
            argument = given.arguments[-1 - number]
            return _Given(argument.value, argument.span)
        if not 0 < number <= len(self.one.placeholders):
            return _Given(UNKNOWN, None)
        placeholder = self.one.placeholders[number - 1]
        here = self.one.statement.text.span_of(placeholder.start, placeholder.end)
        if given is None:
            return _Given(UNKNOWN, here)
        if placeholder.name is not None:
            named = next((one for one in given.arguments if one.name == placeholder.name), None)
        else:
            fits = not given.named and placeholder.position < len(given.arguments)
            named = given.arguments[placeholder.position] if fits else None
        return _Given(UNKNOWN, here) if named is None else _Given(named.value, named.span)

    # Places

    def _token(self, offset: int | None) -> Span | None:
        return None if offset is None else self.one.span(offset, offset)

    def _name_span(self, name: Name) -> Span:
        return self._token(name.offset) or self.one.whole

    def _column_span(self, column: Column) -> Span:
        return self._token(column.offset) or self.one.whole

    def _row_span(self, entries: Sequence[Entry], given: ArgumentSet | None) -> Span:
        """From the first value of a row to its last, where they stand in one place."""
        spans = [entry.layout.value for entry in entries]
        if given is not None or not spans:
            return given.span if given is not None else self.one.whole
        first, last = min(spans), max(spans, key=lambda span: span.end)
        return Span(first.line, first.column, last.end_line, last.end_column)

    def _entry(self, name: str, key: Span, given: _Given) -> Entry:
        nothing = Span(key.line, key.column, key.line, key.column)
        return Entry(name, given.value, EntryLayout(key, given.span or key, nothing))

    def _bound(
        self,
        table: Table,
        role: Role,
        operation: str,
        entries: tuple[Entry, ...],
        span: Span,
        *,
        open_: bool,
        target: Relation | None = None,
        data_set: Span | None = None,
    ) -> BoundRow:
        at = target.offset if target is not None else None
        name = TableName(table.name, self._token(at) or self.one.whole, table.schema) if target is not None else None
        call = self.one.statement.call
        receiver = call.receiver if call is not None else None
        use = RowUse(-1, role, "sql", name, operation=operation, receiver=receiver, data_set=data_set)
        row = MockRow(span, entries, RowLayout("fixed", '"', span, "", ""), open_)
        return BoundRow(self.path, row, use, table, role)


def _value(literal: Literal) -> Value:
    if HOLE in literal.text:
        return UNKNOWN
    if literal.kind == "null":
        return Value("null")
    if literal.kind == "bool":
        return Value("bool", "True" if literal.text == "true" else "False")
    kind = _KINDS.get(literal.kind)
    return UNKNOWN if kind is None else Value(kind, literal.text)  # type: ignore[arg-type]


def _comparison(one: Binary | In | Quantified) -> tuple[Column | None, str, Sequence[Expression]]:
    """The column of a comparison, how it is compared, and with what."""
    if isinstance(one, In):
        if isinstance(one.operand, Column) and not isinstance(one.items, Subquery):
            return one.operand, "in_", one.items
        return None, "", ()
    if isinstance(one, Quantified):
        listed = one.values.items if isinstance(one.values, Array) else (one.values,)
        fits = isinstance(one.operand, Column) and one.operator == "=" and isinstance(one.values, Array | Parameter)
        return (one.operand, "in_", listed) if fits and isinstance(one.operand, Column) else (None, "", ())
    operation = _COMPARISONS.get(one.operator, "")
    if isinstance(one.left, Column) and operation:
        return one.left, operation, (one.right,)
    return (one.right, operation, (one.left,)) if isinstance(one.right, Column) and operation else (None, "", ())


def _is_default(value: Expression) -> bool:
    """What any column takes, a generated one too."""
    return isinstance(value, Keyword) and value.name == "DEFAULT"


def _is_overridden(insert: Insert, column: TableColumn) -> bool:
    """The sequence fills it, whatever the statement gives."""
    return insert.overriding == "user" and column.identity is not None
