"""missing-column: a row without a column that the database requires."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.history import added_by, columns_before, names_of
from dblint.catalog.model import Catalog, Column, ColumnEvent, Table
from dblint.checks.fate import column_fate
from dblint.checks.required import is_required
from dblint.checks.rows import column_named, distinct, entries, holds, judged_rows
from dblint.checks.select_list import read_select_list
from dblint.checks.wording import at, column_name, subject, table_name, tied
from dblint.config import Settings
from dblint.finding import Finding, Label, Remedy
from dblint.intent import AddEntry
from dblint.rule import Rule


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    strict = _is_selected(rule, project.settings)
    return distinct(
        _finding(rule, project, bound, column)
        for bound in judged_rows(project, ("insert", "factory", "stored", "result", "event"))
        if bound.table.complete and not bound.row.open
        for column in _lacking(bound, project.catalog)
        if _is_whole(bound, strict) or _is_outdated(bound, column)
    )


def _lacking(bound: BoundRow, catalog: Catalog) -> Iterator[Column]:
    """The required columns the row has no key for, not even a wrong one: unknown-column tells of that."""
    unknown = [entry.key for entry in entries(bound) if column_named(bound.table, entry.key, catalog.dialect) is None]
    meant = {column_fate(catalog, bound.table, key).meant for key in unknown}
    for column in bound.table.columns:
        named = column.name in meant or holds(bound, column.name, catalog.dialect)
        if not named and is_required(column, bound.table, catalog):
            yield column


def _is_selected(rule: Rule, settings: Settings) -> bool:
    """Chosen by name, by group or by ``all``, which asks for the strict cases too."""
    return not {rule.name, rule.group, "all"}.isdisjoint((*settings.select, *settings.extend_select))


def _is_whole(bound: BoundRow, strict: bool) -> bool:
    """The row is inserted as it stands, or its purpose is to be inserted."""
    if bound.role == "stored":
        return strict
    return bound.role in ("insert", "factory")


def _is_outdated(bound: BoundRow, column: Column) -> bool:
    """The row held every column of the table until a later statement added this one."""
    event = _addition(bound.table, column)
    if event is None or (bound.role == "result" and not _is_star(bound)):
        return False
    before = columns_before(bound.table, event.order)
    held = {entry.key for entry in bound.row.entries}
    return len(before) > 1 and all(held & names_of(bound.table, name) for name in before)


def _addition(table: Table, column: Column) -> ColumnEvent | None:
    """The statement that added the column to a table that was there already."""
    event = added_by(table, column.name)
    return event if event is not None and event.kind == "added" else None


def _is_star(bound: BoundRow) -> bool:
    return bound.use.select is not None and read_select_list(bound.use.select).star


def _finding(rule: Rule, project: BoundProject, bound: BoundRow, column: Column) -> Finding:
    event = _addition(bound.table, column)
    why = "is added here" if event else "is NOT NULL and has no default"
    return rule.finding(
        bound.body,
        f"this row of `{table_name(project.catalog, bound.table)}` lacks `{column.name}`"
        + (f": {at(event.place)} added it" if event else ", which is NOT NULL and has no default"),
        help=f"The database refuses a row without `{column_name(project.catalog, bound.table, column)}`.",
        subject=subject(project.catalog, bound.table, column.name),
        labels=(
            Label(event.place if event else column.place, f"`{column.name}` {why}"),
            *tied(project.catalog, bound),
        ),
        remedy=_remedy(project, bound, column),
    )


def _remedy(project: BoundProject, bound: BoundRow, column: Column) -> Remedy | None:
    # Imported for a finding only: a run without any need not wait for it.
    from dblint.checks.data_sets import parent_keys
    from dblint.values.sample import sample

    value = sample(column, bound.table, project.catalog, bound.row, parent_keys(project, bound, column))
    if value is None or bound.row.layout.form == "fixed":
        return None
    return Remedy(f"Add `{column.name}`", "safe", (AddEntry(bound.body.path, bound.row.layout, column.name, value),))
