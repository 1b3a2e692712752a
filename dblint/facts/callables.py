"""Which function of the file a call runs: by name, on ``self`` or a class, or as the factory a fixture hands out."""

from __future__ import annotations

from dblint.facts.decorators import is_fixture
from dblint.facts.scopes import Binding, Scope, Scopes
from dblint.syntax.python import Node

_DEPTH = 6


def called_function(scopes: Scopes, function: Node, depth: int = 0) -> Node | None:
    """The function definition or lambda behind what is called; None for another file's."""
    if depth > _DEPTH:
        return None
    if function.kind == "identifier":
        return _named(scopes, scopes.reach(function), depth)
    if function.kind != "attribute":
        return None
    own = scopes.own_method(function)
    if own is not None:
        return own.node
    held, name = function.field("object"), function.field("attribute")
    home = class_of(scopes, held) if held is not None else None
    return None if home is None or name is None else _method(scopes, home, name.text)


def _named(scopes: Scopes, binding: Binding | None, depth: int) -> Node | None:
    if binding is None:
        return None
    if binding.kind == "function":
        return None if is_fixture(binding.node) else binding.node
    if binding.kind == "value" and binding.value is not None:
        return binding.value if binding.value.kind == "lambda" else None
    if binding.kind != "parameter":
        return None
    fixture = own_fixture(scopes, binding)
    return None if fixture is None else handed_out(scopes, fixture, depth)


def own_fixture(scopes: Scopes, parameter: Binding) -> Node | None:
    """The fixture of the file that fills a parameter."""
    found = [one.node for one in scopes.module.bindings.get(parameter.name, []) if one.kind == "function"]
    if len(found) == 1 and is_fixture(found[0]) and parameter.scope.kind == "function_definition":
        return found[0]
    return None


def handed_out(scopes: Scopes, fixture: Node, depth: int = 0) -> Node | None:
    """The function or lambda that a fixture returns or yields, where it is one alone."""
    given = returned(scopes, fixture)
    if len(given) != 1:
        return None
    if given[0].kind == "lambda":
        return given[0]
    return called_function(scopes, given[0], depth + 1) if given[0].kind in ("identifier", "attribute") else None


def returned(scopes: Scopes, function: Node) -> list[Node]:
    """The expressions a function itself returns or yields, functions inside it left aside."""
    if function.kind == "lambda":
        body = function.field("body")
        return [] if body is None else [body]
    if function.start not in scopes.returns:
        scopes.returns[function.start] = _returned(scopes, function)
    return scopes.returns[function.start]


def _returned(scopes: Scopes, function: Node) -> list[Node]:
    found = []
    for statement in function.find("return_statement", "yield"):
        owner = scopes.function_at(statement.start)
        given = [child for child in statement.named if child.kind != "yield"]
        if owner is not None and owner.node == function and len(given) == 1 and given[0].kind != "none":
            found.append(given[0])
    return found


def class_of(scopes: Scopes, node: Node) -> Scope | None:
    """The class of the file that a name means, or that makes what an expression is."""
    if node.kind == "call":
        function = node.field("function")
        return None if function is None else _class_named(scopes, function)
    if node.kind != "identifier":
        return None
    binding = scopes.reach(node)
    if binding is not None and binding.kind == "value" and binding.value is not None:
        return class_of(scopes, binding.value) if binding.value.kind == "call" else None
    if binding is not None and binding.kind == "parameter":
        fixture = own_fixture(scopes, binding)
        given = returned(scopes, fixture) if fixture is not None else []
        return class_of(scopes, given[0]) if len(given) == 1 and given[0].kind == "call" else None
    return _class_named(scopes, node)


def _class_named(scopes: Scopes, name: Node) -> Scope | None:
    binding = scopes.reach(name) if name.kind == "identifier" else None
    if binding is None or binding.node.kind != "class_definition":
        return None
    return scopes.class_at(binding.node)


def _method(scopes: Scopes, home: Scope, name: str) -> Node | None:
    found = home.bindings.get(name, [])
    if len(found) == 1 and found[0].kind == "function":
        return found[0].node
    bases = home.node.field("superclasses")
    if found or bases is None:
        return None
    above = [one for base in bases.named if (one := _class_named(scopes, base)) is not None and one is not home]
    inherited = [method for base in above if (method := _method(scopes, base, name)) is not None]
    return inherited[0] if inherited else None
