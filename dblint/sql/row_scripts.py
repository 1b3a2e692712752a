"""Texts of statements about rows, each with its place in the text, or why the dialect's parser refuses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dblint.sql.postgres_parser import Node, SyntaxRefusedError, available, parse
from dblint.sql.postgres_queries import modification, query, relation
from dblint.sql.queries import Insert, Modification, Name, Query, Relation


@dataclass(frozen=True, slots=True)
class RowStatement:
    """A statement of a text.

    ``query`` is what it reads or changes, None for a statement about something else; ``relations`` are the tables it
    names beside that (TRUNCATE, LOCK, COPY). ``plain`` says that a server could prepare it.
    """

    kind: str
    query: Query | Modification | None = None
    relations: tuple[Relation, ...] = ()
    makes: bool = False
    """It makes or changes tables or the search path."""


@dataclass(frozen=True, slots=True)
class RowScript:
    """What a text comes to; ``refusal`` is the parser's message and the character it points at."""

    statements: tuple[RowStatement, ...] = ()
    refusal: tuple[str, int | None] | None = None


_QUERIES = {"ExplainStmt": "query", "DeclareCursorStmt": "query", "PrepareStmt": "query", "CopyStmt": "query"}
_HARMLESS = frozenset(
    """ExplainStmt DeclareCursorStmt PrepareStmt CopyStmt TruncateStmt LockStmt TransactionStmt DeallocateStmt FetchStmt
    ClosePortalStmt VacuumStmt NotifyStmt ListenStmt UnlistenStmt CheckPointStmt DiscardStmt CommentStmt GrantStmt
    GrantRoleStmt VariableShowStmt ConstraintsSetStmt CallStmt RefreshMatViewStmt IndexStmt CreateRoleStmt AlterRoleStmt
    DropRoleStmt CreateExtensionStmt CreatedbStmt DropdbStmt AlterSeqStmt AlterSystemStmt ReindexStmt ExecuteStmt
    CreatePolicyStmt AlterPolicyStmt CreatePublicationStmt CreateSubscriptionStmt""".split()  # noqa: SIM905
)


def reader(dialect: str) -> Callable[[str], RowScript]:
    """What reads the texts of a dialect."""
    if not available():
        return lambda text: RowScript()
    if dialect == "postgres":
        return read
    from dblint.sql.generic_row_scripts import reader as generic

    return generic(dialect)


def read(text: str) -> RowScript:
    """The statements of a PostgreSQL text."""
    try:
        nodes = parse(text)
        return RowScript(tuple(_statement(one["stmt"], text, one) for one in nodes if "stmt" in one))
    except SyntaxRefusedError as error:
        return RowScript(refusal=(str(error), error.position))
    except RecursionError:
        return RowScript(refusal=("nested too deeply", None))


def _statement(node: Node, text: str, whole: Node) -> RowStatement:
    kind, body = next(iter(node.items()))
    if kind == "CopyStmt" and body.get("attlist") and "relation" in body:
        return RowStatement(kind, _copied(body, text, whole.get("stmt_location", 0)))
    if kind == "SelectStmt":
        return RowStatement(kind, query(node), makes=_makes_table(body))
    changed = modification(node)
    if changed is not None:
        return RowStatement(kind, changed)
    if kind == "VariableSetStmt":
        return RowStatement(kind, makes=body.get("name") in ("search_path", "role", "session_authorization", None))
    inner = _rows(body.get(_QUERIES.get(kind, ""), {}))
    return RowStatement(kind, inner, _relations(kind, body), makes=kind not in _HARMLESS)


def _copied(body: Node, text: str, start: int) -> Insert:
    """``COPY t (a, b) FROM …`` as the INSERT that it is for names; the tree does not say where they stand."""
    target = relation(body["relation"])
    written = text.encode()[start:]
    at = start + max(written.find(b"("), 0)
    columns = []
    for one in body["attlist"]:
        name = one.get("String", {}).get("sval", "")
        found = re.compile(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])", re.IGNORECASE).search(
            text.encode(), at
        )
        columns.append(Name(name, None if found is None else found.start()))
        at = at if found is None else found.end()
    return Insert(target, tuple(columns), None)


def _makes_table(body: Node) -> bool:
    """``SELECT … INTO t``."""
    inner = body
    while "larg" in inner:
        inner = inner["larg"]
    return "intoClause" in inner


def _rows(node: Any) -> Query | Modification | None:
    if "SelectStmt" in node:
        return query(node)
    return modification(node) if node else None


def _relations(kind: str, body: Node) -> tuple[Relation, ...]:
    if kind in ("TruncateStmt", "LockStmt"):
        return tuple(relation(one["RangeVar"]) for one in body.get("relations", ()) if "RangeVar" in one)
    if kind in ("CopyStmt", "RefreshMatViewStmt") and "relation" in body:
        return (relation(body["relation"]),)
    return ()
