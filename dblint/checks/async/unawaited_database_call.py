"""Coroutines of clients, fakes and the project's own functions that nobody awaits."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_fixes import before
from dblint.checks.async_tests import Member, Tests, tests_of
from dblint.checks.async_values import Value, values_of
from dblint.facts.async_model import Use
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceText
from dblint.rule import Rule
from dblint.source import Place

_CONTEXTS = ("discarded", "asserted", "dropped")


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tests = tests_of(project)
    values = values_of(tests)
    for path, file in tests.files.items():
        for use in file.uses:
            if use.context not in _CONTEXTS or use.path[-1] != "()" or use.expected or use.routine < 0:
                continue
            member = tests.members(path)[use.routine]
            value, trouble = values.follow(use.path, member)
            if trouble is None and _is_lost(value, use) and not _is_replaced(value, member, tests):
                yield _finding(rule, member, use, value)


def _is_lost(value: Value, use: Use) -> bool:
    """What is neither awaited nor handed on never runs."""
    if value.kind == "open":
        return use.context == "discarded"
    # A mock that is called for nothing does no harm.
    return value.kind == "coroutine" and (value.name != "mock" or use.context != "discarded")


def _is_replaced(value: Value, member: Member, tests: Tests) -> bool:
    """A function that the file patches may be anything."""
    facts = tests.project.facts[member.path]
    name = value.what.rpartition(".")[2]
    return bool(name) and any(one.name == name for one in facts.patches)


def _finding(rule: Rule, member: Member, use: Use, value: Value) -> Finding:
    outcome = {
        "discarded": "it never runs",
        "asserted": "the assertion looks at a coroutine, which is always true",
        "dropped": "it never runs, and what is looked at is a coroutine",
    }[use.context]
    is_async = member.routine.is_async
    return rule.finding(
        Place(member.path, use.span),
        f"nobody awaits `{value.what or use.text.partition('(')[0]}()`: {outcome}",
        help="Put `await` in front." if is_async else "Await it in an async test.",
        remedy=Remedy("Await it", "unsafe", _awaited(member, use)) if is_async else None,
    )


def _awaited(member: Member, use: Use) -> tuple[ReplaceText, ...]:
    return (before(member.path, use.span, "await "),)
