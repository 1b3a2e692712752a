"""unknown-column: a mock row or filter names a column that its table has not."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import Dialect
from dblint.checks.explained import is_explained
from dblint.checks.fate import Fate, column_fate
from dblint.checks.rows import ALL_ROLES, column_named, distinct, entries, holds, honest_rows, is_plain_row
from dblint.checks.tables import shows_column
from dblint.checks.wording import subject, table_name, tied
from dblint.facts.model import Entry
from dblint.finding import Finding, Remedy
from dblint.intent import DropEntry, Intent, RenameKey, ReplaceText
from dblint.rule import Rule


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(_findings(rule, project))


def _findings(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    catalog = project.catalog
    for bound in honest_rows(project, ALL_ROLES):
        if bound.use.evidence == "sql":
            continue  # What its statement names is told once, of the statement.
        plain = is_plain_row(bound, catalog.dialect)
        for entry in entries(bound):
            known = column_named(bound.table, entry.key, catalog.dialect) is not None
            if known or not shows_column(catalog, bound.table, entry.key):
                continue
            fate = column_fate(catalog, bound.table, entry.key)
            if (plain or fate.evident) and not is_explained(catalog, bound, entry, evident=fate.evident):
                yield _finding(rule, project, bound, entry, fate)


def _finding(rule: Rule, project: BoundProject, bound: BoundRow, entry: Entry, fate: Fate) -> Finding:
    return rule.finding(
        bound.key_of(entry),
        f"`{table_name(project.catalog, bound.table)}` has no column `{entry.key}`{fate.told}",
        help=None if fate.proven or not fate.meant else f"Did you mean `{fate.meant}`?",
        subject=subject(project.catalog, bound.table, entry.key),
        labels=(*fate.labels, *tied(project.catalog, bound)),
        remedy=_remedy(bound, entry, fate, project.catalog.dialect),
    )


def _remedy(bound: BoundRow, entry: Entry, fate: Fate, dialect: Dialect) -> Remedy | None:
    if bound.use.evidence == "model" or bound.use.operation == "model":
        return None  # The model has to change first.
    if fate.meant is not None and not holds(bound, fate.meant, dialect):
        title = f"Rename `{entry.key}` to `{fate.meant}`"
        return Remedy(title, "safe" if fate.proven else "unsafe", (_renamed(bound, entry, fate.meant),))
    if fate.evident and bound.role != "filter":
        return Remedy(f"Drop `{entry.key}`", "unsafe", (DropEntry(entry.home or bound.path, entry.layout),))
    return None


def _renamed(bound: BoundRow, entry: Entry, name: str) -> Intent:
    key = entry.layout.key
    if bound.role == "filter" and key.end == (key.line, key.column + len(entry.key)):
        return ReplaceText(bound.key_of(entry), name)  # One of several names inside a string.
    return RenameKey(entry.home or bound.path, entry.layout, name)
