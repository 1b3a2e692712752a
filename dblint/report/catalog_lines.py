"""What there is to say of a catalog, as nested lines of styled pieces; how they are drawn is not decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dblint.catalog.model import Catalog, Column, ColumnEvent, Function, SchemaFile, Table
from dblint.source import Place

Style = Literal["", "heading", "name", "type", "mark", "key", "place", "gone"]
_WIDEST = 40
_SHOWN_FILES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces of text with their styles, and the lines below it."""

    pieces: tuple[tuple[str, Style], ...]
    below: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(text for text, _ in self.pieces).rstrip()


def line(*pieces: tuple[str, Style], below: Iterable[Line] = ()) -> Line:
    """A line without its empty pieces."""
    return Line(tuple((text, style) for text, style in pieces if text), tuple(below))


def overview(catalog: Catalog) -> list[Line]:
    """Schemas with their tables, types and functions; then the files."""
    names = [one.schema for one in catalog.tables]
    names += [one.schema for one in catalog.domains] + [one.schema for one in catalog.composites]
    names += [one.schema for one in catalog.functions]
    names += [one.schema for one in catalog.enums if not _is_inline(catalog, one.schema)]
    lines = [_schema(catalog, name) for name in dict.fromkeys(names)]
    files = _files(catalog.files)
    return [*lines, files] if files is not None else lines


def _is_inline(catalog: Catalog, schema: str) -> bool:
    """MySQL's enums belong to their columns, which show them."""
    return catalog.dialect == "mysql" and schema == ""


def _schema(catalog: Catalog, schema: str) -> Line:
    below = [_table(one) for one in catalog.tables if one.schema == schema]
    below += [
        line(("enum", "mark"), (one.name, "name"), (", ".join(one.values), "type"), (_at(one.place), "place"))
        for one in catalog.enums
        if one.schema == schema and not _is_inline(catalog, one.schema)
    ]
    below += [
        line(
            ("domain", "mark"),
            (one.name, "name"),
            (one.type.text, "type"),
            ("" if one.nullable else "not null", "mark"),
            (" ".join(f"check ({check.expression})" for check in one.checks), "mark"),
            (_at(one.place), "place"),
        )
        for one in catalog.domains
        if one.schema == schema
    ]
    below += [
        line(
            ("type", "mark"),
            (one.name, "name"),
            ("(" + ", ".join(f"{each.name} {_type(each)}" for each in one.columns) + ")", "type"),
            (_at(one.place), "place"),
        )
        for one in catalog.composites
        if one.schema == schema
    ]
    below += [_function(one) for one in catalog.functions if one.schema == schema]
    return line(("schema", "mark"), (schema or "(default)", "heading"), below=below)


def _table(table: Table) -> Line:
    widths = _widths(table.columns)
    return line(
        (table.kind, "mark"),
        (table.name, "heading"),
        (_doubt(table.complete, table.certain), "mark"),
        (_at(table.place), "place"),
        below=[*(_column(table, one, widths) for one in table.columns), *_constraints(table)],
    )


def _widths(columns: Sequence[Column]) -> tuple[int, int]:
    names = max((len(one.name) for one in columns), default=0)
    types = max((len(_type(one)) for one in columns), default=0)
    return min(names, _WIDEST), min(types, _WIDEST)


def _column(table: Table, column: Column, widths: tuple[int, int], below: Iterable[Line] = ()) -> Line:
    return line(
        (column.name.ljust(widths[0]), "name"),
        (_type(column).ljust(widths[1]), "type"),
        (_marks(table, column), "mark"),
        below=below,
    )


def _type(column: Column) -> str:
    return column.type.text if column.type is not None else "?"


def _marks(table: Table, column: Column) -> str:
    """What holds for the column besides its type, in SQL's words."""
    keyed = table.primary_key == (column.name,)
    unique = (column.name,) in table.unique
    generated = f"generated as ({column.generated}) {'stored' if column.stored else 'virtual'}"
    return ", ".join(
        mark
        for mark in (
            "primary key" if keyed else "" if column.nullable or table.kind.endswith("view") else "not null",
            "unique" if unique else "",
            f"default {column.default}" if column.default is not None else "",
            generated if column.generated is not None else "",
            f"generated {column.identity} as identity" if column.identity is not None else "",
            "auto increment" if column.auto_increment else "",
            "filled by a trigger" if column.filled else "",
            "may exist" if not column.certain else "",
        )
        if mark
    )


def _constraints(table: Table) -> list[Line]:
    """The constraints that no column's own line shows."""
    found: list[tuple[str, str]] = []
    if table.primary_key is not None and len(table.primary_key) > 1:
        found.append(("primary key", f"({', '.join(table.primary_key)})"))
    found += [("unique", f"({', '.join(one)})") for one in table.unique if len(one) > 1]
    for index in table.unique_indexes:
        where = f" where {index.predicate}" if index.predicate is not None else ""
        found.append(("unique index", f"({', '.join(index.keys)}){where}"))
    for check in table.checks:
        found.append(("check", f"({check.expression})" + ("" if check.enforced else " not enforced")))
    for key in table.foreign_keys:
        parent = key.table if key.schema == table.schema else f"{key.schema}.{key.table}"
        found.append(("foreign key", f"({', '.join(key.columns)}) -> {parent} ({', '.join(key.references)})"))
    return [line((word, "key"), (text, "")) for word, text in found]


def _function(function: Function) -> Line:
    given = [one for one in function.arguments if one.mode != "table"]
    columns = [f"{one.name} {one.type.text}" for one in function.arguments if one.mode == "table"]
    arguments = ", ".join(
        " ".join(
            word
            for word in (
                "" if one.mode == "in" else one.mode,
                one.name or "",
                one.type.text,
                "default" if one.has_default else "",
            )
            if word
        )
        for one in given
    )
    returns = f"table ({', '.join(columns)})" if columns else function.returns.text if function.returns else ""
    result = ("setof " if function.returns_set and not columns else "") + returns
    return line(
        (function.kind, "mark"),
        (f"{function.name}({arguments})", "name"),
        (f"-> {result}" if result else "", "type"),
        (_doubt(True, function.certain), "mark"),
        (_at(function.place), "place"),
    )


def _doubt(complete: bool, certain: bool) -> str:
    return ", ".join(text for text in ("" if complete else "known in part", "" if certain else "may exist") if text)


def _at(place: Place) -> str:
    return f"{place.path}:{place.line}"


# The files


def _files(files: Sequence[SchemaFile]) -> Line | None:
    """The files taken, folder by folder, and those left, with the reason."""
    if not files:
        return None
    groups: dict[tuple[bool, str, str], list[SchemaFile]] = {}
    for one in files:
        groups.setdefault((one.taken, one.path.rpartition("/")[0], one.reason), []).append(one)
    below: list[Line] = []
    for (taken, folder, reason), group in groups.items():
        shown = [one.path for one in group]
        if len(group) > _SHOWN_FILES:
            shown = [f"{folder + '/' if folder else ''}: {len(group)} files"]
        word = "read" if taken else "left"
        below += [line((word, "key" if taken else "gone"), (path, "place"), (f"({reason})", "")) for path in shown]
    return line(("files", "heading"), below=below)


# One table


def detail(table: Table) -> Line:
    """A table alone: each column with its history, then those that are gone."""
    lives = _histories(table)
    widths = _widths(table.columns)
    columns = [_column(table, one, widths, lives.pop(one.name, ()) or _born(one)) for one in table.columns]
    gone = [line((name, "gone"), ("is gone", "mark"), below=events) for (name, _), events in _gone(table).items()]
    return line(
        (table.kind, "mark"),
        (f"{table.schema}.{table.name}" if table.schema else table.name, "heading"),
        (_doubt(table.complete, table.certain), "mark"),
        (_at(table.place), "place"),
        below=[*columns, *_constraints(table), *gone],
    )


def _born(column: Column) -> list[Line]:
    return [line(("created", "mark"), (_at(column.place), "place"))]


def _histories(table: Table) -> dict[str, list[Line]]:
    """Today's column names → what happened to them, under whatever name."""
    standing: dict[str, list[Line]] = {}
    for event in table.history:
        if event.kind in ("created", "added"):
            standing[event.column] = [_event(event)]
        elif event.kind == "dropped":
            standing.pop(event.column, None)
        else:
            events = [*standing.pop(event.column, []), _event(event)]
            standing[event.now if event.kind == "renamed" and event.now is not None else event.column] = events
    return standing


def _gone(table: Table) -> dict[tuple[str, int], list[Line]]:
    """(name, when dropped) → what happened to a column that stands no more."""
    standing: dict[str, list[Line]] = {}
    gone: dict[tuple[str, int], list[Line]] = {}
    for event in table.history:
        if event.kind in ("created", "added"):
            standing[event.column] = [_event(event)]
        elif event.kind == "dropped":
            gone[(event.column, event.order)] = [*standing.pop(event.column, []), _event(event)]
        elif event.kind == "renamed" and event.now is not None:
            standing[event.now] = [*standing.pop(event.column, []), _event(event)]
        else:
            standing.setdefault(event.column, []).append(_event(event))
    return gone


def _event(event: ColumnEvent) -> Line:
    words: dict[str, str] = {
        "renamed": f"renamed from {event.column} to {event.now}",
        "retyped": f"retyped to {event.now}" if event.now else "retyped",
    }
    return line((words.get(event.kind, event.kind), "mark"), (_at(event.place), "place"))
