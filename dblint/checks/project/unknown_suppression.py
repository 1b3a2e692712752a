"""A pragma that names no rule and no group."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, Suppression
from dblint.checks.pragmas import without
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceText
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    """One finding for every unknown name, and one for a pragma without any."""
    for one in project.suppressions:
        for index, use in enumerate(one.uses):
            if use == "unknown":
                yield _unknown(rule, one, index)
        if not one.pragma.names:
            yield _nameless(rule, one)


def _unknown(rule: Rule, one: Suppression, index: int) -> Finding:
    name, span = one.pragma.names[index]
    place, meant = Place(one.path, span), one.nearest[index]
    remedy = without(one, [index], "unsafe")
    if meant is not None and remedy is not None:
        remedy = Remedy(f"Write `{meant}`", "unsafe", (ReplaceText(place, meant),))
    if one.pragma.kind == "unknown":
        message = f"there is no pragma `{name}`, so this says nothing"
        known = "The pragmas are `ignore[…]`, `file-ignore[…]` and `table=…`."
    else:
        message = f"there is no rule or group `{name}`, so this silences nothing"
        known = "`dblint rules` lists the rules and their groups."
    return rule.finding(place, message, help=f"Did you mean `{meant}`?" if meant else known, remedy=remedy)


def _nameless(rule: Rule, one: Suppression) -> Finding:
    return rule.finding(
        Place(one.path, one.pragma.span),
        "this pragma names no rule, so it silences nothing",
        help="Say what it is about: `# dblint: ignore[rule-name] the reason`.",
        remedy=without(one, (), "unsafe"),
    )
