"""Nested lines drawn as a tree on a terminal; rich's own tree takes seconds for a catalog of a thousand tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.style import Style as RichStyle
from rich.text import Text

from dblint.report.catalog_lines import Line, Style

_GUIDES = ("├── ", "└── ", "│   ", "    ")
_ASCII_GUIDES = ("+-- ", "`-- ", "|   ", "    ")
_NARROWEST = 20


class Drawing:
    """Lines and their guides; a line that is too long goes on below itself, beside its guides."""

    def __init__(self, lines: Sequence[Line], styles: Mapping[Style, str]) -> None:
        self.lines = lines
        self.styles = {style: RichStyle.parse(name) for style, name in styles.items()}
        self.guide = RichStyle.parse("dim")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        guides = _ASCII_GUIDES if options.ascii_only else _GUIDES
        for line in self.lines:
            yield from self._line(console, options.max_width, line, "", "", guides)

    def _line(
        self, console: Console, width: int, line: Line, first: str, rest: str, guides: tuple[str, ...]
    ) -> Iterator[Segment]:
        yield from self._own(console, width, line, first, rest + (guides[2] if line.below else guides[3]))
        for one in line.below:
            last = one is line.below[-1]
            yield from self._line(
                console, width, one, rest + guides[1 if last else 0], rest + guides[3 if last else 2], guides
            )

    def _own(self, console: Console, width: int, line: Line, first: str, rest: str) -> Iterator[Segment]:
        yield Segment(first, self.guide)
        if len(first) + len(line.text) <= width or width - len(rest) < _NARROWEST:
            for at, (text, style) in enumerate(line.pieces):
                yield Segment(f" {text}" if at else text, self.styles[style])
            yield Segment.line()
            return
        whole = Text(" ").join(Text(piece, self.styles[style]) for piece, style in line.pieces)
        for at, part in enumerate(whole.wrap(console, width - max(len(first), len(rest)), overflow="fold")):
            if at:
                yield Segment(rest, self.guide)
            yield from part.render(console)
            yield Segment.line()
