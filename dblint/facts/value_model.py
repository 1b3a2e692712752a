"""A Python value as far as its text tells; apart from the other facts, so that each kind of fact may hold some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ValueKind = Literal["null", "bool", "int", "float", "str", "bytes", "list", "tuple", "dict", "call", "unknown"]


@dataclass(frozen=True, slots=True)
class Value:
    """A Python value as far as its text tells.

    ``text`` is the literal's own text for numbers and booleans, the content for strings, the callee for calls
    (``Decimal``, ``uuid.uuid4``); ``items`` are elements or, for a call, positional arguments; ``keys`` runs beside
    ``items`` for a dict. What is built at run time is ``unknown``, which is never wrong; the ``items`` of an
    f-string are the parts it is made of, texts and others.
    """

    kind: ValueKind
    text: str = ""
    items: tuple[Value, ...] = ()
    keys: tuple[str, ...] = ()


UNKNOWN = Value("unknown")
