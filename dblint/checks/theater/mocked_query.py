"""mocked-query: the text of the SQL itself is what a test asserts."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.mocks import theaters
from dblint.finding import Finding
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for one in facts.queries:
            yield rule.finding(
                Place(path, one.span),
                f"this asserts the text of the {one.verb}, not what it does: no database has read it",
                help="Run the statement against a database that has the schema, and assert its result.",
            )
