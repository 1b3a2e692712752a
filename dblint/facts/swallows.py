"""Handlers in tests that pass: what of the ``try`` is lost with them, an assertion or the database's own error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.facts.deliberate import ends_in_failure
from dblint.facts.draft import Draft
from dblint.facts.literals import dotted, string
from dblint.facts.mocks import callee
from dblint.facts.theater_model import SwallowedTry
from dblint.facts.words import CLIENTS, words_of
from dblint.syntax.python import Node

_BROAD = frozenset(("Exception", "BaseException"))
_DATABASE_ERRORS = frozenset(
    (
        *("DatabaseError", "IntegrityError", "OperationalError", "ProgrammingError", "DataError", "InterfaceError"),
        *("PostgresError", "SQLAlchemyError", "APIError", "DBAPIError", "UniqueViolation", "UniqueViolationError"),
        *("CheckViolation", "CheckViolationError", "ForeignKeyViolation", "ForeignKeyViolationError"),
        *("NotNullViolation", "NotNullViolationError", "PostgrestAPIError"),
    )
)
_OPENING = frozenset(("transaction", "begin", "begin_nested", "atomic"))
_VERBS = frozenset(("execute", "executemany", "executescript", "fetch", "fetchrow", "fetchval", "commit", "flush"))
_BUILDERS = frozenset(("table", "from_", "rpc"))
_HANDLES = CLIENTS | {"conn", "connection", "cursor", "cur", "session", "pool", "engine", "tx", "transaction"}
_CLEANING = re.compile(r"\s*(drop|truncate|delete|rollback|set|reset|discard|close)\b", re.IGNORECASE)
_LOOPS = ("for_statement", "while_statement")
_LEAVING = frozenset(("break_statement", "return_statement", "continue_statement"))


def swallows(draft: Draft, function: Node) -> Iterator[SwallowedTry]:
    """The ``try`` statements and ``suppress`` blocks of a test that lose something."""
    body = function.field("body")
    if body is None:
        return
    for statement in body.find("try_statement"):
        if _is_own(draft, function, statement):
            yield from _of_try(draft, function, statement)
    for statement in body.find("with_statement"):
        if _is_own(draft, function, statement):
            yield from _of_suppress(draft, function, statement)


def _is_own(draft: Draft, function: Node, node: Node) -> bool:
    scope = draft.scopes.function_at(node.start)
    return scope is not None and scope.node.start == function.start


def _of_try(draft: Draft, function: Node, statement: Node) -> Iterator[SwallowedTry]:
    body = statement.field("body")
    clauses = [child for child in statement.children if child.kind == "except_clause"]
    others = [child.kind for child in statement.children if child.kind in ("else_clause", "finally_clause")]
    if body is None or "else_clause" in others or _is_retried(function, statement) or _is_teardown(function, statement):
        return
    failure = next((one for one in clauses if _catches(one) & {"", "AssertionError", *_BROAD}), None)
    assertion = _assertion(draft, function, body)
    if (
        failure is not None
        and assertion is not None
        and _passes(failure)
        and not _reports(function, statement, assertion)
    ):
        yield _swallowed(function, "assertion", assertion, statement, body, failure)
        return
    if failure is None and ends_in_failure(body):
        return  # The error is what the test waits for.
    trouble = next((one for one in clauses if _catches(one) & {"", *_BROAD, *_DATABASE_ERRORS}), None)
    call = _database_call(draft, function, body)
    if trouble is not None and call is not None and _passes(trouble) and not _reports(function, statement, call):
        yield _swallowed(function, "database call", call, statement, body, trouble)


def _of_suppress(draft: Draft, function: Node, statement: Node) -> Iterator[SwallowedTry]:
    body = statement.field("body")
    clause = next((child for child in statement.children if child.kind == "with_clause"), None)
    items = clause.named if clause is not None else []
    call = items[0].named[0] if len(items) == 1 and items[0].named else None
    if body is None or call is None or call.kind != "call" or _is_retried(function, statement):
        return
    if (dotted(call.field("function")) or "").rpartition(".")[2] != "suppress":
        return
    given = call.field("arguments")
    caught = {one.text.rpartition(".")[2] for one in (given.named if given is not None else [])}
    assertion = _assertion(draft, function, body)
    if caught & {"AssertionError", *_BROAD} and assertion is not None and not _reports(function, statement, assertion):
        yield _swallowed(function, "assertion", assertion, statement, body, call)
        return
    asked = _database_call(draft, function, body)
    if caught & {*_BROAD, *_DATABASE_ERRORS} and asked is not None and not _reports(function, statement, asked):
        yield _swallowed(function, "database call", asked, statement, body, call)


def _swallowed(function: Node, loses: str, lost: Node, statement: Node, body: Node, handler: Node) -> SwallowedTry:
    named = function.field("name")
    caught = handler.text.partition(":")[0].strip() if handler.kind == "except_clause" else handler.text
    return SwallowedTry(
        test="" if named is None else named.text,
        loses="assertion" if loses == "assertion" else "database call",
        lost=lost.span,
        text=" ".join(_head(lost).split()),
        whole=statement.span,
        body=body.span,
        handler=handler.span,
        catches=" ".join(caught.split()),
        raises=bool(body.find("raise_statement")),
        expects=_is_failure(lost),
    )


def _is_failure(lost: Node) -> bool:
    if lost.kind == "call":
        return callee(lost) == "fail"
    return lost.kind == "assert_statement" and bool(lost.named) and lost.named[0].kind == "false"


def _head(node: Node) -> str:
    """What a reader recognizes a statement by; never its literals, which may be secret."""
    if node.kind == "call":
        return f"{dotted(node.field('function')) or callee(node)}()"
    return node.kind.partition("_")[0]


def _catches(clause: Node) -> set[str]:
    """The last names of the exceptions a handler takes, the empty name for a bare one."""
    held = next((child for child in clause.named if child.kind != "block"), None)
    if held is not None and held.kind == "as_pattern" and held.named:
        held = held.named[0]
    if held is None:
        return {""}
    return {one.text.rpartition(".")[2] for one in (held.named if held.kind == "tuple" else [held])}


def _passes(clause: Node) -> bool:
    block = next((child for child in clause.named if child.kind == "block"), None)
    return block is not None and bool(block.named) and all(_is_idle(one) for one in block.named)


def _is_idle(statement: Node) -> bool:
    if statement.kind == "pass_statement":
        return True
    inner = statement.named[0] if statement.kind == "expression_statement" and len(statement.named) == 1 else None
    return inner is not None and inner.kind in ("ellipsis", "string")


def _assertion(draft: Draft, function: Node, body: Node) -> Node | None:
    """The first assertion of the block itself; one in a ``try`` inside it has its own fate."""
    found = [node for node in body.find("assert_statement", "call") if node.kind == "assert_statement" or _fails(node)]
    return next((node for node in found if _is_own(draft, function, node) and not _is_held(node, body)), None)


def _fails(call: Node) -> bool:
    name = dotted(call.field("function")) or callee(call)
    last = name.rpartition(".")[2]
    return name in ("pytest.fail", "self.fail") or (
        last.startswith("assert") and call.parent is not None and call.parent.kind == "expression_statement"
    )


def _is_held(node: Node, body: Node) -> bool:
    for above in node.ancestors:
        if above.start <= body.start and above.end >= body.end:
            return False
        if above.kind == "try_statement":
            return True
    return False


def _database_call(draft: Draft, function: Node, body: Node) -> Node | None:
    """A call in the block that asks a database, cleaning up left aside."""
    if any(_cleans(call) for call in body.find("call")):
        return None
    calls = [call for call in body.find("call") if _is_own(draft, function, call) and not _is_held(call, body)]
    return next((call for call in calls if _asks(call)), None)


def _asks(call: Node) -> bool:
    function = call.field("function")
    held = function.field("object") if function is not None and function.kind == "attribute" else None
    name = callee(call)
    if held is None:
        return False
    if name in _OPENING:
        above = call.parent
        return above is not None and above.kind in ("with_item", "as_pattern") and _is_handle(held)
    if name in _VERBS:
        return _is_handle(held) or any(callee(one) in _BUILDERS for one in held.find("call"))
    return False


def _is_handle(node: Node) -> bool:
    last = (dotted(node) or "").rpartition(".")[2]
    return not _HANDLES.isdisjoint(words_of(last))


def _cleans(call: Node) -> bool:
    name = callee(call)
    if name in ("rollback", "close", "aclose", "drop_all", "delete", "terminate", "dispose"):
        return True
    given = call.field("arguments")
    first = given.named[0] if given is not None and given.named else None
    inner = first
    if first is not None and first.kind == "call":
        nested = first.field("arguments")
        inner = nested.named[0] if nested is not None and nested.named else None
    return inner is not None and _CLEANING.match(string(inner) or inner.text.lstrip("frbuFRBU\"'")) is not None


def _is_retried(function: Node, statement: Node) -> bool:
    """In a loop the next round may succeed; after a ``return`` in the block what follows is the failure."""
    if any(above.kind in _LOOPS for above in statement.ancestors if above.start > function.start):
        return True
    body = statement.field("body")
    return body is not None and any(one.kind in _LEAVING for one in body.named)


def _is_teardown(function: Node, statement: Node) -> bool:
    return any(above.kind == "finally_clause" for above in statement.ancestors if above.start > function.start)


def _reports(function: Node, statement: Node, lost: Node) -> bool:
    """Whether the block notes behind what may be lost that all went well, and the test looks at the note."""
    body = statement.field("body")
    after = [
        one
        for one in (body.find("assignment", "augmented_assignment") if body is not None else [])
        if one.start > lost.start
    ]
    names = {left.text for one in after for left in [one.field("left")] if left is not None}
    return (
        any(name.start >= statement.end and name.text in names for name in function.find("identifier"))
        if names
        else False
    )
