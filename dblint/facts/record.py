"""A mock row in the making: what its literal says, what is laid over it, what stays unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from dblint.facts.model import UNKNOWN, Entry, Lent, MockRow
from dblint.layout import RowLayout
from dblint.source import Span


@dataclass(frozen=True, slots=True)
class Record:
    """The fields are the mock row's."""

    span: Span
    entries: tuple[Entry, ...]
    layout: RowLayout
    open: bool = False
    deliberate: bool = False
    base: Span | None = None
    lent: Lent | None = None

    def over(self, base: Record | None) -> Record:
        """This record laid over a base whose entries it takes in; an unknown base leaves it open."""
        if base is None:
            return replace(self, open=True)
        return replace(
            self,
            entries=base.entries + self.entries,
            open=self.open or base.open,
            deliberate=self.deliberate or base.deliberate,
            lent=base.lent,
        )

    def under(self, over: Record) -> Record:
        """This record with another's entries laid over it."""
        laid = (replace(entry, laid=True) for entry in over.entries)
        entries = (*(veiled(self.entries) if over.open else self.entries), *laid)
        return replace(self, entries=entries, open=self.open or over.open)

    def made_by(self, call: Span) -> Record:
        """The record as a call makes it, where something of it stands in the call."""
        own = any(call.contains(entry.layout.value) for entry in self.entries)
        if not own or call.contains(self.span):
            return self
        return replace(self, span=call, base=self.base or self.span)

    def held_by(self, name: Span) -> Record:
        """The record under a name of its own, where statements lay values over a literal that stands elsewhere."""
        if name.contains(self.span) or not any(entry.laid for entry in self.entries):
            return self
        return replace(self, span=name, base=self.base or self.span)

    @property
    def row(self) -> MockRow:
        return MockRow(self.span, self.entries, self.layout, self.open, self.deliberate, self.base, over=self.lent)


def nothing_over(span: Span) -> Record:
    """What lays nothing over a row."""
    return Record(span, (), RowLayout("fixed", '"', span, "", ""))


def opened(record: Record) -> Record:
    """The record after something nobody can follow: its keys stand, their values may be others."""
    return replace(record, entries=tuple(veiled(record.entries)), open=True, lent=None)


def veiled(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that what comes later may give another value."""
    return [replace(entry, value=UNKNOWN, nested=()) for entry in entries]


def spread(entries: Iterable[Entry], laid: Record | None) -> list[Entry]:
    """The entries of a literal once a ``**spread`` lies over them; None for one that nobody knows."""
    known = list(entries) if laid is not None and not laid.open else veiled(entries)
    return known if laid is None else [*known, *laid.entries]


def unsettled(row: MockRow, columns: Collection[str]) -> MockRow:
    """The row where these columns get their values at a time nobody knows."""
    if not columns:
        return row
    entries = tuple(replace(entry, value=UNKNOWN) if entry.key in columns else entry for entry in row.entries)
    return replace(row, entries=entries, open=row.open or any(row.entry(column) is None for column in columns))
