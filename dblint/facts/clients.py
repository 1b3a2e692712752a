"""What a client is told: rows written, columns filtered and selected, and the results its doubles give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from dblint.facts.bare import fixed_row, named_row
from dblint.facts.chains import TABLE_METHODS, VERBS, Chains, Step, TableChain
from dblint.facts.draft import Draft
from dblint.facts.literals import string
from dblint.facts.model import MockRow, Role, RowUse, TableCall
from dblint.facts.responses import Responses
from dblint.facts.selects import columns
from dblint.syntax.python import Node

_WRITES: dict[str, Role] = {"insert": "insert", "upsert": "insert", "update": "update"}
_PAYLOADS = ("json", "data", "values", "row", "rows")
_COMPARISONS = frozenset(("eq", "neq", "gt", "gte", "lt", "lte"))
_FILTERS = _COMPARISONS | frozenset(
    ("like", "ilike", "is_", "in_", "contains", "contained_by", "cs", "cd", "ov", "overlaps", "filter", "order")
)
_FILTERS |= frozenset(("fts", "plfts", "phfts", "wfts", "text_search", "like_all_of", "like_any_of"))
_FOREIGN_ORDER = frozenset(("foreign_table", "referenced_table"))
_ASSERTS = frozenset(("assert_called_with", "assert_called_once_with", "assert_any_call"))
_METHODS = _FILTERS | frozenset(_WRITES) | {"select", "match", "or_"} | frozenset(TABLE_METHODS) | _ASSERTS
_CONDITION = re.compile(
    r"(?:^|[(,])\s*(?P<column>[A-Za-z_]\w*)\.(?:not\.)?"
    r"(?:eq|neq|gte?|lte?|i?like|i?match|is|in|cs|cd|ov|sl|sr|nxl|nxr|adj|isdistinct|(?:pl|ph|w)?fts(?:\(\w+\))?)\."
)


def extract(draft: Draft) -> None:
    """Notes every use of a table through a client's method chain."""
    chains = Chains(draft)
    if not any(method in draft.called for method in TABLE_METHODS):
        return
    for call in draft.calls_of(_METHODS):
        function = call.field("function")
        name = function.field("attribute") if function is not None and function.kind == "attribute" else None
        chain = chains.table(call) if name is not None else None
        if name is not None and chain is not None:
            _take(draft, call, name.text, chain)
    _results(draft, chains)


def _take(draft: Draft, call: Node, method: str, chain: TableChain) -> None:
    if method in TABLE_METHODS:
        _table_call(draft, call, chain)
        return
    steps = chain.steps
    if any(earlier.name == "execute" for earlier in steps) or not steps or steps[-1].name != method:
        return
    if method not in _ASSERTS:
        configured = replace(chain, client=replace(chain.client, fake=True)) if _configures(call) else chain
        _step(draft, steps[-1], method, configured)
    elif len(steps) > 1 and steps[-2].call is None and steps[-2].name in _METHODS:
        # ``….insert.assert_called_once_with(row)`` says what the code under test hands over.
        _step(draft, steps[-1], steps[-2].name, chain)


def _configures(call: Node) -> bool:
    """The chain is the target of an assignment: it tells a mock what to answer, and nothing is written."""
    at = call
    while (above := at.parent) is not None and above.kind in ("attribute", "call"):
        at = above
    return above is not None and above.kind == "assignment" and above.field("left") == at


def _step(draft: Draft, step: Step, method: str, chain: TableChain) -> None:
    if method in _WRITES:
        draft.take(_payload(step), _as(_WRITES[method], method, chain))
        draft.use(_conflicts(step), _as("filter", method, chain))
    elif method == "select":
        draft.use(_selected(step), _as("filter", method, chain))
    elif method == "match":
        given = step.arguments
        rows = draft.records.rows(given[0]) if given and given[0].kind == "dictionary" else []
        draft.use(rows, _as("filter", method, chain))
    elif method == "or_":
        draft.use(_conditions(step), _as("filter", method, chain))
    elif method in _FILTERS:
        draft.use(_filtered(step, method), _as("filter", method, chain))


def _as(role: Role, operation: str, chain: TableChain) -> RowUse:
    client = chain.client
    return RowUse(
        0,
        role,
        "client",
        chain.table,
        operation=operation,
        receiver=client.name,
        fake=client.fake,
        maker=client.maker,
    )


def _table_call(draft: Draft, call: Node, chain: TableChain) -> None:
    operations = tuple(following(call))
    known = chain.client.known or ("execute" in operations and not VERBS.isdisjoint(operations))
    if not operations and not chain.client.known:
        return
    draft.calls.setdefault(
        TableCall(
            chain.table,
            chain.client.name,
            chain.method,
            operations,
            known,
            fake=chain.client.fake,
            maker=chain.client.maker,
        )
    )


def following(call: Node) -> Iterator[str]:
    """The methods that follow a call in its chain."""
    at: Node | None = call
    while at is not None:
        attribute = at.parent
        if attribute is None or attribute.kind != "attribute" or attribute.field("object") != at:
            return
        name, above = attribute.field("attribute"), attribute.parent
        if name is not None:
            yield name.text
        at = above if above is not None and above.kind == "call" and above.field("function") == attribute else attribute


def _payload(step: Step) -> Node | None:
    for argument in step.arguments:
        if argument.kind != "keyword_argument":
            return argument
        name = argument.field("name")
        if name is not None and name.text in _PAYLOADS:
            return argument.field("value")
    return None


def _filtered(step: Step, method: str) -> Iterator[MockRow]:
    given = step.arguments
    column = string(given[0]) if given else None
    if column is None or not column.isidentifier() or _orders_elsewhere(method, given):
        return
    operand = given[1] if method in _COMPARISONS and len(given) == 2 and given[1].kind != "keyword_argument" else None
    span = given[0].tree.span(given[0].start, (operand or given[0]).end)
    yield fixed_row(span, column, given[0], operand)


def _orders_elsewhere(method: str, given: list[Node]) -> bool:
    """``order("name", foreign_table="items")`` names a column of another table."""
    names = [one.field("name") for one in given if one.kind == "keyword_argument"]
    return method == "order" and any(name is not None and name.text in _FOREIGN_ORDER for name in names)


def _selected(step: Step) -> Iterator[MockRow]:
    for argument in step.arguments:
        row = selected(argument)
        if row is not None:
            yield row


def selected(literal: Node) -> MockRow | None:
    """The columns a select list names, as a row of role ``filter``; each entry's key is the name inside the string."""
    return _named_in(literal, columns)


def _conditions(step: Step) -> Iterator[MockRow]:
    """The columns of ``or_("status.eq.open,total.gt.5")``."""
    given = step.arguments
    if len(given) == 1:
        row = _named_in(
            given[0], lambda text: ((one["column"], one.start("column")) for one in _CONDITION.finditer(text))
        )
        if row is not None:
            yield row


def _conflicts(step: Step) -> Iterator[MockRow]:
    """The columns of ``upsert(row, on_conflict="id,name")``."""
    for argument in step.arguments:
        name, value = argument.field("name"), argument.field("value")
        if (
            argument.kind == "keyword_argument"
            and name is not None
            and name.text == "on_conflict"
            and value is not None
        ):
            row = _named_in(value, columns)
            if row is not None:
                yield row


def _named_in(literal: Node, find: Callable[[str], Iterable[tuple[str, int]]]) -> MockRow | None:
    """The columns named inside a plain string literal, with the places they stand at."""
    text = string(literal)
    if text is None or literal.kind != "string":
        return None
    opening = next((child for child in literal.children if child.kind == "string_start"), None)
    if opening is None or literal.tree.text[opening.end : opening.end + len(text)] != text:
        return None
    entries = [(name, literal.tree.span(opening.end + at, opening.end + at + len(name))) for name, at in find(text)]
    return named_row(literal.span, entries) if entries else None


def _results(draft: Draft, chains: Chains) -> None:
    """``X.table("t").select(…)….execute.return_value.data = rows`` and its kin."""
    responses = Responses(draft)
    for assignment in draft.nodes["assignment"]:
        left = assignment.field("left")
        if left is None or left.kind != "attribute" or not responses.is_result(left):
            continue
        chain = chains.table(left)
        if chain is None:
            continue
        rows = responses.rows(assignment.field("right"))
        draft.use(
            rows,
            RowUse(
                0,
                "result",
                "client",
                chain.table,
                operation=_operation(chain),
                select=_select(chain),
                receiver=chain.client.name,
            ),
        )


def _operation(chain: TableChain) -> str | None:
    return next((step.name for step in chain.steps if step.name in VERBS), None)


def _select(chain: TableChain) -> str | None:
    """The select list in front of a result; ``*`` for a bare ``select()``, None where the chain does not say."""
    for step in chain.steps:
        if step.name == "select" and step.call is not None:
            given = [one for one in step.arguments if one.kind != "keyword_argument"]
            lists = [string(one) for one in given]
            return ",".join(one for one in lists if one) if all(one is not None for one in lists) and lists else None
    return None
