"""Scopes and names: what a name is surely bound to at a place, and what changes it on the way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dblint.facts.literals import string
from dblint.syntax.python import Node

SCOPE_KINDS = ("function_definition", "class_definition", "lambda")
BINDING_KINDS = (
    "assignment",
    "augmented_assignment",
    "named_expression",
    "for_statement",
    "for_in_clause",
    "as_pattern",
    "import_statement",
    "import_from_statement",
    "global_statement",
    "nonlocal_statement",
    "delete_statement",
)
_BLOCKS = ("block", "module")
_COMPREHENSIONS = ("list_comprehension", "dictionary_comprehension", "set_comprehension", "generator_expression")
_LOOPS = ("for_statement", "while_statement")
_CHANGING = frozenset(("update", "pop", "popitem", "clear", "setdefault", "__setitem__"))
_GROWING = frozenset(("append", "extend", "insert", "remove", "sort", "reverse"))
BindingKind = Literal["value", "parameter", "function", "iteration", "other"]
ChangeKind = Literal["set", "append", "extend", "update", "unknown"]


@dataclass(slots=True, eq=False)
class Binding:
    """One place that gives a name a meaning; ``value`` is the expression, where there is exactly one."""

    name: str
    kind: BindingKind
    node: Node
    value: Node | None
    scope: Scope


@dataclass(slots=True, eq=False)
class Change:
    """One place that changes what a name holds: ``row["k"] = v``, ``rows.append(x)``, ``row.update(x)``."""

    kind: ChangeKind
    node: Node
    scope: Scope
    key: Node | None = None
    value: Node | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """The module, a class, a function or a lambda."""

    node: Node
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.node.kind

    @property
    def name(self) -> str:
        named = self.node.field("name")
        return "" if named is None else named.text

    def outward(self) -> Iterator[Scope]:
        """This scope and those around it that its names are looked up in."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or scope.kind != "class_definition":
                yield scope
            scope = scope.parent


class Scopes:
    """All scopes of a file; bindings are collected the first time a name is asked for."""

    def __init__(self, root: Node, nodes: Mapping[str, list[Node]], called: Mapping[str, list[Node]]) -> None:
        self._nodes = nodes
        self._called = called
        self.module = Scope(root, None)
        self._scopes = [self.module]
        self._starts = [0]
        self._filled = False
        self._attributes: dict[tuple[int, str], list[Node | None]] = {}
        self.returns: dict[int, list[Node]] = {}
        """What functions return, for those that were asked about."""
        inner = sorted((node for kind in SCOPE_KINDS for node in nodes[kind]), key=lambda node: node.start)
        for node in inner:
            self._scopes.append(Scope(node, self._climb(self._scopes[-1], node.start)))
            self._starts.append(node.start)
        self._classes = {one.node.start: one for one in self._scopes if one.kind == "class_definition"}

    def _climb(self, scope: Scope, offset: int) -> Scope:
        while scope.parent is not None and scope.node.end <= offset:
            scope = scope.parent
        return scope

    def at(self, offset: int) -> Scope:
        """The innermost scope around an offset."""
        return self._climb(self._scopes[max(bisect_right(self._starts, offset) - 1, 0)], offset)

    def function_at(self, offset: int) -> Scope | None:
        """The innermost named function around an offset."""
        scope: Scope | None = self.at(offset)
        while scope is not None and scope.kind != "function_definition":
            scope = scope.parent
        return scope

    def named(self, name: str) -> list[Scope]:
        """The functions of the file that have this name."""
        return [scope for scope in self._scopes if scope.kind == "function_definition" and scope.name == name]

    def functions(self) -> list[Scope]:
        """The named functions of the file."""
        return [scope for scope in self._scopes if scope.kind == "function_definition"]

    def reach(self, name: Node) -> Binding | None:
        """The binding that surely holds where the name is used; None when there is none or more than one may."""
        self._fill()
        home = self.at(name.start)
        for scope in home.outward():
            bindings = scope.bindings.get(name.text)
            if not bindings:
                continue
            if scope is home:
                return _reaching(bindings, name)
            if len(bindings) == 1:
                return bindings[0]
            return None
        return None

    def changes(self, binding: Binding, use: int) -> list[Change]:
        """What may have changed the bound value before it is used, in the order of the text."""
        self._fill()
        start = binding.node.start
        within: list[Change] = []
        for scope in self._scopes:
            changes = scope.changes.get(binding.name)
            if not changes or not _looks_up(scope, binding):
                continue
            if scope is binding.scope and scope is self.at(use):
                within.extend(change for change in changes if start < change.node.start < use)
            elif scope is binding.scope:
                within.extend(changes)
            else:
                # A change in another function happens at a time nobody knows.
                within.extend(Change("unknown", change.node, scope) for change in changes)
        return within

    def _fill(self) -> None:
        if self._filled:
            return
        self._filled = True
        for scope in self._scopes[1:]:
            self._define(scope)
        for kind in BINDING_KINDS:
            for node in self._nodes[kind]:
                self._bind(kind, node)
        for method in _CHANGING | _GROWING:
            for call in self._called.get(method, ()):
                self._change_by_call(call, method)
        for scope in self._scopes:
            for bindings in scope.bindings.values():
                bindings.sort(key=lambda binding: binding.node.start)
            for changes in scope.changes.values():
                changes.sort(key=lambda change: change.node.start)

    def _add(self, name: Node, kind: BindingKind, node: Node, value: Node | None, scope: Scope | None = None) -> None:
        home = scope or self.at(node.start)
        home.bindings.setdefault(name.text, []).append(Binding(name.text, kind, node, value, home))

    def _define(self, scope: Scope) -> None:
        name = scope.node.field("name")
        if name is not None and scope.parent is not None:
            kind: BindingKind = "function" if scope.kind == "function_definition" else "other"
            self._add(name, kind, scope.node, None, scope.parent)
        parameters = scope.node.field("parameters")
        for parameter in parameters.named if parameters is not None else ():
            bound = parameter_name(parameter)
            if bound is not None:
                self._add(bound, "parameter", parameter, None, scope)

    def _bind(self, kind: str, node: Node) -> None:
        if kind in ("assignment", "augmented_assignment"):
            self._assign(kind, node)
        elif kind == "named_expression":
            self._targets(node.field("name"), node)
        elif kind == "for_statement":
            self._iterate(node, node)
        elif kind == "for_in_clause":
            self._iterate(node, node.parent or node)
        elif kind == "as_pattern":
            self._bind_as(node)
        elif kind == "delete_statement":
            self._delete(node)
        else:
            self._bind_import(node)

    def _iterate(self, loop: Node, binding: Node) -> None:
        target = loop.field("left")
        if target is not None and target.kind == "identifier":
            self._add(target, "iteration", binding, loop.field("right"))
        else:
            self._targets(target, binding)

    def _assign(self, kind: str, node: Node) -> None:
        left, right = node.field("left"), node.field("right")
        if left is None or (right is None and kind == "assignment"):
            return
        if left.kind == "identifier" and kind == "assignment":
            self._add(left, "value", node, right)
        elif left.kind == "identifier":
            operator = node.field("operator")
            merged = operator is not None and operator.text in ("|=", "+=")
            self._change(left, Change("update" if merged else "unknown", node, self.at(node.start), value=right))
        elif left.kind == "subscript":
            self._assign_item(left, node, right if kind == "assignment" else None)
        else:
            self._set_attribute(left, right if kind == "assignment" else None)
            self._targets(left, node)

    def _set_attribute(self, left: Node, value: Node | None) -> None:
        key = self._attribute_key(left)
        if key is not None:
            self._attributes.setdefault(key, []).append(value)

    def _attribute_key(self, node: Node) -> tuple[int, str] | None:
        """The class and the name of ``self.x`` or ``cls.x``."""
        held, name = node.field("object"), node.field("attribute")
        if node.kind != "attribute" or held is None or name is None or held.text not in ("self", "cls"):
            return None
        scope: Scope | None = self.at(node.start)
        while scope is not None and scope.kind != "class_definition":
            scope = scope.parent
        return (scope.node.start, name.text) if scope is not None else None

    def class_at(self, definition: Node) -> Scope | None:
        """The scope of a class definition."""
        self._fill()
        return self._classes.get(definition.start)

    def attribute(self, node: Node) -> Node | None:
        """The expression ``self.x`` surely stands for: the class sets it once and nobody changes it."""
        self._fill()
        key = self._attribute_key(node)
        if key is None:
            return None
        home = self._classes[key[0]]
        values = [binding.value for binding in home.bindings.get(key[1], ())] + self._attributes.get(key, [])
        return values[0] if len(values) == 1 else None

    def member(self, node: Node) -> Node | None:
        """The expression ``Status.PAID.value`` or ``Names.ADA`` stands for: a class of the file sets it, once."""
        self._fill()
        held, name = node.field("object"), node.field("attribute")
        valued = False
        if name is not None and name.text == "value" and held is not None and held.kind == "attribute":
            inner, valued = held, True
            held, name = inner.field("object"), inner.field("attribute")
        if (
            held is None
            or name is None
            or held.kind != "identifier"
            or len(self.module.bindings.get(held.text, ())) != 1
        ):
            return None
        named = [one for one in self._scopes if one.kind == "class_definition" and one.name == held.text]
        if len(named) != 1 or named[0].parent is not self.module or not _gives_value(named[0], valued):
            return None
        bindings = named[0].bindings.get(name.text, [])
        return bindings[0].value if len(bindings) == 1 and bindings[0].kind == "value" else None

    def own_method(self, node: Node) -> Binding | None:
        """The method ``self.x`` is, where its class defines it once and sets no attribute of that name."""
        self._fill()
        key = self._attribute_key(node)
        if key is None or self._attributes.get(key):
            return None
        home = self._classes[key[0]]
        bindings = home.bindings.get(key[1], [])
        return bindings[0] if len(bindings) == 1 and bindings[0].kind == "function" else None

    def _assign_item(self, left: Node, node: Node, right: Node | None) -> None:
        held, key = left.field("value"), left.field("subscript")
        if held is None:
            return
        if held.kind == "identifier":
            plain = key is not None and string(key) is not None
            self._change(held, Change("set" if plain else "unknown", node, self.at(node.start), key, right))
        else:
            self._change_root(held, node)

    def _change_root(self, held: Node, node: Node) -> None:
        """``rows[0]["k"] = v`` changes what ``rows`` holds, and nobody follows how."""
        while held.kind == "subscript":
            inner = held.field("value")
            if inner is None:
                return
            held = inner
        if held.kind == "identifier":
            self._change(held, Change("unknown", node, self.at(node.start)))
        # A second, unknown value makes the attribute unsure.
        self._set_attribute(held, None)

    def _change(self, name: Node, change: Change) -> None:
        change.scope.changes.setdefault(name.text, []).append(change)

    def _targets(self, target: Node | None, node: Node) -> None:
        if target is None:
            return
        if target.kind == "identifier":
            self._add(target, "other", node, None)
        elif target.kind not in ("attribute", "subscript", "call"):
            for inner in target.named:
                self._targets(inner, node)
        elif target.kind == "subscript":
            self._change_root(target, node)

    def _bind_as(self, node: Node) -> None:
        alias = node.field("alias")
        inner = node.named
        if alias is None or not alias.named:
            return
        target = alias.named[0]
        if target.kind == "identifier" and inner and inner[0].kind == "call":
            self._add(target, "value", node, inner[0])
        else:
            self._targets(target, node)

    def _delete(self, node: Node) -> None:
        for target in node.find("subscript"):
            held = target.field("value")
            if held is not None:
                self._change_root(held, node)

    def _bind_import(self, node: Node) -> None:
        for child in node.named[1:] if node.kind == "import_from_statement" else node.named:
            alias = child.field("alias") if child.kind == "aliased_import" else None
            name = alias or (child.named[0] if child.kind == "dotted_name" and child.named else child)
            self._add(name, "other", node, None)
            if node.kind == "global_statement":
                self._add(name, "other", node, None, self.module)

    def _change_by_call(self, call: Node, method: str) -> None:
        function = call.field("function")
        if function is None or function.kind != "attribute":
            return
        held = function.field("object")
        if held is None:
            return
        if held.kind != "identifier":
            self._change_root(held, call)
            return
        arguments = call.field("arguments")
        given = arguments.named if arguments is not None else []
        kind: ChangeKind = "unknown"
        if method in ("append", "extend", "update") and len(given) == 1 and given[0].kind != "keyword_argument":
            kind = method  # type: ignore[assignment]
        value = given[0] if kind != "unknown" else None
        if method == "update" and given and all(one.kind == "keyword_argument" for one in given):
            kind, value = "update", arguments
        self._change(held, Change(kind, call, self.at(call.start), value=value))


def _gives_value(scope: Scope, valued: bool) -> bool:
    """A member of the class is its value: with ``.value`` in an Enum, as it is where the class is a text or number."""
    bases = scope.node.field("superclasses")
    names = {one.text.rpartition(".")[2] for one in bases.named} if bases is not None else set()
    if valued:
        return any("Enum" in name or name.endswith("Choices") for name in names)
    return names <= {"object"} or bool(names & {"str", "int", "StrEnum", "IntEnum"}) and len(names) <= 2  # noqa: RUF021


def parameter_name(parameter: Node) -> Node | None:
    """The identifier a parameter binds, stars and annotations left aside."""
    if parameter.kind == "identifier":
        return parameter
    named = parameter.field("name")
    if named is not None:
        return named
    inner = parameter.named
    return parameter_name(inner[0]) if inner and parameter.kind not in ("keyword_separator",) else None


def _reaching(bindings: list[Binding], use: Node) -> Binding | None:
    inner = [binding for binding in bindings if binding.node.kind in _COMPREHENSIONS]
    around = [binding for binding in inner if binding.node.holds(use.start)]
    if around:
        return around[0] if len(around) == 1 else None
    bindings = [binding for binding in bindings if binding not in inner]
    before = [
        one for one in bindings if one.node.start < use.start and (_is_loop(one) or not one.node.holds(use.start))
    ]
    parameters = [binding for binding in bindings if binding.kind == "parameter"]
    if parameters and len(bindings) == 1:
        return parameters[0]
    if not before:
        return None
    last = before[-1]
    if len(bindings) == 1:
        return last
    block = last.node if _is_loop(last) else next((node for node in last.node.ancestors if node.kind in _BLOCKS), None)
    if block is None or not block.holds(use.start):
        return None
    after = [binding.node.start for binding in bindings if binding.node.start > use.start]
    if after and _loops_back(use, last, after):
        return None
    return last


def _is_loop(binding: Binding) -> bool:
    return binding.node.kind == "for_statement"


def _loops_back(use: Node, last: Binding, after: list[int]) -> bool:
    """Whether a later binding comes round to the use by a loop that the last one stands outside of."""
    loops = [node for node in use.ancestors if node.kind in _LOOPS and not node.holds(last.node.start)]
    return any(loop.holds(offset) for loop in loops for offset in after)


def _looks_up(scope: Scope, binding: Binding) -> bool:
    """Whether the name means this binding in ``scope``."""
    for outer in scope.outward():
        if outer is binding.scope:
            return True
        if outer.bindings.get(binding.name):
            return False
    return False
