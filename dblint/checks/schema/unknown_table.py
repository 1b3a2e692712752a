"""unknown-table: a client is asked for a table that no migration leaves standing."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.fate import Fate, table_fate
from dblint.checks.tables import is_foreign, is_made_by_tests, is_placeholder, shows_all_tables, table_meant
from dblint.facts.model import TableCall
from dblint.finding import Finding, Remedy, Subject
from dblint.intent import ReplaceString
from dblint.rule import Rule
from dblint.source import Place

_STORAGE = frozenset({"upload", "download", "get_public_url", "create_signed_url", "create_signed_urls", "remove"})


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    calls = [(path, call) for path, facts in project.facts.items() for call in facts.calls if _is_client(call)]
    unknown = [one for one in calls if table_meant(project.catalog, one[1].table.schema, one[1].table.name) is None]
    if len(unknown) == len(calls):
        return  # No other name proves that these clients talk to this database.
    for path, call in unknown:
        if _can_tell(project, path, call):
            fate = _fate(project, call)
            if fate.evident or (
                shows_all_tables(project.catalog, call.table.name) and not is_placeholder(call.table.name)
            ):
                yield _finding(rule, path, call, fate)


def _is_client(call: TableCall) -> bool:
    is_bucket = "storage" in call.receiver.split(".") or not _STORAGE.isdisjoint(call.operations)
    return call.known_client and not is_bucket and not call.deliberate


def _can_tell(project: BoundProject, path: str, call: TableCall) -> bool:
    schema, name = call.table.schema, call.table.name
    if schema is None and "." in name:
        schema, _, name = name.rpartition(".")
    return not is_foreign(project, schema, name) and not is_made_by_tests(project, path, name)


def _fate(project: BoundProject, call: TableCall) -> Fate:
    schemas = (call.table.schema,) if call.table.schema else project.catalog.search_path
    fates = [table_fate(project.catalog, schema, call.table.name) for schema in schemas]
    return max(fates, key=lambda fate: (fate.evident, fate.meant is not None))


def _finding(rule: Rule, path: str, call: TableCall, fate: Fate) -> Finding:
    place = Place(path, call.table.span)
    name = f"{call.table.schema}.{call.table.name}" if call.table.schema else call.table.name
    remedy = Remedy(f"Rename to `{fate.meant}`", "unsafe", (ReplaceString(place, fate.meant),)) if fate.meant else None
    return rule.finding(
        place,
        f"the schema has no table `{name}`{fate.told}",
        help=None if fate.proven or not fate.meant else f"Did you mean `{fate.meant}`?",
        subject=Subject(table=name),
        labels=fate.labels,
        remedy=remedy,
    )
