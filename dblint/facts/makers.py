"""What makes a value: the callees behind an expression; names, lambdas, local functions and base classes followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dblint.facts.literals import dotted
from dblint.facts.scopes import Binding, Scope
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_DEPTH = 6


def made_by(draft: Draft, node: Node | None, depth: int = 0) -> list[str]:
    """The callees that make a value; a parameter's own name where a fixture makes it."""
    if node is None or depth > _DEPTH:
        return []
    if node.kind in ("await", "parenthesized_expression") and len(node.named) == 1:
        return made_by(draft, node.named[0], depth + 1)
    if node.kind == "lambda":
        return made_by(draft, node.field("body"), depth + 1)
    if node.kind == "call":
        return _called(draft, node, depth)
    if node.kind == "attribute":
        return made_by(draft, draft.scopes.attribute(node), depth + 1)
    return _behind_name(draft, node, depth) if node.kind == "identifier" else []


def _called(draft: Draft, call: Node, depth: int) -> list[str]:
    function = call.field("function")
    callee = dotted(function)
    if function is None or callee is None:
        return []
    binding = draft.scopes.reach(function) if function.kind == "identifier" else _method(draft, function)
    if binding is not None and binding.kind == "function":
        return _returned(draft, binding, depth) or [callee]
    if binding is not None and binding.node.kind == "class_definition":
        bases = binding.node.field("superclasses")
        return [callee, *(base.text for base in (bases.named if bases is not None else []))]
    return [callee]


def _method(draft: Draft, function: Node) -> Binding | None:
    """The method ``self.make`` is, where the class defines it once."""
    held, name = function.field("object"), function.field("attribute")
    if held is None or name is None or held.text not in ("self", "cls"):
        return None
    scope: Scope | None = draft.scopes.at(function.start)
    while scope is not None and scope.kind != "class_definition":
        scope = scope.parent
    bindings = scope.bindings.get(name.text, []) if scope is not None else []
    return bindings[0] if len(bindings) == 1 else None


def _returned(draft: Draft, binding: Binding, depth: int) -> list[str]:
    return [one for given in draft.records.returned(binding.node) for one in made_by(draft, given, depth + 1)]


def _behind_name(draft: Draft, name: Node, depth: int) -> list[str]:
    binding = draft.scopes.reach(name)
    if binding is None:
        return []
    if binding.kind == "parameter":
        return [name.text]
    if binding.kind == "function":
        return _returned(draft, binding, depth)
    return made_by(draft, binding.value, depth + 1)
