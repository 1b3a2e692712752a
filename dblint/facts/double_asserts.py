"""Tables that a test says its client is asked for: ``client.table.assert_called_once_with("orders")``."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.facts.chains import TABLE_METHODS, VERBS
from dblint.facts.double_holders import Holder
from dblint.facts.double_tellings import Tellings, Top
from dblint.facts.double_ways import callee, positional
from dblint.facts.draft import Draft, table_name
from dblint.facts.literals import string
from dblint.facts.model import Role, RowUse, TableName
from dblint.syntax.python import Node

_WRITES: dict[str, Role] = {"insert": "insert", "upsert": "insert", "update": "update"}
_ONCE = ("assert_called_once_with", "assert_awaited_once_with")


@dataclass(frozen=True, slots=True)
class AskedTable:
    """The one table that a function's client is asked for, and what is selected and done there, where it says so."""

    holder: Holder
    table: TableName
    operation: str | None
    select: str | None

    def use(self, top: Top) -> RowUse | None:
        """The use of an answer of this client, or of what was unpacked together with it."""
        together = top.holder.root.kind == "name" and top.holder.offset == self.holder.offset
        begins = bool(top.steps) and top.steps[0].name in TABLE_METHODS
        if top.holder is self.holder and not begins:
            return None
        if top.holder is not self.holder and not together:
            return None
        return RowUse(0, "result", "dispatch", self.table, operation=self.operation, select=self.select)


def asked(draft: Draft, told: Tellings) -> dict[str, AskedTable]:
    """By function, the table its client is asked for once and no other; none where two are named."""
    found: dict[str, list[AskedTable]] = {}
    for call in draft.calls_of(_ONCE):
        one = _asked(draft, told, call)
        if one is not None:
            found.setdefault(told.function_of(call), []).append(one)
    known = {function: all_[0] for function, all_ in found.items() if len(all_) == 1}
    for call in draft.calls_of(_ONCE) if known else ():
        client = known.get(told.function_of(call))
        if client is not None:
            _written(draft, call, client.table)
    return known


def _written(draft: Draft, call: Node, table: TableName) -> None:
    """``client.table().insert.assert_called_once_with(row)``: the row that the code under test hands over."""
    function = call.field("function")
    held = function.field("object") if function is not None else None
    verb = held.field("attribute") if held is not None and held.kind == "attribute" else None
    role = _WRITES.get(verb.text) if verb is not None else None
    given = positional(call)
    if role is not None and given and verb is not None:
        draft.take(given[0], RowUse(0, role, "dispatch", table, operation=verb.text))


def _asked(draft: Draft, told: Tellings, call: Node) -> AskedTable | None:
    parts = callee(call).split(".")
    given = positional(call)
    literal = draft.literal(given[0]) if len(given) == 1 else None
    if len(parts) < 3 or parts[-2] not in TABLE_METHODS or literal is None:
        return None
    function, at = call.field("function"), None
    if function is not None:
        asserted = function.field("object")
        at = asserted.field("object") if asserted is not None else None
    site = told.site(at) if at is not None else None
    table = table_name(literal, string(literal))
    if site is None or site.steps or table is None:
        return None
    return AskedTable(site.holder, table, *_chain(draft, call))


def _chain(draft: Draft, call: Node) -> tuple[str | None, str | None]:
    """The operation and the select list that other assertions of the same function name."""
    home = draft.scopes.function_at(call.start)
    operations, lists = [], []
    for other in draft.calls_of((*_ONCE, "assert_called_once")):
        function = other.field("function")
        held = function.field("object") if function is not None else None
        name = held.field("attribute") if held is not None and held.kind == "attribute" else None
        if name is None or name.text not in VERBS or draft.scopes.function_at(other.start) is not home:
            continue
        operations.append(name.text)
        lists += [string(one) for one in positional(other)] if name.text == "select" else []
    select = lists[0] if len(lists) == 1 else None
    return (operations[0] if len(set(operations)) == 1 else None), select
