"""The runs of a call that a file shows: what loops, cases and callers put in the place of the names it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from dblint.facts.decorators import decorators, is_fixture, parametrized_cases
from dblint.facts.literals import dotted, item
from dblint.facts.overrides import handed
from dblint.facts.records import is_asked_for
from dblint.facts.scopes import Binding
from dblint.facts.words import words_of
from dblint.source import Span
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

Names = Mapping[tuple[int, str], Node]
_AT_MOST = 60
_DEPTH = 3
_LISTS = ("list", "tuple", "set")
_COMPREHENSIONS = ("list_comprehension", "generator_expression", "set_comprehension")
_RAISES = re.compile(r"\braises\b|\bassertRaises|\bexcept\b|\bsuppress\(")
_OUTCOMES = frozenset(
    (
        *("expected", "expect", "expects", "error", "errors", "exc", "exception", "valid", "ok", "should", "raises"),
        *("fails", "fail", "success", "allowed", "accepted", "context", "ctx", "outcome", "is"),
    )
)
"""Words of parameters that say whether a case goes well."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what names stand for in it, and the place that says so, if one does."""

    draft: Draft
    names: Names = field(default_factory=dict)
    place: Span | None = None

    def resolve(self, name: Node) -> Node | None:
        """The expression a name is surely bound to in this run."""
        if name.kind == "identifier" and self.names:
            binding = self.draft.scopes.reach(name)
            found = self.names.get((binding.node.start, name.text)) if binding is not None else None
            if found is not None and binding is not None:
                return None if binding.kind == "parameter" and is_asked_for(name, binding) else found
        return self.draft.records.resolve(name)

    def behind(self, node: Node) -> Node:
        """What a name, or an item of what a name holds, is bound to; else the node itself."""
        for _ in range(_DEPTH):
            if node.kind in ("identifier", "attribute"):
                found = self.resolve(node)
            elif node.kind == "subscript":
                found = item(node, self.resolve)
            elif node.kind in ("parenthesized_expression", "await") and len(node.named) == 1:
                found = node.named[0]
            else:
                return node
            if found is None:
                return node
            node = found
        return node

    def within(self, other: Run) -> Run:
        """This run inside of another."""
        return Run(self.draft, {**other.names, **self.names}, self.place or other.place)


def runs(draft: Draft, call: Node, depth: int = 0) -> list[Run]:
    """The runs of a call; one that knows nothing where the file does not show them."""
    plain = [Run(draft)]
    arguments = call.field("arguments")
    if arguments is None or depth >= _DEPTH:
        return plain
    sources: dict[int, list[Run]] = {}
    for binding in _bindings(draft, arguments):
        home = _home(binding)
        if home is not None and home.start not in sources:
            found = _alternatives(draft, binding, home, depth)
            if found:
                sources[home.start] = found
    count = 1
    for one in sources.values():
        count *= len(one)
    if not sources or count > _AT_MOST:
        return plain
    made = []
    for chosen in product(*sources.values()):
        run = chosen[0]
        for other in chosen[1:]:
            run = other.within(run)
        made.append(run)
    return made


def looped(draft: Draft, comprehension: Node, outer: Run) -> list[Run]:
    """The runs of a comprehension's body; none where what it goes over is not known or only a part of it."""
    clauses = [one for one in comprehension.named if one.kind in ("for_in_clause", "if_clause")]
    if comprehension.kind not in _COMPREHENSIONS or len(clauses) != 1 or clauses[0].kind != "for_in_clause":
        return []
    return [one.within(outer) for one in _iterated(draft, clauses[0], comprehension.start, outer)]


def _bindings(draft: Draft, arguments: Node) -> Iterator[Binding]:
    """What the names in the arguments are bound to, names behind names included."""
    waiting, seen = [arguments], set[int]()
    while waiting:
        for name in waiting.pop().find("identifier"):
            above = name.parent
            part = above is not None and (
                (above.kind == "attribute" and above.field("attribute") == name)
                or (above.kind == "keyword_argument" and above.field("name") == name)
            )
            binding = None if part else draft.scopes.reach(name)
            if binding is None or id(binding) in seen or binding.scope.kind == "class_definition":
                continue
            seen.add(id(binding))
            yield binding
            if binding.kind == "value" and binding.value is not None and binding.scope is not draft.scopes.module:
                waiting.append(binding.value)


def _home(binding: Binding) -> Node | None:
    """The loop or the function whose runs give a name its meaning."""
    if binding.kind == "parameter":
        return binding.scope.node
    return binding.node if binding.node.kind == "for_statement" else None


def _alternatives(draft: Draft, binding: Binding, home: Node, depth: int) -> list[Run]:
    if home.kind == "for_statement":
        return _iterated(draft, home, home.start, Run(draft))
    if home.kind != "function_definition":
        return []
    if any(_names_parametrize(one) for one in decorators(home)):
        return _cases(draft, binding, home)
    return _callers(draft, binding, home, depth)


# Loops


def _iterated(draft: Draft, loop: Node, start: int, outer: Run) -> list[Run]:
    """One run for each item of what a loop goes over."""
    target, over = loop.field("left"), loop.field("right")
    if target is None or over is None:
        return []
    over = outer.behind(over)
    callee = dotted(over.field("function")) if over.kind == "call" else None
    if callee == "enumerate" and target.kind in ("pattern_list", "tuple_pattern") and len(target.named) == 2:
        given = over.field("arguments")
        if given is None or not given.named:
            return []
        target, over = target.named[1], outer.behind(given.named[0])
    if over.kind not in _LISTS or any(one.kind == "list_splat" for one in over.named):
        return []
    found = []
    for one in over.named:
        names = _spread(target, one, start, outer)
        if names is None:
            return []
        found.append(Run(draft, names, one.span))
    return found


def _spread(target: Node, given: Node, start: int, outer: Run) -> dict[tuple[int, str], Node] | None:
    """The names of a target with what each gets."""
    if target.kind == "identifier":
        return {(start, target.text): given}
    if target.kind not in ("pattern_list", "tuple_pattern", "list_pattern"):
        return None
    given = outer.behind(given)
    if given.kind not in ("tuple", "list") or len(given.named) != len(target.named):
        return None
    found: dict[tuple[int, str], Node] = {}
    for name, one in zip(target.named, given.named, strict=True):
        inner = _spread(name, one, start, outer)
        if inner is None or one.kind == "list_splat":
            return None
        found |= inner
    return found


# Cases and callers


def _names_parametrize(decorator: Node) -> bool:
    return any(one.text == "parametrize" for one in decorator.find("identifier"))


def _cases(draft: Draft, binding: Binding, function: Node) -> list[Run]:
    """The cases of the one ``parametrize`` that gives a parameter, where nothing says that some of them must fail."""
    if _RAISES.search(function.text) is not None or draft.deliberate.at(function):
        return []
    for decorator in decorators(function):
        names, cases = parametrized_cases(decorator)
        if binding.name not in names or not _OUTCOMES.isdisjoint(word for name in names for word in words_of(name)):
            continue
        parameters = {one.name: one.node.start for name in names for one in binding.scope.bindings.get(name, ())[:1]}
        return [
            Run(draft, {(parameters[name], name): one for name, one in zip(names, case, strict=False)}, case[0].span)
            for case in cases
            if case and len(case) == len(names) and not draft.deliberate.at(case[0]) and set(names) <= set(parameters)
        ]
    return []


def _callers(draft: Draft, binding: Binding, function: Node, depth: int) -> list[Run]:
    """The calls of the file that hand something over for the function's parameters."""
    found = []
    for call in _calls_of(draft, function):
        names: dict[tuple[int, str], Node] = {}
        for bound in (one for each in binding.scope.bindings.values() for one in each):
            if bound.kind == "parameter":
                given = handed(function, call, bound.name)
                default = bound.node.field("value")
                if given:
                    names[(bound.node.start, bound.name)] = given[0]
                elif default is not None and not _spreads(call):
                    names[(bound.node.start, bound.name)] = default
        if names and not draft.deliberate.at(call):
            found += [Run(draft, names, call.span).within(outer) for outer in runs(draft, call, depth + 1)]
    return found


def _calls_of(draft: Draft, function: Node) -> list[Node]:
    """The calls of the file that surely call a function: by its name, on ``self``, or as what a fixture returns."""
    scope = draft.scopes.at(function.start + 1)
    name = function.field("name")
    if name is None or len(draft.scopes.named(name.text)) != 1 or name.text.startswith("test"):
        return []
    outer = scope.parent
    if is_fixture(function):
        return []
    fixture = outer.node if outer is not None and outer.kind == "function_definition" else None
    if fixture is not None and is_fixture(fixture):
        returned = draft.records.returned(fixture)
        made = fixture.field("name")
        if made is None or len(returned) != 1 or returned[0].text != name.text:
            return []
        return [call for call in draft.called.get(made.text, ()) if _is_parameter(draft, call)]
    own = draft.called.get(name.text, ())
    method = outer is not None and outer.kind == "class_definition"
    return [call for call in own if _is_own(call, method)]


def _is_parameter(draft: Draft, call: Node) -> bool:
    function = call.field("function")
    binding = draft.scopes.reach(function) if function is not None and function.kind == "identifier" else None
    return binding is not None and binding.kind == "parameter"


def _is_own(call: Node, method: bool) -> bool:
    function = call.field("function")
    if function is None or function.kind == "identifier":
        return not method
    held = function.field("object")
    return method and held is not None and held.text in ("self", "cls")


def _spreads(call: Node) -> bool:
    arguments = call.field("arguments")
    given = arguments.named if arguments is not None else []
    return any(one.kind in ("list_splat", "dictionary_splat") for one in given)
