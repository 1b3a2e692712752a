"""Statements about rows in MySQL and SQLite, as far as PostgreSQL's parser reads them too.

What it refuses may be right in the other dialect, so nothing is said of it. Offsets stay those of the text: what the
dialects spell differently is replaced by words of the same length.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dblint.sql.row_scripts import RowScript, read

_TOKEN = re.compile(
    r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|`[^`]*`|--[^\n]*|/\*.*?\*/"""
    r"""|\binsert(?P<or>\s+or\s+\w+|\s+ignore)(?=\s+into\b)|\breplace(?=\s+into\b)""",
    re.DOTALL | re.IGNORECASE,
)


def reader(dialect: str) -> Callable[[str], RowScript]:
    """What reads the texts of MySQL or SQLite."""

    def read_other(text: str) -> RowScript:
        found = read(_TOKEN.sub(lambda token: _spelled(token, dialect), text))
        return RowScript() if found.refusal is not None else found

    return read_other


def _spelled(token: re.Match[str], dialect: str) -> str:
    text = token[0]
    if text[0] == "`" and '"' not in text:
        return f'"{text[1:-1]}"'
    if text[0] == '"' and dialect == "mysql" and "'" not in text:
        return f"'{text[1:-1]}'"
    if token["or"] is not None:
        return text[: -len(token["or"])] + " " * len(token["or"])
    return "insert " if text.lower() == "replace" else text
