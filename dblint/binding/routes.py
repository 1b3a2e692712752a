"""Which function of the project answers an HTTP request that a test makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from dblint.binding.code import Code, Found
from dblint.binding.derived import derived, recalled
from dblint.cache import digest
from dblint.facts.code_expressions import HOLE
from dblint.facts.code_model import CodeFacts, Expression, Function

VERBS = frozenset(("get", "post", "put", "patch", "delete"))
_ROUTING = re.compile(rb"@[\w.]+\.(?:get|post|put|patch|delete|route|api_route)\(")
_HOLDERS = ("APIRouter", "Blueprint", "FastAPI", "Flask", "Quart", "Router")
_PREFIXES = ("prefix", "url_prefix")


@dataclass(frozen=True, slots=True)
class _Route:
    verbs: tuple[str, ...]
    parts: tuple[str, ...]
    """Between the slashes; empty for a parameter."""
    found: Found

    @property
    def weight(self) -> tuple[int, int]:
        return len(self.parts), sum(bool(one) for one in self.parts)


class Answering(Protocol):
    """Whoever knows which function answers a request."""

    def answering(self, verb: str, url: str) -> Found | None:
        """The one route a request surely comes to."""


@dataclass(slots=True)
class Routes:
    """The routes of a project, read when the first request is made."""

    code: Code
    _routes: list[_Route] | None = field(default=None)

    @property
    def digest(self) -> str:
        """What stands for all of them."""
        return digest(*map(repr, self._all()))

    def answering(self, verb: str, url: str) -> Found | None:
        """The one route a request surely comes to; prefixes that are put before a router elsewhere may be missing."""
        asked = tuple("" if HOLE in one else one for one in url.partition("?")[0].split("/") if one)
        fitting = [one for one in self._all() if verb in one.verbs and _ends_with(asked, one.parts)]
        best = max((one.weight for one in fitting), default=None)
        found = {one.found for one in fitting if one.weight == best}
        return found.pop() if len(found) == 1 else None

    def _all(self) -> list[_Route]:
        if self._routes is None:
            codes, kind = self.code.codes, tuple[_Route, ...]
            paths = self.code.holding(_ROUTING)
            self.code.load(path for path in paths if recalled(codes, "routes", path, kind) is None)
            made = (derived(codes, "routes", path, kind, partial(_routes_of, self.code, path)) for path in paths)
            self._routes = [one for routes in made for one in routes]
        return self._routes


def _routes_of(code: Code, path: str) -> tuple[_Route, ...]:
    facts = code.file(path)
    if facts is None:
        return ()
    return tuple(
        route for function in facts.functions for one in function.decorators for route in _route(facts, function, one)
    )


def _route(facts: CodeFacts, function: Function, decorator: Expression) -> Iterator[_Route]:
    holder, _, verb = decorator.text.rpartition(".")
    calls = facts.module.calls
    if not holder or not 0 <= decorator.call < len(calls) or verb not in VERBS | {"route", "api_route"}:
        return
    given = calls[decorator.call].argument(0, "path", "rule")
    if given is None or given.kind != "str":
        return
    listed = next((one.value for one in calls[decorator.call].arguments if one.name == "methods"), None)
    named = tuple(one.text.lower() for one in listed.items) if listed is not None else ("get",)
    verbs = (verb,) if verb in VERBS else named
    parts = tuple(_part(one) for one in f"{_prefix(facts, holder)}/{given.text}".split("/") if one)
    yield _Route(verbs, parts, Found(facts.path, function.name, "function"))


def _prefix(facts: CodeFacts, holder: str) -> str:
    for one in facts.module.assignments:
        if one.target == holder and one.value is not None and 0 <= one.value.call < len(facts.module.calls):
            call = facts.module.calls[one.value.call]
            if call.name in _HOLDERS:
                found = next((two.value for two in call.arguments if two.name in _PREFIXES), None)
                return found.text if found is not None and found.kind == "str" else ""
    return ""


def _part(text: str) -> str:
    return "" if text[:1] in "{<" else text


def _ends_with(asked: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    if len(parts) > len(asked) or not any(parts):
        return not parts and not asked
    tail = asked[len(asked) - len(parts) :]
    literal = any(one and one == other for one, other in zip(tail, parts, strict=True))
    return literal and all(not part or part == one for one, part in zip(tail, parts, strict=True))
