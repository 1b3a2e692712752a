"""A pragma that silences nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dblint.binding.model import BoundProject, Suppression
from dblint.checks.pragmas import without
from dblint.finding import Finding
from dblint.rule import Rule
from dblint.source import Place


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
        remedy=without(one, unused, "safe"),
    )
