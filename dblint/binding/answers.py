"""The rows that an operation's answer holds, each for the table it comes from: by table, select list or SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dblint.binding.choices import giving
from dblint.binding.consumers import Consumer
from dblint.binding.model_rows import ModelRows
from dblint.binding.outputs import Output, Outputs, QueryOutputs
from dblint.catalog.model import Catalog, Table
from dblint.facts.doubles_model import TupleItem, TupleRow
from dblint.facts.model import UNKNOWN, Entry, MockRow, RowUse, TableName
from dblint.facts.select_grammar import SelectItem, parse
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span


@dataclass(frozen=True, slots=True)
class Answer:
    """A row, or the part of one that is of one table."""

    row: MockRow
    use: RowUse


class Answers:
    """Reads answers under one catalog."""

    def __init__(self, catalog: Catalog, models: ModelRows) -> None:
        self._catalog = catalog
        self._models = models
        self._queries = QueryOutputs(catalog)
        self._shared: frozenset[Span] = frozenset()

    def subject(self, one: Consumer) -> object | None:
        """What two operations share whose rows are alike; None where nobody knows what their rows are."""
        if one.table is None:
            return None
        if one.operation.kind == "sql":
            found = self._queries.of(one.table)
            return None if found is None or not found.columns else found.star or found
        if one.operation.kind == "model":
            known = self._models.table(one.table)
            return None if known is None else (known.schema, known.name)
        if one.operation.kind != "table":
            return None
        table = self._catalog.table(one.operation.schema, one.table)
        return (one.operation.schema or "", one.table) if table is None else (table.schema, table.name)

    def compare(self, rows: Iterable[tuple[str, MockRow, Sequence[Consumer]]]) -> None:
        """Note what rows of several kinds share: the entries of a base row that stands elsewhere."""
        kinds: dict[Span, set[object]] = {}
        for _, row, among in rows:
            for entry in row.entries:
                if not row.span.contains(entry.layout.key):
                    kinds.setdefault(entry.layout.key, set()).update(self.subject(one) for one in among)
        self._shared = frozenset(span for span, found in kinds.items() if len(found) > 1)

    def given(
        self, one: int | TupleRow, rows: Sequence[MockRow], among: Sequence[Consumer]
    ) -> Iterator[tuple[str, Answer]]:
        """The parts of a row, itself or by its index, that one of these operations consumes; whose file says so."""
        row = rows[one] if isinstance(one, int) else one
        alike = len({self.subject(two) for two in among}) == 1
        found = among if alike else giving(row, among, self._queries, self._catalog)
        if not found:
            return
        if isinstance(row, TupleRow):
            yield from ((found[0].path, part) for part in self.positional(row, found[0]))
        elif isinstance(one, int):
            yield from ((found[0].path, part) for part in self.read(one, row, found))

    def read(self, index: int, row: MockRow, consumers: Sequence[Consumer]) -> Iterator[Answer]:
        """The parts of a row that these operations, whose rows are alike, give."""
        first = consumers[0]
        if first.operation.kind == "sql" and first.table is not None:
            found = self._queries.of(first.table)
            if found is not None:
                yield from self._queried(index, row, first, found)
        elif first.operation.kind == "model" and first.table is not None:
            table, own = self._models.table(first.table), self._models.row(row, first.table)
            if table is not None and own is not None:
                yield Answer(own, replace(_use(index, first, (table.schema, table.name), None), operation="model"))
        elif first.operation.kind == "table" and first.table is not None:
            use = _tabled(index, consumers, first.table)
            table = self._catalog.table(use.table.schema, use.table.name) if use.table is not None else None
            items = parse(use.select) if use.select is not None else None
            yield from self._selected(row, use, table, items) if table is not None and items else (Answer(row, use),)

    def positional(self, row: TupleRow, one: Consumer) -> Iterator[Answer]:
        """The parts of a row whose columns only the query knows, where it surely has as many."""
        found = self._queries.of(one.table) if one.operation.kind == "sql" and one.table is not None else None
        if found is None or not found.placed or len(found.columns) != len(row.items):
            return
        given = list(zip(found.columns, row.items, strict=True))
        for table in dict.fromkeys(column.table for column, _ in given if column.table is not None):
            entries = tuple(
                _renamed(_placed(item), column) for column, item in given if column.table == table and not column.gone
            )
            layout = RowLayout("fixed", '"', row.span, "", "")
            if entries:
                yield Answer(MockRow(row.span, entries, layout, True, row.deliberate), _use(-1, one, table, None))

    def _selected(self, row: MockRow, use: RowUse, table: Table, items: Sequence[SelectItem]) -> Iterator[Answer]:
        """A row under a select list: the table's own part, and the rows of the resources embedded in it."""
        own = replace(row, entries=tuple(one for entry in row.entries for one in _own(entry, items, table)))
        if own.entries:
            yield Answer(own, use)
        for item in items:
            related = self._related(table, item) if item.inner else None
            if related is None or not item.inner or use.table is None:
                continue
            inside = replace(use, table=TableName(related.name, use.table.span, related.schema), select=item.text)
            entry = row.entry(item.key) if item.key is not None else None
            for nested in entry.nested if entry is not None else ():
                told = replace(nested, deliberate=nested.deliberate or row.deliberate)
                yield from self._selected(told, inside, related, item.inner)

    def _related(self, table: Table, item: SelectItem) -> Table | None:
        """The table of an embedded resource: where a foreign key leads, by column or name, or the table called so."""
        for key in table.foreign_keys:
            if key.columns == (item.name,) or key.name == item.name:
                return self._catalog.table(key.schema, key.table)
        return self._catalog.table(table.schema, item.name)

    def _queried(self, index: int, row: MockRow, one: Consumer, outputs: Outputs) -> Iterator[Answer]:
        if outputs.star is not None:
            whole = self._catalog.table(*outputs.star)
            row = replace(row, entries=tuple(entry for entry in row.entries if self._is_meant(entry, whole)))
            yield Answer(row, _use(index, one, outputs.star, "*"))
            return
        tables = list(dict.fromkeys(column.table for column in outputs.columns if column.table is not None))
        for table in tables:
            part = _part(row, table, outputs.columns)
            more = tuple(self._never_selected(row, table, outputs, alone=len(tables) == 1))
            if part.entries:
                yield Answer(replace(part, entries=part.entries + more), _use(index, one, table, None))

    def _never_selected(self, row: MockRow, name: tuple[str, str], outputs: Outputs, *, alone: bool) -> Iterator[Entry]:
        """The entries that no column of the query gives, where they can be but the one table's."""
        table = self._catalog.table(*name)
        selected = {one.name for one in outputs.columns}
        if table is None or not outputs.whole or None in selected:
            return
        gone = {event.column for event in table.history}
        for entry in row.entries:
            strange = entry.key not in selected and table.column(entry.key) is None
            if strange and (alone or entry.key in gone) and self._is_meant(entry, table):
                yield entry

    def _is_meant(self, entry: Entry, table: Table | None) -> bool:
        """The entry is the table's, or is laid over nothing that other queries' rows are made of as well."""
        if entry.layout.key not in self._shared or table is None:
            return True
        return table.column(entry.key) is not None or any(event.column == entry.key for event in table.history)


def _own(entry: Entry, items: Sequence[SelectItem], table: Table) -> list[Entry]:
    """The entry under the name of the column it comes from; what is made of a column is none of its values."""
    named = [item for item in items if item.key == entry.key]
    if not named:
        return [entry]
    if len(named) > 1 or named[0].inner is not None or not named[0].plain:
        return []
    if named[0].name == entry.key:
        return [entry]
    return [] if table.column(named[0].name) is None else [replace(entry, key=named[0].name)]


def _part(row: MockRow, table: tuple[str, str], outputs: Sequence[Output]) -> MockRow:
    """The entries that come from columns of one table, under the columns' own names."""
    entries = []
    for entry in row.entries:
        named = [one for one in outputs if one.name == entry.key]
        if len(named) == 1 and named[0].table == table:
            entries.append(_renamed(entry, named[0]))
    return replace(row, entries=tuple(entries), open=True)


def _placed(item: TupleItem) -> Entry:
    """A value by its place in a row, as an entry whose key it is itself."""
    return Entry("", item.value, EntryLayout(item.span, item.span, _start(item.span)))


def _start(span: Span) -> Span:
    return Span(span.line, span.column, span.line, span.column)


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
