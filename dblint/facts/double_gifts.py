"""What functions and classes of the file do with what they are given: ``chain(rows)`` answers with its argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dblint.facts.decorators import callee, decorators, is_fixture
from dblint.facts.double_ways import Steps, arguments_of, bare, is_own
from dblint.facts.double_ways import callee as called_name
from dblint.facts.overrides import handed, parameters
from dblint.facts.scopes import Binding
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_TAKING = frozenset(("pop", "popleft", "copy", "get"))
_WRAPPING = frozenset(("list", "tuple", "dict", "iter", "next", "copy", "deepcopy", "deque"))
_DRIVING = frozenset(
    (
        *("execute", "fetch", "fetchrow", "fetchval", "fetchone", "fetchall", "fetchmany", "fetch_one", "fetch_all"),
        *("cursor", "acquire", "connection", "connect", "__aenter__", "__enter__"),
    )
)
_RECORDS = frozenset(("dataclass", "define", "frozen", "attrs", "s"))
_RECORD_BASES = frozenset(("BaseModel", "NamedTuple", "Struct"))


@dataclass(frozen=True, slots=True)
class Gift:
    """A parameter of a function or class of the file."""

    definition: Node
    parameter: str


@dataclass(frozen=True, slots=True)
class Channel:
    """Where a gift comes out again: at the end of these steps of what the definition makes."""

    parameter: str
    steps: Steps
    turn: int | None
    fluent: bool = False


def gift(draft: Draft, node: Node, depth: int = 0) -> Gift | None:
    """The parameter an expression hands on, as it is or taken from."""
    node = _core(node)
    if depth > 4:
        return None
    if is_own(node):
        return _own_gift(draft, node, depth)
    own = _field_gift(node)
    if own is not None:
        return own
    binding = draft.scopes.reach(node) if node.kind == "identifier" else None
    if binding is None:
        return None
    if binding.kind == "value" and binding.value is not None:
        return gift(draft, binding.value, depth + 1)
    return _parameter(binding) if binding.kind == "parameter" else None


def _field_gift(node: Node) -> Gift | None:
    """A field where its class declares it: ``data: list`` of a dataclass."""
    above = node.parent
    if above is None or above.kind != "assignment" or above.field("left") != node or above.field("type") is None:
        return None
    class_ = next((one for one in node.ancestors if one.kind == "class_definition"), None)
    return Gift(class_, node.text) if class_ is not None and node.text in fields(class_) else None


def _parameter(binding: Binding) -> Gift | None:
    function = binding.scope.node
    if function.kind != "function_definition" or is_fixture(function):
        return None
    owner = binding.scope.parent
    if owner is not None and owner.kind == "class_definition":
        return Gift(owner.node, binding.name) if binding.scope.name == "__init__" else None
    return None if binding.scope.name.startswith("test") else Gift(function, binding.name)


def _own_gift(draft: Draft, node: Node, depth: int) -> Gift | None:
    value = draft.scopes.attribute(node)
    if value is not None:
        found = gift(draft, value, depth + 1)
        if found is not None:
            return found
    name = node.field("attribute")
    class_ = next((one for one in node.ancestors if one.kind == "class_definition"), None)
    if class_ is None or name is None:
        return None
    if name.text in fields(class_):
        return Gift(class_, name.text)
    # What it begins as, though values are taken from it later.
    begun = [right for own, right in _begun(class_) if own == name.text]
    return gift(draft, begun[0], depth + 1) if len(begun) == 1 else None


def _core(node: Node) -> Node:
    """``rows`` of ``list(rows)``, ``rows or []``, ``rows[0]``, ``rows.pop(0)``."""
    for _ in range(6):
        node = bare(node)
        inner: Node | None = None
        if node.kind == "boolean_operator":
            inner = node.field("left")
        elif node.kind == "subscript":
            key = node.field("subscript")
            inner = (
                node.field("value") if key is not None and key.kind in ("integer", "slice", "unary_operator") else None
            )
        elif node.kind == "conditional_expression":
            inner = node.named[0] if node.named else None
        elif node.kind == "call":
            inner = _called_core(node)
        if inner is None:
            return node
        node = inner
    return node


def _called_core(node: Node) -> Node | None:
    function, given = node.field("function"), arguments_of(node)
    if function is None:
        return None
    if function.kind == "attribute":
        name = function.field("attribute")
        taking = name is not None and name.text in _TAKING and not any(one.kind == "string" for one in given)
        return function.field("object") if taking else None
    return given[0] if called_name(node) in _WRAPPING and given else None


def fields(class_: Node) -> list[str]:
    """The fields of a dataclass, a named tuple or a model, in their order; none of another class."""
    bases = class_.field("superclasses")
    names = {one.text.rpartition(".")[2] for one in (bases.named if bases is not None else [])}
    marked = {callee(one).rpartition(".")[2] for one in decorators(class_)}
    body = class_.field("body")
    if body is None or (names.isdisjoint(_RECORD_BASES) and marked.isdisjoint(_RECORDS)):
        return []
    found = []
    for statement in body.named:
        inner = statement.named[0] if statement.kind == "expression_statement" and statement.named else None
        left = inner.field("left") if inner is not None and inner.kind == "assignment" else None
        if left is not None and inner is not None and left.kind == "identifier" and inner.field("type") is not None:
            found.append(left.text)
    return found


def methods(class_: Node) -> list[Node]:
    """The methods a class defines itself."""
    body = class_.field("body")
    found = []
    for statement in body.named if body is not None else ():
        inner = statement.field("definition") if statement.kind == "decorated_definition" else statement
        if inner is not None and inner.kind == "function_definition":
            found.append(inner)
    return found


def is_driver(class_: Node) -> bool:
    """A class that is asked as connections, cursors and pools are."""
    return any(_name(one) in _DRIVING for one in methods(class_))


def given_to(definition: Node, call: Node, parameter: str) -> list[Node]:
    """What a call hands over for a parameter of the function or class it calls."""
    if definition.kind == "function_definition":
        return handed(definition, call, parameter)
    init = next((one for one in methods(definition) if _name(one) == "__init__"), None)
    if init is not None:
        return handed(init, call, parameter)
    names = fields(definition)
    for argument in arguments_of(call):
        name, value = argument.field("name"), argument.field("value")
        if argument.kind == "keyword_argument" and name is not None and name.text == parameter and value is not None:
            return [value]
    positional = [one for one in arguments_of(call) if one.kind not in ("keyword_argument", "dictionary_splat")]
    at = names.index(parameter) if parameter in names else len(positional)
    return [positional[at]] if at < len(positional) else []


def init_attributes(class_: Node) -> list[tuple[str, Node]]:
    """The public attributes that ``__init__`` sets from an expression."""
    return [(name, value) for name, value in _begun(class_) if not name.startswith("_")]


def _begun(class_: Node) -> list[tuple[str, Node]]:
    """The attributes that ``__init__`` sets from an expression."""
    init = next((one for one in methods(class_) if _name(one) == "__init__"), None)
    found = []
    for assignment in init.find("assignment") if init is not None else ():
        left, right = assignment.field("left"), assignment.field("right")
        if left is not None and right is not None and is_own(left):
            name = left.field("attribute")
            if name is not None:
                found.append((name.text, right))
    return found


def class_attributes(class_: Node) -> list[tuple[str, Node]]:
    """The public attributes that a class sets itself, fields with their defaults left aside."""
    body, declared = class_.field("body"), fields(class_)
    found = []
    for statement in body.named if body is not None else ():
        inner = statement.named[0] if statement.kind == "expression_statement" and statement.named else None
        left = inner.field("left") if inner is not None and inner.kind == "assignment" else None
        right = inner.field("right") if inner is not None else None
        if left is not None and right is not None and left.kind == "identifier" and left.text not in declared:
            found.append((left.text, right))
    return [(name, value) for name, value in found if not name.startswith("_")]


def own_parameters(function: Node) -> list[str]:
    return [name for name in parameters(function) if name not in ("self", "cls")]


def _name(function: Node) -> str:
    name = function.field("name")
    return "" if name is None else name.text
