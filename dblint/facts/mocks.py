"""Mocks inside one test: where they come from, what each path of them is told, and what the test asks of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from dblint.facts.decorators import decorators
from dblint.facts.draft import Draft
from dblint.facts.imported import imported_name
from dblint.facts.literals import dotted, string
from dblint.facts.scopes import Binding, parameter_name
from dblint.source import Span
from dblint.syntax.python import Node

Path = tuple[str, ...]
CALL = "()"
"""Stands in a path for a call; ``return_value`` is the same step."""

MOCKS = frozenset(("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock"))
_SPECIFIED = frozenset(("spec", "spec_set", "autospec", "wraps", "new_callable", "create_autospec"))
_OPTIONS = _SPECIFIED | {"name", "return_value", "side_effect", "unsafe", "new", "create"}
_WRAPPED = ("await", "parenthesized_expression")
_STRAIGHT = frozenset(("with_statement", "with_clause", "with_item", "block", "expression_statement", "as_pattern"))
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class MockRoot:
    """What a path begins with.

    ``fixture`` is the fixture's name where only that can tell whether it is a mock; ``specified`` says that it has a
    spec or wraps something real.
    """

    name: str
    fixture: str | None = None
    specified: bool = False


@dataclass(frozen=True, slots=True)
class MockPath:
    """An expression that begins with a mock: its steps, and the calls the test itself makes in it."""

    root: MockRoot
    steps: Path
    calls: tuple[Node, ...] = ()

    @property
    def key(self) -> Path:
        return (self.root.name, *self.steps)

    @property
    def text(self) -> str:
        return written(self.key)


def written(path: Path) -> str:
    """``mock_db.table().insert``."""
    return ".".join(path).replace(f".{CALL}", CALL)


@dataclass(frozen=True, slots=True)
class Told:
    """What a path is told to be or, where it ends with a call, to answer; no value where nobody can say."""

    path: Path
    at: int
    node: Node
    value: Node | None
    root: MockRoot


@dataclass(frozen=True, slots=True)
class Patched:
    """A name that is replaced while ``start <= offset < end``; ``name`` is what the mock is called here."""

    target: str | None
    span: Span
    start: int
    end: int
    name: str | None
    call: Node


@dataclass(slots=True)
class Nodes:
    """Nodes of one kind in the order of the text, found by their place."""

    nodes: list[Node]
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = [node.start for node in self.nodes]

    def within(self, outer: Node) -> list[Node]:
        return self.nodes[bisect_left(self.starts, outer.start) : bisect_left(self.starts, outer.end)]


class Mocks:
    """The mocks of one test function; nested functions are left out."""

    def __init__(self, draft: Draft, function: Node, calls: Nodes, assignments: Nodes, withs: Nodes) -> None:
        self._draft = draft
        self._scopes = draft.scopes
        self.function = function
        self.calls = [node for node in calls.within(function) if self.is_own(node)]
        self.assignments = [node for node in assignments.within(function) if self.is_own(node)]
        self.withs = [node for node in withs.within(function) if self.is_own(node)]

    def is_own(self, node: Node) -> bool:
        scope = self._scopes.function_at(node.start)
        return scope is not None and scope.node.start == self.function.start

    @cached_property
    def patched(self) -> tuple[Patched, ...]:
        """The names replaced by ``patch`` in all its forms, while the test runs."""
        return (*self._patched_by_decorators(), *self._patched_by_withs(), *self._patched_by_calls())

    def _patched_by_decorators(self) -> Iterator[Patched]:
        names = [parameter_name(one) for one in self._parameters]
        plain = [name.text for name in names if name is not None and name.text not in ("self", "cls")]
        filled = 0
        for decorator in reversed(decorators(self.function)):
            call = decorator.named[0] if decorator.named else None
            if call is None or call.kind != "call" or not is_patch(call):
                continue
            name = None
            if not replaces_itself(call):
                name = plain[filled] if filled < len(plain) else None
                filled += 1
            yield self._patch(call, name, self.function.start, self.function.end)

    @property
    def _parameters(self) -> list[Node]:
        parameters = self.function.field("parameters")
        return parameters.named if parameters is not None else []

    def _patched_by_withs(self) -> Iterator[Patched]:
        for statement in self.withs:
            for item in with_items(statement):
                call, name = _with_name(item)
                if call.kind == "call" and is_patch(call):
                    yield self._patch(call, name, item.end, statement.end)

    def _patched_by_calls(self) -> Iterator[Patched]:
        for call in self.calls:
            function = dotted(call.field("function")) or ""
            if not (function.startswith("mocker.") and is_patch(call)):
                continue
            parent = call.parent
            left = parent.field("left") if parent is not None and parent.kind == "assignment" else None
            name = left.text if left is not None and left.kind == "identifier" else None
            yield self._patch(call, name, call.end, self.function.end)

    def _patch(self, call: Node, name: str | None, start: int, end: int) -> Patched:
        target, node = self.target(call)
        return Patched(target, (node or call).span, start, end, name, call)

    def target(self, call: Node) -> tuple[str | None, Node | None]:
        """The dotted name a ``patch`` or ``setattr`` replaces, and where it stands."""
        given = [one for one in arguments(call) if one.kind != "keyword_argument"]
        if not given:
            return None, None
        text = string(given[0])
        if text is not None:
            return (text if "." in text else None), given[0]
        attribute = string(given[1]) if len(given) > 1 else None
        held = imported_name(self._scopes, given[0])
        return (f"{held}.{attribute}" if held and attribute else None), given[1] if len(given) > 1 else given[0]

    def path(self, node: Node | None, depth: int = 0) -> MockPath | None:
        """The mock's path an expression is, names of paths followed; None for what begins with no mock."""
        steps: list[str] = []
        calls: list[Node] = []
        while node is not None:
            if node.kind == "call":
                steps.append(CALL)
                calls.append(node)
                node = node.field("function")
            elif node.kind == "attribute" and not _is_self(node):
                name = node.field("attribute")
                text = "" if name is None else name.text
                steps.append(CALL if text == "return_value" else text)
                node = node.field("object")
            elif node.kind in _WRAPPED and len(node.named) == 1:
                node = node.named[0]
            else:
                break
        if node is None or node.kind not in ("identifier", "attribute"):
            return None
        begun = self._begin(node, depth)
        if begun is not None:
            return replace(begun, steps=(*begun.steps, *reversed(steps)), calls=(*begun.calls, *reversed(calls)))
        return self._by_target(node, steps, calls)

    def _by_target(self, node: Node, steps: list[str], calls: list[Node]) -> MockPath | None:
        """The path of a patched name that the test reaches by its own dotted name."""
        name = imported_name(self._scopes, node)
        while name is not None:
            for patch in self.patched:
                if patch.target == name and patch.name and patch.start <= node.start < patch.end:
                    return MockPath(self._patched_root(patch), tuple(reversed(steps)), tuple(reversed(calls)))
            if not steps or steps[-1] == CALL:
                return None
            name = f"{name}.{steps.pop()}"
        return None

    def _begin(self, node: Node, depth: int) -> MockPath | None:
        if node.kind == "attribute":
            made = self._scopes.attribute(node)
            return None if made is None else self._made(node.text, made)
        if depth > _DEPTH:
            return None
        for patch in self.patched:
            if patch.name == node.text and patch.start <= node.start < patch.end:
                return MockPath(self._patched_root(patch), ())
        binding = self._scopes.reach(node)
        if binding is None:
            return None
        if binding.kind == "parameter":
            return MockPath(MockRoot(node.text, fixture=node.text), ()) if self._is_parameter(binding) else None
        if binding.kind != "value" or binding.value is None:
            return None
        return self._made(node.text, binding.value) or self.path(binding.value, depth + 1)

    def _is_parameter(self, binding: Binding) -> bool:
        return binding.scope.node.start == self.function.start and not any(
            callee.endswith("parametrize") for callee in (_text(one) for one in decorators(self.function))
        )

    def _made(self, name: str, value: Node) -> MockPath | None:
        return MockPath(MockRoot(name, specified=is_specified(value)), ()) if is_mock(value) else None

    def _patched_root(self, patch: Patched) -> MockRoot:
        return MockRoot(patch.name or "", specified=is_specified(patch.call) or replaces_itself(patch.call))

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What the test tells its mocks, in the order of the text, a mock's own parts behind it."""
        found = [one for assignment in self.assignments for one in self._assigned(assignment)]
        for call in self.calls:
            found += self._configured(call)
        for patch in self.patched:
            if patch.name is not None:
                found += self._keywords(
                    patch.call, (patch.name,), max(patch.start, patch.call.start), self._patched_root(patch)
                )
        return tuple(sorted(found, key=lambda told: (told.at, len(told.path))))

    def _assigned(self, assignment: Node) -> Iterator[Told]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None:
            return
        if left.kind == "identifier" and is_mock(right):
            yield from self._keywords(
                right, (left.text,), assignment.start, MockRoot(left.text, specified=is_specified(right))
            )
        if left.kind != "attribute":
            return
        path = self.path(left)
        if path is None and is_mock(right) and dotted(left) is not None:
            # Whatever holds it, this attribute is a mock from here on.
            name = dotted(left) or ""
            path = MockPath(MockRoot(name), ())
        if path is not None:
            yield from self._tell(path, right, assignment)

    def _tell(self, path: MockPath, value: Node, node: Node) -> Iterator[Told]:
        if path.steps and path.steps[-1] == "side_effect":
            yield Told((*path.key[:-1], CALL), node.start, node, None, path.root)
            return
        yield Told(path.key, node.start, node, value, path.root)
        if is_mock(value):
            root = replace(path.root, specified=path.root.specified or is_specified(value))
            yield from self._keywords(value, path.key, node.start, root)

    def _configured(self, call: Node) -> Iterator[Told]:
        function = call.field("function")
        named = function.field("attribute") if function is not None and function.kind == "attribute" else None
        if function is None or named is None or named.text != "configure_mock":
            return
        path = self.path(function.field("object"))
        if path is not None:
            yield from self._keywords(call, path.key, call.start, path.root)

    def _keywords(self, call: Node, path: Path, at: int, root: MockRoot) -> Iterator[Told]:
        for name, value in _keyword_pairs(call):
            steps = tuple(CALL if step == "return_value" else step for step in name.split("."))
            if steps[-1] == "side_effect":
                yield Told((*path, *steps[:-1], CALL), at, value, None, root)
            elif name not in _OPTIONS or name == "return_value":
                yield Told((*path, *steps), at, value, value, root)
                if is_mock(value):
                    yield from self._keywords(value, (*path, *steps), at, root)

    def answer(self, path: MockPath, use: int) -> Told | None:
        """What the path is told last before ``use``; None where it is told nothing or a branch may tell it."""
        key, root = path.key, path.root
        for _ in range(_DEPTH):
            begins = [one for one in self.told if one.at < use and key[: len(one.path)] == one.path]
            if not begins:
                return None
            last = begins[-1]
            if not self._surely_before(last.node, use):
                return None
            rest = key[len(last.path) :]
            behind = self.path(last.value) if rest and last.value is not None else None
            if behind is None:
                # What is put in a method's place is a function of the test's own; its answers are computed.
                computed = CALL in rest or (rest and last.value is not None and is_mock(last.value))
                return None if last.value is None or computed else last
            key = (*behind.key, *rest)
            root = behind.root
            if root.specified:
                return None
        return None

    def _surely_before(self, node: Node, use: int) -> bool:
        """Whether the way from the function's beginning to ``use`` passes the node."""
        for above in node.ancestors:
            if above.start <= self.function.start:
                return True
            if above.start <= use < above.end:
                return True
            if above.kind not in _STRAIGHT and above.kind.endswith(("statement", "clause")):
                return False
        return True

    def handed_on(self, name: str, start: int, end: int) -> bool:
        """Whether between two places the mock is handed to a function that may replace its parts."""
        handing = (
            call
            for call in self.calls
            if start < call.start < end and not _leaves_alone(call) and self.path(call.field("function")) is None
        )
        return any(_mentions(argument, name) for call in handing for argument in arguments(call))


_TOLD = re.compile(
    r"^[ \t]*((?:self\.|cls\.)?\w+)[^\n=]*\.(?:return_value|side_effect|configure_mock|data)\b", re.MULTILINE
)
_MADE = re.compile(r"^[ \t]*((?:self\.|cls\.)?\w+)[\w.]*[ \t]*=[ \t]*[\w.]*Mock\(", re.MULTILINE)
_NAMED = re.compile(r"\bas[ \t]+(\w+)|\b(mock\w*|\w+_mock\w*)")
_ALIAS = re.compile(r"\bas[ \t]+(\w+)")
_CALLED = re.compile(r"(?<![\w.])((?:self\.|cls\.)?\w+)(?:\.(\w+))*\(")
_ASSERTING = (
    "assert",
    "Mock",
    "MagicMock",
    "AsyncMock",
    "patch",
    "object",
    "call",
    "PropertyMock",
    "configure_mock",
    "reset_mock",
    "mock_add_spec",
    "attach_mock",
)


def own_calls(text: str, patched: tuple[Patched, ...]) -> bool:
    """Whether a test's text calls something that may be a mock of its own; a quick look before the long one."""
    roots = {*_TOLD.findall(text), *_MADE.findall(text), *(one.name or "" for one in patched)}
    roots.update(name for pair in _NAMED.findall(text) for name in pair)
    targets = {(one.target or "").rpartition(".")[2] for one in patched}
    return any(
        (root in roots or last in targets) and not last.startswith(_ASSERTING)
        for root, last in _CALLED.findall(text)
        if root not in ("self", "cls")
    )


@lru_cache(maxsize=8)
def import_aliases(text: str) -> frozenset[str]:
    """The names that imports of a file give to things called otherwise."""
    return frozenset(_ALIAS.findall(text))


def arguments(call: Node) -> list[Node]:
    given = call.field("arguments")
    return given.named if given is not None and given.kind == "argument_list" else []


def callee(call: Node) -> str:
    """The last name of what is called, whatever holds it."""
    function = call.field("function")
    named = function.field("attribute") if function is not None and function.kind == "attribute" else function
    return named.text if named is not None and named.kind == "identifier" else ""


def is_mock(node: Node) -> bool:
    while node.kind in _WRAPPED and len(node.named) == 1:
        node = node.named[0]
    return node.kind == "call" and callee(node) in (MOCKS | {"create_autospec"})


def replaces_itself(patch: Node) -> bool:
    """A ``patch`` that is told what to put there hands no mock to the test."""
    positional = [one for one in arguments(patch) if one.kind != "keyword_argument"]
    given = 2 if (dotted(patch.field("function")) or "").endswith("object") else 1
    if len(positional) > given:
        return True
    return any(name == "new" for name, _ in _keyword_pairs(patch))


def is_specified(call: Node) -> bool:
    """Made after something real: by a spec, or around it."""
    if callee(call) == "create_autospec":
        return True
    if callee(call) in MOCKS and any(
        one.kind not in ("keyword_argument", "dictionary_splat") for one in arguments(call)
    ):
        return True
    names = (one.field("name") for one in arguments(call) if one.kind == "keyword_argument")
    return any(name is not None and name.text in _SPECIFIED for name in names)


def is_patch(call: Node) -> bool:
    """``patch(…)``, ``patch.object(…)`` and the same on ``mock`` and ``mocker``; not ``patch.dict``."""
    parts = (dotted(call.field("function")) or "").split(".")
    return parts[-1] == "patch" or parts[-2:] == ["patch", "object"]


def with_items(statement: Node) -> list[Node]:
    clause = next((child for child in statement.children if child.kind == "with_clause"), None)
    inner = clause.named if clause is not None else []
    # Items in parentheses are one tuple to the parser.
    return [one for item in inner for one in _opened(item)]


def _opened(item: Node) -> list[Node]:
    held = item.named[0] if item.kind == "with_item" and item.named else item
    if held.kind == "tuple":
        return held.named
    return [held]


def _with_name(item: Node) -> tuple[Node, str | None]:
    """The expression of a ``with`` item and the name behind its ``as``."""
    if item.kind == "as_pattern" and item.named:
        alias = item.field("alias")
        target = alias.named[0] if alias is not None and alias.named else None
        return item.named[0], target.text if target is not None and target.kind == "identifier" else None
    return item, None


def _keyword_pairs(call: Node) -> Iterator[tuple[str, Node]]:
    for argument in arguments(call):
        if argument.kind == "keyword_argument":
            name, value = argument.field("name"), argument.field("value")
            if name is not None and value is not None:
                yield name.text, value
        elif argument.kind == "dictionary_splat" and argument.named and argument.named[0].kind == "dictionary":
            for pair in argument.named[0].named:
                key, value = string(pair.field("key")), pair.field("value")
                if key and value is not None:
                    yield key, value


def _is_self(node: Node) -> bool:
    held = node.field("object")
    return held is not None and held.kind == "identifier" and held.text in ("self", "cls")


def _leaves_alone(call: Node) -> bool:
    """Calls that do not change a mock they are given: a constructor keeps it, an assertion looks at it."""
    name = callee(call)
    if name[:1].isupper():
        return not any(word in name.lower() for word in _CHANGERS)
    return name in _HARMLESS or name.lower().startswith("assert") or is_patch(call)


_CHANGERS = ("instrument", "wrap", "patch", "proxy", "trac", "monitor", "intercept", "decorat")
_HARMLESS = frozenset(("len", "isinstance", "print", "str", "repr", "list", "bool", "id", "setattr", "setitem", "cast"))


def _mentions(node: Node, name: str) -> bool:
    root = name.partition(".")[0]
    return any(one.text == root for one in node.find("identifier"))


def _text(decorator: Node) -> str:
    call = decorator.named[0] if decorator.named else None
    if call is not None and call.kind == "call":
        call = call.field("function")
    return dotted(call) or ""
