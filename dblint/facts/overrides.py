"""Parameters by which a caller lays values over a row: ``**overrides``, ``overrides=None``."""

from __future__ import annotations

from dblint.facts.scopes import parameter_name
from dblint.syntax.python import Node

Names = frozenset[str]
NONE: Names = frozenset()
_OVERRIDES = frozenset(("overrides", "override", "kwargs", "extra", "extras", "attrs", "fields", "changes", "updates"))


def parameters(function: Node) -> list[str]:
    """The names of a function's parameters."""
    return [name.text for _, name in _named(function)]


def optional_names(function: Node) -> Names:
    """The parameters that hold a caller's overrides: ``**anything`` and dicts called so."""
    named = _named(function)
    return frozenset(name.text for one, name in named if name.text in _OVERRIDES or _takes_keywords(one))


def _named(function: Node) -> list[tuple[Node, Node]]:
    given = function.field("parameters")
    found = [(one, parameter_name(one)) for one in given.named] if given is not None else []
    return [(one, name) for one, name in found if name is not None]


def _takes_keywords(parameter: Node) -> bool:
    return parameter.text.startswith("**")


def takes_keywords(function: Node, name: str) -> bool:
    """The parameter of that name is the function's ``**``."""
    return any(found.text == name and _takes_keywords(one) for one, found in _named(function))


def handed(function: Node, call: Node, parameter: str) -> list[Node]:
    """What a call hands over for a parameter of the function it calls."""
    arguments = call.field("arguments")
    if arguments is None or arguments.kind != "argument_list":
        return []
    names = [name for name in parameters(function) if name not in ("self", "cls")]
    positional = []
    for argument in arguments.named:
        if argument.kind != "keyword_argument":
            positional.append(argument)
            continue
        name, value = argument.field("name"), argument.field("value")
        if name is not None and name.text == parameter and value is not None:
            return [value]
    at = names.index(parameter) if parameter in names else len(positional)
    splat = any(one.kind in ("list_splat", "dictionary_splat") for one in positional[: at + 1])
    return [positional[at]] if at < len(positional) and not splat else []


def leave_out(node: Node, optional: Names) -> bool:
    """``overrides``, ``(overrides or {})``: what a caller need not give."""
    held = left_out(node)
    return held is not None and held.text in optional


def left_out(node: Node) -> Node | None:
    """The name in ``overrides``, ``(overrides or {})``, ``**overrides``."""
    if node.kind == "identifier":
        return node
    if node.kind in ("parenthesized_expression", "dictionary_splat") and len(node.named) == 1:
        return left_out(node.named[0])
    if node.kind == "boolean_operator":
        left, right = node.field("left"), node.field("right")
        empty = right is not None and right.kind == "dictionary" and not right.named
        return left_out(left) if empty and left is not None else None
    return None
