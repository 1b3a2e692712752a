"""Dotted names as imports make them: ``mod.f`` of ``from pkg import mod`` is ``pkg.mod.f``."""

from __future__ import annotations

from dblint.facts.literals import dotted
from dblint.facts.scopes import Binding, Scopes
from dblint.syntax.python import Node

IMPORTS = ("import_statement", "import_from_statement")


def imported_name(scopes: Scopes, node: Node | None) -> str | None:
    """What a name or a chain of attributes means by the file's imports; None where its root is not imported.

    A relative import keeps its leading dots (``.orders.total``).
    """
    text = dotted(node)
    if node is None or text is None:
        return None
    rest = text.partition(".")[2]
    while node.kind == "attribute":
        inner = node.field("object")
        if inner is None:
            return None
        node = inner
    binding = scopes.reach(node)
    origin = None if binding is None else import_of(binding)
    if origin is None:
        return None
    return f"{origin}.{rest}" if rest else origin


def import_of(binding: Binding) -> str | None:
    """The dotted name an import statement binds, None for any other binding."""
    statement = binding.node
    if statement.kind == "import_statement":
        return _of_module(statement, binding.name)
    if statement.kind == "import_from_statement" and statement.named:
        module = statement.named[0].text.replace(" ", "")
        original = next((name for name, alias in _names(statement.named[1:]) if alias == binding.name), binding.name)
        return f"{module}{original}" if module.endswith(".") else f"{module}.{original}"
    return None


def _of_module(statement: Node, name: str) -> str | None:
    for module, alias in _names(statement.named):
        if alias == name:
            return module
        if alias == module and module.partition(".")[0] == name:
            return name
    return None


def _names(nodes: list[Node]) -> list[tuple[str, str]]:
    """Pairs of a name and what it is called here."""
    pairs = []
    for node in nodes:
        name, alias = node.field("name"), node.field("alias")
        if node.kind == "aliased_import" and name is not None and alias is not None:
            pairs.append((name.text, alias.text))
        else:
            pairs.append((node.text, node.text))
    return pairs
