"""The envelopes in which changes of rows travel: Supabase's own two, and what others make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dblint.facts.literals import string
from dblint.syntax.python import Node

EVENTS = ("INSERT", "UPDATE", "DELETE")
LETTERS = {"c": "INSERT", "r": "INSERT", "u": "UPDATE", "d": "DELETE"}
"""What Debezium calls them, beside the ``source`` that names the table."""
AFTER = ("new", "record", "new_record", "new_row", "row", "data", "after")
BEFORE = ("old", "old_record", "old_row", "before")
_WORDS = ("eventType", "event_type", "type", "operation", "op", "action", "event")
_OWN = frozenset(
    (
        *("eventType", "type", "table", "schema", "new", "old", "record", "old_record", "errors", "columns"),
        *("commit_timestamp", "ids", "timestamp"),
    )
)
"""The keys of Supabase's envelopes; one with any other key is another producer's."""
_SCALARS = ("true", "false", "integer", "float", "string", "concatenated_string")


def word_key(given: Mapping[str, Node]) -> str | None:
    """The key under which an envelope says what happened."""
    return next((one for one in _WORDS if one in given), None)


def sides(given: Mapping[str, Node]) -> Iterator[str]:
    """The keys under which an envelope has rows."""
    return (key for key in (*AFTER, *BEFORE) if key in given)


def fits(given: Mapping[str, Node], word: str) -> bool:
    """The entries may be an envelope: none of its rows is a scalar, and one of another producer says what all say."""
    if any(given[key].kind in _SCALARS for key in sides(given)):
        return False
    return _OWN.issuperset(given) or word in EVENTS


def is_signed(node: Node, given: Mapping[str, Node], key: str, word: str) -> bool:
    """The envelope can be nobody else's."""
    if not _OWN.issuperset(given):
        return False
    if key == "eventType":
        return word.upper() in EVENTS or "schema" in given
    if "old_record" in given and ("schema" in given or "record" in given):
        return True
    marked = not {"errors", "columns", "commit_timestamp"}.isdisjoint(given)
    return "schema" in given and (marked or _is_delivered(node))


def _is_delivered(node: Node) -> bool:
    """``{"data": {…}, "ids": […]}``: what the Python client hands to a callback."""
    pair = node.parent
    around = pair.parent if pair is not None and pair.kind == "pair" else None
    keys = {string(one.field("key")) for one in around.named} if around is not None else set()
    return keys == {"data", "ids"}


def envelope(node: Node) -> Node | None:
    """The envelope that a function returns, by itself or as the ``data`` of a delivery."""
    if node.kind != "dictionary":
        return None
    inner = {string(one.field("key")): one.field("value") for one in node.named if one.kind == "pair"}
    data = inner.get("data")
    if data is not None and data.kind == "dictionary" and word_key({key: data for key in inner if key}) is None:
        return data
    return node
