"""Types of MySQL, MariaDB and SQLite as they are written."""

from __future__ import annotations

from dblint.sql.definitions import TypeName
from dblint.sql.generic_cursor import Cursor, split

_AFTER_TYPE = frozenset(
    word
    for line in ("CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES GENERATED AS",)
    for word in line.split()
)
_AFTER_MYSQL_TYPE = _AFTER_TYPE | frozenset(
    word
    for line in (
        "AUTO_INCREMENT KEY COMMENT CHARACTER CHARSET ON COLUMN_FORMAT STORAGE VISIBLE INVISIBLE FIRST AFTER BINARY",
        "ASCII UNICODE SRID VIRTUAL STORED PERSISTENT REF_SYSTEM_ID WITHOUT COMPRESSED",
    )
    for word in line.split()
)
_TYPE_FIRST = frozenset({"CHARACTER", "BINARY"})
_SQLITE_TYPES = frozenset({"ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"})
_TYPE_TAILS = frozenset(
    {"PRECISION", "VARYING", "CHAR", "CHARACTER", "VARCHAR", "VARBINARY", "LARGE", "OBJECT", "BYTE"}
)
_SUFFIXES = ("UNSIGNED", "SIGNED", "ZEROFILL")


def type_name(cursor: Cursor) -> TypeName:
    """A column's type as written; its name is empty where SQLite's column has none."""
    words = _type_words(cursor)
    modifiers: tuple[str, ...] = ()
    values: tuple[str, ...] | None = None
    if cursor.sign("("):
        inside = cursor.group()
        if words and words[0].upper() in ("ENUM", "SET"):
            values = tuple(token.text for token in inside if token.kind == "string")
        else:
            modifiers = tuple(cursor.text(part) for part in split(inside) if part)
    while cursor.word() in _SUFFIXES or (words and cursor.at("VARYING")):
        words.append(cursor.next().text)
    for ignored in _time_zone(cursor):
        words.append(ignored)
    dimensions = 0
    while cursor.take_sign("["):
        while not cursor.take_sign("]"):
            cursor.next()
        dimensions += 1
    return TypeName(None, _folded(" ".join(words), modifiers, cursor.script.dialect), modifiers, dimensions, values)


def _folded(name: str, modifiers: tuple[str, ...], dialect: str) -> str:
    """SQLite keeps a type as written, but for its own six."""
    if dialect != "sqlite":
        return name.lower()
    return name.upper() if name.upper() in _SQLITE_TYPES and not modifiers else name


def _type_words(cursor: Cursor) -> list[str]:
    words: list[str] = []
    while True:
        token = cursor.token()
        if token is None or token.kind not in ("word", "name", "string"):
            return words
        if _ends(cursor, words, token.word):
            return words
        words.append(cursor.next().text)
        if cursor.sign("."):
            cursor.next()
            words.pop()


def _ends(cursor: Cursor, words: list[str], word: str) -> bool:
    """Whether a word is no more a part of the type; SQLite's types may be any words."""
    if cursor.script.dialect == "sqlite":
        return word in _AFTER_TYPE
    if not words and word in _TYPE_FIRST:
        return False
    if word in _AFTER_MYSQL_TYPE and not _varying(cursor, words):
        return True
    return bool(words) and word not in _TYPE_TAILS


def _varying(cursor: Cursor, words: list[str]) -> bool:
    """``NATIONAL CHARACTER``, ``VARYING CHARACTER``: the word belongs to the type after one of these."""
    joined = [word.upper() for word in words]
    return (
        cursor.word() == "CHARACTER" and cursor.word(1) != "SET" and joined in (["NATIONAL"], ["VARYING"], ["NATIVE"])
    )


def _time_zone(cursor: Cursor) -> list[str]:
    for words in (("WITH", "TIME", "ZONE"), ("WITHOUT", "TIME", "ZONE")):
        if cursor.take(*words):
            return [" ".join(words).lower()]
    return []
