"""What a fix wants, before it is text; ``rewrite/`` alone knows how each becomes an edit."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.layout import EntryLayout, ImportLayout, RowLayout, WrapLayout
from dblint.source import Place, Span


@dataclass(frozen=True, slots=True)
class RenameKey:
    """Give an entry's key another name; quotes and prefix stay, and so does the form of a keyword."""

    path: str
    entry: EntryLayout
    name: str


@dataclass(frozen=True, slots=True)
class AddEntry:
    """Put a new last entry into a row; ``value`` is a Python expression in double quotes."""

    path: str
    row: RowLayout
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class DropEntry:
    """Take an entry out of its row, comma and line included."""

    path: str
    entry: EntryLayout


@dataclass(frozen=True, slots=True)
class ReplaceString:
    """Replace what a plain string literal says, quotes and prefix kept."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class ReplaceValue:
    """Replace an expression by another Python expression, written in double quotes."""

    place: Place
    value: str


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Replace text that is no Python expression, a pragma comment for one."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class AddImport:
    """Import a module under its own name at the top of the file, unless the file does already."""

    path: str
    imports: ImportLayout
    module: str


@dataclass(frozen=True, slots=True)
class Unwrap:
    """Put the block of a compound statement in the statement's place."""

    path: str
    statement: Span
    body: Span


@dataclass(frozen=True, slots=True)
class WrapInBlock:
    """Put the statements behind an assignment into a block that ends with ``close``, whatever happens in it."""

    path: str
    layout: WrapLayout
    close: str


Intent = (
    RenameKey | AddEntry | DropEntry | ReplaceString | ReplaceValue | ReplaceText | AddImport | Unwrap | WrapInBlock
)
