"""Where things of a PostgreSQL text stand: the parser's byte offsets as places, names found by their tokens."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from dblint.source import Place, Source, Span

_IDENTIFIER = r'(?:[uU]&)?"(?:[^"]|"")*"|[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*'
_NAME = re.compile(rf"(?:{_IDENTIFIER})(?:\s*\.\s*(?:{_IDENTIFIER}))*")
_WORD = re.compile(rf"{_IDENTIFIER}|\S")
_BLANK = re.compile(r"(?:\s|--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|;)*")
_TOKEN = re.compile(
    rf"""--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'"""
    rf"""|\$(?P<tag>[A-Za-z_\x80-\U0010ffff]*\w*)\$.*?\$(?P=tag)\$|(?P<name>{_IDENTIFIER})""",
    re.DOTALL,
)


class Positions:
    """Byte offsets of a source's text as places; the text starts on that ``line`` of its file."""

    def __init__(self, source: Source, line: int = 1) -> None:
        self.path = source.path
        self.text = source.text
        self._line = line
        self._chars = [0, *accumulate([len(one) + 1 for one in source.text.split("\n")])]
        self._data = None if source.text.isascii() else source.text.encode(errors="surrogatepass")
        self._bytes = self._chars
        if self._data is not None:
            self._bytes = [0, *accumulate([len(one) + 1 for one in self._data.split(b"\n")])]

    def char(self, offset: int) -> int:
        """The character a byte offset points at."""
        if self._data is None:
            return offset
        line = bisect_right(self._bytes, offset) - 1
        return self._chars[line] + len(self._data[self._bytes[line] : offset].decode(errors="ignore"))

    def byte(self, char: int) -> int:
        """The byte offset of a character."""
        if self._data is None:
            return char
        line = bisect_right(self._chars, char) - 1
        return self._bytes[line] + len(self.text[self._chars[line] : char].encode(errors="surrogatepass"))

    def place(self, start: int, end: int) -> Place:
        """The place of the characters from ``start`` to ``end``."""
        first = bisect_right(self._chars, start) - 1
        last = bisect_right(self._chars, end) - 1
        columns = (start - self._chars[first] + 1, end - self._chars[last] + 1)
        return Place(self.path, Span(first + self._line, columns[0], last + self._line, columns[1]))


class StatementText:
    """One statement's stretch of text: its own place, and the places of names inside it."""

    def __init__(self, positions: Positions, offset: int, length: int | None, base: int = 0) -> None:
        self.positions = positions
        self._base = base  # the parser counted its offsets from here
        self._start = positions.char(offset)
        self._end = len(positions.text) if length is None else positions.char(offset + length)

    @cached_property
    def start(self) -> int:
        found = _BLANK.match(self.positions.text, self._start, self._end)
        return found.end() if found else self._start

    @cached_property
    def end(self) -> int:
        return max(self.start, self.start + len(self.text.rstrip()))

    @cached_property
    def text(self) -> str:
        return self.positions.text[self.start : self._end]

    @cached_property
    def place(self) -> Place:
        return self.positions.place(self.start, self.end)

    def name_at(self, offset: int | None) -> Place:
        """The name, qualified or not, that starts at a byte offset; the statement where there is no offset."""
        return self._match(_NAME, offset)

    def word_at(self, offset: int | None) -> Place:
        """The one token that starts at a byte offset."""
        return self._match(_WORD, offset)

    def _match(self, pattern: re.Pattern[str], offset: int | None) -> Place:
        if offset is None or offset < 0:
            return self.place
        start = self.positions.char(self._base + offset)
        found = pattern.match(self.positions.text, start, self._end)
        return self.positions.place(start, found.end()) if found else self.place

    def find(self, name: str, after: Place | None = None) -> Place:
        """The first token that spells ``name``; the statement where none does.

        ``after`` is a place of this statement to look behind.
        """
        floor = after.span.end if after is not None else (0, 0)
        for start, end in self._tokens.get(name, ()):
            place = self.positions.place(start, end)
            if place.span.start >= floor:
                return place
        return self.place

    @cached_property
    def _tokens(self) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for match in _TOKEN.finditer(self.positions.text, self.start, self._end):
            word = match["name"]
            if word:
                name = word[1:-1].replace('""', '"') if word[0] == '"' else word.lower()
                found.setdefault(name, []).append(match.span("name"))
        return found

    def offset_of(self, needle: str) -> int | None:
        """The character where ``needle`` stands literally in this statement, counted over the whole text."""
        at = self.positions.text.find(needle, self.start, self._end)
        return at if at >= 0 else None
