"""A compound statement replaced by its own block, one step further left."""

from __future__ import annotations

import re

from dblint.finding import Edit
from dblint.intent import Unwrap
from dblint.rewrite.text import Text
from dblint.source import Place

_MOVED = re.compile(r"\"\"\"|'''|\\\n|\\\r\n")
"""What may hold text over several lines, whose blanks mean something."""


def unwrap(intent: Unwrap, text: Text) -> Edit | None:
    """The edit; None where moving could change a string, where the block has no lines of its own or a comment first."""
    body = text.cut(intent.body)
    (begin, _), (start, _) = text.range(intent.statement), text.range(intent.body)
    inner, outer = text.line_before(start), text.line_before(begin)
    if "#" in text.content[begin:start]:
        return None
    if _MOVED.search(body) or inner.strip() or outer.strip() or not inner.startswith(outer):
        return None
    lines = body.split("\n")
    moved = [lines[0], *(outer + line.removeprefix(inner) if line.startswith(inner) else line for line in lines[1:])]
    return Edit(Place(intent.path, intent.statement), "\n".join(moved))
