"""``dblint context``: what was discovered, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dblint.binding.loose import by_hint
from dblint.context import Context, Named
from dblint.source import Place

_AT_MOST = 8
_GAPS = 20
_LINES = 6
Where = Callable[[str], str]
"""A path of the project as the reader sees it."""


def as_json(context: Context, where: Where) -> str:
    """The whole context as one document."""
    document = {
        "version": 1,
        "dialect": context.dialect,
        "schema": {
            "files": list(map(where, context.files.schema)),
            "tables": context.tables,
            "functions": context.functions,
        },
        "tests": list(map(where, context.files.tests)),
        "data_files": list(map(where, context.files.data)),
        "clients": [_named(one, where) for one in context.clients],
        "fixtures": [_named(one, where) for one in context.fixtures],
        "doubles": [_named(one, where) for one in context.doubles],
        "rows": [
            {
                **_at(row.place, where),
                "table": row.table,
                "role": row.role,
                "evidence": row.evidence,
                "name": row.name or None,
            }
            for row in context.rows
        ],
        "evidence": dict(context.evidence),
        "functions": [
            {
                "name": one.name,
                "known": one.known,
                "calls": [_at(place, where) for place in one.calls],
                "doubles": [_at(place, where) for place in one.doubles],
            }
            for one in context.rpc
        ],
        "not_understood": [{**_at(one.place, where), "why": one.why, "hint": one.hint} for one in context.loose],
        "not_of_a_table": context.others,
        "unread": [_named(one, where) for one in context.unread],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _at(place: Place, where: Where) -> dict[str, Any]:
    return {"path": where(place.path), "line": place.span.line, "column": place.span.column}


def _named(one: Named, where: Where) -> dict[str, Any]:
    return {"name": one.name, **_at(one.place, where), "detail": one.detail or None}


def as_text(context: Context, where: Where) -> str:
    """The context for a reader; long lists are cut and say so."""
    return "\n".join(_lines(context, where)) + "\n"


def _lines(context: Context, where: Where) -> Iterator[str]:
    files = context.files
    counts = f"{context.tables} tables and {context.functions} functions"
    yield f"Schema: {context.dialect}, {counts} from {len(files.schema)} files"
    yield from _list(map(where, files.schema))
    yield f"Tests: {len(files.tests)} files, {len(files.data)} data files with rows"
    yield from _list(map(where, files.data))
    for title, found in (("Clients", context.clients), ("Fixtures", context.fixtures), ("Doubles", context.doubles)):
        yield f"{title}: {len(found)}"
        yield from _list(
            f"{one.name}  {_short(one.place, where)}{f'  {one.detail}' if one.detail else ''}" for one in found
        )
    evidence = ", ".join(f"{kind} {count}" for kind, count in context.evidence.items())
    yield f"Mock rows bound: {len(context.rows)}{f' ({evidence})' if evidence else ''}"
    yield from _list(_by_table(context))
    yield f"Stored functions in tests: {len(context.rpc)}"
    yield from _list(
        f"{one.name}{'' if one.known else ' (not in the schema)'}  {len(one.calls)} calls, {len(one.doubles)} doubles"
        for one in context.rpc
    )
    yield from _loose(context, where)
    if context.unread:
        yield f"Not read: {len(context.unread)}"
        yield from _list(f"{_short(one.place, where)}  {one.detail}" for one in context.unread)


def _loose(context: Context, where: Where) -> Iterator[str]:
    """What nothing ties to a table, those first of which the table is likely known, rows alike on one line."""
    aside = f" ({context.others} more answers of doubles look like no table's)" if context.others else ""
    yield f"Not understood: {len(context.loose)} rows{aside}"
    alike = sorted(by_hint(context.loose).items(), key=lambda one: "columns of" not in one[0][1])
    told = (f"{where(path)}:{_lines_of(lines)}  {why}; {hint}" for (path, why, hint), lines in alike)
    yield from _list(told, _GAPS)


def _lines_of(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:_LINES]))
    return shown if len(lines) <= _LINES else f"{shown} and {len(lines) - _LINES} more"


def _by_table(context: Context) -> Iterator[str]:
    tables: dict[str, list[str]] = {}
    for row in context.rows:
        tables.setdefault(row.table, []).append(row.name)
    for table in sorted(tables):
        names = sorted({name for name in tables[table] if name})
        said = f"  ({', '.join(names)})" if names else ""
        yield f"{table}  {len(tables[table])}{said}"


def _short(place: Place, where: Where) -> str:
    return f"{where(place.path)}:{place.span.line}"


def _list(lines: Iterable[str], most: int = _AT_MOST) -> Iterator[str]:
    found = list(lines)
    yield from (f"  {line}" for line in found[:most])
    if len(found) > most:
        yield f"  … and {len(found) - most} more; --output-format json has them all"
