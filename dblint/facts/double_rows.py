"""The rows in what a double answers: dicts, keyword objects, tuples, bare values, and those another file makes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dblint.facts.double_ways import Steps, bare, callee
from dblint.facts.doubles_model import AnswerShape, LentRows, TupleItem, TupleRow
from dblint.facts.draft import Draft
from dblint.facts.elsewhere import origins
from dblint.facts.literals import string, value
from dblint.facts.model import MockRow
from dblint.syntax.python import Node

MOCKS = frozenset(("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "PropertyMock"))
NAMESPACES = frozenset(("SimpleNamespace", "Namespace"))
OPTIONS = frozenset(("spec", "spec_set", "return_value", "side_effect", "wraps", "unsafe", "new_callable", "autospec"))
_SCALARS = frozenset(("fetchval", "scalar", "scalar_one", "scalar_one_or_none", "scalars", "fetch_val"))
_CONSTANTS = ("string", "concatenated_string", "integer", "float", "true", "false", "none", "unary_operator")
_ENVELOPE = frozenset(("data", "count", "error", "status", "status_code", "statusText", "status_text"))


@dataclass(frozen=True, slots=True)
class Content:
    """What an expression holds, none of it read from another file."""

    shape: AnswerShape
    rows: tuple[MockRow, ...] = ()
    tuples: tuple[TupleRow, ...] = ()
    lent: tuple[LentRows, ...] = ()


def record(draft: Draft, call: Node) -> Content | None:
    """``Mock(id=1, total=5)``, ``SimpleNamespace(id=1)``: an object with a row's columns as attributes."""
    hidden = OPTIONS if callee(call).rpartition(".")[2] in NAMESPACES else OPTIONS | {"name"}
    rows = []
    for row in draft.records.keywords(call):
        entries = tuple(entry for entry in row.entries if entry.key not in hidden)
        if entries:
            rows.append(replace(row, entries=entries, open=True))
    return Content("record", tuple(rows)) if rows else None


def content(draft: Draft, node: Node, steps: Steps) -> Content | None:
    """The rows an expression stands for; None where it holds none."""
    node = bare(node)
    literal = _literal(draft, node)
    if literal.kind in ("list", "set", "tuple") and any(_is_object(one) for one in literal.named):
        return _objects(draft, literal)
    rows = tuple(draft.records.rows(node))
    if rows:
        return Content("row" if _is_one(literal, rows) else "rows", rows)
    if literal.kind == "tuple":
        row = _tuple(draft, literal)
        return None if row is None else Content("tuple", (), (row,))
    if literal.kind == "list":
        found = _tuples(draft, literal)
        if found is not None:
            return found
    if literal.kind in _CONSTANTS and literal.kind != "none":
        return _scalar(draft, literal, steps)
    lent = tuple(LentRows(one.name, one.module, one.overridden) for one in origins(draft.scopes, node))
    return Content("rows" if node.kind in ("list", "tuple") else "row", lent=lent) if lent else None


def enveloped(node: Node) -> Node | None:
    """The ``data`` of a dict that is an API response's envelope."""
    keys = {string(one.field("key")): one.field("value") for one in node.named if one.kind == "pair"}
    if "data" in keys and len(keys) > 1 and all(key in _ENVELOPE for key in keys):
        return keys["data"]
    return None


def _literal(draft: Draft, node: Node) -> Node:
    """The literal behind a name that is surely bound to one."""
    if node.kind in ("identifier", "attribute"):
        resolved = draft.records.resolve(node)
        if resolved is not None:
            return bare(resolved)
    return node


def _is_one(node: Node, rows: tuple[MockRow, ...]) -> bool:
    many = node.kind in ("list", "tuple", "set", "list_comprehension", "generator_expression", "binary_operator")
    return len(rows) == 1 and not many


def _is_object(node: Node) -> bool:
    return node.kind == "call" and callee(node).rpartition(".")[2] in (MOCKS | NAMESPACES)


def _objects(draft: Draft, node: Node) -> Content | None:
    found = [inner for one in node.named if _is_object(one) and (inner := record(draft, one)) is not None]
    rows = tuple(row for inner in found for row in inner.rows)
    return Content("records", rows) if rows else None


def _tuple(draft: Draft, node: Node) -> TupleRow | None:
    given = node.named
    if not given or any(one.kind in ("list_splat", "dictionary") for one in given):
        return None
    if not any(one.kind in _CONSTANTS for one in given):
        return None
    items = tuple(TupleItem(value(one, draft.records.resolve), one.span) for one in given)
    return TupleRow(node.span, items, draft.deliberate.at(node))


def _tuples(draft: Draft, node: Node) -> Content | None:
    given = node.named
    if not given or any(one.kind not in ("tuple", "list") for one in given):
        return None
    rows = [row for one in given if (row := _tuple(draft, one)) is not None]
    return Content("tuples", (), tuple(rows)) if len(rows) == len(given) else None


def _scalar(draft: Draft, node: Node, steps: Steps) -> Content | None:
    if not steps or steps[-1].name not in _SCALARS:
        return None
    row = TupleRow(node.span, (TupleItem(value(node), node.span),), draft.deliberate.at(node))
    return Content("scalar", (), (row,))
