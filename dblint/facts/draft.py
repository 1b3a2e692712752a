"""A file's facts in the making: its tree, its scopes, the rows found so far and how they are used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from dblint.facts.deliberate import Deliberate
from dblint.facts.elsewhere import origins
from dblint.facts.literals import string
from dblint.facts.model import Borrowed, KeyedData, MockRow, RowMaker, RowUse, SchemaMap, TableCall, TableName
from dblint.facts.receivers import Receivers
from dblint.facts.records import Records
from dblint.facts.scopes import BINDING_KINDS, SCOPE_KINDS, Scopes
from dblint.source import Source, Span
from dblint.syntax.python import Node, Tree

_KINDS = (
    *SCOPE_KINDS,
    *BINDING_KINDS,
    "call",
    "comment",
    "decorated_definition",
    "dictionary",
    "elif_clause",
    "if_statement",
    "match_statement",
    "try_statement",
    "with_statement",
)


class Draft:
    """What the extractors of one file share; each adds the facts it finds."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tree = Tree(source)
        self.nodes = self.tree.by_kind(_KINDS)
        self.called = _by_callee(self.nodes["call"])
        self.scopes = Scopes(self.tree.root, self.nodes, self.called)
        self.deliberate = Deliberate(
            self.scopes,
            self.nodes["with_statement"],
            self.called.get("param", []),
            self.nodes["decorated_definition"],
            self.called,
            self.nodes["try_statement"],
        )
        self.records = Records(self.scopes, self.deliberate, self.called)
        self.receivers = Receivers(self)
        self.uses: dict[RowUse, None] = {}
        self.calls: dict[TableCall, None] = {}
        self.borrowed: dict[Borrowed, None] = {}
        self.keyed: list[KeyedData] = []
        self.schema_maps: list[SchemaMap] = []
        self.makers: dict[RowMaker, None] = {}
        self._rows: dict[MockRow, int] = {}

    @cached_property
    def strings(self) -> list[Node]:
        """The string literals of the file, concatenations before their parts."""
        return self.tree.root.find("string", "concatenated_string")

    @property
    def rows(self) -> tuple[MockRow, ...]:
        return tuple(self._rows)

    def calls_of(self, names: Iterable[str]) -> list[Node]:
        """The calls of functions and methods of these names, in the order of the text."""
        found = [call for name in names for call in self.called.get(name, ())]
        return sorted(found, key=lambda call: (call.start, call.end))

    def row(self, row: MockRow) -> int:
        """The index of a row, the same for the same row."""
        return self._rows.setdefault(row, len(self._rows))

    def literal(self, node: Node | None) -> Node | None:
        """The string literal an expression is, or is surely bound to."""
        if node is None or string(node) is not None:
            return node
        bound = self.records.resolve(node) if node.kind in ("identifier", "attribute") else None
        return bound if string(bound) is not None else None

    def take(self, node: Node | None, use: RowUse) -> None:
        """Notes the rows an expression stands for, and those it gets from other files, as used so."""
        rows = self.records.rows(node)
        if len(rows) > 1 and use.role in ("insert", "stored"):
            use = replace(use, data_set=self.records.data_set(node))
        self.use(rows, use)
        self.borrow(node, use)

    def borrow(self, node: Node | None, use: RowUse) -> None:
        """Notes the rows that an expression gets from other files as used so."""
        for lent in origins(self.scopes, self.records, node):
            self.borrowed.setdefault(Borrowed(lent, replace(use, row=-1)))

    def use(self, rows: Iterable[MockRow], use: RowUse) -> None:
        """Notes that each of the rows is used so; ``use.row`` is filled in."""
        for one in self.used(rows, use):
            self.uses.setdefault(one)

    def used(self, rows: Iterable[MockRow], use: RowUse) -> list[RowUse]:
        return [replace(use, row=self.row(row)) for row in rows]


def _by_callee(calls: list[Node]) -> dict[str, list[Node]]:
    """The calls by the last name of what they call."""
    found: dict[str, list[Node]] = {}
    for call in calls:
        function = call.field("function")
        if function is not None and function.kind == "attribute":
            function = function.field("attribute")
        if function is not None and function.kind == "identifier":
            found.setdefault(function.text, []).append(call)
    return found


def table_name(node: Node, text: str | None, schema: str | None = None) -> TableName | None:
    """The table a string literal names, ``schema.table`` included; None for what can be no table's name."""
    return table_at(node.span, text, schema) if text else None


def table_at(span: Span, text: str, schema: str | None = None) -> TableName | None:
    """The table a text at this place names."""
    head, dot, tail = text.rpartition(".")
    if dot and schema is None:
        schema, text = head, tail
    plain = text.replace("_", "a").replace("$", "a")
    if not plain.isalnum() or plain[0].isdigit() or (schema is not None and not schema.replace("_", "a").isalnum()):
        return None
    return TableName(text, span, schema)
