"""Did you mean: the name nearest to one that does not exist."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_CUTOFF = 0.8


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The existing name that ``name`` was probably meant to be; None when none is near or two are equally near.

    Case and separators do not count, so that ``createdAt`` finds ``created_at``; neither does a plural's ``s``.
    """
    scored = sorted(((_likeness(name, other), other) for other in dict.fromkeys(names) if other != name), reverse=True)
    if not scored or scored[0][0] < _CUTOFF or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return scored[0][1]


def _likeness(name: str, other: str) -> float:
    one, two = _folded(name), _folded(other)
    if one == two:
        # Nearer than any other spelling; of several such, the one that is literally closer.
        return 1 + difflib.SequenceMatcher(None, name, other, autojunk=False).ratio()
    if min(len(one), len(two)) < 3:
        return 0.0
    return difflib.SequenceMatcher(None, one, two, autojunk=False).ratio()


def _folded(name: str) -> str:
    bare = re.sub(r"[\W_]+", "", name).casefold()
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare
