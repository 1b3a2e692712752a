"""Functions, classes and constants whose name may say which table their rows stand for."""

from __future__ import annotations

import re
from dataclasses import replace

from dblint.facts.callables import handed_out
from dblint.facts.decorators import fixture_name, is_fixture
from dblint.facts.draft import Draft
from dblint.facts.elsewhere import origins
from dblint.facts.literals import dotted, value
from dblint.facts.model import UNKNOWN, Borrowed, Entry, MockRow, Role, RowMaker, RowUse
from dblint.facts.overrides import optional_names, parameters, takes_keywords
from dblint.facts.words import says, table_words, words_of
from dblint.layout import EntryLayout, RowLayout
from dblint.syntax.python import Node

_MAKING = frozenset(
    ("create", "build", "make", "new", "generate", "row", "default", "defaults", "base", "produce", "__call__")
)
_MAKERS = frozenset(
    (
        *(
            "create",
            "build",
            "make",
            "new",
            "generate",
            "row",
            "record",
            "sample",
            "base",
            "default",
            "produce",
            "given",
        ),
        *("mock", "fake", "dummy", "stub", "factory"),
    )
)
_LITERALS = ("dictionary", "list", "list_comprehension", "call", "binary_operator")


def extract(draft: Draft) -> None:
    """Notes the rows that named factories, fixtures and constants make."""
    for function in draft.nodes["function_definition"]:
        _function(draft, function)
    _elsewhere(draft)
    for class_ in draft.nodes["class_definition"]:
        _dict_factory(draft, class_)
    for assignment in draft.nodes["assignment"]:
        _constant(draft, assignment)


def _function(draft: Draft, function: Node) -> None:
    named = function.field("name")
    if named is None or named.text.startswith("test"):
        return
    given = draft.records.returned(function)
    optional = optional_names(function)
    rows = [row for one in given for row in draft.records.rows(one, optional)]
    name, role = _made_under(draft, function, named.text)
    if name is not None:
        use = RowUse(0, role, "name", None, table_words(name), name)
        draft.use(rows, use)
        if is_fixture(function):
            for one in given:
                draft.borrow(one, use)
    address = _address(draft, function, named.text)
    if address is not None and len(given) == 1:
        _make(draft, address, rows, given[0], function)
    if rows and (name or address):
        known = RowUse(0, role, "name", None, table_words(name or ""), name or address or "")
        _called(draft, function, known)


def _called(draft: Draft, function: Node, use: RowUse) -> None:
    """The rows that calls in the file make of the function's by what they lay over it."""
    owner = draft.scopes.at(function.start).parent
    names = [one for one in (function.field("name"), owner.node.field("name") if owner is not None else None) if one]
    for call in draft.calls_of(dict.fromkeys(one.text for one in names)):
        if draft.records.runs(call, function) and not draft.deliberate.near(call):
            draft.use([row for row in draft.records.rows(call) if row.base is not None], use)


def _elsewhere(draft: Draft) -> None:
    """Calls of other files' makers that lay values over their rows."""
    for name, calls in draft.called.items():
        if not says(name, _MAKERS):
            continue
        use = RowUse(0, "factory", "name", None, table_words(name), name)
        for call in calls:
            for lent in origins(draft.scopes, draft.records, call):
                if lent.overridden and not draft.deliberate.near(call):
                    draft.borrowed.setdefault(Borrowed(lent, replace(use, row=-1)))


def _address(draft: Draft, function: Node, name: str) -> str | None:
    """The name other files know a function by; a function that a fixture hands out goes by the fixture's."""
    owner = draft.scopes.at(function.start).parent
    if owner is None or owner.kind == "module":
        return fixture_name(function) or name
    if owner.kind == "class_definition":
        return f"{owner.name}.{name}" if owner.parent is draft.scopes.module else None
    fixture = owner.node
    known = owner.parent is draft.scopes.module and is_fixture(fixture)
    return fixture_name(fixture) if known and handed_out(draft.scopes, fixture) == function else None


def _make(draft: Draft, name: str, rows: list[MockRow], given: Node, function: Node | None = None) -> None:
    """Notes that a name of the file gives these rows, and how a function's arguments come into them."""
    lent = tuple(origins(draft.scopes, draft.records, given))
    if not rows and not lent:
        return
    names = tuple(one for one in parameters(function) if one not in ("self", "cls")) if function is not None else ()
    spread = {one for one in names if function is not None and takes_keywords(function, one)}
    optional = optional_names(function) if function is not None else frozenset[str]()
    draft.makers.setdefault(
        RowMaker(
            name,
            tuple(map(draft.row, rows)),
            lent,
            tuple(one for one in names if one not in spread),
            bool(spread),
            tuple(one for one in names if one in optional and one not in spread),
            function is not None and not is_fixture(function),
        )
    )


def _made_under(draft: Draft, function: Node, name: str) -> tuple[str | None, Role]:
    """The name a function makes its rows under, and their role; None where its surroundings alone know.

    A fixture hands out one row, often a part of one; a function a fixture hands out makes whole ones.
    """
    scope = draft.scopes.at(function.start)
    owner = scope.parent if scope.node == function else scope
    if owner is None or owner.kind == "module":
        return name, "result" if is_fixture(function) or _stands_in(draft, function, name) else "factory"
    if owner.kind == "class_definition":
        if name in _MAKING and "factory" in words_of(owner.name):
            return owner.name, "factory"
        return (name if table_words(name) else None), "result" if is_fixture(function) else "factory"
    handed_out = any(one.kind == "identifier" and one.text == name for one in draft.records.returned(owner.node))
    return (owner.name if handed_out and is_fixture(owner.node) else None), "factory"


def _stands_in(draft: Draft, function: Node, name: str) -> bool:
    """The function is handed over uncalled, or awaited: the double of a function, which may answer with less."""
    if not table_words(name):
        return False
    if any(child.kind == "async" for child in function.children):
        return True
    return re.search(rf"(?<!def )(?<!import )(?<![\w.]){name}\s*(?=[,)\]\n#]|$)", draft.source.text) is not None


def _constant(draft: Draft, assignment: Node) -> None:
    left, right = assignment.field("left"), assignment.field("right")
    if left is None or right is None or left.kind != "identifier" or right.kind not in _LITERALS:
        return
    home = draft.scopes.at(assignment.start)
    if home.kind == "class_definition" and home.parent is draft.scopes.module:
        _make(draft, f"{home.name}.{left.text}", draft.records.rows(right), right)
    statement = assignment.parent
    if statement is None or statement.parent is None or statement.parent.kind != "module":
        return
    rows = draft.records.rows(right)
    draft.use(rows, RowUse(0, "result", "name", None, table_words(left.text), left.text))
    _make(draft, left.text, rows, right)


def _dict_factory(draft: Draft, class_: Node) -> None:
    """``class OrderFactory(DictFactory)``, or one whose ``Meta.model`` is ``dict``; an ORM's are no columns."""
    named, bases, body = class_.field("name"), class_.field("superclasses"), class_.field("body")
    if named is None or body is None or bases is None:
        return
    makes_dicts = any((dotted(base) or "").endswith("DictFactory") for base in bases.named) or _meta_dict(body)
    if not makes_dicts:
        return
    entries = []
    for statement in body.named:
        assignment = statement.named[0] if statement.kind == "expression_statement" and statement.named else None
        key = assignment.field("left") if assignment is not None and assignment.kind == "assignment" else None
        given = assignment.field("right") if assignment is not None else None
        if key is not None and given is not None and key.kind == "identifier":
            said = UNKNOWN if given.kind == "call" else value(given)
            entries.append(Entry(key.text, said, EntryLayout(key.span, given.span, statement.span)))
    row = MockRow(named.span, tuple(entries), RowLayout("fixed", '"', named.span, "", ""), open=len(bases.named) > 1)
    draft.use([row], RowUse(0, "factory", "name", None, table_words(named.text), named.text))


def _meta_dict(body: Node) -> bool:
    for inner in body.named:
        name = inner.field("name")
        if inner.kind == "class_definition" and name is not None and name.text == "Meta":
            return any(
                (left := one.field("left")) is not None
                and left.text == "model"
                and (right := one.field("right")) is not None
                and right.text == "dict"
                for one in inner.find("assignment")
            )
    return False
