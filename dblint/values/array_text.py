"""PostgreSQL's text form of arrays: ``{a,"b c",NULL,{d}}``."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'\s*(?:[{},]|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^{},"\\]+))')


def array_elements(text: str) -> tuple[str | None, ...] | None:
    """The elements in order, dimensions flattened, None for NULL; None alone when the text is no plain array."""
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}")) or stripped.count("{") != stripped.count("}"):
        return None
    try:
        return tuple(_elements(stripped))
    except ValueError:
        return None


def _elements(text: str) -> Iterator[str | None]:
    at, before = 0, ""
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(text)
        token = found[0].strip()
        if before + token in (",,", "{,", ",}"):
            raise ValueError(text)
        at, before = found.end(), token or before
        if found["quoted"] is not None:
            yield re.sub(r"\\(.)", r"\1", found["quoted"])
        elif found["bare"] is not None and token:
            yield None if token.upper() == "NULL" else token
