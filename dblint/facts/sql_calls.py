"""Calls that take SQL: what they are made on, and the literals they give the statement's placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from dblint.facts import sql_text
from dblint.facts.literals import dotted, string, value
from dblint.facts.makers import made_by
from dblint.facts.statements_model import Argument, ArgumentSet, Giving, SqlCall, SqlText
from dblint.facts.words import words_of
from dblint.source import Span
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_TAKING = frozenset(
    (
        *(
            "execute",
            "executed",
            "executor",
            "executemany",
            "executescript",
            "execute_many",
            "exec",
            "prepare",
            "mogrify",
        ),
        *("fetch", "fetchrow", "fetchval", "fetchone", "fetchall", "fetchmany", "fetchflattened", "fetchindex"),
        *("fetchlast", "query", "queries", "scalar", "scalars", "sql", "cursor", "raw", "stream", "copy", "iterate"),
    )
)
STRICT = frozenset(("execute", "executemany", "executescript", "fetch", "fetchrow", "fetchval", "execute_values"))
"""Methods of drivers that take nothing else than SQL."""
_MANY = frozenset(("executemany", "execute_many", "execute_batch", "execute_values"))
_STATEMENTS = frozenset(("query", "sql", "statement", "operation", "stmt", "clauseelement", "command", "clause"))
_VALUES = frozenset(
    ("params", "parameters", "args", "vars", "values", "seq_of_params", "seq_of_parameters", "argslist", "params_seq")
)
_OPTIONS = frozenset(
    (
        *("timeout", "column", "record_class", "prepare", "binary", "returning", "page_size", "fetch", "template"),
        *("execution_options", "bind_arguments", "stream", "prefetch", "connection", "conn", "con", "cur", "cursor"),
    )
)
_NUMBERED = re.compile(r"\$\d+")
_SCALARS = frozenset(("string", "concatenated_string", "integer", "float", "true", "false", "none"))
_DEPTH = 6


@lru_cache(maxsize=16384)
def takes_sql(name: str) -> bool:
    """A function's name says that it may take SQL: ``execute``, ``fetchrow``, ``run_query``, ``execute_fetchall``."""
    return name not in sql_text.WRAPPERS and (name in _TAKING or not _TAKING.isdisjoint(words_of(name)))


def statements(draft: Draft, name: str, call: Node) -> Iterator[tuple[Node, SqlText, SqlCall]]:
    """The SQL a call takes: the node its text stands at, the text, and the call."""
    arguments, function = call.field("arguments"), call.field("function")
    if arguments is None or function is None or arguments.kind != "argument_list":
        return
    given = arguments.named
    for at, argument in enumerate(given[:2]):
        node = _statement(argument)
        texts = _texts(draft, node) if node is not None else []
        if node is None or not texts:
            continue
        for text in texts:
            found = _given(draft, text, name, given[at + 1 :], node)
            receiver = function.field("object") if function.kind == "attribute" else None
            made = SqlCall(
                name,
                dotted(receiver) or (_root(receiver) if receiver is not None else None),
                tuple(dict.fromkeys(_makers(draft, receiver, 0))),
                call.span,
                *found,
                many=name in _MANY,
                wrapper=sql_text.wrapper(_behind(draft, node)),
            )
            yield node, text, made
        return


def _statement(argument: Node) -> Node | None:
    if argument.kind != "keyword_argument":
        return argument
    name = argument.field("name")
    return argument.field("value") if name is not None and name.text in _STATEMENTS else None


def _texts(draft: Draft, node: Node) -> list[SqlText]:
    """The text of an argument, or the texts that a loop over a literal list puts there."""
    text = sql_text.read(draft, node)
    if text is not None:
        return [text]
    binding = draft.scopes.reach(node) if node.kind == "identifier" else None
    if binding is None or binding.kind != "iteration" or binding.value is None:
        return []
    listed = draft.records.resolve(binding.value) if binding.value.kind == "identifier" else binding.value
    if listed is None or listed.kind not in ("list", "tuple", "set"):
        return []
    return [text for one in listed.named if (text := sql_text.read(draft, one)) is not None]


def _behind(draft: Draft, node: Node) -> Node:
    """What a name is bound to, else the node itself."""
    bound = draft.records.resolve(node) if node.kind in ("identifier", "attribute") else None
    return node if bound is None else bound


# What it is made on


def _root(node: Node) -> str | None:
    """The name a chain of calls and attributes begins with."""
    while True:
        inner = node.field("function") if node.kind == "call" else node.field("object")
        if inner is None and node.kind in ("await", "parenthesized_expression", "subscript") and node.named:
            inner = node.named[0]
        if inner is None:
            return node.text if node.kind == "identifier" else None
        node = inner


def _makers(draft: Draft, node: Node | None, depth: int) -> Iterator[str]:
    """The callees behind a receiver, the connections that cursors come from followed."""
    if node is None or depth > _DEPTH:
        return
    if node.kind in ("await", "parenthesized_expression"):
        yield from _makers(draft, node.named[0] if node.named else None, depth + 1)
    elif node.kind == "call":
        yield from made_by(draft, node)
        function = node.field("function")
        if function is not None and function.kind == "attribute":
            yield from _makers(draft, function.field("object"), depth + 1)
    elif node.kind == "identifier":
        binding = draft.scopes.reach(node)
        if binding is not None and binding.kind == "value" and binding.value is not None:
            yield from _makers(draft, binding.value, depth + 1)
        elif binding is not None and binding.kind == "parameter":
            yield node.text
    elif node.kind == "attribute":
        yield from _makers(draft, draft.scopes.attribute(node) or node.field("object"), depth + 1)


# What it gives


def _given(
    draft: Draft, text: SqlText, name: str, rest: list[Node], statement: Node
) -> tuple[Giving, tuple[ArgumentSet, ...]]:
    """What a call gives beside the statement, and how much of it the file shows."""
    rest = [one for one in rest if not _is_option(one)]
    bound = _bound(draft, _behind(draft, statement))
    if bound is not None:
        return ("values", (bound,)) if not rest else ("unknown", ())
    if not rest:
        return "nothing", ()
    if name == "prepare":
        return "unknown", ()
    splat = any(one.kind in ("list_splat", "dictionary_splat", "keyword_argument") for one in rest)
    numbered = len(set(_NUMBERED.findall(text.text)))
    # Some helpers take all values in one list.
    only = _behind(draft, rest[0]) if len(rest) == 1 else None
    listed = only is not None and numbered > 1 and only.kind not in _SCALARS
    if numbered == 1 and only is not None and only.kind in ("list", "tuple") and len(only.named) == 1:
        return "unknown", ()
    if name not in _MANY and numbered and not splat and not listed:
        return "values", (_positional(draft, rest, rest[0].tree.span(rest[0].start, rest[-1].end)),)
    sets = _sets(draft, rest[0], many=name in _MANY) if len(rest) == 1 else None
    return ("unknown", ()) if sets is None else ("values", sets)


def _is_option(argument: Node) -> bool:
    name = argument.field("name") if argument.kind == "keyword_argument" else None
    return name is not None and name.text in _OPTIONS


def _bound(draft: Draft, node: Node) -> ArgumentSet | None:
    """``text("…").bindparams(x=1)``."""
    function = node.field("function") if node.kind == "call" else None
    method = function.field("attribute") if function is not None and function.kind == "attribute" else None
    arguments = node.field("arguments")
    if method is None or method.text != "bindparams" or arguments is None:
        return None
    found = []
    for one in arguments.named:
        name = one.field("name") if one.kind == "keyword_argument" else None
        given = one.field("value")
        if name is None or given is None:
            return None
        found.append(Argument(value(given, draft.records.resolve), given.span, name.text))
    return ArgumentSet(arguments.span, tuple(found), named=True)


def _sets(draft: Draft, argument: Node, *, many: bool) -> tuple[ArgumentSet, ...] | None:
    """The argument sets of a tuple, list or dict; None for what the file does not show."""
    if argument.kind == "keyword_argument":
        name, given = argument.field("name"), argument.field("value")
        if name is None or given is None or name.text not in _VALUES:
            return None
        argument = given
    node = _behind(draft, argument)
    if node.kind in ("list", "tuple") and node.named and (many or _holds_sets(node)):
        found = [_set(draft, _behind(draft, one)) for one in node.named]
        return tuple(one for one in found if one is not None) if all(one is not None for one in found) else None
    if many:
        return None
    one = _set(draft, node)
    return None if one is None else (one,)


def _holds_sets(node: Node) -> bool:
    """A list of dicts, as SQLAlchemy takes them for several rows."""
    return node.kind == "list" and all(one.kind == "dictionary" for one in node.named)


def _set(draft: Draft, node: Node) -> ArgumentSet | None:
    if node.kind in ("list", "tuple"):
        if any(one.kind == "list_splat" for one in node.named):
            return None
        return _positional(draft, node.named, node.span)
    return _named(draft, node) if node.kind == "dictionary" else None


def _positional(draft: Draft, nodes: list[Node], span: Span) -> ArgumentSet:
    resolve = draft.records.resolve
    return ArgumentSet(span, tuple(Argument(value(one, resolve), one.span) for one in nodes))


def _named(draft: Draft, node: Node) -> ArgumentSet | None:
    found = []
    for pair in node.named:
        key, given = pair.field("key"), pair.field("value")
        name = string(key) if pair.kind == "pair" else None
        if name is None or given is None:
            return None
        found.append(Argument(value(given, draft.records.resolve), given.span, name))
    return ArgumentSet(node.span, tuple(found), named=True)
