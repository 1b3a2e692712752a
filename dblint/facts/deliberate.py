"""Places where a row is wrong on purpose: under ``pytest.raises``, before a migration, in a test that says so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dblint.facts.decorators import callee, cases_by_id
from dblint.facts.literals import dotted, string
from dblint.facts.scopes import Scope, Scopes
from dblint.facts.words import LACKING, PURPOSELY_WRONG, says
from dblint.syntax.python import Node

_REFUSAL = re.compile(
    r"Violation|IntegrityError|DataError|Undefined(?:Column|Table)|InvalidTextRepresentation|CheckConstraint|OutOfRange"
)
"""Errors by which a database refuses a row or a name."""
_FAILURE = re.compile(
    r"(?:else:\s*)?(?:assert\s+(?:False|0)\b|raise\s+AssertionError|(?:pytest|self)\.fail\(|fail\(|exit\(1)"
)
_EXPECTING = re.compile(
    r"(^|\.)(raises|assertRaises|assertRaisesRegex|assertRaisesRegexp|expect_raises|RaisesGroup|suppress)$"
)
_MIGRATING = frozenset(("migrate", "migrates", "migration", "migrations"))

_STATUS = re.compile(r"\bassert\s[^\n]*\bstatus(?:_code)?\s*==\s*(?:status\.HTTP_)?(\d{3})")
_REFUSALS = frozenset(("400", "409", "422"))


class Deliberate:
    """Answers for one file."""

    def __init__(
        self,
        scopes: Scopes,
        withs: list[Node],
        params: list[Node],
        decorated: list[Node],
        called: Mapping[str, list[Node]],
        tries: list[Node],
    ) -> None:
        self._scopes = scopes
        self._refused: dict[int, bool] = {}
        self._spans = [(node.start, node.end) for node in withs if _expects_error(node)]
        self._expecting = list(self._spans)
        self._spans += [(node.start, node.end) for node in params if _is_named(node, PURPOSELY_WRONG)]
        self._lacking = [(node.start, node.end) for node in params if _is_named(node, LACKING)]
        marks = [child for node in decorated for child in node.children if child.kind == "decorator"]
        cases = [case for mark in marks for case in cases_by_id(mark)]
        self._spans += [(node.start, node.end) for said, node in cases if says(said, PURPOSELY_WRONG)]
        self._lacking += [(node.start, node.end) for said, node in cases if says(said, LACKING)]
        self._spans += [(node.start, node.end) for attempt in tries for node in _expected_to_fail(attempt)]
        failing = [node for node in decorated if any(_must_fail(one) for one in node.children)]
        self._spans += [(node.start, node.end) for node in failing]
        migrating = [call for name, calls in called.items() if says(name, _MIGRATING) for call in calls]
        self._spans += [span for call in migrating if (span := self._before(call)) is not None]

    def at(self, node: Node) -> bool:
        offset = node.start
        return any(start <= offset < end for start, end in self._spans) or self._in_such_test(self._scopes.at(offset))

    def near(self, node: Node) -> bool:
        """The function around a place expects an error somewhere: what it prepares may be what raises it."""
        scope = self._scopes.function_at(node.start)
        return scope is not None and any(scope.node.holds(start) for start, _ in self._expecting)

    def lacks(self, node: Node) -> bool:
        """A test or parameter id says that something is left out."""
        offset, scope = node.start, self._scopes.function_at(node.start)
        named = scope is not None and scope.name.startswith("test") and says(scope.name, LACKING)
        return named or any(start <= offset < end for start, end in self._lacking)

    def _before(self, call: Node) -> tuple[int, int] | None:
        """What a function does before it migrates: its rows lie in tables as they were."""
        scope = self._scopes.function_at(call.start)
        return None if scope is None else (scope.node.start, call.start)

    def _in_such_test(self, scope: Scope | None) -> bool:
        while scope is not None:
            named = says(scope.name, PURPOSELY_WRONG)
            if named and (scope.name.lower().startswith("test") or _gives(scope.node)):
                return True
            if self._is_refused(scope):
                return True
            scope = scope.parent
        return False

    def _is_refused(self, scope: Scope) -> bool:
        """A test that asserts a refusal by its status code, and no success."""
        if scope.kind != "function_definition" or not scope.name.startswith("test"):
            return False
        if scope.node.start not in self._refused:
            codes = set(_STATUS.findall(scope.node.text))
            self._refused[scope.node.start] = bool(codes) and codes <= _REFUSALS
        return self._refused[scope.node.start]


def _gives(node: Node) -> bool:
    """A function that returns something: the wrong thing it is named for."""
    return node.kind == "function_definition" and any(one.named for one in node.find("return_statement"))


def _expects_error(node: Node) -> bool:
    clause = next((child for child in node.children if child.kind == "with_clause"), None)
    for item in clause.named if clause is not None else ():
        inner = item.named[0] if item.named else None
        if inner is not None and inner.kind == "as_pattern":
            inner = inner.named[0]
        called = dotted(inner.field("function")) if inner is not None and inner.kind == "call" else None
        if called is not None and _EXPECTING.search(called):
            return True
    return False


def _expected_to_fail(attempt: Node) -> list[Node]:
    """The body of a ``try`` that must not end well: a handler waits for a refusal, or its last statement fails."""
    body = attempt.field("body")
    clauses = [one for one in attempt.children if one.kind in ("except_clause", "except_group_clause")]
    if body is None or not clauses:
        return []
    caught = " ".join(one.named[0].text for one in clauses if one.named and one.named[0].kind != "block")
    others = [one for one in attempt.children if one.kind == "else_clause"]
    if _REFUSAL.search(caught) or ends_in_failure(body) or any(_FAILURE.match(one.text) for one in others):
        return [body]
    return []


def ends_in_failure(body: Node) -> bool:
    """The last statement of a block fails the test: what stands before it must raise."""
    return bool(body.named) and _FAILURE.match(body.named[-1].text) is not None


def _is_named(call: Node, vocabulary: frozenset[str]) -> bool:
    """``pytest.param(row, id="unknown-column")``."""
    arguments = call.field("arguments")
    for argument in arguments.named if arguments is not None else ():
        name = argument.field("name") if argument.kind == "keyword_argument" else None
        if name is not None and name.text == "id":
            return says(string(argument.field("value")) or "", vocabulary)
    return False


def _must_fail(decorator: Node) -> bool:
    return decorator.kind == "decorator" and callee(decorator).rpartition(".")[2] in ("xfail", "expectedFailure")
