"""What surrounds the statements of a seed script: psql's own lines, and the rows that follow ``COPY … FROM stdin``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.facts.model import Entry, MockRow, RowUse, TableName
from dblint.facts.statements_model import HOLE, OVERRIDING
from dblint.facts.value_model import Value
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span
from dblint.sql import postgres_script

_NEEDS_PSQL = re.compile(r"^\s*\\|\bfrom\s+stdin\b", re.IGNORECASE | re.MULTILINE)
_NAME = r'(?:"[^"]+"|\w+)'
_COPY = re.compile(
    rf"^\s*copy\s+(?:(?P<schema>{_NAME})\s*\.\s*)?(?P<table>{_NAME})\s*\((?P<columns>[^)]*)\)\s*"
    r"from\s+stdin(?P<options>[^;]*);[^\n]*\n",
    re.IGNORECASE | re.MULTILINE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_NULL = "\\N"
_ROWS_AT_MOST = 2_000


def readable_script(text: str) -> str:
    """The text, character for character, with blanks for what only psql reads."""
    if _NEEDS_PSQL.search(text) is None:
        return text
    script = postgres_script.read(text)
    return script.text.replace(postgres_script.PLACEHOLDER, HOLE) if len(script.text) == len(text) else text


def copied_rows(text: str, deliberate: bool) -> Iterator[tuple[MockRow, RowUse]]:
    """The data lines of each COPY with named columns, in PostgreSQL's own text format."""
    for found in _COPY.finditer(text):
        if found["options"].strip():
            continue
        columns = list(_columns(text, found))
        schema = _plain(found["schema"]) if found["schema"] else None
        table = TableName(_plain(found["table"]), _span(text, *found.span("table")), schema)
        end = text.find("\n\\.", found.end() - 1)
        data_set = _span(text, found.end(), end if end > found.end() else found.end())
        use = RowUse(-1, "insert", "sql", table, operation=OVERRIDING, data_set=data_set)
        at = found.end()
        for line in text[at : max(end, at)].split("\n")[:_ROWS_AT_MOST]:
            cells = line.rstrip("\r").split("\t")
            if len(cells) == len(columns):
                yield _row(text, at, cells, columns, deliberate), use
            at += len(line) + 1


def _columns(text: str, found: re.Match[str]) -> Iterator[tuple[str, Span]]:
    for one in re.finditer(_NAME, found["columns"]):
        start = found.start("columns")
        yield _plain(one[0]), _span(text, start + one.start(), start + one.end())


def _row(text: str, at: int, cells: list[str], columns: list[tuple[str, Span]], deliberate: bool) -> MockRow:
    entries = []
    whole = _span(text, at, at + sum(map(len, cells)) + len(cells) - 1)
    for cell, (name, place) in zip(cells, columns, strict=True):
        value = Value("null") if cell == _NULL else Value("str", _ESCAPE.sub(_unescaped, cell))
        nothing = Span(place.line, place.column, place.line, place.column)
        entries.append(Entry(name, value, EntryLayout(place, _span(text, at, at + len(cell)), nothing)))
        at += len(cell) + 1
    return MockRow(whole, tuple(entries), RowLayout("fixed", '"', whole, "", ""), deliberate=deliberate)


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[1])


def _plain(name: str) -> str:
    return name[1:-1] if name.startswith('"') else name.lower()


def _span(text: str, start: int, end: int) -> Span:
    first, last = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
    return Span(first, start - text.rfind("\n", 0, start), last, end - text.rfind("\n", 0, end))
