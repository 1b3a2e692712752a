"""The code of the project's Python files, tests and sources: read when it is first asked for, then recalled."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from dblint.cache import Cache, NoCache, digest, pack, unpack
from dblint.facts.code_model import CodeFacts
from dblint.reading import Files, Problem, build, crash
from dblint.source import Source

T = TypeVar("T")

_WORTH_PROCESSES = 1_500_000
"""Characters of source from which on more processes are faster than one, measured with two cores."""


@dataclass(slots=True)
class CodeBook:
    """Code by digest of path and content; what one run asked for is stored for the next."""

    cache: Cache
    files: Files
    paths: frozenset[str]
    jobs: int = 0
    overlay: Mapping[str, str] = field(default_factory=dict)
    """Texts in the place of the files'."""
    problems: list[Problem] = field(default_factory=list)
    """The crashes that kept a file's code from being read."""
    _known: dict[str, CodeFacts] = field(default_factory=dict)
    _asked: dict[str, str] = field(default_factory=dict)
    """The digests of this run's paths."""
    _broken: dict[str, Problem] = field(default_factory=dict)
    _packed: dict[str, bytes] | None = None
    _digests: dict[str, str] = field(default_factory=dict)
    _results: dict[str, tuple[object, object]] = field(default_factory=dict)
    """What this run came to, with its type."""
    _packed_results: dict[str, bytes] | None = None

    def over(self, overlay: Mapping[str, str]) -> CodeBook:
        """The same book for a project with other texts in the place of some files'."""
        self.overlay = overlay
        self._asked = {}
        self._digests = {}
        self._broken = {}
        self.problems = []
        return self

    def get(self, path: str) -> CodeFacts | None:
        if path not in self._asked:
            self.load((path,))
        broken = self._broken.get(path)
        if broken is not None and broken not in self.problems:
            self.problems.append(broken)  # Who only loads a file together with others may never want it.
        return self._known.get(self._asked.get(path, ""))

    def load(self, paths: Iterable[str]) -> None:
        wanted = []
        for path in dict.fromkeys(paths):
            if path not in self._asked and path in self.paths:
                self._asked[path] = self.digest(path)
                if not self._recall(path):
                    wanted.append(path)
        sources = [one for path in wanted if (one := self._source(path)) is not None]
        for source, made in zip(sources, self._make(sources), strict=True):
            if isinstance(made, CodeFacts):
                self._known[self._asked[source.path]] = made
            else:
                self._broken[source.path] = made

    def mentioning(self, word: str) -> Sequence[str]:
        wanted = word.encode()
        held = ((path, self.files.data(path)) for path in sorted(self.paths))
        return [path for path, data in held if isinstance(data, bytes) and wanted in data]

    def texts(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[str, bytes]]:
        for path in sorted(self.paths):
            data = self.files.data(path)
            if isinstance(data, bytes) and pattern.search(data):
                yield path, data

    def keep(self) -> None:
        """Store what this run asked for, and what earlier runs knew of files that are as they were."""
        if isinstance(self.cache, NoCache):
            return
        packed = self._stored()
        whole = {
            one: packed.get(one) or pack(known, CodeFacts)
            for one in self._asked.values()
            if (known := self._known.get(one)) is not None
        }
        if packed:
            still = map(self.digest, self.paths)
            whole |= {one: packed[one] for one in still if one in packed}
        if whole.keys() != packed.keys():
            self.cache.put_rows("code", build(), whole)
            self._packed = whole
        self._keep_results()

    def _keep_results(self) -> None:
        stored = self._stored_results()
        if self._results.keys() != stored.keys():
            whole = {key: stored.get(key) or pack(value, kind) for key, (value, kind) in self._results.items()}
            self.cache.put_rows("results", build(), whole)
            self._packed_results = whole

    def each(self, make: Callable[[int], T], count: int) -> Sequence[T]:
        workers = min(self.jobs or _cores(), count)
        if workers > 1 and _can_fork():
            return _in_forks(make, count, workers)
        return list(map(make, range(count)))

    def data(self, path: str) -> bytes:
        data = self.files.data(path)
        return data if isinstance(data, bytes) else b""

    def digest(self, path: str) -> str:
        if path not in self._digests:
            text = self.overlay.get(path)
            self._digests[path] = self.files.digest(path) if text is None else digest(path, "overlay", text)
        return self._digests[path]

    def recall(self, key: str, kind: type[T]) -> T | None:
        if key not in self._results:
            stored = self._stored_results().get(key)
            known = None if stored is None else unpack(stored, kind)
            if known is None:
                return None
            self._results[key] = (known, kind)
        return cast("T", self._results[key][0])

    def remember(self, key: str, value: T, kind: type[T]) -> None:
        self._results[key] = (value, kind)
        self._stored_results().pop(key, None)

    def _stored_results(self) -> dict[str, bytes]:
        if self._packed_results is None:
            self._packed_results = self.cache.rows("results", build())
        return self._packed_results

    def _source(self, path: str) -> Source | None:
        text = self.overlay.get(path)
        if text is not None:
            return Source(path, text)
        source = self.files.source(path)
        return source if isinstance(source, Source) else None

    def _stored(self) -> dict[str, bytes]:
        if self._packed is None:
            self._packed = self.cache.rows("code", build())
        return self._packed

    def _recall(self, path: str) -> bool:
        wanted = self._asked[path]
        if wanted not in self._known and wanted in self._stored():
            facts = unpack(self._stored()[wanted], CodeFacts)
            if facts is not None and facts.path == path:
                self._known[wanted] = facts
        return wanted in self._known

    def _make(self, sources: list[Source]) -> list[CodeFacts | Problem]:
        workers = min(self.jobs or _cores(), len(sources))
        if workers > 1 and sum(len(source.text) for source in sources) > _WORTH_PROCESSES:
            return _in_processes(sources, workers)
        return [read_code(source) for source in sources]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _can_fork() -> bool:
    """Other ways to start a process would have to read the project again."""
    from multiprocessing import get_all_start_methods

    return sys.platform == "linux" and "fork" in get_all_start_methods()


_task: list[Callable[[int], object]] = []
"""What forked processes are to do."""


def _do(number: int) -> object:
    return _task[-1](number)


def _in_forks(make: Callable[[int], T], count: int, workers: int) -> Sequence[T]:
    """Each number's result, made by processes that know all that this one knows."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    _task.append(make)
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
            return cast("Sequence[T]", list(pool.map(_do, range(count))))
    except Exception:  # no processes to be had here, one died, or one failed, which then is said as it happens here
        return list(map(make, range(count)))
    finally:
        _task.pop()


def read_code(source: Source) -> CodeFacts | Problem:
    """One file's code, or the crash that kept it from being read."""
    from dblint.facts.code import read

    try:
        return read(source)
    except Exception as error:  # a crash is reported as a finding; the run goes on
        return crash(source.path, error, "while it read this file's code")


def _in_processes(sources: list[Source], workers: int) -> list[CodeFacts | Problem]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    context = get_context("fork" if "fork" in get_all_start_methods() and sys.platform == "linux" else "spawn")
    try:
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            return list(pool.map(read_code, sources, chunksize=max(1, len(sources) // (workers * 8))))
    except (OSError, RuntimeError):  # no processes to be had here, or one died
        return [read_code(source) for source in sources]
