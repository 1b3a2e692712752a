"""Statements put into a block that closes what they use."""

from __future__ import annotations

from dblint.finding import Edit
from dblint.intent import WrapInBlock
from dblint.rewrite.text import Text
from dblint.source import Place


def wrap(intent: WrapInBlock, text: Text) -> Edit:
    """The assignment as the head of a block, or in front of one, and the statements behind it indented."""
    layout = intent.layout
    newline = text.newline_at(text.offset(*layout.statement.start))
    body = newline.join(_indented(line, layout.indent) for line in text.cut(layout.body).split(newline))
    if layout.context == "try":
        head = f"{text.cut(layout.statement)}{newline}{layout.outer}try:"
        tail = f"{newline}{layout.outer}finally:{newline}{layout.outer}{layout.indent}{intent.close}"
    else:
        head, tail = f"{layout.context} {text.cut(layout.value)} as {layout.name}:", ""
    return Edit(Place(intent.path, layout.whole), f"{head}{newline}{body}{tail}")


def _indented(line: str, indent: str) -> str:
    return f"{indent}{line}" if line.strip() else line
