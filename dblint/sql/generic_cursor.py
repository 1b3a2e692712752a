"""A way along the tokens of one statement: looking, taking, and the text of expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dblint.source import Place
from dblint.sql.definitions import ObjectName
from dblint.sql.generic_tokens import Script, Token

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")
_RESERVED = frozenset(
    word
    for line in (
        "all and any as asc between by case cast check collate column constraint create cross current_date",
        "current_time",
        "current_timestamp default desc distinct else end except false for foreign from full grant group having in",
        "index",
        "inner intersect into is join key left like limit natural not null offset on or order outer primary references",
        "right select table then to true union unique update user using values when where with",
    )
    for word in line.split()
)


class UnexpectedError(Exception):
    """The statement is not built as its beginning promises; the message says where."""


class Cursor:
    """The tokens of one statement and where reading stands."""

    def __init__(self, script: Script, tokens: Sequence[Token]) -> None:
        self.script = script
        self.tokens = tokens
        self.index = 0

    # Looking

    @property
    def done(self) -> bool:
        return self.index >= len(self.tokens)

    def token(self, ahead: int = 0) -> Token | None:
        index = self.index + ahead
        return self.tokens[index] if index < len(self.tokens) else None

    def word(self, ahead: int = 0) -> str:
        token = self.token(ahead)
        return token.word if token is not None else ""

    def sign(self, text: str, ahead: int = 0) -> bool:
        token = self.token(ahead)
        return token is not None and token.kind == "sign" and token.text == text

    def at(self, *words: str) -> bool:
        """Whether these words come next."""
        return all(self.word(ahead) == word for ahead, word in enumerate(words))

    @property
    def place(self) -> Place:
        """The place of the whole statement."""
        return self.script.place(self.tokens[0], self.tokens[-1])

    @property
    def here(self) -> Place:
        token = self.token()
        return self.script.place(token) if token is not None else self.place

    # Taking

    def next(self) -> Token:
        token = self.token()
        if token is None:
            raise UnexpectedError("the statement ends too early")
        self.index += 1
        return token

    def take(self, *words: str) -> bool:
        """Passes by these words if they come next, all of them."""
        if not self.at(*words):
            return False
        self.index += len(words)
        return True

    def take_any(self, *words: str) -> str:
        """Passes by one of these words; which, or an empty string."""
        word = self.word()
        if word not in words:
            return ""
        self.index += 1
        return word

    def take_sign(self, text: str) -> bool:
        found = self.sign(text)
        self.index += found
        return found

    def expect(self, *words: str) -> None:
        if not self.take(*words):
            raise self.unexpected(" ".join(words))

    def expect_sign(self, text: str) -> None:
        if not self.take_sign(text):
            raise self.unexpected(repr(text))

    def unexpected(self, wanted: str = "") -> UnexpectedError:
        token = self.token()
        found = "the end" if token is None else repr(token.text)
        return UnexpectedError(f"{wanted} expected, not {found}" if wanted else f"{found} is not understood")

    # Names

    def is_name(self) -> bool:
        token = self.token()
        if token is None:
            return False
        return token.kind in ("word", "name") or (token.kind == "string" and self.script.dialect == "sqlite")

    def name(self) -> str:
        """One identifier as the catalog knows it."""
        if not self.is_name():
            raise self.unexpected("a name")
        token = self.next()
        return token.text.lower() if token.kind == "word" and self.script.dialect == "postgres" else token.text

    def object_name(self) -> ObjectName:
        """A name with or without its schema; ``main`` is no schema of SQLite's."""
        first = self.token()
        parts = [self.name()]
        while self.sign("."):
            self.next()
            parts.append(self.name())
        place = self.script.place(first or self.tokens[0], self.tokens[self.index - 1])
        schema = parts[-2] if len(parts) > 1 else None
        if schema is not None and self.script.dialect == "sqlite" and schema.lower() == "main":
            schema = None
        return ObjectName(schema, parts[-1], place)

    def names_in_parentheses(self) -> tuple[str, ...]:
        """``(a, b)``."""
        self.expect_sign("(")
        names = [self.name()]
        while self.take_sign(","):
            names.append(self.name())
        self.expect_sign(")")
        return tuple(names)

    # Stretches

    def group(self) -> list[Token]:
        """The tokens inside the parentheses that come next."""
        self.expect_sign("(")
        start, depth = self.index, 1
        while depth:
            token = self.next()
            if token.kind == "sign":
                depth += {"(": 1, ")": -1}.get(token.text, 0)
        return list(self.tokens[start : self.index - 1])

    def items(self) -> list[Cursor]:
        """What stands between the commas of the parentheses that come next, each with a cursor of its own."""
        return [Cursor(self.script, item) for item in split(self.group()) if item]

    def rest_items(self) -> list[Cursor]:
        """What stands between the commas of all that is left."""
        items = split(list(self.tokens[self.index :]))
        self.index = len(self.tokens)
        return [Cursor(self.script, item) for item in items if item]

    def text(self, tokens: Sequence[Token]) -> str:
        """An expression as it was written, on one line, its names quoted as standard SQL does and only where needed."""
        pieces: list[str] = []
        end = tokens[0].start if tokens else 0
        for token in tokens:
            if token.start > end:
                pieces.append(" ")
            pieces.append(_spelled(token, self.script))
            end = token.end
        return "".join(pieces)


def split(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens between the commas outside of parentheses."""
    items: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "sign":
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.kind == "sign" and token.text == "," and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    return items


def _spelled(token: Token, script: Script) -> str:
    if token.kind == "name":
        plain = _PLAIN.match(token.text) and token.text.lower() not in _RESERVED
        return token.text if plain else '"' + token.text.replace('"', '""') + '"'
    if token.kind == "string":
        return "'" + token.text.replace("'", "''") + "'"
    return script.text[token.start : token.end]
