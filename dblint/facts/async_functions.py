"""Functions and classes of a test file as pytest sees them: decorators, parameters, what they hand out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.facts.async_model import Decoration, HandOut, Keyword, Parameter, Routine, TestClass
from dblint.facts.async_paths import Paths
from dblint.facts.decorators import decorators
from dblint.facts.literals import value
from dblint.facts.scopes import Scope, parameter_name
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

ASYNC_ONLY = ("await", "with_statement", "for_statement", "for_in_clause")
_DEMAND = re.compile(
    r"\bif\s+(?:not\s+self\.(\w+)|self\.(\w+)\s+is\s+(?:None|False)|self\.(\w+)\s*==\s*(?:None|False))\s*:\s*raise\b"
)
_RUNNING_HOOKS = re.compile(r"asyncio|anyio|iscoroutine|isasyncgen|run_until_complete")


class Functions:
    """The functions of a file in the order of the text, and which of them holds an offset."""

    def __init__(self, draft: Draft, paths: Paths) -> None:
        self._draft = draft
        self._paths = paths
        self.nodes = draft.nodes["function_definition"]
        self._index = {node.start: at for at, node in enumerate(self.nodes)}
        kinds = draft.tree.by_kind((*ASYNC_ONLY, "return_statement", "yield"))
        self.statements: dict[str, list[Node]] = kinds
        self._inside: dict[str, dict[int, list[Node]]] = {
            "async": self._by_function(node for kind in ASYNC_ONLY for node in kinds[kind] if _is_async(node)),
            "return_statement": self._by_function(iter(kinds["return_statement"])),
            "yield": self._by_function(iter(kinds["yield"])),
            "call": self._by_function(iter(draft.nodes["call"])),
        }

    def at(self, offset: int) -> int:
        """The index of the function around an offset; -1 outside of any."""
        scope = self._draft.scopes.function_at(offset)
        return -1 if scope is None else self._index.get(scope.node.start, -1)

    def _by_function(self, nodes: Iterator[Node]) -> dict[int, list[Node]]:
        """The nodes by the function whose own they are, not a lambda's or a class's in it."""
        found: dict[int, list[Node]] = {}
        for node in nodes:
            scope = self._draft.scopes.at(node.start)
            if scope.kind == "function_definition":
                found.setdefault(scope.node.start, []).append(node)
        return found

    def _of(self, kind: str, function: Node) -> list[Node]:
        return self._inside[kind].get(function.start, [])

    def routines(self) -> tuple[Routine, ...]:
        return tuple(self._routine(node) for node in self.nodes)

    def _routine(self, node: Node) -> Routine:
        scope = self._draft.scopes.at(node.start)
        home = scope.parent or self._draft.scopes.module
        named = node.field("name")
        decorated = decorators(node)
        top = (node.parent or node) if decorated else node
        decorations = tuple(one for one in map(self.decoration, decorated) if one is not None)
        is_fixture = any(one.name.rpartition(".")[2] == "fixture" for one in decorations)
        tree = self._draft.tree
        return Routine(
            name=scope.name,
            owner=home.name if home.kind == "class_definition" else "",
            span=(named or node).span,
            is_async=_is_async(node),
            is_generator=bool(self._of("yield", node)),
            is_nested=_is_nested(home),
            above=tree.span(top.start, top.start),
            keyword=tree.span(node.start, node.start),
            indent=self._indent(top.start),
            body_indent=self._body_indent(node),
            parameters=tuple(self._parameters(node)),
            decorations=decorations,
            awaits=tuple(one.span for one in self._of("async", node) if not _in_generator(one, node)),
            hand_outs=tuple(self._hand_outs(node)),
            calls=tuple(dict.fromkeys(filter(None, map(_last_name, self._of("call", node))))),
            names=tuple(sorted({one.text for one in node.find("identifier")})) if is_fixture else (),
            demands=_demands(node) if home.kind == "class_definition" and _is_async(node) else (),
            is_guarded=top.parent is not None and top.parent.kind == "block" and _is_guarded(top.parent),
        )

    def _indent(self, offset: int) -> str:
        start = self._draft.tree.line_start(self._draft.tree.line_of(offset))
        before = self._draft.tree.text[start:offset]
        return before if not before.strip() else ""

    def _body_indent(self, function: Node) -> str:
        body = function.field("body")
        first = body.named[0] if body is not None and body.named else None
        return self._indent(first.start) if first is not None else ""

    def decoration(self, node: Node) -> Decoration | None:
        """A decorator, or a mark in ``pytestmark``."""
        if node.kind == "decorator":
            if not node.named:
                return None
            node = node.named[0]
        callee = node.field("function") if node.kind == "call" else node
        if callee is None:
            return None
        name = self._paths.dotted(callee)
        arguments = node.field("arguments") if node.kind == "call" else None
        given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
        positional = tuple(value(one) for one in given if one.kind != "keyword_argument")
        return Decoration(name, node.span, callee.span, tuple(self.keywords(given)), positional)

    def keywords(self, given: list[Node]) -> Iterator[Keyword]:
        for one in given:
            name, said = one.field("name"), one.field("value")
            if one.kind == "keyword_argument" and name is not None and said is not None:
                yield Keyword(name.text, value(said), self._paths.of(said), said.span)

    def _parameters(self, function: Node) -> Iterator[Parameter]:
        given = function.field("parameters")
        for one in given.named if given is not None else ():
            name, annotation = parameter_name(one), one.field("type")
            if name is None or one.kind in ("list_splat_pattern", "dictionary_splat_pattern"):
                continue
            inner = annotation.named[0] if annotation is not None and annotation.named else None
            dotted = self._paths.dotted(inner) if inner is not None else ""
            yield Parameter(name.text, name.span, dotted, one.field("value") is not None)

    def _hand_outs(self, function: Node) -> Iterator[HandOut]:
        body = function.field("body")
        statements = body.named if body is not None else []
        for kind in ("return_statement", "yield"):
            for node in self._of(kind, function):
                given = node.named[0] if node.named else None
                if given is None or any(child.kind == "from" for child in node.children):
                    continue
                above = node.parent if kind == "yield" else node
                statement = above if above is not None and above.kind == "expression_statement" else node
                managed = any(one.kind == "with_statement" and one.start > function.start for one in node.ancestors)
                yield HandOut(
                    statement=statement.span,
                    value=given.span,
                    path=self._paths.of(given),
                    yields=kind == "yield",
                    last=bool(statements) and statement == statements[-1],
                    name=given.text if given.kind == "identifier" else "",
                    managed=managed,
                )

    def classes(self) -> tuple[TestClass, ...]:
        return tuple(self._class(node) for node in self._draft.nodes["class_definition"])

    def _class(self, node: Node) -> TestClass:
        named, bases, body = node.field("name"), node.field("superclasses"), node.field("body")
        given = [one for one in bases.named if one.kind != "keyword_argument"] if bases is not None else []
        inner = [_undecorated(one) for one in (body.named if body is not None else ())]
        methods = [one for one in inner if one.kind == "function_definition"]
        return TestClass(
            name=named.text if named is not None else "",
            span=(named or node).span,
            bases=tuple(self._paths.dotted(one) or one.text for one in given),
            base_spans=tuple(one.span for one in given),
            marks=(
                *filter(None, map(self.decoration, decorators(node))),
                *self.marks(body.named if body is not None else []),
            ),
            methods=tuple((_name_of(one), _is_async(one)) for one in methods),
        )

    def marks(self, statements: list[Node]) -> Iterator[Decoration]:
        """What ``pytestmark`` says among the statements of a module or class."""
        for statement in statements:
            assignment = statement.named[0] if statement.kind == "expression_statement" and statement.named else None
            left = assignment.field("left") if assignment is not None and assignment.kind == "assignment" else None
            right = assignment.field("right") if assignment is not None else None
            if left is None or right is None or left.text != "pytestmark":
                continue
            for mark in right.named if right.kind in ("list", "tuple") else [right]:
                found = self.decoration(mark)
                if found is not None:
                    yield found

    def hooks(self) -> Iterator[str]:
        """The pytest hooks that may run async functions, or mark them, or choose the mode."""
        for node in self.nodes:
            name = _name_of(node)
            if name == "pytest_pyfunc_call" or (name.startswith("pytest_") and _RUNNING_HOOKS.search(node.text)):
                yield name


def _is_async(node: Node) -> bool:
    return node.kind == "await" or any(child.kind == "async" for child in node.children[:1])


def _demands(method: Node) -> tuple[str, ...]:
    return tuple(name for found in _DEMAND.findall(method.text) for name in found if name)


def _is_nested(home: Scope) -> bool:
    scope: Scope | None = home
    while scope is not None:
        if scope.kind == "function_definition":
            return True
        scope = scope.parent
    return False


def _is_guarded(block: Node) -> bool:
    return block.parent is not None and block.parent.kind not in ("class_definition", "function_definition", "module")


def _in_generator(node: Node, function: Node) -> bool:
    """A generator expression may await in any function."""
    return any(one.kind == "generator_expression" and one.start > function.start for one in node.ancestors)


def _last_name(call: Node) -> str:
    function = call.field("function")
    if function is not None and function.kind == "attribute":
        function = function.field("attribute")
    return function.text if function is not None and function.kind == "identifier" else ""


def _undecorated(node: Node) -> Node:
    return (node.field("definition") or node) if node.kind == "decorated_definition" else node


def _name_of(node: Node) -> str:
    named = node.field("name")
    return named.text if named is not None else ""
