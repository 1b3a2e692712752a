"""Names that a test replaces, and what it calls by its own dotted name while they are replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dblint.facts.draft import Draft
from dblint.facts.imported import import_of, imported_name
from dblint.facts.literals import dotted, string
from dblint.facts.mocks import Mocks, Patched, arguments, callee, import_aliases, is_mock
from dblint.facts.theater_model import DottedCall, Replacement
from dblint.syntax.python import Node

_REAL = frozenset(("wraps", "side_effect"))
_CONSTANTS = frozenset(("string", "integer", "float", "true", "false", "none", "list", "dictionary", "tuple"))
_DEPTH = 4


def replacements(draft: Draft, mocks: Mocks, test: str, asserted: list[Node]) -> Iterator[Replacement]:
    """Each name replaced in the test whose target is known."""
    last = asserted[-1].end if asserted else -1
    for patch in (*mocks.patched, *_set(mocks)):
        if patch.target is None:
            continue
        calls = tuple(_calls(draft, mocks, patch))
        by = "other" if _told_to_run(draft, mocks, patch) else _by(draft, patch)
        heard = any(call.start <= last for _, call in calls)
        yield Replacement(
            test,
            patch.target,
            patch.span,
            by,
            tuple(DottedCall(name, at.span) for name, at in calls),
            heard,
            _creates(patch),
            _is_dotted(patch),
        )


def _creates(patch: Patched) -> bool:
    keywords = {name.text for one in arguments(patch.call) for name in [one.field("name")] if name is not None}
    return bool({"create", "raising"} & keywords)


def _is_dotted(patch: Patched) -> bool:
    given = arguments(patch.call)
    return bool(given) and string(given[0]) is not None


def _told_to_run(draft: Draft, mocks: Mocks, patch: Patched) -> bool:
    """``mock.side_effect = the_real_thing``."""
    told = (assignment for assignment in mocks.assignments if _side_effect_of(assignment) == patch.name)
    return any(imported_name(draft.scopes, assignment.field("right")) == patch.target for assignment in told)


def _side_effect_of(assignment: Node) -> str | None:
    left = dotted(assignment.field("left")) or ""
    return left.removesuffix(".side_effect") if left.endswith(".side_effect") else None


def _set(mocks: Mocks) -> Iterator[Patched]:
    """``monkeypatch.setattr(module, "name", value)``, from there to the end of the test."""
    for call in mocks.calls:
        if (dotted(call.field("function")) or "").endswith("monkeypatch.setattr"):
            target, node = mocks.target(call)
            yield Patched(target, (node or call).span, call.end, mocks.function.end, None, call)


def _by(draft: Draft, patch: Patched) -> Literal["mock", "constant", "other"]:
    """What stands in the name's place; what may still run the real thing is ``other``."""
    given = arguments(patch.call)
    keywords = {name.text: one.field("value") for one in given for name in [one.field("name")] if name is not None}
    if any(_may_run_it(name, value) for name, value in keywords.items()):
        return "other"
    positional = [one for one in given if one.kind != "keyword_argument"]
    named = 1 if positional and string(positional[0]) is not None else 2
    put = positional[named] if len(positional) > named else keywords.get("new")
    if put is None:
        return "mock"
    put = _behind(draft, put)
    if is_mock(put):
        inner = {
            name.text: one.field("value") for one in arguments(put) for name in [one.field("name")] if name is not None
        }
        return "other" if any(_may_run_it(name, value) for name, value in inner.items()) else "mock"
    if put.kind == "lambda":
        body = put.field("body")
        return "constant" if body is not None and body.kind in _CONSTANTS else "other"
    return "constant" if put.kind in _CONSTANTS else "other"


def _may_run_it(name: str, value: Node | None) -> bool:
    """``wraps=f``, ``side_effect=f``: a function still runs; an exception or a list does not."""
    if name == "new_callable":
        return value is not None and not value.text.endswith(("Mock", "PropertyMock"))
    if name == "side_effect" and value is not None:
        callee = dotted(value.field("function") if value.kind == "call" else value) or ""
        return value.kind != "list" and not callee.endswith(("Error", "Exception", "Timeout"))
    return name in _REAL


def _behind(draft: Draft, node: Node) -> Node:
    for _ in range(_DEPTH):
        binding = draft.scopes.reach(node) if node.kind == "identifier" else None
        if binding is None or binding.kind != "value" or binding.value is None:
            return node
        node = binding.value
    return node


def _calls(draft: Draft, mocks: Mocks, patch: Patched) -> Iterator[tuple[str, Node]]:
    """The calls while the name is replaced that go through its own dotted name, as Python would look it up then.

    A function imported by name before the patch is the real one still; one reached through its module or class, or
    imported while the name is replaced, is not.
    """
    target = patch.target or ""
    names = {target.rpartition(".")[2], *import_aliases(draft.source.text)}
    for call in mocks.calls:
        # An alias may hide the name, and only an import can make one.
        if not patch.start <= call.start < patch.end or callee(call) not in names:
            continue
        name = _meant(draft, patch, call)
        if name is not None and name == target:
            yield name, call


def _meant(draft: Draft, patch: Patched, call: Node) -> str | None:
    """The dotted name a call reaches, instances of classes opened; None where the name was taken before the patch."""
    function = call.field("function")
    if function is None:
        return None
    if function.kind == "identifier":
        binding = draft.scopes.reach(function)
        if binding is None or import_of(binding) is None or binding.node.start < patch.start:
            return None
        return imported_name(draft.scopes, function)
    held, named = function.field("object"), function.field("attribute")
    if function.kind != "attribute" or held is None or named is None:
        return None
    direct = imported_name(draft.scopes, function)
    if direct is not None:
        return direct
    instance = _behind(draft, held)
    if instance.kind == "call":
        made = imported_name(draft.scopes, instance.field("function"))
        return f"{made}.{named.text}" if made is not None and _is_class(made) else None
    return None


def _is_class(name: str) -> bool:
    return name.rpartition(".")[2][:1].isupper()
