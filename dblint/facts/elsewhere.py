"""Rows that another file makes: a conftest's fixture, an imported factory or constant."""

from __future__ import annotations

from typing import Protocol

from dblint.facts.imported import imported_name
from dblint.facts.literals import dotted, string
from dblint.facts.loaded_files import FILE, loaded_file
from dblint.facts.model import Entry, Lent, MockRow
from dblint.facts.scopes import Scopes
from dblint.syntax.python import Node

_COPIES = frozenset(("copy", "deepcopy", "dict", "list"))
_DEPTH = 8


class HandedOver(Protocol):
    """Reads what a call hands over: its keywords as a row, and its positional arguments."""

    def handed_over(self, call: Node) -> tuple[MockRow | None, tuple[Entry, ...]]: ...


def origins(scopes: Scopes, records: HandedOver, node: Node | None, depth: int = 0) -> list[Lent]:
    """Where the rows of an expression come from, as far as they come from other files."""
    if node is None or depth > _DEPTH:
        return []
    if node.kind in ("list", "tuple", "parenthesized_expression", "await"):
        return [lent for child in node.named for lent in origins(scopes, records, child, depth + 1)]
    if node.kind in ("list_comprehension", "generator_expression"):
        return origins(scopes, records, node.field("body"), depth + 1)
    if node.kind == "call":
        return _called(scopes, records, node, depth)
    if node.kind == "attribute":
        return _imported(scopes, node)
    binding = scopes.reach(node) if node.kind == "identifier" else None
    if binding is None:
        return []
    if binding.kind == "parameter":
        return [Lent(node.text, None)] if binding.scope.kind == "function_definition" else []
    if binding.kind == "value":
        given = binding.value
        followed = given is not None and given.kind in ("call", "identifier", "attribute")
        return (
            origins(scopes, records, given, depth + 1) if followed and not scopes.changes(binding, node.start) else []
        )
    return _imported(scopes, node)


def _called(scopes: Scopes, records: HandedOver, call: Node, depth: int) -> list[Lent]:
    loaded = loaded_file(scopes, call)
    if loaded is not None:
        return [Lent(loaded.rpartition("/")[2], f"{FILE}{loaded}")]
    function, arguments = call.field("function"), call.field("arguments")
    given = arguments.named if arguments is not None else []
    name = dotted(function)
    if function is None or name is None or (arguments is not None and arguments.kind != "argument_list"):
        return []
    last = name.rpartition(".")[2]
    if last in _COPIES and len(given) == 1:
        return origins(scopes, records, given[0], depth + 1)
    if last == "copy" and not given and function.kind == "attribute":
        return origins(scopes, records, function.field("object"), depth + 1)
    if last == "getfixturevalue" and len(given) == 1:
        said = string(given[0])
        return [] if said is None else [Lent(said, None)]
    target = imported_name(scopes, function)
    if target is None:
        binding = scopes.reach(function) if function.kind == "identifier" else None
        if binding is None or binding.kind != "parameter":
            return []
    passed, positional = records.handed_over(call)
    return [Lent(name, target, passed, positional)]


def _imported(scopes: Scopes, node: Node) -> list[Lent]:
    name, target = dotted(node), imported_name(scopes, node)
    return [] if name is None or target is None else [Lent(name, target)]
