"""One more migration that bound literals contradict: every row that uses what it changes is reported, and nothing else.

Slow and never in CI, as the other runs on real projects; see ``test_ecosystem``. ``DBLINT_MUTATIONS`` says how many.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

import pytest

from dblint import project as files
from dblint import rulebook
from dblint.binding.model import BoundProject, BoundRow
from dblint.binding.queries import Queries
from dblint.cache import NoCache
from dblint.catalog.files import discover
from dblint.catalog.load import load
from dblint.catalog.lookup import CatalogLookup
from dblint.catalog.model import Catalog
from dblint.config import Settings
from dblint.engine import Engine
from dblint.facts.model import Entry
from dblint.finding import Finding
from dblint.judging import Case, bound, judge
from dblint.knowledge import _with_words, with_own_code
from dblint.source import Source
from dblint.sql.queries import CommonTable, Relation
from tests.ecosystem.test_ecosystem import PROJECTS, checkouts

_NAMES = (
    *("Archon", "travelstyle", "memento", "bookish-parakeet", "ascend-academy", "CRM-Digital-FTE", "event7", "quivr"),
    *("IQtestWithPoliticalPreference", "openlibrary", "courtlistener", "qiita", "oncall", "listenbrainz-server"),
)
_BATCH = 8
_COLUMN_RULES = frozenset(("unknown-column", "unknown-column-in-query"))
_LINE = tuple[str, int]
T = TypeVar("T")


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
        self.columns: dict[tuple[str, str], set[_LINE]] = {}
        """The lines of SQL strings that name a column, and those that name a table, as they stand now."""
        self.tables: dict[str, set[_LINE]] = {}
        self._read_queries()
        self._others = engine.scope.others

    def quoted(self, *names: str) -> str:
        mark = "`" if self.project.catalog.dialect == "mysql" else '"'
        named = [one for one in names if one and not (mark == "`" and one == self.schema_of_all)]
        return ".".join(f"{mark}{one}{mark}" for one in named)

    @property
    def schema_of_all(self) -> str:
        """MySQL has one schema, which statements leave out."""
        return self.project.catalog.tables[0].schema

    def _read_queries(self) -> None:
        queries = Queries(self.project.catalog, self.case.facts)
        for path in self.case.facts:
            whole = {one.statement: one for one in queries.read(path)}
            for query, _ in queries.bound(path):
                one = whole[query.statement]
                lookup = CatalogLookup(self.project.catalog, queries._all_changed(path) or frozenset())
                for statement in one.script.statements:
                    for offset, (table, column) in queries._names(statement, lookup, one).meant.items():
                        if table.certain and table.complete and table.kind in ("table", "partitioned table"):
                            place = (path, one.span(offset, offset).line)
                            self.columns.setdefault((table.name, column), set()).add(place)
                    for relation in (*_relations(statement.query), *statement.relations):
                        known = lookup.table(relation.schema, relation.name)
                        if known is not None and known.certain and relation.offset is not None and not one.partial:
                            place = (path, one.span(relation.offset, relation.offset).line)
                            self.tables.setdefault(known.name, set()).add(place)

    def after(self, sql: str) -> list[Finding]:
        """What a run finds that it did not find before, once the migration is there."""
        last = Source("zzz_mutation.sql", sql)
        catalog: Catalog = load((*self._found.sources, last), self._found.dialect, self.settings.search_path)
        catalog = replace(catalog, files=self.project.catalog.files)
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


def _relations(value: Any) -> Iterator[Relation]:
    """The relations of a statement, but for those that its WITH makes."""
    made = {one.name for one in _inside(value, CommonTable)}
    yield from (one for one in _inside(value, Relation) if one.schema is not None or one.name not in made)


def _inside(value: Any, kind: type[T]) -> Iterator[T]:
    if isinstance(value, tuple):
        for one in value:
            yield from _inside(one, kind)
    elif is_dataclass(value):
        if isinstance(value, kind):
            yield value
        for one in fields(value):
            yield from _inside(getattr(value, one.name), kind)


def _of_table(whole: Project, row: BoundRow, kind: str) -> Mutation | None:
    """The table is gone or has another name: what names it in SQL or at a client is to be reported."""
    table = row.table
    lines = set(whole.tables.get(table.name, ()))
    for path, facts in whole.project.facts.items():
        for call in facts.calls:
            known = whole.project.catalog.table(call.table.schema, call.table.name)
            if call.known_client and not call.deliberate and known == table:
                lines.add((path, call.table.span.line))
    if not lines:
        return None
    place = whole.quoted(table.schema, table.name)
    sql = (
        f"DROP TABLE {place} CASCADE;"
        if kind == "drop table"
        else (f"ALTER TABLE {place} RENAME TO {whole.quoted(f'{table.name}_mut')};")
    )
    rules = frozenset(("unknown-table", "unknown-table-in-query"))
    return Mutation(sql, table.name, None, rules, frozenset(lines))


def _mutation(whole: Project, row: BoundRow, entry: Entry, kind: str) -> Mutation | None:
    if kind.endswith("table"):
        return _of_table(whole, row, kind)
    project = whole.project
    table, column = row.table.name, row.table.column(entry.key)
    assert column is not None
    place = whole.quoted(row.table.schema, table)
    name = whole.quoted(column.name)
    users = _users(project, table, column.name)
    # What SQL strings name is counted where they name it; an INSERT without names says nothing of a new one.
    keys = frozenset((one.path, used.layout.key.line) for one, used in users if one.use.evidence != "sql")
    keys |= frozenset(whole.columns.get((table, column.name), ()))
    if not keys:
        return None
    if kind == "rename":
        sql = f"ALTER TABLE {place} RENAME COLUMN {name} TO {whole.quoted(f'{column.name}_mut')};"
        return Mutation(sql, table, column.name, _COLUMN_RULES, keys)
    if kind == "drop":
        more = "" if project.catalog.dialect == "mysql" else " CASCADE"
        return Mutation(f"ALTER TABLE {place} DROP COLUMN {name}{more};", table, column.name, _COLUMN_RULES, keys)
    value = entry.value
    if value.kind not in ("str", "int") or row.role in ("filter", "event"):
        return None
    same = [(one, used) for one, used in users if used.value == value and one.role not in ("filter", "event")]
    lines = frozenset((one.path, used.layout.value.line) for one, used in same)
    enum = project.catalog.enum(column.type) if column.type is not None and not column.type.dimensions else None
    literal = "'" + value.text.replace("'", "''") + "'" if value.kind == "str" else value.text
    if enum is not None and kind == "new type" and column.type is not None:
        left = ", ".join("'" + one.replace("'", "''") + "'" for one in enum.values if one != value.text)
        made = f'"{enum.schema}"."mut_{table}_{column.name}"'
        sql = (
            f"CREATE TYPE {made} AS ENUM ({left}); ALTER TABLE {place} ALTER COLUMN {name} DROP DEFAULT, "
            f"ALTER COLUMN {name} TYPE {made} USING {name}::text::{made};"
        )
        return Mutation(sql, table, column.name, frozenset(("unknown-enum-value",)), lines)
    if enum is not None:
        sql = f'ALTER TYPE "{enum.schema}"."{enum.name}" RENAME VALUE {literal} TO \'mut_value\';'
        return Mutation(sql, table, column.name, frozenset(("unknown-enum-value",)), lines)
    if column.type is None or column.type.name not in ("text", "character varying", "integer", "bigint"):
        return None
    sql = f"ALTER TABLE {place} ADD CONSTRAINT mut_check CHECK ({name} <> {literal})"
    sql += ";" if project.catalog.dialect == "mysql" else " NOT VALID;"
    return Mutation(sql, table, column.name, frozenset(("check-violation",)), lines)


def _drawn(whole: Project, count: int, seed: int) -> list[Mutation]:
    """Random mutations of which no two touch one table."""
    dice = random.Random(seed)
    pool = list(_entries(whole.project))
    dice.shuffle(pool)
    found: dict[tuple[str, str | None, str], Mutation] = {}
    for row, entry in pool:
        kinds = ("rename", "drop", "tighten", "tighten", "new type", "drop table", "rename table")
        made = _mutation(whole, row, entry, dice.choice(kinds))
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
        for batch in _batches(_drawn(project, share, seed=20261122)):
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
    assert hit >= 0.95 * wanted
    assert not others
