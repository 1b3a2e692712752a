"""Clients bound to one event loop in a fixture and used by tests in another."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_clients import CONSTRUCTORS, Constructor
from dblint.checks.async_fixes import before, module
from dblint.checks.async_loops import Loops, width
from dblint.checks.async_runs import runs_of
from dblint.checks.async_tests import Member, Tests, decoration_of_fixture, fixture_name, scope_of, tests_of
from dblint.facts.async_model import Decoration, Making
from dblint.finding import Finding, Label, Remedy
from dblint.intent import Intent, ReplaceText
from dblint.rule import Rule
from dblint.source import Place, Span

_DRIVERS = ("+asyncpg", "+aiomysql", "+asyncmy", "+psycopg_async")


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tests = tests_of(project)
    loops = Loops(tests, runs_of(tests))
    for fixture in tests.fixtures:
        if not loops.are_known(fixture):
            continue
        home, scope = loops.of_fixture(fixture), scope_of(fixture.routine)
        if home is not None and scope is not None and width(home) < width(scope) and loops.can_say(fixture.path):
            yield _narrow(rule, fixture, home, scope)
            continue
        making = _bound(fixture, tests)
        consumers = [one for one in tests.tests_behind(fixture) if loops.has_one(one)] if making is not None else []
        if fixture.routine.is_async:
            others = [one for one in consumers if home is not None and loops.differ(home, one)]
        else:
            # The first test's loop has the client; a second test finds another.
            home, others = scope, _second(fixture, consumers, loops)
        if others and home is not None and making is not None:
            yield _finding(rule, fixture, making, home, others, consumers, loops)


def _narrow(rule: Rule, fixture: Member, home: str, scope: str) -> Finding:
    return rule.finding(
        Place(fixture.path, fixture.routine.span),
        f"`{fixture_name(fixture.routine)}` lives for the {scope}, its loop for the {home}: this is a ScopeMismatch",
        help=f'Say `loop_scope="{scope}"` for the fixture and its tests.',
    )


def _bound(fixture: Member, tests: Tests) -> Making | None:
    """The call that makes the loop-bound client which the fixture hands out."""
    if len(fixture.routine.hand_outs) != 1:
        return None
    way = fixture.routine.hand_outs[0].path
    for making in tests.files[fixture.path].makings:
        constructor = CONSTRUCTORS.get(making.name)
        if making.routine == fixture.index and constructor is not None and _is_bound(making, constructor):
            given = (making.name, "()")
            if way in (given, (*given, "await"), (*given, "enter")):
                return making
    return None


def _is_bound(making: Making, constructor: Constructor) -> bool:
    if not constructor.bound:
        return False
    if constructor.noun != "engine":
        return True
    # An engine without a pool opens a connection each time, and SQLite's driver has threads of its own.
    url = making.positional[0] if making.positional else None
    return making.keyword("poolclass") is None and url is not None and any(one in url.text for one in _DRIVERS)


def _second(fixture: Member, tests: list[Member], loops: Loops) -> list[Member]:
    """The tests after the first of those that each have a loop of their own."""
    scope = scope_of(fixture.routine)
    if scope is None or scope == "function":
        return []
    alone = [one for one in tests if loops.of_test(one) == "function" and _shares(fixture, tests[0], one, scope)]
    return alone[1:]


def _shares(fixture: Member, first: Member, other: Member, scope: str) -> bool:
    if scope == "session":
        return True
    same_file = first.path == other.path
    return same_file and (scope == "module" or first.routine.owner == other.routine.owner)


def _finding(
    rule: Rule, fixture: Member, making: Making, home: str, others: list[Member], tests: list[Member], loops: Loops
) -> Finding:
    noun = CONSTRUCTORS[making.name].noun
    test = others[0]
    place = loops.of_test(test)
    name = fixture_name(fixture.routine)
    if fixture.routine.is_async:
        message = f"`{name}` opens its {noun} in the {home} loop, and tests use it in the {place} loop"
    else:
        message = f"`{name}` keeps one {noun} for the {home}, and each test uses it in a loop of its own"
    return rule.finding(
        Place(fixture.path, fixture.routine.span),
        f"{message}: it works in one loop only",
        help=f'Say `loop_scope="{home}"` for the fixture and the tests.'
        if fixture.routine.is_async
        else f'Say `loop_scope="{home}"` for the tests, or let each test make its own.',
        labels=(Label(Place(test.path, test.routine.span), f"this test runs in the {place} loop"),),
        remedy=_remedy(fixture, tests, loops),
    )


def _remedy(fixture: Member, tests: list[Member], loops: Loops) -> Remedy | None:
    """One loop for the fixture and all tests that get its client: the fixture's own scope."""
    scope = scope_of(fixture.routine)
    if scope is None or scope == "function" or not loops.can_say(fixture.path):
        return None
    intents: dict[Intent, None] = {}
    decoration = decoration_of_fixture(fixture.routine)
    if fixture.routine.is_async and decoration is not None and loops.of_fixture(fixture) != scope:
        if decoration.keyword("loop_scope") is not None or decoration.name != "pytest_asyncio.fixture":
            return None
        intents[_with_keyword(fixture.path, decoration, f'loop_scope="{scope}"')] = None
    for test in tests:
        mark = loops.tests.mark(test, "asyncio")
        place = loops.of_test(test)
        if place is not None and width(place) >= width(scope):
            continue
        if mark is not None and (mark.keywords or not _is_own(test, mark, loops)):
            return None
        if mark is not None:
            intents[_with_keyword(test.path, mark, f'loop_scope="{scope}"')] = None
            continue
        name, imports = module(test.path, loops.tests.files[test.path], "pytest")
        text = f'@{name}.mark.asyncio(loop_scope="{scope}")\n{test.routine.indent}'
        intents[before(test.path, test.routine.above, text)] = None
        intents.update(dict.fromkeys(imports))
    return Remedy(f"Use the {scope} loop everywhere", "unsafe", tuple(intents)) if intents else None


def _is_own(test: Member, mark: Decoration, loops: Loops) -> bool:
    """The mark stands in the test's own file."""
    file = loops.tests.files[test.path]
    return mark in test.routine.decorations or mark in file.marks or any(mark in one.marks for one in file.classes)


def _with_keyword(path: str, decoration: Decoration, text: str) -> ReplaceText:
    """One keyword more in a decorator or mark, which may not be a call yet."""
    line, column = decoration.span.end
    if decoration.span == decoration.callee:
        return ReplaceText(Place(path, Span(line, column, line, column)), f"({text})")
    comma = ", " if decoration.keywords or decoration.positional else ""
    return ReplaceText(Place(path, Span(line, column - 1, line, column - 1)), f"{comma}{text}")
