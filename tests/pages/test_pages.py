"""Every scenario of every rule page: plain, suppressed, fixed and fixed twice."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from dblint import fixing
from dblint.engine import Engine
from dblint.finding import Finding
from dblint.fixing import FixOutcome
from dblint.rule import Rule
from dblint.rulebook import ALWAYS, ENGINE_RAISED
from tests.pages.scenarios import ALL, BOOK, Scenario, scenarios

RUN = [rule for rule in BOOK.rules if rule.name not in ENGINE_RAISED]
each_scenario = pytest.mark.parametrize("scenario", ALL, ids=[scenario.id for scenario in ALL])
each_rule = pytest.mark.parametrize("rule", RUN, ids=[rule.name for rule in RUN])


def own(scenario: Scenario, findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.rule == scenario.rule.name]


@each_scenario
def test_the_guilty_lines_and_no_others_are_found(scenario: Scenario, tmp_path: Path) -> None:
    findings = scenario.engine(tmp_path, scenario.files).run().findings
    assert [finding for finding in findings if finding.rule in ALWAYS] == []
    unmarked = []
    missed = list(scenario.marks)
    for finding in own(scenario, findings):
        place = (finding.path, finding.span.line, finding.severity)
        fitting = [one for one in missed if (one.path, one.line, one.severity) == place and one.text in finding.message]
        if fitting:
            missed.remove(fitting[0])
        else:
            unmarked.append(f"{finding.path}:{finding.span.line}: {finding.severity}: {finding.message}")
    assert (unmarked, missed) == ([], [])


@each_scenario
def test_a_pragma_silences_each_guilty_line(scenario: Scenario, tmp_path: Path) -> None:
    result = scenario.engine(tmp_path, scenario.suppressed()).run()
    assert own(scenario, result.findings) == []
    assert (sum(result.silenced.values()) > 0) >= bool(scenario.marks)
    if scenario.rule.group != "project":
        assert [finding for finding in result.findings if finding.rule == "unused-suppression"] == []


@each_scenario
def test_fixes_settle_parse_and_leave_nothing_they_could_fix(scenario: Scenario, tmp_path: Path) -> None:
    engine = scenario.engine(tmp_path, scenario.files)
    done = fix(scenario, engine, unsafe=False)
    if not done.texts:
        done = fix(scenario, engine, unsafe=True)
    files = {**scenario.files, **done.texts}
    assert done.settled
    assert {path: files[path] for path in scenario.fixed} == scenario.fixed
    for path, text in done.texts.items():
        ast.parse(text, path)
    again = scenario.engine(tmp_path, files)
    assert fix(scenario, again, unsafe=False).texts == {}
    if scenario.fixed:
        assert own(scenario, again.run().findings) == []


def fix(scenario: Scenario, engine: Engine, *, unsafe: bool) -> FixOutcome:
    def analyse(texts: Mapping[str, str]) -> list[Finding]:
        return own(scenario, engine.run(texts).findings)

    return fixing.run(analyse, engine.sources(), unsafe=unsafe)


@each_rule
def test_a_page_shows_guilt_innocence_and_the_declared_fix(rule: Rule, tmp_path: Path) -> None:
    found = scenarios(rule)
    assert any(scenario.marks for scenario in found), "no scenario is guilty"
    assert any(not scenario.marks for scenario in found), "no scenario is innocent"
    assert rule.fix == "none" or any(scenario.fixed for scenario in found), "no file is shown after the fix"
    safeties = set()
    for index, scenario in enumerate(found):
        findings = scenario.engine(tmp_path / str(index), scenario.files).run().findings
        safeties |= {finding.fix.safety for finding in own(scenario, findings) if finding.fix is not None}
    assert rule.fix == ("safe" if "safe" in safeties else "unsafe" if safeties else "none")


def test_pages_of_the_engine_carry_no_executed_fences() -> None:
    assert [scenario.id for scenario in ALL if scenario.rule.name in ENGINE_RAISED] == []
