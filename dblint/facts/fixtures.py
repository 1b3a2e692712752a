"""Pytest fixtures: their names and the callees their values are made by."""

from __future__ import annotations

from dblint.facts.decorators import fixture_name
from dblint.facts.draft import Draft
from dblint.facts.makers import made_by
from dblint.facts.model import Fixture


def extract(draft: Draft) -> tuple[Fixture, ...]:
    """The fixtures a file defines."""
    found = []
    for decorated in draft.nodes["decorated_definition"]:
        function = decorated.field("definition")
        if function is None or function.kind != "function_definition":
            continue
        named, name = function.field("name"), fixture_name(function)
        if named is None or name is None:
            continue
        makes = [callee for given in draft.records.returned(function) for callee in made_by(draft, given)]
        is_async = any(child.kind == "async" for child in function.children)
        found.append(Fixture(name, named.span, tuple(dict.fromkeys(makes)), is_async))
    return tuple(found)
