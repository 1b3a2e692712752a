"""Code of a project that is made of texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from dblint.cache import digest
from dblint.facts.code import read
from dblint.facts.code_model import CodeFacts
from dblint.reading import Problem
from dblint.source import Source

T = TypeVar("T")


@dataclass
class Texts:
    """A project of texts."""

    texts_: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(self.texts_)

    def get(self, path: str) -> CodeFacts | None:
        return read(Source(path, self.texts_[path])) if path in self.texts_ else None

    def load(self, paths: Iterable[str]) -> None:
        return None

    def texts(self, pattern: re.Pattern[bytes]) -> list[tuple[str, bytes]]:
        return [(path, text.encode()) for path, text in self.texts_.items() if pattern.search(text.encode())]

    def each(self, make: Callable[[int], T], count: int) -> list[T]:
        return list(map(make, range(count)))

    def data(self, path: str) -> bytes:
        return self.texts_.get(path, "").encode()

    def digest(self, path: str) -> str:
        return digest(path, self.texts_.get(path, ""))

    def recall(self, key: str, kind: type[T]) -> T | None:
        return None

    def remember(self, key: str, value: T, kind: type[T]) -> None:
        return None

    def mentioning(self, word: str) -> list[str]:
        return [path for path, text in self.texts_.items() if word in text]
