"""tautological-assertion: a test asks its own mock and asserts the answer that it told the mock to give."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.mocks import is_mock, theaters
from dblint.facts.theater_model import OwnAnswer
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for answer in facts.answers:
            if is_mock(project, path, answer.fixture):
                yield _finding(rule, path, answer)


def _finding(rule: Rule, path: str, answer: OwnAnswer) -> Finding:
    root = answer.path.partition(".")[0].removesuffix("()")
    if answer.asks == "call":
        message = f"the one call of `{answer.path}` is the test's own, so this passes whatever the project does"
    else:
        message = (
            f"`{answer.path}` is told to answer this and the test itself asks it: no code of the project is tested"
        )
    return rule.finding(
        Place(path, answer.assertion),
        message,
        help=f"Call the code that uses `{root}` and assert what it makes of the answer, or delete the assertion.",
        labels=tuple(_labels(path, answer)),
    )


def _labels(path: str, answer: OwnAnswer) -> Iterator[Label]:
    if answer.told is not None:
        yield Label(Place(path, answer.told), "the answer is told here")
    if answer.told is None or answer.call.line != answer.told.line:
        yield Label(Place(path, answer.call), "the test makes the call itself")
