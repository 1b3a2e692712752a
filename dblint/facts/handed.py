"""Rows that a test hands to functions and classes of other files: ``make_client([{"id": 1}])``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from dblint.facts.double_rows import MOCKS, NAMESPACES
from dblint.facts.double_ways import arguments_of, bare, callee, is_own
from dblint.facts.doubles_model import HandedRows
from dblint.facts.draft import Draft
from dblint.facts.imported import import_of
from dblint.facts.model import MockRow
from dblint.syntax.python import Node

_LITERALS = ("dictionary", "list", "tuple", "list_comprehension")
_FRAMEWORKS = sys.stdlib_module_names | {"pytest", "mock", "hypothesis", "fastapi", "starlette", "httpx", "requests"}
_ASSERTING = ("self.assert", "cls.assert")
_DEPTH = 3


def extract(draft: Draft) -> tuple[HandedRows, ...]:
    """The rows among the arguments of calls whose function another file defines."""
    found = []
    for call in draft.nodes["call"]:
        given = arguments_of(call)
        if not given or not _is_elsewhere(draft, call):
            continue
        rows = [row for one in given for row in _rows(draft, one, 0)]
        if rows:
            home = draft.scopes.function_at(call.start)
            indexes = tuple(dict.fromkeys(draft.row(row) for row in rows))
            found.append(HandedRows(home.name if home is not None else "", callee(call), indexes))
    return tuple(found)


def _is_elsewhere(draft: Draft, call: Node) -> bool:
    """An imported function or class, a fixture that is called, or a method that the class inherits."""
    function = call.field("function")
    if function is None:
        return False
    if is_own(function):
        return not callee(call).startswith(_ASSERTING) and draft.scopes.own_method(function) is None
    root = function
    while root.kind == "attribute":
        root = root.field("object") or root
        if root.kind not in ("attribute", "identifier"):
            return False
    binding = draft.scopes.reach(root) if root.kind == "identifier" else None
    if binding is None:
        return False
    if binding.kind == "parameter":
        return root is function
    origin = import_of(binding)
    return origin is not None and origin.partition(".")[0] not in _FRAMEWORKS


def _rows(draft: Draft, node: Node, depth: int) -> Iterator[MockRow]:
    """The rows in an argument, also inside what it makes: ``Mock(data=rows)``."""
    inner = node.field("value") if node.kind == "keyword_argument" else bare(node)
    if inner is None or depth > _DEPTH:
        return
    if inner.kind in _LITERALS:
        found = draft.records.rows(inner)
        yield from found
        for one in inner.named if not found and inner.kind in ("list", "tuple") else ():
            yield from _rows(draft, one, depth + 1)
    elif inner.kind == "identifier":
        resolved = draft.records.resolve(inner)
        if resolved is not None and resolved.kind in _LITERALS:
            yield from draft.records.rows(inner)
    elif inner.kind == "call":
        made = callee(inner).rpartition(".")[2]
        for one in arguments_of(inner) if made in MOCKS | NAMESPACES or made[:1].isupper() else ():
            yield from _rows(draft, one, depth + 1)
