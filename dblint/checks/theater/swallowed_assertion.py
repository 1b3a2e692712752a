"""swallowed-assertion: an assertion inside a ``try`` whose handler passes."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.mocks import theaters
from dblint.checks.swallowing import unwrapped
from dblint.facts.theater_model import SwallowedTry
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for one in facts.swallowed:
            if one.loses == "assertion":
                yield _finding(rule, path, one)


def _finding(rule: Rule, path: str, one: SwallowedTry) -> Finding:
    wanted = "Expect the error with `pytest.raises(…)`, so that the test fails when none comes."
    return rule.finding(
        Place(path, one.lost),
        f"`{one.catches}` swallows this assertion: the test passes when it fails",
        help=wanted if one.expects else "Take the assertion out of the `try`, or let the error through.",
        labels=(Label(Place(path, one.handler), "an assertion that fails ends here"),),
        remedy=None if one.expects or one.raises else unwrapped(path, one),
    )
