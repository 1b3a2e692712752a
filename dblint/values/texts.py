"""Text functions whose result is the same under every collation and locale."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from dblint.values.numbers import RefusedError

_LONGEST = 1_000_000
_MOST_STEPS = 20_000_000


def ascii_only(function: Callable[[str], str]) -> Callable[[Any], Any]:
    """A function of letters, which beyond ASCII depends on the locale."""

    def apply(text: str) -> str:
        if not text.isascii():
            raise RefusedError
        return function(text)

    return apply


def capitalized(text: str) -> str:
    return re.sub(r"[A-Za-z0-9]+", lambda word: word[0][0].upper() + word[0][1:].lower(), text)


def substring(text: str, start: int, count: int | None = None) -> str:
    first = start - 1
    if count is None:
        return text[max(first, 0) :]
    if count < 0:
        raise RefusedError
    return text[max(first, 0) : max(first + count, 0)]


def left(text: str, count: int) -> str:
    return text[:count]


def right(text: str, count: int) -> str:
    return text[-count:] if count > 0 else text[abs(count) :] if count < 0 else ""


def padded(text: str, size: int, fill: str = " ", *, front: bool) -> str:
    """``lpad`` and ``rpad``, which also cut."""
    if size > _LONGEST:
        raise RefusedError
    missing = max(size, 0) - len(text)
    if missing <= 0 or not fill:
        return text[: max(size, 0)] if missing <= 0 else text
    more = (fill * (missing // len(fill) + 1))[:missing]
    return more + text if front else text + more


def repeated(text: str, count: int) -> str:
    if len(text) * count > _LONGEST:
        raise RefusedError
    return text * max(count, 0)


def split_part(text: str, delimiter: str, field: int) -> str:
    if field == 0:
        raise RefusedError
    parts = text.split(delimiter) if delimiter else [text]
    at = field - 1 if field > 0 else len(parts) + field
    return parts[at] if 0 <= at < len(parts) else ""


def translated(text: str, old: str, new: str) -> str:
    table: dict[str, str] = {}
    for at, char in enumerate(old):
        table.setdefault(char, new[at] if at < len(new) else "")
    return "".join(table.get(char, char) for char in text)


def replaced(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text


def overlaid(text: str, new: str, start: int, count: int | None = None) -> str:
    if start <= 0:
        raise RefusedError
    return text[: start - 1] + new + text[start - 1 + (len(new) if count is None else count) :]


def digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def first_code(text: str) -> int:
    return ord(text[0]) if text else 0


def character(code: int) -> str:
    if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise RefusedError
    return chr(code)


def ordered(one: str, other: str) -> int | None:
    """-1, 0 or 1 where every collation orders the two alike: the same text, digits, single letters of one case."""
    if one == other:
        return 0
    if one.isascii() and other.isascii() and _alike(one, other):
        return -1 if one < other else 1
    return None


def _alike(one: str, other: str) -> bool:
    if "" in (one, other) or (one.isdigit() and other.isdigit()):
        return True
    single = len(one) == len(other) == 1
    return single and any(test(one) and test(other) for test in (str.islower, str.isupper))


def like(pattern: str, text: str, escape: str) -> bool:
    """``text LIKE pattern`` in time bounded by the product of their lengths."""
    tokens = like_tokens(pattern, escape)
    if len(tokens) * len(text) > _MOST_STEPS and "%" in tokens:
        raise RefusedError
    at, token, star, resume = 0, 0, -1, 0
    while at < len(text):
        if token < len(tokens) and tokens[token] == "%":
            star, resume, token = token, at, token + 1
        elif token < len(tokens) and tokens[token] in ("_", f"={text[at]}"):
            at, token = at + 1, token + 1
        elif star >= 0:
            resume += 1
            at, token = resume, star + 1
        else:
            return False
    return all(one == "%" for one in tokens[token:])


def like_tokens(pattern: str, escape: str) -> list[str]:
    """``%``, ``_``, or a literal character behind ``=``."""
    found = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if escape and char == escape:
            at += 1
            if at == len(pattern):
                raise RefusedError
            found.append(f"={pattern[at]}")
        else:
            found.append(char if char in "%_" else f"={char}")
        at += 1
    return found
