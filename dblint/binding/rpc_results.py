"""For which stored functions the rows of doubles' answers are, where only the code under test can tell."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from dblint.binding.code import Code
from dblint.binding.consumers import Consumer
from dblint.binding.following import Project
from dblint.binding.methods import consumers
from dblint.facts.model import FileFacts
from dblint.source import Span

_KNOWN: WeakKeyDictionary[Code, Mapping[tuple[str, Span], str]] = WeakKeyDictionary()
"""What was found by the code it was found in: several rules ask for it."""


def functions_by_row(code: Code, facts: Mapping[str, FileFacts]) -> Mapping[tuple[str, Span], str]:
    """The names of the functions by the file and the place of a row."""
    if code not in _KNOWN:
        _KNOWN[code] = _functions_by_row(code, facts)
    return _KNOWN[code]


def _functions_by_row(code: Code, facts: Mapping[str, FileFacts]) -> Mapping[tuple[str, Span], str]:
    untold = {path: one for path, one in facts.items() if any(a.function is None and a.rows for a in one.rpc.answers)}
    if not untold:
        return {}
    found: dict[tuple[str, Span], str] = {}
    for path, index, operations in consumers(Project(code, untold, {}), _function):
        names = {_function(one) for one in operations}
        name = names.pop() if len(names) == 1 else None
        if name is not None and isinstance(index, int):
            found[(path, untold[path].rows[index].span)] = name
    return found


def _function(consumer: Consumer) -> str | None:
    """The function an operation calls; None where it does something else."""
    return consumer.table if consumer.operation.kind == "rpc" else None
