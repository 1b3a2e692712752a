"""Doubles that dispatch on a table's name: ``if table == "orders": return rows``, ``match name: case "orders":``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.facts.double_functions import items, look_up
from dblint.facts.draft import Draft, table_name
from dblint.facts.literals import dotted, string
from dblint.facts.model import RowUse, TableName
from dblint.facts.overrides import optional_names, parameters
from dblint.facts.responses import Responses
from dblint.facts.scopes import Scope
from dblint.facts.words import words_of
from dblint.syntax.python import Node

_TABLE_NAMES = frozenset(("table", "table_name", "tablename", "tbl", "relation"))
_LOOSE_NAMES = frozenset(("name", "t", "n"))
_ASSERTED = re.compile(r"assert\s+\w+\s*==\s*['\"\w]")
_ASKED = ("table", "from_")
_EFFECT = re.compile(r"(?:\.|def )(?:table|from_)\b")
_TABLE_LIKE = frozenset(("table", "tables", "from", "select", "fetch", "query"))


def extract(draft: Draft) -> None:
    """Notes the rows each branch of such a dispatch answers with."""
    responses = Responses(draft)
    for branch in (*draft.nodes["if_statement"], *draft.nodes["elif_clause"]):
        condition = branch.field("condition")
        if condition is None or condition.kind != "comparison_operator":
            continue
        table = _compared(draft, condition)
        if table is not None:
            _branch(draft, responses, branch.field("consequence"), [table])
    if _ASSERTED.search(draft.source.text):
        for function in draft.nodes["function_definition"]:
            _asserted(draft, responses, function)
    for statement in draft.nodes["match_statement"]:
        _match(draft, responses, statement)
    if _EFFECT.search(draft.source.text):
        for node in (*draft.tree.root.find("subscript"), *draft.called.get("get", ())):
            _looked_up(draft, responses, node)


def _looked_up(draft: Draft, responses: Responses, node: Node) -> None:
    """``ROWS[name]`` and ``ROWS.get(name, [])`` in what a client's ``table`` calls."""
    held, key, _ = look_up(node)
    binding = draft.scopes.reach(key) if key is not None and key.kind == "identifier" else None
    if held is None or binding is None or binding.kind != "parameter" or not _is_asked(draft, binding.scope):
        return
    for named, value in items(draft, held):
        table = table_name(named, string(named))
        if table is not None:
            draft.use(responses.rows(value), RowUse(0, "result", "dispatch", table))


def _is_asked(draft: Draft, scope: Scope) -> bool:
    """A function or lambda that a client's ``table`` is, or calls."""
    if scope.kind == "function_definition":
        return scope.name in _ASKED or _is_table_effect(draft, scope)
    above = scope.node.parent
    left = above.field("left") if above is not None and above.kind == "assignment" else None
    return left is not None and left.text.removesuffix(".side_effect").endswith((".table", ".from_"))


def _asserted(draft: Draft, responses: Responses, function: Node) -> None:
    """``assert name == "orders"`` at the top of the double says for which table alone it answers."""
    body = function.field("body")
    if body is None or (_TABLE_NAMES | _LOOSE_NAMES).isdisjoint(parameters(function)):
        return
    checks = [one.named[0] for one in body.named if one.kind == "assert_statement" and one.named]
    tables = [_compared(draft, one) for one in checks if one.kind == "comparison_operator"]
    _branch(draft, responses, body, [table for table in tables if table is not None])


def _match(draft: Draft, responses: Responses, statement: Node) -> None:
    subject = statement.field("subject")
    if subject is None or not _dispatches_on(draft, subject):
        return
    body = statement.field("body")
    for case in body.named if body is not None else ():
        pattern = next((child for child in case.named if child.kind == "case_pattern"), None)
        block = case.field("consequence")
        if case.kind != "case_clause" or pattern is None or block is None:
            continue
        names = [table_name(one, string(one)) for one in pattern.find("string")]
        _branch(draft, responses, block, [name for name in names if name is not None])


def _compared(draft: Draft, comparison: Node) -> TableName | None:
    """The table of ``name == "orders"``, whichever side the literal stands on."""
    sides = comparison.named
    if len(sides) != 2 or not any(child.kind == "==" for child in comparison.children):
        return None
    for subject, literal in (sides, reversed(sides)):
        named = draft.literal(literal)
        if named is not None and _dispatches_on(draft, subject):
            return table_name(named, string(named))
    return None


def _dispatches_on(draft: Draft, subject: Node) -> bool:
    if subject.kind in ("call", "subscript"):
        return _keyword_lookup(subject)
    if subject.kind != "identifier":
        return False
    function = draft.scopes.function_at(subject.start)
    if function is None:
        return False
    if subject.text in _TABLE_NAMES:
        return True
    binding = draft.scopes.reach(subject)
    if binding is None or binding.kind != "parameter":
        return False
    loose = subject.text in _LOOSE_NAMES and not _TABLE_LIKE.isdisjoint(words_of(function.name))
    return loose or _is_table_effect(draft, function)


def _keyword_lookup(subject: Node) -> bool:
    """``kwargs.get("table")``, ``kwargs["table"]``."""
    literals = [string(one) for one in subject.find("string")]
    head = subject.field("function") or subject.field("value")
    named = dotted(head) or ""
    return (
        len(literals) == 1 and literals[0] in _TABLE_NAMES and (subject.kind == "subscript" or named.endswith(".get"))
    )


def _is_table_effect(draft: Draft, function: Scope) -> bool:
    """The function is what ``client.table`` calls: ``client.table.side_effect = fn``, ``client.table = fn``."""
    name = function.name
    for assignment in draft.nodes["assignment"]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None or left.kind != "attribute" or name not in right.text:
            continue
        target = left.text.removesuffix(".side_effect")
        if target.endswith((".table", ".from_")) and any(one.text == name for one in right.find("identifier")):
            return True
    return False


def _branch(draft: Draft, responses: Responses, block: Node | None, tables: list[TableName]) -> None:
    if block is None or len(tables) != 1:
        return
    function = draft.scopes.function_at(block.start)
    optional = optional_names(function.node) if function is not None else frozenset()
    for answer in _answers(draft, responses, block):
        draft.use(responses.rows(answer, optional), RowUse(0, "result", "dispatch", tables[0]))


def _answers(draft: Draft, responses: Responses, block: Node) -> Iterator[Node]:
    owner = draft.scopes.function_at(block.start)
    for node in block.find("return_statement", "assignment"):
        if draft.scopes.function_at(node.start) is not owner:
            continue
        if node.kind == "return_statement" and node.named:
            yield node.named[0]
        left, right = node.field("left"), node.field("right")
        if left is not None and right is not None and left.kind == "attribute" and responses.is_result(left):
            yield right
