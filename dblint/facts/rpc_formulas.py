"""Doubles that compute what a stored function would, and tests that assert what comes of it."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted, string
from dblint.facts.mocks import callee
from dblint.facts.theater_model import AssertedCall, ComputedBranch
from dblint.syntax.python import Node

_ARITHMETIC = frozenset(("+", "-", "*", "/", "//", "%", "**"))
_GATHERING = frozenset(("sum", "max", "min", "len", "sorted", "round", "mean", "median"))
_BRANCHES = ("if_statement", "elif_clause")
_DEPTH = 4


def computed_branches(draft: Draft) -> Iterator[ComputedBranch]:
    """The branches that a function called ``rpc``, or one that stands in its place, has for functions by name."""
    for kind in _BRANCHES:
        for branch in draft.nodes[kind]:
            name, body = _dispatched(branch), branch.field("consequence")
            if name is not None and body is not None and _answers_rpc(draft, branch):
                formula = _formula(body)
                if formula is not None:
                    yield ComputedBranch(name, formula.span)


def _dispatched(branch: Node) -> str | None:
    """The literal of ``if name == "f":``."""
    condition = branch.field("condition")
    if condition is None or condition.kind != "comparison_operator" or len(condition.named) != 2:
        return None
    operator = next((child.text for child in condition.children if child.text == "=="), None)
    texts = [string(side) for side in condition.named]
    names = [side.text for side in condition.named if side.kind == "identifier"]
    return next((text for text in texts if text), None) if operator and names else None


def _answers_rpc(draft: Draft, branch: Node) -> bool:
    scope = draft.scopes.function_at(branch.start)
    if scope is None:
        return False
    if "rpc" in scope.name.lower():
        return True
    put = (assignment for assignment in draft.nodes["assignment"] if _is_name(assignment.field("right"), scope.name))
    return any((dotted(one.field("left")) or "").endswith(("rpc.side_effect", ".rpc")) for one in put)


def _is_name(node: Node | None, name: str) -> bool:
    return node is not None and node.kind == "identifier" and node.text == name


def _formula(body: Node) -> Node | None:
    """The first expression of a branch that computes from what is not a literal alone."""
    for node in body.find("binary_operator", "call"):
        if node.kind == "binary_operator":
            operator = node.field("operator")
            if operator is not None and operator.text in _ARITHMETIC and _has_numbers(node):
                return node
        elif callee(node) in _GATHERING and node.find("for_in_clause"):
            return node
    return None


def _has_numbers(node: Node) -> bool:
    """No string is put together, and something other than literals takes part."""
    texts = node.find("string", "concatenated_string")
    outer = [one for one in texts if one.parent is not None and one.parent.kind == "binary_operator"]
    return not outer and bool(node.find("identifier"))


def asserted_calls(draft: Draft, test: str, asserted: list[Node]) -> Iterator[AssertedCall]:
    """The stored functions whose answer the assertions of a test read."""
    for assertion in asserted:
        for name in _read(draft, assertion, 0):
            yield AssertedCall(name, test, assertion.span)


def _read(draft: Draft, node: Node, depth: int) -> Iterator[str]:
    for call in node.find("call"):
        function = call.field("function")
        given = call.field("arguments")
        if function is not None and function.kind == "attribute" and callee(call) == "rpc" and given is not None:
            name = string(given.named[0]) if given.named else None
            if name:
                yield name
    for name_node in node.find("identifier") if depth < _DEPTH else ():
        binding = draft.scopes.reach(name_node)
        if binding is not None and binding.kind == "value" and binding.value is not None:
            yield from _read(draft, binding.value, depth + 1)
