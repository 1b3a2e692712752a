"""swallowed-database-error: ``except: pass`` around a database call or a transaction in a test."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.mocks import theaters
from dblint.checks.swallowing import unwrapped
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for one in facts.swallowed:
            if one.loses == "database call":
                yield rule.finding(
                    Place(path, one.lost),
                    f"`{one.catches}` swallows whatever the database says to `{one.text}`",
                    help="Expect the one error that is due with `pytest.raises(…)`, or let errors fail the test.",
                    labels=(Label(Place(path, one.handler), "every error ends here"),),
                    remedy=None if one.raises else unwrapped(path, one),
                )
