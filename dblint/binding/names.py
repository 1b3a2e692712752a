"""Which table a name's words mean: singular or plural, the longest name wins, and only one may fit."""

from __future__ import annotations

from collections.abc import Iterable

from dblint.catalog.model import Table

_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "mice": "mouse",
    "feet": "foot",
    "teeth": "tooth",
    "geese": "goose",
    "indices": "index",
    "indexes": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "analyses": "analysis",
    "criteria": "criterion",
    "statuses": "status",
    "movies": "movie",
    "buses": "bus",
    "bonuses": "bonus",
    "viruses": "virus",
    "campuses": "campus",
    "cookies": "cookie",
}
_SAME = frozenset(("news", "series", "species", "data", "media", "metadata", "status", "address", "analysis", "bus"))
_ADJECTIVES = frozenset(
    (
        *("valid", "active", "inactive", "pending", "completed", "cancelled", "expired", "archived", "deleted", "paid"),
        *(
            "simple",
            "basic",
            "full",
            "complete",
            "minimal",
            "partial",
            "standard",
            "existing",
            "old",
            "another",
            "other",
        ),
        *("test", "sample", "example", "raw", "random", "single", "first", "second", "third", "db", "database"),
    )
)


def singular(word: str) -> str:
    """The singular of an English noun, near enough to tell names of tables apart."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _SAME or len(word) < 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def _singulars(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(singular(word) for word in words)


class TableNames:
    """Tables by the words of their names."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables: dict[tuple[str, ...], list[Table]] = {}
        for table in tables:
            words = _singulars(part for part in table.name.lower().split("_") if part)
            self._tables.setdefault(words, []).append(table)

    def meant(self, words: tuple[str, ...]) -> Table | None:
        """The one table the words mean; what stands before it may only be adjectives."""
        wanted = _singulars(word.lower() for word in words)
        for start in range(len(wanted)):
            if any(word not in _ADJECTIVES for word in wanted[:start]):
                return None
            found = self._tables.get(wanted[start:])
            if found:
                return found[0] if len(found) == 1 else None
        return None
