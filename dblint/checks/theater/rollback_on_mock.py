"""rollback-on-mock: a transaction on a mock, an exception inside, and an assertion that reads the mock."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.mocks import is_mock, theaters
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for one in facts.transactions:
            if is_mock(project, path, one.fixture):
                yield rule.finding(
                    Place(path, one.opened),
                    f"a mock cannot roll back: `{one.read}` answers the same before and after `{one.path}`",
                    help="Use a real database for this test, or assert that the exception leaves the block.",
                    labels=(Label(Place(path, one.assertion), "this reads the mock, not a database"),),
                )
