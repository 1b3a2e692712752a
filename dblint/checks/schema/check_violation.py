"""check-violation: a row for which a CHECK of its table, or of a column's domain, is false."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import Column
from dblint.checks.constraints import accepted, listed, shown
from dblint.checks.explained import is_renamed_by_query
from dblint.checks.rows import distinct, entries, judged_rows
from dblint.checks.wording import at, column_name, subject, table_name, tied
from dblint.facts.model import Entry
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.values.held import Held, Tables
from dblint.values.held import Rule as Condition
from dblint.values.nearest import nearest

_BASE_TABLES = ("table", "partitioned table", "foreign table")


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tables = Tables(project.catalog)
    return distinct(
        _finding(rule, project, bound, condition, given)
        for bound in judged_rows(project, ("insert", "update", "stored", "factory", "event", "result"))
        if bound.table.kind in _BASE_TABLES
        for condition, given in _broken(project, bound, tables(bound.table))
    )


def _broken(project: BoundProject, bound: BoundRow, held: Held) -> Iterator[tuple[Condition, tuple[Entry, ...]]]:
    """The conditions that are false, each with the entries it is about."""
    row = held.row(bound.whole, bound.role)
    for condition in held.checks():
        given = tuple(one for name in sorted(condition.columns) if (one := held.entry(bound.whole, name)) is not None)
        if bound.base and not any(one in bound.row.entries for one in given):
            continue  # It is judged where the factory says it.
        if _is_about(bound, condition, given) and condition.formula.run(row) is False:
            yield from _if_certain(project, bound, condition, given)
    for entry in entries(bound):
        column = held.column(entry.key)
        if column is None or column.generated is not None:
            continue
        for condition in held.domain_checks(column):
            value = row(column.name)
            if condition.formula.run(lambda _, value=value: value) is False:  # type: ignore[misc]
                yield from _if_certain(project, bound, condition, (entry,))


def _is_about(bound: BoundRow, condition: Condition, given: tuple[Entry, ...]) -> bool:
    """The row says enough of the columns: all of them where it is only what a query gave."""
    if bound.role == "result":
        return bool(given) and len(given) == len(condition.columns)
    return bool(given) or bound.role == "insert"


def _if_certain(
    project: BoundProject, bound: BoundRow, condition: Condition, given: tuple[Entry, ...]
) -> Iterator[tuple[Condition, tuple[Entry, ...]]]:
    """The same, if nothing unread may have taken the constraint away and the entries are the table's columns."""
    unread = project.catalog.skipped
    doubted = any(one.may_concern(bound.table.name, column) for one in unread for column in condition.columns)
    if not doubted and not any(is_renamed_by_query(bound, entry.key) for entry in given):
        yield condition, given


def _finding(
    rule: Rule, project: BoundProject, bound: BoundRow, condition: Condition, given: tuple[Entry, ...]
) -> Finding:
    own = [entry for entry in given if bound.owns(entry)]
    place = bound.value_of(own[-1]) if own else bound.body
    text = " ".join(condition.check.expression.split())
    named = f" `{condition.check.name}`" if condition.check.name else ""
    column = bound.table.column(given[0].key) if len(given) == 1 else None
    others = (Label(bound.value_of(entry), f"`{entry.key}` is {shown(entry.value)}") for entry in own[:-1])
    return rule.finding(
        place,
        f"{_told(project, bound, given)} breaks the CHECK `{text}`",
        help=_help(condition, given),
        subject=subject(project.catalog, bound.table, given[0].key if len(given) == 1 else None),
        labels=(
            *others,
            Label(condition.check.place, f"the constraint{named} of {_owner(project, bound, column)} stands here"),
            *tied(project.catalog, bound),
        ),
    )


def _told(project: BoundProject, bound: BoundRow, given: tuple[Entry, ...]) -> str:
    if not given:
        return f"this row of `{table_name(project.catalog, bound.table)}` leaves out what it needs and"
    if len(given) == 1:
        return f"{shown(given[0].value)} for `{table_name(project.catalog, bound.table)}.{given[0].key}`"
    said = " and ".join(f"{shown(entry.value)} for `{entry.key}`" for entry in given)
    return f"this row of `{table_name(project.catalog, bound.table)}` with {said}"


def _owner(project: BoundProject, bound: BoundRow, column: Column | None) -> str:
    if column is not None and column.type is not None and column.type.kind == "domain":
        return f"`{column_name(project.catalog, bound.table, column)}`"
    return f"`{table_name(project.catalog, bound.table)}`"


def _help(condition: Condition, given: tuple[Entry, ...]) -> str:
    texts = accepted(condition.expression)
    if not texts or len(given) != 1:
        return f"The database refuses the row; {at(condition.check.place)} says what it accepts."
    meant = nearest(given[0].value.text, texts) if given[0].value.kind == "str" else None
    return f"It accepts {listed(texts)}" + (f"; the nearest is `{meant}`." if meant else ".")
