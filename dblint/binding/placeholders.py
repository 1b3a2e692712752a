"""Placeholders of the drivers (``%s``, ``%(x)s``, ``:x``, ``?``, ``$1``) as the parser's own, ``$1``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

Style = Literal["percent", "colon", "question", "dollar"]

_TOKEN = re.compile(
    r"""(?P<skipped>--[^\n]*|/\*.*?\*/|[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`"""
    r"""|\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$|::|\\:|:=)"""
    r"""|%%|%(?:\((?P<percent>\w+)\))?[sbt](?!\w)"""
    r"""|(?<![\w:\]])[:@](?P<colon>[A-Za-z_]\w*)"""
    r"""|\$(?P<dollar>\d+)"""
    r"""|(?P<question>\?\d*)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One place for a value: its name, or its position among the values given, from 0."""

    name: str | None
    position: int
    start: int
    end: int


def found(text: str, styles: Collection[Style]) -> Iterator[tuple[Placeholder | None, int, int]]:
    """The placeholders of these styles outside of quotes and comments; None for ``%%``, which stands for ``%``."""
    counts: dict[Style, int] = {"percent": 0, "question": 0}
    for token in _TOKEN.finditer(text):
        style = _style(token)
        if style is None or style not in styles or (token[0][0] == "@" and "question" not in styles):
            continue
        start, end = token.span()
        if token[0] == "%%":
            yield None, start, end
            continue
        name, number = token["colon"] or token["percent"], token["dollar"] or token[0][1:] if style != "percent" else ""
        if name is None and not number:
            number = str(counts[style] + 1)
            counts[style] += 1
        yield Placeholder(name, -1 if name is not None else int(number) - 1, start, end), start, end


def _style(token: re.Match[str]) -> Style | None:
    if token["skipped"] is not None:
        return None
    if token["dollar"] is not None:
        return "dollar"
    if token["colon"] is not None:
        return "colon"
    return "question" if token["question"] is not None else "percent"


def replaced(text: str, styles: Collection[Style]) -> tuple[list[tuple[int, int, str]], tuple[Placeholder, ...]]:
    """What to put into a text so that the parser reads it, and the placeholders in the order of their numbers."""
    parts: list[tuple[int, int, str]] = []
    placeholders: list[Placeholder] = []
    for placeholder, start, end in found(text, styles):
        if placeholder is None:
            parts.append((start, end, "%"))
            continue
        placeholders.append(placeholder)
        parts.append((start, end, f"${len(placeholders)}"))
    return parts, tuple(placeholders)
