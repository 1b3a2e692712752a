"""Assertions on the text of the SQL that a mock was called with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.facts.draft import Draft
from dblint.facts.literals import string
from dblint.facts.mocks import Mocks, callee
from dblint.facts.own_answers import operands
from dblint.facts.theater_model import QueryAssertion
from dblint.syntax.python import Node

_STATEMENT = re.compile(
    r"\s*(select\b.+\bfrom\b|insert\s+into\b|update\b.+\bset\b|delete\s+from\b|with\b.+\bas\s*\()",
    re.IGNORECASE | re.DOTALL,
)
_CALLED_WITH = (
    "assert_called",
    "assert_any_call",
    "assert_has_calls",
    "assert_awaited",
    "assert_any_await",
    "assert_has_awaits",
)


def query_assertions(draft: Draft, mocks: Mocks, test: str, asserted: list[Node]) -> Iterator[QueryAssertion]:
    """The assertions of a test that hold a whole statement."""
    for assertion in asserted:
        if not _looks_at_calls(draft, assertion):
            continue
        for node in assertion.find("string", "concatenated_string"):
            text = string(draft.literal(node))
            if text is not None and _STATEMENT.match(text):
                yield QueryAssertion(test, node.span, text.split()[0].upper())
                break


def _looks_at_calls(draft: Draft, assertion: Node) -> bool:
    if assertion.kind == "call" and callee(assertion).startswith(_CALLED_WITH):
        return True
    return any(_is_record(draft, one) for operand in operands(assertion) for one in operand.find("identifier"))


def _is_record(draft: Draft, name: Node, depth: int = 0) -> bool:
    if name.text in ("call_args", "call_args_list", "mock_calls", "await_args", "await_args_list"):
        return True
    binding = draft.scopes.reach(name) if depth < 3 else None
    if binding is None or binding.kind != "value" or binding.value is None:
        return False
    return any(_is_record(draft, one, depth + 1) for one in binding.value.find("identifier"))
