"""dangling-foreign-key: a row that refers to a parent which its data set has not, though it has others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import ForeignKey
from dblint.checks.constraints import shown
from dblint.checks.data_sets import KeyValue, bucket, column_value, data_sets, references, same
from dblint.checks.required import is_required
from dblint.checks.rows import distinct
from dblint.checks.wording import quoted, subject, table_name, tied
from dblint.facts.model import Entry, Value
from dblint.finding import Finding, Label, Remedy
from dblint.intent import ReplaceString, ReplaceValue
from dblint.rule import Rule
from dblint.source import Place
from dblint.values.held import Held, Tables
from dblint.values.sql_values import Unknown


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tables = Tables(project.catalog)
    return distinct(
        _finding(rule, project, tables, key, child, parents)
        for rows in data_sets(project)
        for key, child, parents in _dangling(tables, rows)
    )


def _dangling(tables: Tables, rows: list[BoundRow]) -> Iterator[tuple[ForeignKey, BoundRow, list[BoundRow]]]:
    """The children whose parents have rows in the data set, but not the one referred to; with those rows."""
    known: dict[tuple[str, str, tuple[str, ...]], _Parents] = {}
    for child in rows:
        if child.role == "insert" or not _is_whole(tables, child):
            continue  # It may find its parent in the database.
        for key in references(child.table):
            place = (key.schema, key.table, key.references)
            if place not in known:
                known[place] = _parents(tables, rows, key)
            parents = known[place]
            wanted = _values(tables(child.table), child, key.columns) if parents.rows and parents.known else None
            if wanted is not None and None not in wanted and parents.lack(wanted):
                yield key, child, parents.rows


@dataclass(frozen=True, slots=True)
class _Parents:
    """The rows of a referenced table in one data set; ``known`` says that all their keys are."""

    rows: list[BoundRow]
    known: bool
    keys: dict[object, list[tuple[KeyValue, ...]]]

    def lack(self, wanted: tuple[KeyValue, ...]) -> bool:
        """No parent has, or may have, that key."""
        if any(isinstance(value, Value) for value in wanted) or () in self.keys:
            every = [key for keys in self.keys.values() for key in keys]
            return all(any(same(one, other) is False for one, other in zip(wanted, key, strict=True)) for key in every)
        return bucket(wanted) not in self.keys


def _parents(tables: Tables, rows: list[BoundRow], key: ForeignKey) -> _Parents:
    found = [one for one in rows if (one.table.schema, one.table.name) == (key.schema, key.table)]
    keys: dict[object, list[tuple[KeyValue, ...]]] = {}
    for one in found:
        value = _values(tables(one.table), one, key.references) if _is_whole(tables, one) else None
        if value is None:
            return _Parents(found, False, {})
        # A literal whose value is not known may be the same as another's.
        literal = any(isinstance(part, Value) for part in value)
        keys.setdefault(() if literal else bucket(value), []).append(value)
    return _Parents(found, True, keys)


def _is_whole(tables: Tables, bound: BoundRow) -> bool:
    """The row may lie in its table as it is: rows that lack what the table requires are what a query answered."""
    held = tables(bound.table)
    required = (column for column in bound.table.columns if is_required(column, bound.table, held.catalog))
    return all(held.entry(bound.row, column.name) is not None for column in required)


def _values(held: Held, bound: BoundRow, columns: tuple[str, ...]) -> tuple[KeyValue, ...] | None:
    found = []
    for name in columns:
        column = held.column(name)
        if column is None or held.entry(bound.row, name) is None:
            return None
        value = column_value(held, bound, column)
        if isinstance(value, Unknown):
            return None
        found.append(value)
    return tuple(found)


def _finding(
    rule: Rule, project: BoundProject, tables: Tables, key: ForeignKey, child: BoundRow, parents: list[BoundRow]
) -> Finding:
    held = tables(child.table)
    given = [entry for name in key.columns if (entry := held.entry(child.row, name)) is not None]
    own = [entry for entry in given if child.owns(entry)]
    said = " and ".join(f"{shown(entry.value)} for `{entry.key}`" for entry in given)
    parent = table_name(project.catalog, parents[0].table)
    return rule.finding(
        child.value_of(own[0]) if own else Place(child.path, child.row.span),
        f"this row of `{table_name(project.catalog, child.table)}` has {said},"
        f" and no row of `{parent}` in this data set has that as {quoted(key.references)}",
        help=f"The database refuses a row whose parent in `{parent}` is not there.",
        subject=subject(project.catalog, child.table, given[0].key if len(given) == 1 else None),
        labels=(
            Label(Place(parents[0].path, parents[0].row.span), f"`{parent}` has its rows here"),
            Label(key.place, f"{quoted(key.columns)} refers to `{parent}`"),
            *tied(project.catalog, child),
        ),
        remedy=_remedy(child, own, tables(parents[0].table).entry(parents[0].row, key.references[0]))
        if len(key.columns) == 1
        else None,
    )


def _remedy(child: BoundRow, own: list[Entry], parent: Entry | None) -> Remedy | None:
    """Refer to the first parent there is."""
    if not own or parent is None:
        return None
    place, value = Place(child.path, own[0].layout.value), parent.value
    change = _change(place, value, own[0].value)
    return None if change is None else Remedy(f"Refer to {shown(value)}", "unsafe", (change,))


def _change(place: Place, value: Value, instead_of: Value) -> ReplaceString | ReplaceValue | None:
    if value.kind == "str":
        return ReplaceString(place, value.text) if instead_of.kind == "str" else None
    return ReplaceValue(place, value.text) if value.kind == "int" else None
