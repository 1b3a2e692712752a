"""unknown-enum-value: a literal that is no value of the column's enum."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import Catalog, Column, EnumType, Type
from dblint.checks.explained import is_renamed_by_query
from dblint.checks.required import base_type
from dblint.checks.rows import ALL_ROLES, distinct, known_columns
from dblint.checks.wording import column_name, quoted, subject, tied
from dblint.facts.model import Entry
from dblint.finding import Finding, Label, Remedy
from dblint.intent import ReplaceString
from dblint.rule import Rule
from dblint.values.enums import enum_verdict
from dblint.values.verdict import UNKNOWN, Verdict

_OTHER_COMPARISONS = frozenset({"is_", "is", "like", "ilike", "like_any_of", "like_all_of", "fts", "text_search"})


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(_findings(rule, project))


def _findings(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for bound, entry, column in known_columns(project, ALL_ROLES):
        if column.type is None or not column.certain or is_renamed_by_query(bound, entry.key):
            continue
        type_ = base_type(column.type, project.catalog)
        enum = project.catalog.enum(type_)
        verdict = _verdict(project.catalog, bound, entry, type_)
        if enum is not None and verdict.refused:
            yield _finding(rule, project, bound, entry, column, enum, verdict)


def _verdict(catalog: Catalog, bound: BoundRow, entry: Entry, type_: Type) -> Verdict:
    if bound.role == "filter":
        if catalog.dialect == "mysql" or bound.use.operation in _OTHER_COMPARISONS:
            return UNKNOWN
        if entry.value.kind in ("list", "tuple") and not type_.dimensions:
            verdicts = [enum_verdict(type_, item, catalog) for item in entry.value.items]
            return next((verdict for verdict in verdicts if verdict.refused), UNKNOWN)
    return enum_verdict(type_, entry.value, catalog)


def _finding(
    rule: Rule, project: BoundProject, bound: BoundRow, entry: Entry, column: Column, enum: EnumType, verdict: Verdict
) -> Finding:
    place = bound.value_of(entry)
    name = column_name(project.catalog, bound.table, column)
    which = f", the type of `{name}`" if enum.name != name else ""  # MySQL's enums have no name of their own.
    is_array = entry.value.kind != "str" or entry.value.text.lstrip().startswith("{")
    meant = None if is_array else verdict.meant
    return rule.finding(
        place,
        f"{verdict.why}{which}",
        help=f"Its values are {quoted(enum.values)}.",
        subject=subject(project.catalog, bound.table, column.name),
        labels=(Label(enum.place, f"`{enum.name}` has {quoted(enum.values)}"), *tied(project.catalog, bound)),
        remedy=Remedy(f"Replace it by `{meant}`", "unsafe", (ReplaceString(place, meant),)) if meant else None,
    )
