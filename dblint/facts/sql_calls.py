"""Calls that take SQL: which they are, their text in each run, and what they are made on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from dblint.facts import sql_text
from dblint.facts.literals import dotted, string
from dblint.facts.makers import made_by
from dblint.facts.sql_arguments import given_to
from dblint.facts.sql_runs import Run, runs
from dblint.facts.statements_model import SqlCall, SqlText
from dblint.facts.words import words_of
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
_STATEMENTS = frozenset(("query", "sql", "statement", "operation", "stmt", "clauseelement", "command", "clause"))
_PROCESSES = ("run", "call", "check_call", "check_output", "Popen", "create_subprocess_exec", "exec_run", "exec")
_ON_PREPARED = frozenset(("fetch", "fetchrow", "fetchval", "fetchmany", "executemany", "cursor"))
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
    receiver = function.field("object") if function.kind == "attribute" else None
    prepared = _prepared(draft, receiver) if name in _ON_PREPARED else None
    if prepared is not None:
        source, taken = prepared.field("function"), prepared.field("arguments")
        held = source.field("object") if source is not None else None
        yield from _run(draft, name, call, taken.named[0] if taken is not None and taken.named else None, given, held)
        return
    for at, argument in enumerate(given[:2]):
        node = _statement(argument)
        if node is not None:
            found = list(_run(draft, name, call, node, given[at + 1 :], receiver))
            yield from found
            if found:
                return


def _run(
    draft: Draft, name: str, call: Node, node: Node | None, rest: list[Node], receiver: Node | None
) -> Iterator[tuple[Node, SqlText, SqlCall]]:
    """The texts of a call's runs, each with what the runs that send it give."""
    if node is None:
        return
    texts: dict[SqlText, list[Run]] = {}
    for run in runs(draft, call):
        text = sql_text.read(draft, node, run.resolve)
        if text is not None:
            texts.setdefault(text, []).append(run)
    for text, sending in texts.items():
        giving, sets, several = given_to(draft, text, name, rest, node, sending)
        made = SqlCall(
            name,
            dotted(receiver) or (_root(receiver) if receiver is not None else None),
            tuple(dict.fromkeys(_makers(draft, receiver, 0))),
            call.span,
            giving,
            sets,
            many=several,
            wrapper=sql_text.wrapper(Run(draft).behind(node)),
        )
        yield node, text, made


def _prepared(draft: Draft, receiver: Node | None) -> Node | None:
    """The call of ``prepare`` that made what a statement is run on."""
    made = Run(draft).behind(receiver) if receiver is not None else None
    function = made.field("function") if made is not None and made.kind == "call" else None
    method = function.field("attribute") if function is not None and function.kind == "attribute" else None
    return made if method is not None and method.text == "prepare" else None


def commands(draft: Draft) -> Iterator[tuple[Node, SqlText, SqlCall]]:
    """What ``psql -c`` is given as an argument of a process."""
    if "psql" not in draft.source.text:
        return
    for call in draft.calls_of(_PROCESSES):
        arguments = call.field("arguments")
        given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
        words = Run(draft).behind(given[0]).named if given and Run(draft).behind(given[0]).kind == "list" else given
        said = [string(word) or "" for word in words]
        if not any(word.rpartition("/")[2] == "psql" for word in said):
            continue
        for flag, word in pairwise(words):
            text = sql_text.read(draft, word) if string(flag) in ("-c", "--command") else None
            if text is not None:
                yield word, text, SqlCall("psql", None, ("psycopg",), call.span)


def _statement(argument: Node) -> Node | None:
    if argument.kind != "keyword_argument":
        return argument
    name = argument.field("name")
    return argument.field("value") if name is not None and name.text in _STATEMENTS else None


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
