"""``-- dblint: ignore[…]`` comments inside SQL strings, where no Python comment can stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dblint.facts.model import Pragma
from dblint.facts.statements_model import SqlText, Statement

_COMMENT = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|/\*.*?\*/"""
    r"""|--[^\n]*?dblint:\s*ignore\s*\[(?P<names>[^\]\n]*)\][ \t]*(?P<reason>[^\n]*)""",
    re.DOTALL,
)


def pragmas(statements: Iterable[Statement]) -> tuple[Pragma, ...]:
    """The pragmas of the statements, each once though several calls may take its text."""
    texts = (one.text for one in statements if "dblint:" in one.text.text)
    return tuple(dict.fromkeys(pragma for text in texts for pragma in _pragmas(text)))


def _pragmas(text: SqlText) -> Iterable[Pragma]:
    for found in _COMMENT.finditer(text.text):
        if found["names"] is None or not text.is_plain(*found.span()):
            continue
        start = found.start("names")
        names = tuple(
            (word[0], text.span_of(start + word.start(), start + word.end()))
            for word in re.finditer(r"[^\s,]+", found["names"])
        )
        before = text.text[text.text.rfind("\n", 0, found.start()) + 1 : found.start()]
        alone = not before.strip() and "\n" in text.text[: found.start()]
        yield Pragma("ignore", text.span_of(*found.span()), names, alone, reason=found["reason"].strip())
