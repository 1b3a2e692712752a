"""Rows that statements over a model take: ``insert(Order).values(…)``, ``bulk_insert_mappings(Order, rows)``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dblint.facts.draft import Draft
from dblint.facts.instances_model import InstanceKind
from dblint.facts.literals import dotted
from dblint.facts.model import MockRow
from dblint.syntax.python import Node

_VERBS: dict[str, InstanceKind] = {"insert": "created", "pg_insert": "created", "update": "changed"}
_MAPPINGS: dict[str, InstanceKind] = {"bulk_insert_mappings": "created", "bulk_update_mappings": "changed"}
_ASKS = frozenset(("query", "select"))


@dataclass(frozen=True, slots=True)
class Given:
    """A row a statement takes, the class it is over, and what becomes of the row."""

    row: MockRow
    maker: str
    kind: InstanceKind
    call: Node


def statements(draft: Draft) -> Iterator[Given]:
    """The rows that the statements of a file take."""
    for call in draft.calls_of(("values", "filter_by")):
        held = _held(call)
        begun = _begun(held) if held is not None else None
        maker = _first(begun) if begun is not None else None
        name = _name(begun) if begun is not None else ""
        filters = _name(call) == "filter_by"
        if filters and held is not None and "join(" in held.text:
            continue  # The filter is over what was joined last.
        kind: InstanceKind | None = ("asked" if name in _ASKS else None) if filters else _VERBS.get(name)
        if maker is not None and kind is not None:
            yield from (Given(row, maker, kind, call) for row in draft.records.keywords(call))
            given = _arguments(call)
            for one in given[:1] if not filters and given and given[0].kind != "keyword_argument" else ():
                yield from (Given(row, maker, kind, call) for row in draft.records.rows(one))
    for call in draft.calls_of(("execute", *_MAPPINGS)):
        yield from _handed(draft, call)


def _handed(draft: Draft, call: Node) -> Iterator[Given]:
    """``session.execute(insert(Order), rows)``, ``session.bulk_insert_mappings(Order, rows)``."""
    given = _arguments(call)
    if len(given) < 2 or given[1].kind == "keyword_argument":
        return
    kind = _MAPPINGS.get(_name(call))
    maker = dotted(given[0]) if kind is not None else None
    if kind is None:
        begun = _begun(given[0])
        kind, maker = (_VERBS.get(_name(begun)), _first(begun)) if begun is not None else (None, None)
    if kind is not None and maker is not None:
        yield from (Given(row, maker, kind, call) for row in draft.records.rows(given[1]))


def _begun(node: Node) -> Node | None:
    """The call that a chain begins with."""
    while node.kind == "call":
        if _name(node) in _ASKS or _name(node) in _VERBS:
            return node
        held = _held(node)
        if held is None:
            return None
        node = held
    return None


def _held(call: Node) -> Node | None:
    function = call.field("function")
    return function.field("object") if function is not None and function.kind == "attribute" else None


def _name(call: Node) -> str:
    function = call.field("function")
    if function is not None and function.kind == "attribute":
        function = function.field("attribute")
    return function.text if function is not None else ""


def _first(call: Node) -> str | None:
    given = _arguments(call)
    return dotted(given[0]) if len(given) == 1 else None


def _arguments(call: Node) -> list[Node]:
    arguments = call.field("arguments")
    return arguments.named if arguments is not None and arguments.kind == "argument_list" else []
