"""Mock rows tied to tables, and the project as a check sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from dblint.binding.code import Code
from dblint.binding.query_model import BoundQuery
from dblint.catalog.model import Catalog, Column, Table
from dblint.config import Settings
from dblint.facts.model import Entry, FileFacts, MockRow, Pragma, RowUse
from dblint.facts.model import Role as Role
from dblint.facts.statements_model import OVERRIDING
from dblint.runner.model import Runner
from dblint.source import Place, Span

Use = Literal["used", "unused", "unknown", "unjudged"]


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A mock row, the table it stands for, and how that is known."""

    path: str
    row: MockRow
    use: RowUse
    table: Table
    role: Role
    user: str = ""
    """The file whose evidence ties the row, where that is another than the row's own."""
    base: tuple[Entry, ...] = ()
    """What a factory gives beside the row's own entries, judged where it stands."""

    @property
    def whole(self) -> MockRow:
        """The row over what its factory gives."""
        return replace(self.row, entries=(*self.base, *self.row.entries)) if self.base else self.row

    def key_of(self, entry: Entry) -> Place:
        """Where an entry's key stands."""
        return Place(entry.home or self.path, entry.layout.key)

    def value_of(self, entry: Entry) -> Place:
        """Where an entry's value stands."""
        return Place(entry.home or self.path, entry.layout.value)

    def owns(self, entry: Entry) -> bool:
        """The entry's value stands in the row itself, or in the class whose declarations the row is, in no base."""
        row = self.row
        inside = entry.laid or row.span.contains(entry.layout.value) or (row.layout.form == "fixed" and not row.base)
        return inside and not entry.home and entry in row.entries

    @property
    def body(self) -> Place:
        """The literal that a missing entry would go to: a call's base."""
        return Place(self.row.base_home or self.path, self.row.base or self.row.span)

    def leaves(self, column: Column) -> bool:
        """The statement must leave the column to the database: a generated one, or an identity that is always made."""
        made_by_it = column.identity == "always" and self.use.operation != OVERRIDING
        return self.role in ("insert", "update") and (made_by_it or column.generated is not None)

    @property
    def evidence(self) -> Place | None:
        """Where the table's name stands that ties the row, if a literal says it."""
        return None if self.use.table is None else Place(self.user or self.path, self.use.table.span)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A suppression pragma and what each of its names did in this run, in their order.

    A name is ``unjudged`` where its rule did not run. ``nearest`` is what an unknown name was likely meant to be.
    ``removal`` is all that vanishes with the pragma, None where it must not be edited (SQL).
    """

    path: str
    pragma: Pragma
    uses: tuple[Use, ...]
    nearest: tuple[str | None, ...]
    removal: Span | None


@dataclass(frozen=True, slots=True)
class BoundProject:
    """All a check may look at: plain data, nothing to parse, nothing to read."""

    settings: Settings
    catalog: Catalog
    facts: Mapping[str, FileFacts]
    rows: tuple[BoundRow, ...]
    queries: tuple[BoundQuery, ...] = ()
    """The SQL strings that may go to the catalog's database, read under it."""
    absent: frozenset[str] = frozenset()
    """Of the SQL files that tests open, those that are not there; paths from the root."""
    code: Code = field(default_factory=Code, compare=False)
    """Functions, classes and calls of tests and sources, read where somebody asks for them."""
    suppressions: tuple[Suppression, ...] = ()
    """Filled once the other rules have run, for the rules about suppression."""
    runner: Runner = field(default_factory=Runner)
    """What the project tells pytest about asyncio; read only where a file has something asynchronous."""
