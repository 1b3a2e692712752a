"""Pytest is the oracle: dblint reports the files that fail, never run or test nothing, and its fixes make them pass."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.async_oracle.cases import CASES, LOOP_CASES, REPLACED_LOOP, Case, Mode, loop_scopes
from tests.async_oracle.running import RUNNERS, Project, Runner, fitting

MODES: tuple[Mode, ...] = ("strict", "auto")
OWN = Runner("own", (9,), tuple(int(part) for part in importlib.metadata.version("pytest-asyncio").split(".")[:2]))


def judge(folder: Path, cases: Sequence[Case], runner: Runner, mode: Mode, dsn: str, *options: str) -> list[str]:
    """Where dblint and pytest disagree about the cases, before fixing and after."""
    fit = fitting(cases, runner, mode)
    project = Project(folder, fit).write(runner, mode, options)
    verdicts, findings = project.under_pytest(runner, dsn), project.findings()
    wrong = []
    for case in fit:
        verdict, found = verdicts[case.name], findings[case.name]
        if verdict.is_right(case) == bool(found) and not case.lenient:
            wrong.append(f"{case.name}: pytest {verdict}, dblint {[one.rule for one in found]}")
    changed = project.fix()
    after, left = project.under_pytest(runner, dsn), project.findings()
    for case in fit:
        if case.fixable and findings[case.name] and case.name not in changed:
            wrong.append(f"{case.name}: not fixed, {findings[case.name][0].message}")
        if case.name in changed and (left[case.name] or not after[case.name].is_right(case)):
            wrong.append(f"{case.name}: after the fix {after[case.name]}, {[one.message for one in left[case.name]]}")
    return wrong


@pytest.mark.parametrize("mode", MODES)
def test_the_cases_under_the_installed_pytest(mode: Mode, tmp_path: Path, postgres_uri: str) -> None:
    assert judge(tmp_path, CASES, OWN, mode, postgres_uri) == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: runner.name)
def test_the_cases_under_other_versions(runner: Runner, mode: Mode, tmp_path: Path, postgres_uri: str) -> None:
    wrong = []
    for number, cases in enumerate((CASES, LOOP_CASES, REPLACED_LOOP)):
        wrong += judge(tmp_path / str(number), cases, runner, mode, postgres_uri)
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("runner", RUNNERS[2:], ids=lambda runner: runner.name)
def test_the_rule_about_loops(runner: Runner, tmp_path: Path, postgres_uri: str) -> None:
    wrong = []
    for number, (fixtures, tests, cases) in enumerate(loop_scopes()):
        options = [f"asyncio_default_fixture_loop_scope = {fixtures}"] if fixtures else []
        options += [f"asyncio_default_test_loop_scope = {tests}"] if tests else []
        wrong += judge(tmp_path / str(number), cases, runner, "strict", postgres_uri, *options)
    assert wrong == []
