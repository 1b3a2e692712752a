"""Mock rows: their entries, and the rows that another file makes."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.facts.value_model import Value
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of a mock row and its value; ``nested`` are the dicts that stand under it, one or a list of them.

    ``parameter`` is the parameter of the function around it that gives the value; ``home`` the file the entry stands
    in, where binding took it out of another than the row's.
    """

    key: str
    value: Value
    layout: EntryLayout
    nested: tuple[MockRow, ...] = ()
    parameter: str = ""
    home: str = ""
    laid: bool = False
    """A call or a later statement lays it over the row."""


@dataclass(frozen=True, slots=True)
class MockRow:
    """A literal that stands for a row: dict, keyword call, or the one column a filter names.

    ``open`` is true where more entries may come at run time (an unknown ``**spread``, a later ``row.update(x)``):
    then a missing entry proves nothing. ``entries`` of a known ``**base`` are taken in, with the layout they have
    there.
    """

    span: Span
    entries: tuple[Entry, ...]
    layout: RowLayout
    open: bool = False
    deliberate: bool = False
    """Wrong on purpose: under ``pytest.raises``, or a test or parameter id says invalid, bad, unknown, reject."""
    base: Span | None = None
    """The literal that a call lays values over; ``span`` is the call's then, and ``layout`` the literal's."""
    home: str = ""
    """The file the row stands in, where binding took it out of another than the one whose facts hold it."""
    base_home: str = ""
    over: Lent | None = None
    """The row of another file that this one is laid over; where binding finds none, the row is open."""

    def entry(self, key: str) -> Entry | None:
        """The entry that wins when a key stands twice: the last."""
        return next((entry for entry in reversed(self.entries) if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class Lent:
    """Rows that another file makes: a fixture's, or what an import leads to, with what a call hands over.

    ``name`` is as the file writes it (``factories.make_order``), ``target`` what its imports make of that
    (``tests.factories.make_order``, dots of a relative import in front), None for a fixture. ``given`` are the call's
    keyword arguments as a row, ``positional`` its others.
    """

    name: str
    target: str | None
    given: MockRow | None = None
    positional: tuple[Entry, ...] = ()

    @property
    def overridden(self) -> bool:
        """Whether arguments may change the row on its way."""
        return bool(self.positional) or (self.given is not None and (bool(self.given.entries) or self.given.open))
