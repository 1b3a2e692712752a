"""What one file alone says, made once for each content of the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dblint.binding.code import Codes
from dblint.cache import digest

T = TypeVar("T")


def recalled(codes: Codes, name: str, path: str, kind: type[T]) -> T | None:
    """What was made of the file as it is."""
    return codes.recall(digest(name, codes.digest(path)), kind)


def derived(codes: Codes, name: str, path: str, kind: type[T], make: Callable[[], T]) -> T:
    """What was made of the file as it is, or is made now."""
    known = recalled(codes, name, path, kind)
    if known is None:
        known = make()
        if not codes.problems:
            codes.remember(digest(name, codes.digest(path)), known, kind)
    return known
