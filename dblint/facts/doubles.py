"""What doubles are told to answer: every ``return_value``, ``side_effect``, patch and fake, as a way and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dblint.facts.double_holders import Site
from dblint.facts.double_rows import content, record
from dblint.facts.double_tellings import Leaf, Tellings, tops
from dblint.facts.doubles_model import DoubleHandle, DoubleResult
from dblint.facts.draft import Draft

_MARKS = (
    "Mock",
    "patch",
    "return_value",
    "side_effect",
    "setattr",
    "SimpleNamespace",
    "dependency_overrides",
    "class ",
)


def extract(draft: Draft) -> tuple[tuple[DoubleResult, ...], tuple[DoubleHandle, ...]]:
    """The answers of a file's doubles, and the doubles its functions hand out."""
    if not any(mark in draft.source.text for mark in _MARKS):
        return (), ()
    told = Tellings(draft)
    told.read()
    handles = dict(told.handles)
    found: list[DoubleResult] = []
    for leaf in sorted(told.leaves, key=lambda one: (one.node.start, one.turn or 0)):
        found.extend(_results(draft, told, leaf, handles, len(found)))
    return tuple(found), tuple(DoubleHandle(name, site.holder.root, site.steps) for name, site in told.handles)


def _results(
    draft: Draft, told: Tellings, leaf: Leaf, handles: Mapping[str, Site], order: int
) -> Iterator[DoubleResult]:
    held = record(draft, leaf.node) if leaf.is_record else content(draft, leaf.node, leaf.steps)
    if held is None or leaf.handed_on:
        return
    function = told.function_of(leaf.node)
    handle = handles.get(function)
    rows = tuple(draft.row(row) for row in held.rows)
    for number, top in enumerate(tops(leaf)):
        yield DoubleResult(
            root=top.holder.root,
            path=top.steps,
            rows=rows,
            shape=held.shape,
            function=function,
            span=leaf.node.span,
            order=order + number,
            tuples=held.tuples,
            lent=held.lent,
            turn=top.turn,
            handed_out=handle is not None and handle.holder is top.holder,
            fluent=top.fluent,
        )
