"""The ``event_loop`` fixture with a pytest-asyncio that has it no more."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_runs import Runs, runs_of
from dblint.checks.async_tests import Member, Tests, fixture_name, tests_of
from dblint.finding import Finding
from dblint.rule import Rule
from dblint.source import Place

_NAME = "event_loop"


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tests = tests_of(project)
    runs = runs_of(tests)
    for member in (*tests.collected, *tests.fixtures):
        asked = member.routine.parameter(_NAME)
        if not _is_removed(member, runs):
            continue
        if fixture_name(member.routine) == _NAME:
            if not _is_used(member, tests):
                yield rule.finding(
                    Place(member.path, member.routine.span),
                    "this `event_loop` fixture has no effect: pytest-asyncio 1.0 no longer asks for it",
                    help="Say `loop_scope` in the marks and fixtures, or `asyncio_default_test_loop_scope`.",
                )
        elif asked is not None and tests.fixture(member.path, _NAME, member.routine.owner) is None:
            yield rule.finding(
                Place(member.path, asked.span),
                "there is no fixture `event_loop`: pytest-asyncio 1.0 removed it",
                help="Ask `asyncio.get_running_loop()` in an async function.",
            )


def _is_removed(member: Member, runs: Runs) -> bool:
    plugin = runs.setup(member.path).asyncio
    return plugin is not None and plugin.is_at_least(1)


def _is_used(fixture: Member, tests: Tests) -> bool:
    """Somebody asks for it by name, and gets it as any other fixture."""
    return any(True for _ in tests.consumers(fixture))
