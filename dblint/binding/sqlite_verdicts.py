"""What SQLite itself says of a statement, laid over what reading it has found."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from dblint.binding.query_model import BoundQuery, Misfit, Refusal, UnknownName
from dblint.catalog.model import Catalog, Table
from dblint.facts.statements_model import SqlText
from dblint.sql.sqlite_engine import Complaint, SqliteEngine

_QUOTED = re.compile(r"""'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/""", re.DOTALL)
_HIDDEN = frozenset(("rank", "rowid", "oid", "_rowid_", "docid"))


class SqliteVerdicts:
    """SQLite over the tables of the catalog; those that others change are left out."""

    def __init__(self, catalog: Catalog, changed: Collection[str]) -> None:
        self._tables = {table.name.lower(): table for table in catalog.tables}
        self._changed = changed
        made = [
            (table.name, [column.name for column in table.columns]) for table in catalog.tables if self._sure(table)
        ]
        self._engine = SqliteEngine(made)

    def _sure(self, table: Table) -> bool:
        return table.complete and table.certain and table.name.lower() not in self._changed

    def judged(self, query: BoundQuery, text: SqlText) -> BoundQuery:
        """The query with SQLite's verdict: what it prepares is right, and what it refuses is wrong for its reason."""
        plain = replace(query, unknown=(), refusal=None, misfits=tuple(one for one in query.misfits if _bound(one)))
        if not text.whole:
            return plain
        complaint = self._engine.complaint(text.text)
        if complaint is None or complaint.kind == "other":
            return plain
        if complaint.kind == "syntax":
            return replace(plain, refusal=_refusal(complaint, text))
        if complaint.kind == "count":
            return replace(plain, misfits=query.misfits)
        name = self._unknown(complaint, query, text)
        return plain if name is None else replace(plain, unknown=(name,), tables=query.tables or name.tables)

    def _unknown(self, complaint: Complaint, query: BoundQuery, text: SqlText) -> UnknownName | None:
        name = complaint.name.lower()
        if name in self._tables or name in _HIDDEN or (complaint.table or "").lower() in self._changed:
            return None
        for one in query.unknown:
            if one.name.lower() == name:
                return one
        span = _find(complaint, text)
        if span is None:
            return None
        named = {word.lower() for word in re.findall(r"\w+", text.text)}
        tables = tuple(table for key, table in self._tables.items() if key in named)
        if complaint.kind == "column" and (not tables or not all(self._sure(table) for table in tables)):
            return None
        start, end = span
        plain = text.is_plain(start, end)
        kind: Literal["table", "column"] = "table" if complaint.kind == "table" else "column"
        return UnknownName(kind, complaint.name, (), text.span_of(start, end), plain, False, tables)


def _bound(misfit: Misfit) -> bool:
    """A driver counts its arguments, not SQLite's parser."""
    return misfit.kind in ("arguments", "names")


def _refusal(complaint: Complaint, text: SqlText) -> Refusal:
    found = _find(complaint, text) if complaint.name else None
    stripped = text.text.strip()
    start = text.text.find(stripped)
    return Refusal(complaint.message, text.span_of(*(found or (start, start + len(stripped)))))


def _find(complaint: Complaint, text: SqlText) -> tuple[int, int] | None:
    """The characters of the name SQLite speaks of, where it stands outside of strings but once."""
    bare = _QUOTED.sub(lambda found: " " * len(found[0]), text.text)
    qualifier = rf"(?<=\b{re.escape(complaint.table)}\.)" if complaint.table and complaint.table.isidentifier() else ""
    word = re.escape(complaint.name)
    edges = (r"(?<!\w)", r"(?!\w)") if complaint.name.isidentifier() else ("", "")
    for pattern in (f"{qualifier}{word}{edges[1]}", f"{edges[0]}{word}{edges[1]}"):
        found = list(re.finditer(pattern, bare, re.IGNORECASE))
        if len(found) == 1 or (found and complaint.kind == "column"):
            return found[0].span()
    return None
