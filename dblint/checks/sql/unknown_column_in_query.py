"""unknown-column-in-query: a statement names a column that none of its tables has."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.binding.query_model import BoundQuery, UnknownName
from dblint.catalog.model import Catalog, Table
from dblint.checks.fate import Fate, column_fate
from dblint.checks.queries import is_about, is_added_by_code, rename, shows, unknown_names
from dblint.checks.wording import quoted, table_name
from dblint.finding import Finding, Subject
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for query, name in unknown_names(project, "column"):
        if shows(project.catalog, (*name.tables, *query.tables), name.name):
            fate, table = _fate(project.catalog, name)
            if fate.evident or (is_about(project, query) and not is_added_by_code(project, name.name)):
                yield _finding(rule, project.catalog, query, name, fate, table)


def _fate(catalog: Catalog, name: UnknownName) -> tuple[Fate, Table | None]:
    """What became of the column, and in which of the tables it was looked for."""
    fates = [(column_fate(catalog, table, name.name), table) for table in name.tables]
    if not fates:
        return Fate("", ()), None
    return max(fates, key=lambda one: (one[0].evident, one[0].meant is not None))


def _finding(
    rule: Rule, catalog: Catalog, query: BoundQuery, name: UnknownName, fate: Fate, table: Table | None
) -> Finding:
    names = [table_name(catalog, one) for one in name.tables]
    if not names:
        who = "nothing in this query's FROM has a column"
    elif len(names) == 1:
        who = f"`{names[0]}` has no column"
    else:
        who = f"none of {quoted(names)} has a column"
    help_ = None if fate.proven or not fate.meant else f"Did you mean `{fate.meant}`?"
    if name.quoted and not name.qualifier and fate.meant is None and catalog.dialect == "postgres":
        help_ = "Double quotes make a name of it; a string stands in single quotes."
    return rule.finding(
        Place(query.path, name.span),
        f"{who} `{name.name}`{fate.told}",
        help=help_,
        subject=Subject(table_name(catalog, table) if table is not None else None, name.name),
        labels=fate.labels,
        remedy=rename(query.path, name, fate),
    )
