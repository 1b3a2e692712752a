"""Python's string literals as text: how one is written, and the same style for another content."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass
from typing import Literal

Quote = Literal['"', "'"]

_LITERAL = re.compile(
    r"""
    (?P<prefix>[A-Za-z]{0,2})
    (?:
        (?P<triple>\"{3}|'{3}) (?:(?!(?P=triple))[^\\]|\\.)* (?P=triple)
      | (?P<single>["'])       (?:(?!(?P=single))[^\\\n]|\\.)* (?P=single)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Style:
    """A string literal's prefix and quotes."""

    prefix: str
    quotes: str


def style_of(code: str) -> Style | None:
    """The style of one plain literal; None for f-strings, implicit concatenation and everything else."""
    found = _LITERAL.fullmatch(code)
    if found is None or not set(found["prefix"].lower()) <= set("rbu"):
        return None
    return Style(found["prefix"], found["triple"] or found["single"])


def write(content: str, style: Style, encoding: str = "utf-8") -> str | None:
    """A literal of that style that says ``content``; None when the style cannot say it."""
    raw = "r" in style.prefix.lower()
    body = (
        content if raw else _escaped(content, style.quotes, ascii_only="b" in style.prefix.lower(), encoding=encoding)
    )
    code = f"{style.prefix}{style.quotes}{body}{style.quotes}"
    return code if _says(code, content) and _encodable(code, encoding) else None


def plain(content: str, quote: Quote, encoding: str = "utf-8") -> str:
    """A literal without prefix; the other quote where that spares an escape, as formatters do."""
    other = "'" if quote == '"' else '"'
    quotes = other if quote in content and other not in content else quote
    return f"{quotes}{_escaped(content, quotes, ascii_only=False, encoding=encoding)}{quotes}"


def restyled(expression: str, quote: Quote, encoding: str = "utf-8") -> str:
    """An expression written in double quotes, with its plain string literals in ``quote``."""
    if '"' not in expression or (quote == '"' and _encodable(expression, encoding)):
        return expression
    parts: list[str] = []
    done = 0
    for token in tokenize.generate_tokens(io.StringIO(expression).readline):
        style = style_of(token.string) if token.type == tokenize.STRING else None
        if style is None or style.prefix or token.start[0] != 1 or token.end[0] != 1:
            continue
        parts += (expression[done : token.start[1]], plain(str(ast.literal_eval(token.string)), quote, encoding))
        done = token.end[1]
    return "".join((*parts, expression[done:]))


def has_comment(code: str) -> bool:
    """Whether a piece of an expression, brackets balanced, holds a comment."""
    if "#" not in code:
        return False
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"({code}\n)").readline))
    except (tokenize.TokenError, SyntaxError):
        return True
    return any(token.type == tokenize.COMMENT for token in tokens)


def _escaped(content: str, quotes: str, *, ascii_only: bool, encoding: str) -> str:
    triple = len(quotes) == 3
    parts: list[str] = []
    for index, char in enumerate(content):
        if char == quotes[0]:
            alone = triple and index + 1 < len(content) and content[index + 1] != char
            parts.append(char if alone else f"\\{char}")
        elif triple and char == "\n":
            parts.append(char)
        else:
            parts.append(_character(char, ascii_only, encoding))
    return "".join(parts)


def _character(char: str, ascii_only: bool, encoding: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable() and (ascii_only or _encodable(char, encoding)):
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _encodable(code: str, encoding: str) -> bool:
    try:
        code.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _says(code: str, content: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = ast.literal_eval(code)
        except (SyntaxError, ValueError):
            return False
    if isinstance(value, bytes):
        return content.isascii() and value == content.encode("ascii")
    return bool(value == content)
