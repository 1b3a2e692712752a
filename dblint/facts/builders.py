"""Query builders that a test makes and never executes."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.facts.chains import TABLE_METHODS, VERBS
from dblint.facts.draft import Draft
from dblint.facts.literals import dotted
from dblint.facts.receivers import Client
from dblint.facts.rpc_model import BuilderUse, UnexecutedBuilder
from dblint.syntax.python import Node

_STARTS = frozenset(TABLE_METHODS) | {"rpc"}
_RESULTS = frozenset(("data", "count"))
_SILENT = frozenset(("execute", "storage", "assert_called", "return_value", "side_effect"))
_DEPTH = 40


def extract(draft: Draft) -> Iterator[UnexecutedBuilder]:
    """The builders of a file that are awaited, read or left as they are."""
    seen: set[int] = set()
    for call in draft.calls_of(_STARTS):
        top, steps = _outermost(call)
        root = _root(call)
        if root is None or top.start in seen or not _SILENT.isdisjoint(steps):
            continue
        if call is not top and "rpc" not in _own(call) and VERBS.isdisjoint(steps):
            continue
        use = _use(draft, top, steps)
        client = draft.receivers.of(root)
        if use is None or client is None or client.foreign or draft.deliberate.at(call):
            continue
        seen.add(top.start)
        yield _made(draft, top, client, use, steps)


def _own(call: Node) -> str:
    function = call.field("function")
    name = function.field("attribute") if function is not None and function.kind == "attribute" else None
    return "" if name is None else name.text


def _outermost(call: Node) -> tuple[Node, tuple[str, ...]]:
    """The whole chain a call begins, and the names of its links; a last attribute that reads a result left out."""
    at, names = call, [_own(call)]
    for _ in range(_DEPTH):
        above = at.parent
        name = above.field("attribute") if above is not None and above.kind == "attribute" else None
        if above is None or name is None or above.field("object") != at:
            break
        outer = above.parent
        if outer is not None and outer.kind == "call" and outer.field("function") == above:
            at = outer
        elif name.text in _RESULTS:
            break
        else:
            at = above
        names.append(name.text)
    return at, tuple(names)


def _root(call: Node) -> Node | None:
    """The client in front of the chain, ``schema("x")`` left aside."""
    function = call.field("function")
    held = function.field("object") if function is not None and function.kind == "attribute" else None
    if held is not None and held.kind == "call" and (dotted(held.field("function")) or "").endswith(".schema"):
        inner = held.field("function")
        held = inner.field("object") if inner is not None else None
    return held


def _use(draft: Draft, top: Node, steps: tuple[str, ...]) -> BuilderUse | None:
    """What is done with the builder, where that cannot work."""
    if top.kind != "call":
        return None
    above = top.parent
    if above is None:
        return None
    if above.kind == "await":
        return "awaited"
    if above.kind == "expression_statement":
        return "left"
    if above.kind == "attribute":
        return "read"
    if above.kind == "assignment" and above.field("right") == top:
        name = above.field("left")
        if name is not None and name.kind == "identifier" and _only_read(draft, name):
            return "read"
    return None


def _only_read(draft: Draft, name: Node) -> bool:
    """All that is done with the name in its function is to read a result from it."""
    function = draft.scopes.function_at(name.start)
    if function is None:
        return False
    uses = [one for one in function.node.find("identifier") if one.text == name.text and one.start != name.start]
    reads = [one.parent for one in uses]
    named = [one.field("attribute") for one in reads if one is not None and one.kind == "attribute"]
    return bool(uses) and len(named) == len(uses) and all(one is not None and one.text in _RESULTS for one in named)


def _made(draft: Draft, top: Node, client: Client, use: BuilderUse, steps: tuple[str, ...]) -> UnexecutedBuilder:
    end = top.end
    return UnexecutedBuilder(
        span=top.span,
        insert_at=draft.tree.span(end, end),
        client=client.name,
        maker=client.maker,
        use=use,
        steps=steps,
    )
