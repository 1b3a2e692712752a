"""type-mismatch: a literal that the column's type refuses as input."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.refused import OUT_OF_RANGE, Refused, refused, report
from dblint.checks.rows import distinct
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceValue
from dblint.rule import Rule


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(
        _finding(rule, project, one)
        for one in refused(project)
        if one.verdict.code not in OUT_OF_RANGE and not one.is_placeholder
    )


def _finding(rule: Rule, project: BoundProject, one: Refused) -> Finding:
    # Imported for a finding only: a run without any need not wait for them.
    from dblint.values.convertible import converted
    from dblint.values.wanted import wanted

    takes = wanted(one.type, project.catalog) if project.catalog.dialect == "postgres" else None
    remedy = None
    if one.carrier != "sql" and one.bound.role != "filter":
        nullable = one.column.nullable and one.bound.role != "result"
        meant = converted(one.type, one.entry.value, project.catalog, one.carrier, nullable=nullable)
        place = one.bound.value_of(one.entry)
        remedy = Remedy(f"Replace it by `{meant}`", "unsafe", (ReplaceValue(place, meant),)) if meant else None
    return report(rule, project, one, f"The column takes {takes}." if takes else None, remedy)
