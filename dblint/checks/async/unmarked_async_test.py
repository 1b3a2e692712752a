"""Asynchronous tests that no plugin runs."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_fixes import beside, marked
from dblint.checks.async_runs import Runs, runs_of
from dblint.checks.async_tests import Member, Tests, tests_of
from dblint.facts.async_model import Decoration, TestClass
from dblint.finding import Finding, Remedy
from dblint.intent import Intent, ReplaceText
from dblint.rule import Rule
from dblint.source import Place, Span

_HARMLESS = (
    "pytest.mark.",
    "unittest.mock.patch",
    "mock.patch",
    "hypothesis.",
    "freezegun.",
    "time_machine.",
    "respx.",
)
_ISOLATED = "IsolatedAsyncioTestCase"


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tests = tests_of(project)
    runs = runs_of(tests)
    orphans: list[Member] = []
    for test in tests.collected:
        if not test.routine.is_async or not _is_plain(test, tests) or runs.is_skipped(test):
            continue
        found = tests.class_of(test)
        kind = "plain" if found is None else tests.kind_of_class(test.path, found)
        if kind == "case" and found is not None:
            yield _in_test_case(rule, test, found, tests)
        elif kind == "plain" and not _is_run(test, tests, runs):
            if test.routine.is_generator:
                yield _generator(rule, test)
            elif runs.has_asyncio(test.path) or _says_anyio(tests):
                yield _unmarked(rule, test, tests, runs)
            else:
                orphans.append(test)
    if orphans:
        yield _nobody(rule, orphans)


def _is_plain(test: Member, tests: Tests) -> bool:
    """No decorator may make another thing of the test, and no code of the file calls it."""
    file = tests.files[test.path]
    if file.is_script or test.routine.name in file.mentioned or test.routine.is_guarded:
        return False
    return all(one.name.startswith(_HARMLESS) for one in test.routine.decorations)


def _is_run(test: Member, tests: Tests, runs: Runs) -> bool:
    mode = runs.mode(test.path)
    if mode == "unknown" or runs.is_anyio(test):
        return True
    return not test.routine.is_generator and (mode == "auto" or runs.is_marked(test))


def _says_anyio(tests: Tests) -> bool:
    """The project's own tests use anyio's mark."""
    marks: list[Decoration] = []
    for file in tests.files.values():
        marks += file.marks
        marks += [one for found in (*file.classes,) for one in found.marks]
        marks += [one for routine in file.routines for one in routine.decorations]
    return any(one.name == "pytest.mark.anyio" for one in marks)


def _unmarked(rule: Rule, test: Member, tests: Tests, runs: Runs) -> Finding:
    return rule.finding(
        Place(test.path, test.routine.span),
        f"no plugin runs `{test.routine.name}`: it is async and has no mark, and pytest-asyncio is in "
        f"{runs.mode(test.path)} mode",
        help="Mark it with `@pytest.mark.asyncio`.",
        remedy=Remedy("Mark it", "safe", marked(test, tests.files[test.path], runs)),
    )


def _generator(rule: Rule, test: Member) -> Finding:
    return rule.finding(
        Place(test.path, test.routine.span),
        f"`{test.routine.name}` yields, so it is an async generator, which pytest never runs",
        help="Let the test yield nothing.",
    )


def _in_test_case(rule: Rule, test: Member, found: TestClass, tests: Tests) -> Finding:
    return rule.finding(
        Place(test.path, test.routine.span),
        f"`{test.routine.name}` is async in a `unittest.TestCase`, which never awaits it: it passes whatever happens",
        help=f"Derive `{found.name}` from `unittest.{_ISOLATED}`.",
        remedy=_isolated(test, found, tests),
    )


def _isolated(test: Member, found: TestClass, tests: Tests) -> Remedy | None:
    file = tests.files[test.path]
    for base, span in zip(found.bases, found.base_spans, strict=True):
        if base != "unittest.TestCase":
            continue
        width = span.end_column - span.column
        known = next((one.name for one in file.imported if one.dotted == f"unittest.{_ISOLATED}"), None)
        taken = next((one for one in file.imported if one.dotted == base), None)
        intents: tuple[Intent, ...]
        if known is not None:
            intents = (ReplaceText(Place(test.path, span), known),)
        elif taken is None:  # `unittest.TestCase`: the last name changes
            last = Span(span.end_line, span.column + width - len("TestCase"), span.end_line, span.end_column)
            intents = (ReplaceText(Place(test.path, last), _ISOLATED),)
        else:
            added = beside(test.path, file, "unittest", _ISOLATED)
            if added is None:
                return None
            intents = (ReplaceText(Place(test.path, span), _ISOLATED), added)
        return Remedy(f"Derive from `{_ISOLATED}`", "safe", intents)
    return None


def _nobody(rule: Rule, orphans: list[Member]) -> Finding:
    first = min(orphans, key=lambda one: (one.path, one.routine.span))
    others = f", nor {len(orphans) - 1} more" if len(orphans) > 1 else ""
    return rule.finding(
        Place(first.path, first.routine.span),
        f"no plugin runs `{first.routine.name}`{others}: the project declares neither pytest-asyncio nor anyio",
        help="Install pytest-asyncio and mark the tests, or set `asyncio_mode = auto`.",
        confidence="medium",
    )
