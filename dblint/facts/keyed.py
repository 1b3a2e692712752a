"""Dicts and stores keyed by table name: ``{"orders": [rows]}``, ``store["orders"] = rows``, ``FakeDb(orders=rows)``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from dblint.facts.draft import Draft, table_name
from dblint.facts.elsewhere import origins
from dblint.facts.literals import dotted, string
from dblint.facts.model import Borrowed, KeyedData, Lent, MockRow, RowUse, TableName
from dblint.facts.overrides import parameters
from dblint.facts.record import unsettled
from dblint.facts.scopes import Scope
from dblint.facts.words import CLIENT_DOUBLES, CLIENTS, DOUBLES, STORES, says, words_of
from dblint.source import Span
from dblint.syntax.python import Node

_ROWS = frozenset(
    (
        *("list", "dictionary", "list_comprehension", "identifier", "call", "binary_operator"),
        *("parenthesized_expression", "dictionary_comprehension", "attribute"),
    )
)
_DOCUMENTS = frozenset(
    (
        *(
            "response",
            "resp",
            "payload",
            "body",
            "expected",
            "json",
            "result",
            "results",
            "params",
            "headers",
            "request",
        ),
        *("config", "settings", "output", "message", "event", "schema", "schemas", "dumps", "loads", "post", "put"),
        *("patch", "delete", "get", "report", "context", "answer", "document", "doc", "metadata", "options", "assert"),
    )
)
_ROW_SUFFIXES = ("_rows", "_records")
_WRAPPERS = ("parenthesized_expression", "conditional_expression", "boolean_operator", "lambda")
_SHELVES = frozenset(("rows", "data", "storage", "records", "contents", "state", "content"))
"""What a fake database calls the dict of its tables."""
_HOLDERS = STORES | CLIENT_DOUBLES | {"supabase", "supa", "postgrest"}
_DATABASES = frozenset(("supabase", "postgrest", "postgres"))
_SEEDING = frozenset(("seed", "seeds", "seeded", "populate", "preload"))

_Later = Mapping[tuple[str, str], Collection[str]]
"""Per store and table, the columns that ``store["orders"][0]["total"] = 5`` sets in its rows."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What a dict is called, or handed to."""

    name: str
    store: bool
    document: bool
    function: str


@dataclass(frozen=True, slots=True)
class _Held:
    """What stands under one key: a table's rows; ``data_set`` is the literal that holds them and others'."""

    table: TableName
    rows: list[MockRow]
    single: bool
    data_set: Span | None
    lent: list[Lent]


def extract(draft: Draft) -> None:
    """Notes dicts and stores that may be keyed by table names; binding decides."""
    maps = {schema_map.span for schema_map in draft.schema_maps}
    later = _set_later(draft)
    for dictionary in draft.nodes["dictionary"]:
        _literal(draft, dictionary, maps, later)
    _items(draft)
    for name, calls in draft.called.items():
        if _fake_client(name) or says(name, _SEEDING) or (says(name, CLIENT_DOUBLES) and says(name, STORES)):
            for call in calls:
                _keywords(draft, call, name)


def _literal(draft: Draft, dictionary: Node, maps: set[Span], later: _Later) -> None:
    pairs = _pairs(dictionary)
    if not pairs or dictionary.span in maps:
        return
    context = _context(draft, dictionary)
    if context is None or context.document:
        return
    found = [
        _Held(
            key,
            [unsettled(row, later.get((context.name, key.name), ())) for row in _rows(draft, value)],
            _is_single(value),
            dictionary.span if _is_whole(draft, value) else None,
            _lent(draft, value),
        )
        for key, value in pairs
    ]
    if not any(held.rows or held.lent for held in found):
        return
    role: Literal["factory", "stored"] = "factory" if _makes_rows(draft, context) else "stored"
    store = context.store or role == "factory"
    _note(draft, dictionary.span, found, context.name, store, role)


def _note(
    draft: Draft,
    span: Span,
    found: list[_Held],
    name: str,
    store: bool,
    role: Literal["factory", "stored"],
) -> None:
    uses: list[RowUse] = []
    borrowed: list[Borrowed] = []
    for held in found:
        use = RowUse(
            -1,
            role,
            "keyed",
            held.table,
            name=name,
            fake=role == "stored",
            single=held.single,
            data_set=held.data_set,
        )
        uses += draft.used(held.rows, use)
        borrowed += [Borrowed(one, use) for one in held.lent]
    tables = tuple(held.table for held in found)
    draft.keyed.append(KeyedData(span, tables, tuple(uses), name, store, tuple(borrowed)))


def _pairs(dictionary: Node) -> list[tuple[TableName, Node]]:
    """Key and value of each pair, if every key may be a table and every value may hold rows."""
    pairs = []
    for child in dictionary.named:
        value = child.field("value") if child.kind == "pair" else None
        if value is None or value.kind not in _ROWS:
            return []
        key = child.field("key")
        name = table_name(key, string(key)) if key is not None else None
        if name is None:
            return []
        pairs.append((name, value))
    return pairs


def _rows(draft: Draft, value: Node) -> list[MockRow]:
    if value.kind == "dictionary_comprehension":
        pair = value.field("body")
        return draft.records.rows(pair.field("value") if pair is not None else None)
    inner = _by_id(value)
    if not inner:
        return draft.records.rows(value)
    keys = [string(pair.field("key")) or "1" for pair in value.named if pair.kind == "pair"]
    if not all("-" in key or any(char.isdigit() for char in key) for key in keys):
        return []
    return [row for one in inner for row in draft.records.rows(one)]


def _lent(draft: Draft, value: Node) -> list[Lent]:
    return origins(draft.scopes, draft.records, value)


def _by_id(value: Node) -> list[Node]:
    """The dicts in a dict of nothing else: rows by their identifiers."""
    given = [pair.field("value") for pair in value.named if pair.kind == "pair"] if value.kind == "dictionary" else []
    inner = [one for one in given if one is not None and one.kind == "dictionary"]
    return inner if len(inner) == len(given) else []


def _is_whole(draft: Draft, value: Node) -> bool:
    """Each row under the key surely stands for one of the table's."""
    return value.kind == "dictionary" or draft.records.data_set(value) is not None


def _is_single(value: Node) -> bool:
    return value.kind == "dictionary" and not _by_id(value)


def _set_later(draft: Draft) -> _Later:
    found: dict[tuple[str, str], set[str]] = {}
    for item, _ in _assigned(draft):
        path: list[str | None] = []
        held: Node | None = item
        while held is not None and held.kind == "subscript":
            path.insert(0, string(held.field("subscript")))
            held = held.field("value")
        if held is not None and len(path) > 2 and path[0] is not None and path[-1] is not None:
            found.setdefault((held.text, path[0]), set()).add(path[-1])
    return found


def _context(draft: Draft, node: Node) -> _Context | None:
    """Where a dict stands; None where it is only a part of something else."""
    parent = node.parent
    while parent is not None and parent.kind in _WRAPPERS:
        node, parent = parent, parent.parent
    if parent is None:
        return None
    function = draft.scopes.function_at(node.start)
    inside = function.name if function is not None else ""
    name = _called(parent, node)
    if name is None:
        return None
    if not name and parent.kind == "return_statement":
        name = inside
    words = set(words_of(name))
    store = not words.isdisjoint(STORES) or not words.isdisjoint(_SEEDING) or _fake_client(name) or _own(draft, name)
    store = store or _on_shelf(name) or (_is_own(name) and _in_fake(draft, node))
    return _Context(name, store, not store and not words.isdisjoint(_DOCUMENTS), inside)


def _on_shelf(name: str) -> bool:
    """``db.rows``: what a database or a fake holds its rows in."""
    holder, _, last = name.rpartition(".")
    return bool(holder) and says(last, _SHELVES) and says(holder.rpartition(".")[2], _HOLDERS)


def _is_own(name: str) -> bool:
    return name.startswith(("self.", "cls.")) and name.count(".") == 1


def _in_fake(draft: Draft, node: Node) -> bool:
    """The place lies in a class that is a fake of a client or database by its name."""
    scope: Scope | None = draft.scopes.at(node.start)
    while scope is not None and scope.kind != "class_definition":
        scope = scope.parent
    return scope is not None and says(scope.name, CLIENT_DOUBLES) and says(scope.name, CLIENTS | STORES)


def _fake_client(name: str) -> bool:
    return says(name, CLIENT_DOUBLES) and says(name, CLIENTS)


def _own(draft: Draft, name: str) -> bool:
    """A database's name, for a class that the test writes itself: ``_Supabase({…})``."""
    return says(name, _DATABASES) and any(
        given is not None and given.text == name
        for given in (one.field("name") for one in draft.nodes["class_definition"])
    )


def _called(parent: Node, node: Node) -> str | None:
    """What the surroundings call a dict; an empty string where they do not say, None where it is nested."""
    if parent.kind == "assignment":
        left = parent.field("left")
        return left.text if left is not None and left.kind in ("identifier", "attribute") else None
    if parent.kind == "subscript" or (parent.kind == "attribute" and parent.text.endswith(".get")):
        return _looked_up(parent)
    if parent.kind == "keyword_argument":
        keyword, arguments = parent.field("name"), parent.parent
        if keyword is not None and keyword.text == "default_factory":
            return _declared(arguments)
        return f"{_callee(arguments)}.{keyword.text}" if keyword is not None else None
    if parent.kind == "argument_list":
        return _updated(parent) or _callee(parent)
    if parent.kind in ("default_parameter", "typed_default_parameter"):
        name = parent.field("name")
        return name.text if name is not None else None
    return "" if parent.kind in ("return_statement", "yield") else None


def _declared(arguments: Node | None) -> str | None:
    """``tables`` of ``tables: dict = field(default_factory=lambda: {…})``."""
    call = arguments.parent if arguments is not None else None
    above = call.parent if call is not None else None
    left = above.field("left") if above is not None and above.kind == "assignment" else None
    return None if left is None else left.text


def _updated(arguments: Node) -> str:
    """``db.tables`` of ``db.tables.update({…})``."""
    call = arguments.parent
    callee = dotted(call.field("function")) if call is not None and call.kind == "call" else None
    return callee.removesuffix(".update") if callee is not None and callee.endswith(".update") else ""


def _looked_up(parent: Node) -> str | None:
    """``{"orders": rows}[table]``, ``{"orders": rows}.get(table_name)`` are tables by what they are looked up by."""
    above = parent.parent
    arguments = above.field("arguments") if above is not None and above.kind == "call" else None
    key = parent.field("subscript") or (arguments.named[0] if arguments is not None and arguments.named else None)
    return "tables" if key is not None and key.text in ("table", "table_name", "tbl") else None


def _callee(arguments: Node | None) -> str:
    call = arguments.parent if arguments is not None else None
    callee = dotted(call.field("function")) if call is not None and call.kind == "call" else None
    return (callee or "").rpartition(".")[2]


def _makes_rows(draft: Draft, context: _Context) -> bool:
    """The dict is a factory's base data: a double's function looks its rows up by a parameter."""
    if not context.name.isidentifier():
        return False
    looked_up = re.compile(rf"\b{context.name}\s*(?:\[|\.get\()\s*(\w+)")
    for function in draft.nodes["function_definition"]:
        name = function.field("name")
        if name is None or not says(name.text, DOUBLES) or context.function not in ("", name.text):
            continue
        if any(found in parameters(function) for found in looked_up.findall(function.text)):
            return True
    return False


def _items(draft: Draft) -> None:
    """``store["orders"] = rows``, ``store["orders"].append(row)``: the keys of one store make one keyed data."""
    stores: dict[str, list[tuple[Node, TableName, Node]]] = {}
    for item, given in (*_assigned(draft), *_appended(draft), *_added(draft)):
        held, key = _held_at(_whole(item, given))
        holder, name = dotted(held), table_name(key, string(key)) if key is not None else None
        if holder is not None and name is not None and given.kind in _ROWS:
            stores.setdefault(holder, []).append((item, name, given))
    for holder, items in stores.items():
        last = holder.rpartition(".")[2]
        store = says(last, STORES) or _fake_client(last) or _on_shelf(holder)
        store = store or (_is_own(holder) and _in_fake(draft, items[0][0]))
        if not store and says(last, _DOCUMENTS):
            continue
        found = [
            _Held(name, _rows(draft, right), False, draft.records.data_set(right), _lent(draft, right))
            for _, name, right in items
            if store or right.kind == "list"
        ]
        if any(held.rows or held.lent for held in found):
            _note(draft, items[0][0].span, found, holder, store, "stored")


def _assigned(draft: Draft) -> Iterator[tuple[Node, Node]]:
    for assignment in draft.nodes["assignment"]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is not None and right is not None and left.kind == "subscript":
            yield left, right


def _added(draft: Draft) -> Iterator[tuple[Node, Node]]:
    """``store["orders"] += rows``."""
    for assignment in draft.nodes["augmented_assignment"]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is not None and right is not None and left.kind == "subscript":
            yield left, right


def _whole(item: Node, given: Node) -> Node:
    """``store["orders"]`` of ``store["orders"][order_id] = row``: a row under its own key."""
    key, held = item.field("subscript"), item.field("value")
    if item.kind != "subscript" or held is None or held.kind != "subscript" or key is None:
        return item
    names_row = string(key) is None or any(char.isdigit() for char in string(key) or "")
    return held if names_row and given.kind in ("dictionary", "call") else item


def _appended(draft: Draft) -> Iterator[tuple[Node, Node]]:
    for call in draft.calls_of(("append", "extend")):
        function, arguments = call.field("function"), call.field("arguments")
        held = function.field("object") if function is not None else None
        given = arguments.named if arguments is not None else []
        if held is not None and held.kind in ("subscript", "call") and len(given) == 1:
            yield held, given[0]


def _held_at(item: Node) -> tuple[Node | None, Node | None]:
    """The store and the key of ``store["orders"]`` and of ``store.setdefault("orders", [])``."""
    if item.kind == "subscript":
        return item.field("value"), item.field("subscript")
    function, arguments = item.field("function"), item.field("arguments")
    if function is None or function.kind != "attribute" or not function.text.endswith(".setdefault"):
        return None, None
    given = arguments.named if arguments is not None else []
    return function.field("object"), given[0] if given else None


def _told_rows(name: str) -> str:
    """``orders`` of ``FakeDatabase(orders_rows=[…])``."""
    for suffix in _ROW_SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def _keywords(draft: Draft, call: Node, name: str) -> None:
    """``FakeDatabase(orders=[…], users=[…])``, ``seed(client, orders=[…])``."""
    arguments = call.field("arguments")
    if arguments is None or arguments.kind != "argument_list":
        return
    found: list[_Held] = []
    for argument in arguments.named:
        key, value = argument.field("name"), argument.field("value")
        if argument.kind != "keyword_argument" or key is None or value is None or value.kind != "list":
            continue
        table = table_name(key, _told_rows(key.text))
        if table is not None:
            whole = call.span if _is_whole(draft, value) else None
            found.append(_Held(table, draft.records.rows(value), False, whole, _lent(draft, value)))
    if any(held.rows or held.lent for held in found):
        _note(draft, call.span, found, name, True, "stored")
