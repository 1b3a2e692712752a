"""Which columns a query gives, and from which column of which table each of them comes as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dblint.binding import placeholders
from dblint.binding.placeholders import Style
from dblint.catalog.lookup import CatalogLookup
from dblint.catalog.model import Catalog, Table
from dblint.facts.code_expressions import HOLE
from dblint.facts.statements_model import HOLE as LETTER
from dblint.sql.expressions import Call, Cast, Collate, Column, Expression, Star, Subquery
from dblint.sql.queries import (
    CommonTable,
    Delete,
    Derived,
    Insert,
    Item,
    Join,
    Merge,
    Modification,
    Query,
    Relation,
    Select,
    SetOperation,
    Source,
    TableFunction,
    Update,
    Values,
)
from dblint.sql.row_scripts import reader

_STYLES: tuple[frozenset[Style], ...] = (
    frozenset(("percent", "colon", "dollar")),
    frozenset(("percent", "colon", "dollar", "question")),
)


_HOLES = (
    (re.compile(rf"\${LETTER}"), "$1"),
    (re.compile(rf"(\bset\s+){LETTER}(?=\s+(?:where|from|returning)\b|\s*$)", re.IGNORECASE), rf"\1{LETTER} = NULL"),
    (re.compile(rf"(\border\s+by\s+{LETTER})\s+{LETTER}", re.IGNORECASE), r"\1"),
)
_LISTED = re.compile(rf"\s*select\b(?:(?!\bfrom\b)[^{LETTER}(]|\([^{LETTER}()]*\))*\bfrom\b", re.IGNORECASE)
"""A select list that stands in front of all holes."""


@dataclass(frozen=True, slots=True)
class Output:
    """One column of a result; ``table`` is None where it is computed or nobody knows.

    ``outer``: an outer join may make it NULL; ``gone``: a migration has taken it away.
    """

    name: str | None
    table: tuple[str, str] | None = None
    column: str = ""
    outer: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Outputs:
    """A result's columns in order; where not ``whole`` there may be more, and positions say nothing."""

    columns: tuple[Output, ...]
    whole: bool = True
    star: tuple[str, str] | None = None
    """The one table that ``*`` alone selects from."""
    gone: tuple[Output, ...] = ()
    """Columns that a migration has taken away: a query that still names one means it."""
    placed: bool = True
    """Each column surely stands at its place."""


_UNKNOWN = Outputs((), whole=False, placed=False)


class QueryOutputs:
    """Answers for SQL texts under one catalog; each text is read once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lookup = CatalogLookup(catalog)
        self._known: dict[str, Outputs | None] = {}

    def of(self, text: str) -> Outputs | None:
        """The columns of a text's result, holes as the facts of code write them; None where it cannot be read."""
        if text not in self._known:
            self._known[text] = self._of(text.replace(HOLE, LETTER))
        return self._known[text]

    def _of(self, text: str) -> Outputs | None:
        read = reader(self._catalog.dialect)
        whole = _readable(text)
        for candidate in dict.fromkeys((whole, whole.replace(LETTER, " "))):
            for styles in _STYLES:
                script = read(_numbered(candidate, styles))
                queries = [one.query for one in script.statements]
                if script.refusal is None and len(queries) == 1 and queries[0] is not None:
                    found = self._statement(queries[0], {})
                    if candidate == whole:
                        return found
                    # What was left out may be a column or a join.
                    placed = found.placed and not _has_star(queries[0]) and _LISTED.match(whole) is not None
                    return replace(found, whole=False, star=None, placed=placed)
        return None

    def _statement(self, one: Query | Modification, tables: Mapping[str, Outputs]) -> Outputs:
        known = dict(tables)
        for table in one.tables:
            known[table.name] = self._common(table, known, recursive=one.recursive)
        if isinstance(one, Select):
            return self._select(one, known)
        if isinstance(one, SetOperation):
            return self._both(self._statement(one.left, known), self._statement(one.right, known))
        if isinstance(one, Values):
            return replace(_UNKNOWN)
        return self._returned(one, known)

    def _common(self, one: CommonTable, tables: Mapping[str, Outputs], *, recursive: bool) -> Outputs:
        if recursive or one.added:
            return _UNKNOWN
        return _renamed(self._statement(one.query, tables), one.columns)

    def _returned(self, one: Modification, tables: Mapping[str, Outputs]) -> Outputs:
        target = self._relation(one.target, {}, outer=False)
        others: list[tuple[str, Outputs]] = []
        if isinstance(one, Update | Delete):
            others = [pair for source in one.sources for pair in self._source(source, tables, outer=False)]
        if isinstance(one, Merge):
            others = list(self._source(one.source, tables, outer=False))
        assert isinstance(one, Insert | Update | Delete | Merge)
        return self._items(one.returning, [*target, *others])

    def _select(self, one: Select, tables: Mapping[str, Outputs]) -> Outputs:
        seen = [pair for source in one.sources for pair in self._source(source, tables, outer=False)]
        return self._items(one.items, seen)

    def _items(self, items: Sequence[Item], seen: Sequence[tuple[str, Outputs]]) -> Outputs:
        found: list[Output] = []
        whole = placed = True
        for item in items:
            if isinstance(item.expression, Star):
                stars = [
                    one for name, one in seen if not item.expression.qualifier or name == item.expression.qualifier[-1]
                ]
                found += [column for one in stars for column in one.columns]
                whole = whole and bool(stars) and all(one.whole for one in stars)
                placed = placed and whole and all(one.placed for one in stars)
            else:
                found.append(_item(item, seen))
                whole = whole and LETTER not in (found[-1].name or "")
                placed = placed and LETTER not in (found[-1].name or "")
        alone = len(items) == 1 and isinstance(items[0].expression, Star) and len(seen) == 1
        return Outputs(tuple(found), whole, seen[0][1].star if alone else None, placed=placed)

    def _source(self, one: Source, tables: Mapping[str, Outputs], *, outer: bool) -> Iterator[tuple[str, Outputs]]:
        """What stands in FROM, under the name it goes by."""
        if isinstance(one, Relation):
            yield from self._relation(one, tables, outer=outer)
        elif isinstance(one, Derived):
            inner = _renamed(self._statement(one.query, tables), one.columns)
            yield one.alias or "", _outer(replace(inner, star=None)) if outer else replace(inner, star=None)
        elif isinstance(one, Join):
            yield from self._join(one, tables, outer=outer)
        else:
            name = one.alias or (_called(one) if isinstance(one, TableFunction) else "")
            yield name, _UNKNOWN

    def _join(self, one: Join, tables: Mapping[str, Outputs], *, outer: bool) -> Iterator[tuple[str, Outputs]]:
        left = list(self._source(one.left, tables, outer=outer or one.kind in ("RIGHT", "FULL")))
        right = list(self._source(one.right, tables, outer=outer or one.kind in ("LEFT", "FULL")))
        if one.alias is not None:
            yield one.alias, _UNKNOWN
        elif one.natural or one.using:
            # ``*`` names what both sides share once, and an outer join takes it from either.
            yield from ((name, replace(given, whole=False, star=None, placed=False)) for name, given in (*left, *right))
        else:
            yield from (*left, *right)

    def _relation(self, one: Relation, tables: Mapping[str, Outputs], *, outer: bool) -> Iterator[tuple[str, Outputs]]:
        name = one.alias or one.name
        if one.schema is None and one.name in tables:
            given = _renamed(tables[one.name], one.columns)
        else:
            table = self._lookup.table(one.schema, one.name)
            given = _UNKNOWN if table is None else _renamed(self._table(table), one.columns)
        if LETTER in name:
            given = replace(given, whole=False, star=None, placed=False)  # Anything may stand behind the table.
        yield name, _outer(given) if outer else given

    def _table(self, table: Table) -> Outputs:
        key = (table.schema, table.name)
        sure = table.complete and key not in self._catalog.unsure
        columns = tuple(Output(one.name, key, one.name) for one in table.columns)
        standing = {one.name for one in table.columns}
        past = dict.fromkeys(event.column for event in table.history if event.column not in standing)
        gone = tuple(Output(name, key, name, gone=True) for name in past)
        return Outputs(columns, sure, key, gone, sure and all(one.certain for one in table.columns))

    def _both(self, left: Outputs, right: Outputs) -> Outputs:
        """The columns of a UNION: named by the left side, of a table where both sides take them from it."""
        if not (left.whole and right.whole) or len(left.columns) != len(right.columns):
            return _UNKNOWN
        pairs = zip(left.columns, right.columns, strict=True)
        same = (
            replace(one, outer=one.outer or other.outer)
            if (one.table, one.column) == (other.table, other.column)
            else Output(one.name)
            for one, other in pairs
        )
        star = left.star if left.star == right.star else None
        return Outputs(tuple(same), star=star, placed=left.placed and right.placed)


def _readable(text: str) -> str:
    """The text with its holes where a reader takes them: ``SET {pairs}``, ``ORDER BY {name} {direction}``, ``${n}``."""
    for hole, put in _HOLES:
        text = hole.sub(put, text)
    return text


def _has_star(one: Query | Modification) -> bool:
    if isinstance(one, SetOperation):
        return _has_star(one.left) or _has_star(one.right)
    items = one.items if isinstance(one, Select) else () if isinstance(one, Values) else one.returning
    return any(isinstance(item.expression, Star) for item in items)


def _numbered(text: str, styles: frozenset[Style]) -> str:
    parts, _ = placeholders.replaced(text, styles)
    pieces, done = [], 0
    for start, end, new in parts:
        pieces += [text[done:start], new]
        done = end
    return "".join((*pieces, text[done:]))


def _item(item: Item, seen: Sequence[tuple[str, Outputs]]) -> Output:
    expression: Expression = item.expression
    while isinstance(expression, Collate):
        expression = expression.operand
    if not isinstance(expression, Column):
        return Output(item.alias or _implied(expression))
    name = item.alias or expression.name
    if expression.qualifier:
        given = [one for called, one in seen if called == expression.qualifier[-1]]
        sources = given if len(given) == 1 else []
    else:
        sources = [one for _, one in seen] if all(one.whole for _, one in seen) or len(seen) == 1 else []
    found = [column for one in sources for column in one.columns if column.name == expression.name]
    found = found or [column for one in sources for column in one.gone if column.name == expression.name]
    return replace(found[0], name=name) if len(found) == 1 else Output(name)


def _implied(expression: Expression) -> str | None:
    """The name a server gives a column that is made of others; None where it goes by more than the outermost."""
    if isinstance(expression, Cast) and isinstance(expression.operand, Column | Call):
        return expression.operand.name
    if isinstance(expression, Subquery) and expression.form != "scalar":
        return expression.form
    return expression.name if isinstance(expression, Call) else None


def _outer(given: Outputs) -> Outputs:
    columns = tuple(replace(one, outer=True) for one in given.columns)
    return Outputs(columns, given.whole, gone=given.gone, placed=given.placed)


def _renamed(given: Outputs, names: Sequence[str]) -> Outputs:
    if not names:
        return given
    if not given.whole:
        return _UNKNOWN
    first = tuple(replace(one, name=name) for name, one in zip(names, given.columns, strict=False))
    return Outputs(first + given.columns[len(names) :], placed=given.placed)


def _called(one: TableFunction) -> str:
    return str(getattr(one.calls[0], "name", "")) if one.calls else ""
