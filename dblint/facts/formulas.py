"""Formulas of doubles: assignments to items, maps of lambdas, entries computed from others, LazyAttributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dblint.facts.draft import Draft
from dblint.facts.formulas_model import Formula, Part
from dblint.facts.literals import dotted, string
from dblint.syntax.python import Node

_OPERATORS = frozenset(("+", "-", "*", "/", "//", "%", "**"))
_FUNCTIONS = frozenset(("round", "int", "float", "str", "abs", "min", "max", "len", "Decimal", "sum", "bool"))
_METHODS = frozenset(("lower", "upper", "strip", "title", "capitalize"))
_CONSTANTS = {"integer": "int", "float": "float", "string": "str", "none": "none", "true": "bool", "false": "bool"}
_DEEPEST = 20

Input = Callable[[Node], str | None]
"""The column that a part of a formula stands for."""


def extract(draft: Draft) -> tuple[Formula, ...]:
    """The formulas of a file, in the order of its text."""
    text = draft.source.text
    found = [*_assigned(draft), *_entries(draft)]
    if "LazyAttribute" in text:
        found += _lazy(draft)
    return tuple(sorted(found, key=lambda formula: formula.span))


def _assigned(draft: Draft) -> Iterator[Formula]:
    """``data["total"] = data["price"] * data["quantity"]``."""
    for assignment in draft.nodes["assignment"]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None or left.kind != "subscript":
            continue
        holder, column = left.field("value"), string(left.field("subscript"))
        if holder is None or column is None or dotted(holder) is None:
            continue
        made = _expression(draft, right, _items_of(draft, holder.text))
        if made is not None and _computes(made):
            yield Formula(column, right.span, made)


def _entries(draft: Draft) -> Iterator[Formula]:
    """Entries of dicts: lambdas of a row, and values computed from what other entries hold."""
    for dictionary in draft.nodes["dictionary"]:
        pairs = [(string(pair.field("key")), pair.field("value")) for pair in dictionary.named if pair.kind == "pair"]
        known = [(key, value) for key, value in pairs if key is not None and value is not None]
        names = {value.text: key for key, value in known if value.kind == "identifier"}
        for key, value in known:
            if value.kind == "lambda":
                made = _lambda(draft, value)
                if made is not None and _computes(made):
                    yield Formula(key, value.span, made, _outer_key(dictionary))
            elif value.kind in ("binary_operator", "call"):
                made = _expression(draft, value, _named(names))
                if made is not None and _computes(made):
                    yield Formula(key, value.span, made, None, dictionary.span)


def _lazy(draft: Draft) -> Iterator[Formula]:
    """``total = factory.LazyAttribute(lambda o: o.price * o.quantity)``."""
    for call in draft.calls_of(("LazyAttribute",)):
        assignment, arguments = call.parent, call.field("arguments")
        left = assignment.field("left") if assignment is not None and assignment.kind == "assignment" else None
        given = arguments.named if arguments is not None else []
        if left is None or left.kind != "identifier" or len(given) != 1 or given[0].kind != "lambda":
            continue
        made = _lambda(draft, given[0])
        owner = next((one for one in call.ancestors if one.kind == "class_definition"), None)
        name = owner.field("name") if owner is not None else None
        if made is not None and _computes(made):
            yield Formula(left.text, given[0].span, made, None, name.span if name is not None else None)


def _lambda(draft: Draft, node: Node) -> Part | None:
    parameters, body = node.field("parameters"), node.field("body")
    named = parameters.named if parameters is not None else []
    if body is None or len(named) != 1 or named[0].kind != "identifier":
        return None
    return _expression(draft, body, _items_of(draft, named[0].text))


def _outer_key(dictionary: Node) -> str | None:
    """The key under which a dict stands in another: the table of ``{"orders": {"total": lambda row: …}}``."""
    pair = dictionary.parent
    return string(pair.field("key")) if pair is not None and pair.kind == "pair" else None


def _items_of(draft: Draft, holder: str) -> Input:
    """``row["price"]``, ``row.get("price")``, ``row.price`` of one holder, and names bound to them."""

    def column(node: Node) -> str | None:
        if node.kind == "identifier":
            bound = draft.records.resolve(node)
            return None if bound is None or bound.kind == "identifier" else column(bound)
        if node.kind == "subscript":
            held = node.field("value")
            return string(node.field("subscript")) if held is not None and held.text == holder else None
        if node.kind == "attribute":
            held, name = node.field("object"), node.field("attribute")
            return name.text if held is not None and name is not None and held.text == holder else None
        return _gotten(node, holder)

    return column


def _named(names: dict[str, str]) -> Input:
    """The names that other entries of the dict hold under their keys."""

    def column(node: Node) -> str | None:
        return names.get(node.text) if node.kind == "identifier" else None

    return column


def _gotten(node: Node, holder: str) -> str | None:
    function, arguments = node.field("function"), node.field("arguments")
    if node.kind != "call" or function is None or arguments is None or function.text != f"{holder}.get":
        return None
    return string(arguments.named[0]) if arguments.named else None


def _expression(draft: Draft, node: Node | None, column: Input, depth: int = 0) -> Part | None:
    """The expression; None where a part of it is not understood."""
    if node is None or depth > _DEEPEST:
        return None
    name = column(node)
    if name is not None:
        return Part("input", name)
    if node.kind == "parenthesized_expression" and len(node.named) == 1:
        return _expression(draft, node.named[0], column, depth + 1)
    if node.kind == "binary_operator":
        return _operation(draft, node, column, depth)
    if node.kind == "call":
        return _call(draft, node, column, depth)
    if node.kind == "identifier":
        bound = draft.records.resolve(node)
        return _expression(draft, bound, column, depth + 1) if bound is not None else None
    return _constant(draft, node, column, depth)


def _constant(draft: Draft, node: Node, column: Input, depth: int) -> Part | None:
    if node.kind == "string":
        text = string(node)
        return Part("str", text) if text is not None else _f_string(draft, node, column, depth)
    kind = _CONSTANTS.get(node.kind)
    if kind is None:
        return None
    return Part(kind, node.text)  # type: ignore[arg-type]


def _f_string(draft: Draft, node: Node, column: Input, depth: int) -> Part | None:
    parts: list[Part] = []
    for child in node.named:
        if child.kind == "string_content":
            parts.append(Part("str", child.text))
        elif child.kind == "interpolation":
            inner = _expression(draft, child.field("expression"), column, depth + 1)
            if inner is None or len(child.named) != 1:
                return None
            parts.append(inner)
        elif child.kind not in ("string_start", "string_end"):
            return None
    return Part("text", "", tuple(parts)) if "\\" not in node.text and "{{" not in node.text else None


def _operation(draft: Draft, node: Node, column: Input, depth: int) -> Part | None:
    operator = node.field("operator")
    left = _expression(draft, node.field("left"), column, depth + 1)
    right = _expression(draft, node.field("right"), column, depth + 1)
    if operator is None or operator.text not in _OPERATORS or left is None or right is None:
        return None
    return Part("operator", operator.text, (left, right))


def _call(draft: Draft, node: Node, column: Input, depth: int) -> Part | None:
    function, arguments = node.field("function"), node.field("arguments")
    if function is None or arguments is None or arguments.kind != "argument_list":
        return None
    method, held = function.field("attribute"), function.field("object")
    if function.kind == "attribute" and method is not None and method.text in _METHODS and not arguments.named:
        inner = _expression(draft, held, column, depth + 1)
        return None if inner is None else Part("method", method.text, (inner,))
    name = function.text.removeprefix("decimal.")
    if name not in _FUNCTIONS:
        return None
    given = tuple(_expression(draft, one, column, depth + 1) for one in arguments.named)
    known = tuple(one for one in given if one is not None)
    return Part("call", name, known) if len(known) == len(given) else None


def _computes(part: Part) -> bool:
    """The expression does something with at least one column."""
    return part.kind in ("operator", "call", "method", "text") and _has_input(part)


def _has_input(part: Part) -> bool:
    return part.kind == "input" or any(map(_has_input, part.parts))
