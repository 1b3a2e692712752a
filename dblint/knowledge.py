"""What the project's files come to: facts and catalog, recalled from the cache or made anew."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dblint import own_code
from dblint.cache import Cache, NoCache, digest, pack, unpack
from dblint.catalog.model import Catalog
from dblint.config import Settings, key_line
from dblint.facts.model import FileFacts
from dblint.reading import Problem, build, crash, unreadable
from dblint.rule import Rule
from dblint.source import Source

if TYPE_CHECKING:
    from dblint.catalog.files import Discovery


_WORD = re.compile(r"[^\W\d]\w*")
_TEMPLATE = re.compile(r"\{[{%#]|\$\{|%\(|(?<!:):['\"]?[^\W\d]|%[sI]|<%")
"""Jinja, shell, Python, psql and other placeholders."""

_NAMED = re.compile(
    r"""\b(?:from|join|into|update|table|truncate)\s+(?:only\s+)?(?:["`]?\w+["`]?\.)?["`]?([a-z_]\w*)"""
)
_COMMON_TABLE = re.compile(r"([a-z_]\w*)\s*(?:\([^()]*\)\s*)?as\s+(?:(?:not\s+)?materialized\s+)?\(")

_WORTH_PROCESSES = 600_000
"""Characters of source from which on more processes are faster than one, measured with two cores."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What the SQL files came to; no catalog where none could be made."""

    catalog: Catalog | None
    problems: tuple[Problem, ...] = ()
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of one state of a file, or what kept them from being made."""

    facts: FileFacts | None = None
    problem: Problem | None = None


def schema(settings: Settings, key: str, cache: Cache) -> Schema:
    """The catalog of the project's SQL files."""
    known = cache.get("catalog", key, Schema)
    if known is None:
        known = _schema(settings)
        if not any(problem.crashed for problem in known.problems):
            cache.put("catalog", key, known, Schema)
    return known


def _schema(settings: Settings) -> Schema:
    from dblint.catalog.files import discover
    from dblint.catalog.load import load
    from dblint.facts.hidden import without_secrets

    found: Discovery | None = None
    try:
        found = discover(settings.root, settings)
        catalog = _with_words(load(found.sources, found.dialect, settings.search_path, found.files), found.sources)
        catalog = without_secrets(catalog, *found.sources)
    except Exception as error:  # a crash is reported as a finding; the run goes on
        taken = tuple(source.path for source in found.sources) if found else ()
        return Schema(None, (crash(_home(settings), error, "while it read the schema"),), taken)
    return Schema(
        _doubtful(catalog, settings, [path for path, _ in found.problems]),
        tuple(_problem(settings, path, message) for path, message in found.problems),
        tuple(source.path for source in found.sources),
    )


def _with_words(catalog: Catalog, sources: Sequence[Source]) -> Catalog:
    """The catalog whose skipped statements say what they may be about."""
    from dblint.facts.hidden import shown_lines

    if not catalog.skipped:
        return catalog
    texts = {source.path: replace(source, text="\n".join(shown_lines(source))) for source in sources}
    skipped = tuple(
        replace(one, words=frozenset(_WORD.findall(text.lower())), template=bool(_TEMPLATE.search(text)))
        for one in catalog.skipped
        for text in [texts[one.place.path].cut(one.place.span)]
    )
    return replace(catalog, skipped=skipped, _by_name={})


def _doubtful(catalog: Catalog, settings: Settings, unread: Sequence[str]) -> Catalog:
    """The catalog as far as it is sure while files are missing from it: what they name may have more to it."""
    if not unread:
        return catalog
    texts = [_raw(settings, path) for path in unread]
    tables = tuple(
        replace(table, complete=False) if any(text is None or table.name.encode() in text for text in texts) else table
        for table in catalog.tables
    )
    return replace(catalog, tables=tables, dynamic=True, _by_name={})


def with_own_code(schema: Schema, facts: Iterable[FileFacts], root: Path, others: Iterable[str]) -> Schema:
    """The schema with what the project's Python code says of the tables that tests ask for and no SQL file makes."""
    catalog = schema.catalog
    if catalog is None:
        return schema
    facts, others = tuple(facts), tuple(others)
    if any(file.rpc.calls or file.rpc.answers or file.statements for file in facts) and catalog.functions:
        catalog = _with_functions_elsewhere(catalog, root, others)
        schema = replace(schema, catalog=catalog)
    known = {table.name for table in catalog.tables}
    named = {name for file in facts for one in file.statements if one.call for name in _named(one.text.text.lower())}
    asked = ({call.table.name for file in facts for call in file.calls} | named) - known
    if not asked:
        return schema
    made, used = own_code.tables(root, others)
    if named - known:
        from dblint.catalog.files.walk import sql_files

        # A second database of the repository, or a schema that nobody takes.
        used |= own_code.tables(root, set(sql_files(root, ())).difference(schema.taken))[0]
    unsure = {(one, name) for one in catalog.search_path for name in asked if name.lower() in made}
    claimed = frozenset(name for name in asked if name.lower() in used)
    return replace(schema, catalog=replace(catalog, unsure=catalog.unsure | unsure, claimed=claimed, _by_name={}))


def _with_functions_elsewhere(catalog: Catalog, root: Path, others: Iterable[str]) -> Catalog:
    from dblint.catalog.files.walk import sql_files

    listed = {one.path for one in catalog.files}
    left = (one.path for one in catalog.files if not one.taken)
    beside = own_code.functions(root, set(sql_files(root, ())) - listed)
    elsewhere = beside | own_code.functions(root, (*others, *left))
    return replace(catalog, functions_elsewhere=elsewhere, functions_beside=beside, _by_name={})


def _named(text: str) -> set[str]:
    """The names that stand in an SQL text where tables do, its common tables left out."""
    return set(_NAMED.findall(text)).difference(_COMMON_TABLE.findall(text))


def _raw(settings: Settings, path: str) -> bytes | None:
    """A file's bytes in lower case, None where nothing can be told from them."""
    try:
        data = (settings.root / path).read_bytes()
    except OSError:
        return None
    return None if b"\0" in data else data.lower()


def _problem(settings: Settings, path: str, message: str) -> Problem:
    if (settings.root / path).is_file():
        return unreadable(path, message)
    line = 1
    if settings.source is not None:
        line = key_line(settings.source.read_text(encoding="utf-8-sig"), "schema")
    return Problem(_home(settings), f"`{path}`, which the schema is to be read from: {message}", line)


def _home(settings: Settings) -> str:
    return settings.source.name if settings.source else "."


@dataclass(slots=True)
class FactBook:
    """The facts of the project's Python files, by digest of their path and content."""

    cache: Cache
    cards: tuple[Rule, ...]
    jobs: int = 0
    _known: dict[str, Known] = field(default_factory=dict)
    _packed: dict[str, bytes] | None = None

    @property
    def _key(self) -> str:
        return digest(build(), *(part for rule in self.cards for part in (rule.name, rule.card or "")))

    def begin(self, digests: Mapping[str, str], sources: Mapping[str, Source]) -> Callable[[], Mapping[str, Known]]:
        """Begin to make the facts of the sources whose digest is new; the call returned waits for the facts of all."""
        wanted = [path for path in sources if not self._recall(path, digests[path])]
        made = self._make([sources[path] for path in wanted])

        def finish() -> Mapping[str, Known]:
            self._known.update(zip((digests[path] for path in wanted), made(), strict=True))
            return {path: self._known[digests[path]] for path in sources}

        return finish

    def keep(self, digests: Iterable[str]) -> None:
        """Store the facts of these digests for the next run, and no others."""
        if isinstance(self.cache, NoCache):
            return
        packed = self._stored()
        whole = {one: packed.get(one) or pack(self._known[one], Known) for one in digests if one in self._known}
        if whole.keys() != packed.keys():
            self.cache.put_rows("facts", self._key, whole)
            self._packed = whole

    def _stored(self) -> dict[str, bytes]:
        if self._packed is None:
            self._packed = self.cache.rows("facts", self._key)
        return self._packed

    def _recall(self, path: str, wanted: str) -> bool:
        """Whether the facts are known; those stored under a path that is not theirs are not believed."""
        if wanted not in self._known and wanted in self._stored():
            known = unpack(self._stored()[wanted], Known)
            if known is not None and (known.facts is None or known.facts.path == path):
                self._known[wanted] = known
        return wanted in self._known

    def _make(self, sources: list[Source]) -> Callable[[], list[Known]]:
        workers = min(self.jobs or _cores(), len(sources))
        if workers > 1 and (self.jobs or sum(len(source.text) for source in sources) > _WORTH_PROCESSES):
            return _in_processes(sources, self.cards, workers)
        return lambda: [known_of(source, self.cards) for source in sources]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_processes(sources: list[Source], cards: tuple[Rule, ...], workers: int) -> Callable[[], list[Known]]:
    """The facts of each source, made by several processes while this one goes on."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    # A forked worker has the parsers loaded already; this process has no threads that forking could break.
    from dblint.facts import read as _  # noqa: F401

    context = get_context("fork" if "fork" in get_all_start_methods() and sys.platform == "linux" else "spawn")
    make = partial(known_of, cards=cards)
    try:
        pool = ProcessPoolExecutor(workers, mp_context=context)
        made = pool.map(make, sources, chunksize=max(1, len(sources) // (workers * 8)))
    except (OSError, RuntimeError):  # no processes to be had here
        return lambda: list(map(make, sources))

    def finish() -> list[Known]:
        try:
            with pool:
                return list(made)
        except (OSError, RuntimeError):  # a process died
            return list(map(make, sources))

    return finish


def known_of(source: Source, cards: tuple[Rule, ...]) -> Known:
    """One file's facts, or the crash that kept them from being made."""
    from dblint.facts.read import read

    try:
        return Known(read(source, cards))
    except Exception as error:  # a crash is reported as a finding; the run goes on
        return Known(problem=crash(source.path, error, "while it read this file"))
