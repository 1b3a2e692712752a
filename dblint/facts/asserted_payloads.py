"""What a test says the code under test handed to a table's verb: ``….insert.call_args[0][0] == {…}`` and its parts."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.facts.bare import fixed_row
from dblint.facts.chains import Chains
from dblint.facts.draft import Draft
from dblint.facts.literals import string
from dblint.facts.model import Role, RowUse
from dblint.syntax.python import Node

_WRITES: dict[str, Role] = {"insert": "insert", "upsert": "insert", "update": "update"}
_CALLS = ("call_args", "await_args")
_LISTS = ("call_args_list", "await_args_list")
_DEPTH = 8


def extract(draft: Draft) -> None:
    """Notes the payloads that assertions name, whole or by one column."""
    if not any(name in draft.source.text for name in (*_CALLS, *_LISTS)):
        return
    chains = Chains(draft)
    for assertion in draft.tree.root.find("assert_statement"):
        for comparison in assertion.find("comparison_operator"):
            _compared(draft, chains, comparison)


def _compared(draft: Draft, chains: Chains, comparison: Node) -> None:
    """``payload == {…}``, ``payload["status"] == "paid"``, ``"status" in payload``."""
    sides = comparison.named
    words = [child.text for child in comparison.children if child not in sides]
    if len(sides) != 2:
        return
    left, right = sides
    if words == ["=="]:
        for subject, said in ((left, right), (right, left)):
            _equal(draft, chains, subject, said)
    elif words == ["in"] and string(left) is not None:
        use = _use(draft, chains, right)
        if use is not None:
            draft.use([fixed_row(left.span, string(left) or "", left, None)], use)


def _equal(draft: Draft, chains: Chains, subject: Node, said: Node) -> None:
    key = subject.field("subscript") if subject.kind == "subscript" else None
    column = string(key)
    if key is None or column is None:
        use = _use(draft, chains, subject)
        if use is not None:
            draft.take(said, use)
        return
    use = _use(draft, chains, subject.field("value"))
    if use is not None:
        draft.use([fixed_row(subject.tree.span(key.start, key.end), column, key, said)], use)


def _use(draft: Draft, chains: Chains, node: Node | None) -> RowUse | None:
    """The use of a row that is the payload of a verb on a table that the chain names."""
    verb = _verb(draft, node)
    name = verb.field("attribute") if verb is not None else None
    chain = chains.table(verb) if verb is not None else None
    if name is None or chain is None:
        return None
    return RowUse(0, _WRITES[name.text], "client", chain.table, operation=name.text, receiver=chain.client.name)


def _verb(draft: Draft, node: Node | None) -> Node | None:
    """``X.insert`` of ``X.insert.call_args[0][0]``: the way from it leads to the first positional argument."""
    way: list[str] = []
    for step, at in _inwards(draft, node):
        if step in _WRITES:
            return at if _is_payload(way[::-1]) else None
        way.append(step)
    return None


def _inwards(draft: Draft, node: Node | None) -> Iterator[tuple[str, Node]]:
    """The indexes and attributes of an expression from its end, names followed to what they are bound to."""
    for _ in range(_DEPTH * _DEPTH):
        if node is None:
            return
        if node.kind == "subscript":
            key = node.field("subscript")
            yield key.text if key is not None and key.kind == "integer" else "?", node
            node = node.field("value")
        elif node.kind == "attribute":
            name = node.field("attribute")
            yield "" if name is None else name.text, node
            node = node.field("object")
        elif node.kind == "identifier":
            place, node = _bound(draft, node)
            if place is not None and node is not None:
                yield place, node
        else:
            return


def _bound(draft: Draft, name: Node) -> tuple[str | None, Node | None]:
    """What a name is bound to, and its place where that is unpacked: ``args, kwargs = x.insert.call_args``."""
    binding = draft.scopes.reach(name)
    if binding is None or draft.scopes.changes(binding, name.start):
        return None, None
    if binding.kind == "value":
        return None, binding.value
    left = binding.node.field("left") if binding.node.kind == "assignment" else None
    targets = left.named if left is not None and left.kind in ("pattern_list", "tuple_pattern") else []
    place = next((index for index, one in enumerate(targets) if one.text == name.text), None)
    return (None, None) if place is None else (str(place), binding.node.field("right"))


def _is_payload(way: list[str]) -> bool:
    """``call_args[0][0]``, ``call_args.args[0]``, the same behind ``call_args_list[0]``; one of a list of rows too."""
    if way[:1] == [_LISTS[0]] or way[:1] == [_LISTS[1]]:
        way = ["call_args", *way[2:]]
    if way[:1] not in ([_CALLS[0]], [_CALLS[1]]):
        return False
    rest = way[1:]
    if rest[:2] not in (["0", "0"], ["args", "0"]):
        return False
    return all(one.isdigit() for one in rest[2:]) and len(rest) <= 3
