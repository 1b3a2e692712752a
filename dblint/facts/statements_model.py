"""SQL inside Python strings: its text, the way back to the file, the call it reaches and what that gives it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dblint.facts.value_model import Value
from dblint.source import Span

HOLE = "\ufffc"
"""Stands in a text for what only the run knows; every dialect reads it as a letter."""
OVERRIDING = "insert overriding system value"
"""The operation of an inserted row that may fill identity columns; PostgreSQL's COPY always may."""

Anchor = tuple[int, int, int]
Giving = Literal["nothing", "values", "unknown"]


@dataclass(frozen=True, slots=True)
class SqlText:
    """The text a string expression comes to.

    ``anchors`` are (offset, line, column): the character at that offset stands there in the file, and those up to the
    next anchor stand behind it as they are written. What is no such stretch, an escape or a hole, is one of length 1.
    """

    text: str
    span: Span
    anchors: tuple[Anchor, ...]

    @property
    def whole(self) -> bool:
        """Nothing of it is known at run time only."""
        return HOLE not in self.text

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of a character."""
        return self._at(self._run(offset), offset)

    def span_of(self, start: int, end: int) -> Span:
        """Where the characters from ``start`` to ``end`` stand."""
        if end <= start:
            return Span(*self.position(start), *self.position(start))
        run = self._run(end - 1)
        line, column = self._at(run, end - 1)
        following = self.anchors[run + 1] if run + 1 < len(self.anchors) else None
        if following is not None and following[0] == end == self.anchors[run][0] + 1 and following[1] == line:
            return Span(*self.position(start), line, max(following[2], column + 1))
        return Span(*self.position(start), line, column + 1)

    def is_plain(self, start: int, end: int) -> bool:
        """The characters stand in the file one behind the other, as they are."""
        run = self._run(start)
        beyond = self.anchors[run + 1][0] if run + 1 < len(self.anchors) else len(self.text)
        return HOLE not in self.text[start:end] and end <= beyond and (beyond - self.anchors[run][0] > 1)

    def holds(self, place: tuple[int, int]) -> bool:
        """A line and column of the file lie in the text."""
        ends = [*(offset for offset, _, _ in self.anchors[1:]), len(self.text)]
        return any(
            (line, column) <= place <= self.position(max(end - 1, offset))
            for (offset, line, column), end in zip(self.anchors, ends, strict=True)
            if line <= place[0]
        )

    def replaced(self, parts: Iterable[tuple[int, int, str]]) -> SqlText:
        """The text with other words in the place of stretches, given in their order; each keeps its place."""
        pieces: list[str] = []
        anchors: list[Anchor] = []
        done = length = 0
        for start, end, new in parts:
            self._copy(anchors, done, start, length - done)
            pieces += (self.text[done:start], new)
            length += start - done
            anchors.append((length, *self.position(start)))
            length += len(new)
            done = end
        self._copy(anchors, done, len(self.text), length - done)
        pieces.append(self.text[done:])
        return SqlText("".join(pieces), self.span, tuple(anchors))

    def _copy(self, anchors: list[Anchor], start: int, end: int, shift: int) -> None:
        """The anchors of a stretch that stays, moved."""
        if start >= end:
            return
        anchors.append((start + shift, *self.position(start)))
        anchors += ((at + shift, line, column) for at, line, column in self.anchors if start < at < end)

    def _run(self, offset: int) -> int:
        return max(bisect_right(self.anchors, (offset, 1 << 60, 0)) - 1, 0)

    def _at(self, run: int, offset: int) -> tuple[int, int]:
        begin, line, column = self.anchors[run]
        breaks = self.text.count("\n", begin, offset)
        if not breaks:
            return line, column + offset - begin
        return line + breaks, offset - self.text.rfind("\n", begin, offset)


@dataclass(frozen=True, slots=True)
class Argument:
    """One value given for a placeholder, under its name where placeholders have names."""

    value: Value
    span: Span
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ArgumentSet:
    """The values of one execution; ``named`` says that they are given by name, ``open`` that more may come."""

    span: Span
    arguments: tuple[Argument, ...]
    named: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class SqlCall:
    """The call that takes a statement.

    ``receiver`` is the dotted name it is made on, ``makers`` are the callees behind that name as far as the file shows
    them, ``many`` says that the statement runs once for each argument set. ``giving`` is what the call passes beside
    the statement: nothing, literals (``sets``), or what only the run knows.
    """

    method: str
    receiver: str | None
    makers: tuple[str, ...]
    span: Span
    giving: Giving = "nothing"
    sets: tuple[ArgumentSet, ...] = ()
    many: bool = False
    wrapper: str | None = None
    """The function the text goes through: ``text``, ``SQL``."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL string; ``call`` is None where it reaches no call that the file shows.

    ``handed`` is then the callee it is an argument of, if any.
    """

    text: SqlText
    call: SqlCall | None = None
    handed: str | None = None
    deliberate: bool = False
    """Wrong on purpose, as a mock row may be."""
