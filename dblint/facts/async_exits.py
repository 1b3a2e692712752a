"""Mocks put in the place of ``__exit__`` and ``__aexit__``: a truthy result swallows what the block raises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.facts.async_model import ExitMock
from dblint.facts.async_paths import Paths
from dblint.facts.literals import string
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_METHODS = ("__aexit__", "__exit__")
_SPECIAL = frozenset(("side_effect", "wraps", "spec", "spec_set", "autospec"))


def exits(draft: Draft, paths: Paths) -> Iterator[ExitMock]:
    """The mocks that swallow exceptions."""
    for method, node, target in _given(draft):
        is_result = target.endswith(".return_value")
        kind = paths.mock(node) if node.kind == "call" else None
        if is_result and len(paths.of(node)) == 1 and paths.of(node)[0].startswith("#"):
            kind = "Mock"
        # A mock that is no AsyncMock cannot be awaited, so it swallows nothing.
        if kind is None or (method == "__aexit__" and kind != "AsyncMock" and not is_result):
            continue
        if not (target and _is_told_later(draft, node, target)):
            found = _mock(method, kind, node, paths, is_result=is_result)
            if found is not None:
                yield found


def _given(draft: Draft) -> Iterator[tuple[str, Node, str]]:
    """The method, the value put in its place or made its result, and the text it is assigned to."""
    for assignment in draft.nodes["assignment"]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None or left.kind not in ("attribute", "identifier"):
            continue
        method = next((one for one in _METHODS if left.text in (one, f"{one}.return_value") or _ends(left, one)), None)
        if method is not None:
            yield method, right, left.text
    for call in draft.nodes["call"]:
        arguments = call.field("arguments")
        if arguments is None or arguments.kind != "argument_list":
            continue
        positional = [one for one in arguments.named if one.kind != "keyword_argument"]
        for one in arguments.named:
            name, said = one.field("name"), one.field("value")
            if one.kind == "keyword_argument" and name is not None and said is not None and name.text in _METHODS:
                yield name.text, said, ""
        if len(positional) == 3 and string(positional[1]) in _METHODS:
            yield string(positional[1]) or "", positional[2], ""


def _ends(left: Node, method: str) -> bool:
    return left.kind == "attribute" and left.text.endswith((f".{method}", f".{method}.return_value"))


def _mock(method: str, kind: str, call: Node, paths: Paths, *, is_result: bool) -> ExitMock | None:
    if is_result:
        return ExitMock(method, kind, call.span, call.span, "False")
    arguments = call.field("arguments")
    given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
    said: dict[str, Node | None] = {}
    for one in given:
        name = one.field("name")
        if one.kind != "keyword_argument" or name is None:
            return None
        said[name.text] = one.field("value")
    if said.keys() & _SPECIAL:
        return None
    result = said.get("return_value")
    if result is not None:
        way = paths.of(result)
        is_mock = len(way) == 1 and way[0].startswith("#")
        return ExitMock(method, kind, call.span, result.span, "False") if is_mock else None
    if kind == "AsyncMock" and method == "__exit__":
        return ExitMock(method, kind, call.span)
    tree = call.tree
    close = call.end - 1
    before = tree.text[call.start : close].rstrip()
    comma = "" if before.endswith(("(", ",")) else ", "
    space = " " if before.endswith(",") else ""
    at = call.start + len(before)
    return ExitMock(method, kind, call.span, tree.span(at, at), f"{comma}{space}return_value=False")


def _is_told_later(draft: Draft, node: Node, target: str) -> bool:
    """What the mock answers is assigned in another statement."""
    told = tuple(f"{target}.{name}" for name in ("return_value", "side_effect"))
    return any(
        left is not None and left.text in told
        for left in (one.field("left") for one in draft.nodes["assignment"] if one.start > node.start)
    )
