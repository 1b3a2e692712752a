"""patched-subject: a test that patches the very function of the project it then calls."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.first_party import is_own
from dblint.checks.mocks import theaters
from dblint.facts.theater_model import Replacement
from dblint.finding import Finding, Label, Subject
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for one in facts.replacements:
            if one.calls and one.by != "other" and one.asserted and is_own(project, path, one.target):
                yield _finding(rule, path, one)


def _finding(rule: Rule, path: str, one: Replacement) -> Finding:
    name = one.target.rpartition(".")[2]
    return rule.finding(
        Place(path, one.span),
        f"`{one.target}` is replaced and then called by the test itself: its own code never runs",
        help=f"Patch what `{name}` uses, not `{name}`.",
        subject=Subject(function=name),
        labels=tuple(Label(Place(path, call.span), "this calls the replacement") for call in one.calls),
    )
