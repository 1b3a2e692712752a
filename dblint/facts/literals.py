"""Python literals as values: what an expression says, as far as its text alone tells."""

from __future__ import annotations

import ast
from collections.abc import Callable

from dblint.facts.model import UNKNOWN, Value
from dblint.syntax.python import Node

_DEPTH = 24
_METHODS = frozenset({"isoformat"})
"""Methods whose result has a known form."""
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
        if text.isdigit() and text.isascii() and text[0] != "0":
            return int(text)
        # Parentheses let implicit concatenation run over lines; Python reads every line ending as \n.
        return ast.literal_eval(f"({text})".replace("\r\n", "\n").replace("\r", "\n"))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _string(node: Node, resolve: Resolve, depth: int) -> Value:
    text = string(node)
    if text is not None:
        return Value("str", text)
    decoded = _evaluate(node.text)
    if isinstance(decoded, bytes):
        return Value("bytes", decoded.decode("latin-1"))
    return _template(node) if node.kind == "string" and node.text[:2].lower().startswith("f") else UNKNOWN


def _template(node: Node) -> Value:
    """The parts of an f-string: texts, and what only the run knows."""
    parts: list[Value] = []
    for child in node.children:
        if child.kind == "interpolation":
            parts.append(UNKNOWN)
        elif child.kind == "string_content":
            if child.named:
                return UNKNOWN  # Escapes.
            parts.append(Value("str", child.text))
    if any(part.kind == "unknown" for part in parts):
        return Value("unknown", "", tuple(parts))
    return Value("str", "".join(part.text for part in parts))


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
    function, arguments = node.field("function"), node.field("arguments")
    callee = dotted(function)
    made = _made_by_method(function, arguments, resolve, depth) if callee is None else None
    if made is not None:
        return made
    if callee is None or arguments is None or arguments.kind != "argument_list":
        return UNKNOWN
    given = arguments.named
    if any(one.kind in ("list_splat", "dictionary_splat") for one in given):
        return UNKNOWN
    positional = tuple(value(one, resolve, depth) for one in given if one.kind != "keyword_argument")
    return Value("call", callee, positional)


def _made_by_method(function: Node | None, arguments: Node | None, resolve: Resolve, depth: int) -> Value | None:
    """``datetime.now(UTC).isoformat()``: the method's name, and what it is called on."""
    held = function.field("object") if function is not None and function.kind == "attribute" else None
    method = function.field("attribute") if function is not None else None
    if held is None or method is None or held.kind != "call" or method.text not in _METHODS or arguments is None:
        return None
    return Value("call", method.text, (value(held, resolve, depth),))


def item(node: Node, resolve: Resolve) -> Node | None:
    """What ``ROW["id"]`` or ``ROW[0]`` is, where the literal behind the name says so once."""
    held, key = node.field("value"), node.field("subscript")
    if held is not None and held.kind in ("identifier", "attribute"):
        held = resolve(held)
    if held is None or key is None:
        return None
    if held.kind == "dictionary":
        name, pairs = string(key), [one for one in held.named if one.kind == "pair"]
        found = [one.field("value") for one in pairs if name is not None and string(one.field("key")) == name]
        return found[0] if len(found) == 1 and len(pairs) == len(held.named) else None
    if held.kind in ("tuple", "list") and key.kind == "integer" and key.text.isdigit():
        items = held.named
        at = int(key.text)
        return items[at] if at < len(items) and all(one.kind != "list_splat" for one in items[: at + 1]) else None
    return None


def _item(node: Node, resolve: Resolve, depth: int) -> Value:
    found = item(node, resolve)
    return UNKNOWN if found is None else value(found, resolve, depth)


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
    "subscript": _item,
}
