"""wall-clock-assertion: a database test that wants something done within a time."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.facts.model import FileFacts
from dblint.finding import Finding
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        if facts.resources is not None and _uses_a_database(facts):
            for one in facts.resources.clocks:
                yield rule.finding(
                    Place(path, one.span),
                    f"this fails when the machine is busy: `{one.clock}` is held against `{one.limit}`",
                    help="Assert what is done instead: the number of statements, the plan, a `statement_timeout` the "
                    "server keeps. Measure times in a benchmark.",
                )


def _uses_a_database(facts: FileFacts) -> bool:
    return bool(facts.drivers or facts.uses or any(call.known_client for call in facts.calls))
