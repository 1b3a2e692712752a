"""insert-arity-mismatch: columns, values and arguments of a statement that do not add up."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.binding.query_model import BoundQuery, Misfit
from dblint.checks.queries import DRIVER_METHODS
from dblint.checks.wording import quoted, table_name
from dblint.finding import Finding, Label, Subject
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    told = set()
    for query in project.queries:
        for misfit in query.misfits:
            key = (query.path, misfit.span, misfit.kind)
            if key not in told and _is_judged(query, misfit):
                told.add(key)
                yield _finding(rule, project, query, misfit)


def _is_judged(query: BoundQuery, misfit: Misfit) -> bool:
    """What a mock takes may be no call of a driver, and what reaches nothing is no statement yet."""
    if misfit.kind in ("arguments", "names"):
        call = query.statement.call
        return query.reach == "database" and call is not None and call.method in DRIVER_METHODS
    return query.reach != "nothing" or bool(query.tables)


def _finding(rule: Rule, project: BoundProject, query: BoundQuery, misfit: Misfit) -> Finding:
    table = table_name(project.catalog, misfit.table) if misfit.table is not None else None
    labels: tuple[Label, ...] = ()
    if misfit.related is not None:
        what = "the first row" if misfit.kind == "rows" else _many(misfit.wanted, "column")
        labels = (Label(Place(query.path, misfit.related), what),)
    return rule.finding(Place(query.path, misfit.span), _told(misfit, table), subject=Subject(table), labels=labels)


def _told(misfit: Misfit, table: str | None) -> str:
    given, wanted = misfit.given, misfit.wanted
    if misfit.kind == "values":
        return f"this INSERT names {_many(wanted, 'column')} and gives {_many(given, 'value')}"
    if misfit.kind == "columns":
        return f"this INSERT gives {_many(given, 'value')}, and `{table}` has {_many(wanted, 'column')}"
    if misfit.kind == "rows":
        return f"this row has {_many(given, 'value')}, and the first one {wanted}"
    if misfit.kind == "sides":
        return f"the sides of this {misfit.names[0]} give {wanted} and {_many(given, 'column')}"
    if misfit.kind == "names":
        return f"nothing is given for {quoted(misfit.names)}"
    return f"the statement takes {_many(wanted, 'argument')} and gets {given}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
