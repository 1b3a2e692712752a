"""Fakes of the project's own that must be opened: an async method sets what others cannot do without."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.binding.code import Code, Found
from dblint.checks.async_clients import Constructor
from dblint.checks.async_tests import Member, Tests
from dblint.facts.code_model import Function

_OPENERS = ("connect", "initialize", "init", "open", "start", "setup", "set_up")
_CLOSERS = ("aclose", "close", "disconnect", "shutdown", "stop", "dispose", "cleanup")
_NOTHING = frozenset(("null", "bool"))


@dataclass(frozen=True, slots=True)
class Unopened:
    """A fake that a test uses before anybody opened it."""

    name: str
    opener: str
    method: str
    constructor: Constructor


def unopened(fixture: Member, tests: Tests) -> Unopened | None:
    """The fake that a fixture hands out closed and a test then uses as if it were open."""
    way = fixture.routine.hand_outs[0].path
    if len(way) != 2 or way[1] != "()" or way[0][0] in "#%":
        return None
    code = tests.project.code
    dotted = way[0].removeprefix("@")
    found = code.find(fixture.path, dotted) if way[0][0] == "@" else _imported(fixture, dotted, tests)
    if found is None or found.kind != "class" or not code.whole(found):
        return None
    opener = next((one for one in _OPENERS if _is_async(code, found, one)), None)
    if opener is None or _is_opened(fixture, opener, tests) or _opens_itself(code, found, opener):
        return None
    needed = _set_by(code, found, opener)
    for _, use in tests.uses_of(fixture):
        if len(use.path) > 2 and use.path[2] == "()" and not use.expected:
            function = code.function(code.member(found, use.path[1][1:]))
            demanded = _demanded(found, use.path[1][1:], tests)
            if function is not None and (demanded & needed or _fails_without(function, needed)):
                return Unopened(found.name, opener, function.last_name, _constructor(code, found))
    return None


def _imported(fixture: Member, dotted: str, tests: Tests) -> Found | None:
    for one in tests.files[fixture.path].imported:
        if one.dotted == dotted:
            return tests.project.code.find(fixture.path, one.name)
    return None


def _is_async(code: Code, found: Found, name: str) -> bool:
    function = code.function(code.member(found, name))
    return function is not None and function.is_async and not function.parameters[1:]


def _is_opened(fixture: Member, opener: str, tests: Tests) -> bool:
    """Somebody who gets the fake calls the opener, enters it, or hands it to other code that may."""
    around = [fixture, *tests.consumers(fixture)]
    if any(opener in one.routine.calls for one in around):
        return True
    return any(use.context == "entered" or use.path[1:2] == ("enter",) for _, use in tests.uses_of(fixture))


def _opens_itself(code: Code, found: Found, opener: str) -> bool:
    facts = code.file(found.path)
    own = facts.functions if facts is not None else ()
    return any(one.owner == found.name and any(call.callee == f"self.{opener}" for call in one.calls) for one in own)


def _set_by(code: Code, found: Found, opener: str) -> frozenset[str]:
    """The attributes that are nothing from the beginning and that the opener sets."""
    first, later = code.function(code.member(found, "__init__")), code.function(code.member(found, opener))
    if first is None or later is None:
        return frozenset()
    nothing = {
        one.target
        for one in first.assignments
        if one.value is not None and one.value.kind in _NOTHING and one.value.text != "True"
    }
    return frozenset(nothing & {one.target for one in later.assignments})


def _demanded(found: Found, method: str, tests: Tests) -> frozenset[str]:
    """The attributes whose lack the method answers with an error."""
    file = tests.files.get(found.path)
    routines = file.routines if file is not None else ()
    return frozenset(
        f"self.{name}" for one in routines if (one.owner, one.name) == (found.name, method) for name in one.demands
    )


def _fails_without(function: Function, needed: frozenset[str]) -> bool:
    """The method calls a method of such an attribute whatever it is."""
    return any(
        not call.conditional and any(call.callee.startswith(f"{one}.") for one in needed) for call in function.calls
    )


def _constructor(code: Code, found: Found) -> Constructor:
    for name in _CLOSERS:
        function = code.function(code.member(found, name))
        if function is not None and not function.parameters[1:]:
            wait = "await " if function.is_async else ""
            return Constructor(found.name, "client", "running", (f"{wait}{{0}}.{name}()",))
    return Constructor(found.name, "client", "running")
