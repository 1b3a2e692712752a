"""Code frames: the lines a finding points at, marked, as pieces of styled text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dblint.finding import Finding
from dblint.report.model import Report
from dblint.report.visible import visible, width
from dblint.source import Place, Span

Piece = tuple[str, str]
Line = list[Piece]

_WIDEST = 160
_TALLEST = 6
_TAB = "    "


@dataclass(frozen=True, slots=True)
class _Frame:
    """One place to show: how it is introduced, what is said under it, and in which style."""

    arrow: str
    place: Place
    message: str
    style: str
    mark: str


def frames(report: Report, finding: Finding) -> Iterator[Line]:
    """The finding's own place and then its labels', each with the lines it means."""
    shown = [_Frame("-->", finding.place, "", finding.severity, "^")]
    shown += (_Frame(":::", label.place, label.message, "label", "-") for label in finding.labels)
    gutter = gutter_of(finding)
    for one in shown:
        yield from _frame(report, one, gutter)


def gutter_of(finding: Finding) -> int:
    """How wide the line numbers of the finding's frames are."""
    places = (finding.place, *(label.place for label in finding.labels))
    return max(len(str(place.span.end_line)) for place in places)


def _frame(report: Report, frame: _Frame, gutter: int) -> Iterator[Line]:
    span = frame.place.span
    path = visible(report.shown(frame.place.path))
    where = f"{path}:{span.line}:{span.column}" if frame.place.path != "." else path
    lines = report.lines(frame.place.path)
    yield [(" " * (gutter + 1) + frame.arrow + " ", "gutter"), (where, "path")]
    if not 0 < span.line <= len(lines):
        if frame.message:
            yield [(" " * (gutter + 2) + "| ", "gutter"), (visible(frame.message), frame.style)]
        return
    yield [(" " * (gutter + 2) + "|", "gutter")]
    if span.end_line > span.line and span.end_column > 1:
        yield from _block(lines, frame, gutter)
    else:
        yield from _underlined(lines[span.line - 1], frame, gutter)


def _underlined(raw: str, frame: _Frame, gutter: int) -> Iterator[Line]:
    span = frame.place.span
    line = raw.removesuffix("\r")
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    before, marked, after = line[: span.column - 1], line[span.column - 1 : end], line[end:]
    if len(line) > _WIDEST and len(before) > _WIDEST // 2:
        before = "…" + before[-(_WIDEST // 4) :]
    marked, after = marked[:_WIDEST], after[: max(0, _WIDEST - len(before) - len(marked))]
    before, marked, after = map(_flat, (before, marked, after))
    yield [(f" {span.line:>{gutter}} | ", "gutter"), (before, ""), (marked, ""), (after, "")]
    carets = frame.mark * max(1, width(marked))
    message = f" {visible(frame.message)}" if frame.message else ""
    yield [(" " * (gutter + 2) + "| ", "gutter"), (" " * width(before), ""), (carets + message, frame.style)]


def _block(lines: Sequence[str], frame: _Frame, gutter: int) -> Iterator[Line]:
    """A span of several lines: a bar beside each, the middle of a tall one left out."""
    span = frame.place.span
    for number in _numbers(span):
        text = _flat(lines[number - 1].removesuffix("\r"))[:_WIDEST] if number and number <= len(lines) else "…"
        shown = str(number) if number else ""
        yield [(f" {shown:>{gutter}} | ", "gutter"), (">", frame.style), (f" {text}" if text else "", "")]
    if frame.message:
        yield [(" " * (gutter + 2) + "| ", "gutter"), (visible(frame.message), frame.style)]


def _numbers(span: Span) -> Sequence[int]:
    """The line numbers to show; 0 stands for those left out."""
    last = span.end_line if span.end_column > 1 else span.end_line - 1
    if last - span.line < _TALLEST:
        return range(span.line, last + 1)
    return [*range(span.line, span.line + _TALLEST - 2), 0, last]


def _flat(text: str) -> str:
    return visible(text.replace("\t", _TAB))
