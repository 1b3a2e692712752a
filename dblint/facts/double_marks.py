"""What single expressions around a double say: a row asked by key, an object that goes on without a name."""

from __future__ import annotations

from dblint.facts.double_functions import looked_in
from dblint.facts.double_holders import last_of
from dblint.facts.double_rows import MOCKS, OPTIONS
from dblint.facts.double_ways import Steps, bare, callee
from dblint.syntax.python import Node


def asked(node: Node, steps: Steps) -> tuple[Node, Steps]:
    """The row behind ``record.__getitem__ = lambda key: row[key]``, and the record's own place."""
    row = looked_in(node) if steps and steps[-1].name == "__getitem__" else None
    return (node, steps) if row is None else (bare(row), steps[:-1])


def is_handed_on(call: Node) -> bool:
    """What a call makes goes on without a name, and to no mock."""
    above = call.parent
    if above is not None and above.kind == "keyword_argument":
        name = above.field("name")
        above = None if name is None or name.text in OPTIONS else above.parent
    if above is None or above.kind != "argument_list":
        return above is not None and above.kind in ("lambda", "return_statement", "yield")
    return above.parent is not None and last_of(callee(above.parent)) not in MOCKS
