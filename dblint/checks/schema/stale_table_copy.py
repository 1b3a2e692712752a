"""stale-table-copy: a CREATE TABLE copied into a test that no longer is the schema's table."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.copies import TableCopy, table_copies
from dblint.binding.model import BoundProject
from dblint.catalog.model import Catalog
from dblint.checks.fate import column_fate
from dblint.checks.tables import shows_column
from dblint.checks.wording import quoted, subject, table_name
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place, Span

_LEAST_SHARED = 3
_COPIED = 0.5
"""The share of either side's columns that the other must have: else it is a table of the test's own."""


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for copy in table_copies(project.catalog, project.facts, project.code):
        mine = {name.lower() for name, _ in copy.columns}
        theirs = {column.name.lower() for column in copy.original.columns}
        shared = mine & theirs
        if len(shared) < _LEAST_SHARED or len(shared) < _COPIED * max(len(mine), len(theirs)):
            continue
        strange = [one for one in copy.columns if one[0].lower() not in theirs]
        strange = [one for one in strange if shows_column(project.catalog, copy.original, one[0])]
        missing = [column.name for column in copy.original.columns if column.name.lower() not in mine]
        if strange or missing:
            yield _finding(rule, project.catalog, copy, strange, missing)


def _finding(
    rule: Rule, catalog: Catalog, copy: TableCopy, strange: list[tuple[str, Span]], missing: list[str]
) -> Finding:
    parts = []
    labels = [
        Label(Place(copy.place.path, copy.named), "the copy"),
        Label(copy.original.place, f"`{copy.original.name}` is made here"),
    ]
    if missing:
        parts.append(f"lacks {quoted(missing)}")
        labels += [Label(column.place, f"`{name}`") for name in missing if (column := copy.original.column(name))]
    if strange:
        parts.append(f"has {quoted(name for name, _ in strange)}, which the table has not")
        labels += [Label(Place(copy.place.path, span), f"`{name}`") for name, span in strange]
        labels += [label for name, _ in strange for label in column_fate(catalog, copy.original, name).labels]
    name = table_name(catalog, copy.original)
    return rule.finding(
        copy.place,
        f"this copy of `{name}` {' and '.join(parts)}",
        help="Make the table from the schema's own SQL, or bring the copy up to date.",
        subject=subject(catalog, copy.original),
        labels=tuple(dict.fromkeys(labels)),
    )
