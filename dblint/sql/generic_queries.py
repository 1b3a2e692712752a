"""The query of a view in MySQL, MariaDB and SQLite: its columns and where they come from, through sqlglot's parser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dblint.sql.definitions import TypeName
from dblint.sql.expressions import Cast, Column, Expression, Literal, Opaque, Star
from dblint.sql.generic_cursor import Cursor
from dblint.sql.queries import CommonTable, Derived, Item, Join, Query, Relation, Select, SetOperation, Source

if TYPE_CHECKING:
    from sqlglot import exp as sqlglot_exp

_KINDS = {"LEFT": "LEFT", "RIGHT": "RIGHT", "FULL": "FULL"}


def query(cursor: Cursor) -> Query | None:
    """The query that stands from here to the statement's end; None where it cannot be read."""
    rest = cursor.tokens[cursor.index :]
    if not rest:
        return None
    text = cursor.script.text[rest[0].start : rest[-1].end]
    cursor.index = len(cursor.tokens)
    return read_query(text, cursor.script.dialect)


def read_query(text: str, dialect: str) -> Query | None:
    """A query's text as our own kinds."""
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError

    text = re.sub(r"\s+with\s+(?:\w+\s+)?check\s+option\s*$", "", text, flags=re.IGNORECASE)
    try:
        tree = parse_one(text, dialect=dialect)
    except (SqlglotError, RecursionError):
        return None
    return _Reader(dialect).query(tree)


class _Reader:
    def __init__(self, dialect: str) -> None:
        from sqlglot import exp

        self.exp = exp
        self.dialect = dialect

    def query(self, node: Any) -> Query | None:
        exp = self.exp
        if isinstance(node, exp.Subquery | exp.Paren):
            return self.query(node.this)
        if isinstance(node, exp.Select):
            return self._select(node)
        if isinstance(node, exp.SetOperation):
            left, right = self.query(node.left), self.query(node.right)
            if left is None or right is None:
                return None
            return SetOperation("UNION", left, right, tables=self._tables(node))
        return None

    def _select(self, node: sqlglot_exp.Select) -> Select:
        items = tuple(self._item(one) for one in node.expressions)
        recursive = bool(node.args.get("with_") and node.args["with_"].args.get("recursive"))
        sources = self._sources(node)
        return Select(items, sources, tables=self._tables(node), recursive=recursive)

    def _tables(self, node: Any) -> tuple[CommonTable, ...]:
        given = node.args.get("with_") or node.args.get("with")
        tables: list[CommonTable] = []
        for one in given.expressions if given is not None else ():
            found = self.query(one.this)
            if found is not None:
                tables.append(CommonTable(one.alias, found, self._alias_columns(one)))
        return tuple(tables)

    def _item(self, node: Any) -> Item:
        exp = self.exp
        if isinstance(node, exp.Alias):
            return Item(self._expression(node.this), node.alias)
        expression = self._expression(node)
        named = isinstance(expression, Column | Star)
        return Item(expression, None if named else node.sql(self.dialect))

    def _expression(self, node: Any) -> Expression:
        exp = self.exp
        if isinstance(node, exp.Star):
            return Star()
        if isinstance(node, exp.Column):
            qualifier = tuple(part.name for part in node.parts[:-1])
            return Star(qualifier) if isinstance(node.this, exp.Star) else Column(node.name, qualifier)
        if isinstance(node, exp.Paren):
            return self._expression(node.this)
        if isinstance(node, exp.Cast):
            return Cast(self._expression(node.this), self._type(node.to))
        if isinstance(node, exp.Literal):
            if node.is_string:
                return Literal("string", node.name)
            return Literal("integer" if node.is_int else "decimal", node.name)
        return Opaque(type(node).__name__.lower())

    def _type(self, node: Any) -> TypeName:
        text = node.sql(self.dialect)
        name, _, rest = text.partition("(")
        modifiers = tuple(part.strip() for part in rest.rstrip(")").split(",")) if rest else ()
        return TypeName(None, name.strip() if self.dialect == "sqlite" else name.strip().lower(), modifiers)

    def _sources(self, node: Any) -> tuple[Source, ...]:
        given = node.args.get("from_") or node.args.get("from")
        if given is None:
            return ()
        source = self._source(given.this)
        for join in node.args.get("joins") or ():
            source = self._join(source, join)
        return (source,)

    def _join(self, left: Source, join: Any) -> Source:
        using = tuple(part.name for part in join.args.get("using") or ())
        kind = _KINDS.get((join.side or "").upper(), "INNER")
        natural = (join.method or "").upper() == "NATURAL"
        return Join(kind, left, self._source(join.this), using=using, natural=natural)  # type: ignore[arg-type]

    def _source(self, node: Any) -> Source:
        exp = self.exp
        if isinstance(node, exp.Table) and node.name:
            source: Source = Relation(node.db or None, node.name, node.alias or None, self._alias_columns(node))
        elif isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
            source = self._source(node.this)
        else:
            inner = self.query(node) if isinstance(node, exp.Subquery) else None
            source = Derived(inner or Select((Item(Star()),)), node.alias or None, self._alias_columns(node))
        for join in node.args.get("joins") or ():
            source = self._join(source, join)
        return source

    def _alias_columns(self, node: Any) -> tuple[str, ...]:
        alias = node.args.get("alias")
        return tuple(one.name for one in alias.args.get("columns") or ()) if alias is not None else ()
