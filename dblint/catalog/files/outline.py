"""A cheap look at a SQL text: what it creates, changes and needs, for ordering files and telling copies; no parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NOISE = re.compile(
    r"--[^\n]*|/\*(?!!).*?\*/|'(?:[^'\\]|''|\\.)*'|(?P<body>(?P<tag>\$\w*\$).*?(?P=tag))",
    re.DOTALL,
)
_PART = r'(?:"[^"\n]+"|`[^`\n]+`|\[[^\]\n]+\]|[^\W\d][\w$]*)'
_NAME = rf"(?P<name>{_PART}(?:\s*\.\s*{_PART})*)"
_IF = r"(?:if\s+(?:not\s+)?exists\s+)?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_TABLE = _pattern(
    rf"\bcreate\s+(?:or\s+replace\s+)?(?P<temporary>(?:global\s+|local\s+)?temp(?:orary)?\s+)?"
    rf"(?:unlogged\s+|foreign\s+|virtual\s+)?table\s+{_IF}{_NAME}"
)
_VIEW = _pattern(
    rf"\bcreate\s+(?:or\s+replace\s+)?(?:algorithm\s*=\s*\w+\s+)?(?:recursive\s+)?(?:materialized\s+)?view\s+{_IF}{_NAME}"
)
_TYPE = _pattern(rf"\bcreate\s+(?:type|domain)\s+{_IF}{_NAME}")
_FUNCTION = _pattern(rf"\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure|aggregate)\s+{_IF}{_NAME}")
_ALTER = _pattern(rf"\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{_NAME}(?P<actions>[^;]*)")
_DROP = _pattern(rf"\bdrop\s+(?:foreign\s+)?table\s+(?:if\s+exists\s+)?(?P<names>{_PART}[^;]*)")
_NO_COLUMN = (
    r"(?!(?:constraint|primary|unique|check|foreign|index|key|fulltext|spatial|partition|exclude|default|not|identity|"
    r"expression|generated|if|column|value)\b)"
)
_ADDED = _pattern(rf"\badd\s+(?:column\s+)?{_IF}{_NO_COLUMN}(?P<name>{_PART})")
_DROPPED = _pattern(rf"\bdrop\s+(?:column\s+)?{_IF}{_NO_COLUMN}(?P<name>{_PART})")
_RENAMED = _pattern(rf"\brename\s+(?:column\s+)?(?!to\b|constraint\b|as\b)(?P<old>{_PART})\s+to\s+(?P<name>{_PART})")
_MOVED = _pattern(rf"\brename\s+(?:to|as)\s+{_NAME}")
_NEEDED = _pattern(
    r"\b(?:references|on|into|from|join|update|like|inherits\s*\(|partition\s+of|setof|truncate|table)\s+"
    rf"(?:table\s+|only\s+|if\s+exists\s+)*{_NAME}"
)
_KEYED = _pattern(
    rf"\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{_NAME}[^;]*?\badd\b[^;]*?\b(?:primary\s+key|unique)\b"
)
_UNIQUE = _pattern(rf"\bcreate\s+unique\s+index\b[^;]*?\bon\s+(?:only\s+)?{_NAME}")
_REFERENCES = _pattern(rf"\breferences\s+{_NAME}")
_GROUNDWORK = _pattern(r"\bcreate\s+(?:extension|schema|database|role|user)\b")
_RUIN = _pattern(r"\bdrop\s+(?:table|schema|database|owned)\b")
_INDEX = _pattern(rf"\bcreate\s+(?:unique\s+)?index\s+(?:concurrently\s+)?{_IF}(?!on\b){_NAME}")
_STATEMENT = re.compile(r"^[ \t]*(?:create|alter|drop|do|rename|\\ir?)\s+[\w$\"`./']", re.IGNORECASE | re.MULTILINE)
_WORD = re.compile(r"[^\W\d][\w$]*")


@dataclass(frozen=True, slots=True)
class Mark:
    """After this text, the table (or its column) is there, or is gone."""

    table: str
    column: str | None
    there: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """Names are lower case, without quotes, without ``public.``."""

    tables: frozenset[str]
    others: frozenset[str]
    """Views, types and functions."""
    indexes: frozenset[str]
    alters: frozenset[str]
    needs: frozenset[str]
    """Relations the statements name."""
    body_needs: frozenset[str]
    """Words inside function bodies, which the server may or may not resolve at once."""
    words: frozenset[str]
    marks: tuple[Mark, ...]
    keyed: frozenset[str]
    """Tables that get a primary or unique key by a statement of its own."""
    referenced: frozenset[str]
    ruins: bool
    """Whether the text drops tables or schemas and makes nothing."""
    groundwork: bool
    """Whether the text makes extensions or schemas and no table."""

    @property
    def creates(self) -> frozenset[str]:
        return self.tables | self.others


def has_statements(text: str) -> bool:
    """Whether the text has a say in the schema at all."""
    return _STATEMENT.search(text) is not None


def creates_table(text: str) -> bool:
    """Whether the text creates a table that stays; cheaper than an outline."""
    return any(not found["temporary"] for found in _TABLE.finditer(text)) and bool(outline(text).tables)


@lru_cache(maxsize=8192)
def outline(text: str) -> Outline:
    """What one SQL text creates, alters and needs."""
    bodies = [found["body"] for found in _NOISE.finditer(text) if found["body"]]
    bare = _NOISE.sub(" ", text)
    tables = frozenset(fold(found["name"]) for found in _TABLE.finditer(bare) if not found["temporary"])
    others = frozenset(fold(found["name"]) for kind in (_VIEW, _TYPE, _FUNCTION) for found in kind.finditer(bare))
    alters = frozenset(fold(found["name"]) for found in _ALTER.finditer(bare))
    needs = frozenset(fold(found["name"]) for found in _NEEDED.finditer(bare)) | alters
    return Outline(
        tables,
        others,
        frozenset(fold(found["name"]) for found in _INDEX.finditer(bare)),
        alters,
        needs,
        frozenset(word.lower() for body in bodies for word in _WORD.findall(body)),
        frozenset(word.lower() for word in _WORD.findall(bare)),
        tuple(_marks(bare)),
        frozenset(fold(found["name"]) for kind in (_KEYED, _UNIQUE) for found in kind.finditer(bare)),
        frozenset(fold(found["name"]) for found in _REFERENCES.finditer(bare)),
        _RUIN.search(bare) is not None and not (tables or others or alters),
        not tables and _GROUNDWORK.search(bare) is not None,
    )


def fold(name: str) -> str:
    """``"public"."Orders"`` → ``orders``."""
    return re.sub(r"[\"`\[\]\s]", "", name).lower().removeprefix("public.").removeprefix("dbo.")


def _marks(bare: str) -> list[Mark]:
    found = [
        (match.start(), Mark(fold(match["name"]), None, True))
        for match in _TABLE.finditer(bare)
        if not match["temporary"]
    ]
    for match in _DROP.finditer(bare):
        for name in match["names"].split(","):
            plain = re.match(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)", name)
            if plain is not None:
                found.append((match.start(), Mark(fold(plain[1]), None, False)))
    for match in _ALTER.finditer(bare):
        found += [(match.start(), mark) for mark in _alterations(fold(match["name"]), match["actions"])]
    return [mark for _, mark in sorted(found, key=lambda pair: pair[0])]


def _alterations(table: str, actions: str) -> list[Mark]:
    marks = [Mark(table, fold(found["name"]), True) for found in _ADDED.finditer(actions)]
    marks += [Mark(table, fold(found["name"]), False) for found in _DROPPED.finditer(actions)]
    for found in _RENAMED.finditer(actions):
        marks += [Mark(table, fold(found["old"]), False), Mark(table, fold(found["name"]), True)]
    moved = _MOVED.search(actions)
    if moved is not None:
        marks += [Mark(table, None, False), Mark(fold(moved["name"]), None, True)]
    return marks
