"""Trees of Python source, tolerant of broken code: thin nodes with kind, text, span and kin."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dblint.source import Source, Span

if TYPE_CHECKING:
    from ast_grep_py import Config, SgNode


class Node:
    """One node of a tree; ``start`` and ``end`` count characters from the file's beginning, the end is exclusive."""

    __slots__ = ("_children", "_end", "_fields", "_named", "_raw", "_start", "kind", "tree")

    def __init__(self, raw: SgNode, tree: Tree) -> None:
        self._raw = raw
        self.tree = tree
        self.kind: str = raw.kind()
        self._start = -1
        self._end = -1
        self._children: list[Node] | None = None
        self._named: list[Node] | None = None
        self._fields: dict[str, Node | None] | None = None

    def _measure(self) -> None:
        reach = self._raw.range()
        self._start, self._end = reach.start.index, reach.end.index

    @property
    def start(self) -> int:
        if self._start < 0:
            self._measure()
        return self._start

    @property
    def end(self) -> int:
        if self._end < 0:
            self._measure()
        return self._end

    @property
    def text(self) -> str:
        if self._start < 0:
            self._measure()
        return self.tree.text[self._start : self._end]

    @property
    def span(self) -> Span:
        return self.tree.span(self.start, self.end)

    @property
    def children(self) -> list[Node]:
        """All children, punctuation and comments included."""
        if self._children is None:
            self._children = [Node(child, self.tree) for child in self._raw.children()]
        return self._children

    @property
    def named(self) -> list[Node]:
        """The children that carry meaning: no punctuation, no comments."""
        if self._named is None:
            self._named = [child for child in self.children if child.kind != "comment" and child._raw.is_named()]
        return self._named

    @property
    def parent(self) -> Node | None:
        raw = self._raw.parent()
        return None if raw is None else Node(raw, self.tree)

    @property
    def ancestors(self) -> Iterator[Node]:
        """From the parent up to the module."""
        return (Node(raw, self.tree) for raw in self._raw.ancestors())

    def field(self, name: str) -> Node | None:
        if self._fields is None:
            self._fields = {}
        if name not in self._fields:
            raw = self._raw.field(name)
            self._fields[name] = None if raw is None else Node(raw, self.tree)
        return self._fields[name]

    def find(self, *kinds: str) -> list[Node]:
        """All nodes of these kinds at or below this one, in the order of the text."""
        return [Node(raw, self.tree) for raw in self._raw.find_all(_of_kinds(kinds))]

    def holds(self, offset: int) -> bool:
        return self.start <= offset < self.end

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and (self.start, self.end, self.kind) == (other.start, other.end, other.kind)

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def __repr__(self) -> str:
        return f"Node({self.kind} {self.text[:40]!r})"


class Tree:
    """The tree of one Python file and the way from offsets to spans."""

    def __init__(self, source: Source) -> None:
        from ast_grep_py import SgRoot

        self.source = source
        self.text = source.text
        self._root = SgRoot(source.text, "python").root()
        self.root = Node(self._root, self)
        self._lines = [0]
        start = source.text.find("\n")
        while start >= 0:
            self._lines.append(start + 1)
            start = source.text.find("\n", start + 1)

    def line_of(self, offset: int) -> int:
        """The 1-based line an offset lies on."""
        return bisect_right(self._lines, offset)

    def line_start(self, line: int) -> int:
        return self._lines[line - 1] if line <= len(self._lines) else len(self.text)

    def span(self, start: int, end: int) -> Span:
        first, last = self.line_of(start), self.line_of(end)
        return Span(first, start - self._lines[first - 1] + 1, last, end - self._lines[last - 1] + 1)

    def by_kind(self, kinds: Iterable[str]) -> dict[str, list[Node]]:
        """All nodes of these kinds, each list in the order of the text; one walk over the tree."""
        found: dict[str, list[Node]] = {kind: [] for kind in kinds}
        for raw in self._root.find_all(_of_kinds(tuple(found))):
            node = Node(raw, self)
            found[node.kind].append(node)
        return found

    def problem(self) -> str | None:
        """Why the text is no Python, or None.

        Only where this tree has errors is Python itself asked: its grammar may be older or newer than the file's.
        """
        broken = self._root.find_all(_BROKEN)
        # Defaults of type parameters (PEP 696) are newer than the parser's grammar.
        if all(any(above.kind() == "type_parameter" for above in node.ancestors()) for node in broken):
            return None
        try:
            ast.parse(self.text)
        except SyntaxError as error:
            return f"line {error.lineno or 1}: {error.msg}"
        except (ValueError, RecursionError, MemoryError) as error:
            return f"line 1: {error}"
        return None


# Where the parser had to make a token up, the token is empty.
_BROKEN: Config = {
    "rule": {"any": [{"kind": "ERROR"}, {"all": [{"regex": r"\A\z"}, {"not": {"kind": "module"}}]}]},
}


def _of_kinds(kinds: tuple[str, ...]) -> Config:
    return {"rule": {"any": [{"kind": kind} for kind in kinds]}}
