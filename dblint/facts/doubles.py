"""What doubles are told to answer: every ``return_value``, ``side_effect``, patch and fake, as a way and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dblint.facts.chains import TABLE_METHODS, VERBS
from dblint.facts.double_asserts import AskedTable, asked
from dblint.facts.double_holders import Site
from dblint.facts.double_rows import Content, content, record
from dblint.facts.double_tellings import Leaf, Tellings, tops
from dblint.facts.double_ways import Steps
from dblint.facts.doubles_model import DoubleHandle, DoubleResult
from dblint.facts.draft import Draft, table_at
from dblint.facts.model import Borrowed, RowUse

_ANSWERING = VERBS | {"execute", "data"}
_MARKS = (
    ".data =",
    ".assert_called_once_with(",
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
    asked_for = asked(draft, told)
    found: list[DoubleResult] = []
    for leaf in sorted(told.leaves, key=lambda one: (one.node.start, one.turn or 0)):
        found.extend(_results(draft, told, leaf, handles, asked_for, len(found)))
    return tuple(found), tuple(DoubleHandle(name, site.holder.root, site.steps) for name, site in told.handles)


def _named(steps: Steps) -> RowUse | None:
    """The use of an answer whose own way names the table: ``client.table("orders")…execute().data``."""
    at = next((index for index, step in enumerate(steps) if step.name in TABLE_METHODS and step.arguments), None)
    if at is None or any(step.name in ("storage", "rpc") for step in steps[:at]):
        return None
    step, behind = steps[at], steps[at + 1 :]
    given = step.arguments or ()
    if step.at is None or len(given) != 1 or given[0].kind != "str":
        return None
    table = table_at(step.at, given[0].text) if any(one.name in _ANSWERING for one in behind) else None
    if table is None:
        return None
    operation = next((one.name for one in behind if one.name in VERBS), None)
    selected = next((one.arguments for one in behind if one.name == "select"), None) or ()
    lists = [one.text for one in selected if one.kind == "str"]
    select = ",".join(lists) if lists and len(lists) == len(selected) else None
    return RowUse(0, "result", "dispatch", table, operation=operation, select=select)


def _asked_for(steps: Steps) -> str | None:
    """The table on an answer's way; None where it may be any."""
    step = next((one for one in steps if one.name in TABLE_METHODS), None)
    return step.arguments[0].text if step is not None and step.arguments else None


def _bind(draft: Draft, held: Content, use: RowUse) -> None:
    """Notes that the rows, also those of other files, are the table's; what the chain readers know is said once."""
    known = {one.row for one in draft.uses if one.role == "result" and one.table == use.table}
    draft.use((row for row in held.rows if draft.row(row) not in known), use)
    for lent in held.lent:
        draft.borrowed.setdefault(Borrowed(lent, replace(use, row=-1)))


def _results(
    draft: Draft,
    told: Tellings,
    leaf: Leaf,
    handles: Mapping[str, Site],
    asked_for: Mapping[str, AskedTable],
    order: int,
) -> Iterator[DoubleResult]:
    held = record(draft, leaf.node) if leaf.is_record else content(draft, leaf.node, leaf.steps)
    if held is None or leaf.handed_on:
        return
    function = told.function_of(leaf.node)
    handle = handles.get(function)
    client = asked_for.get(function)
    rows = tuple(draft.row(row) for row in held.rows)
    found = tops(leaf)
    sure = len({_asked_for(top.steps) for top in found}) == 1
    for number, top in enumerate(found):
        # A double that stands for several tables says nothing of the one its rows are of.
        named = (_named(top.steps) if sure else None) or (client.use(top) if client is not None else None)
        if named is not None:
            _bind(draft, held, named)
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
