"""The SQL strings of real projects' tests against PREPARE in a server that has their schema.

Slow and never in CI: set ``DBLINT_ECOSYSTEM`` to a folder with the checkouts, then ``pytest -m slow tests/oracle``.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dblint import project as files
from dblint import rulebook
from dblint.binding.queries import Queries, ReadStatement
from dblint.catalog.files import discover
from dblint.catalog.load import load
from dblint.catalog.replay.replayer import planned
from dblint.config import Settings
from dblint.engine import Engine
from dblint.facts.model import FileFacts
from dblint.facts.read import read
from dblint.finding import Finding
from dblint.sql.postgres import statements
from tests.conftest import Databases
from tests.oracle.postgres_projects import Outside, project_entries
from tests.oracle.test_queries import RULES, SAID

PROJECTS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "ecosystem" / "projects.json").read_text(encoding="utf-8")
)
NAMES = ("ascend-academy", "listenbrainz-server", "critiquebrainz", "procrastinate", "openFEC", "field-tm", "pgai")
_PREPARED = frozenset(("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"))


def server_says(connection: psycopg.Connection, text: str) -> tuple[str | None, str]:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(f"PREPARE q AS {text}".encode())
            connection.execute("DEALLOCATE q")
    except psycopg.Error as error:
        return error.sqlstate or "", str(error).split("\n")[0]
    return None, ""


def is_prepared(one: ReadStatement) -> bool:
    """One whole statement that PREPARE takes, or one the parser refuses."""
    kinds = [each.kind for each in one.script.statements]
    whole = one.statement.text.whole and not one.partial
    return whole and (one.script.refusal is not None or (len(kinds) == 1 and kinds[0] in _PREPARED))


def at(finding: Finding, path: str, one: ReadStatement) -> bool:
    call = one.statement.call
    spans = [one.statement.text.span] + ([call.span] if call is not None else [])
    return finding.path == path and any(span.contains(finding.span) for span in spans)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_real_statements(fresh_database: Databases, name: str) -> None:
    folder = os.environ.get("DBLINT_ECOSYSTEM")
    if not folder:
        pytest.skip("DBLINT_ECOSYSTEM names no folder of checkouts")
    root = Path(folder) / name
    project = next(one for one in PROJECTS if one["repo"].endswith(f"/{name}"))
    settings = Settings(root, schema=tuple(project["schema"]), tests=tuple(project["tests"]), select=RULES)
    engine = Engine(settings, rulebook.load(settings), files.scope(settings, (), root))
    findings = engine.run().findings
    sources = discover(root, settings).sources
    catalog = load(sources, "postgres")
    facts: dict[str, FileFacts] = {path: read(source) for path, source in engine.sources().items()}
    connection = fresh_database()
    outside = Outside(planned(statements(source) for source in sources))
    project_entries(connection, sources, outside)
    if len(catalog.search_path) > 1 or catalog.search_path != ("public",):
        connection.execute(f"set search_path to {', '.join(catalog.search_path)}".encode())
    said: Counter[str] = Counter()
    false, silent = [], []
    queries = Queries(catalog, facts)
    for path in sorted(facts):
        for query, _ in queries.bound(path):
            one = next(each for each in queries.read(path) if each.statement is query.statement)
            if not is_prepared(one):
                continue
            state, message = server_says(connection, one.text.text)
            found = {finding.rule for finding in findings if at(finding, path, one)}
            said[f"{state} {'told' if found else 'silent'}"] += 1
            where = f"{path}:{one.statement.text.span.line} {state} {message} {sorted(found)} {one.text.text[:200]!r}"
            if state is None and found - {"insert-arity-mismatch"}:
                false.append(where)
            elif state in SAID and not found:
                silent.append(where)
    print(name, dict(said))
    print("\n".join(silent))
    assert false == []
