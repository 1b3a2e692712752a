"""The rows that an operation's answer holds, each for the table it comes from: by table, select list or SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dblint.binding.consumers import Consumer
from dblint.binding.outputs import Output, Outputs, QueryOutputs
from dblint.catalog.model import Catalog
from dblint.facts.model import UNKNOWN, Entry, MockRow, RowUse, TableName


@dataclass(frozen=True, slots=True)
class Answer:
    """A row, or the part of one that is of one table."""

    row: MockRow
    use: RowUse


class Answers:
    """Reads answers under one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._queries = QueryOutputs(catalog)

    def subject(self, one: Consumer) -> object | None:
        """What two operations share whose rows are alike; None where nobody knows what their rows are."""
        if one.table is None:
            return None
        if one.operation.kind == "sql":
            found = self._queries.of(one.table)
            return None if found is None or not found.columns else found.star or found
        if one.operation.kind != "table":
            return None
        table = self._catalog.table(one.operation.schema, one.table)
        return (one.operation.schema or "", one.table) if table is None else (table.schema, table.name)

    def read(self, index: int, row: MockRow, consumers: Sequence[Consumer]) -> Iterator[Answer]:
        """The parts of a row that these operations, whose rows are alike, give."""
        first = consumers[0]
        if first.operation.kind == "sql" and first.table is not None:
            found = self._queries.of(first.table)
            if found is not None:
                yield from self._queried(index, row, first, found)
        elif first.operation.kind == "table" and first.table is not None:
            yield Answer(row, _tabled(index, consumers, first.table))

    def _queried(self, index: int, row: MockRow, one: Consumer, outputs: Outputs) -> Iterator[Answer]:
        if outputs.star is not None:
            yield Answer(row, _use(index, one, outputs.star, "*"))
            return
        for table in dict.fromkeys(column.table for column in outputs.columns if column.table is not None):
            part = _part(row, table, outputs.columns)
            if part.entries:
                yield Answer(part, _use(index, one, table, None))


def _part(row: MockRow, table: tuple[str, str], outputs: Sequence[Output]) -> MockRow:
    """The entries that come from columns of one table, under the columns' own names."""
    entries = []
    for entry in row.entries:
        named = [one for one in outputs if one.name == entry.key]
        if len(named) == 1 and named[0].table == table:
            entries.append(_renamed(entry, named[0]))
    return replace(row, entries=tuple(entries), open=True)


def _renamed(entry: Entry, output: Output) -> Entry:
    # An outer join makes NULL of any column.
    value = UNKNOWN if output.outer and entry.value.kind == "null" else entry.value
    return replace(entry, key=output.column, value=value)


def _use(index: int, one: Consumer, table: tuple[str, str], select: str | None) -> RowUse:
    name = TableName(table[1], one.operation.subject.span, table[0])
    return RowUse(index, "result", "method", name, operation=one.operation.end, select=select)


def _tabled(index: int, consumers: Sequence[Consumer], table: str) -> RowUse:
    operation = consumers[0].operation
    name = TableName(table, operation.subject.span, operation.schema)
    verbs = {one.operation.verb for one in consumers}
    # What a write gives back is the whole row.
    selects = {one.operation.select if one.operation.verb == "select" else "*" for one in consumers}
    known = sorted(one for one in selects if one is not None)
    select = ",".join(known) if len(known) == len(selects) else None
    verb = verbs.pop() if len(verbs) == 1 else None
    return RowUse(index, "result", "method", name, operation=verb, select=select, receiver=operation.receiver)
