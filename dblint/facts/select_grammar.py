"""PostgREST's select lists: columns, aliases, casts, aggregates, JSON paths, embedded resources and spreads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^\s":,()!.>-](?:[^":,()!.>-]*[^\s":,()!.>-])?))\s*')
_ALIAS = re.compile(r":(?!:)\s*")
_PATH = re.compile(r"(?:->>?\s*(?:\"[^\"]*\"|'[^']*'|[^-:,()!.\s]+)\s*)+")
_LAST = re.compile(r"->>?\s*[\"']?([^\"'>]+?)[\"']?\s*$")
_AGGREGATE = re.compile(r"\.(sum|avg|min|max|count)\(\)\s*")
_CAST = re.compile(r"::\s*[\w ]+(?:\([\d, ]*\))?(?:\[\])?\s*")
_HINT = re.compile(r'!\s*(?:"[^"]*"|[\w$]+)\s*')


@dataclass(frozen=True, slots=True)
class SelectItem:
    """One item of a select list.

    ``key`` is what the result calls it (None for ``*`` and spreads), ``name`` the column or resource and ``at`` its
    offset in the whole text. ``plain``: the value is the column's own, neither cast nor summed nor a part of a
    document. ``inner`` are the items of an embedded resource, ``text`` their own text; None for a column.
    """

    key: str | None
    name: str
    at: int
    plain: bool = True
    hints: tuple[str, ...] = ()
    inner: tuple[SelectItem, ...] | None = None
    text: str = ""
    spread: bool = False


def parse(text: str) -> tuple[SelectItem, ...] | None:
    """The items of a list; None for what is none."""
    reader = _Reader(text)
    try:
        items = tuple(reader.items(0))
    except _UnreadableError:
        return None
    return items if reader.at == len(text) else None


class _UnreadableError(Exception):
    """The text is no select list."""


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def items(self, depth: int) -> Iterator[SelectItem]:
        if depth > 12:
            raise _UnreadableError
        self._blank()
        if self._here() in ("", ")"):
            return
        while True:
            yield self._item(depth)
            self._blank()
            if self._here() != ",":
                return
            self.at += 1

    def _item(self, depth: int) -> SelectItem:
        self._blank()
        if self._here() == "*":
            self.at += 1
            return SelectItem(None, "*", self.at - 1)
        spread = self._text.startswith("...", self.at)
        self.at += 3 if spread else 0
        name, at = self._name()
        alias = None
        if self._take(_ALIAS):
            alias = name
            name, at = self._name()
        hints = []
        while (hint := self._take(_HINT)) is not None:
            hints.append(hint.strip(' !"'))
        if self._here() == "(":
            return self._resource(alias, name, at, tuple(hints), spread, depth)
        if spread or hints:
            raise _UnreadableError
        return self._column(alias, name, at)

    def _resource(
        self, alias: str | None, name: str, at: int, hints: tuple[str, ...], spread: bool, depth: int
    ) -> SelectItem:
        self.at += 1
        start = self.at
        inner = tuple(self.items(depth + 1))
        if self._here() != ")":
            raise _UnreadableError
        text = self._text[start : self.at]
        self.at += 1
        if name == "count" and not inner:
            self._take(_CAST)
            return SelectItem(alias or "count", "count", at, plain=False)
        return SelectItem(None if spread else alias or name, name, at, True, hints, inner, text, spread)

    def _column(self, alias: str | None, name: str, at: int) -> SelectItem:
        path, cast = self._take(_PATH), self._take(_CAST)
        aggregate = self._take(_AGGREGATE)
        cast = self._take(_CAST) or cast
        key = alias or name
        if aggregate is not None:
            key = alias or aggregate.strip(" .()")
        elif path is not None and alias is None:
            last = _LAST.search(path)
            key = last[1] if last is not None else name
        # PostgreSQL reads a column that is called count as a call that counts the rows.
        counts = name == "count" and alias is None
        return SelectItem(key, name, at, path is None and cast is None and aggregate is None and not counts)

    def _name(self) -> tuple[str, int]:
        found = _NAME.match(self._text, self.at)
        if found is None:
            raise _UnreadableError
        self.at = found.end()
        quoted = found[1] is not None
        return found[1] if quoted else found[2], found.start(1 if quoted else 2)

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def _blank(self) -> None:
        while self._here().isspace():
            self.at += 1

    def _here(self) -> str:
        return self._text[self.at : self.at + 1]
