"""What makes a value: the callees behind an expression, names, lambdas and local functions followed."""

from __future__ import annotations

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted
from dblint.syntax.python import Node

_DEPTH = 4


def made_by(draft: Draft, node: Node | None, depth: int = 0) -> list[str]:
    """The callees that make a value; a parameter's own name where a fixture makes it."""
    if node is None or depth > _DEPTH:
        return []
    if node.kind in ("await", "parenthesized_expression") and len(node.named) == 1:
        return made_by(draft, node.named[0], depth + 1)
    if node.kind == "lambda":
        return made_by(draft, node.field("body"), depth + 1)
    if node.kind == "call":
        callee = dotted(node.field("function"))
        return [callee] if callee is not None else []
    return _behind_name(draft, node, depth) if node.kind == "identifier" else []


def _behind_name(draft: Draft, name: Node, depth: int) -> list[str]:
    binding = draft.scopes.reach(name)
    if binding is None:
        return []
    if binding.kind == "parameter":
        return [name.text]
    if binding.kind == "function":
        return [one for given in draft.records.returned(binding.node) for one in made_by(draft, given, depth + 1)]
    return made_by(draft, binding.value, depth + 1)
