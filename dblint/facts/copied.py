"""Rows that asyncpg copies into a table: ``copy_records_to_table("orders", records=[…], columns=[…])``."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.facts.draft import Draft, table_name
from dblint.facts.literals import string, value
from dblint.facts.model import Entry, MockRow, RowUse, TableCall
from dblint.facts.sql_runs import Run, looped
from dblint.facts.statements_model import OVERRIDING
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span
from dblint.syntax.python import Node

_COPYING = "copy_records_to_table"


def extract(draft: Draft) -> None:
    """Notes the tables and rows that records are copied to."""
    for call in draft.called.get(_COPYING, ()):
        given = _given(call)
        run = Run(draft)
        named = draft.literal(given.get("table_name"))
        schema = string(draft.literal(given.get("schema_name")))
        table = table_name(named, string(named), schema) if named is not None else None
        client = draft.receivers.of(call.field("function") or call)
        columns = _columns(run, given.get("columns"))
        if table is None:
            continue
        receiver = client.name if client is not None else ""
        deliberate = draft.deliberate.at(call)
        draft.calls.setdefault(TableCall(table, receiver, _COPYING, ("insert",), True, deliberate=deliberate))
        use = RowUse(0, "insert", "call", table, operation=OVERRIDING, receiver=receiver)
        for row in _rows(draft, given.get("records"), columns, deliberate):
            draft.use([row], use)


def _given(call: Node) -> dict[str, Node]:
    """The arguments by name; the first is the table."""
    arguments = call.field("arguments")
    found: dict[str, Node] = {}
    for one in arguments.named if arguments is not None else ():
        if one.kind == "keyword_argument":
            name, given = one.field("name"), one.field("value")
            if name is not None and given is not None:
                found[name.text] = given
        elif "table_name" not in found:
            found["table_name"] = one
    return found


def _columns(run: Run, node: Node | None) -> list[Node]:
    """The names of the columns; empty where they are not all known."""
    listed = run.behind(node) if node is not None else None
    if listed is None or listed.kind not in ("list", "tuple"):
        return []
    return listed.named if all(string(one) is not None for one in listed.named) else []


def _rows(draft: Draft, node: Node | None, columns: list[Node], deliberate: bool) -> Iterator[MockRow]:
    if node is None or not columns:
        return
    records = Run(draft).behind(node)
    if records.kind in ("list", "tuple"):
        found = [(Run(draft), one) for one in records.named]
    else:
        body = records.field("body")
        found = [(run, body) for run in looped(draft, records, Run(draft))] if body is not None else []
    for run, one in found:
        record = run.behind(one)
        if record.kind in ("tuple", "list") and len(record.named) == len(columns):
            entries = tuple(_entry(run, *pair) for pair in zip(columns, record.named, strict=True))
            span = run.place or record.span
            yield MockRow(span, entries, RowLayout("fixed", '"', span, "", ""), deliberate=deliberate)


def _entry(run: Run, column: Node, given: Node) -> Entry:
    key = column.span
    nothing = Span(key.line, key.column, key.line, key.column)
    place = run.behind(given).span if run.names else given.span
    return Entry(string(column) or "", value(given, run.resolve), EntryLayout(key, place, nothing))
