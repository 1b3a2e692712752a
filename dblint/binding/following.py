"""Follows each file's tests apart from all others', so that what comes of it holds until what it asked for changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from types import GenericAlias
from typing import Generic, TypeVar, cast

from dblint.binding.asked import Asked, WatchedCodes, WatchedNames, WatchedRoutes
from dblint.binding.code import Code, Found
from dblint.binding.relevant import DatabaseNames, Relevant
from dblint.binding.routes import Routes
from dblint.cache import digest, pack, unpack
from dblint.facts.model import FileFacts
from dblint.source import Span

T = TypeVar("T")

_WORTH_PROCESSES = 100
"""Tests from which on more processes are faster than one."""
_BATCH = 1000


class Project:
    """What following tests may ask for; ``told`` are the rows of which something stronger already says the table."""

    def __init__(self, code: Code, facts: Mapping[str, FileFacts], told: Mapping[str, Set[Span]]) -> None:
        self.code = code
        self.facts = facts
        self.told = told
        self.names = DatabaseNames(code)
        self.routes = Routes(code)
        self._told = {path: digest(*map(repr, sorted(spans))) for path, spans in told.items()}
        lent = ((path, [repr(row) for row in file.rows if row.home or row.base_home]) for path, file in facts.items())
        self._lent = {path: digest(*rows) for path, rows in lent if rows}
        """What stands for the rows that files take from others."""

    @cached_property
    def files(self) -> list[str]:
        """All files in order."""
        return sorted(self.code.paths)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The files' places in that order."""
        return {path: number for number, path in enumerate(self.files)}

    @cached_property
    def key(self) -> str:
        """What stands for what every test depends on."""
        return digest(digest(*self.files), digest(*sorted(self.facts)))

    def prepare(self, files: Sequence[str]) -> None:
        """Learn before processes part what each of them would have to learn for itself."""
        self.code.load_reached(files)
        _ = self.names.asking, self.names.using, self.numbers, self.key, self.routes.digest

    def stamp(self, files: Sequence[str], words: Sequence[str], *, routes: bool) -> str:
        """What stands for what these have to say."""
        codes = self.code.codes
        said = [
            one for path in files for one in (codes.digest(path), self._told.get(path, ""), self._lent.get(path, ""))
        ]
        for word in words:
            said += (word, *codes.mentioning(word), "")
        return digest(*said, self.routes.digest if routes else "")


class Unit:
    """The tests of one file: a view of the project that remembers what it was asked, and nothing of other tests."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._codes = WatchedCodes(project.code.codes)
        self._asking, self._using = WatchedNames(project.names.asking), WatchedNames(project.names.using)
        self._routes = WatchedRoutes(project.routes)
        self.code = Code(self._codes, project.code.imports)
        self.relevant = Relevant(self.code, project.facts, project.told, self._asking, self._using)

    @property
    def routes(self) -> WatchedRoutes:
        return self._routes

    @property
    def asked(self) -> Asked:
        """What was asked so far."""
        numbers = self._project.numbers
        files = sorted(path for path in self._codes.files if path in numbers)
        words = tuple(sorted(self._codes.words))
        stamp = self._project.stamp(files, words, routes=self._routes.asked)
        places = tuple(numbers[path] for path in files)
        return Asked(places, words, self._routes.asked, stamp, self._asking.asked, self._using.asked)


@dataclass(slots=True)
class Following(Generic[T]):
    """Follows tests in one manner: ``make`` says what comes of a file's tests, ``kind`` is the type of that."""

    project: Project
    name: str
    kind: object
    make: Callable[[Unit, Sequence[Found]], T]

    def of(self, path: str, tests: Sequence[Found]) -> T:
        """What comes of the tests of a file."""
        return self.of_all({path: tests})[path]

    def of_all(self, files: Mapping[str, Sequence[Found]]) -> Mapping[str, T]:
        """What comes of the tests of each file."""
        codes = self.project.code.codes
        keys = {path: self._key(path, tests) for path, tests in files.items()}
        found = {path: self._recalled(key) for path, key in keys.items()}
        missing = [path for path, known in found.items() if known is None]
        if len(missing) > 1 and sum(len(files[path]) for path in missing) >= _WORTH_PROCESSES:
            self.project.prepare(missing)
            made = codes.each(lambda number: self._packed(files[missing[number]]), len(missing))
            for path, (packed, whole) in zip(missing, made, strict=True):
                known = unpack(packed, self._stored) if whole else None
                if known is not None:
                    codes.remember(keys[path], known, self._stored)
                    found[path] = known
        return {
            path: self._make_anew(keys[path], files[path]) if known is None else known[1]
            for path, known in found.items()
        }

    def _key(self, path: str, tests: Sequence[Found]) -> str:
        return digest(self.project.key, self.name, path, *(one.name for one in tests))

    def _recalled(self, key: str) -> tuple[Asked, T] | None:
        known = self.project.code.codes.recall(key, self._stored)
        return known if known is not None and self._holds(known[0]) else None

    @property
    def _stored(self) -> type[tuple[Asked, T]]:
        return cast("type[tuple[Asked, T]]", GenericAlias(tuple, (Asked, self.kind)))

    def _make_anew(self, key: str, tests: Sequence[Found]) -> T:
        asked, made = self._follow(tests)
        if not self.project.code.codes.problems:
            self.project.code.codes.remember(key, (asked, made), self._stored)
        return made

    def _packed(self, tests: Sequence[Found]) -> tuple[bytes, bool]:
        """What comes of tests, for another process, and whether all code could be read."""
        return pack(self._follow(tests), self._stored), not self.project.code.codes.problems

    def _follow(self, tests: Sequence[Found]) -> tuple[Asked, T]:
        unit = Unit(self.project)
        made = self.make(unit, tests)
        return unit.asked, made

    def _holds(self, asked: Asked) -> bool:
        """The project would answer as it did."""
        project = self.project
        if not (asked.asking.holds(project.names.asking) and asked.using.holds(project.names.using)):
            return False
        try:
            files = [project.files[number] for number in asked.files]
        except (IndexError, TypeError):  # No run of ours has stored this.
            return False
        return project.stamp(files, asked.words, routes=asked.routes) == asked.stamp


def in_turn(following: Following[tuple[T, ...]], tests: Sequence[Found]) -> Iterator[T]:
    """What comes of each test, in their order, where a file's outcome is one for each of its tests."""
    files = by_file(tests)
    made: dict[str, Iterator[T]] = {}
    for found in tests:
        if found.path not in made:
            several = _batch({path: files[path] for path in files if path not in made})
            made |= {path: iter(one) for path, one in following.of_all(several).items()}
        yield from islice(made[found.path], 1)


def _batch(files: Mapping[str, Sequence[Found]]) -> Mapping[str, Sequence[Found]]:
    """The first files, with as many tests as are followed together before somebody may have had enough."""
    taken: dict[str, Sequence[Found]] = {}
    for path, tests in files.items():
        if sum(map(len, taken.values())) >= _BATCH:
            break
        taken[path] = tests
    return taken


def by_file(tests: Sequence[Found]) -> Mapping[str, list[Found]]:
    """Tests by their files."""
    found: dict[str, list[Found]] = {}
    for one in tests:
        found.setdefault(one.path, []).append(one)
    return found
