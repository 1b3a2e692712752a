"""A pragma that silences nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dblint.binding.model import BoundProject, Suppression
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceText
from dblint.rule import Rule
from dblint.source import Place, Span


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    """One finding a pragma, whose fix takes out the names that are of no use, or the pragma with them."""
    for one in project.suppressions:
        unused = [index for index, use in enumerate(one.uses) if use == "unused"]
        if unused:
            yield _finding(rule, one, unused)


def _finding(rule: Rule, one: Suppression, unused: Sequence[int]) -> Finding:
    whole = len(unused) == len(one.uses)
    span = one.pragma.span if whole else one.pragma.names[unused[0]][1]
    names = " and ".join(f"`{one.pragma.names[index][0]}`" for index in unused)
    where = "in this file" if one.pragma.kind == "file-ignore" else "here"
    return rule.finding(
        Place(one.path, span),
        f"this pragma silences nothing: {where} is no finding of {names}",
        help="A pragma speaks for its own line, and for the next one when it has its line to itself.",
        remedy=_remedy(one, unused, whole),
    )


def _remedy(one: Suppression, unused: Sequence[int], whole: bool) -> Remedy | None:
    if one.removal is None:
        return None
    if whole:
        return Remedy("Remove the pragma", "safe", (ReplaceText(Place(one.path, one.removal), ""),))
    kept = ", ".join(name for index, (name, _) in enumerate(one.pragma.names) if index not in unused)
    first, last = one.pragma.names[0][1], one.pragma.names[-1][1]
    names = Span(first.line, first.column, last.end_line, last.end_column)
    return Remedy(f"Keep only {kept}", "safe", (ReplaceText(Place(one.path, names), kept),))
