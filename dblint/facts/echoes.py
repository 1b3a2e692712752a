"""Finds where else in a file the identifiers of its rows stand, so that a fix can replace all of them at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dblint.facts.draft import Draft
from dblint.facts.echoes_model import Echo
from dblint.facts.literals import string
from dblint.facts.value_model import Value
from dblint.source import Span

_KEY = re.compile(r"(?:^|_)(?:id|uuid|guid|ids|by|user|owner|author|ref|key|token|parent)$")
_IDENTIFIER = re.compile(r"[\w-]{1,64}")
_WORD = re.compile(r"[\w-]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")


def extract(draft: Draft) -> tuple[Echo, ...]:
    """The identifiers that are no UUIDs, in the order of the rows."""
    wanted = dict.fromkeys(
        text
        for row in draft.rows
        for entry in row.entries
        if _KEY.search(entry.key)
        for text in _texts(entry.value)
        if _IDENTIFIER.fullmatch(text) and not _UUID.fullmatch(text) and not text.isdecimal()
    )
    if not wanted:
        return ()
    spans: dict[str, list[Span]] = {}
    for node in draft.strings:
        text = string(node) if node.kind == "string" else None
        if text in wanted:
            spans.setdefault(text, []).append(node.span)
    counts = Counter(word[0] for word in _WORD.finditer(draft.source.text) if word[0] in wanted)
    return tuple(Echo(text, tuple(spans[text]), counts[text] == len(spans[text])) for text in wanted if spans.get(text))


def _texts(value: Value) -> Iterator[str]:
    if value.kind == "str":
        yield value.text
    elif value.kind in ("list", "tuple"):
        for item in value.items:
            yield from _texts(item)
