"""Which of two values is the greater, and whether they are the same, as PostgreSQL's types have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dblint.values import documents, texts
from dblint.values.moments import Interval, Moment
from dblint.values.sql_values import UNKNOWN, Json, SqlValue, Unknown

Position = Callable[[str], int | None]
"""Where a value stands among an enum's."""

_CHANGE_OF_CLOCK = timedelta(hours=3)
_ORDERS: dict[str, tuple[int, ...]] = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
COMPARISONS = frozenset({*_ORDERS, "=", "<>"})


def compare(operator: str, one: Any, other: Any, position: Position | None = None) -> SqlValue:
    """``one operator other`` for two values of types that compare; texts of ``character(n)`` come without blanks."""
    if operator in ("=", "<>"):
        same = equal(one, other)
        return UNKNOWN if same is None else same is (operator == "=")
    if position is not None:
        one, other = position(one), position(other)
    ordered = order(one, other)
    return UNKNOWN if ordered is None else ordered in _ORDERS[operator]


def equal(one: Any, other: Any) -> bool | None:
    """Whether two values are equal; None where that is not certain."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return None
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _equal_arrays(one, other)
    if isinstance(one, Json) and isinstance(other, Json):
        if not (documents.is_whole(one.content) and documents.is_whole(other.content)):
            return None
        return documents.same(one.content, other.content)
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    ordered = order(one, other)
    return None if ordered is None else ordered == 0


def _equal_arrays(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool | None:
    if len(one) != len(other):
        return False
    found = [a is b if a is None or b is None else equal(a, b) for a, b in zip(one, other, strict=True)]
    return False if False in found else None if None in found else True


def order(one: Any, other: Any) -> int | None:
    """-1, 0 or 1 where the order of two values is certain, else None."""
    if isinstance(one, Moment) and isinstance(other, Moment):
        return _moment_order(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return texts.ordered(one, other)
    if isinstance(one, Interval) and isinstance(other, Interval):
        one, other = one.length, other.length
    numbers = int | float | Decimal
    alike = isinstance(one, numbers) and isinstance(other, numbers)
    if not (alike or (type(one) is type(other) and isinstance(one, time | bytes))):
        return None
    return int(one > other) - int(one < other)


def _moment_order(one: Moment, other: Moment) -> int | None:
    if one.local is not None and other.local is not None:
        return _clock_order(one.local, other.local)
    if one.latest < other.earliest:
        return -1
    if one.earliest > other.latest:
        return 1
    return 0 if one.exact and other.exact else None


def _clock_order(one: datetime, other: datetime) -> int | None:
    """Two times of one clock, which may be put back by an hour or two between them."""
    if one == other:
        return 0
    if abs(one - other) < _CHANGE_OF_CLOCK:
        return None
    return -1 if one < other else 1


def distinct(one: Any, other: Any) -> bool | None:
    """``one IS DISTINCT FROM other``; None where that is not certain."""
    if one is None or other is None:
        known = other if one is None else one
        return None if known is UNKNOWN else one is not other
    same = equal(one, other)
    return None if same is None else not same
