"""One more migration that bound literals contradict: every row that uses what it changes is reported, and nothing else.

Slow and never in CI, as the other runs on real projects; see ``test_ecosystem``. ``DBLINT_MUTATIONS`` says how many.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from dblint import project as files
from dblint import rulebook
from dblint.binding.model import BoundProject, BoundRow
from dblint.cache import NoCache
from dblint.catalog.files import discover
from dblint.catalog.load import load
from dblint.catalog.model import Catalog
from dblint.config import Settings
from dblint.engine import Engine
from dblint.facts.model import Entry
from dblint.finding import Finding
from dblint.judging import Case, bound, judge
from dblint.knowledge import _with_words, with_own_code
from dblint.source import Source
from tests.ecosystem.test_ecosystem import PROJECTS, checkouts

_NAMES = (
    *("Archon", "travelstyle", "memento", "bookish-parakeet", "ascend-academy", "CRM-Digital-FTE", "event7", "quivr"),
    *("IQtestWithPoliticalPreference", "openlibrary", "courtlistener", "qiita", "oncall", "listenbrainz-server"),
)
_BATCH = 8
_COLUMN_RULES = frozenset(("unknown-column", "unknown-column-in-query"))
_LINE = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A statement, the object it changes, and the lines that are to be reported by one of these rules."""

    sql: str
    table: str
    column: str | None
    rules: frozenset[str]
    lines: frozenset[_LINE]


class Project:
    """A real project whose catalog can be made anew with one more migration."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.name = described["repo"].split("/")[1]
        root = checkouts() / self.name
        self.settings = Settings(root=root, schema=tuple(described["schema"]), tests=tuple(described["tests"]))
        engine = Engine(self.settings, rulebook.load(self.settings, NoCache()), files.scope(self.settings, (), root))
        self.case: Case = engine._case({})
        self.project: BoundProject = bound(self.case)[0]
        self.before = judge(self.case).findings
        self._found = discover(root, self.settings)
        self._others = engine.scope.others

    def after(self, sql: str) -> list[Finding]:
        """What a run finds that it did not find before, once the migration is there."""
        last = Source("zzz_mutation.sql", sql)
        catalog: Catalog = load((*self._found.sources, last), self._found.dialect, self.settings.search_path)
        schema = replace(self.case.schema, catalog=_with_words(catalog, (*self._found.sources, last)))
        schema = with_own_code(schema, self.case.facts.values(), self.settings.root, self._others)
        case = replace(self.case, schema=schema)
        known = {(one.rule, one.place, one.subject) for one in self.before}
        return [one for one in judge(case).findings if (one.rule, one.place, one.subject) not in known]


def _entries(project: BoundProject) -> Iterator[tuple[BoundRow, Entry]]:
    for row in project.rows:
        whole = row.table.certain and row.table.complete and row.table.kind in ("table", "partitioned table")
        if not row.row.deliberate and whole:
            for entry in row.row.entries:
                column = row.table.column(entry.key)
                if column is not None and column.certain:
                    yield row, entry


def _users(project: BoundProject, table: str, column: str) -> list[tuple[BoundRow, Entry]]:
    return [(row, one) for row, one in _entries(project) if row.table.name == table and one.key == column]


def _mutation(project: BoundProject, row: BoundRow, entry: Entry, kind: str) -> Mutation | None:
    table, column = row.table.name, row.table.column(entry.key)
    assert column is not None
    place = f'"{row.table.schema}"."{table}"'
    users = _users(project, table, column.name)
    keys = frozenset((one.path, used.layout.key.line) for one, used in users)
    if kind == "rename":
        sql = f'ALTER TABLE {place} RENAME COLUMN "{column.name}" TO "{column.name}_mut";'
        return Mutation(sql, table, column.name, _COLUMN_RULES, keys)
    if kind == "drop":
        return Mutation(
            f'ALTER TABLE {place} DROP COLUMN "{column.name}" CASCADE;', table, column.name, _COLUMN_RULES, keys
        )
    value = entry.value
    if value.kind not in ("str", "int") or row.role in ("filter", "event"):
        return None
    same = [(one, used) for one, used in users if used.value == value and one.role not in ("filter", "event")]
    lines = frozenset((one.path, used.layout.value.line) for one, used in same)
    enum = project.catalog.enum(column.type) if column.type is not None and not column.type.dimensions else None
    literal = "'" + value.text.replace("'", "''") + "'" if value.kind == "str" else value.text
    if enum is not None:
        sql = f'ALTER TYPE "{enum.schema}"."{enum.name}" RENAME VALUE {literal} TO \'mut_value\';'
        return Mutation(sql, table, column.name, frozenset(("unknown-enum-value",)), lines)
    if column.type is None or column.type.name not in ("text", "character varying", "integer", "bigint"):
        return None
    sql = f'ALTER TABLE {place} ADD CONSTRAINT mut_check CHECK ("{column.name}" <> {literal}) NOT VALID;'
    return Mutation(sql, table, column.name, frozenset(("check-violation",)), lines)


def _drawn(project: BoundProject, count: int, seed: int) -> list[Mutation]:
    """Random mutations of which no two touch one table."""
    dice = random.Random(seed)
    pool = list(_entries(project))
    dice.shuffle(pool)
    found: dict[tuple[str, str | None, str], Mutation] = {}
    for row, entry in pool:
        made = _mutation(project, row, entry, dice.choice(("rename", "drop", "tighten", "tighten")))
        if made is not None:
            found.setdefault((made.table, made.column, made.sql), made)
        if len(found) == count:
            break
    return list(found.values())


def _batches(mutations: list[Mutation]) -> Iterator[list[Mutation]]:
    """Mutations of different tables go into one migration."""
    waiting = list(mutations)
    while waiting:
        batch: dict[str, Mutation] = {}
        for one in waiting:
            if one.table not in batch and len(batch) < _BATCH:
                batch[one.table] = one
        yield list(batch.values())
        waiting = [one for one in waiting if batch.get(one.table) is not one]


@pytest.mark.slow
def test_what_contradicts_a_new_migration_is_reported() -> None:
    total = int(os.environ.get("DBLINT_MUTATIONS", "300"))
    projects = [Project(one) for one in PROJECTS if one["repo"].split("/")[1] in _NAMES]
    projects = [one for one in projects if any(_entries(one.project))]
    share = total // len(projects) + 1
    wanted = hit = made = 0
    missed: list[str] = []
    others: list[str] = []
    for project in projects:
        for batch in _batches(_drawn(project.project, share, seed=20261122)):
            made += len(batch)
            found = project.after("\n".join(one.sql for one in batch))
            for one in batch:
                lines = {(each.path, each.span.line) for each in found if each.rule in one.rules}
                wanted += len(one.lines)
                hit += len(one.lines & lines)
                missed += [f"{project.name} {path}:{line}: {one.sql}" for path, line in sorted(one.lines - lines)]
            about = {one.table for one in batch}
            used = frozenset[_LINE]().union(*(one.lines for one in batch))
            for each in found:
                table = (each.subject.table or "").rpartition(".")[2]
                # What depends on a column goes with it, and a name may mean another table's column from then on.
                explained = "zzz_mutation.sql" in each.message or (each.path, each.span.line) in used
                if table not in about and not explained:
                    others.append(f"{project.name} {each.path}:{each.span.line}: {each.rule} {each.message}")
    print(
        f"{made} mutations in {len(projects)} projects: {hit} of {wanted} uses reported, {len(others)} other findings"
    )
    print("\n".join([*missed[:800], *others[:200]]))
    assert made >= min(total, 1)
    assert hit >= 0.9 * wanted  # the goal is 0.95; what is missed is listed above
    assert not others
