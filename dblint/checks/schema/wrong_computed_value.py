"""wrong-computed-value: a row whose generated column is not what its expression gives."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import Column
from dblint.checks.computed import agrees, computed, replacement, shown_value
from dblint.checks.constraints import shown
from dblint.checks.explained import is_renamed_by_query
from dblint.checks.rows import distinct, judged_rows
from dblint.checks.wording import column_name, subject, tied
from dblint.facts.model import Entry
from dblint.finding import Finding, Label, Remedy
from dblint.rule import Rule
from dblint.values.held import Held, Tables
from dblint.values.sql_values import SqlValue
from dblint.values.stored import stored


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tables = Tables(project.catalog)
    return distinct(
        _finding(rule, project, bound, entry, column, wanted, _laid_over(held, bound, column))
        for bound in judged_rows(project, ("stored", "result", "factory", "event"))
        if any(column.generated for column in bound.table.columns)
        for held in [tables(bound.table)]
        for column, wanted in computed(held, bound)
        if (entry := held.entry(bound.whole, column.name)) is not None
        if not bound.base or any(one.key in {column.name, *held.inputs(column)} for one in bound.row.entries)
        if not _is_renamed(bound, entry, held.inputs(column))
        if not agrees(stored(entry.value, column.type, held.scope), wanted)
    )


def _is_renamed(bound: BoundRow, entry: Entry, inputs: frozenset[str]) -> bool:
    return any(is_renamed_by_query(bound, name) for name in (entry.key, *inputs))


def _laid_over(held: Held, bound: BoundRow, column: Column) -> Entry | None:
    """The last of the column's inputs that the row lays over a base."""
    given = (held.entry(bound.whole, name) for name in held.inputs(column))
    own = [entry for entry in given if entry is not None and bound.owns(entry)]
    return max(own, key=lambda entry: entry.layout.value, default=None)


def _finding(
    rule: Rule,
    project: BoundProject,
    bound: BoundRow,
    entry: Entry,
    column: Column,
    wanted: SqlValue,
    over: Entry | None,
) -> Finding:
    own = bound.owns(entry)
    place = bound.value_of(entry if own or over is None else over)
    change = replacement(place, wanted, entry.value) if own else None
    name = column_name(project.catalog, bound.table, column)
    return rule.finding(
        place,
        f"{shown(entry.value)} for `{name}`, which the database computes as {shown_value(wanted)}",
        help=f"It is generated always as ({column.generated}), and this row has all that goes into it.",
        subject=subject(project.catalog, bound.table, column.name),
        labels=(
            Label(column.place, f"`{column.name}` is generated always as ({column.generated})"),
            *tied(project.catalog, bound),
        ),
        remedy=None if change is None else Remedy(f"Write {shown_value(wanted)}", "safe", (change,)),
    )
