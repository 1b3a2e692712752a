"""What doubles are told by name: ``register_rpc("f", handler)``, ``rpc_results = {"f": rows}``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted
from dblint.facts.rpc_answers import Answers
from dblint.facts.rpc_calls import function_name
from dblint.facts.rpc_model import RpcAnswer, RpcCall
from dblint.facts.words import words_of
from dblint.syntax.python import Node

_WORDS = frozenset(("rpc", "rpcs"))
_ANSWERS = frozenset(
    (
        *(
            "result",
            "results",
            "response",
            "responses",
            "answer",
            "answers",
            "return",
            "returns",
            "handler",
            "handlers",
        ),
        *("mock", "mocks", "fake", "fakes", "stub", "stubs", "data", "rows", "reply", "replies", "payload", "payloads"),
        *("canned", "values", "value"),
    )
)
_TELLING = frozenset(("register", "set", "add", "when", "on", "given", "with", "seed", "respond", "returns", "stub"))
_TELLING |= frozenset(("mock", "fake", "configure"))


def extract(draft: Draft) -> tuple[list[RpcCall], list[RpcAnswer]]:
    """The functions named, and what is to be answered for them."""
    answers = Answers(draft)
    calls: list[RpcCall] = []
    told: list[RpcAnswer] = []
    for key, given in (*_calls(draft), *_items(draft), *_keywords(draft)):
        name = function_name(draft, key) if key.kind == "string" else None
        if name is None:
            continue
        deliberate = draft.deliberate.at(key)
        calls.append(RpcCall(name, key.span, "rpc", "registry", "", open=True, deliberate=deliberate, reads=True))
        data = answers.data(given, direct=True)
        if data is not None:
            told.append(replace(answers.answer(name, data, "branch", None, sure=False), test=""))
    return calls, told


def _calls(draft: Draft) -> Iterator[tuple[Node, Node | None]]:
    """``fake.register_rpc("f", handler)``."""
    for name, calls in draft.called.items():
        words = words_of(name)
        if _WORDS.isdisjoint(words) or words[0] not in _TELLING:
            continue
        for call in calls:
            arguments = call.field("arguments")
            given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
            if len(given) == 2:
                yield given[0], given[1].field("value") if given[1].kind == "keyword_argument" else given[1]


def _items(draft: Draft) -> Iterator[tuple[Node, Node | None]]:
    """``fake.rpc_results["f"] = rows`` and ``rpc_results = {"f": rows}``."""
    for assignment in draft.nodes["assignment"]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None:
            continue
        held, key = (left.field("value"), left.field("subscript")) if left.kind == "subscript" else (left, None)
        if not _holds_answers(dotted(held)):
            continue
        if key is not None:
            yield key, right
        elif right.kind == "dictionary":
            yield from _pairs(right)


def _keywords(draft: Draft) -> Iterator[tuple[Node, Node | None]]:
    """``FakeClient(rpc_results={"f": rows})``."""
    for call in (one for calls in draft.called.values() for one in calls):
        arguments = call.field("arguments")
        for argument in arguments.named if arguments is not None else ():
            if argument.kind != "keyword_argument":
                continue
            name, given = argument.field("name"), argument.field("value")
            if name is not None and given is not None and given.kind == "dictionary" and _holds_answers(name.text):
                yield from _pairs(given)


def _holds_answers(name: str | None) -> bool:
    """``rpc_results``, ``self._rpc_handlers``: what functions answer, by their names."""
    words = words_of((name or "").rpartition(".")[2])
    return not _WORDS.isdisjoint(words) and (len(words) == 1 or not _ANSWERS.isdisjoint(words))


def _pairs(literal: Node) -> Iterator[tuple[Node, Node | None]]:
    for pair in literal.named:
        key = pair.field("key")
        if pair.kind == "pair" and key is not None:
            yield key, pair.field("value")
