"""Spellings by which a file tells its doubles something: ``getattr`` in a loop, ``**{…}``, ``type("R", (), {…})``."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.facts.double_ways import arguments_of, callee, positional
from dblint.facts.literals import string
from dblint.syntax.python import Node


def in_turn(held: Node) -> Node | None:
    """``chain`` of ``getattr(chain, name)``."""
    if held.kind != "call" or callee(held) != "getattr":
        return None
    given = positional(held)
    return given[0] if len(given) == 2 and string(given[1]) is None else None


def class_made(call: Node) -> Iterator[tuple[str, Node]]:
    """The attributes of ``type("Response", (), {"data": rows})()``."""
    inner = call.field("function")
    given = positional(inner) if inner is not None and inner.kind == "call" and callee(inner) == "type" else []
    if len(given) == 3 and given[2].kind == "dictionary":
        yield from _pairs(given[2])


def _pairs(dictionary: Node) -> Iterator[tuple[str, Node]]:
    for pair in dictionary.named:
        name, value = string(pair.field("key")), pair.field("value")
        if name is not None and value is not None:
            yield name, value


def spread(call: Node) -> Iterator[tuple[str, Node]]:
    """``**{"execute.return_value": rows}``."""
    for argument in arguments_of(call):
        inner = argument.named[0] if argument.kind == "dictionary_splat" and argument.named else None
        if inner is not None and inner.kind == "dictionary":
            yield from _pairs(inner)


def is_test(class_: Node) -> bool:
    """A class of tests."""
    named, bases = class_.field("name"), class_.field("superclasses")
    return (
        named is None
        or named.text.startswith("Test")
        or any("TestCase" in base.text for base in (bases.named if bases is not None else []))
    )


def field_targets(class_: Node, name: str) -> Iterator[Node]:
    """The name of a field where it stands in the class."""
    body = class_.field("body")
    for statement in body.named if body is not None else ():
        inner = statement.named[0] if statement.kind == "expression_statement" and statement.named else None
        left = inner.field("left") if inner is not None and inner.kind == "assignment" else None
        if left is not None and left.text == name:
            yield left


def decorated(node: Node) -> list[str]:
    """The name of the definition that an expression decorates."""
    for above in node.ancestors:
        if above.kind == "decorated_definition":
            definition = above.field("definition")
            named = definition.field("name") if definition is not None else None
            return [named.text] if named is not None else []
    return []
