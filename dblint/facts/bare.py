"""Rows that strings alone make: the column a filter names, the columns of a select list."""

from __future__ import annotations

from dblint.facts.literals import value
from dblint.facts.model import UNKNOWN, Entry, MockRow
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span
from dblint.syntax.python import Node


def fixed_row(span: Span, name: str, key: Node, given: Node | None) -> MockRow:
    """The one column a string names, with its value if it has one."""
    said = UNKNOWN if given is None else value(given)
    return _row(span, (Entry(name, said, EntryLayout(key.span, (given or key).span, key.span)),))


def named_row(span: Span, names: list[tuple[str, Span]]) -> MockRow:
    """A row of bare column names, such as a select list's."""
    return _row(span, tuple(Entry(name, UNKNOWN, EntryLayout(at, at, at)) for name, at in names))


def _row(span: Span, entries: tuple[Entry, ...]) -> MockRow:
    return MockRow(span, entries, RowLayout("fixed", '"', span, "", ""), open=True)
