"""How a dict or call literal is laid out: where an entry goes, and what goes when an entry is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.layout import EntryLayout, RowLayout
from dblint.syntax.python import Node, Tree

_BLANK = " \t\f"
_OPENERS = "{(["
_CLOSERS = "})]"


@dataclass(frozen=True, slots=True)
class _Element:
    """An entry, spread or positional argument, and the end of the comma behind it."""

    node: Node
    comma: int | None

    @property
    def end(self) -> int:
        return self.node.end if self.comma is None else self.comma


class Container:
    """A dictionary or an argument list, read token by token."""

    def __init__(self, node: Node) -> None:
        self.tree: Tree = node.tree
        self.text = node.tree.text
        tokens = node.children
        self.open = tokens[0].end if tokens and tokens[0].text in _OPENERS else node.start
        self.close = tokens[-1].start if tokens and tokens[-1].text in _CLOSERS else node.end
        self.comments: list[tuple[int, int]] = []
        self.elements: list[_Element] = []
        for token in tokens:
            self._take(token)

    def _take(self, token: Node) -> None:
        if token.kind == "comment":
            # The parser counts the \r of \r\n to the comment.
            self.comments.append((token.start, token.start + len(token.text.rstrip("\r"))))
        elif token.kind == ",":
            if self.elements:
                self.elements[-1] = _Element(self.elements[-1].node, token.end)
        elif token.start >= self.open and token.end <= self.close:
            self.elements.append(_Element(token, None))

    def row(self, form: Literal["dict", "call"]) -> RowLayout:
        """Where and how a new entry is written: the last one, or the last before a spread that lies over it."""
        at, before, after = self._insertion()
        behind = [element.end for element in self.elements if element.end <= at]
        last = behind[-1] if behind else self.open
        commented = any(last <= start and end <= at for start, end in self.comments)
        return RowLayout(form, self._quote(), self.tree.span(at, at), before, after, commented)

    def entry(self, index: int, key: Node, value: Node) -> EntryLayout:
        """The layout of the element at ``index``, whose key and value these are."""
        start, end = self._removal(index)
        commented = any(start < comment_end and comment_start < end for comment_start, comment_end in self.comments)
        element = self.elements[index].node
        commented = commented or (element.kind == "pair" and any(one.kind == "comment" for one in element.children))
        return EntryLayout(key.span, value.span, self.tree.span(start, end), commented)

    def _insertion(self) -> tuple[int, str, str]:
        if not self.elements:
            return self._into_empty()
        overlaid = self._before_spread()
        if overlaid is not None:
            return overlaid
        last = self.elements[-1]
        own_line = self._starts_line(self.close)
        comment = self._comment_beside(last.end)
        if last.comma is None:
            spread_out = own_line or (len(self.elements) > 1 and self._starts_line(last.node.start))
            if not spread_out:
                return last.node.end, ", ", ""
            if comment is not None:
                # A comma behind the last entry would hand its comment to the new one: the new one goes before it.
                return last.node.start, "", f",{self._newline()}{self._indent()}"
            return last.node.end, f",{self._newline()}{self._indent()}", ""
        if own_line:
            at = comment if comment is not None else last.comma
            return at, f"{self._newline()}{self._indent()}", ","
        return last.comma, " ", ","

    def _before_spread(self) -> tuple[int, str, str] | None:
        """In front of a ``**overrides`` that follows entries: what it lays over them it lays over a new one too."""
        spread = (index for index, one in enumerate(self.elements) if index and one.node.kind == "dictionary_splat")
        index = next(spread, None)
        if index is None:
            return None
        comma = self.elements[index - 1].end
        if not self._starts_line(self.elements[index].node.start):
            return comma, " ", ","
        comment = self._comment_beside(comma)
        return comma if comment is None else comment, f"{self._newline()}{self._indent()}", ","

    def _into_empty(self) -> tuple[int, str, str]:
        if self.tree.line_of(self.open) == self.tree.line_of(self.close):
            return self.open, "", ""
        at = max([self.open, *(end for _, end in self.comments)])
        beside = next((start for start, _ in self.comments if self._starts_line(start)), None)
        indent = self._margin(self.open) + self._step() if beside is None else self._margin(beside)
        tail = "," if self._starts_line(self.close) else f",{self._newline()}"
        return at, f"{self._newline()}{indent}", tail

    def _step(self) -> str:
        return "\t" if "\t" in self._margin(self.open) or "\n\t" in self.text[:4096] else "    "

    def _removal(self, index: int) -> tuple[int, int]:
        element = self.elements[index]
        if len(self.elements) == 1 and not self.comments:
            return self.open, self.close
        if self._starts_line(element.node.start) and self._ends_line(element.end):
            return self._line_removal(index)
        if index + 1 < len(self.elements):
            return self._inline_removal(index)
        return self._last_removal(index)

    def _line_removal(self, index: int) -> tuple[int, int]:
        element = self.elements[index]
        if element.comma is None and index > 0:
            # The last entry of a style without trailing comma takes the comma before it along.
            before = self.elements[index - 1].node.end
            if not any(before <= start < element.node.start for start, _ in self.comments):
                return before, element.node.end
        first, last = self.tree.line_of(element.node.start), self.tree.line_of(element.end)
        return self.tree.line_start(first), self.tree.line_start(last + 1)

    def _inline_removal(self, index: int) -> tuple[int, int]:
        element, following = self.elements[index], self.elements[index + 1]
        same_line = self.tree.line_of(element.end) == self.tree.line_of(following.node.start)
        between = any(element.node.end <= start < following.node.start for start, _ in self.comments)
        if (same_line or index == 0) and not between:
            return element.node.start, following.node.start
        if index > 0 and not self._comment_within(self.elements[index - 1].end, element.node.start):
            return self.elements[index - 1].end, element.end
        return element.node.start, element.end

    def _last_removal(self, index: int) -> tuple[int, int]:
        element = self.elements[index]
        if index == 0:
            return element.node.start, element.end
        before = self.elements[index - 1]
        if self._comment_within(before.node.end, element.node.start):
            return element.node.start, element.end
        return (before.node.end, element.node.end) if element.comma is None else (before.end, element.end)

    def _comment_within(self, start: int, end: int) -> bool:
        return any(start <= comment < end for comment, _ in self.comments)

    def _comment_beside(self, offset: int) -> int | None:
        """The end of the comment that stands on the same line behind ``offset``."""
        line = self.tree.line_of(offset)
        for start, end in self.comments:
            if start >= offset and self.tree.line_of(start) == line:
                return end
        return None

    def _starts_line(self, offset: int) -> bool:
        return not self.text[self.tree.line_start(self.tree.line_of(offset)) : offset].strip(_BLANK)

    def _ends_line(self, offset: int) -> bool:
        """Nothing but blanks or a comment follows on the line."""
        beside = self._comment_beside(offset)
        at = offset if beside is None else beside
        line_end = self.text.find("\n", at)
        return not self.text[at : len(self.text) if line_end < 0 else line_end].strip(_BLANK + "\r") and (
            beside is None or not self.text[offset : self._comment_start(beside)].strip(_BLANK)
        )

    def _comment_start(self, end: int) -> int:
        return next(start for start, stop in self.comments if stop == end)

    def _margin(self, offset: int) -> str:
        """The blanks at the beginning of the line ``offset`` lies on."""
        start = self.tree.line_start(self.tree.line_of(offset))
        stop = start
        while stop < len(self.text) and self.text[stop] in _BLANK:
            stop += 1
        return self.text[start:stop]

    def _indent(self) -> str:
        """The blanks a new entry's line begins with: those of the last line that an entry begins."""
        for element in reversed(self.elements):
            if self._starts_line(element.node.start):
                return self._margin(element.node.start)
        first = self.elements[0].node.start
        head = self.text[self.tree.line_start(self.tree.line_of(first)) : first]
        return "".join(char if char in _BLANK else " " for char in head)

    def _newline(self) -> str:
        """The ending of the line the literal begins on."""
        end = self.text.find("\n", self.open)
        return "\r\n" if end > 0 and self.text[end - 1] == "\r" else "\n"

    def _quote(self) -> Literal['"', "'"]:
        for element in reversed(self.elements):
            key = element.node.field("key") if element.node.kind == "pair" else None
            if key is not None and key.kind == "string":
                return "'" if key.text.endswith("'") else '"'
        for element in self.elements:
            text = element.node.text
            if "'" in text or '"' in text:
                return "'" if '"' not in text or 0 <= text.find("'") < text.find('"') else '"'
        return '"'
