"""The words of a name, and what they say: a double, a verb, a row, a store, a mistake made on purpose."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

DOUBLES = frozenset(("mock", "mocked", "fake", "dummy", "stub", "stubbed", "factory"))
"""Words that say that what they name stands for the real thing."""
CLIENT_DOUBLES = DOUBLES | frozenset(("memory", "inmemory", "mem"))
STORES = frozenset(("db", "database", "databases", "table", "tables", "store", "stores", "seed", "seeds", "seeded"))
"""Words that say that a dict holds tables."""
PURPOSELY_WRONG = frozenset(
    (
        *("invalid", "bad", "unknown", "reject", "rejects", "rejected", "malformed", "wrong", "illegal", "nonexistent"),
        *("violate", "violates", "violating", "violation", "violations", "refuse", "refuses", "refused"),
    )
)
LACKING = frozenset(("missing", "lacking", "lacks", "incomplete", "without", "partial"))
"""Words of tests and cases whose rows leave something out on purpose."""
CLIENTS = frozenset(("client", "supabase", "supa", "sb", "db", "database", "admin", "postgrest"))

_VERBS = frozenset(
    (
        *("create", "make", "build", "get", "new", "gen", "generate", "produce"),
        *("given", "a", "an", "the", "some", "default"),
    )
)
_ROW_WORDS = frozenset(("row", "rows", "record", "records", "dict", "dicts", "data", "base"))
_CUTS = frozenset(("with", "without", "for", "from", "by", "having", "where", "as", "to"))


@lru_cache(maxsize=16384)
def words_of(name: str) -> tuple[str, ...]:
    """``createMockOrder_item2`` → create, mock, order, item, 2."""
    return tuple(word.lower() for word in _WORD.findall(name))


def says(name: str, vocabulary: frozenset[str]) -> bool:
    return not vocabulary.isdisjoint(words_of(name))


def table_words(name: str) -> tuple[str, ...]:
    """The words of a double's name that may be a table's; empty where the name says no double or nothing else."""
    words = words_of(name)
    if DOUBLES.isdisjoint(words):
        return ()
    cut = next((index for index, word in enumerate(words) if index and word in _CUTS), len(words))
    at = next((index for index, word in enumerate(words[:cut]) if word in DOUBLES), cut)
    before, after = words[:at], words[at:cut]
    if any(word in _VERBS for word in after):
        # ``fake_create_order`` doubles a function called create_order, not an order.
        return ()
    while before and before[0] in _VERBS:
        before = before[1:]
    kept = [word for word in (*before, *after) if word not in DOUBLES and not word.isdigit()]
    while kept and kept[-1] in _ROW_WORDS:
        kept.pop()
    return tuple(kept)
