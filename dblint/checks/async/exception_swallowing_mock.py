"""Mocks of ``__exit__`` and ``__aexit__`` that answer with something truthy."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.facts.async_model import ExitMock
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceText
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        for found in facts.asynchrony.exits if facts.asynchrony is not None else ():
            yield _finding(rule, path, found)


def _finding(rule: Rule, path: str, found: ExitMock) -> Finding:
    remedy = None
    if found.place is not None:
        remedy = Remedy("Let exceptions pass", "safe", (ReplaceText(Place(path, found.place), found.text),))
    block = "async with" if found.method == "__aexit__" else "with"
    return rule.finding(
        Place(path, found.span),
        f"`{found.method}` answers with a truthy mock: every exception in the `{block}` block vanishes, assertions too",
        help="Give it `return_value=False`." if found.place is not None else "Let it return False.",
        remedy=remedy,
    )
