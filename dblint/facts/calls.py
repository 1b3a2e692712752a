"""Calls that name a table and hand over rows: ``db.insert("t", row)``, ``seed("t", rows)`` and their kin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from dblint.facts.draft import Draft, table_name
from dblint.facts.literals import string
from dblint.facts.model import Role, RowUse, TableName
from dblint.facts.receivers import Client
from dblint.facts.words import words_of
from dblint.syntax.python import Node

_VERBS: dict[str, Role] = {
    "insert": "insert",
    "upsert": "insert",
    "update": "update",
    "seed": "stored",
    "populate": "stored",
    "preload": "stored",
    "prefill": "stored",
    "prepopulate": "stored",
}
_NEEDING_NOUN = frozenset(("add", "load", "set", "put", "with", "store", "save", "given"))
_ARRANGING = frozenset(("setup", "configure", "prepare", "arrange", "mock", "stub", "fake", "register", "on", "when"))
"""Verbs that tell a double what to answer for a table."""
_PREFIXES = frozenset(("bulk", "batch", "db", "fake", "mock", "async", "do"))
_NOUNS = frozenset(("table", "row", "rows", "record", "records", "data"))
_ONE_ROW = frozenset(("row", "record"))
_FILLERS = _NOUNS | frozenset(
    ("many", "one", "bulk", "into", "data", "batch", "all", "async", "db", "database", "fake", "mock", "test")
)
_ANSWERS = frozenset(("response", "responses", "result", "results"))
_ANSWERING = frozenset(("returns", "return", "responds", "respond", "answers", "yields"))
_TOLD = _ANSWERS | {"mock", "table", "tables", "query", "queries", "select", "data", "rows", "chain"}
_PAYLOADS = frozenset(("data", "values", "row", "rows", "record", "records", "payload"))
_RESERVED = frozenset(("table", "table_name", "returning", "conflict", "on_conflict", "connection", "conn"))
_OPERATIONS: dict[str, Role] = {"insert": "insert", "upsert": "insert", "create": "insert", "update": "update"}
_HOLDING = frozenset(("with", "add", "has", "having", "set", "containing", "holding", "seed", "load", "put"))
_ROW_NOUNS = frozenset(("row", "rows", "record", "records"))
_TABLE_KEYWORDS = frozenset(("table", "table_name"))


@dataclass(frozen=True, slots=True)
class _Given:
    """What a call hands over, by position and by keyword."""

    positional: list[Node]
    keywords: dict[str, Node]


def extract(draft: Draft) -> None:
    """Notes the rows handed to calls that name their table."""
    keyworded = "table=" in draft.source.text or "table_name=" in draft.source.text
    for name, calls in draft.called.items():
        role, answers = role_of(name), _answers(name)
        if role is None and not keyworded and not answers and not _holds(name):
            continue
        for call in calls:
            function, arguments = call.field("function"), call.field("arguments")
            if function is None or arguments is None or arguments.kind != "argument_list":
                continue
            given = _given(arguments)
            _take(draft, call, function, name, role, given)
            if answers:
                _answer(draft, call, function, name, given, "result")
            elif _holds(name):
                _answer(draft, call, function, name, given, "stored")


@lru_cache(maxsize=16384)
def role_of(name: str) -> Role | None:
    """The role a function's name gives the rows it takes; None for a name that says nothing of rows."""
    words = list(words_of(name))
    if _arranges(words):
        return "result"
    while len(words) > 1 and words[0] in _PREFIXES:
        words.pop(0)
    if not words or any(word not in _FILLERS for word in words[1:]):
        return None
    if words[0] in _NEEDING_NOUN:
        return None if _NOUNS.isdisjoint(words[1:]) else "stored"
    return _VERBS.get(words[0])


def _arranges(words: list[str]) -> bool:
    """``setup_table_mock``, ``mock_table``, ``set_response``, ``set_table_response``: the answer to a table's query."""
    if len(words) < 2 or words[0] not in _ARRANGING | _NEEDING_NOUN or any(word not in _TOLD for word in words[1:]):
        return False
    return words[0] in _ARRANGING or not _ANSWERS.isdisjoint(words[1:])


def _answers(name: str) -> bool:
    """``with_response``, ``set_results``, ``returns``: what a double is told to answer."""
    words = words_of(name)
    if len(words) > 1:
        return words[0] in _NEEDING_NOUN and _ANSWERS.issuperset(words[1:])
    return not _ANSWERING.isdisjoint(words)


@lru_cache(maxsize=16384)
def _holds(name: str) -> bool:
    """``with_rows``, ``add_row``, ``rows``, ``seed``: what a builder that was told its table is given to hold."""
    words = words_of(name)
    if len(words) > 1:
        return words[0] in _HOLDING and _ROW_NOUNS.issuperset(words[1:])
    return words in (("rows",), ("records",), ("seed",), ("populate",), ("containing",), ("holding",), ("having",))


def _stubbed(draft: Draft, function: Node) -> tuple[TableName | None, Client | None]:
    """The table and the client of ``builder.for_table("orders").with_response(…)``, where it is ``function``."""
    held = function.field("object") if function.kind == "attribute" else None
    named, arguments = (held.field("function"), held.field("arguments")) if held is not None else (None, None)
    if named is None or named.kind != "attribute" or arguments is None or len(arguments.named) != 1:
        return None, None
    attribute, client = named.field("attribute"), named.field("object")
    if attribute is None or client is None or words_of(attribute.text)[-1:] != ("table",):
        return None, None
    literal = draft.literal(arguments.named[0])
    table = table_name(literal, string(literal)) if literal is not None else None
    return table, draft.receivers.of(client)


def _answer(draft: Draft, call: Node, function: Node, name: str, given: _Given, role: Role) -> None:
    table, client = _stubbed(draft, function)
    if table is None:
        return
    use = RowUse(0, role, "call", table, name=name, operation=name)
    if client is not None:
        use = replace(use, receiver=client.name, fake=client.fake, maker=client.maker)
    several = given.positional if role == "stored" else given.positional[:1]
    for payload in [value for key, value in given.keywords.items() if key in _PAYLOADS] or several:
        draft.take(payload, use)
    if role == "stored" and not given.positional and not _ONE_ROW.isdisjoint(words_of(name)):
        draft.use(draft.records.keywords(call), use)


def _given(arguments: Node) -> _Given:
    keywords: dict[str, Node] = {}
    positional = []
    for argument in arguments.named:
        if argument.kind != "keyword_argument":
            positional.append(argument)
            continue
        name, value = argument.field("name"), argument.field("value")
        if name is not None and value is not None:
            keywords[name.text] = value
    return _Given(positional, keywords)


def _take(draft: Draft, call: Node, function: Node, name: str, role: Role | None, given: _Given) -> None:
    table, rest = _table(draft, given)
    operation = string(given.keywords.get("operation"))
    role = _OPERATIONS.get(operation.lower()) if operation is not None else role
    if table is None or role is None:
        return
    payloads = [value for key, value in given.keywords.items() if key in _PAYLOADS] or [
        one for one in (rest if role in ("stored", "result") else rest[:1]) if one.kind != "dictionary_splat"
    ]
    # Such a name may mean anything else that a table's name is told to: the rows must look like the table's.
    loose = role == "result" or "data" in words_of(name)
    use = RowUse(0, role, "dispatch" if loose else "call", table, name=name, operation=operation or name)
    client = _client(draft, function, given)
    if client is not None:
        use = replace(use, receiver=client.name, fake=client.fake, maker=client.maker)
    for payload in payloads:
        draft.take(payload, use)
    spelled = role == "insert" or (role == "stored" and not _ONE_ROW.isdisjoint(words_of(name)))
    if spelled and operation is None and not payloads and _RESERVED.isdisjoint(given.keywords):
        # ``db.insert("orders", id=1, total=5)``, ``db.add_row("orders", id=1)``
        draft.use(draft.records.keywords(call), use)


def _client(draft: Draft, function: Node, given: _Given) -> Client | None:
    """What the call is made on, or the client it is handed in front of the table."""
    held = function.field("object") if function.kind == "attribute" else None
    if held is None and given.positional and draft.literal(given.positional[0]) is None:
        held = given.positional[0]
    return None if held is None else draft.receivers.of(held)


def _table(draft: Draft, given: _Given) -> tuple[TableName | None, list[Node]]:
    """The table a call names, by keyword or as its first string, and the arguments behind it."""
    for key in _TABLE_KEYWORDS:
        named = given.keywords.get(key)
        if named is not None:
            literal = draft.literal(named)
            return (table_name(literal, string(literal)) if literal is not None else None), given.positional
    for index, argument in enumerate(given.positional[:2]):
        literal = draft.literal(argument)
        if literal is not None:
            return table_name(literal, string(literal)), given.positional[index + 1 :]
        if argument.kind not in ("identifier", "attribute", "call"):
            break
    return None, []
