"""Schema files to the catalog: the dialect's front-end reads, replay applies."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from dblint.catalog.model import Catalog, Dialect, SchemaFile
from dblint.catalog.replay import replay
from dblint.source import Source
from dblint.sql import postgres_parser
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
    with _no_collection():
        statements = (read(source) for source in sources)
        if dialect != "postgres":
            from dblint.catalog import generic_replay

            return generic_replay.replay(statements, dialect, search_path, files)
        return replay(statements, dialect, search_path, files)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hardly anything made while loading is garbage; looking for it would cost more than the reading itself."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _reader(dialect: Dialect) -> _Reader:
    if dialect == "postgres" and postgres_parser.available():
        from dblint.sql import postgres

        return postgres.statements
    from dblint.sql import generic

    return partial(generic.statements, dialect=dialect)
