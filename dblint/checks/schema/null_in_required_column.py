"""null-in-required-column: ``None`` where the column is NOT NULL."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import Column
from dblint.checks.explained import is_renamed_by_query
from dblint.checks.required import is_filled_by_update, refuses_null
from dblint.checks.rows import distinct, known_columns
from dblint.checks.wording import column_name, subject, tied
from dblint.facts.model import Entry
from dblint.finding import Finding, Label, Remedy
from dblint.intent import ReplaceValue
from dblint.rule import Rule


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    given = known_columns(project, ("insert", "update", "stored", "factory", "result"))
    return distinct(_finding(rule, project, *one) for one in given if _is_refused(project, *one))


def _is_refused(project: BoundProject, bound: BoundRow, entry: Entry, column: Column) -> bool:
    if entry.value.kind != "null" or column.generated is not None:
        return False
    if bound.leaves(column):
        return False  # written-generated-column says it.
    if _may_be_filled(project, bound, column) or is_renamed_by_query(bound, entry.key):
        return False
    return refuses_null(column, bound.table, project.catalog)


def _may_be_filled(project: BoundProject, bound: BoundRow, column: Column) -> bool:
    """A trigger may put something there before the database looks."""
    if bound.role == "update":
        return is_filled_by_update(column, bound.table, project.catalog)
    return column.filled and bound.role != "result"


def _finding(rule: Rule, project: BoundProject, bound: BoundRow, entry: Entry, column: Column) -> Finding:
    # Imported for a finding only: a run without any need not wait for it.
    from dblint.checks.data_sets import parent_keys
    from dblint.values.sample import sample

    name = column_name(project.catalog, bound.table, column)
    place = bound.value_of(entry)
    value = sample(column, bound.table, project.catalog, bound.row, parent_keys(project, bound, column))
    remedy = Remedy(f"Replace `None` by `{value}`", "unsafe", (ReplaceValue(place, value),)) if value else None
    return rule.finding(
        place,
        f"`{name}` is NOT NULL, and this row holds `None`",
        help=_help(column, bound),
        subject=subject(project.catalog, bound.table, column.name),
        labels=(Label(column.place, f"`{column.name}` is NOT NULL"), *tied(project.catalog, bound)),
        remedy=remedy,
    )


def _help(column: Column, bound: BoundRow) -> str:
    if bound.role in ("insert", "update"):
        aside = "; its DEFAULT serves only where the column is left out" if column.default is not None else ""
        return f"The database refuses NULL for this column{aside}."
    return "No row of this table can hold NULL in this column."
