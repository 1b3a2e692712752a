"""What channels listen to: ``channel.on_postgres_changes("INSERT", table="orders", filter="status=eq.paid")``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dblint.facts.draft import Draft, table_name
from dblint.facts.events_model import ChangeEvent
from dblint.facts.literals import string
from dblint.facts.model import Entry, MockRow, RowUse, TableName, Value
from dblint.layout import EntryLayout, RowLayout
from dblint.syntax.python import Node

_METHODS = ("on_postgres_changes", "on")
_ASSERTS = ("assert_called_once_with", "assert_called_with", "assert_any_call")
_ORDER = ("event", "callback", "table", "schema", "filter")
_FILTER = re.compile(r"(?P<column>[A-Za-z_]\w*)=(?P<comparison>eq|neq|gte?|lte?)\.(?P<operand>.*)\Z")


def listeners(draft: Draft) -> Iterator[ChangeEvent]:
    """The changes that a file's channels are told to listen to; the columns of filters are noted as the table's."""
    if "postgres_changes" not in draft.source.text:
        return
    for call in draft.calls_of((*_METHODS, *_ASSERTS)):
        given = _given(call)
        event = _listener(draft, call, given) if given else None
        if event is not None:
            yield event


def _given(call: Node) -> Mapping[str, Node]:
    """What the channel is told, by the names of its parameters."""
    function, arguments = call.field("function"), call.field("arguments")
    if function is None or function.kind != "attribute" or arguments is None or arguments.kind != "argument_list":
        return {}
    plain = [one for one in arguments.named if one.kind != "keyword_argument"]
    named = {
        key.text: value
        for one in arguments.named
        if (key := one.field("name")) is not None and (value := one.field("value")) is not None
    }
    method = function.field("attribute")
    held = function.text.split(".")
    if method is not None and method.text == "on":
        if not plain or string(plain[0]) != "postgres_changes":
            return {}
        return named | (_options(plain[1]) if len(plain) > 1 else {})
    if method is not None and method.text in _ASSERTS and held[-2:-1] != ["on_postgres_changes"]:
        return {}
    return dict(zip(_ORDER, plain, strict=False)) | named


def _options(node: Node) -> dict[str, Node]:
    found = {}
    for pair in node.named if node.kind == "dictionary" else ():
        key, value = string(pair.field("key")), pair.field("value")
        if key is not None and value is not None:
            found[key] = value
    return found


def _listener(draft: Draft, call: Node, given: Mapping[str, Node]) -> ChangeEvent | None:
    word, named = draft.literal(given.get("event")), draft.literal(given.get("table"))
    said, table = string(word), string(named)
    if word is None or named is None or said is None or table is None or table == "*":
        return None
    name = table_name(named, table, string(draft.literal(given.get("schema"))))
    if name is None:
        return None
    _filtered(draft, given.get("filter"), name)
    return ChangeEvent(
        span=call.span,
        event=said,
        event_span=word.span,
        table=name.name,
        table_span=named.span,
        schema=name.schema,
        signed=True,
        listens=True,
        deliberate=draft.deliberate.at(call),
    )


def _filtered(draft: Draft, node: Node | None, table: TableName) -> None:
    """The column of ``filter="status=eq.paid"`` and what it is compared with."""
    literal = draft.literal(node)
    text = string(literal)
    found = _FILTER.match(text) if text is not None else None
    opening = [child for child in literal.children if child.kind == "string_start"] if literal is not None else []
    if literal is None or found is None or len(opening) != 1:
        return
    at, tree = opening[0].end, literal.tree
    column, operand = (tree.span(at + found.start(one), at + found.end(one)) for one in ("column", "operand"))
    entry = Entry(found["column"], Value("str", found["operand"]), EntryLayout(column, operand, column))
    row = MockRow(literal.span, (entry,), RowLayout("fixed", '"', literal.span, "", ""), open=True)
    draft.use([row], RowUse(0, "filter", "call", table, operation=found["comparison"]))
