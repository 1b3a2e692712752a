"""Python literals as values: what an expression says, as far as its text alone tells."""

from __future__ import annotations

import ast
from collections.abc import Callable

from dblint.facts.model import UNKNOWN, Value
from dblint.syntax.python import Node

_DEPTH = 24
Resolve = Callable[[Node], Node | None]


def nothing(_: Node) -> None:
    """Resolves no name."""


def string(node: Node | None) -> str | None:
    """What a string literal says, decoded as Python does; None for anything else, f-strings with it."""
    if node is None or node.kind not in ("string", "concatenated_string"):
        return None
    text = node.text
    quote = text[:1]
    if quote in "\"'" and "\\" not in text and "\n" not in text and text.count(quote) == 2 and text[-1] == quote:
        return text[1:-1]
    decoded = _evaluate(text)
    return decoded if isinstance(decoded, str) else None


def value(node: Node | None, resolve: Resolve = nothing, depth: int = 0) -> Value:
    """The value an expression stands for; ``resolve`` says what a name is surely bound to."""
    if node is None or depth > _DEPTH:
        return UNKNOWN
    read = _READERS.get(node.kind)
    return UNKNOWN if read is None else read(node, resolve, depth + 1)


def _evaluate(text: str) -> object:
    try:
        # Parentheses let implicit concatenation run over lines; Python reads every line ending as \n.
        return ast.literal_eval(f"({text})".replace("\r\n", "\n").replace("\r", "\n"))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _string(node: Node, resolve: Resolve, depth: int) -> Value:
    text = string(node)
    if text is not None:
        return Value("str", text)
    decoded = _evaluate(node.text)
    return Value("bytes", decoded.decode("latin-1")) if isinstance(decoded, bytes) else UNKNOWN


def _number(node: Node, resolve: Resolve, depth: int) -> Value:
    decoded = _evaluate(node.text)
    if isinstance(decoded, bool):
        return UNKNOWN
    if isinstance(decoded, int):
        return Value("int", node.text)
    return Value("float", node.text) if isinstance(decoded, float) else UNKNOWN


def _signed(node: Node, resolve: Resolve, depth: int) -> Value:
    operand = value(node.field("argument"), resolve, depth)
    sign = node.children[0].text
    if operand.kind not in ("int", "float") or sign not in ("-", "+") or operand.text[:1] in "+-":
        return UNKNOWN
    return Value(operand.kind, operand.text if sign == "+" else f"-{operand.text}")


def _sequence(node: Node, resolve: Resolve, depth: int) -> Value:
    if any(child.kind == "list_splat" for child in node.children):
        return UNKNOWN
    return Value(
        "list" if node.kind == "list" else "tuple", "", tuple(value(child, resolve, depth) for child in node.named)
    )


def _dict(node: Node, resolve: Resolve, depth: int) -> Value:
    keys, items = [], []
    for child in node.named:
        key = string(child.field("key")) if child.kind == "pair" else None
        if key is None:
            return UNKNOWN
        keys.append(key)
        items.append(value(child.field("value"), resolve, depth))
    return Value("dict", "", tuple(items), tuple(keys))


def dotted(node: Node | None) -> str | None:
    """``a.b.c`` for a name or a chain of attributes of a name."""
    parts: list[str] = []
    while node is not None and node.kind == "attribute":
        tail = node.field("attribute")
        parts.append("" if tail is None else tail.text)
        node = node.field("object")
    if node is None or node.kind != "identifier":
        return None
    return ".".join([node.text, *reversed(parts)])


def _call(node: Node, resolve: Resolve, depth: int) -> Value:
    callee, arguments = dotted(node.field("function")), node.field("arguments")
    if callee is None or arguments is None or arguments.kind != "argument_list":
        return UNKNOWN
    given = arguments.named
    if any(one.kind in ("list_splat", "dictionary_splat") for one in given):
        return UNKNOWN
    positional = tuple(value(one, resolve, depth) for one in given if one.kind != "keyword_argument")
    return Value("call", callee, positional)


def _inner(node: Node, resolve: Resolve, depth: int) -> Value:
    inner = node.named
    return value(inner[0], resolve, depth) if len(inner) == 1 else UNKNOWN


def _name(node: Node, resolve: Resolve, depth: int) -> Value:
    bound = resolve(node)
    return UNKNOWN if bound is None else value(bound, resolve, depth)


_READERS: dict[str, Callable[[Node, Resolve, int], Value]] = {
    "none": lambda node, resolve, depth: Value("null"),
    "true": lambda node, resolve, depth: Value("bool", "True"),
    "false": lambda node, resolve, depth: Value("bool", "False"),
    "string": _string,
    "concatenated_string": _string,
    "integer": _number,
    "float": _number,
    "unary_operator": _signed,
    "list": _sequence,
    "tuple": _sequence,
    "dictionary": _dict,
    "call": _call,
    "parenthesized_expression": _inner,
    "identifier": _name,
    "attribute": _name,
}
