"""Python's own trees of whole modules, for facts of code; broken code has none."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

from dblint.source import Source, Span


class Module:
    """The tree of a file and the way from its nodes to spans."""

    __slots__ = ("_lines", "_nodes", "tree")

    def __init__(self, tree: ast.Module, text: str) -> None:
        self.tree = tree
        self._nodes: list[ast.AST] = []
        # Python counts columns in bytes; only lines beyond ASCII need counting again.
        self._lines = None if text.isascii() else text.split("\n")

    @property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the tree, walked once."""
        if not self._nodes:
            self._nodes = walk(self.tree)
        return self._nodes

    def span(self, node: ast.expr | ast.stmt | ast.excepthandler | ast.keyword | ast.alias | ast.arg) -> Span:
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        if self._lines is None:
            return Span(node.lineno, node.col_offset + 1, end_line, end + 1)
        return Span(node.lineno, self._column(node.lineno, node.col_offset), end_line, self._column(end_line, end))

    def _column(self, line: int, offset: int) -> int:
        text = self._lines[line - 1] if self._lines is not None else ""
        return offset + 1 if text.isascii() else len(text.encode()[:offset].decode(errors="ignore")) + 1


def walk(node: ast.AST) -> list[ast.AST]:
    """The node and all below it, level by level; whether a name is read or written is none of them."""
    found = [node]
    for one in found:
        found += children(one)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below one, in the order of the text."""
    found: list[ast.AST] = []
    for name in node._fields:
        held = getattr(node, name, None)
        if isinstance(held, list):
            found += [one for one in held if isinstance(one, ast.AST)]
        elif isinstance(held, ast.AST) and name != "ctx":
            found.append(held)
    return found


def module(source: Source) -> Module | None:
    """The tree of a file; None where this Python cannot parse it or counts its lines otherwise.

    Several readers ask for the same file's tree, one after the other.
    """
    return _module(source.text)


@lru_cache(maxsize=1)
def _module(text: str) -> Module | None:
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Module(ast.parse(text), text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
