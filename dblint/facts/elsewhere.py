"""Rows that another file makes: a conftest's fixture, an imported factory or constant."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.facts.scopes import Binding, Scopes
from dblint.syntax.python import Node


@dataclass(frozen=True, slots=True)
class Origin:
    """The name another file gives its rows; ``module`` is None for a fixture, dotted as written for an import."""

    name: str
    module: str | None
    overridden: bool = False


def origins(scopes: Scopes, node: Node | None) -> list[Origin]:
    """Where the rows of an expression come from, as far as they come from other files."""
    if node is None:
        return []
    if node.kind in ("list", "tuple", "parenthesized_expression", "await"):
        return [origin for child in node.named for origin in origins(scopes, child)]
    if node.kind == "call":
        return _called(scopes, node)
    binding = scopes.reach(node) if node.kind == "identifier" else None
    if binding is None:
        return []
    if binding.kind == "parameter" and binding.scope.kind == "function_definition":
        return [Origin(node.text, None)]
    if binding.kind == "value" and binding.value is not None and binding.value.kind == "call":
        return _called(scopes, binding.value) if not scopes.changes(binding, node.start) else []
    return _imported(binding, False)


def _called(scopes: Scopes, call: Node) -> list[Origin]:
    function, arguments = call.field("function"), call.field("arguments")
    binding = scopes.reach(function) if function is not None and function.kind == "identifier" else None
    if binding is None or function is None:
        return []
    overridden = arguments is not None and bool(arguments.named)
    if binding.kind == "parameter":
        return [Origin(function.text, None, overridden)]
    return _imported(binding, overridden)


def _imported(binding: Binding, overridden: bool) -> list[Origin]:
    statement = binding.node
    if statement.kind != "import_from_statement" or not statement.named:
        return []
    name = binding.name
    for child in statement.named[1:]:
        alias, original = child.field("alias"), child.field("name")
        if child.kind == "aliased_import" and alias is not None and alias.text == name and original is not None:
            name = original.text
            break
    return [Origin(name, statement.named[0].text, overridden)]
