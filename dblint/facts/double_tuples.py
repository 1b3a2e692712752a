"""Rows whose columns only the query knows: a cursor's tuples, lists of them, and bare values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dblint.facts.double_ways import Steps, bare
from dblint.facts.doubles_model import AnswerShape, TupleItem, TupleRow
from dblint.facts.draft import Draft
from dblint.facts.literals import value
from dblint.syntax.python import Node

_ONE = frozenset(("fetchone", "fetchrow", "fetch_one", "fetch_row", "first", "one", "one_or_none"))
_MANY = frozenset(("fetchall", "fetchmany", "fetch", "fetch_all", "all", "__iter__", "__aiter__"))
_SCALAR = frozenset(("fetchval", "scalar", "scalar_one", "scalar_one_or_none", "fetch_val"))
_CONSTANTS = ("string", "concatenated_string", "integer", "float", "true", "false", "none", "unary_operator")
_SEVERAL = ("tuple", "list")


@dataclass(frozen=True, slots=True)
class Positional:
    """What an expression holds by position."""

    shape: AnswerShape
    rows: tuple[TupleRow, ...]


def is_fetch(steps: Steps) -> bool:
    """The way ends where a driver gives rows."""
    return bool(steps) and steps[-1].name in _ONE | _MANY


def positional(draft: Draft, node: Node, steps: Steps) -> Positional | None:
    """The rows by position that a literal holds; None where it holds none."""
    last = steps[-1].name if steps else ""
    if any(one.name == "scalars" for one in steps) or last in _SCALAR:
        return _scalars(draft, node, steps)
    nested = any(_literal(draft, one).kind in _SEVERAL for one in node.named)
    if (node.kind in _SEVERAL and last in _ONE) or (node.kind == "tuple" and not nested):
        row = _row(draft, node, any_values=is_fetch(steps))
        return None if row is None else Positional("tuple", (row,))
    if node.kind in _SEVERAL:
        return _rows(draft, node, any_values=is_fetch(steps))
    return None


def _scalars(draft: Draft, node: Node, steps: Steps) -> Positional | None:
    """``scalars().all()`` gives one column of many rows, ``fetchval()`` of one."""
    listed = node.kind in _SEVERAL and any(one.name == "scalars" for one in steps)
    given = [bare(one) for one in node.named] if listed else [node]
    rows = [_one(draft, one) for one in given if _is_constant(one)]
    return Positional("scalars" if listed else "scalar", tuple(rows)) if rows else None


def _is_constant(node: Node) -> bool:
    return node.kind in _CONSTANTS and node.kind != "none"


def _one(draft: Draft, node: Node) -> TupleRow:
    return TupleRow(node.span, (TupleItem(value(node), node.span),), draft.deliberate.at(node))


def _literal(draft: Draft, node: Node) -> Node:
    """The literal behind a name that is surely bound to one."""
    node = bare(node)
    resolved = draft.records.resolve(node) if node.kind in ("identifier", "attribute") else None
    return node if resolved is None else bare(resolved)


def _row(draft: Draft, node: Node, *, any_values: bool) -> TupleRow | None:
    """A tuple with something in it that can be judged; ``any_values``: documents may stand in it."""
    given: Sequence[Node] = node.named
    strange = ("list_splat",) if any_values else ("list_splat", "dictionary")
    if not given or any(one.kind in strange for one in given):
        return None
    if not any(one.kind in _CONSTANTS for one in given):
        return None
    items = tuple(TupleItem(value(one, draft.records.resolve), one.span) for one in given)
    return TupleRow(node.span, items, draft.deliberate.at(node))


def _rows(draft: Draft, node: Node, *, any_values: bool) -> Positional | None:
    given = [_literal(draft, one) for one in node.named]
    if not given or any(one.kind not in _SEVERAL for one in given):
        return None
    rows = [row for one in given if (row := _row(draft, one, any_values=any_values)) is not None]
    return Positional("tuples", tuple(rows)) if rows else None
