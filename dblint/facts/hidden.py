"""What no output may show of a file: where the credentials it holds stand, and what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from dblint.facts import credentials, data_files
from dblint.facts.credentials_model import Credentials
from dblint.redaction import hidden_lines, hidden_values, scrubbed
from dblint.source import Source, Span

T = TypeVar("T")


def credentials_of(source: Source) -> tuple[Credentials, set[str]]:
    """The credentials of a file of any kind, and their values in every way the file writes them."""
    is_python = source.path.endswith((".py", ".pyi"))
    found, values = credentials.read(source) if is_python else data_files.credentials(source)
    return (found, values | hidden_values(source.lines, found.hidden)) if values else (found, values)


def without_secrets(data: T, *sources: Source | object) -> T:
    """Plain data made of these files without the values of their credentials; what is no file is passed over."""
    texts = {one.path: one for one in sources if isinstance(one, Source)}
    return scrubbed(data, sorted(set[str]().union(*(credentials_of(one)[1] for one in texts.values()))))


def shown_lines(source: Source) -> Sequence[str]:
    """A file's lines with stars in the place of its secrets; where they cannot be told, nothing but stars."""
    try:
        hidden = credentials_of(source)[0].hidden
    except Exception:  # the crash itself is said where the file's facts are made
        hidden = (Span(1, 1, len(source.lines) + 1, 1),)
    return hidden_lines(source.lines, hidden) if hidden else source.lines
