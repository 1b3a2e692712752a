"""Rows that an in-memory fake holds in an attribute for each table: ``fake_db.orders.append(row)`` and its kin."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.facts.draft import Draft, table_at
from dblint.facts.literals import dotted
from dblint.facts.model import RowUse
from dblint.facts.words import STORES, says
from dblint.syntax.python import Node

_DATABASES = STORES | {"supabase", "supa", "postgrest"}


def extract(draft: Draft) -> None:
    """Notes them as rows of a table of the attribute's name; they must look like the table's."""
    for attribute, given in (*_appended(draft), *_assigned(draft)):
        held, name = attribute.field("object"), attribute.field("attribute")
        if held is None or name is None or not _is_fake(draft, held):
            continue
        table = table_at(name.span, name.text)
        if table is not None:
            draft.take(given, RowUse(0, "stored", "dispatch", table, name=name.text, fake=True))


def _appended(draft: Draft) -> Iterator[tuple[Node, Node]]:
    for call in draft.calls_of(("append", "extend")):
        function, arguments = call.field("function"), call.field("arguments")
        held = function.field("object") if function is not None else None
        given = arguments.named if arguments is not None else []
        if held is not None and held.kind == "attribute" and len(given) == 1:
            yield held, given[0]


def _assigned(draft: Draft) -> Iterator[tuple[Node, Node]]:
    for kind in ("assignment", "augmented_assignment"):
        for assignment in draft.nodes[kind]:
            left, right = assignment.field("left"), assignment.field("right")
            if left is not None and left.kind == "attribute" and right is not None and right.kind == "list":
                yield left, right


def _is_fake(draft: Draft, held: Node) -> bool:
    """A name that says database or store, or what a fake of one makes."""
    name = dotted(held)
    if name is None or name in ("self", "cls"):
        return False
    client = draft.receivers.of(held)
    made = client.maker if client is not None and client.fake else None
    return says(name.rpartition(".")[2], _DATABASES) or (made is not None and says(made, _DATABASES | {"client"}))
