"""Tests that drive a mock they made themselves and name nothing of the project."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator

from dblint.facts.draft import Draft
from dblint.facts.imported import import_of
from dblint.facts.mocks import CALL, Mocks, callee, is_patch
from dblint.facts.theater_model import MockOnlyTest
from dblint.syntax.python import Node

_MOCKING = frozenset(("mock", "unittest", "pytest"))
_REACHING = frozenset(("importlib", "subprocess", "runpy", "pkgutil", "multiprocessing", "ctypes", "sys", "os"))
"""Modules of the standard library through which a test may reach the project without naming it."""
_REACHING_NAMES = frozenset(("eval", "exec", "open", "compile", "__import__", "globals"))
_BUILTINS = frozenset(dir(builtins)) - _REACHING_NAMES


def mock_only(draft: Draft, mocks: Mocks, test: str, asserted: list[Node]) -> Iterator[MockOnlyTest]:
    """At most one: the test, if all it calls is its own mock."""
    if not asserted or any(is_patch(patch.call) for patch in mocks.patched):
        return
    driven = next((call for call in mocks.calls if _drives(mocks, call)), None)
    named = mocks.function.field("name")
    if driven is None or named is None or not _is_alone(draft, mocks):
        return
    path = mocks.path(driven)
    if path is not None:
        yield MockOnlyTest(test, named.span, path.text, driven.span)


def _drives(mocks: Mocks, call: Node) -> bool:
    """A call of a mock's own path that is no assertion and no configuration of it."""
    path = mocks.path(call)
    if path is None or path.root.fixture is not None or path.root.specified or not path.steps:
        return False
    name = callee(call)
    return path.steps[-1] == CALL and not name.startswith(("assert", "configure_mock", "reset_mock", "mock_add"))


def _is_alone(draft: Draft, mocks: Mocks) -> bool:
    body = mocks.function.field("body")
    if body is None or body.find("import_statement", "import_from_statement") or _fixtures(mocks.function):
        return False
    names = [node for node in body.find("identifier") if _is_read(node)]
    return all(_is_harmless(draft, mocks, name) for name in names)


def _fixtures(function: Node) -> list[str]:
    parameters = function.field("parameters")
    return [one.text for one in (parameters.named if parameters is not None else []) if one.text not in ("self", "cls")]


def _is_read(name: Node) -> bool:
    """A name on its own: no attribute behind a dot, no keyword of a call."""
    parent = name.parent
    if parent is None or parent.kind not in ("attribute", "keyword_argument"):
        return True
    key = parent.field("attribute" if parent.kind == "attribute" else "name")
    return key is None or key.start != name.start


def _is_harmless(draft: Draft, mocks: Mocks, name: Node) -> bool:
    if name.text == "self":
        above = name.parent
        return above is not None and _attribute(above).startswith("assert")
    binding = draft.scopes.reach(name)
    if binding is None:
        local = draft.scopes.at(name.start).bindings.get(name.text)
        return bool(local) or name.text in _BUILTINS
    if binding.scope.node.start >= mocks.function.start and binding.scope.kind == "function_definition":
        return True
    origin = import_of(binding)
    if origin is None:
        # A constant of the module that calls nothing.
        return binding.kind == "value" and binding.value is not None and not binding.value.find("call", "identifier")
    home = origin.partition(".")[0]
    return home in _MOCKING or (home in sys.stdlib_module_names and home not in _REACHING)


def _attribute(node: Node) -> str:
    named = node.field("attribute") if node.kind == "attribute" else None
    return "" if named is None else named.text
