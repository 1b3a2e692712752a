"""SQLite itself as the judge of a statement: it prepares the text over empty tables and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["table", "column", "syntax", "count", "other"]

_MESSAGES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("table", re.compile(r"no such table: (?:main\.)?(?P<name>.+)")),
    ("column", re.compile(r"table (?P<table>\S+) has no column named (?P<name>.+)")),
    ("column", re.compile(r"no such column: (?:(?P<table>[^.]+)\.)?(?P<name>.+)")),
    ("syntax", re.compile(r'near "(?P<name>.+)": syntax error|incomplete input|unrecognized token: "(?P<token>.+)"')),
    ("count", re.compile(r"\d+ values for \d+ columns|table \S+ has \d+ columns but \d+ values were supplied")),
    ("count", re.compile(r"all VALUES must have the same number of terms|SELECTs to the left and right of .+ do not")),
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What SQLite says of a statement: of which kind, about which name, looked for in which table or alias."""

    kind: Kind
    message: str
    name: str = ""
    table: str | None = None


class SqliteEngine:
    """An empty database with these tables, given as a name and its columns."""

    def __init__(self, tables: Iterable[tuple[str, Iterable[str]]]) -> None:
        import sqlite3

        self._errors = (sqlite3.OperationalError, sqlite3.DatabaseError)
        self._unbound = (sqlite3.ProgrammingError, sqlite3.Warning)
        self._connection = sqlite3.connect(":memory:")
        for name, columns in tables:
            listed = ", ".join(_quoted(column) for column in columns)
            try:
                self._connection.execute(f"CREATE TABLE {_quoted(name)} ({listed})")
            except self._errors:
                continue

    def complaint(self, text: str) -> Complaint | None:
        """Why SQLite would not prepare the one statement; None where it would, or where that is not told."""
        try:
            self._connection.execute(f"EXPLAIN {text}")
        except self._unbound:
            return None  # It is prepared, and only its values are missing; or there is more than one.
        except self._errors as error:
            return _read(str(error))
        return None


def available() -> bool:
    """This Python has SQLite."""
    try:
        import sqlite3  # noqa: F401
    except ImportError:
        return False
    return True


def _read(message: str) -> Complaint:
    for kind, pattern in _MESSAGES:
        found = pattern.match(message)
        if found is not None:
            groups = found.groupdict()
            return Complaint(kind, message, groups.get("name") or groups.get("token") or "", groups.get("table"))
    return Complaint("other", message)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
