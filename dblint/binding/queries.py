"""Reads the SQL strings of the project under its catalog: which names mean nothing, and what a parser refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from dblint.binding import placeholders
from dblint.binding.clients import conftests
from dblint.binding.databases import Databases
from dblint.binding.model import BoundRow
from dblint.binding.placeholders import Placeholder, Style
from dblint.binding.query_counts import EXPANDING, misfits
from dblint.binding.query_model import FOREIGN_SCHEMAS, BoundQuery, Reach, Refusal, UnknownName
from dblint.binding.query_rows import QueryRows
from dblint.binding.sql_calls import function_calls
from dblint.catalog.lookup import CatalogLookup
from dblint.catalog.model import Catalog, Table
from dblint.catalog.query_names import Names, Unknown, names
from dblint.facts.model import FileFacts
from dblint.facts.statements_model import HOLE, SqlText, Statement
from dblint.facts.words import says, words_of
from dblint.source import Span
from dblint.sql.queries import Relation
from dblint.sql.row_scripts import RowScript, RowStatement, reader

if TYPE_CHECKING:
    from dblint.binding.sqlite_verdicts import SqliteVerdicts

_STYLES: frozenset[Style] = frozenset(("percent", "colon", "dollar"))
_EVERY: frozenset[Style] = _STYLES | {"question"}
_WHOLE = frozenset(("add", "call", "called", "awaited", "run", "perform", "transaction"))
"""Words of functions that are handed a statement as it is."""
_TELLING = frozenset(
    (
        *(
            "parse",
            "parser",
            "parsed",
            "lint",
            "validate",
            "validator",
            "check",
            "format",
            "tokenize",
            "normalize",
            "is",
        ),
        *("transpile", "sqlparse", "sqlglot", "startswith", "endswith", "match", "search", "assert", "equal", "equals"),
        *(
            "raises",
            "raise",
            "error",
            "errors",
            "fails",
            "fail",
            "expect",
            "expects",
            "called",
            "in",
            "extract",
            "rewrite",
        ),
        *("split", "translate", "convert", "clean", "sanitize", "guard", "allowed", "safe", "test", "verify", "render"),
    )
)
"""Words of functions that may only look at a statement."""
_LOOKS = re.compile(r"[*=(),.;%$:]|\b[A-Z]{4,}\b")
_PART = re.compile(r'\s*(?:"(?P<quoted>(?:[^"]|"")*)"|`(?P<ticked>[^`]*)`|(?P<bare>[^\W\d][\w$]*))')
_DOT = re.compile(r"\s*\.")
_IN = re.compile(r"\bin\s*\Z", re.IGNORECASE)
"""Before a placeholder that a driver fills with a list in parentheses."""
_USING = re.compile(r"\busing\s*\(([^)]*)\)", re.IGNORECASE)
_TOKEN = re.compile(
    r"""[eE]?'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|-?\s*\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\$\d+|\w+|\S""",
    re.DOTALL,
)
_PROSE = re.compile(r"\s*[A-Z][a-z]")


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A statement's text as the parser took it: ``text`` leads back to the file, ``partial`` says more may follow."""

    statement: Statement
    text: SqlText
    placeholders: tuple[Placeholder, ...]
    script: RowScript
    partial: bool

    def char(self, offset: int) -> int:
        """The character a byte offset points at."""
        text = self.text.text
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))

    def span(self, first: int, last: int) -> Span:
        """From the token at one byte offset to the end of the token at another."""
        start, at = self.char(first), self.char(last)
        token = _TOKEN.match(self.text.text, at)
        return self.text.span_of(start, token.end() if token is not None and token.end() > at else at + 1)

    @property
    def expands(self) -> bool:
        """A helper puts rows in the place of its placeholder."""
        return self.statement.call is not None and self.statement.call.method in EXPANDING

    @property
    def whole(self) -> Span:
        """The text without the blanks around it."""
        return _whole(self.text)


def read_queries(catalog: Catalog, facts: Mapping[str, FileFacts]) -> Iterator[tuple[BoundQuery, tuple[BoundRow, ...]]]:
    """The statements of the project that may go to the catalog's database, in the order of their places.

    Each comes with the rows its literals and arguments make.
    """
    if not catalog.tables:
        return
    queries = Queries(catalog, facts)
    for path in sorted(facts):
        yield from queries.bound(path)


@dataclass(slots=True)
class Queries:
    """The SQL strings of a project, each file read once."""

    catalog: Catalog
    facts: Mapping[str, FileFacts]
    databases: Databases = field(init=False)
    _read: dict[str, tuple[ReadStatement, ...]] = field(default_factory=dict)
    _changed: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _lookups: dict[frozenset[str], CatalogLookup] = field(default_factory=dict)
    _engines: dict[frozenset[str], SqliteVerdicts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.databases = Databases(self.facts)

    def bound(self, path: str) -> Iterator[tuple[BoundQuery, tuple[BoundRow, ...]]]:
        """The statements of a file that may go to the catalog's database, wrong ones on purpose left out."""
        changed = self._all_changed(path) if self.facts[path].statements else None
        if changed is None:
            return
        lookup = self._lookups.setdefault(changed, CatalogLookup(self.catalog, changed))
        for one in self.read(path):
            kinds = self.databases.of(path, one.statement)
            fits = kinds == {self.catalog.dialect} or (not kinds and not self._is_asked_otherwise(one))
            if fits and not one.statement.deliberate:
                query, rows = self._bind(path, one, lookup)
                if query.refusal is not None and not kinds and _is_of_another_dialect(one):
                    query = replace(query, refusal=None)
                yield query, rows

    def _bind(self, path: str, one: ReadStatement, lookup: CatalogLookup) -> tuple[BoundQuery, tuple[BoundRow, ...]]:
        unknown: list[UnknownName] = []
        maker = QueryRows(path, one, lookup)
        rows = list(maker.inserted())
        tables: dict[tuple[str, str], Table] = {}
        for statement in one.script.statements:
            found = self._names(statement, lookup, one)
            unknown += (placed for miss in _told(found, one) if (placed := _placed(miss, one)) is not None)
            tables |= {(table.schema, table.name): table for table in found.tables}
            rows += maker.compared(found)
        query = BoundQuery(
            path,
            one.statement,
            self._reach(path, one.statement),
            tuple(tables.values()),
            tuple(unknown),
            _refusal(one),
            tuple(misfits(one, lookup)),
            function_calls(one.text, one.script, self.catalog.dialect),
        )
        if self.catalog.dialect != "postgres":
            query = self._by_dialect(query, one, lookup)
        return query, tuple(row for row in rows if not self._is_silent(row.table))

    def _by_dialect(self, query: BoundQuery, one: ReadStatement, lookup: CatalogLookup) -> BoundQuery:
        """The query as SQLite itself judges it; of MySQL only names are known."""
        if self.catalog.dialect == "mysql" or one.statement.call is None:
            sure = tuple(name for name in query.unknown if name.ticked or not name.quoted)
            return replace(query, unknown=sure, refusal=None)
        key = frozenset(lookup.changed)
        if key not in self._engines:
            from dblint.binding.sqlite_verdicts import SqliteVerdicts

            self._engines[key] = SqliteVerdicts(self.catalog, key)
        return self._engines[key].judged(query, one.statement.text)

    def _names(self, statement: RowStatement, lookup: CatalogLookup, one: ReadStatement) -> Names:
        relations = [each for each in statement.relations if lookup.table(each.schema, each.name) is None]
        unknown = [_missing(each) for each in relations if each.name.lower() not in lookup.changed]
        named = [lookup.table(each.schema, each.name) for each in statement.relations]
        known = tuple(table for table in named if table is not None)
        if statement.query is None:
            return Names(tuple(unknown), known)
        told = one.statement.handed is not None and says(one.statement.handed, _TELLING)
        found = names(statement.query, lookup, self.catalog.dialect, partial=one.partial, told=told)
        unknown += [each for each in found.unknown if each.kind != "table" or each.name.lower() not in lookup.changed]
        return Names(tuple(unknown), (*known, *found.tables), found.meant, found.compared)

    def _is_asked_otherwise(self, one: ReadStatement) -> bool:
        """Its placeholders are ``?``, which no driver of PostgreSQL takes."""
        marks = (one.statement.text.text[each.start] for each in one.placeholders)
        return self.catalog.dialect == "postgres" and "?" in marks

    def _is_silent(self, table: Table) -> bool:
        """Nothing certain is known of the table."""
        return table.schema in FOREIGN_SCHEMAS or (table.schema, table.name) in self.catalog.unsure

    def _reach(self, path: str, statement: Statement) -> Reach:
        if statement.call is None:
            return "nothing"
        return "double" if self.databases.is_double(path, statement.call) else "database"

    # Reading

    def read(self, path: str) -> tuple[ReadStatement, ...]:
        """The statements of a file, read once."""
        if path not in self._read:
            self._read[path] = tuple(
                _read(one, self.catalog.dialect) for one in self.facts[path].statements if _looks_like_sql(one)
            )
        return self._read[path]

    def _all_changed(self, path: str) -> frozenset[str] | None:
        """The tables that the file, a conftest over it or a script beside it makes or changes; None for any."""
        found: frozenset[str] = frozenset()
        for place in (path, *conftests(path), *self._scripts_beside(path)):
            changed = self._changes(place) if place in self.facts else frozenset[str]()
            if changed is None:
                return None
            found |= changed
        return found

    def _scripts_beside(self, path: str) -> Iterator[str]:
        """The SQL files in the folder of a file that are no part of the schema: it may be run over theirs."""
        folder = path.rpartition("/")[0]
        taken = {one.path for one in self.catalog.files if one.taken}
        for other in self.facts:
            if other.endswith(".sql") and other.rpartition("/")[0] == folder and other not in taken:
                yield other

    def _changes(self, path: str) -> frozenset[str] | None:
        if path not in self._changed:
            made = frozenset(name.rpartition(".")[2].lower() for name in self.facts[path].created_tables)
            self._changed[path] = made
            for one in self.read(path):
                known = self._changed[path]
                more = _touched(one)
                self._changed[path] = None if known is None or more is None else known | more
        return self._changed[path]


def _looks_like_sql(statement: Statement) -> bool:
    """A string that only stands there may be a sentence that begins with ``Select``."""
    text = statement.text.text
    return statement.call is not None or (not _PROSE.match(text) and _LOOKS.search(text) is not None)


def _read(statement: Statement, dialect: str) -> ReadStatement:
    """The statement's text with its placeholders and holes as the parser takes them."""
    read = reader(dialect)
    first: ReadStatement | None = None
    for styles in (_STYLES, _EVERY) if dialect == "postgres" else (_EVERY,):
        parts, found = placeholders.replaced(statement.text.text, styles)
        expands = statement.call is not None and statement.call.method in EXPANDING
        parts = [
            (start, end, f"({new})" if expands or _IN.search(statement.text.text, 0, start) else new)
            for start, end, new in parts
        ]
        text = statement.text.replaced(parts) if parts else statement.text
        script = read(text.text)
        one = ReadStatement(statement, text, found, script, _is_partial(statement, script))
        if script.refusal is None:
            return one
        first = first or one
        filled = _without_holes(text, read)
        if filled is not None:
            return ReadStatement(statement, filled, found, read(filled.text), partial=True)
        if styles is _STYLES and "?" not in text.text:
            break
    assert first is not None
    return first


def _without_holes(text: SqlText, read: Callable[[str], RowScript]) -> SqlText | None:
    """The text with blanks for the holes that the parser stumbles over; None where something else is in its way."""
    letters = text.text
    for _ in range(letters.count(HOLE)):
        refusal = read(letters).refusal
        if refusal is None:
            break
        position = len(letters) if refusal[1] is None else refusal[1] + 1
        at = letters.rfind(HOLE, 0, position)
        if at < 0:
            return None
        letters = f"{letters[:at]} {letters[at + 1 :]}"
    return None if read(letters).refusal is not None else SqlText(letters, text.span, text.anchors)


def _is_partial(statement: Statement, script: RowScript) -> bool:
    """More may belong to the text than the parser has read."""
    if statement.call is None:
        words = words_of(statement.handed.rpartition(".")[2]) if statement.handed else ()
        if _WHOLE.isdisjoint(words):
            return True
    return not statement.text.whole and any(_holds_alias(one.query) for one in script.statements)


def _holds_alias(value: Any) -> bool:
    """A hole stands where an alias would: it may be anything, a join too."""
    if isinstance(value, tuple):
        return any(_holds_alias(one) for one in value)
    if not is_dataclass(value):
        return False
    return HOLE in (getattr(value, "alias", None) or "") or any(
        _holds_alias(getattr(value, one.name)) for one in fields(value)
    )


def _touched(one: ReadStatement) -> frozenset[str] | None:
    """The tables a text makes or changes; None for any."""
    if one.script.refusal is None and not any(each.makes for each in one.script.statements):
        return frozenset()
    if "search_path" in one.text.text.lower():
        return None
    from dblint.sql.templates import touches

    pieces = one.text.text.split(HOLE)
    template = tuple(part for piece in pieces for part in (piece, None))[:-1]
    if one.script.refusal is not None and not re.match(
        r"\s*(?:create|alter|drop|rename|set)\b", pieces[0], re.IGNORECASE
    ):
        return frozenset()
    found = touches(template)
    if found is None:
        return frozenset()  # Types, schemas and settings, which tell nothing of a table that stands.
    return frozenset(each.name.lower() for each in found if each.what == "relation" and "*" not in each.name)


# Places


def _told(names: Names, one: ReadStatement) -> Sequence[Unknown]:
    """The unknown names; where rows come in the place of a placeholder, nobody knows a list's columns."""
    return [miss for miss in names.unknown if miss.tables or miss.kind == "table"] if one.expands else names.unknown


def _missing(one: Relation) -> Unknown:
    return Unknown("table", one.name, (one.schema,) if one.schema else (), one.offset)


def _placed(miss: Unknown, one: ReadStatement) -> UnknownName | None:
    """The name where it stands in the file; None where a part of it is only known at run time."""
    if any(HOLE in part for part in (miss.name, *miss.qualifier)):
        return None
    stretch = _stretch(miss, one)
    if stretch is None:
        return UnknownName(miss.kind, miss.name, miss.qualifier, _whole(one.text), False, False, miss.tables)
    start, end, quoted = stretch
    span, plain = one.text.span_of(start, end), one.text.is_plain(start, end)
    ticked = quoted and one.text.text[start - 1 : start] == "`"
    return UnknownName(miss.kind, miss.name, miss.qualifier, span, plain, quoted, miss.tables, ticked)


def _stretch(miss: Unknown, one: ReadStatement) -> tuple[int, int, bool] | None:
    """The characters of the name itself and whether quotes stand around it."""
    text = one.text.text
    if miss.offset is None:
        return _in_using(miss.name, text)
    at = one.char(miss.offset)
    for index in range(len(miss.qualifier) + 1):
        found = _PART.match(text, at)
        if found is None:
            return None
        if index == len(miss.qualifier):
            group = "bare" if found["bare"] is not None else "quoted" if found["quoted"] is not None else "ticked"
            return *found.span(group), group != "bare"
        dot = _DOT.match(text, found.end())
        if dot is None:
            return None
        at = dot.end()
    return None


def _in_using(name: str, text: str) -> tuple[int, int, bool] | None:
    for clause in _USING.finditer(text):
        found = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE).search(text, *clause.span(1))
        if found is not None:
            return *found.span(), text[found.start() - 1] == '"'
    return None


def _whole(text: SqlText) -> Span:
    stripped = text.text.strip()
    start = text.text.find(stripped)
    return text.span_of(start, start + len(stripped)) if stripped else text.span


def _is_of_another_dialect(one: ReadStatement) -> bool:
    """Nothing tells which database takes the text, and another one would."""
    from dblint.sql.sqlite_engine import SqliteEngine, available

    text = one.statement.text.text
    if "`" in text or not available():
        return True
    complaint = SqliteEngine(()).complaint(text)
    return complaint is None or complaint.kind != "syntax"


def _refusal(one: ReadStatement) -> Refusal | None:
    """What the parser says of a text that nothing can be added to."""
    if one.script.refusal is None or one.partial or not one.statement.text.whole:
        return None
    message, position = one.script.refusal
    text = one.text.text
    if position is None or position >= len(text):
        return Refusal(message, _whole(one.text))
    end = re.compile(r"\w+|\S|$").match(text, position)
    return Refusal(message, one.text.span_of(position, end.end() if end is not None else position + 1))
