"""Tests that only test their doubles: what each test of a file does with its own mocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dblint.facts.decorators import is_fixture
from dblint.facts.draft import Draft
from dblint.facts.mock_only import mock_only
from dblint.facts.mock_transactions import transactions
from dblint.facts.mocks import Mocks, Nodes, callee, is_mock, is_patch, is_specified, own_calls, replaces_itself
from dblint.facts.own_answers import OwnAnswers
from dblint.facts.query_assertions import query_assertions
from dblint.facts.replacements import replacements
from dblint.facts.rpc_formulas import asserted_calls, computed_branches
from dblint.facts.swallows import swallows
from dblint.facts.theater_model import AssertedCall, BareMock, TheaterFacts
from dblint.syntax.python import Node

_MOCKING = re.compile(r"Mock\b|\bpatch\b|\bsetattr\b|return_value|mocker")
_OPENING = re.compile(r"\.(?:transaction|begin|begin_nested|atomic)\(")
_STATEMENT = re.compile(r"(?i)[\"'\n]\s*(?:select|insert\s+into|update|delete\s+from|with)\s+\w")
_SWALLOWING = re.compile(r"\bexcept\b|\bsuppress\b")


def extract(draft: Draft) -> TheaterFacts | None:
    """What the tests of a file do with their mocks; None where no text says anything of the kind."""
    text = draft.source.text
    mocking = _MOCKING.search(text) is not None
    swallowing = _SWALLOWING.search(text) is not None
    if not mocking and not swallowing and "rpc" not in text:
        return None
    facts = _mocking(draft) if mocking else TheaterFacts()
    if "rpc" in text:
        facts = replace(facts, computed=tuple(computed_branches(draft)), asserted=tuple(_asserted_calls(draft)))
    if swallowing:
        facts = replace(facts, swallowed=tuple(one for test in tests(draft) for one in swallows(draft, test)))
    return None if facts == TheaterFacts() else facts


def _mocking(draft: Draft) -> TheaterFacts:
    calls, assignments = Nodes(draft.nodes["call"]), Nodes(draft.nodes["assignment"])
    withs = Nodes(draft.nodes["with_statement"])
    found = [_of_test(draft, Mocks(draft, test, calls, assignments, withs)) for test in tests(draft) if _mocks(test)]
    return TheaterFacts(
        answers=tuple(one for facts in found for one in facts.answers),
        mock_only=tuple(one for facts in found for one in facts.mock_only),
        transactions=tuple(one for facts in found for one in facts.transactions),
        replacements=tuple(one for facts in found for one in facts.replacements),
        queries=tuple(one for facts in found for one in facts.queries),
        bare_mocks=tuple(_bare_mocks(draft)),
    )


def _mocks(function: Node) -> bool:
    """Whether a test's text, its decorators included, speaks of mocks."""
    above = function.parent
    text = above.text if above is not None and above.kind == "decorated_definition" else function.text
    parameters = function.field("parameters")
    return _MOCKING.search(text) is not None or (parameters is not None and "mock" in parameters.text.lower())


def _of_test(draft: Draft, mocks: Mocks) -> TheaterFacts:
    """The facts of one test; each reader is asked only where a text of its kind stands there."""
    test, text = name_of(mocks.function), mocks.function.text
    asked = own_calls(text, mocks.patched)
    opened = _OPENING.search(text) is not None
    queried = _STATEMENT.search(text) is not None
    replaced = bool(mocks.patched) or "setattr" in text
    asserted = assertions(mocks) if asked or opened or queried or replaced else []
    return TheaterFacts(
        answers=tuple(OwnAnswers(draft, mocks, test).found(asserted)) if asked else (),
        mock_only=tuple(mock_only(draft, mocks, test, asserted)) if asked else (),
        transactions=tuple(transactions(draft, mocks, test, asserted)) if opened else (),
        replacements=tuple(replacements(draft, mocks, test, asserted)) if replaced else (),
        queries=tuple(query_assertions(draft, mocks, test, asserted)) if queried else (),
    )


def _asserted_calls(draft: Draft) -> Iterator[AssertedCall]:
    for function in tests(draft):
        if "rpc" in function.text:
            stated = function.find("assert_statement")
            yield from asserted_calls(draft, name_of(function), stated)


def tests(draft: Draft) -> list[Node]:
    """The functions pytest or unittest takes for tests by their name."""
    return [one for one in draft.nodes["function_definition"] if name_of(one).startswith("test")]


def name_of(function: Node) -> str:
    named = function.field("name")
    return "" if named is None else named.text


def assertions(mocks: Mocks) -> list[Node]:
    """``assert`` statements and calls of assertion methods, in the order of the text."""
    stated = [one for one in mocks.function.find("assert_statement") if mocks.is_own(one)]
    called = [one for one in mocks.calls if _asserts(one)]
    return sorted((*stated, *called), key=lambda node: node.start)


def _asserts(call: Node) -> bool:
    return callee(call).startswith("assert") and call.parent is not None and call.parent.kind == "expression_statement"


def _bare_mocks(draft: Draft) -> Iterator[BareMock]:
    for function in draft.nodes["function_definition"]:
        if not is_fixture(function):
            continue
        given = draft.records.returned(function)
        made = [_behind(draft, one) for one in given]
        if made and all(one is not None and _is_bare(one) for one in made):
            yield BareMock(name_of(function))


def _is_bare(node: Node) -> bool:
    patched = node.kind == "call" and is_patch(node) and not replaces_itself(node)
    return (patched or is_mock(node)) and not is_specified(node)


def _behind(draft: Draft, node: Node) -> Node | None:
    binding = draft.scopes.reach(node) if node.kind == "identifier" else None
    return node if binding is None else binding.value
