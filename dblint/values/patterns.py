"""PostgreSQL's text patterns where they are plain: does a text match, and which text would.

Regular expressions run as automata, whose time no pattern can blow up.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from dblint.values.automaton import Automaton, Repeated, TooLargeError, automaton
from dblint.values.texts import like_tokens

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s",
    "xdigit": "0-9A-Fa-f",
    "word": "a-zA-Z0-9_",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
}
_SETS = {"d": "0-9", "w": "a-zA-Z0-9_", "s": r"\s"}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_QUANTIFIER = re.compile(r"[*+?]|\{(\d+)(,(\d*))?\}")
_PREFERRED = "abcdefghijklmnopqrstuvwxyz"
_LONGEST = 200
_MOST_REPEATS = 255
_MOST_STEPS = 5_000_000


class _UnreadError(Exception):
    """The pattern holds something that this module does not read."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern ready to run. ``local`` says that its classes depend on the locale beyond ASCII, ``lazy`` that a match
    may end before the longest."""

    machine: Automaton
    local: bool
    lazy: bool

    def fits(self, text: str) -> bool:
        """The meaning is plain for this text, and its length no trouble."""
        return (text.isascii() or not self.local) and len(text) * self.machine.size <= _MOST_STEPS


def matches(pattern: str, text: str, *, fold: bool = False) -> bool | None:
    """``text ~ pattern``, or ``~*`` with ``fold``; None where the pattern is not plain or the locale decides."""
    found = _pattern(pattern, fold)
    return None if found is None or not found.fits(text) else found.machine.occurs(text)


def replaced(pattern: str, text: str, new: str, *, fold: bool = False, everywhere: bool = False) -> str | None:
    """``regexp_replace``; None where the result is not certain."""
    found = _pattern(pattern, fold)
    if found is None or found.lazy or "\\" in new or not found.fits(text) or len(text) ** 2 > _MOST_STEPS:
        return None
    parts, at = [], 0
    while at <= len(text):
        end = found.machine.longest(text, at)
        if end is None:
            parts.append(text[at : at + 1])
            at += 1
            continue
        parts.append(new)
        if end == at:
            parts.append(text[at : at + 1])
        at = max(end, at + 1)
        if not everywhere:
            break
    return "".join((*parts, text[at:]))


def first(pattern: str, text: str) -> tuple[bool, str] | None:
    """Whether a pattern without groups matches, and the text of its first match; None where that is not certain."""
    found = _pattern(pattern, False)
    if found is None or found.lazy or "(" in pattern or not found.fits(text) or len(text) ** 2 > _MOST_STEPS:
        return None
    for at in range(len(text) + 1):
        end = found.machine.longest(text, at)
        if end is not None:
            return True, text[at:end]
    return False, ""


def example(pattern: str) -> str | None:
    """A text that matches a plain pattern; None where none is found."""
    try:
        branches = _read(pattern)[0]
    except _UnreadError:
        return None
    for branch in branches:
        text = _written(branch, 0)
        if len(text) <= _LONGEST and matches(pattern, text):
            return text
    return None


def similar(pattern: str, escape: str = "\\") -> str | None:
    """The regular expression that a SIMILAR TO pattern means."""
    written, inside, escaped = [], False, False
    for char in pattern:
        if escaped:
            if char == '"':
                return None  # A part of the pattern set off for substring().
            written.append(f"\\{char}")
            escaped = False
        elif char == escape:
            escaped = True
        elif inside:
            written.append("\\\\" if char == "\\" else char)
            inside = char != "]"
        else:
            inside = char == "["
            written.append(_SIMILAR.get(char, char))
    return f"^(?:{''.join(written)})$"


_SIMILAR = {"%": ".*", "_": ".", "(": "(?:", "\\": "\\\\", ".": "\\.", "^": "\\^", "$": "\\$"}


def like_example(pattern: str, escape: str = "\\") -> str:
    """A text that matches a LIKE pattern."""
    tokens = like_tokens(pattern, escape)
    return "".join("example" if each == "%" else "a" if each == "_" else each[-1:] for each in tokens)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a pattern: its Python text, how often it stands, and what it is made of.

    ``choices`` are the branches of a group; without them the piece is one character (or an anchor, when ``anchor``).
    """

    code: str
    least: int = 1
    most: int | None = 1
    choices: tuple[tuple[_Piece, ...], ...] = ()
    anchor: bool = False


@functools.lru_cache(maxsize=256)
def _pattern(pattern: str, fold: bool) -> _Pattern | None:
    try:
        branches, local, lazy = _read(pattern)
        machine = automaton(_parts(branches), fold=fold or pattern.startswith("(?i)"))
    except (_UnreadError, TooLargeError, re.error, RecursionError):
        return None
    return _Pattern(machine, local or machine.fold, lazy)


def _parts(branches: tuple[tuple[_Piece, ...], ...]) -> tuple[tuple[Repeated, ...], ...]:
    return tuple(
        tuple(Repeated(one.code, one.least, one.most, _parts(one.choices), one.anchor) for one in branch)
        for branch in branches
    )


def _read(pattern: str) -> tuple[tuple[tuple[_Piece, ...], ...], bool, bool]:
    """The branches, whether the locale matters to them, and whether any quantifier is lazy."""
    if pattern.startswith("***"):
        raise _UnreadError
    reader = _Reader(pattern.removeprefix("(?i)"))
    branches = reader.branches()
    if reader.at != len(reader.text):
        raise _UnreadError
    return branches, reader.local, reader.lazy


class _Reader:
    """Reads the plain part of PostgreSQL's regular expressions, left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.local = False
        self.lazy = False

    def branches(self) -> tuple[tuple[_Piece, ...], ...]:
        found: list[tuple[_Piece, ...]] = []
        pieces: list[_Piece] = []
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "|":
                self.at += 1
                found.append(tuple(pieces))
                pieces = []
            else:
                pieces.append(self._quantified(self._atom()))
        return (*found, tuple(pieces))

    def _atom(self) -> _Piece:
        char = self.text[self.at]
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return _Piece(self._bracket())
        if char == "\\" and self.text[self.at : self.at + 1] in ("A", "Z"):
            self.at += 1
            return _Piece("^" if self.text[self.at - 1] == "A" else "$", anchor=True)
        if char == "\\":
            return _Piece(self._escape(inside=False))
        if char in "^$":
            return _Piece(char, anchor=True)
        if char in "*+?{":
            raise _UnreadError
        return _Piece("." if char == "." else re.escape(char))

    def _group(self) -> _Piece:
        if self.text.startswith("?", self.at):
            if not self.text.startswith("?:", self.at):
                raise _UnreadError
            self.at += 2
        choices = self.branches()
        if not self.text.startswith(")", self.at):
            raise _UnreadError
        self.at += 1
        return _Piece("", choices=choices)

    def _quantified(self, piece: _Piece) -> _Piece:
        found = _QUANTIFIER.match(self.text, self.at)
        if found is None:
            return piece
        self.at = found.end()
        if self.text.startswith("?", self.at):
            self.at += 1  # Laziness changes how far a match reaches, not whether there is one.
            self.lazy = True
        if piece.anchor or _QUANTIFIER.match(self.text, self.at):
            raise _UnreadError
        least, most = self._bounds(found)
        if max(least, most or 0) > _MOST_REPEATS or (most is not None and most < least):
            raise _UnreadError
        return _Piece(piece.code, least, most, piece.choices)

    def _bounds(self, found: re.Match[str]) -> tuple[int, int | None]:
        if found[1] is None:
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found[0]]
        least = int(found[1])
        if found[2] is None:
            return least, least
        return least, int(found[3]) if found[3] else None

    def _escape(self, *, inside: bool) -> str:
        if self.at >= len(self.text):
            raise _UnreadError
        char = self.text[self.at]
        self.at += 1
        if char.lower() in _SETS and not (inside and char.isupper()):
            body, self.local = _SETS[char.lower()], True
            return body if inside else f"[{'^' if char.isupper() else ''}{body}]"
        if char in _CONTROLS:
            return re.escape(_CONTROLS[char])
        if char.isalnum() or (inside and not char.isascii()):
            raise _UnreadError
        return re.escape(char)

    def _bracket(self) -> str:
        parts = ["["]
        if self.text.startswith("^", self.at):
            parts.append("^")
            self.at += 1
        first = True
        while first or not self.text.startswith("]", self.at):
            parts.append(self._bracket_part())
            first = False
        self.at += 1
        return "".join((*parts, "]"))

    def _bracket_part(self) -> str:
        if self.at >= len(self.text):
            raise _UnreadError
        char = self.text[self.at]
        if char == "[":
            named = re.compile(r"\[:(\w+):\]").match(self.text, self.at)
            if named is not None and named[1] in _CLASSES:
                self.at, self.local = named.end(), True
                return _CLASSES[named[1]]
            if self.text[self.at + 1 : self.at + 2] in (":", ".", "="):
                raise _UnreadError
        self.at += 1
        if char == "\\":
            return self._escape(inside=True)
        return char if char == "-" else re.escape(char)


def _written(pieces: tuple[_Piece, ...], at: int) -> str:
    """A text made by the pieces; ``at`` counts the characters before it, so that neighbours differ."""
    text = ""
    for piece in pieces:
        if piece.anchor:
            continue
        wanted = max(piece.least, min(3, _LONGEST if piece.most is None else piece.most)) if piece.least else 0
        for _ in range(wanted):
            text += (
                _written(piece.choices[0], at + len(text)) if piece.choices else _character(piece.code, at + len(text))
            )
    return text


def _character(code: str, at: int) -> str:
    turn = at % len(_PREFERRED)
    letters = _PREFERRED[turn:] + _PREFERRED[:turn]
    digits = "1234567890"[at % 10 :] + "1234567890"
    others = "".join(map(chr, range(32, 127)))
    for char in letters + letters.upper() + digits + others:
        if re.fullmatch(code, char, re.DOTALL | re.ASCII):
            return char
    return ""
