"""Every real credential of the labelled set is found and no harmless line is flagged."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope
from tests.secrets.labelled import HARMLESS_PYTHON, REAL_PYTHON, Labelled, cases

CASES = cases()
DEFAULT = ("credential-in-dsn", "privileged-key", "provider-token", "private-key")


def written(folder: Path) -> Path:
    for case in CASES:
        path = folder / case.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(case.text, encoding="utf-8")
    return folder


def flagged_by_dblint(folder: Path) -> set[str]:
    settings = replace(config.load(folder), select=DEFAULT)
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), folder))
    return {finding.path for finding in engine.run().findings if finding.group == "secrets"}


def flagged_by_detect_secrets(folder: Path) -> set[str]:
    command = [sys.executable, "-m", "detect_secrets", "scan", "--all-files", "--no-verify", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout)["results"])


def flagged_by_ruff(folder: Path) -> set[str]:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "S105,S106,S107", "--no-cache"]
    done = subprocess.run([*command, "--output-format", "json", "."], cwd=folder, capture_output=True, text=True)
    return {Path(one["filename"]).relative_to(folder).as_posix() for one in json.loads(done.stdout) if one["code"]}


def score(flagged: set[str]) -> tuple[int, int]:
    """How many real cases and how many harmless ones were flagged."""
    return (
        sum(case.path in flagged for case in CASES if case.is_real),
        sum(case.path in flagged for case in CASES if not case.is_real),
    )


def named(case: Labelled) -> str:
    if not case.path.startswith("tests/test_"):
        return case.path
    return list(REAL_PYTHON if case.is_real else HARMLESS_PYTHON)[int(case.path[12:15])]


def test_the_set_is_large_and_of_both_kinds() -> None:
    assert len(CASES) >= 150
    assert sum(case.is_real for case in CASES) >= 70
    assert len({case.path for case in CASES}) == len(CASES)


def test_all_real_ones_are_found_and_no_harmless_one_is_flagged(tmp_path: Path) -> None:
    flagged = flagged_by_dblint(written(tmp_path))
    missed = [named(case) for case in CASES if case.is_real and case.path not in flagged]
    false = [named(case) for case in CASES if not case.is_real and case.path in flagged]
    assert (missed, false) == ([], [])


@pytest.mark.slow
def test_side_by_side_with_other_scanners(tmp_path: Path) -> None:
    pytest.importorskip("detect_secrets")
    written(tmp_path)
    real, harmless = sum(case.is_real for case in CASES), sum(not case.is_real for case in CASES)
    scores = {
        "dblint": score(flagged_by_dblint(tmp_path)),
        "detect-secrets": score(flagged_by_detect_secrets(tmp_path)),
        "ruff S105-S107": score(flagged_by_ruff(tmp_path)),
    }
    for tool, (found, false) in scores.items():
        print(f"{tool}: {found} of {real} real found, {false} of {harmless} harmless flagged")
    assert scores["dblint"] == (real, 0)
    assert all(found < real and false > 0 for tool, (found, false) in scores.items() if tool != "dblint")
