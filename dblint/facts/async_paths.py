"""Ways to values: from an expression back to the import, double, parameter or function it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dblint.facts.async_model import Path
from dblint.facts.imported import import_of
from dblint.facts.scopes import Binding
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

MOCKS = frozenset(("AsyncMock", "MagicMock", "Mock", "NonCallableMagicMock", "NonCallableMock"))
_DEPTH = 40
_TOKENS = 60
UNKNOWN_WAY: Path = ()


class Paths:
    """The ways of one file's expressions, and the doubles it makes, in the order they are met."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._known: dict[tuple[int, int], Path] = {}
        self.doubles: list[Node] = []
        self._double_at: dict[int, int] = {}

    def of(self, node: Node | None, depth: int = 0) -> Path:
        """The way to an expression's value; empty where it cannot be told."""
        if node is None or depth > _DEPTH or node.kind not in _KINDS:
            return UNKNOWN_WAY
        key = (node.start, node.end)
        if key not in self._known:
            self._known[key] = UNKNOWN_WAY  # a name bound to itself
            found = self._way(node, depth + 1)
            self._known[key] = found if len(found) <= _TOKENS else UNKNOWN_WAY
        return self._known[key]

    def own(self, node: Node) -> int:
        """How many tokens the names in an expression bring along."""
        while node.kind in _INNER and not _is_of_self(node):
            inner = _inner(node)
            if inner is None:
                return 0
            node = inner
        return len(self.of(node))

    def dotted(self, node: Node | None) -> str:
        """The dotted name as the imports say, that of the text where nothing is imported."""
        way = self.of(node)
        if way and way[0][0] not in "#%@" and "()" not in way and "await" not in way:
            return "".join(way)
        return "" if node is None or node.kind not in ("identifier", "attribute") else node.text.replace(" ", "")

    def mock(self, call: Node) -> str | None:
        """The class of the mock a call makes."""
        way = self.of(call.field("function"))
        if not way:
            return None
        whole = "".join(way)
        module, _, name = whole.rpartition(".")
        if name in MOCKS and module in ("unittest.mock", "mock", "%mocker", "%mock"):
            return name
        return None

    def _way(self, node: Node, depth: int) -> Path:
        if node.kind == "identifier":
            return self._name(node, depth)
        if node.kind == "attribute":
            return self._attribute(node, depth)
        if node.kind == "call":
            return self._call(node, depth)
        inner = self.of(_inner(node), depth)
        if node.kind == "await":
            return (*inner, "await") if inner else UNKNOWN_WAY
        return inner

    def _name(self, node: Node, depth: int) -> Path:
        binding = self._draft.scopes.reach(node)
        return UNKNOWN_WAY if binding is None else self._bound(binding, depth)

    def _bound(self, binding: Binding, depth: int) -> Path:
        imported = import_of(binding)
        if imported is not None:
            return (imported,)
        if binding.kind == "parameter":
            return (f"%{binding.name}",)
        if binding.kind == "function" or binding.node.kind == "class_definition":
            return (f"@{binding.name}",)
        if binding.kind != "value" or binding.value is None:
            return UNKNOWN_WAY
        if binding.node.kind != "as_pattern":
            return self.of(binding.value, depth)
        way = self.of(binding.value, depth)
        return (*way, "enter") if way and _enters_async(binding.node) else UNKNOWN_WAY

    def _attribute(self, node: Node, depth: int) -> Path:
        held, name = node.field("object"), node.field("attribute")
        if held is None or name is None:
            return UNKNOWN_WAY
        if _is_of_self(node):
            set_once = self._draft.scopes.attribute(node)
            return self.of(set_once, depth) if set_once is not None else UNKNOWN_WAY
        way = self.of(held, depth)
        if not way:
            return UNKNOWN_WAY
        if len(way) == 1 and way[0][0] not in "#%@":
            return (f"{way[0]}.{name.text}",)
        return (*way, f".{name.text}")

    def _call(self, node: Node, depth: int) -> Path:
        if self.mock(node) is not None:
            return (f"#{self._double(node)}",)
        function, arguments = node.field("function"), node.field("arguments")
        way = self.of(function, depth)
        if way in (("typing.cast",), ("cast",)) and arguments is not None and len(arguments.named) == 2:
            return self.of(arguments.named[1], depth)
        return (*way, "()") if way else UNKNOWN_WAY

    def _double(self, call: Node) -> int:
        if call.start not in self._double_at:
            self._double_at[call.start] = len(self.doubles)
            self.doubles.append(call)
        return self._double_at[call.start]


def _is_of_self(node: Node) -> bool:
    held = node.field("object") if node.kind == "attribute" else None
    return held is not None and held.kind == "identifier" and held.text in ("self", "cls")


def _enters_async(as_pattern: Node) -> bool:
    statement = next((one for one in as_pattern.ancestors if one.kind == "with_statement"), None)
    return statement is not None and any(child.kind == "async" for child in statement.children[:1])


def _inner(node: Node) -> Node | None:
    """The expression an attribute, call, ``await`` or pair of parentheses stands around."""
    if node.kind == "attribute":
        return node.field("object")
    if node.kind == "call":
        return node.field("function")
    return node.named[0] if len(node.named) == 1 else None


_INNER = ("attribute", "await", "parenthesized_expression", "call")
_KINDS = frozenset(("identifier", *_INNER))
