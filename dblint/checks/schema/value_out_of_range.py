"""value-out-of-range: a literal of the column's type that is too long, too large or too many."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.refused import OUT_OF_RANGE, Refused, refused, report
from dblint.checks.rows import distinct
from dblint.finding import Finding
from dblint.rule import Rule


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(_finding(rule, project, one) for one in refused(project) if one.verdict.code in OUT_OF_RANGE)


def _finding(rule: Rule, project: BoundProject, one: Refused) -> Finding:
    from dblint.values.wanted import wanted

    takes = wanted(one.type, project.catalog) if project.catalog.dialect == "postgres" else None
    return report(rule, project, one, f"The column takes {takes}." if takes else None)
