"""Calls that name a stored function: ``client.rpc``, ``callproc``, SQLAlchemy's ``func``, and assertions about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dblint.facts.clients import following
from dblint.facts.draft import Draft
from dblint.facts.literals import dotted, string, value
from dblint.facts.model import MockRow
from dblint.facts.receivers import Client
from dblint.facts.rpc_model import FunctionName, RpcArgument, RpcCall, RpcEvidence
from dblint.facts.words import says, words_of
from dblint.layout import RowLayout
from dblint.syntax.python import Node

ASSERTS = frozenset(
    (
        *("assert_called_with", "assert_called_once_with", "assert_any_call"),
        *("assert_awaited_with", "assert_awaited_once_with", "assert_any_await"),
    )
)
_ASSERTS_MANY = ("assert_has_calls", "assert_has_awaits")
_FIRST_ARGUMENT = (".rpc.call_args[0][0]", ".rpc.call_args.args[0]", ".rpc.await_args[0][0]", ".rpc.await_args.args[0]")
_NAME_KEYS = frozenset(("fn", "function", "function_name", "fn_name", "name", "func", "procname"))
_PARAMETER_KEYS = frozenset(("params", "parameters", "args", "arguments"))
_READING = frozenset(("get", "head"))
_OPTIONS = frozenset(("count",))
_SUPABASE = frozenset(("supabase", "supa", "sb", "postgrest"))
_RPC_NAMES = frozenset(("rpc", "mock", "mocked", "fake", "patched", "client", "supabase", "db"))
_LIBRARIES = ("supabase", "postgrest")


@dataclass(frozen=True, slots=True)
class _Arguments:
    """The arguments of one call as they stand."""

    given: tuple[RpcArgument, ...] = ()
    layout: RowLayout | None = None
    open: bool = False
    posted: bool = True


def extract(draft: Draft) -> Iterator[RpcCall]:
    """The calls of stored functions, in no order."""
    for call in draft.called.get("rpc", ()):
        yield from _rpc(draft, call)
    yield from _assertions(draft)
    if ".rpc.call_args" in draft.source.text or ".rpc.await_args" in draft.source.text:
        yield from _compared(draft)
    for call in draft.called.get("callproc", ()):
        yield from _callproc(draft, call)
    if "func." in draft.source.text and "sqlalchemy" in draft.source.text:
        for call in draft.nodes["call"]:
            yield from _func(draft, call)


def _assertions(draft: Draft) -> Iterator[RpcCall]:
    """``client.rpc.assert_called_with("f", {…})`` and its kin."""
    for call in draft.calls_of((*ASSERTS, *_ASSERTS_MANY)):
        held = _held(call)
        function = call.field("function")
        if held is None or function is None or not _is_rpc(held):
            continue
        many = function.text.endswith(_ASSERTS_MANY)
        for one in call.find("call") if many else (call,):
            callee = one.field("function")
            if not many or (callee is not None and callee.text in ("call", "mock.call")):
                yield from _asserted(draft, held, one)


def _compared(draft: Draft) -> Iterator[RpcCall]:
    """``assert client.rpc.call_args[0][0] == "f"``."""
    for comparison in draft.tree.root.find("comparison_operator"):
        sides = comparison.named
        if len(sides) != 2 or not any(child.kind == "==" for child in comparison.children):
            continue
        for asked, literal in (sides, reversed(sides)):
            text = client_text(asked)
            name = function_name(draft, literal) if text.endswith(_FIRST_ARGUMENT) else None
            if name is not None:
                client = text.rpartition(".rpc.")[0]
                sure = says(client, _SUPABASE) or any(library in draft.source.text.lower() for library in _LIBRARIES)
                deliberate = draft.deliberate.at(comparison)
                test = test_around(draft, comparison)
                span = comparison.span
                yield RpcCall(
                    name, span, "rpc", "assertion", client, open=True, sure=sure, deliberate=deliberate, test=test
                )


def function_name(draft: Draft, node: Node | None, schema: str | None = None) -> FunctionName | None:
    """The function that a literal names, ``schema.f`` included; None for what can be no function's name."""
    literal = draft.literal(node)
    text = string(literal)
    if literal is None or text is None:
        return None
    head, dot, tail = text.rpartition(".")
    if dot and schema is None:
        schema, text = head, tail
    return FunctionName(text, literal.span, schema) if _is_name(text) and _is_name(schema or "a") else None


def _is_name(text: str) -> bool:
    plain = text.replace("_", "a").replace("$", "a")
    return plain.isalnum() and not plain[0].isdigit()


def client_text(node: Node) -> str:
    """What a client is called, the same wherever the file speaks of it."""
    return "".join(node.text.split())


def is_sure(draft: Draft, held: Node, client: Client | None, *, executed: bool = False) -> bool:
    """What is called is a client of PostgREST or a double of one, and no other kind of remote procedure call."""
    names = [part for part in (client_text(held), client.maker if client is not None else None) if part]
    if executed or any(says(name, _SUPABASE) for name in names):
        return True
    text = draft.source.text.lower()
    return client is not None and client.known and any(library in text for library in _LIBRARIES)


def _held(call: Node) -> Node | None:
    function = call.field("function")
    return function.field("object") if function is not None and function.kind == "attribute" else None


def _is_rpc(node: Node) -> bool:
    """``client.rpc``, or a mock of it under a name of its own: ``mock_rpc``."""
    name = node.field("attribute") if node.kind == "attribute" else None
    return is_mocked_rpc(node) if name is None else name.text == "rpc"


def is_mocked_rpc(node: Node) -> bool:
    words = words_of(node.text) if node.kind == "identifier" else ()
    return "rpc" in words and _RPC_NAMES.issuperset(words)


def _rpc(draft: Draft, call: Node) -> Iterator[RpcCall]:
    held = _held(call)
    if held is None or not _is_postgrest(call):
        return
    root, schema, known = _schema(draft, held)
    if not known:
        return
    found = _named(draft, call, schema)
    client = draft.receivers.of(root)
    if found is None or (client is not None and client.foreign):
        return
    sure = is_sure(draft, root, client, executed="execute" in tuple(following(call)))
    yield _call(draft, call, found, "call", root, sure=sure)


def _asserted(draft: Draft, rpc: Node, call: Node) -> Iterator[RpcCall]:
    held = rpc if rpc.kind == "identifier" else rpc.field("object")
    if held is None or not _is_postgrest(call):
        return
    root, schema, known = _schema(draft, held)
    found = _named(draft, call, schema) if known else None
    if found is not None:
        sure = is_sure(draft, root, draft.receivers.of(root))
        yield _call(draft, call, found, "assertion", root, sure=sure)


def _call(draft: Draft, call: Node, name: FunctionName, evidence: RpcEvidence, client: Node, *, sure: bool) -> RpcCall:
    arguments = _arguments(draft, call)
    return RpcCall(
        function=name,
        span=call.span,
        form="rpc",
        evidence=evidence,
        client=client_text(client),
        arguments=arguments.given,
        layout=arguments.layout,
        open=arguments.open,
        posted=arguments.posted,
        sure=sure,
        deliberate=draft.deliberate.at(call),
        test=test_around(draft, call),
        alone=evidence == "call" or "_once_with" in _own_name(call),
    )


def _own_name(call: Node) -> str:
    function = call.field("function")
    name = function.field("attribute") if function is not None and function.kind == "attribute" else None
    return "" if name is None else name.text


def test_around(draft: Draft, node: Node) -> str:
    """The function a node stands in, told from others of its name by its place."""
    scope = draft.scopes.function_at(node.start)
    return "" if scope is None else f"{scope.name}:{scope.node.start}"


def _schema(draft: Draft, held: Node) -> tuple[Node, str | None, bool]:
    """The client under ``client.schema("x")``, the schema, and whether it is known."""
    function = held.field("function") if held.kind == "call" else None
    name = function.field("attribute") if function is not None and function.kind == "attribute" else None
    inner = function.field("object") if function is not None else None
    if name is None or inner is None or name.text != "schema":
        return held, None, True
    arguments = held.field("arguments")
    given = arguments.named if arguments is not None else []
    schema = string(draft.literal(given[0])) if len(given) == 1 else None
    return inner, schema, schema is not None


def _keywords(call: Node) -> tuple[list[Node], dict[str, Node], bool]:
    """Positional arguments, keywords, and whether a spread hides some."""
    arguments = call.field("arguments")
    positional: list[Node] = []
    keywords: dict[str, Node] = {}
    spread = False
    for one in arguments.named if arguments is not None else ():
        name, given = one.field("name"), one.field("value")
        if one.kind == "keyword_argument" and name is not None and given is not None:
            keywords[name.text] = given
        elif one.kind in ("list_splat", "dictionary_splat"):
            spread = True
        else:
            positional.append(one)
    return positional, keywords, spread


def _is_postgrest(call: Node) -> bool:
    """The arguments are those of a PostgREST client: a list or tuple of parameters is another protocol's."""
    positional, keywords, _ = _keywords(call)
    given = [*positional[1:2], *(node for name, node in keywords.items() if name in _PARAMETER_KEYS)]
    return not any(one.kind in ("list", "tuple", "string", "integer") for one in given) and len(positional) <= 2


def _named(draft: Draft, call: Node, schema: str | None) -> FunctionName | None:
    positional, keywords, _ = _keywords(call)
    given = positional[0] if positional else next((keywords[key] for key in keywords if key in _NAME_KEYS), None)
    return function_name(draft, given, schema)


def _arguments(draft: Draft, call: Node) -> _Arguments:
    positional, keywords, spread = _keywords(call)
    named = next((keywords[key] for key in keywords if key in _PARAMETER_KEYS), None)
    given = positional[1] if len(positional) > 1 else named
    strange = keywords.keys() - _NAME_KEYS - _PARAMETER_KEYS - _READING - _OPTIONS
    posted = all(keywords[key].kind == "false" for key in _READING & keywords.keys())
    if spread or strange:
        return _Arguments(open=True)
    if given is None or given.kind == "none":
        return _Arguments(posted=posted)
    rows = draft.records.rows(given)
    if len(rows) != 1:
        return _Arguments(open=True)
    return _Arguments(arguments_of(rows[0]), rows[0].layout, rows[0].open, posted)


def arguments_of(row: MockRow) -> tuple[RpcArgument, ...]:
    """A row's entries as arguments, each name once."""
    last = {entry.key: entry for entry in row.entries}
    return tuple(RpcArgument(key, one.layout.key, one.value, one.layout) for key, one in last.items())


def _callproc(draft: Draft, call: Node) -> Iterator[RpcCall]:
    """``cursor.callproc("f", [1, 2])``, ``cursor.callproc("f", {"a": 1})``."""
    held = _held(call)
    positional, keywords, spread = _keywords(call)
    found = function_name(draft, positional[0]) if held is not None and positional else None
    if found is None or held is None:
        return
    given = positional[1] if len(positional) > 1 else next(iter(keywords.values()), None)
    arguments = _Arguments(open=True)
    if given is None and not spread:
        arguments = _Arguments()
    elif given is not None and given.kind in ("list", "tuple"):
        splat = any(one.kind == "list_splat" for one in given.named)
        items = tuple(RpcArgument(None, one.span, value(one, draft.records.resolve)) for one in given.named)
        arguments = _Arguments(items, open=splat)
    elif given is not None and given.kind == "dictionary":
        rows = draft.records.rows(given)
        if len(rows) == 1:
            arguments = _Arguments(arguments_of(rows[0]), rows[0].layout, rows[0].open)
    yield RpcCall(
        found,
        call.span,
        "callproc",
        "call",
        client_text(held),
        arguments.given,
        arguments.layout,
        arguments.open,
        sure="cur" in words_of(held.text) or "cursor" in words_of(held.text),
        deliberate=draft.deliberate.at(call),
        test=test_around(draft, call),
    )


def _func(draft: Draft, call: Node) -> Iterator[RpcCall]:
    """SQLAlchemy's ``func.f(a, b)`` and ``func.schema.f(a)``."""
    function = call.field("function")
    parts = (dotted(function) or "").split(".")
    if function is None or parts[0] not in ("func", "sa") or "func" not in parts[:2]:
        return
    names = parts[parts.index("func") + 1 :]
    attribute = function.field("attribute")
    positional, keywords, spread = _keywords(call)
    if attribute is None or not 1 <= len(names) <= 2 or keywords:
        return
    name = FunctionName(names[-1].removesuffix("_"), attribute.span, names[0] if len(names) == 2 else None)
    yield RpcCall(
        name,
        call.span,
        "sqlalchemy",
        "call",
        parts[0],
        tuple(RpcArgument(None, one.span, value(one, draft.records.resolve)) for one in positional),
        open=spread,
        deliberate=draft.deliberate.at(call),
    )
