"""Which of several operations that may consume an answer surely give such rows; none where two could."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from dblint.binding.consumers import Consumer
from dblint.binding.outputs import Outputs, QueryOutputs
from dblint.catalog.model import Catalog
from dblint.facts.doubles_model import TupleRow
from dblint.facts.model import MockRow

_LEAST = 2
"""A single key is that of many queries."""
_Source = tuple[tuple[str, str] | None, str]


def giving(
    row: MockRow | TupleRow, among: Sequence[Consumer], queries: QueryOutputs, catalog: Catalog
) -> tuple[Consumer, ...]:
    """The operations among these that give a row's columns, where they all take them from the same place."""
    if any(one.operation.kind != "sql" for one in among):
        return ()
    outputs = [(one, queries.of(one.table)) for one in among if one.table is not None]
    if isinstance(row, TupleRow):
        places = {_places(found) for _, found in outputs}
        return tuple(among) if len(places) == 1 and None not in places else ()
    keys = {entry.key for entry in row.entries}
    known = ((one, _sources(found, catalog)) for one, found in outputs if found is not None)
    fitting = [(one, sources) for one, sources in known if keys <= sources.keys()]
    meant = {tuple(_meant(sources, keys)) for _, sources in fitting}
    return tuple(one for one, _ in fitting) if len(meant) == 1 and len(keys) >= _LEAST else ()


def _places(found: Outputs | None) -> tuple[_Source, ...] | None:
    return None if found is None or not found.placed else tuple((one.table, one.column) for one in found.columns)


def _sources(found: Outputs, catalog: Catalog) -> Mapping[str | None, _Source]:
    """Where each key comes from; of the one table behind ``*`` also what migrations have taken away."""
    table = catalog.table(*found.star) if found.star is not None else None
    events = table.history if table is not None else ()
    sources: dict[str | None, _Source] = {event.column: (found.star, event.column) for event in events}
    sources.update((one.name, (one.table, one.column)) for one in found.columns)
    return sources


def _meant(sources: Mapping[str | None, _Source], keys: Collection[str]) -> Iterator[_Source]:
    yield from (sources[key] for key in sorted(keys))
