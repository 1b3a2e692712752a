"""Suppression: which findings a pragma silences, and which pragmas silence nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dblint.binding.model import Suppression, Use
from dblint.errors import nearest
from dblint.facts.model import FileFacts, Pragma
from dblint.finding import Finding
from dblint.rule import Rule
from dblint.rulebook import Rulebook
from dblint.source import Source, Span

PRAGMAS = frozenset({"ignore", "file-ignore", "table"})
UNSUPPRESSIBLE = frozenset({"internal-error"})
_SELF = frozenset({"unused-suppression", "unknown-suppression", "project"})
_SQL = re.compile(
    r"""--(?P<comment>[^\n]*)|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|/\*.*?\*/""", re.DOTALL
)
_PRAGMA = re.compile(r"dblint:\s*(?P<kind>file-ignore|ignore)\s*\[(?P<names>[^\]\n]*)\]\s*(?P<reason>[^\n]*)")
_NEXT_COMMENT = re.compile(r"\s+(?=#\s*[A-Za-z])")


@dataclass(slots=True)
class Pragmas:
    """The suppression pragmas of a project; remembers which of their names were of use."""

    by_path: Mapping[str, Sequence[Pragma]]
    _used: set[tuple[str, Pragma, int]] = field(default_factory=set)

    def silence(self, finding: Finding) -> bool:
        """Whether a pragma names this finding's rule or group where it stands."""
        if finding.rule in UNSUPPRESSIBLE:
            return False
        pragmas = self.by_path.get(finding.path, ())
        hits = [
            (finding.path, pragma, index)
            for pragma in pragmas
            if _speaks_for(pragma, pragmas, finding.span)
            for index, (name, _) in enumerate(pragma.names)
            if name in (finding.rule, finding.group)
        ]
        self._used.update(hits)
        return bool(hits)

    def used(self, path: str, pragma: Pragma, index: int) -> bool:
        return (path, pragma, index) in self._used


def pragmas(facts: Mapping[str, FileFacts], sql: Iterable[Source]) -> Pragmas:
    """The pragmas of the Python files and of the SQL files."""
    found: dict[str, Sequence[Pragma]] = {
        path: [pragma for pragma in one.pragmas if pragma.kind != "table"] for path, one in facts.items()
    }
    for source in sql:
        if "dblint:" in source.text:
            found[source.path] = tuple(sql_pragmas(source.text))
    return Pragmas({path: some for path, some in found.items() if some})


def _speaks_for(pragma: Pragma, pragmas: Sequence[Pragma], span: Span) -> bool:
    if pragma.kind == "file-ignore":
        return True
    last = span.end_line if span.end_column > 1 else max(span.line, span.end_line - 1)
    if span.line <= pragma.span.line <= last:
        return True
    return pragma.alone and pragma.span.line < span.line <= _line_below(pragma, pragmas)


def _line_below(pragma: Pragma, pragmas: Sequence[Pragma]) -> int:
    """How far an own-line pragma speaks: to the next line that is more than such a pragma."""
    own_lines = {other.span.line for other in pragmas if other.alone}
    line = pragma.span.line + 1
    while line in own_lines:
        line += 1
    return line


def sql_pragmas(text: str) -> Iterator[Pragma]:
    """The pragmas in a SQL text's ``--`` comments; what looks like one in a string or a body is none."""
    for token in _SQL.finditer(text):
        found = _PRAGMA.search(token["comment"] or "")
        if found:
            yield _sql_pragma(text, token, found)


def _sql_pragma(text: str, token: re.Match[str], found: re.Match[str]) -> Pragma:
    line = text.count("\n", 0, token.start()) + 1
    line_start = text.rfind("\n", 0, token.start()) + 1
    column = token.start() - line_start + 1
    names_at = column + len("--") + found.start("names")
    names = []
    for word in re.finditer(r"[^\s,]+", found["names"]):
        start = names_at + word.start()
        names.append((word[0], Span(line, start, line, start + len(word[0]))))
    return Pragma(
        kind="file-ignore" if found["kind"] == "file-ignore" else "ignore",
        span=Span(line, column, line, token.end() - line_start + 1),
        names=tuple(names),
        alone=not text[line_start : token.start()].strip(),
        reason=found["reason"].strip(),
    )


def suppressions(
    found: Pragmas, book: Rulebook, ran: Mapping[str, Iterable[Rule]], texts: Mapping[str, Source]
) -> tuple[Suppression, ...]:
    """Every pragma with what its names did; ``ran`` are the rules that ran, by file."""
    return tuple(
        Suppression(
            path=path,
            pragma=pragma,
            uses=tuple(
                _use(name, found.used(path, pragma, index), book, {rule.name for rule in ran.get(path, ())})
                for index, (name, _) in enumerate(pragma.names)
            ),
            nearest=tuple(_meant(name, pragma, book) for name, _ in pragma.names),
            removal=_removal(pragma, texts[path]) if path.endswith(".py") else None,
        )
        for path, some in sorted(found.by_path.items())
        for pragma in some
    )


def _use(name: str, used: bool, book: Rulebook, judged: set[str]) -> Use:
    if name not in book.names | book.groups:
        return "unknown"
    if used:
        return "used"
    # A group is judged when all of its default rules ran; pragmas about suppression are never judged.
    needed = {rule.name for rule in book.rules if name == rule.name or (name == rule.group and rule.default == "on")}
    return "unused" if needed and needed <= judged and name not in _SELF else "unjudged"


def _meant(name: str, pragma: Pragma, book: Rulebook) -> str | None:
    known = PRAGMAS if pragma.kind == "unknown" else book.names | book.groups
    return None if name in known else nearest(name, known)


def _removal(pragma: Pragma, source: Source) -> Span:
    """The pragma with the blanks before it, or its whole line; a comment that shares the line stays."""
    number, start, end = pragma.span.line, pragma.span.column, pragma.span.end_column
    lines = source.lines
    line = lines[number - 1].removesuffix("\r")
    follows = _NEXT_COMMENT.search(line, start, end - 1)
    if follows:
        return Span(number, start, number, follows.end() + 1)
    before = line[: start - 1].rstrip()
    if before or line[end - 1 :].strip():
        return Span(number, len(before) + 1, number, end)
    if number < len(lines):
        return Span(number, 1, number + 1, 1)
    return Span(number, 1, number, len(line) + 1)
