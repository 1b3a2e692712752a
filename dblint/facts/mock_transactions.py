"""Transactions that a test opens on a mock, with an exception inside and an assertion that reads the mock."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.facts.draft import Draft
from dblint.facts.mocks import CALL, MockPath, Mocks, callee, with_items
from dblint.facts.own_answers import operands
from dblint.facts.theater_model import MockTransaction
from dblint.syntax.python import Node

_OPENING = frozenset(("transaction", "begin", "begin_nested", "atomic"))
_RECORDS = frozenset(
    ("called", "call_count", "call_args", "call_args_list", "await_count", "mock_calls", "method_calls", "side_effect")
)
_DEPTH = 6


def transactions(draft: Draft, mocks: Mocks, test: str, asserted: list[Node]) -> Iterator[MockTransaction]:
    """The transactions on mocks whose rollback the test then believes to see."""
    for statement in mocks.withs:
        opened = next(
            ((item, path) for item in with_items(statement) for path in [_opening(mocks, item)] if path), None
        )
        if opened is None or not _fails(draft, mocks, statement):
            continue
        item, path = opened
        for assertion in asserted:
            read = _read(mocks, draft, assertion, path) if assertion.start >= statement.end else None
            if read is not None:
                yield MockTransaction(test, path.text, item.span, assertion.span, read.text, path.root.fixture)
                break


def _opening(mocks: Mocks, item: Node) -> MockPath | None:
    """The mock's path a ``with`` item opens a transaction on."""
    call = item.named[0] if item.kind == "as_pattern" and item.named else item
    if call.kind != "call" or callee(call) not in _OPENING:
        return None
    path = mocks.path(call)
    return None if path is None or path.root.specified else path


def _fails(draft: Draft, mocks: Mocks, statement: Node) -> bool:
    """Whether the body raises, or calls a path that is told to raise."""
    body = statement.field("body")
    if body is None:
        return False
    if any(mocks.is_own(one) for one in body.find("raise_statement")):
        return True
    calls = [mocks.path(call) for call in mocks.calls if body.start <= call.start < body.end]
    asked = {path.key for path in calls if path is not None}
    return any(told.value is None and told.path in asked for told in mocks.told if told.at < body.start)


def _read(mocks: Mocks, draft: Draft, assertion: Node, opened: MockPath) -> MockPath | None:
    """The mock's path an assertion reads, if all that it reads is a call of the same mock."""
    if assertion.kind == "call" and mocks.path(assertion.field("function")) is not None:
        return None  # ``mock.rollback.assert_called()`` asserts a call, not what lies in the database.
    paths = [_behind(mocks, draft, name) for operand in operands(assertion) for name in _leaves(operand)]
    read = [path for path in paths if path is not None]
    if not read or len(read) < len(paths):
        return None
    same = all(path.root.name == opened.root.name and not _RECORDS & set(path.steps) for path in read)
    called = [path for path in read if path.calls and path.steps and path.steps[-1] == CALL]
    return called[0] if same and called else None


def _leaves(node: Node) -> Iterator[Node]:
    """The names and calls an expression is made of, constants and plain functions left aside."""
    if node.kind in ("identifier", "attribute") or (node.kind == "call" and not _is_plain(node)):
        yield node
    elif node.kind == "call":
        given = node.field("arguments")
        for argument in given.named if given is not None else ():
            yield from _leaves(argument)
    else:
        for child in node.named:
            yield from _leaves(child)


def _is_plain(call: Node) -> bool:
    function = call.field("function")
    return function is not None and function.kind == "identifier" and function.text in ("len", "list", "bool", "sum")


def _behind(mocks: Mocks, draft: Draft, node: Node, depth: int = 0) -> MockPath | None:
    path = mocks.path(node)
    if path is not None or depth > _DEPTH or node.kind != "identifier":
        return path
    binding = draft.scopes.reach(node)
    if binding is None or binding.value is None or binding.kind != "value":
        return None
    leaves = list(_leaves(binding.value))
    return _behind(mocks, draft, leaves[0], depth + 1) if len(leaves) == 1 else None
