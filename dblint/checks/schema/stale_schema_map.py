"""stale-schema-map: a Python map of tables, columns and types that the SQL has moved away from."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.catalog.model import Catalog, Column, Table
from dblint.checks.fate import column_fate
from dblint.checks.rows import column_named
from dblint.checks.tables import shows_column, table_meant
from dblint.checks.type_families import family_of_text, family_of_type, may_be_same
from dblint.checks.wording import column_name, subject, table_name
from dblint.facts.model import SchemaMap, SchemaMapEntry
from dblint.finding import Finding, Label, Remedy
from dblint.intent import DropEntry, RenameKey, ReplaceString
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        for schema_map in facts.schema_maps:
            for table, entries in _described(project.catalog, schema_map):
                for entry in entries:
                    column = column_named(table, entry.column, project.catalog.dialect)
                    if column is None and shows_column(project.catalog, table, entry.column):
                        yield _absent(rule, project.catalog, path, table, entry, entries)
                    elif column is not None and _is_of_another_family(project.catalog, column, entry):
                        yield _mistyped(rule, project.catalog, path, table, entry, column)


def _described(catalog: Catalog, schema_map: SchemaMap) -> Iterator[tuple[Table, tuple[SchemaMapEntry, ...]]]:
    """The tables the map surely describes: most of its names are tables, and most of a table's entries its columns."""
    found = [(table_meant(catalog, name.schema, name.name), entries) for name, entries in schema_map.tables]
    known = [(table, entries) for table, entries in found if table is not None]
    if 2 * len(known) < len(found):
        return
    for table, entries in known:
        fitting = sum(column_named(table, entry.column, catalog.dialect) is not None for entry in entries)
        if table.certain and 2 * fitting >= len(entries):
            yield table, entries


def _is_of_another_family(catalog: Catalog, column: Column, entry: SchemaMapEntry) -> bool:
    if column.type is None or not column.certain or catalog.dialect == "sqlite":
        return False  # SQLite's types are hints.
    said, stands = family_of_text(entry.type), family_of_type(column.type, catalog)
    return said is not None and stands is not None and not may_be_same(said, stands, catalog)


def _absent(
    rule: Rule, catalog: Catalog, path: str, table: Table, entry: SchemaMapEntry, others: tuple[SchemaMapEntry, ...]
) -> Finding:
    fate = column_fate(catalog, table, entry.column)
    remedy = None
    if fate.meant is not None and fate.meant not in {other.column for other in others}:
        intent = RenameKey(path, entry.layout, fate.meant)
        remedy = Remedy(f"Rename `{entry.column}` to `{fate.meant}`", "unsafe", (intent,))
    elif fate.evident:
        remedy = Remedy(f"Drop `{entry.column}`", "unsafe", (DropEntry(path, entry.layout),))
    return rule.finding(
        Place(path, entry.layout.key),
        f"this map gives `{table_name(catalog, table)}` a column `{entry.column}`, which it has not{fate.told}",
        subject=subject(catalog, table, entry.column),
        labels=fate.labels,
        remedy=remedy,
    )


def _mistyped(rule: Rule, catalog: Catalog, path: str, table: Table, entry: SchemaMapEntry, column: Column) -> Finding:
    place = Place(path, entry.layout.value)
    stands = column.type.text or column.type.name if column.type else ""
    return rule.finding(
        place,
        f"this map says `{entry.type}` for `{column_name(catalog, table, column)}`, which is `{stands}`",
        subject=subject(catalog, table, column.name),
        labels=(Label(column.place, f"`{column.name}` is `{stands}`"),),
        remedy=Remedy(f"Replace it by `{stands}`", "unsafe", (ReplaceString(place, stands),)),
    )
