"""What surrounds SQL in real files: COPY data, psql's own lines and variables, templates; where statements end."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

PLACEHOLDER = "\ue000"
"""Stands in names and strings for what is only known at run time."""

_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*)
    | (?P<block>/\*)
    | (?P<string>[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<dollar>(?<![\w$])\$(?P<tag>(?:[A-Za-z_\x80-\U0010ffff]\w*)?)\$.*?\$(?P=tag)\$)
    | (?P<meta>\\[^\n]*)
    | (?P<template>\{\{.*?\}\}|\{%.*?%\}|\{\#.*?\#\})
    | (?P<variable>(?<![:\w\]]):(?:'\w+'|"\w+"|[A-Za-z_]\w*))
    | (?P<parameter>%\(\w+\)s|%s)
    | (?P<extension>@extschema(?::[\w-]+)?@)
    | (?P<word>[A-Za-z_\x80-\U0010ffff][\w$]*)
    | (?P<end>;)
    | (?P<bracket>[()\[\]])
    | (?P<open>['"])
    """,
    re.DOTALL | re.VERBOSE,
)
_DATA_END = re.compile(r"^\\\.[ \t\r]*$", re.MULTILINE)
_TAG = re.compile(r"\{%-?\+?\s*(\w+)")
_META = re.compile(r"\\(\w+)")
_OPENING, _CLOSING = frozenset({"if", "for"}), frozenset({"endif", "endfor"})
_NOT_A_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters of one statement; ``conditional`` where a template or psql decides whether it runs."""

    start: int
    end: int
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A file's text made readable, character for character, and its statements.

    ``text`` has placeholders where templates and variables stood, ``bare`` blanks where templates stood.
    """

    text: str
    bare: str
    pieces: tuple[Piece, ...]


def read(text: str) -> Script:
    """The script of a text that the parser refuses as it stands."""
    return _Reader(text).script()


def finer(script: Script, piece: Piece) -> list[Piece]:
    """The parts of a piece between all its semicolons, for where a bracket never closes."""
    cuts = [match.end() for match in _TOKEN.finditer(script.text, piece.start, piece.end) if match["end"]]
    edges = [piece.start, *cuts, piece.end]
    found = [Piece(start, end, piece.conditional) for start, end in itertools.pairwise(edges) if end > start]
    return found if len(found) > 1 else []


@dataclass(slots=True)
class _Reader:
    source: str
    written: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    copied: int = 0
    pieces: list[Piece] = field(default_factory=list)
    start: int = 0
    depth: int = 0
    atomic: int = 0
    words: list[str] = field(default_factory=list)
    conditions: int = 0
    conditional: bool = False

    def script(self) -> Script:
        match = _TOKEN.search(self.source)
        while match is not None:
            match = _TOKEN.search(self.source, self._token(match))
        self._cut(len(self.source))
        rest = self.source[self.copied :]
        return Script("".join(self.written) + rest, "".join(self.bare) + rest, tuple(self.pieces))

    def _token(self, match: re.Match[str]) -> int:
        kind = match.lastgroup if match["dollar"] is None else "dollar"
        take = getattr(self, f"_{kind}", None)
        if take is None:
            return match.end()
        after: int = take(match)
        return after

    def _replace(self, start: int, end: int, text: str, bare: str | None = None) -> int:
        kept = self.source[self.copied : start]
        self.written += (kept, text)
        self.bare += (kept, text if bare is None else bare)
        self.copied = end
        return end

    def _block(self, match: re.Match[str]) -> int:
        depth, at = 1, match.end()
        while depth:
            found = re.compile(r"/\*|\*/").search(self.source, at)
            if found is None:
                return len(self.source)
            depth += 1 if found[0] == "/*" else -1
            at = found.end()
        return at

    def _meta(self, match: re.Match[str]) -> int:
        found = _META.match(match[0])
        word = found[1] if found else ""
        if word == "if":
            self.conditions += 1
        elif word == "endif":
            self.conditions = max(0, self.conditions - 1)
        blank = " " * len(match[0])
        if word in ("g", "gx", "gexec", "gset", "gdesc"):
            self._replace(match.start(), match.end(), ";" + blank[1:])
            self._cut(match.start() + 1)
            return match.end()
        return self._replace(match.start(), match.end(), blank)

    def _template(self, match: re.Match[str]) -> int:
        tag = _TAG.match(match[0])
        blank = _NOT_A_NEWLINE.sub(" ", match[0])
        if match[0].startswith("{{"):
            name = PLACEHOLDER + "_" * (len(match[0]) - 1)
            return self._replace(match.start(), match.end(), name if "\n" not in match[0] else blank, blank)
        if tag and tag[1] in _OPENING:
            self.conditions += 1
        elif tag and tag[1] in _CLOSING:
            self.conditions = max(0, self.conditions - 1)
        self.conditional = self.conditional or self.conditions > 0 or bool(tag and self.words)
        return self._replace(match.start(), match.end(), blank)

    def _variable(self, match: re.Match[str]) -> int:
        name = match[0]
        marked = name[1] + PLACEHOLDER + name[2:] if name[1] in "'\"" else PLACEHOLDER + name[1:]
        return self._replace(match.start(), match.end(), marked)

    def _parameter(self, match: re.Match[str]) -> int:
        return self._replace(match.start(), match.end(), "$1".ljust(len(match[0])))

    def _extension(self, match: re.Match[str]) -> int:
        return self._replace(match.start(), match.end(), PLACEHOLDER + "_" * (len(match[0]) - 1))

    def _word(self, match: re.Match[str]) -> int:
        word = match[0].lower()
        self.conditional = self.conditional or self.conditions > 0
        if self.atomic and word in ("case", "end"):
            self.atomic += 1 if word == "case" else -1
        elif word == "atomic" and self.words and self.words[-1] == "begin":
            self.atomic = 1
        self.words.append(word)
        return match.end()

    def _bracket(self, match: re.Match[str]) -> int:
        self.depth = self.depth + 1 if match[0] in "([" else max(0, self.depth - 1)
        return match.end()

    def _open(self, _: re.Match[str]) -> int:
        return len(self.source)

    def _end(self, match: re.Match[str]) -> int:
        if self.depth or self.atomic:
            return match.end()
        copies = self.words[:1] == ["copy"] and "from" in self.words and "stdin" in self.words
        self._cut(match.end())
        return self._copy_data(match.end()) if copies else match.end()

    def _copy_data(self, at: int) -> int:
        line = self.source.find("\n", at)
        if line < 0:
            return at
        found = _DATA_END.search(self.source, line + 1)
        end = found.end() if found else len(self.source)
        self._replace(line, end, _NOT_A_NEWLINE.sub(" ", self.source[line:end]))
        self.start = end
        return end

    def _cut(self, end: int) -> None:
        if self.words:
            self.pieces.append(Piece(self.start, end, self.conditional))
        self.start, self.depth, self.atomic, self.words, self.conditional = end, 0, 0, [], False
