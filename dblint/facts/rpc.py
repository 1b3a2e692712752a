"""Stored functions in a test file: who calls them, and what doubles answer for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from dblint.facts import builders, rpc_answers, rpc_calls, rpc_dispatch, rpc_registries
from dblint.facts.draft import Draft
from dblint.facts.rpc_model import FunctionName, RpcAnswer, RpcCall, RpcFacts

_CREATES = re.compile(
    r"""(?ix) create \s+ (?:or\s+replace\s+)? (?:function|procedure|aggregate) \s+
    (?:"?\w+"?\s*\.\s*)? "?(?P<name>\w+)"? """
)

_FAKES = re.compile(
    r"""(?mx) ^[ \t]+ (?:async[ ]+)? def[ ]+ (?:table|from_|rpc|select|execute|executemany|fetch\w*|acquire|cursor
    |commit|rollback|transaction|begin|scalars?|find|find_one|insert_one|aggregate|get_collection) \( \s* self\b"""
)


def extract(draft: Draft) -> RpcFacts:
    """All that a file says of stored functions."""
    text = draft.source.text
    lowered = text.lower()
    unexecuted = tuple(builders.extract(draft))
    fakes = _FAKES.search(text) is not None
    composed = "sqlalchemy" in lowered and "func." in lowered
    if not composed and "rpc" not in lowered and "callproc" not in lowered:
        return RpcFacts(unexecuted=unexecuted, fakes=fakes)
    doubles = rpc_dispatch.extract(draft)
    registered, told = rpc_registries.extract(draft)
    calls = [*rpc_calls.extract(draft), *doubles.calls, *registered]
    answers = [*rpc_answers.told(draft), *doubles.answers, *told]
    return RpcFacts(
        calls=tuple(sorted(dict.fromkeys(calls), key=lambda one: one.function.span)),
        answers=tuple(sorted(dict.fromkeys(_named(answers, calls)), key=lambda one: one.span)),
        dispatches=tuple(doubles.dispatches),
        created=tuple(dict.fromkeys(found["name"].lower() for found in _CREATES.finditer(text))),
        unexecuted=unexecuted,
        fakes=fakes,
    )


def _named(answers: Iterable[RpcAnswer], calls: Iterable[RpcCall]) -> Iterable[RpcAnswer]:
    """The answers, those of a mock with the one function that the same test calls or asserts through it."""
    told: dict[tuple[str, str], dict[tuple[str | None, str], FunctionName]] = {}
    sure = {(call.test, call.client) for call in calls if call.alone}
    for call in calls:
        if call.test and call.client:
            named = told.setdefault((call.test, call.client), {})
            named.setdefault((call.function.schema, call.function.name), call.function)
    for answer in answers:
        key = (answer.test, answer.client)
        names = told.get(key, {}) if answer.function is None and answer.client and key in sure else {}
        yield replace(answer, function=next(iter(names.values()))) if len(names) == 1 else answer
