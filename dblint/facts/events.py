"""Change events in tests: ``{"eventType": "INSERT", "table": "orders", "new": {…}, "old": {}}`` and its kin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dblint.facts.draft import Draft, table_name
from dblint.facts.event_envelopes import AFTER, BEFORE, EVENTS, LETTERS, envelope, fits, is_signed, sides, word_key
from dblint.facts.event_listeners import listeners
from dblint.facts.events_model import ChangeEvent, EventSide, SideState
from dblint.facts.literals import string
from dblint.facts.model import RowUse
from dblint.syntax.python import Node


def extract(draft: Draft) -> tuple[ChangeEvent, ...]:
    """The change events of a file; the rows inside are noted as the table's."""
    text = draft.source.text
    if "table" not in text and not any(word in text for word in EVENTS):
        return ()
    found = [*_literals(draft), *_made(draft), *listeners(draft)]
    if any(word in text for word in EVENTS):
        _told(draft)
    return tuple(dict.fromkeys(found))


def _literals(draft: Draft) -> Iterator[ChangeEvent]:
    for dictionary in draft.nodes["dictionary"]:
        event = _event(draft, dictionary, _entries(dictionary), dictionary)
        if event is not None:
            yield event
    for call in draft.calls_of(("dict",)):
        event = _event(draft, call, keywords(call), call)
        if event is not None:
            yield event


def _made(draft: Draft) -> Iterator[ChangeEvent]:
    """The events that a function of the file makes of what its calls hand over."""
    for function in draft.nodes["function_definition"]:
        name = function.field("name")
        calls = draft.called.get(name.text, []) if name is not None else []
        given = draft.records.returned(function) if calls else []
        dictionary = envelope(given[0]) if len(given) == 1 else None
        if dictionary is None or not _takes_part(draft, function, dictionary):
            continue
        for call in calls:
            if draft.records.runs(call, function):
                with draft.records.as_called(function, call):
                    event = _event(draft, dictionary, _entries(dictionary), call)
                if event is not None:
                    yield event


def _takes_part(draft: Draft, function: Node, dictionary: Node) -> bool:
    """Something of the event comes from a parameter or a local name of the function."""
    entries = _entries(dictionary)
    if word_key(entries) is None:
        return False
    bound = (draft.scopes.reach(one) for value in entries.values() for one in value.find("identifier"))
    return any(binding is not None and binding.scope.node == function for binding in bound)


def _event(draft: Draft, node: Node, given: Mapping[str, Node], at: Node) -> ChangeEvent | None:
    """The event that an envelope's entries make; ``at`` is where it stands for the test."""
    key = word_key(given)
    word = draft.literal(given[key]) if key is not None else None
    source = given.get("source") if key == "op" else None
    where = _entries(source) if source is not None and source.kind == "dictionary" else given
    named = draft.literal(where.get("table") or where.get("table_name"))
    said, table = string(word), string(named)
    if where is not given:
        said = LETTERS.get(said or "")
    if key is None or word is None or named is None or said is None or table is None or not said.isalpha():
        return None
    name = table_name(named, table)
    if name is None or not fits(given, said):
        return None
    signed = is_signed(node, given, key, said)
    if not signed and said not in EVENTS:
        return None
    after, before = _side(draft, given, AFTER), _side(draft, given, BEFORE)
    if after is None and before is None:
        return None
    for side in sides(given):
        draft.take(given[side], RowUse(0, "event", "keyed" if signed else "dispatch", name, name=side))
    if key not in ("eventType", "type"):
        return None
    return ChangeEvent(
        span=at.span,
        event=said,
        event_span=word.span,
        table=name.name,
        table_span=named.span,
        schema=name.schema or string(draft.literal(given.get("schema"))),
        new=after,
        old=before,
        signed=signed,
        open=any(child.kind == "dictionary_splat" for child in node.named),
        deliberate=draft.deliberate.at(at),
    )


def _told(draft: Draft) -> None:
    """``channel.emit("orders", "INSERT", {…})``, ``Change(type="INSERT", table="orders", record={…})``."""
    for calls in draft.called.values():
        for call in calls:
            arguments = call.field("arguments")
            given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
            if len(given) > 2:
                _emitted(draft, given, keywords(call))


def _emitted(draft: Draft, given: list[Node], named: Mapping[str, Node]) -> None:
    plain = [one for one in given if one.kind != "keyword_argument"]
    texts = [one for one in (*plain, *named.values()) if string(one) is not None]
    words = [one for one in texts if string(one) in EVENTS]
    tables = [one for one in texts if one not in words and one is not named.get("schema")]
    held = [
        one for one in (*plain, *(value for key, value in named.items() if key in (*AFTER, *BEFORE))) if _is_row(one)
    ]
    if len(words) != 1 or not held:
        return
    told = [one for key, one in named.items() if key in ("table", "table_name")] or tables
    name = table_name(told[0], string(told[0])) if len(told) == 1 else None
    for row in held if name is not None else ():
        draft.take(row, RowUse(0, "event", "dispatch", name, name="event"))


def _is_row(node: Node) -> bool:
    return node.kind == "dictionary" and bool(node.named)


def keywords(call: Node) -> dict[str, Node]:
    """The keyword arguments of a call."""
    arguments = call.field("arguments")
    found = {}
    for argument in arguments.named if arguments is not None else ():
        key, value = argument.field("name"), argument.field("value")
        if argument.kind == "keyword_argument" and key is not None and value is not None:
            found[key.text] = value
    return found


def _entries(dictionary: Node) -> dict[str, Node]:
    found = {}
    for pair in dictionary.named:
        key, value = string(pair.field("key")), pair.field("value")
        if pair.kind == "pair" and key is not None and value is not None:
            found[key] = value
    return found


def _side(draft: Draft, given: Mapping[str, Node], keys: tuple[str, ...]) -> EventSide | None:
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
