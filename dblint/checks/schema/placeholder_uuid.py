"""placeholder-uuid: a word where the column wants a UUID."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.refused import Refused, refused, report
from dblint.checks.rows import distinct
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceString
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(_finding(rule, project, one) for one in refused(project) if one.is_placeholder)


def stable(text: str) -> str:
    """The UUID that stands for a placeholder, in every file and every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, text))


def _finding(rule: Rule, project: BoundProject, one: Refused) -> Finding:
    return report(
        rule,
        project,
        one,
        "The database refuses it; a test that passes with it says nothing about identifiers.",
        remedy=_remedy(project, one),
    )


def _remedy(project: BoundProject, one: Refused) -> Remedy | None:
    """One UUID for every string of the file that says the same, where nothing else does."""
    value, path = one.entry.value, one.entry.home or one.bound.path
    if value.kind != "str":
        return None
    echo = next((echo for echo in project.facts[path].echoes if echo.text == value.text), None)
    if echo is None or not echo.alone or not any(span.contains(one.entry.layout.value) for span in echo.spans):
        return None
    new = stable(value.text)
    places = tuple(ReplaceString(Place(path, span), new) for span in echo.spans)
    every = f" in all {len(places)} places" if len(places) > 1 else ""
    return Remedy(f"Replace `{value.text}` by `{new}`{every}", "unsafe", places)
