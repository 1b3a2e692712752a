"""Assertions that a test makes on its own mocks: answers it asked back itself, calls it made itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dblint.facts.draft import Draft
from dblint.facts.imported import imported_name
from dblint.facts.literals import dotted
from dblint.facts.mocks import CALL, MockPath, Mocks, Told, arguments, callee, is_mock, written
from dblint.facts.theater_model import OwnAnswer
from dblint.syntax.python import Node

_READING = frozenset(
    (
        *("len", "isinstance", "type", "str", "repr", "int", "float", "bool", "list", "dict", "set", "tuple"),
        *("sorted", "sum", "any", "all", "min", "max", "abs", "round", "hasattr", "getattr", "callable"),
    )
)
_ONCE = frozenset(("assert_called_once", "assert_called_once_with", "assert_awaited_once", "assert_awaited_once_with"))
_CONSTANTS = frozenset(("string", "concatenated_string", "integer", "float", "true", "false", "none", "type"))
_COMBINING = frozenset(
    (
        *("comparison_operator", "boolean_operator", "not_operator", "unary_operator", "binary_operator"),
        *("parenthesized_expression", "list", "tuple", "dictionary", "set", "pair", "expression_list"),
    )
)
_LOOPS = ("for_statement", "while_statement", "list_comprehension", "generator_expression")
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class _Reading:
    """What an asserted expression is made of: an answer told to a mock, known values, or anything else."""

    known: bool = True
    path: MockPath | None = None
    told: Told | None = None

    def __add__(self, other: _Reading) -> _Reading:
        first = self if self.told is not None else other
        return _Reading(self.known and other.known, first.path, first.told)


_OTHER = _Reading(known=False)


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """Reads the assertions of one test."""

    draft: Draft
    mocks: Mocks
    test: str

    def found(self, assertions: list[Node]) -> Iterator[OwnAnswer]:
        """One fact for each assertion that passes whatever the project does."""
        for assertion in assertions:
            found = self._called_once(assertion) if assertion.kind == "call" else None
            found = found or self._told(assertion)
            if found is not None:
                yield found

    def _told(self, assertion: Node) -> OwnAnswer | None:
        reading = _Reading()
        for operand in operands(assertion):
            reading += self._read(operand, 0)
        path, told = reading.path, reading.told
        if not reading.known or path is None or told is None or path.root.specified or told.root.specified:
            return None
        # Of a longer path the call that is told to answer is the one asked.
        call = path.calls[-1]
        if self.mocks.handed_on(path.root.name, told.at, call.start):
            return None
        fixture = path.root.fixture if path.root.fixture is not None else told.root.fixture
        return OwnAnswer(self.test, "answer", written(told.path), assertion.span, call.span, told.node.span, fixture)

    def _read(self, node: Node, depth: int) -> _Reading:
        if depth > _DEPTH:
            return _OTHER
        if node.kind in _CONSTANTS:
            return _Reading()
        if node.kind in _COMBINING:
            return self._all(node.named, depth)
        if node.kind == "subscript":
            held, *keys = node.named
            return self._read(held, depth + 1) + self._all(keys, depth)
        if node.kind == "call" and dotted(node.field("function")) in _READING:
            return self._all(arguments(node), depth)
        return self._value(node, depth)

    def _all(self, nodes: list[Node], depth: int) -> _Reading:
        reading = _Reading()
        for node in nodes:
            reading += self._read(node, depth + 1)
        return reading

    def _value(self, node: Node, depth: int) -> _Reading:
        """A name, a chain or a call: an answer of a mock, something known, or anything."""
        path = self.mocks.path(node)
        if path is not None:
            return self._answered(path, node)
        if node.kind == "identifier":
            return self._named(node, depth)
        if node.kind == "call" and _is_method(node):
            # ``result["rows"].copy()`` reads a value as the subscript does.
            function = node.field("function")
            held = function.field("object") if function is not None else None
            read = self._read(held, depth + 1) if held is not None else _OTHER
            return read + self._all(arguments(node), depth)
        if node.kind == "attribute":
            held = node.field("object")
            return (
                self._read(held, depth + 1) if held is not None and held.kind != "identifier" else self._standard(node)
            )
        return self._standard(node)

    def _answered(self, path: MockPath, node: Node) -> _Reading:
        if not path.calls:
            # The mock itself, or what it recorded: known where it is only compared by identity.
            return _Reading() if node.kind == "identifier" and path.root.fixture is None else _OTHER
        told = self.mocks.answer(path, path.calls[0].start)
        if told is None or (CALL not in told.path and not path.steps):
            return _OTHER
        return _Reading(self._is_known(told.value), path, told)

    def _named(self, name: Node, depth: int) -> _Reading:
        if any(told.value is not None and _names(told.value, name.text) for told in self.mocks.told):
            # The very thing a mock is told to answer, whatever it holds.
            return _Reading()
        binding = self.draft.scopes.reach(name)
        if binding is None or binding.kind != "value" or binding.value is None:
            return _Reading() if name.text in _READING else _OTHER
        return self._read(binding.value, depth + 1)

    def _standard(self, node: Node) -> _Reading:
        """A value of the standard library: ``datetime(2024, 1, 1)``, ``uuid.UUID``, ``Decimal("1")``."""
        import sys

        of = node.field("function") if node.kind == "call" else node
        name = imported_name(self.draft.scopes, of) or ""
        known = name.partition(".")[0] in sys.stdlib_module_names and not name.startswith("importlib")
        if not known or is_mock(node):
            return _Reading() if is_mock(node) else _OTHER
        return self._all(arguments(node), 0) if node.kind == "call" else _Reading()

    def _is_known(self, value: Node | None) -> bool:
        """Whether the told value comes from the test and not from the project."""
        if value is None:
            return False
        made = [self._bound(name) for name in value.find("identifier")]
        return all(self._is_plain(call) for part in (value, *made) if part is not None for call in part.find("call"))

    def _bound(self, name: Node) -> Node | None:
        binding = self.draft.scopes.reach(name)
        return binding.value if binding is not None and binding.kind == "value" else None

    def _is_plain(self, call: Node) -> bool:
        return is_mock(call) or self._standard(call).known or dotted(call.field("function")) in _READING

    def _called_once(self, assertion: Node) -> OwnAnswer | None:
        """``mock.assert_called_once()`` where the one call is the test's own."""
        function = assertion.field("function")
        if function is None or function.kind != "attribute" or callee(assertion) not in _ONCE:
            return None
        path = self.mocks.path(function.field("object"))
        if path is None or path.root.specified or path.calls:
            return None
        own = [call for call in self.mocks.calls if call.start < assertion.start and self._asks(call, path)]
        if len(own) != 1 or self._is_in_loop(own[0]):
            return None
        if path.steps and self.mocks.handed_on(path.root.name, self.mocks.function.start, own[0].start):
            return None
        return OwnAnswer(self.test, "call", path.text, assertion.span, own[0].span, None, path.root.fixture)

    def _asks(self, call: Node, path: MockPath) -> bool:
        asked = self.mocks.path(call)
        return asked is not None and asked.key == (*path.key, CALL)

    def _is_in_loop(self, node: Node) -> bool:
        return any(above.kind in _LOOPS for above in node.ancestors if above.start > self.mocks.function.start)


def operands(assertion: Node) -> list[Node]:
    """The expressions an assertion looks at; the message is none."""
    if assertion.kind == "assert_statement":
        return assertion.named[:1]
    return [one for one in arguments(assertion) if one.kind != "keyword_argument"]


def _is_method(call: Node) -> bool:
    function = call.field("function")
    held = function.field("object") if function is not None and function.kind == "attribute" else None
    return held is not None and held.kind != "identifier"


def _names(value: Node, name: str) -> bool:
    return value.kind == "identifier" and value.text == name
