"""Pytest fixtures: their names and the callees their values are made by."""

from __future__ import annotations

from dblint.facts.decorators import names_fixture
from dblint.facts.draft import Draft
from dblint.facts.literals import string
from dblint.facts.makers import made_by
from dblint.facts.model import Fixture
from dblint.syntax.python import Node


def extract(draft: Draft) -> tuple[Fixture, ...]:
    """The fixtures a file defines."""
    found = []
    for decorated in draft.nodes["decorated_definition"]:
        function = decorated.field("definition")
        if function is None or function.kind != "function_definition":
            continue
        decorator = next((one for one in decorated.children if one.kind == "decorator" and names_fixture(one)), None)
        named = function.field("name")
        if decorator is None or named is None:
            continue
        makes = [callee for given in draft.records.returned(function) for callee in made_by(draft, given)]
        is_async = any(child.kind == "async" for child in function.children)
        found.append(Fixture(_renamed(decorator) or named.text, named.span, tuple(dict.fromkeys(makes)), is_async))
    return tuple(found)


def _renamed(decorator: Node) -> str | None:
    """The name of ``@pytest.fixture(name="db")``."""
    called = decorator.named[0]
    arguments = called.field("arguments") if called.kind == "call" else None
    for argument in arguments.named if arguments is not None else ():
        name = argument.field("name") if argument.kind == "keyword_argument" else None
        if name is not None and name.text == "name":
            return string(argument.field("value"))
    return None
