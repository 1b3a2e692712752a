"""What of a routine's or a block's SQL text reads and changes rows."""

from __future__ import annotations

from typing import Any

from dblint.sql.expressions import Expression
from dblint.sql.postgres_expressions import expression, parse_expression
from dblint.sql.postgres_parser import Node, SyntaxRefusedError, parse
from dblint.sql.postgres_queries import modification, query
from dblint.sql.queries import Modification, Query, Relation


def row_statements(text: str) -> tuple[list[Query | Modification], list[Relation]]:
    """The queries and modifications among the statements of ``text``, and the tables these statements make.

    Raises:
        SyntaxRefusedError: the text is no PostgreSQL.
    """
    nodes = [statement["stmt"] for statement in parse(text) if "stmt" in statement]
    return _read(nodes)


def atomic_statements(text: str) -> tuple[list[Query | Modification], list[Expression]]:
    """The statements in the ``BEGIN ATOMIC … END`` of a whole CREATE FUNCTION, or the expression of its ``RETURN x``.

    Raises:
        SyntaxRefusedError: the text is no PostgreSQL.
    """
    (statement,) = parse(text)
    inside = statement["stmt"].get("CreateFunctionStmt", {}).get("sql_body", {})
    nodes: list[Node] = []
    returned: list[Expression] = []
    for node in _flat(inside):
        if "ReturnStmt" in node:
            returned.append(expression(node["ReturnStmt"]["returnval"]))
        else:
            nodes.append(node)
    return _read(nodes)[0], returned


def value(text: str) -> Expression | None:
    """The expression that ``text`` is; None where it is none."""
    try:
        return parse_expression(text)
    except SyntaxRefusedError:
        return None


def _flat(node: Any) -> list[Node]:
    if isinstance(node, list):
        return [found for one in node for found in _flat(one)]
    if "List" in node:
        return _flat(node["List"].get("items", []))
    return [node] if node else []


def _read(nodes: list[Node]) -> tuple[list[Query | Modification], list[Relation]]:
    try:
        return _rows(nodes)
    except RecursionError as error:
        raise SyntaxRefusedError("nested too deeply") from error


def _rows(nodes: list[Node]) -> tuple[list[Query | Modification], list[Relation]]:
    found: list[Query | Modification] = []
    made: list[Relation] = []
    for node in nodes:
        kind, body = next(iter(node.items()))
        if kind == "SelectStmt":
            found.append(query(node))
        elif kind == "CreateStmt":
            made.append(_named(body["relation"]))
        elif kind == "CreateTableAsStmt" and "SelectStmt" in body["query"]:
            found.append(query(body["query"]))
            made.append(_named(body["into"]["rel"]))
        elif kind == "DeclareCursorStmt":
            found.append(query(body["query"]))
        else:
            changed = modification(node)
            found.extend([changed] if changed is not None else [])
    return found, made


def _named(body: Node) -> Relation:
    return Relation(body.get("schemaname"), body["relname"])
