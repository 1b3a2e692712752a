"""PostgREST select lists: which keys the rows under one have, and where each comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ALIAS = re.compile(r'\s*("[^"]*"|[^":(]+?)\s*:(?!:)')
_SQL_ALIAS = re.compile(r'(?<=[\w")\]])\s+(?:as\s+)?("[^"]+"|\w+)\s*$', re.IGNORECASE)
_CAST = re.compile(r"::\s*\w+\s*$")


@dataclass(frozen=True, slots=True)
class SelectList:
    """``columns`` are named as such; ``derived`` are keys that aliases, embedded resources, paths and aggregates make.

    ``open`` is true where the list may give keys it does not name: a spread, or text that is no select list.
    """

    columns: frozenset[str]
    derived: frozenset[str]
    star: bool
    open: bool


def read_select_list(text: str) -> SelectList:
    columns: set[str] = set()
    derived: set[str] = set()
    star = unread = False
    for item in _items(text):
        if item == "*":
            star = True
        elif item.startswith("...") or item.count("(") != item.count(")") or "{" in item or item.endswith(".*"):
            unread = True
        elif (name := _derived(item)) is not None:
            derived.add(name)
        else:
            columns.add(_unquoted(_CAST.sub("", item)))
    return SelectList(frozenset(columns), frozenset(derived), star, unread)


def _items(text: str) -> Iterator[str]:
    """The items between the commas that stand in no parentheses and no quotes."""
    depth, quoted, item = 0, False, ""
    for letter in text:
        quoted ^= letter == '"'
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth and not quoted:
            yield item.strip()
            item = ""
        else:
            item += letter
    if item.strip():
        yield item.strip()


def _derived(item: str) -> str | None:
    """The key an item gives when it is more than a column's name."""
    alias = _ALIAS.match(item) or _SQL_ALIAS.search(item)
    if alias:
        return _unquoted(alias[1])
    if "(" in item:
        name = item[: item.index("(")].split("!")[0]
        return _unquoted(name.rpartition(".")[2])
    plain = _CAST.sub("", item)
    if plain == "count":
        return plain  # PostgreSQL reads it as a call: it counts the rows.
    if "->" in plain:
        return plain.rpartition(">")[2].strip().strip("'")
    return _unquoted(plain.rpartition(".")[2]) if "." in plain else None


def _unquoted(name: str) -> str:
    return name.strip().strip('"')
