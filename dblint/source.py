"""Files as text: positions in them, their encoding and line endings, and how they are read."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from dblint.errors import DblintError


class UndecodableError(DblintError):
    """The bytes of a file are no text in the encoding it says it has."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: lines and columns are 1-based, columns count characters, the end is exclusive.

    A line ends at ``\\n`` and at nothing else; the ``\\r`` of ``\\r\\n`` is the last character of its line.
    """

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> tuple[int, int]:
        return (self.line, self.column)

    @property
    def end(self) -> tuple[int, int]:
        return (self.end_line, self.end_column)

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span in a file; the path is relative to the project root and has ``/`` on every system."""

    path: str
    span: Span

    @property
    def line(self) -> int:
        return self.span.line


_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file's text without its byte-order mark, and what is needed to write it back unchanged."""

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bytes = b""

    @property
    def lines(self) -> list[str]:
        """The lines without their ``\\n``; line *n* of a span is ``lines[n - 1]``."""
        return self.text.split("\n")

    def cut(self, span: Span) -> str:
        """The text of a span."""
        first, *rest = self.lines[span.line - 1 : span.end_line]
        if not rest:
            return first[span.column - 1 : span.end_column - 1]
        return "\n".join((first[span.column - 1 :], *rest[:-1], rest[-1][: span.end_column - 1]))

    @property
    def newline(self) -> str:
        """The line ending new lines get: the one the file's first line has."""
        end = self.text.find("\n")
        return "\r\n" if end > 0 and self.text[end - 1] == "\r" else "\n"

    def encode(self, text: str) -> bytes:
        """``text`` as the bytes this file would have with it; UnicodeEncodeError when its encoding cannot say it."""
        return self.bom + text.encode(self.encoding)


def decode(path: str, data: bytes) -> Source:
    """The text of a file's bytes.

    The encoding is the byte-order mark's, else a Python file's coding line (PEP 263), else UTF-8.

    Raises:
        UndecodableError: the bytes are no text in that encoding; says which and where.
    """
    bom, encoding = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", ""))
    if not encoding:
        encoding = _declared_encoding(data) if path.endswith((".py", ".pyi")) else "utf-8"
    try:
        return Source(path, data[len(bom) :].decode(encoding), encoding, bom)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, len(bom) + error.start) + 1
        raise UndecodableError(f"line {line}: byte 0x{data[len(bom) + error.start]:02x} is not {encoding}") from error
    except LookupError as error:
        raise UndecodableError(f"line 1: unknown encoding {encoding!r}") from error


def _declared_encoding(data: bytes) -> str:
    for line in data.split(b"\n", 2)[:2]:
        found = _CODING.match(line)
        if found:
            return found.group(1).decode("ascii")
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return "utf-8"
