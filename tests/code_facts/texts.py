"""Code of a project that is made of texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dblint.facts.code import read
from dblint.facts.code_model import CodeFacts
from dblint.reading import Problem
from dblint.source import Source


@dataclass
class Texts:
    """A project of texts."""

    texts: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(self.texts)

    def get(self, path: str) -> CodeFacts | None:
        return read(Source(path, self.texts[path])) if path in self.texts else None

    def load(self, paths: Iterable[str]) -> None:
        return None

    def mentioning(self, word: str) -> list[str]:
        return [path for path, text in self.texts.items() if word in text]
