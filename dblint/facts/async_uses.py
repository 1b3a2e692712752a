"""What a test file does with doubles, clients and functions: calls, awaits, ``async with``, and assignments to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from dblint.facts.async_functions import Functions
from dblint.facts.async_model import Context, Double, Making, Path, Setting, Use
from dblint.facts.async_paths import Paths
from dblint.facts.literals import value
from dblint.source import Span
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_SPECIFYING = frozenset(("spec", "spec_set", "wraps", "autospec", "unsafe"))
_FILLING = ("configure_mock", "attach_mock", "mock_add_spec", "setattr", "object", "seal", "multiple")
_EXPECTING = re.compile(r"\b(?:raises|warns|assertRaises\w*|assertWarns\w*|suppress|catch_warnings)\b")
_JUDGING = frozenset(("assert_statement", "not_operator", "comparison_operator", "boolean_operator"))
_LOOKING = frozenset(("attribute", "comparison_operator", "assert_statement", "not_operator", "boolean_operator"))
_CLIENTS = frozenset(
    (
        *("aiomysql", "aiosqlite", "asyncmy", "asyncpg", "databases", "edgedb", "gel", "motor", "neo4j", "psycopg"),
        *("psycopg_pool", "pymongo", "redis", "sqlalchemy", "sqlmodel", "supabase", "tortoise"),
    )
)
_RUNNERS = frozenset(("asyncio.run", "anyio.run", "trio.run"))
_ASYNC_STATEMENTS = ("with_statement", "for_statement")


class Uses:
    """Collected once for a file."""

    def __init__(self, draft: Draft, paths: Paths, functions: Functions) -> None:
        self._draft = draft
        self._paths = paths
        self._functions = functions
        self._identifiers: dict[int, dict[str, list[Node]]] = {}

    def uses(self) -> Iterator[Use]:
        seen: set[tuple[int, int]] = set()
        for node in self._candidates():
            top = _top(node)
            if (top.start, top.end) in seen:
                continue
            seen.add((top.start, top.end))
            path = self._paths.of(top)
            if path:
                context = self._context(top, path)
                if _matters(path, context):
                    yield Use(
                        path=path,
                        own=self._paths.own(top),
                        context=context,
                        span=top.span,
                        routine=self._functions.at(top.start),
                        text=" ".join(top.text.split())[:80],
                        expected=_is_expected(top),
                    )

    def _candidates(self) -> Iterator[Node]:
        yield from self._draft.nodes["call"]
        yield from self._functions.statements["await"]
        for kind in _ASYNC_STATEMENTS:
            for node in self._functions.statements[kind]:
                if node.children[0].kind == "async":
                    yield from _entered(node)

    def _context(self, top: Node, path: Path) -> Context:
        if path[-1] == "await":
            return "awaited"
        parent = _outside(top)
        if parent is None:
            return "passed"
        if parent.kind == "expression_statement":
            return "discarded"
        if parent.kind in _JUDGING:
            return "asserted" if _is_asserted(parent) else "passed"
        if parent.kind in ("with_item", "as_pattern"):
            statement = next((one for one in parent.ancestors if one.kind == "with_statement"), None)
            is_async = statement is not None and statement.children[0].kind == "async"
            return "entered" if is_async else "passed"
        if parent.kind == "for_statement" and parent.children[0].kind == "async":
            return "iterated"
        if parent.kind == "assignment" and path[-1] == "()":
            return self._assigned(parent)
        return "passed"

    def _assigned(self, assignment: Node) -> Context:
        left = assignment.field("left")
        if left is None or left.kind != "identifier":
            return "passed"
        function = self._draft.scopes.function_at(assignment.start)
        if function is None:
            return "passed"
        others = [one for one in self._named(function.node).get(left.text, []) if one.start != left.start]
        return "dropped" if all(map(_only_looks, others)) else "passed"

    def _named(self, function: Node) -> dict[str, list[Node]]:
        """The identifiers of a function by name."""
        if function.start not in self._identifiers:
            found: dict[str, list[Node]] = {}
            for one in function.find("identifier"):
                found.setdefault(one.text, []).append(one)
            self._identifiers[function.start] = found
        return self._identifiers[function.start]

    def settings(self) -> Iterator[Setting]:
        """Assignments to attributes of doubles and parameters, and calls that fill them in ways nobody follows."""
        for node in self._draft.nodes["assignment"]:
            left, right = node.field("left"), node.field("right")
            if left is None or left.kind != "attribute" or right is None:
                continue
            path = self._paths.of(left)
            if path and path[0][0] in "#%" and len(path) > 1:
                yield self._setting(path, node, left, right)
        for call in self._draft.calls_of(_FILLING):
            path = self._filled(call)
            if path and path[0][0] in "#%":
                yield self._setting((*path, ".*"), call, call, None)

    def _filled(self, call: Node) -> Path:
        function, arguments = call.field("function"), call.field("arguments")
        given = arguments.named if arguments is not None else []
        if function is not None and function.kind == "attribute":
            name = function.field("attribute")
            if name is not None and name.text in ("configure_mock", "attach_mock", "mock_add_spec"):
                return self._paths.of(function.field("object"))
        return self._paths.of(given[0]) if given else ()

    def _setting(self, path: Path, node: Node, left: Node, right: Node | None) -> Setting:
        return Setting(
            path=path,
            value=value(right),
            value_path=self._paths.of(right),
            span=node.span,
            routine=self._functions.at(node.start),
            target=left.text if right is not None else "",
        )

    def makings(self) -> Iterator[Making]:
        """The calls that may make clients of databases."""
        for call in self._draft.nodes["call"]:
            path = self._paths.of(call)
            if len(path) == 2 and path[1] == "()" and path[0].partition(".")[0] in _CLIENTS:
                yield self._making(path[0], call)

    def _making(self, name: str, call: Node) -> Making:
        arguments = call.field("arguments")
        given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
        tree = call.tree
        at = given[-1].end if given else call.end - 1
        outside = _outside(call)
        awaited = outside is not None and outside.kind == "await"
        statement = _outside(outside) if awaited and outside is not None else outside
        left = statement.field("left") if statement is not None and statement.kind == "assignment" else None
        return Making(
            name=name,
            span=call.span,
            routine=self._functions.at(call.start),
            end=tree.span(at, at),
            is_bare=not given,
            keywords=tuple(self._functions.keywords(given)),
            positional=tuple(value(self._draft.literal(one)) for one in given if one.kind != "keyword_argument"),
            assigned=left.text if left is not None and left.kind == "identifier" else "",
            awaited=awaited,
            run=self._run(outside),
        )

    def _run(self, arguments: Node | None) -> Span | None:
        call = arguments.parent if arguments is not None and arguments.kind == "argument_list" else None
        if call is None or arguments is None or len(arguments.named) != 1:
            return None
        return call.span if self._paths.dotted(call.field("function")) in _RUNNERS else None

    def doubles(self) -> Iterator[Double]:
        """The doubles met so far: ask for them last."""
        done = 0
        while done < len(self._paths.doubles):
            yield self._double(self._paths.doubles[done])
            done += 1

    def _double(self, call: Node) -> Double:
        arguments, callee = call.field("arguments"), call.field("function")
        given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
        keywords = tuple(self._functions.keywords(given))
        opaque = any(one.kind != "keyword_argument" for one in given) or any(
            one.name in _SPECIFYING for one in keywords
        )
        statement = call.parent
        left = statement.field("left") if statement is not None and statement.kind == "assignment" else None
        is_named = statement is not None and left is not None and left.kind in ("identifier", "attribute")
        tree = self._draft.tree
        after = tree.span(statement.end, statement.end) if statement is not None and is_named else None
        line = tree.line_start(tree.line_of(statement.start)) if statement is not None else 0
        before = tree.text[line : statement.start] if statement is not None else ""
        return Double(
            kind=self._paths.mock(call) or "",
            span=call.span,
            routine=self._functions.at(call.start),
            opaque=opaque,
            keywords=keywords,
            name=left.text if left is not None and is_named else "",
            after=after,
            indent=before if not before.strip() else "",
            callee=callee.span if callee is not None else None,
        )


def _top(node: Node) -> Node:
    """The whole chain of calls, attributes and awaits that an expression is a part of."""
    while True:
        parent = node.parent
        if parent is None or parent.kind not in ("attribute", "call", "await", "parenthesized_expression"):
            return node
        if parent.kind == "call" and parent.field("function") != node:
            return node
        if parent.kind == "parenthesized_expression" and len(parent.named) != 1:
            return node
        node = parent


def _outside(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None and parent.kind == "parenthesized_expression":
        parent = parent.parent
    return parent


def _is_asserted(node: Node) -> bool:
    """What judges the value is an assertion, however many operators lie between."""
    current: Node | None = node
    while current is not None and current.kind in _JUDGING:
        if current.kind == "assert_statement":
            return True
        current = _outside(current)
    return False


def _entered(statement: Node) -> Iterator[Node]:
    if statement.kind == "for_statement":
        right = statement.field("right")
        if right is not None:
            yield right
        return
    clause = next((one for one in statement.children if one.kind == "with_clause"), None)
    for item in clause.named if clause is not None else ():
        inner = item.named[0] if item.named else None
        if inner is not None and inner.kind == "as_pattern" and inner.named:
            inner = inner.named[0]
        if inner is not None:
            yield inner


def _only_looks(name: Node) -> bool:
    """The name's value is looked at and neither awaited nor handed on."""
    parent = _outside(name)
    if parent is None or parent.kind not in _LOOKING:
        return False
    if parent.kind != "attribute":
        return True
    held = parent.field("object")
    if held is None or held.start != name.start:
        return True  # an attribute of that name, of something else
    attribute = parent.field("attribute")
    return attribute is not None and attribute.text not in ("close", "send", "throw", "add_done_callback")


def _matters(path: Path, context: Context) -> bool:
    """Facts are kept of what may be wrong: a value's context, or what is done to a call's result on the way."""
    if path[0][0] in "#%":
        is_chain = any(one == "()" and other.startswith(".") for one, other in pairwise(path))
        return context != "passed" or "enter" in path or is_chain
    return context in ("discarded", "asserted", "dropped", "entered", "awaited")


def _is_expected(node: Node) -> bool:
    for one in node.ancestors:
        if one.kind == "with_statement":
            clause = next((child for child in one.children if child.kind == "with_clause"), None)
            if clause is not None and _EXPECTING.search(clause.text):
                return True
        if one.kind == "function_definition":
            return False
    return False
