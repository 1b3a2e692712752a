"""What a query's names stand for: the columns of its FROM, seen from inside, with the queries around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from dblint.catalog.model import Function, Type
from dblint.sql.definitions import TypeName


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of a query's result, nullable always; ``type`` is None where inference ends."""

    name: str
    type: Type | None


@dataclass(frozen=True, slots=True)
class Columns:
    """A result's columns; where not ``complete`` there may be more, and their positions say nothing."""

    columns: tuple[ViewColumn, ...] = ()
    complete: bool = True
    _by_name: dict[str, list[ViewColumn]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def named(self, name: str) -> Sequence[ViewColumn]:
        if not self._by_name:
            for column in self.columns:
                self._by_name.setdefault(column.name, []).append(column)
        return self._by_name.get(name, ())

    def renamed(self, names: Sequence[str]) -> Columns:
        """The columns with the first of them renamed."""
        if not names:
            return self
        first = tuple(ViewColumn(name, column.type) for name, column in zip(names, self.columns, strict=False))
        missing = () if self.complete else tuple(ViewColumn(name, None) for name in names[len(self.columns) :])
        return Columns(first + missing + self.columns[len(names) :], self.complete)


NOTHING_KNOWN = Columns((), complete=False)


class Lookup(Protocol):
    """What a query may ask of the schema it stands in."""

    def relation(self, schema: str | None, name: str) -> tuple[Columns, Type | None] | None:
        """The columns of a table or view, and its row type; None where there is none or it is not known."""

    def functions(self, schema: str | None, name: str) -> Sequence[Function]:
        """The project's functions of that name."""

    def type(self, type_: TypeName) -> Type | None:
        """The type a name means."""

    def base(self, type_: Type) -> Type | None:
        """The type under a domain."""

    def fields(self, type_: Type) -> Columns | None:
        """The columns of a composite or row type."""


@dataclass(frozen=True, slots=True)
class Visible:
    """Something in FROM: under its name where ``named``, its columns alone where ``bare``.

    A join's columns stand for those of its sides. ``row`` is the type of a whole row.
    """

    name: str | None
    columns: Columns
    schema: str | None = None
    row: Type | None = None
    named: bool = True
    bare: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """What one query sees; ``tables`` are the common tables in force."""

    items: tuple[Visible, ...] = ()
    outer: Scope | None = None
    tables: Mapping[str, Columns] = field(default_factory=dict)

    def seeing(self, items: Sequence[Visible]) -> Scope:
        return replace(self, items=(*self.items, *items))

    def within(self, tables: Mapping[str, Columns]) -> Scope:
        return replace(self, tables={**self.tables, **tables})

    def inner(self) -> Scope:
        """The scope of a subquery, before its FROM."""
        return Scope((), self, self.tables)

    def levels(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer

    def item(self, qualifier: Sequence[str]) -> Visible | None:
        """What a qualifier names."""
        name, schema = qualifier[-1], qualifier[-2] if len(qualifier) > 1 else None
        for level in self.levels():
            for one in level.items:
                if one.named and one.name == name and schema in (None, one.schema):
                    return one
        return None

    def bare(self, name: str) -> ViewColumn | None:
        """The one column that a name without qualifier means; None where none, several or who knows."""
        for level in self.levels():
            seen = [one for one in level.items if one.bare]
            found = [column for one in seen for column in one.columns.named(name)]
            if found:
                return found[0] if len(found) == 1 else None
            if not all(one.columns.complete for one in seen):
                return None
        return None

    def star(self) -> Columns:
        """What ``*`` stands for."""
        seen = [one.columns for one in self.items if one.bare]
        found = tuple(column for one in seen for column in one.columns)
        return Columns(found, all(one.complete for one in seen))
