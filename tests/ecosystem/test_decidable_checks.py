"""How many CHECKs of real projects dblint can decide on a full literal row; the rest by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from dblint.cache import NoCache
from dblint.catalog.model import Catalog, Check, Column, Table
from dblint.config import Settings
from dblint.facts.model import MockRow
from dblint.knowledge import schema
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span
from dblint.sql import expressions as sql
from dblint.values.candidates import Raw, candidates
from dblint.values.conditions import Conditions, parsed
from dblint.values.evaluate import prepare
from dblint.values.held import Held
from dblint.values.sample import as_entry
from dblint.values.shapes import shape
from dblint.values.sql_values import UNKNOWN
from tests.ecosystem.test_ecosystem import PROJECTS, checkouts

_AT = Span(1, 1, 1, 1)
_LAYOUT = EntryLayout(_AT, _AT, _AT)


def full_row(table: Table, catalog: Catalog) -> MockRow:
    """A literal for every column, whatever its CHECKs say."""
    entries = []
    for column in table.columns:
        raw = next(iter(_values(column, catalog)), None)
        if raw is not None:
            entries.append(as_entry(column.name, raw, _LAYOUT))
    return MockRow(_AT, tuple(entries), RowLayout("dict", '"', _AT, "", ""))


def _values(column: Column, catalog: Catalog) -> Iterator[Raw]:
    found = None if column.type is None else shape(column.type, catalog)
    if found is not None:
        yield from candidates(column.name, found, Conditions(column.name, (), (), {}, frozenset()), catalog.dialect, "")


def undecided(held: Held, catalog: Catalog) -> Iterator[tuple[Check, str | None]]:
    """Each CHECK of a table, and why it cannot be decided on a full row."""
    row = held.row(full_row(held.table, catalog), "stored")
    for check in held.table.checks:
        expression = parsed(check.expression, catalog.dialect)
        if expression is None:
            yield check, "not read"
        else:
            value = prepare(expression, held.scope).run(row)
            yield check, _reason(expression, held) if value is UNKNOWN else None


def _reason(expression: sql.Expression, held: Held) -> str:
    for part in sql.walk(expression):
        if isinstance(part, sql.Column) and held.scope.column(part.name) is None:
            return "a type dblint does not know"
        if isinstance(part, sql.Call | sql.Cast) and prepare(part, held.scope).code is None:
            return "a function dblint does not know"
    return "not certain on this row"


@pytest.mark.slow
def test_checks_are_decidable(capsys: pytest.CaptureFixture[str]) -> None:
    reasons: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for project in PROJECTS:
        name = project["repo"].split("/")[1]
        catalog = schema(Settings(checkouts() / name, schema=tuple(project["schema"])), "", NoCache()).catalog
        for table in catalog.tables if catalog is not None else ():
            for check, why in undecided(Held(table, catalog), catalog) if catalog is not None else ():
                reasons[why or "decided"] += 1
                if why is not None:
                    examples.setdefault(why, []).append(f"{name} {table.name}: {check.expression}")
    with capsys.disabled():
        print(f"\n{sum(reasons.values())} CHECKs: {dict(reasons)}")
        for why, texts in examples.items():
            print(f"  {why}:", *texts, sep="\n    ")
    assert reasons["decided"] >= 0.95 * sum(reasons.values())
