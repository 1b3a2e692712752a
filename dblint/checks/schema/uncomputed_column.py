"""uncomputed-column: a whole row without the generated column that the database would give it."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import Column
from dblint.checks.computed import computed, shown_value, written
from dblint.checks.rows import distinct, judged_rows
from dblint.checks.wording import column_name, subject, table_name, tied
from dblint.finding import Finding, Label, Remedy
from dblint.intent import AddEntry
from dblint.rule import Rule
from dblint.values.held import Tables
from dblint.values.sql_values import SqlValue


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tables = Tables(project.catalog)
    return distinct(
        _finding(rule, project, bound, column, value)
        for bound in judged_rows(project, ("factory", "result"))
        if any(column.generated for column in bound.table.columns) and _stands_for_a_row(project, bound)
        for held in [tables(bound.table)]
        for column, value in computed(held, bound)
        if held.entry(bound.row, column.name) is None
    )


def _stands_for_a_row(project: BoundProject, bound: BoundRow) -> bool:
    """A factory's row that is not itself written, or what an insert answers with."""
    if bound.row.open:
        return False
    if bound.role == "result":
        return bound.use.operation in ("insert", "upsert")
    return not any(other.role in ("insert", "update") and other.body == bound.body for other in project.rows)


def _finding(rule: Rule, project: BoundProject, bound: BoundRow, column: Column, value: SqlValue) -> Finding:
    code = written(value)
    can_add = code is not None and bound.row.layout.form != "fixed"
    remedy = (
        Remedy(f"Add `{column.name}`", "safe", (AddEntry(bound.body.path, bound.row.layout, column.name, code),))
        if can_add and code is not None
        else None
    )
    return rule.finding(
        bound.body,
        f"this row of `{table_name(project.catalog, bound.table)}` lacks `{column.name}`, "
        f"which the database computes as {shown_value(value)}",
        help=f"Each row that the database hands out has `{column_name(project.catalog, bound.table, column)}`.",
        subject=subject(project.catalog, bound.table, column.name),
        labels=(
            Label(column.place, f"`{column.name}` is generated always as ({column.generated})"),
            *tied(project.catalog, bound),
        ),
        remedy=remedy,
    )
