"""Pragmas: ``# dblint: ignore[…]``, ``# dblint: file-ignore[…]`` and ``# dblint: table=…`` in real comments."""

from __future__ import annotations

import re
from typing import Literal, get_args

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted
from dblint.facts.model import MockRow, Pragma, Role, RowUse, TableName
from dblint.facts.overrides import optional_names
from dblint.source import Span
from dblint.syntax.python import Node

_PRAGMA = re.compile(r"#\s*dblint:\s*(?P<what>.*)")
_IGNORE = re.compile(r"(?P<kind>ignore|file-ignore)\s*\[(?P<names>[^\]]*)\]\s*(?P<reason>.*)")
_TABLE = re.compile(r"table\s*=\s*(?P<table>[\w.$\"]+)(?:\s+role\s*=\s*(?P<role>\w+))?\s*(?P<reason>.*)")
_BARE = re.compile(r"(?P<kind>ignore|file-ignore)\s*$")
_LOOKALIKE = re.compile(r"(?P<word>[A-Za-z][\w-]*)\s*[\[=]")
_NAME = re.compile(r"[^,\s][^,]*[^,\s]|[^,\s]")
_ROLES: tuple[Role, ...] = get_args(Role)


def read(draft: Draft) -> tuple[Pragma, ...]:
    """All pragmas of a file."""
    found = []
    for comment in draft.nodes["comment"]:
        text = comment.text.rstrip()
        if "dblint" in text:
            found.extend(_pragmas(draft, comment, text))
    return tuple(found)


def _pragmas(draft: Draft, comment: Node, text: str) -> list[Pragma]:
    """The pragmas of one comment; more than one may stand behind each other."""
    found = []
    starts = [match.start() for match in re.finditer(r"#\s*dblint:", text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        pragma = _pragma(draft, comment, start, text[start:end].rstrip())
        if pragma is not None:
            found.append(pragma)
    return found


def _pragma(draft: Draft, comment: Node, offset: int, text: str) -> Pragma | None:
    matched = _PRAGMA.match(text)
    if matched is None:
        return None
    start = comment.start + offset
    span = draft.tree.span(start, start + len(text))
    line_start = draft.tree.line_start(draft.tree.line_of(comment.start))
    alone = not draft.tree.text[line_start : comment.start].strip()
    at, what = start + matched.start("what"), matched["what"]
    ignore = _IGNORE.match(what)
    if ignore is not None:
        kind: Literal["ignore", "file-ignore"] = "ignore" if ignore["kind"] == "ignore" else "file-ignore"
        names = _names(draft, at + ignore.start("names"), ignore["names"])
        return Pragma(kind, span, names, alone, reason=ignore["reason"].strip())
    table = _TABLE.match(what)
    if table is None:
        return _no_pragma(draft, span, at, what, alone)
    role = next((one for one in _ROLES if one == table["role"]), None)
    named = ((table["table"], draft.tree.span(at + table.start("table"), at + table.end("table"))),)
    return Pragma("table", span, named, alone, role, table["reason"].strip())


def _no_pragma(draft: Draft, span: Span, at: int, what: str, alone: bool) -> Pragma | None:
    """A pragma without its names, or under a name that is none; None for prose."""
    if _BARE.match(what):
        return Pragma("ignore", span, (), alone)
    found = _LOOKALIKE.match(what)
    if found is None:
        return None
    word = draft.tree.span(at, at + found.end("word"))
    return Pragma("unknown", span, ((found["word"], word),), alone)


def _names(draft: Draft, at: int, text: str) -> tuple[tuple[str, Span], ...]:
    return tuple(
        (match.group(), draft.tree.span(at + match.start(), at + match.end())) for match in _NAME.finditer(text)
    )


def bind(draft: Draft, pragmas: tuple[Pragma, ...]) -> None:
    """Ties the rows a ``table=`` pragma speaks of to its table."""
    for pragma in pragmas:
        if pragma.kind != "table":
            continue
        text, span = pragma.names[0]
        schema, _, name = text.replace('"', "").rpartition(".")
        table = TableName(name, span, schema or None)
        lines = {pragma.span.line, pragma.span.line + 1} if pragma.alone else {pragma.span.line}
        for row in _rows_on(draft, lines):
            index = draft.row(row)
            role = pragma.role or _role_of(draft, index)
            draft.uses.setdefault(RowUse(index, role, "pragma", table))


def _role_of(draft: Draft, index: int) -> Role:
    """The role other evidence gives the row; ``stored`` where there is none."""
    used = [use.role for use in draft.uses if use.row == index and (use.evidence != "name" or use.words)]
    used += [use.role for data in draft.keyed for use in data.uses if use.row == index]
    return used[0] if used else "stored"


def _keywords(draft: Draft, call: Node) -> list[MockRow]:
    """The row of ``Order(id=1)``, ``mocker.Mock(id=1)``; other calls' keywords are their options."""
    made = (dotted(call.field("function")) or "").rpartition(".")[2]
    return draft.records.keywords(call) if made[:1].isupper() else []


def _rows_on(draft: Draft, lines: set[int]) -> list[MockRow]:
    """The rows of the outermost literals that begin on one of the lines, or that a function defined there returns."""
    literals = sorted(draft.tree.root.find("dictionary", "list", "call"), key=lambda node: (node.start, -node.end))
    found: list[MockRow] = []
    for function in draft.nodes["function_definition"]:
        if draft.tree.line_of(function.start) in lines:
            optional = optional_names(function)
            found.extend(row for one in draft.records.returned(function) for row in draft.records.rows(one, optional))
    reached = -1
    for node in literals:
        if draft.tree.line_of(node.start) not in lines or node.start < reached:
            continue
        rows = draft.records.rows(node) or (_keywords(draft, node) if node.kind == "call" else [])
        if rows:
            reached = node.end
            found.extend(rows)
    return found
