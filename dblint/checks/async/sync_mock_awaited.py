"""Mocks that are awaited and cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_mocks import Misuse, misuses, replaced
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for misuse in misuses(project):
        if misuse.trouble.fault == "awaited" or (misuse.trouble.fault == "entered" and misuse.is_plain_mock):
            yield _finding(rule, misuse)


def _finding(rule: Rule, misuse: Misuse) -> Finding:
    value = misuse.trouble.value
    is_awaited = misuse.trouble.fault == "awaited"
    verb, kind = ("awaited", "AsyncMock") if is_awaited else ("entered with `async with`", "MagicMock")
    double = misuse.double
    return rule.finding(
        Place(misuse.member.path, misuse.use.span),
        f"`{misuse.shown}` is {verb}, but `{double.name or double.kind}` is a `{double.kind}`: this is a TypeError",
        help=f"Make `{misuse.shown.removesuffix('()')}` {'an' if is_awaited else 'a'} `{kind}`.",
        labels=(Label(Place(value.path, double.span), "the mock is made here"),),
        remedy=replaced(misuse, kind),
    )
