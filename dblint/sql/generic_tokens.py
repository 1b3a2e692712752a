"""Statements of MySQL, MariaDB and SQLite as tokens: sqlglot's tokenizer, split into statements, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from dblint.source import Place, Source
from dblint.sql.postgres_text import Positions

TokenKind = Literal["word", "name", "string", "literal", "number", "sign"]

_EXECUTED = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`[^`]*`|--[ \t][^\n]*|#[^\n]*"
    r"|(?P<open>/\*M?!\d*)(?P<inside>.*?)(?P<close>\*/)|/\*.*?\*/",
    re.DOTALL,
)
_DELIMITER = re.compile(r"^[ \t]*delimiter[ \t]+(\S+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CLIENT_LINE = re.compile(r"^[ \t]*(?:\\\w|\.[a-z]|(?:source|delimiter)[ \t])[^\n]*", re.IGNORECASE | re.MULTILINE)
_STRING = re.compile(r"""[nNeErRbBxX]?['"$]""")
_MISSING = re.compile(r"Missing (\S+) from")
_WORD = re.compile(r"\S+")
_COARSE = re.compile(r"(?:[^;\n]|\n(?![ \t]*\n)|;(?![ \t]*\r?\n))+;?")
_WITH_BODY = frozenset({"TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"})
_CREATED = _WITH_BODY | {"TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "TYPE"}
_HEAD = 12
"""Within so many tokens stands what a CREATE creates, behind OR REPLACE, DEFINER and the like."""
_NESTING = ("IF", "LOOP", "WHILE", "REPEAT")


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is a word as written, a quoted name or string without its quotes; offsets count characters."""

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The upper-case keyword this may be; empty for anything in quotes."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True, slots=True)
class Script:
    """A source whose statements are read; ``text`` has the length of the source's."""

    dialect: str
    text: str
    positions: Positions

    def place(self, first: Token, last: Token | None = None) -> Place:
        return self.positions.place(first.start, (last or first).end)


@dataclass(frozen=True, slots=True)
class Refused:
    """A stretch of text that is no sequence of tokens."""

    place: Place
    reason: str


def script(source: Source, dialect: str) -> Script:
    """The source as the server sees it: conditional comments are opened."""
    text = _opened(source.text) if dialect == "mysql" and "!" in source.text else source.text
    return Script(dialect, text, Positions(source))


def statements(read: Script) -> Iterator[tuple[Token, ...] | Refused]:
    """The statements of a script, each as its tokens; what cannot be taken apart costs only itself."""
    for start, end, delimiter in _stretches(read):
        if delimiter != ";":
            for first, last in _cut(read.text, start, end, delimiter):
                yield from _read(read, first, last, whole=True)
        else:
            yield from _read(read, start, end, whole=False)


def _opened(text: str) -> str:
    """``/*!40101 SET x */`` without its marks, at the same length."""

    def bare(found: re.Match[str]) -> str:
        if found["open"] is None:
            return found[0]
        return " " * len(found["open"]) + found["inside"] + "  "

    return _EXECUTED.sub(bare, text)


def _stretches(read: Script) -> Iterator[tuple[int, int, str]]:
    """The text between the mysql client's DELIMITER lines, and the delimiter that holds there."""
    start, delimiter = 0, ";"
    for found in _DELIMITER.finditer(read.text) if read.dialect == "mysql" else ():
        yield start, found.start(), delimiter
        start, delimiter = found.end(), found[1]
    yield start, len(read.text), delimiter


def _cut(text: str, start: int, end: int, delimiter: str) -> Iterator[tuple[int, int]]:
    while start < end:
        found = text.find(delimiter, start, end)
        last = found if found >= 0 else end
        if text[start:last].strip():
            yield start, last
        start = last + len(delimiter)


def _read(read: Script, start: int, end: int, whole: bool) -> Iterator[tuple[Token, ...] | Refused]:
    try:
        tokens = list(_tokens(read, start, end))
    except _token_error() as error:
        pieces = [] if whole else [(found.start(), found.end()) for found in _COARSE.finditer(read.text, start, end)]
        if len(pieces) > 1:
            for first, last in pieces:
                yield from _read(read, first, last, whole=False)
        elif read.text[start:end].strip():
            first = start + len(read.text[start:end]) - len(read.text[start:end].lstrip())
            yield Refused(read.positions.place(first, end), _reason(error))
        return
    yield from _split(tokens) if not whole else [tuple(tokens)] * bool(tokens)


def _reason(error: Exception) -> str:
    found = _MISSING.match(str(error.__context__ or error))
    return f"a {found[1]} is never closed" if found is not None else "this is no SQL"


def _split(tokens: Iterable[Token]) -> Iterator[tuple[Token, ...]]:
    """The statements at their semicolons; those inside BEGIN … END of a routine or trigger do not count."""
    statement: list[Token] = []
    depth, before, body = 0, "", False
    for token in tokens:
        if token.text == ";" and token.kind == "sign" and depth == 0:
            if statement:
                yield tuple(statement)
            statement, before = [], ""
            continue
        statement.append(token)
        body = _has_body(statement) if len(statement) <= _HEAD else body
        if body:
            depth = max(0, depth + _step(token.word, before))
        before = token.word
    if statement:
        yield tuple(statement)


def _has_body(statement: Sequence[Token]) -> bool:
    if statement[0].word != "CREATE":
        return False
    what = next((token.word for token in statement[1:_HEAD] if token.word in _CREATED), "")
    return what in _WITH_BODY


def _step(word: str, before: str) -> int:
    """How a word changes the depth; ``END IF`` closes nothing that was opened, ``END CASE`` closes once."""
    if word == "END":
        return -1
    if word == "BEGIN" or (word == "CASE" and before != "END"):
        return 1
    return 1 if word in _NESTING and before == "END" else 0


def _tokens(read: Script, start: int, end: int) -> Iterator[Token]:
    text = _CLIENT_LINE.sub(lambda found: " " * len(found[0]), read.text[start:end])
    before = 0
    for raw in _tokenizer(read.dialect).tokenize(text):
        first, last = raw.start, raw.end + 1
        written = text[first:last]
        command, before = before, last
        if raw.token_type.name == "STRING" and _STRING.match(written) is None:
            # What follows a word such as RENAME comes as one string, whose start is that of its last word.
            yield from _tokens(read, start + command, start + last)
            continue
        kind = _kind(raw.token_type.name, written)
        if kind == "word" and not written.isidentifier():
            for word in _WORD.finditer(written):
                yield Token("word", word[0], start + first + word.start(), start + first + word.end())
        else:
            content = raw.text if kind in ("name", "string") else written
            yield Token(kind, content, start + first, start + last)


def _kind(type_: str, written: str) -> TokenKind:
    if type_ == "IDENTIFIER":
        return "name"
    if type_ in ("STRING", "NATIONAL_STRING", "RAW_STRING", "HEREDOC_STRING"):
        return "string"
    if type_.endswith("_STRING"):
        return "literal"
    if type_ == "NUMBER":
        return "number"
    return "word" if written[0].isalnum() or written[0] in "_@$" or ord(written[0]) > 0x7F else "sign"


@cache
def _tokenizer(dialect: str) -> Any:
    from sqlglot import Dialect

    return Dialect.get_or_raise(dialect)


@cache
def _token_error() -> type[Exception]:
    from sqlglot.errors import TokenError

    return TokenError
