"""SQL values as plain Python ones; what may be anything is said so, and NULL is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from dblint.values.moments import Interval, Moment


class Unknown(Enum):
    """A value that may be anything, and one that may be anything but NULL."""

    UNKNOWN = "unknown"
    SOME = "some"


UNKNOWN = Unknown.UNKNOWN
SOME = Unknown.SOME


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON document: dicts, lists, strings, numbers, booleans, None, and UNKNOWN where a part of it is not known."""

    content: Any


SqlValue: TypeAlias = (
    "bool | int | float | Decimal | str | bytes | time | Moment | Interval | Json | tuple[SqlValue, ...]"
    " | Unknown | None"
)
"""``float`` for real and double precision, ``Decimal`` with its scale for numeric, ``str`` for what is kept as text."""
