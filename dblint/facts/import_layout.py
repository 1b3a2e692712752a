"""Where a file imports: its first block of imports, and the place for one where there is none."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.layout import ImportLayout, ImportLine
from dblint.source import Span
from dblint.syntax.python import Node, Tree

_IMPORTS = ("import_statement", "import_from_statement", "future_import_statement")


def import_layout(tree: Tree) -> ImportLayout:
    """The layout of a file's imports."""
    statements = tree.root.named
    imports = [one for one in statements if one.kind in _IMPORTS]
    names = tuple(name for one in imports if one.kind == "import_statement" for name in _bound(one))
    first = next((index for index, one in enumerate(statements) if one.kind in _IMPORTS), len(statements))
    block: list[ImportLine] = []
    for one in statements[first:]:
        if one.kind not in _IMPORTS:
            break
        if _is_alone(one, tree):
            block.append(ImportLine(_module(one), one.kind != "import_statement", _line(one, tree)))
    if all(line.module == "__future__" for line in block):
        end = statements[first + len(block) - 1].end if block else _docstring_end(statements)
        before, after = ("\n\n", "") if end else ("", "\n\n" if statements else "\n")
        start = end or _opening(tree, statements)
        return ImportLayout(names, (), tree.span(start, start), before, after)
    return ImportLayout(names, tuple(block), tree.span(0, 0))


def _bound(statement: Node) -> Iterator[str]:
    """The modules an ``import`` binds under their own name: ``os`` for ``import os`` and ``import os.path``."""
    for child in statement.named:
        if child.kind == "dotted_name":
            yield child.text.partition(".")[0]


def _module(statement: Node) -> str:
    if statement.kind == "future_import_statement":
        return "__future__"
    named = statement.field("module_name") or statement.named[0]
    return (named.field("name") or named).text if named.kind == "aliased_import" else named.text


def _line(statement: Node, tree: Tree) -> Span:
    """The statement with the comment behind it."""
    end = tree.text.find("\n", statement.end)
    end = end if end >= 0 else len(tree.text)
    return tree.span(statement.start, end - (tree.text[end - 1] == "\r"))


def _is_alone(statement: Node, tree: Tree) -> bool:
    """The statement has its lines to itself: no semicolon joins it to another."""
    text = tree.text
    end = text.find("\n", statement.end)
    rest = text[statement.end : end if end >= 0 else len(text)].strip()
    before = text[tree.line_start(tree.line_of(statement.start)) : statement.start]
    return not before.strip() and (not rest or rest.startswith("#"))


def _docstring_end(statements: list[Node]) -> int:
    first = statements[0] if statements else None
    if first is None or first.kind != "expression_statement":
        return 0
    return first.end if first.named and first.named[0].kind in ("string", "concatenated_string") else 0


def _opening(tree: Tree, statements: list[Node]) -> int:
    """In front of the first statement, behind the comments a file opens with."""
    return tree.line_start(tree.line_of(statements[0].start)) if statements else len(tree.text)
