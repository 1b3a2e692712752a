"""Input of json and jsonb."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from dblint.values.input.refusal import RefusedInputError, UnclearInputError, shown

_SURROGATE = re.compile("[\ud800-\udfff]")
_DEEP = 3000


class _Constant(ValueError):  # noqa: N818
    """``NaN`` or ``Infinity``, which JSON has not."""


def read_document(text: str, name: str) -> Any:
    """What a JSON text says."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise UnclearInputError from None
    except ValueError:
        raise RefusedInputError("22P02", f"`{shown(text)}` is no JSON text, which {name} wants") from None
    if name == "jsonb" and "\\u" in text:
        _look_at_escapes(json.dumps(found, default=str), text)
    return found


def _refuse(_: str) -> Any:
    raise _Constant


def _look_at_escapes(printed: str, text: str) -> None:
    if "\\u0000" in printed.replace("\\\\", ""):
        raise RefusedInputError("22P05", f"`{shown(text)}` holds a NUL character, which jsonb cannot")
    if "\\ud" in printed.replace("\\\\", ""):
        _look_at_surrogates(json.loads(printed), text)


def _look_at_surrogates(content: Any, text: str) -> None:
    """An escaped half of a character alone is refused."""
    parts = [*content, *content.values()] if isinstance(content, dict) else content
    if isinstance(parts, str):
        if _SURROGATE.search(parts):
            raise RefusedInputError("22P02", f"`{shown(text)}` holds half a surrogate pair")
    elif isinstance(parts, list):
        for part in parts:
            _look_at_surrogates(part, text)
