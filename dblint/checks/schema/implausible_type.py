"""implausible-type: a value that the driver in use would never return for the column."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow, Role
from dblint.catalog.model import Column
from dblint.checks.refused import carrier_of, is_judged
from dblint.checks.rows import distinct, known_columns
from dblint.checks.wording import column_name, subject, tied
from dblint.facts.model import Entry
from dblint.finding import Finding, Label, Remedy
from dblint.intent import ReplaceValue
from dblint.rule import Rule
from dblint.values.acceptance import column_verdict
from dblint.values.json_input import base_of
from dblint.values.plausible import Driver, Surprise, surprise

_RESULTS: tuple[Role, ...] = ("result",)
_MODULES: dict[str, Driver] = {
    "asyncpg": "asyncpg",
    "psycopg": "psycopg",
    "psycopg2": "psycopg2",
    "supabase": "PostgREST",
    "postgrest": "PostgREST",
}


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(_findings(rule, project))


def _findings(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    if project.catalog.dialect != "postgres":
        return
    for bound, entry, column in known_columns(project, _RESULTS):
        driver = driver_of(project, bound)
        if driver is None or column.type is None or not is_judged(project.catalog, bound, entry, column):
            continue
        base = base_of(column.type, project.catalog)
        if base is None or base.kind != "base" or base.dimensions:
            continue
        found = surprise(driver, base.name, entry.value)
        verdict = column_verdict(column.type, entry.value, project.catalog, carrier_of(bound))
        if found is not None and not verdict.refused:
            yield _finding(rule, project, bound, entry, column, driver, found)


def driver_of(project: BoundProject, bound: BoundRow) -> Driver | None:
    """What gives the row to the code: the client the row's chain speaks to, or the one driver the file imports."""
    if bound.use.evidence == "client":
        return "PostgREST"
    if bound.use.evidence not in ("sql", "method"):
        return None
    facts = project.facts.get(bound.path)
    modules = {name.partition(".")[0] for name in facts.drivers} if facts is not None else set[str]()
    found = {_MODULES[name] for name in modules if name in _MODULES}
    return found.pop() if len(found) == 1 and modules <= _MODULES.keys() else None


def _finding(
    rule: Rule,
    project: BoundProject,
    bound: BoundRow,
    entry: Entry,
    column: Column,
    driver: Driver,
    found: Surprise,
) -> Finding:
    name = column_name(project.catalog, bound.table, column)
    said = column.type.text if column.type is not None else ""
    place = bound.value_of(entry)
    meant = found.meant
    return rule.finding(
        place,
        f"{driver} returns {found.returned} for `{name}`, which is {said}, and this row holds {found.given}",
        help="Code that works with one may fail with the other.",
        subject=subject(project.catalog, bound.table, column.name),
        labels=(Label(column.place, f"`{column.name}` is {said}"), *tied(project.catalog, bound)),
        remedy=Remedy(f"Replace it by `{meant}`", "unsafe", (ReplaceValue(place, meant),)) if meant else None,
    )
