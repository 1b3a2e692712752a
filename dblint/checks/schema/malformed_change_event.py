"""malformed-change-event: a realtime or webhook payload that the database never sends."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.fate import table_fate
from dblint.checks.tables import is_foreign, is_made_by_tests, is_placeholder, shows_all_tables, table_meant
from dblint.facts.events_model import ChangeEvent, EventSide
from dblint.finding import Finding, Remedy, Subject
from dblint.intent import ReplaceString
from dblint.rule import Rule
from dblint.source import Place, Span

_EVENTS = ("INSERT", "UPDATE", "DELETE")


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        for event in facts.events:
            if not event.signed or event.deliberate or _is_elsewhere(project, path, event):
                continue
            yield from _table(rule, project, path, event)
            yield from _word(rule, path, event)
            yield from _sides(rule, path, event)


def _is_elsewhere(project: BoundProject, path: str, event: ChangeEvent) -> bool:
    return is_foreign(project, event.schema, event.table) or is_made_by_tests(project, path, event.table)


def _table(rule: Rule, project: BoundProject, path: str, event: ChangeEvent) -> Iterator[Finding]:
    catalog = project.catalog
    if table_meant(catalog, event.schema, event.table) is not None:
        return
    fate = table_fate(catalog, event.schema or (catalog.search_path or ("public",))[0], event.table)
    if not fate.evident and (is_placeholder(event.table) or not shows_all_tables(catalog, event.table)):
        return
    place = Place(path, event.table_span)
    yield rule.finding(
        place,
        f"the schema has no table `{event.table}` that could change{fate.told}",
        help=f"Did you mean `{fate.meant}`?" if fate.meant and not fate.proven else None,
        subject=Subject(table=event.table),
        labels=fate.labels,
        remedy=Remedy(f"Rename to `{fate.meant}`", "unsafe", (ReplaceString(place, fate.meant),))
        if fate.meant
        else None,
    )


def _word(rule: Rule, path: str, event: ChangeEvent) -> Iterator[Finding]:
    if event.event in _EVENTS or (event.listens and event.event == "*"):
        return
    place, meant = Place(path, event.event_span), event.event.upper()
    remedy = Remedy(f"Write `{meant}`", "unsafe", (ReplaceString(place, meant),)) if meant in _EVENTS else None
    yield rule.finding(
        place,
        f"no change of a table is called `{event.event}`",
        help="The events are `INSERT`, `UPDATE` and `DELETE`.",
        subject=Subject(table=event.table),
        remedy=remedy,
    )


def _sides(rule: Rule, path: str, event: ChangeEvent) -> Iterator[Finding]:
    """INSERT brings the new row alone, DELETE the old one alone, UPDATE at least the new one."""
    word = event.event.upper()
    if event.listens:
        return
    wanted, unwanted = (event.old, event.new) if word == "DELETE" else (event.new, event.old)
    if word not in _EVENTS:
        return
    if word != "UPDATE" and unwanted is not None and unwanted.state == "row":
        age = "new" if word == "DELETE" else "old"
        yield _said(rule, path, event, unwanted.span, f"`{word}` brings no {age} row, so `{unwanted.key}` is empty")
    elif _lacks(wanted) and not event.open:
        age = "old" if word == "DELETE" else "new"
        span = event.event_span if wanted is None else wanted.span
        yield _said(rule, path, event, span, f"`{word}` brings the {age} row, and this event has none")


def _lacks(side: EventSide | None) -> bool:
    return side is None or side.state == "empty"


def _said(rule: Rule, path: str, event: ChangeEvent, span: Span, message: str) -> Finding:
    return rule.finding(Place(path, span), message, subject=Subject(table=event.table))
