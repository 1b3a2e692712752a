"""unclosed-pool: a pool or a connection that a test leaves open when it fails, or always."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.opened import remedy, when
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        for one in facts.resources.opened if facts.resources is not None else ():
            if one.kind != "acquired":
                yield rule.finding(
                    Place(path, one.span),
                    f"`{one.name}` {when(one, 'closed')}",
                    help=f"Its sessions, locks and open transaction outlive the test. End with `{one.close}` in a "
                    "`finally`, or open it in a fixture that closes it behind its `yield`.",
                    labels=(Label(Place(path, one.closed), "a failure above skips this"),) if one.closed else (),
                    remedy=remedy(rule, path, one),
                )
