"""PostgreSQL's text patterns where they are plain: does a text match, and which text would."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

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


class _UnreadError(Exception):
    """The pattern holds something that PostgreSQL and Python may read in different ways."""


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


def matches(pattern: str, text: str, *, fold: bool = False) -> bool | None:
    """``text ~ pattern``, or ``~*`` with ``fold``; None where the pattern is not plain or the text not ASCII."""
    code, longest = _code(pattern)
    if code is None or not text.isascii() or len(text) > longest:
        return None
    flags = re.DOTALL | re.ASCII | (re.IGNORECASE if fold else 0)
    return re.search(code, text, flags) is not None


def example(pattern: str) -> str | None:
    """A text that matches a plain pattern; None where none is found."""
    try:
        branches = _read(pattern)
    except _UnreadError:
        return None
    for branch in branches:
        text = _written(branch, 0)
        if len(text) <= _LONGEST and matches(pattern, text):
            return text
    return None


def like(pattern: str, text: str, escape: str = "\\", *, fold: bool = False) -> bool:
    """``text LIKE pattern``, or ``ILIKE`` with ``fold``."""
    code = "".join(
        ".*" if each == "%" else "." if each == "_" else re.escape(each[-1:]) for each in _like(pattern, escape)
    )
    return re.fullmatch(code, text, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None


def like_example(pattern: str, escape: str = "\\") -> str:
    """A text that matches a LIKE pattern."""
    parts = ["example" if each == "%" else "a" if each == "_" else each[-1:] for each in _like(pattern, escape)]
    return "".join(parts)


def _like(pattern: str, escape: str) -> Iterator[str]:
    """``%``, ``_``, or a literal character behind ``=``."""
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if escape and char == escape and at + 1 < len(pattern):
            at += 1
            yield f"={pattern[at]}"
        else:
            yield char if char in "%_" else f"={char}"
        at += 1


@functools.lru_cache(maxsize=256)
def _code(pattern: str) -> tuple[str | None, int]:
    """Python's text of the pattern, and the longest text it may be tried on without fear of endless backtracking."""
    try:
        branches = _read(pattern)
        code = _alternatives(branches)
        re.compile(code)
    except (_UnreadError, re.error):
        return None, 0
    nested = any(_repeats_repeats(piece) for branch in branches for piece in branch)
    return f"(?i:{code})" if pattern.startswith("(?i)") else code, 24 if nested else _LONGEST


def _repeats_repeats(piece: _Piece) -> bool:
    inner = [each for branch in piece.choices for each in branch]
    return any(_repeats_repeats(each) or (piece.most != 1 and each.most != each.least) for each in inner)


def _alternatives(branches: tuple[tuple[_Piece, ...], ...]) -> str:
    return "|".join("".join(_piece_code(piece) for piece in branch) for branch in branches)


def _piece_code(piece: _Piece) -> str:
    code = f"(?:{_alternatives(piece.choices)})" if piece.choices else piece.code
    if (piece.least, piece.most) == (1, 1):
        return code
    return f"{code}{{{piece.least},{'' if piece.most is None else piece.most}}}"


def _read(pattern: str) -> tuple[tuple[_Piece, ...], ...]:
    if pattern.startswith("***"):
        raise _UnreadError
    reader = _Reader(pattern.removeprefix("(?i)"))
    branches = reader.branches()
    if reader.at != len(reader.text):
        raise _UnreadError
    return branches


class _Reader:
    """Reads the plain part of PostgreSQL's regular expressions, left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

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
        if char == "\\":
            return _Piece(self._escape(inside=False))
        if char in "^$":
            return _Piece("^" if char == "^" else r"\Z", anchor=True)
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
            self.at += 1  # Laziness changes what is captured, not whether it matches.
        if piece.anchor or _QUANTIFIER.match(self.text, self.at):
            raise _UnreadError
        least, most = self._bounds(found)
        if max(least, most or 0) > _LONGEST:
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
            body = _SETS[char.lower()]
            return body if inside else f"[{'^' if char.isupper() else ''}{body}]"
        if char in _CONTROLS:
            return re.escape(_CONTROLS[char])
        if char.isalnum():
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
                self.at = named.end()
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
