"""Spans as stretches of a text: cutting one out, and replacing several at once."""

from __future__ import annotations

from collections.abc import Iterable

from dblint.finding import Edit
from dblint.source import Span


class Text:
    """A file's text with the offset of every line, so that a span is a slice."""

    __slots__ = ("_starts", "content")

    def __init__(self, content: str) -> None:
        self.content = content
        self._starts = [0]
        at = content.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = content.find("\n", at + 1)

    def offset(self, line: int, column: int) -> int:
        """The offset of a 1-based position; a position behind the end of the text is its end."""
        if line > len(self._starts):
            return len(self.content)
        return min(self._starts[line - 1] + column - 1, len(self.content))

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset."""
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        return (low + 1, offset - self._starts[low] + 1)

    def range(self, span: Span) -> tuple[int, int]:
        return (self.offset(*span.start), self.offset(*span.end))

    def span(self, start: int, end: int) -> Span:
        return Span(*self.position(start), *self.position(end))

    def cut(self, span: Span) -> str:
        start, end = self.range(span)
        return self.content[start:end]

    def newline_at(self, offset: int) -> str:
        """The ending of the line an offset lies on, for the last line that of the line before."""
        end = self.content.find("\n", offset)
        end = end if end >= 0 else self.content.rfind("\n")
        return "\r\n" if end > 0 and self.content[end - 1] == "\r" else "\n"

    def line_before(self, offset: int) -> str:
        """What stands on an offset's line in front of it."""
        return self.content[self.content.rfind("\n", 0, offset) + 1 : offset]


def apply(content: str, edits: Iterable[Edit]) -> str:
    """The text after edits of one file that do not overlap; they may come in any order."""
    text = Text(content)
    parts: list[str] = []
    done = 0
    for start, end, new in sorted((*text.range(edit.place.span), edit.text) for edit in edits):
        parts += (content[done:start], new)
        done = end
    parts.append(content[done:])
    return "".join(parts)


def overlaps(one: Span, other: Span) -> bool:
    """Two edits cannot both be made: they share a character, or one inserts where the other begins, ends or inserts."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
