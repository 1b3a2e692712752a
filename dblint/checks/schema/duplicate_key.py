"""duplicate-key: two rows of one data set with the same primary or unique key."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject, BoundRow
from dblint.checks.constraints import shown
from dblint.checks.data_sets import Key, KeyValue, bucket, data_sets, key_value, keys, same
from dblint.checks.rows import distinct
from dblint.checks.wording import quoted, subject, table_name, tied
from dblint.facts.model import Entry
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place
from dblint.values.held import Held, Tables


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tables = Tables(project.catalog)
    return distinct(
        _finding(rule, project, tables(one.table), key, one, other)
        for rows in data_sets(project)
        for key, one, other in _duplicates(tables, rows)
    )


def _duplicates(tables: Tables, rows: list[BoundRow]) -> Iterator[tuple[Key, BoundRow, BoundRow]]:
    """Each row whose key an earlier one has, with that row."""
    by_table: dict[tuple[str, str], list[BoundRow]] = {}
    for bound in rows:
        if "upsert" not in (bound.use.operation or "").lower():
            by_table.setdefault((bound.table.schema, bound.table.name), []).append(bound)
    for group in by_table.values():
        held = tables(group[0].table)
        for key in keys(held.table) if len(group) > 1 else ():
            seen: dict[object, list[tuple[tuple[KeyValue, ...], BoundRow]]] = {}
            for bound in group:
                value = key_value(held, bound, key)
                if value is None:
                    continue
                alike = seen.setdefault(bucket(value), [])
                earlier = next((one for known, one in alike if all(map(same, known, value))), None)
                if earlier is None:
                    alike.append((value, bound))
                elif earlier.row.span != bound.row.span:
                    yield key, bound, earlier


def _finding(rule: Rule, project: BoundProject, held: Held, key: Key, one: BoundRow, other: BoundRow) -> Finding:
    entry, earlier = _entry(held, one, key), _entry(held, other, key)
    said = " and ".join(
        f"{shown(given.value)} for `{part}`" for part in key.parts if (given := held.entry(one.row, part)) is not None
    )
    table = table_name(project.catalog, one.table)
    return rule.finding(
        _place(one, entry),
        f"another row of `{table}` in this data set has the same key"
        + (f": {said}" if said else f" under {quoted(key.parts)}"),
        help=f"Rows that stand in `{table}` together differ in {quoted(key.parts)}, {key.what}.",
        subject=subject(project.catalog, one.table, key.parts[0] if len(key.parts) == 1 and entry else None),
        labels=(
            Label(_place(other, earlier), "the same key stands here"),
            Label(key.place, f"{key.what} of `{table}` is {quoted(key.parts)}"),
            *tied(project.catalog, one),
        ),
    )


def _entry(held: Held, bound: BoundRow, key: Key) -> Entry | None:
    given = (held.entry(bound.row, part) for part in key.parts)
    return next((one for one in given if one is not None and bound.owns(one)), None)


def _place(bound: BoundRow, entry: Entry | None) -> Place:
    return Place(bound.path, bound.row.span) if entry is None else bound.value_of(entry)
