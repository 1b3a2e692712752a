"""``await`` in functions that are not async."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_fixes import async_fixture, made_async, marked
from dblint.checks.async_runs import Runs, runs_of
from dblint.checks.async_tests import Member, Tests, decoration_of_fixture, tests_of
from dblint.finding import Finding, Remedy
from dblint.intent import Intent
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tests = tests_of(project)
    runs = runs_of(tests)
    for path in tests.files:
        for member in tests.members(path):
            routine = member.routine
            if routine.awaits and not routine.is_async:
                yield rule.finding(
                    Place(path, routine.awaits[0]),
                    f"`{routine.name}` is not async, so Python refuses this file: nothing in it can be collected",
                    help=f"Make it `async def {routine.name}`.",
                    remedy=_remedy(member, tests, runs),
                )


def _remedy(member: Member, tests: Tests, runs: Runs) -> Remedy | None:
    file = tests.files[member.path]
    is_test = any((one.path, one.index) == (member.path, member.index) for one in tests.collected)
    is_fixture = decoration_of_fixture(member.routine) is not None
    found = tests.class_of(member)
    kind = "plain" if found is None else tests.kind_of_class(member.path, found)
    called = any(member.routine.name in one.routine.calls for one in tests.members(member.path))
    if not (is_test or is_fixture) or called or kind != "plain" or member.routine.name in file.mentioned:
        return None
    intents: list[Intent] = [made_async(member)]
    if is_fixture:
        intents += async_fixture(member, file, runs)
    elif runs.mode(member.path) in ("strict", "legacy") and not runs.is_marked(member) and not runs.is_anyio(member):
        intents += marked(member, file, runs)
        if member.routine.above == member.routine.keyword:
            mark, *imports = marked(member, file, runs)
            intents = [_joined(mark), *imports]
    return Remedy("Make it async", "unsafe", tuple(intents))


def _joined(mark: Intent) -> Intent:
    """Mark and ``async`` go to one place where no decorator stands between them."""
    from dataclasses import replace

    from dblint.intent import ReplaceText

    return replace(mark, text=f"{mark.text}async ") if isinstance(mark, ReplaceText) else mark
