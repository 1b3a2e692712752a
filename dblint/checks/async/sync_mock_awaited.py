"""Mocks that are awaited and cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_code import Meeting, meetings
from dblint.checks.async_fixes import article
from dblint.checks.async_mocks import Misuse, given, misuses, replaced, spelled
from dblint.facts.async_model import Double, Path
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    told: set[tuple[str, int, Path]] = set()
    for misuse in misuses(project):
        if misuse.trouble.fault == "awaited" or (misuse.trouble.fault == "entered" and misuse.is_plain_mock):
            value = misuse.trouble.value
            told.add((value.path, value.double, tuple(one for one in misuse.trail if one != ".return_value")))
            yield _finding(rule, misuse)
    for meeting in meetings(project):
        key = (meeting.value.path, meeting.value.double, tuple(one for one in meeting.trail if one != ".return_value"))
        if meeting.usage == "awaited" and key not in told:
            yield _met(rule, meeting)


def _met(rule: Rule, meeting: Meeting) -> Finding:
    value, double = meeting.value, meeting.double
    shown = spelled(double.name or double.kind, meeting.trail)
    return rule.finding(
        Place(value.path, double.span),
        f"`{meeting.function}()` awaits `{shown}()`, but {_told(double)}: this is a TypeError",
        help=f"Make `{shown}` an `AsyncMock`.",
        labels=(Label(meeting.place, "it is awaited here"),),
        remedy=given(meeting.tests, value, double, meeting.trail, "AsyncMock"),
    )


def _finding(rule: Rule, misuse: Misuse) -> Finding:
    value = misuse.trouble.value
    is_awaited = misuse.trouble.fault == "awaited"
    verb, kind = ("awaited", "AsyncMock") if is_awaited else ("entered with `async with`", "MagicMock")
    double = misuse.double
    return rule.finding(
        Place(misuse.member.path, misuse.use.span),
        f"`{misuse.shown}` is {verb}, but {_told(double)}: this is a TypeError",
        help=f"Make `{misuse.shown.removesuffix('()')}` {article(kind)} `{kind}`.",
        labels=(Label(Place(value.path, double.span), "the mock is made here"),),
        remedy=replaced(misuse, kind),
    )


def _told(double: Double) -> str:
    return f"`{double.name or double.kind}` is {article(double.kind)} `{double.kind}`"
