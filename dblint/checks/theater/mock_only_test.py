"""mock-only-test: a test that drives a mock of its own making and touches nothing of the project."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.mocks import theaters
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for test in facts.mock_only:
            yield rule.finding(
                Place(path, test.span),
                f"`{test.test}` calls only mocks it makes itself, so it passes whatever the project does",
                help="Import the code this is about and hand it the mock, or delete the test.",
                labels=(Label(Place(path, test.call), "all that is called here is the mock"),),
            )
