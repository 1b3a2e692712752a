"""How a literal is laid out in its file: all that a later edit needs, so that fixing never parses again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.source import Span


@dataclass(frozen=True, slots=True)
class EntryLayout:
    """Where one entry of a mock row stands.

    ``key`` is the key with its quotes (a keyword's bare name in a call), ``value`` the value,
    ``removal`` all that vanishes when the entry is dropped: the entry, its comma and its line when it
    stands alone. ``commented`` says that a comment lies inside ``removal``.
    """

    key: Span
    value: Span
    removal: Span
    commented: bool = False


@dataclass(frozen=True, slots=True)
class RowLayout:
    """How a mock row is written and where a new entry goes.

    The new entry's text is ``before + key-and-value + after`` at ``insert_at`` (an empty span);
    ``form`` tells ``"key": value`` from ``key=value``; ``commented`` says that a comment stands
    between the last entry and ``insert_at``. ``form`` is ``fixed`` where no entry can be added.
    """

    form: Literal["dict", "call", "fixed"]
    quote: Literal['"', "'"]
    insert_at: Span
    before: str
    after: str
    commented: bool = False


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One import statement of a file's first block of imports; ``module`` is the first it names."""

    module: str
    is_from: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ImportLayout:
    """Where a file imports.

    ``names`` are the modules that ``import x`` binds under their own name at the file's top level. Where there is no
    block of imports, a new one goes to ``insert_at`` (an empty span) between ``before`` and ``after``.
    """

    names: tuple[str, ...]
    lines: tuple[ImportLine, ...]
    insert_at: Span
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class WrapLayout:
    """How the statements behind an assignment become a block.

    ``statement`` is the assignment, ``value`` what it assigns without an ``await``, ``body`` the whole lines of the
    statements behind it and ``whole`` all that is written anew: from the assignment to the end of the body, or of the
    closing statement that becomes needless. ``context`` is ``with`` or ``async with`` where the value closes itself on
    leaving; else the statements go into ``try`` and the closing into ``finally``.
    """

    statement: Span
    value: Span
    name: str
    context: Literal["with", "async with", "try"]
    body: Span
    whole: Span
    outer: str
    indent: str
