"""Rows of real tests, drawn at random (`draw_rows.py`) and read by a person: to which tables does dblint tie them?

Slow and never in CI: needs ``DBLINT_ECOSYSTEM`` as ``test_ecosystem.py`` does. ``rows.json`` says for each row the
table that a careful reader of the test and of the code under test ties it to (and those the query joins), or None, and
why. The share that is bound
is held where it stands today; it may only grow.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dblint import judging, rulebook
from dblint import project as files
from dblint.cache import NoCache
from dblint.config import Settings
from dblint.engine import Engine
from tests.ecosystem.test_ecosystem import PROJECTS, checkouts

ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "rows.json").read_text(encoding="utf-8"))
BOUND_SHARE = 0.7
RIGHT_SHARE = 0.98


@cache
def tables(project: str) -> dict[tuple[str, int], set[str]]:
    """The tables that each line's rows are tied to; filters name columns only."""
    listed = next(one for one in PROJECTS if one["repo"].endswith(f"/{project}"))
    root = checkouts() / project
    settings = Settings(root=root, schema=tuple(listed["schema"]), tests=tuple(listed["tests"]))
    engine = Engine(settings, rulebook.load(settings, NoCache()), files.scope(settings, (), root))
    bound, problems = judging.bound(engine._case({}))
    assert not problems
    found: dict[tuple[str, int], set[str]] = {}
    for one in bound.rows:
        if one.role != "filter":
            found.setdefault((one.path, one.row.span.line), set()).add(one.table.name)
    return found


def test_the_sample_says_of_each_row_what_it_is() -> None:
    assert len(ROWS) >= 200
    assert all(one["why"] and isinstance(one["line"], int) for one in ROWS)
    assert len({(one["project"], one["path"], one["line"]) for one in ROWS}) == len(ROWS)


@pytest.mark.slow
def test_rows_are_tied_as_a_reader_ties_them() -> None:
    seen: Counter[str] = Counter()
    said = []
    for row in ROWS:
        found = tables(row["project"]).get((row["path"], row["line"]), set())
        verdict = "missed" if row["table"] else "silent"
        if found:
            told = {row["table"], *row.get("joined", ())}
            verdict = "right" if row["table"] in found and found <= told else "wrong"
        seen[verdict] += 1
        if verdict in ("missed", "wrong"):
            said.append(f"{verdict}: {row['project']}/{row['path']}:{row['line']} {row['table']} {sorted(found)}")
    bindable = sum(1 for row in ROWS if row["table"])
    report = "\n".join([str(dict(seen)), *said])
    assert seen["right"] >= BOUND_SHARE * bindable, report
    assert seen["right"] >= RIGHT_SHARE * (seen["right"] + seen["wrong"]), report
