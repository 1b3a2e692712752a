"""dblint on real public projects at pinned commits: every finding has been read and judged.

Slow and never in CI: set ``DBLINT_ECOSYSTEM`` to a folder that holds the projects of ``projects.json``, each checked
out at its commit under the repository's name, and run ``pytest -m slow tests/ecosystem``.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dblint import project as files
from dblint import rulebook
from dblint.cache import NoCache
from dblint.config import Settings
from dblint.engine import Engine
from dblint.finding import Finding

HERE = Path(__file__).parent
PROJECTS: list[dict[str, Any]] = json.loads((HERE / "projects.json").read_text(encoding="utf-8"))
JUDGED: dict[str, list[dict[str, Any]]] = json.loads((HERE / "judged.json").read_text(encoding="utf-8"))
"""Project → its findings: path, rule, subject, how often, whether it is true, and why. Info is not judged."""

FALSE_ALARM_SHARE = 0.02


def checkouts() -> Path:
    folder = os.environ.get("DBLINT_ECOSYSTEM")
    if not folder:
        pytest.skip("DBLINT_ECOSYSTEM names no folder of checkouts")
    return Path(folder)


def key(finding: Finding) -> tuple[str, str, str]:
    subject = finding.subject
    return finding.path, finding.rule, f"{subject.table}.{subject.column}" if subject.column else str(subject.table)


@pytest.mark.slow
@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project["repo"].split("/")[1])
def test_every_finding_has_been_judged(project: dict[str, Any]) -> None:
    name = project["repo"].split("/")[1]
    root = checkouts() / name
    settings = Settings(root=root, schema=tuple(project["schema"]), tests=tuple(project["tests"]))
    engine = Engine(settings, rulebook.load(settings, NoCache()), files.scope(settings, (), root))
    result = engine.run()
    seen = Counter(key(finding) for finding in result.findings if finding.severity != "info")
    judged = Counter({(one["path"], one["rule"], one["subject"]): one["count"] for one in JUDGED.get(name, [])})
    assert seen == judged


def test_false_alarms_stay_rare() -> None:
    alarms = [one for findings in JUDGED.values() for one in findings]
    false = sum(one["count"] for one in alarms if one["verdict"] == "false alarm")
    assert all(one["verdict"] in ("true", "false alarm") and one["why"] for one in alarms)
    assert false <= max(1, FALSE_ALARM_SHARE * sum(one["count"] for one in alarms))
