"""The rows in what a double answers: dicts, keyword objects, tuples, bare values, and those another file makes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dblint.facts.double_tuples import is_fetch, positional
from dblint.facts.double_ways import Steps, arguments_of, bare, callee
from dblint.facts.doubles_model import AnswerShape, TupleRow
from dblint.facts.draft import Draft
from dblint.facts.elsewhere import origins
from dblint.facts.literals import string
from dblint.facts.model import Lent, MockRow
from dblint.facts.words import words_of
from dblint.syntax.python import Node

MOCKS = frozenset(("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "PropertyMock"))
NAMESPACES = frozenset(("SimpleNamespace", "Namespace"))
OPTIONS = frozenset(("spec", "spec_set", "return_value", "side_effect", "wraps", "unsafe", "new_callable", "autospec"))
_RECORDS = frozenset(("record", "row"))
_ENVELOPE = frozenset(("data", "count", "error", "status", "status_code", "statusText", "status_text"))


@dataclass(frozen=True, slots=True)
class Content:
    """What an expression holds, none of it read from another file."""

    shape: AnswerShape
    rows: tuple[MockRow, ...] = ()
    tuples: tuple[TupleRow, ...] = ()
    lent: tuple[Lent, ...] = ()


def record(draft: Draft, call: Node) -> Content | None:
    """``Mock(id=1, total=5)``, ``SimpleNamespace(id=1)``, ``FakeRecord({…})``: an object with a row's columns."""
    given = arguments_of(call)
    if len(given) == 1 and given[0].kind != "keyword_argument":
        rows = draft.records.rows(given[0]) if is_record(draft, call) else []
        return Content("record", tuple(rows)) if len(rows) == 1 else None
    hidden = OPTIONS | {"name"} if callee(call).rpartition(".")[2] in MOCKS else OPTIONS
    rows = []
    for row in draft.records.keywords(call):
        entries = tuple(entry for entry in row.entries if entry.key not in hidden)
        if entries:
            rows.append(replace(row, entries=entries, open=True))
    return Content("record", tuple(rows)) if rows else None


def content(draft: Draft, node: Node, steps: Steps) -> Content | None:
    """The rows an expression stands for; None where it holds none."""
    node = _gone_over(bare(node))
    literal = _literal(draft, node)
    if is_fetch(steps) and (placed := positional(draft, literal, steps)) is not None:
        return Content(placed.shape, (), placed.rows)
    if literal.kind in ("list", "set", "tuple") and any(
        _is_object(draft, _literal(draft, bare(one))) for one in literal.named
    ):
        return _objects(draft, literal)
    if is_record(draft, node) and (made := record(draft, node)) is not None:
        return made
    rows = tuple(draft.records.rows(node))
    if rows:
        return Content("row" if _is_one(literal, rows) else "rows", rows)
    placed = positional(draft, literal, steps)
    if placed is not None:
        return Content(placed.shape, (), placed.rows)
    lent = tuple(origins(draft.scopes, draft.records, node))
    return Content("rows" if node.kind in ("list", "tuple") else "row", lent=lent) if lent else None


def enveloped(node: Node) -> Node | None:
    """The ``data`` of a dict that is an API response's envelope."""
    keys = {string(one.field("key")): one.field("value") for one in node.named if one.kind == "pair"}
    if "data" in keys and len(keys) > 1 and all(key in _ENVELOPE for key in keys):
        return keys["data"]
    return None


def _gone_over(node: Node) -> Node:
    """``rows`` of ``iter(rows)``."""
    given = arguments_of(node) if node.kind == "call" and callee(node) in ("iter", "list", "deque") else []
    return bare(given[0]) if len(given) == 1 else node


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


def _is_object(draft: Draft, node: Node) -> bool:
    made = node.kind == "call" and callee(node).rpartition(".")[2] in (MOCKS | NAMESPACES)
    return made or is_record(draft, node)


def is_record(draft: Draft, node: Node) -> bool:
    """A call of a class that stands for a driver's record: by its name, or a dict of the file's own kind."""
    name = callee(node).rpartition(".")[2] if node.kind == "call" else ""
    if not name.lstrip("_")[:1].isupper():
        return False
    if not _RECORDS.isdisjoint(words_of(name)):
        return True
    function = node.field("function")
    binding = draft.scopes.reach(function) if function is not None and function.kind == "identifier" else None
    bases = (
        binding.node.field("superclasses") if binding is not None and binding.node.kind == "class_definition" else None
    )
    return bases is not None and any(one.text in ("dict", "UserDict") for one in bases.named)


def _objects(draft: Draft, node: Node) -> Content | None:
    given = [_literal(draft, bare(one)) for one in node.named]
    found = [inner for one in given if _is_object(draft, one) and (inner := record(draft, one)) is not None]
    rows = tuple(row for inner in found for row in inner.rows)
    return Content("records", rows) if rows else None
