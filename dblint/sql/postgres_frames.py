"""The bits in which PostgreSQL's parser keeps a window's frame, as the words of the clause."""

from __future__ import annotations

from typing import Literal

_NOT_THE_DEFAULT, _ROWS, _GROUPS = 0x1, 0x4, 0x8
_START_BOUNDS = (
    (0x20, "UNBOUNDED PRECEDING"),
    (0x80, "UNBOUNDED FOLLOWING"),
    (0x200, "CURRENT ROW"),
    (0x800, "PRECEDING"),
    (0x2000, "FOLLOWING"),
)
_END_BOUNDS = tuple((bit << 1, word) for bit, word in _START_BOUNDS)
_EXCLUSIONS = ((0x8000, "CURRENT ROW"), (0x10000, "GROUP"), (0x20000, "TIES"))


def frame_words(options: int) -> tuple[Literal["RANGE", "ROWS", "GROUPS"], str, str, str | None] | None:
    """Mode, start, end and exclusion; None where the query gives no frame."""
    if not options & _NOT_THE_DEFAULT:
        return None
    mode: Literal["RANGE", "ROWS", "GROUPS"] = "ROWS" if options & _ROWS else "GROUPS" if options & _GROUPS else "RANGE"
    start, end = (_word(options, bounds) for bounds in (_START_BOUNDS, _END_BOUNDS))
    return mode, start, end, next((word for bit, word in _EXCLUSIONS if options & bit), None)


def _word(options: int, bounds: tuple[tuple[int, str], ...]) -> str:
    return next((word for bit, word in bounds if options & bit), "CURRENT ROW")
