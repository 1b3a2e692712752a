"""Mock rows tied to tables, and the project as a check sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dblint.catalog.model import Catalog, Table
from dblint.config import Settings
from dblint.facts.model import FileFacts, MockRow, RowUse
from dblint.facts.model import Role as Role


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A mock row, the table it stands for, and how that is known."""

    path: str
    row: MockRow
    use: RowUse
    table: Table
    role: Role


@dataclass(frozen=True, slots=True)
class BoundProject:
    """All a check may look at: plain data, nothing to parse, nothing to read."""

    settings: Settings
    catalog: Catalog
    facts: Mapping[str, FileFacts]
    rows: tuple[BoundRow, ...]
