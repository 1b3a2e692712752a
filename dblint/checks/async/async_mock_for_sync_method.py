"""``AsyncMock`` where the client's own method is synchronous."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_code import Meeting, meetings
from dblint.checks.async_drift import Drift, drifts
from dblint.checks.async_mocks import Misuse, given, misuses, remade, replaced, spelled
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    told: set[tuple[str, int, str]] = set()
    for misuse in misuses(project):
        if misuse.trouble.value.kind == "coroutine" and misuse.trouble.fault != "awaited":
            told.add((misuse.trouble.value.path, misuse.trouble.value.double, misuse.trail[0] if misuse.trail else ""))
            yield _used(rule, misuse)
    for drift in drifts(project):
        if (drift.value.path, drift.value.double, drift.trail[0]) not in told:
            told.add((drift.value.path, drift.value.double, drift.trail[0]))
            yield _set_up(rule, drift)
    for meeting in meetings(project):
        key = (meeting.value.path, meeting.value.double, meeting.trail[0])
        if meeting.usage != "awaited" and key not in told:
            yield _met(rule, meeting)


def _met(rule: Rule, meeting: Meeting) -> Finding:
    value, double = meeting.value, meeting.double
    shown = spelled(double.name or double.kind, meeting.trail)
    how = "enters what it gives" if meeting.usage == "entered" else "goes on from what it gives without awaiting it"
    return rule.finding(
        Place(value.path, double.span),
        f"`{shown}` is an `AsyncMock`, but `{meeting.function}()` {how}, which is a coroutine",
        help=f"Make `{shown}` a `MagicMock`.",
        labels=(Label(meeting.place, "it is called here"),),
        remedy=given(meeting.tests, value, double, meeting.trail, "MagicMock"),
    )


def _used(rule: Rule, misuse: Misuse) -> Finding:
    outcome = {
        "entered": "which `async with` cannot enter",
        "iterated": "which `async for` cannot go through",
    }.get(misuse.trouble.fault, "which has no such attribute")
    return rule.finding(
        Place(misuse.member.path, misuse.use.span),
        f"`{misuse.shown}` is an `AsyncMock`: calling it gives a coroutine, {outcome}",
        help=f"Make `{misuse.shown}` a `MagicMock`.",
        labels=(Label(Place(misuse.trouble.value.path, misuse.double.span), "the mock is made here"),),
        remedy=replaced(misuse, "MagicMock"),
    )


def _set_up(rule: Rule, drift: Drift) -> Finding:
    return rule.finding(
        Place(drift.value.path, drift.span),
        f"`{drift.shown}` is an `AsyncMock`, but `{drift.method}` is synchronous: {drift.outcome}",
        help=f"Make `{drift.shown}` a `MagicMock`.",
        labels=(Label(Place(drift.value.path, drift.double.span), "the mock is made here"),),
        remedy=given(drift.tests, drift.value, drift.double, drift.trail, "MagicMock")
        if drift.given is None
        else remade(drift.tests.files[drift.value.path], drift.value.path, drift.given, "MagicMock"),
    )
