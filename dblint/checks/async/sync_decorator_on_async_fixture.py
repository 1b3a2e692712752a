"""Asynchronous fixtures under ``@pytest.fixture``, which pytest-asyncio leaves alone in strict mode."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_fixes import async_fixture
from dblint.checks.async_runs import Runs, runs_of
from dblint.checks.async_tests import Member, Tests, decoration_of_fixture, tests_of
from dblint.facts.async_model import Decoration
from dblint.finding import Finding, Remedy, Safety
from dblint.intent import Intent, ReplaceText
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tests = tests_of(project)
    runs = runs_of(tests)
    for fixture in tests.fixtures:
        decoration = decoration_of_fixture(fixture.routine)
        if fixture.routine.is_async and decoration is not None and _is_left_alone(fixture, decoration, tests, runs):
            yield _finding(rule, fixture, decoration, tests, runs)


def _is_left_alone(fixture: Member, decoration: Decoration, tests: Tests, runs: Runs) -> bool:
    """Nobody runs the fixture: not pytest-asyncio in this mode, and not anyio for a test of its own."""
    if decoration.name == "pytest_asyncio.fixture" or runs.mode(fixture.path) != "strict":
        return False
    behind = tests.tests_behind(fixture)
    if not runs.has_asyncio(fixture.path) or runs.is_anyio(fixture):
        return False
    return not any(runs.mode(test.path) != "strict" or runs.is_anyio(test) for test in behind)


def _finding(rule: Rule, fixture: Member, decoration: Decoration, tests: Tests, runs: Runs) -> Finding:
    routine = fixture.routine
    gives = "an async generator" if routine.is_generator else "a coroutine"
    awaited = [(member, use) for member, use in tests.uses_of(fixture) if use.path[1:2] == ("await",)]
    intents: list[Intent] = [*async_fixture(fixture, tests.files[fixture.path], runs)]
    for member, use in awaited:
        # Its value is no coroutine any more.
        if len(use.path) == 2:
            intents.append(ReplaceText(Place(member.path, use.span), use.path[0][1:]))
    safety: Safety = "unsafe" if awaited else "safe"
    return rule.finding(
        Place(fixture.path, decoration.span),
        f"`{routine.name}` is async under `@pytest.fixture`: in strict mode its set-up never runs, tests get {gives}",
        help="Use `@pytest_asyncio.fixture`.",
        remedy=Remedy("Use `@pytest_asyncio.fixture`", safety, tuple(intents)),
    )
