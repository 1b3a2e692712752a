"""Real projects' schemas: PostgreSQL's own entries against dblint's.

Slow and never in CI: set ``DBLINT_ECOSYSTEM`` to a folder with the checkouts, then ``pytest -m slow tests/catalog``.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from dblint.catalog.files import discover
from dblint.catalog.load import load
from dblint.catalog.replay.replayer import planned
from dblint.config import Settings
from dblint.sql.postgres import statements
from tests.conftest import Databases
from tests.oracle.postgres import Entry, catalog_entries, compare
from tests.oracle.postgres_projects import Outside, project_entries

PROJECTS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "ecosystem" / "projects.json").read_text(encoding="utf-8")
)
NAMES = (
    *("ascend-academy", "travelstyle", "Archon", "event7", "critiquebrainz", "procrastinate", "CRM-Digital-FTE"),
    *("field-tm", "openFEC"),
)
LEAST_SAME, MOST_EXTRA = 0.998, 0.002

# Tables whose names the clock gives: this month's partitions, a backup's second.
_CLOCK = re.compile(r"_(y\d{4}m\d{2}|backup_\d{8}_\d{6})$")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_catalog_is_the_servers(fresh_database: Databases, name: str) -> None:
    folder = os.environ.get("DBLINT_ECOSYSTEM")
    if not folder:
        pytest.skip("DBLINT_ECOSYSTEM names no folder of checkouts")
    root = Path(folder) / name
    project = next(one for one in PROJECTS if one["repo"].endswith(f"/{name}"))
    sources = discover(root, Settings(root, schema=tuple(project["schema"]))).sources
    catalog = load(sources, "postgres")
    outside = Outside(planned(statements(source) for source in sources))
    server, _ = project_entries(fresh_database(), sources, outside)
    partly = {(table.schema, table.name) for table in catalog.tables if not table.complete}

    def left_out(entry: Entry) -> bool:
        return outside.made_up(entry) or entry[1:3] in partly or bool(_CLOCK.search(entry[2]))

    found = compare(server, outside.without_modifiers(catalog_entries(catalog)), left_out)
    assert found.share >= LEAST_SAME, found.lines()
    assert found.extra_share <= MOST_EXTRA, found.lines()
