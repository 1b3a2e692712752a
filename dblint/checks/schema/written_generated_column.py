"""written-generated-column: an insert or update that gives a value to a column only the database may fill."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import Column
from dblint.checks.rows import distinct, known_columns
from dblint.checks.wording import column_name, subject, tied
from dblint.facts.model import Entry
from dblint.finding import Finding, Label, Remedy
from dblint.intent import DropEntry
from dblint.rule import Rule


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    written = known_columns(project, ("insert", "update"))
    return distinct(_finding(rule, project, *one) for one in written if one[2].certain and one[0].leaves(one[2]))


def _finding(rule: Rule, project: BoundProject, bound: BoundRow, entry: Entry, column: Column) -> Finding:
    name = column_name(project.catalog, bound.table, column)
    made = "generated always as identity" if column.generated is None else f"generated always as ({column.generated})"
    return rule.finding(
        bound.key_of(entry),
        f"this {bound.role} writes `{name}`, which is {made}",
        help="The database computes this column and refuses any value given for it.",
        subject=subject(project.catalog, bound.table, column.name),
        labels=(Label(column.place, f"`{column.name}` is {made}"), *tied(project.catalog, bound)),
        remedy=Remedy(
            f"Drop `{entry.key}`",
            "safe" if _only_written(project, bound) else "unsafe",
            (DropEntry(entry.home or bound.path, entry.layout),),
        ),
    )


def _only_written(project: BoundProject, bound: BoundRow) -> bool:
    """No other use of this literal is a row the database hands out, where the column belongs."""
    return all(
        other.role in ("insert", "update")
        for other in project.rows
        if other.path == bound.path and other.row.span == bound.row.span
    )
