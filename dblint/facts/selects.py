"""PostgREST select lists: which of their items are plain columns, and where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COLUMN = re.compile(r"[A-Za-z_]\w*\Z")
_AGGREGATE = re.compile(r"\.(?:sum|avg|min|max|count)\(\)\Z")


def columns(text: str) -> Iterator[tuple[str, int]]:
    """The plain columns of a select list and their offsets: behind an alias, before a cast or an aggregate.

    Embedded resources, spreads, ``*``, ``count()`` and JSON paths name no column dblint could judge.
    """
    for item, offset in _items(text):
        column, at = _column(item, offset)
        if _COLUMN.match(column):
            yield column, at


def _items(text: str) -> Iterator[tuple[str, int]]:
    depth, start = 0, 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            yield text[start:index], start
            start = index + 1
    yield text[start:], start


def _column(item: str, offset: int) -> tuple[str, int]:
    name = item.lstrip()
    offset += len(item) - len(name)
    name = name.rstrip()
    body, _, _ = name.partition("::")
    alias, colon, renamed = body.partition(":")
    if colon and "(" not in alias:
        stripped = renamed.lstrip()
        offset += len(alias) + 1 + len(renamed) - len(stripped)
        body = stripped.rstrip()
    return _AGGREGATE.sub("", body), offset
