"""What following tests has asked of the project, so that a later run can tell whether the answers still hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dblint.binding.code import Codes, Found
from dblint.binding.routes import Routes
from dblint.facts.code_model import CodeFacts
from dblint.reading import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NamesAsked:
    """Names that a set was asked for, by whether it has them."""

    had: tuple[str, ...] = ()
    lacked: tuple[str, ...] = ()

    def holds(self, names: frozenset[str]) -> bool:
        """Another set answers alike."""
        return names.issuperset(self.had) and names.isdisjoint(self.lacked)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked; ``stamp`` stands for what files, words and routes had to say."""

    files: tuple[int, ...]
    """By their places among all files in order."""
    words: tuple[str, ...]
    routes: bool
    stamp: str
    asking: NamesAsked
    using: NamesAsked


@dataclass(frozen=True, slots=True)
class WatchedCodes:
    """The project's code, with note taken of what is asked for."""

    codes: Codes
    files: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    @property
    def paths(self) -> frozenset[str]:
        return self.codes.paths

    @property
    def problems(self) -> Sequence[Problem]:
        return self.codes.problems

    def get(self, path: str) -> CodeFacts | None:
        self.files.add(path)
        return self.codes.get(path)

    def load(self, paths: Iterable[str]) -> None:
        self.codes.load(paths)

    def mentioning(self, word: str) -> Sequence[str]:
        self.words.add(word)
        return self.codes.mentioning(word)

    def each(self, make: Callable[[int], T], count: int) -> Sequence[T]:
        return list(map(make, range(count)))

    def data(self, path: str) -> bytes:
        self.files.add(path)
        return self.codes.data(path)

    def digest(self, path: str) -> str:
        self.files.add(path)
        return self.codes.digest(path)

    def recall(self, key: str, kind: type[T]) -> T | None:
        return None

    def remember(self, key: str, value: T, kind: type[T]) -> None:
        return None

    def texts(self, pattern: re.Pattern[bytes]) -> Iterable[tuple[str, bytes]]:
        raise NotImplementedError("whoever searches all texts depends on all of them")


@dataclass(slots=True)
class WatchedNames:
    """A set of names that knows what it was asked for."""

    names: frozenset[str]
    had: set[str] = field(default_factory=set)
    lacked: set[str] = field(default_factory=set)

    def __contains__(self, name: object) -> bool:
        if name in self.names:
            self.had.add(str(name))
            return True
        self.lacked.add(str(name))
        return False

    @property
    def asked(self) -> NamesAsked:
        """What it was asked for."""
        return NamesAsked(tuple(sorted(self.had)), tuple(sorted(self.lacked)))


@dataclass(slots=True)
class WatchedRoutes:
    """The project's routes, and whether somebody asked for one."""

    routes: Routes
    asked: bool = False

    def answering(self, verb: str, url: str) -> Found | None:
        self.asked = True
        return self.routes.answering(verb, url)
