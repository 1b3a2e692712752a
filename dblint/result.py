"""What a run found and what it saw of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dblint.finding import Finding


@dataclass(frozen=True, slots=True)
class Counts:
    """The size of what a run knew, whatever part of it is reported."""

    dialect: str | None = None
    sql_files: int = 0
    tables: int = 0
    functions: int = 0
    statements_skipped: int = 0
    rows_found: int = 0
    rows_bound: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """Every finding of the project in order, and how many a pragma silenced in each file."""

    findings: tuple[Finding, ...]
    silenced: Mapping[str, int]
    counts: Counts
