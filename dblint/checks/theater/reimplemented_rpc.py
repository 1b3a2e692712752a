"""reimplemented-rpc: a double computes what a stored function would, and a test asserts the double's own result."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.mocks import theaters
from dblint.finding import Finding, Label, Subject
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    computed = {
        one.function: Place(path, one.span) for path, facts in theaters(project) for one in reversed(facts.computed)
    }
    for path, facts in theaters(project):
        for one in facts.asserted:
            if one.function in computed:
                yield rule.finding(
                    Place(path, one.span),
                    f"what is asserted here is the double's own formula for `{one.function}`, not the function",
                    help="Let the double answer a value that a real database gave, or test the function in one.",
                    subject=Subject(function=one.function),
                    labels=(Label(computed[one.function], "the double computes it here"),),
                )
