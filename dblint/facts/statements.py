"""The SQL strings of a file: those its calls take, those that only stand there, and the tables they create."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.facts import sql_calls, sql_text
from dblint.facts.draft import Draft
from dblint.facts.literals import dotted
from dblint.facts.statements_model import Statement
from dblint.facts.words import says
from dblint.syntax.python import Node

_IDENTIFIER = r'(?:"[^"]+"|`[^`]+`|\w+)'
_CREATE = re.compile(
    r"""(?ix) \b create \s+ (?:or\s+replace\s+)? (?:(?:global|local)\s+)?
    (?:temp(?:orary)?\s+|unlogged\s+|foreign\s+|virtual\s+)? (?:table|view|materialized\s+view) \s+
    (?:if\s+not\s+exists\s+)? """
    rf"(?P<name>{_IDENTIFIER}(?:\s*\.\s*{_IDENTIFIER})?)"
)
# A pattern with a literal beginning and no flags is searched for many times faster.
_LIKELY = re.compile(r"create\s[\s\w]*?(?:table|view)")
_PART = re.compile(r'"([^"]+)"|`([^`]+)`|(\w+)')
_IN_PYTHON = re.compile(
    r"[\"'](?:\s|\\[nt]|--[^\n]*\n|\(|\\\n)*(?:select|insert|update|delete|with|merge|replace|values|truncate|create|alter|drop)\b"
)
_EXPECTING = frozenset(("raises", "raise", "error", "errors", "fails", "fail", "invalid", "rejects", "reject"))
_WORDS = re.compile(r"\w+\W+\w+")
_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+(\w+(?:\.\w+)*)", re.MULTILINE)
_SCHEME = re.compile(r"\b(postgres|postgresql|sqlite|mysql|mariadb|duckdb|oracle|mssql|clickhouse)(?:\+\w+)?://")
_DRIVERS = frozenset(
    (
        *("psycopg", "psycopg2", "psycopg_pool", "psycopg2cffi", "asyncpg", "pg8000", "aiopg", "pgdb", "pg"),
        *("sqlalchemy", "sqlmodel", "databases", "django", "sqlite3", "aiosqlite", "apsw", "duckdb", "pymysql"),
        *("mysql", "mysqldb", "aiomysql", "asyncmy", "mariadb", "cassandra", "clickhouse_driver", "clickhouse_connect"),
        *("pyspark", "snowflake", "google", "trino", "prestodb", "pyhive", "oracledb", "cx_oracle", "pyodbc", "ibis"),
        *("redis", "neo4j", "sqlglot", "sqlparse", "chdb", "libsql", "libsql_client", "turso", "redshift_connector"),
    )
)


def created_tables(draft: Draft) -> tuple[str, ...]:
    """The tables and views an SQL string of the file creates, folded, with their schema where it is given."""
    if _LIKELY.search(draft.source.text.lower()) is None:
        return ()
    texts = (node.text for node in draft.strings)
    return tuple(dict.fromkeys(name for text in texts for name in tables_made(text.replace("\\n", " "))))


def tables_made(text: str) -> tuple[str, ...]:
    """The tables and views an SQL text creates, whatever its dialect."""
    if "create" not in text.lower():
        return ()
    return tuple(dict.fromkeys(_folded(match["name"]) for match in _CREATE.finditer(text)))


def _folded(name: str) -> str:
    return ".".join(quoted or ticked or plain.lower() for quoted, ticked, plain in _PART.findall(name))


def extract(draft: Draft) -> tuple[Statement, ...]:
    """The statements of a file in the order of their text."""
    found: list[tuple[int, Statement]] = []
    for name, calls in draft.called.items():
        if not sql_calls.takes_sql(name):
            continue
        for call in calls:
            for node, text, made in sql_calls.statements(draft, name, call):
                if _WORDS.search(text.text) and (name in sql_calls.STRICT or sql_text.is_sql(text.text)):
                    found.append((node.start, Statement(text, made, deliberate=draft.deliberate.at(call))))
    for node, text, made in sql_calls.commands(draft):
        found.append((node.start, Statement(text, made, deliberate=draft.deliberate.at(node))))
    taken = {one.text.anchors[0][1:] for _, one in found}
    hits = [hit.start() for hit in _IN_PYTHON.finditer(draft.source.text.lower())]
    found += ((start, one) for start, one in _standing(draft, hits) if one.text.anchors[0][1:] not in taken)
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def drivers(draft: Draft) -> tuple[str, ...]:
    """The modules a file imports that speak to a database, and the schemes of connection strings in it."""
    text = draft.source.text
    named = dict.fromkeys(_IMPORT.findall(text))
    schemes = dict.fromkeys(f"{scheme}:" for scheme in _SCHEME.findall(text)) if "://" in text else {}
    return (*(name for name in named if name.partition(".")[0].lower() in _DRIVERS), *schemes)


def _standing(draft: Draft, hits: list[int]) -> Iterator[tuple[int, Statement]]:
    """The strings at these offsets that begin as SQL does and reach no call of a database."""
    if not hits:
        return
    seen: set[int] = set()
    for node in draft.strings:
        while hits and hits[0] < node.start:
            hits.pop(0)
        if not hits or not node.holds(hits[0]):
            continue
        whole = _whole(node)
        above = whole.parent
        if whole.start in seen or above is None or above.kind == "expression_statement":
            continue
        seen.add(whole.start)
        text = sql_text.read(draft, whole)
        if text is not None and sql_text.is_sql(text.text) and _WORDS.search(text.text):
            handed = _handed(draft, above) if above.kind == "assignment" else _callee(above)
            wrong = draft.deliberate.at(whole) or (handed is not None and says(handed, _EXPECTING))
            yield whole.start, Statement(text, None, handed, wrong)


def _whole(node: Node) -> Node:
    """The text expression a string literal is part of."""
    while (above := node.parent) is not None:
        if above.kind not in (
            "concatenated_string",
            "parenthesized_expression",
            "binary_operator",
            "attribute",
            "call",
        ):
            listed = above.kind == "argument_list" and above.parent is not None and sql_text.wraps(above.parent)
            if not listed:
                return node
        elif above.kind == "call" and not sql_text.passes(above):
            return node
        node = above
    return node


def _handed(draft: Draft, assignment: Node) -> str | None:
    """What takes the name a string is bound to, where the name is used for nothing else than to be handed on."""
    target = assignment.field("left")
    scope = draft.scopes.function_at(assignment.start)
    if target is None or target.kind != "identifier" or scope is None:
        return None
    takers: list[str] = []
    for use in scope.node.find("identifier"):
        above = use.parent
        if use.text != target.text or use.start < assignment.end or above is None:
            continue
        binding = draft.scopes.reach(use)
        if binding is None or binding.node != assignment:
            continue
        if above.kind == "keyword_argument" and above.field("value") != use:
            continue
        taker = _callee(above) if above.kind in ("argument_list", "keyword_argument") else None
        if taker is None:
            return None
        takers.append(taker)
    return takers[0] if takers else None


def _callee(above: Node) -> str | None:
    """What a string is an argument of."""
    if above.kind == "keyword_argument" and above.parent is not None:
        above = above.parent
    call = above.parent if above.kind == "argument_list" else None
    return dotted(call.field("function")) if call is not None else None
