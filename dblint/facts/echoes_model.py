"""Identifiers of mock rows and everywhere else their text stands in the file."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.source import Span


@dataclass(frozen=True, slots=True)
class Echo:
    """A text that a row gives as an identifier, and all plain string literals that say exactly this.

    ``alone`` says that the text stands nowhere else in the file: in no longer string, no f-string, no comment.
    """

    text: str
    spans: tuple[Span, ...]
    alone: bool
