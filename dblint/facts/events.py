"""Change events in tests: ``{"eventType": "INSERT", "table": "orders", "new": {…}, "old": {}}`` and its kin."""

from __future__ import annotations

from dblint.facts.draft import Draft, table_name
from dblint.facts.events_model import ChangeEvent, EventSide, SideState
from dblint.facts.literals import string
from dblint.facts.model import RowUse
from dblint.syntax.python import Node

_AFTER, _BEFORE = ("new", "record"), ("old", "old_record")
_OWN = frozenset(
    (
        *("eventType", "type", "table", "schema", "new", "old", "record", "old_record", "errors", "columns"),
        *("commit_timestamp", "ids", "timestamp"),
    )
)
"""The keys of these envelopes; one with any other key is another producer's."""


def extract(draft: Draft) -> tuple[ChangeEvent, ...]:
    """The change events of a file; the rows inside are noted as the table's."""
    text = draft.source.text
    if "table" not in text or not any(key in text for key in ("eventType", "record", "old")):
        return ()
    found = (_event(draft, dictionary) for dictionary in draft.nodes["dictionary"])
    return tuple(event for event in found if event is not None)


def _event(draft: Draft, dictionary: Node) -> ChangeEvent | None:
    given = _entries(dictionary)
    word_key = "eventType" if "eventType" in given else "type"
    word, named = draft.literal(given.get(word_key)), draft.literal(given.get("table"))
    said, table = string(word), string(named)
    if word is None or named is None or said is None or table is None or not _OWN.issuperset(given):
        return None
    name = table_name(named, table)
    after, before = _side(draft, given, _AFTER), _side(draft, given, _BEFORE)
    if name is None or (after is None and before is None) or not said.isalpha():
        return None
    schema = string(draft.literal(given.get("schema")))
    signed = word_key == "eventType" or ("old_record" in given and ("schema" in given or "record" in given))
    if not signed and said.upper() not in ("INSERT", "UPDATE", "DELETE"):
        return None
    for key in (*_AFTER, *_BEFORE):
        draft.take(given.get(key), RowUse(0, "event", "keyed" if signed else "dispatch", name, name=key))
    return ChangeEvent(
        span=dictionary.span,
        event=said,
        event_span=word.span,
        table=name.name,
        table_span=named.span,
        schema=name.schema or schema,
        new=after,
        old=before,
        signed=signed,
        open=any(child.kind == "dictionary_splat" for child in dictionary.named),
        deliberate=draft.deliberate.at(dictionary),
    )


def _entries(dictionary: Node) -> dict[str, Node]:
    found = {}
    for pair in dictionary.named:
        key, value = string(pair.field("key")), pair.field("value")
        if pair.kind == "pair" and key is not None and value is not None:
            found[key] = value
    return found


def _side(draft: Draft, given: dict[str, Node], keys: tuple[str, str]) -> EventSide | None:
    key = next((one for one in keys if one in given), None)
    if key is None:
        return None
    value = given[key]
    known = draft.records.resolve(value) if value.kind in ("identifier", "attribute") else value
    return EventSide(key, "unknown" if known is None else _state(known), value.span)


def _state(value: Node) -> SideState:
    if value.kind == "none" or (value.kind == "dictionary" and not value.named):
        return "empty"
    spread = value.kind == "dictionary" and any(child.kind != "pair" for child in value.named)
    return "row" if value.kind == "dictionary" and not spread else "unknown"
