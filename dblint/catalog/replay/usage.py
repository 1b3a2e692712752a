"""Which columns a query uses, so that what depends on them is known, and a name that is nowhere is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any

from dblint.catalog.replay import objects
from dblint.catalog.replay.journal import RefusedError
from dblint.sql import expressions, queries
from dblint.sql.definitions import TypeName

_SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


@dataclass(slots=True)
class Mentions:
    """The names in a query, regardless of where they stand."""

    relations: list[queries.Relation] = field(default_factory=list)
    columns: list[expressions.Column] = field(default_factory=list)
    stars: list[tuple[queries.Select, expressions.Star]] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)
    """Columns of USING; ``*`` where a join is NATURAL."""
    aliases: set[str] = field(default_factory=set)
    """Names in FROM that are no plain relation's, and common tables."""
    common: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=lambda: set(_SYSTEM_COLUMNS))
    """Other names that may stand for themselves: of results, of whole rows."""


_NAMING = frozenset(
    {
        *(queries.Item, queries.Select, queries.Join, queries.CommonTable),
        *(queries.Derived, queries.TableFunction, queries.TableConstruct),
    }
)
"""What ``_note`` has something to say about."""


def mentions(query: queries.Query) -> Mentions:
    """All names in the query, subqueries included."""
    found = Mentions()
    waiting: list[Any] = [query]
    while waiting:
        one = waiting.pop()
        kind = one.__class__
        if kind is tuple:
            waiting.extend(one)
        elif kind is expressions.Column:
            found.columns.append(one)
        elif kind is queries.Relation:
            found.relations.append(one)
            found.labels.add(one.alias or one.name)
        elif kind is not str and one is not None:
            parts = _parts(kind)
            if parts:
                if kind in _NAMING:
                    _note(one, found)
                waiting.extend([getattr(one, name) for name in parts])
    return found


@cache
def _parts(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a dataclass that may hold more of a query."""
    if not is_dataclass(kind) or kind in (expressions.Literal, TypeName):
        return ()
    return tuple(one.name for one in fields(kind) if one.type not in ("str", "bool", "int | None", "bool | None"))


def _note(one: Any, found: Mentions) -> None:
    match one:
        case queries.Item() if one.alias:
            found.labels.add(one.alias)
        case queries.Select():
            found.stars += [
                (one, item.expression) for item in one.items if isinstance(item.expression, expressions.Star)
            ]
        case queries.Join():
            found.merged.update(one.using, ("*",) if one.natural else ())
            found.aliases.update(name for name in (one.alias, one.using_alias) if name)
        case queries.CommonTable():
            found.aliases.add(one.name)
            found.common.add(one.name)
        case queries.Derived() | queries.TableFunction() | queries.TableConstruct():
            if one.alias:
                found.aliases.add(one.alias)


def used_columns(query: queries.Query, known: Iterable[objects.Relation]) -> Iterator[objects.Column]:
    """The columns of the ``known`` relations that the query uses.

    Raises:
        RefusedError: it qualifies a column with a relation that has none of that name.
    """
    found = mentions(query)
    by_name = _by_name(found, list(known))
    everywhere = [relation for relations in by_name.values() for relation in relations]
    closed = _closed(found, everywhere)
    for mention in found.columns:
        if not mention.qualifier:
            yield from _of(everywhere, mention.name)
            if (
                closed
                and mention.name not in found.labels
                and all(one.column(mention.name) is None for one in everywhere)
            ):
                raise RefusedError(f'column "{mention.name}" does not exist')
            continue
        relations = by_name.get(mention.qualifier[-1], [])
        yield from _of(relations, mention.name)
        _check(mention, relations, found)
    for select, star in found.stars:
        yield from _star(select, star, by_name)
    for name in found.merged:
        for relation in everywhere:
            yield from relation.columns if name == "*" else _of([relation], name)


def _closed(found: Mentions, known: list[objects.Relation]) -> bool:
    """Every name without qualifier must be a column of a relation that is known in full."""
    plain = not found.aliases and not any(one.columns for one in found.relations)
    return plain and len(known) == len(found.relations) and all(one.complete for one in known)


def _by_name(found: Mentions, known: list[objects.Relation]) -> dict[str, list[objects.Relation]]:
    """The relations that each name in FROM may mean."""
    named: dict[str, list[objects.Relation]] = {}
    for one in found.relations:
        hidden = one.schema is None and one.name in found.common
        meant = (
            [] if hidden else [real for real in known if real.name == one.name and one.schema in (None, real.schema)]
        )
        named.setdefault(one.alias or one.name, []).extend(meant)
    return named


def _of(relations: Iterable[objects.Relation], name: str) -> Iterator[objects.Column]:
    for relation in relations:
        column = relation.column(name)
        if column is not None:
            yield column


def _star(
    select: queries.Select, star: expressions.Star, by_name: dict[str, list[objects.Relation]]
) -> Iterator[objects.Column]:
    names = star.qualifier[-1:] or tuple(_sources(select.sources))
    for name in names:
        for relation in by_name.get(name, ()):
            yield from relation.columns


def _sources(sources: Iterable[queries.Source]) -> Iterator[str]:
    for source in sources:
        if isinstance(source, queries.Relation):
            yield source.alias or source.name
        elif isinstance(source, queries.Join):
            yield from _sources((source.left, source.right))


def _check(mention: expressions.Column, relations: list[objects.Relation], found: Mentions) -> None:
    """A column that the one relation of that name has not is an error of the query."""
    name = mention.qualifier[-1]
    used = [one for one in found.relations if (one.alias or one.name) == name]
    if name in found.aliases or len(used) != 1 or used[0].columns or len(relations) != 1:
        return
    relation = relations[0]
    if relation.complete and relation.column(mention.name) is None and mention.name not in _SYSTEM_COLUMNS:
        raise RefusedError(f"column {name}.{mention.name} does not exist")
