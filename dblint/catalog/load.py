"""Schema files to the catalog: the dialect's front-end reads, replay applies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from dblint.catalog.model import Catalog, Dialect, SchemaFile
from dblint.catalog.replay import replay
from dblint.source import Source
from dblint.sql.statements import Statement

_Reader = Callable[[Source], Sequence[Statement]]


def load(
    sources: Sequence[Source],
    dialect: Dialect,
    search_path: tuple[str, ...] = (),
    files: tuple[SchemaFile, ...] = (),
) -> Catalog:
    """The catalog that the sources leave standing, read in that order."""
    read = _reader(dialect)
    return replay((read(source) for source in sources), dialect, search_path, files)


def _reader(dialect: Dialect) -> _Reader:
    if dialect == "postgres":
        from dblint.sql import postgres

        return postgres.statements
    from dblint.sql import generic

    return partial(generic.statements, dialect=dialect)
