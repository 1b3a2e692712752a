"""The values of mock rows that the types of their columns refuse, and the SQLSTATE that goes with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dblint.binding.model import BoundProject, BoundRow, Role
from dblint.catalog.model import Catalog, Column, Type
from dblint.checks.explained import is_renamed_by_query
from dblint.checks.rows import ALL_ROLES, known_columns
from dblint.checks.wording import column_name, subject, tied
from dblint.facts.model import Entry, Value
from dblint.finding import Finding, Label, Remedy
from dblint.rule import Rule
from dblint.values.acceptance import Carrier, column_verdict, verdict_elsewhere
from dblint.values.enums import enum_verdict
from dblint.values.json_input import base_of
from dblint.values.json_text import decimal_digits
from dblint.values.templates import is_template
from dblint.values.verdict import Verdict

OUT_OF_RANGE = frozenset({"22001", "22003", "22015", "22026", "22000"})
"""The states of a value that is of the type, and too long, too large or too many."""
_COMPARISONS = frozenset({"eq", "neq", "gt", "gte", "lt", "lte"})
_WRITES = ("insert", "update")
_HOLDING: tuple[Role, ...] = ("insert", "update", "stored", "factory", "event")


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry of a row whose value the column's type refuses."""

    bound: BoundRow
    entry: Entry
    column: Column
    type: Type
    base: Type
    verdict: Verdict
    carrier: Carrier

    @property
    def is_placeholder(self) -> bool:
        """A word where a UUID should be, not in an SQL text: ``placeholder-uuid`` alone speaks of it."""
        return self.base.name == "uuid" and self.carrier != "sql" and _is_worded(self.entry.value)


def refused(project: BoundProject) -> Iterator[Refused]:
    """What PostgreSQL refuses by type alone; enums' values are another rule's."""
    if project.catalog.dialect != "postgres":
        yield from _elsewhere(project)
        return
    for bound, entry, column in known_columns(project, ALL_ROLES):
        if _is_open(entry.value) or not is_judged(project.catalog, bound, entry, column):
            continue
        assert column.type is not None
        base = base_of(column.type, project.catalog)
        if base is None or (base.kind == "enum" and enum_verdict(column.type, entry.value, project.catalog).refused):
            continue
        type_, value, carrier = column.type, entry.value, carrier_of(bound)
        if bound.role == "filter":
            compared = _compared(bound, base, value, carrier)
            if compared is None:
                continue
            type_, value = compared, Value("str", decimal_digits(value.text) if value.kind == "int" else value.text)
        verdict = column_verdict(type_, value, project.catalog, carrier)
        if verdict.refused:
            yield Refused(bound, entry, column, type_, base, verdict, carrier)


def _is_open(value: Value) -> bool:
    return value.kind == "null" or (value.kind == "unknown" and not is_template(value))


def _elsewhere(project: BoundProject) -> Iterator[Refused]:
    """What MySQL or SQLite refuse; they compare values of any type."""
    catalog = project.catalog
    for bound, entry, column in known_columns(project, _HOLDING):
        if is_judged(catalog, bound, entry, column) and column.type is not None:
            verdict = verdict_elsewhere(column, bound.table, entry.value, catalog.dialect)
            if verdict.refused:
                yield Refused(bound, entry, column, column.type, column.type, verdict, "sql")


def carrier_of(bound: BoundRow) -> Carrier:
    """How the row's values reach the database, as far as the row's use tells."""
    if bound.use.evidence == "sql":
        return "sql"
    return "json" if bound.use.evidence == "client" and bound.role in (*_WRITES, "filter") else "row"


def is_judged(catalog: Catalog, bound: BoundRow, entry: Entry, column: Column) -> bool:
    table = bound.table
    if column.type is None or not column.certain or is_renamed_by_query(bound, entry.key):
        return False
    if bound.role == "result" and "::" in (bound.use.select or ""):
        return False  # The query may cast it.
    if bound.role in _WRITES and (column.generated is not None or column.identity == "always"):
        return False  # written-generated-column says it.
    if (table.schema, table.name) in catalog.unsure:
        return False
    return not any(one.may_concern(table.name, column.name) for one in catalog.skipped)


def _compared(bound: BoundRow, base: Type, value: Value, carrier: Carrier) -> Type | None:
    """The type a filter's text is read as, which knows no length; None where the comparison may be another."""
    plain = value.kind == "str" or (carrier == "json" and value.kind in ("int", "float", "bool"))
    if not plain or base.dimensions or base.kind != "base":
        return None
    if carrier == "json" and bound.use.operation not in _COMPARISONS:
        return None
    return replace(base, modifiers=(), text=base.name)


def _is_worded(value: Value) -> bool:
    if value.kind in ("list", "tuple"):
        return all(_is_worded(item) for item in value.items)
    return value.kind in ("str", "unknown", "null")


def report(rule: Rule, project: BoundProject, one: Refused, help: str | None, remedy: Remedy | None = None) -> Finding:
    """The finding about a refused value."""
    name = column_name(project.catalog, one.bound.table, one.column)
    said = one.column.type.text if one.column.type is not None else one.type.text
    over = f", a domain over {one.base.text}" if said.removesuffix("[]") != one.base.text.removesuffix("[]") else ""
    place = one.bound.value_of(one.entry)
    return rule.finding(
        place,
        f"{one.verdict.why}, and `{name}` is {said}{over}",
        help=help,
        subject=subject(project.catalog, one.bound.table, one.column.name),
        labels=(Label(one.column.place, f"`{one.column.name}` is {said}"), *tied(project.catalog, one.bound)),
        remedy=remedy,
    )
