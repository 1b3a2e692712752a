"""sql-syntax-error: a statement that the database's own parser refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.binding.query_model import BoundQuery, Refusal
from dblint.checks.queries import DRIVER_METHODS
from dblint.facts.words import says
from dblint.finding import Finding
from dblint.rule import Rule
from dblint.source import Place
from dblint.values.nearest import nearest

_DATABASES = frozenset(
    """conn con connection connect cnx cursor cur curs crsr c db database databases dbh session engine pool tx txn
    transaction trans pg psql postgres postgresql sqlite mysql sql psycopg asyncpg rds client dao repo repository store
    storage schema migrator pgconn acquire begin executor query warehouse""".split()  # noqa: SIM905
)
"""Words of what sends statements."""
_TEMPLATE = re.compile(r"""at or near "(?::(?!:)|[{}@#%?\\\[]|<%|\$\d)|no parameter|\btoo deeply|\bnot installed""")
"""Placeholders of a templating of the project's own, and what says more of dblint than of the text."""


_FIRST_WORDS = tuple(
    """select insert update delete with values merge replace truncate create alter drop grant revoke set show explain
    analyze vacuum begin commit rollback savepoint release copy lock listen unlisten notify refresh comment reindex
    cluster do call execute prepare deallocate declare fetch move close table reset discard attach detach pragma start
    end abort reassign import""".split()  # noqa: SIM905
)
_WORD = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\(|;)*(\w+)", re.DOTALL)


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    told = set()
    for query in project.queries:
        refusal = query.refusal
        if refusal is None or not _is_sent(query) or _TEMPLATE.search(refusal.message):
            continue
        if not _is_of_a_database(project, query):
            continue
        if (query.path, refusal.span) not in told:
            told.add((query.path, refusal.span))
            yield _finding(rule, query, refusal, project.catalog.dialect)


def _is_sent(query: BoundQuery) -> bool:
    """A driver's method takes the text as it is, and a server is behind it."""
    call = query.statement.call
    return query.reach == "database" and call is not None and call.method in DRIVER_METHODS and _is_meant_as_sql(query)


def _is_of_a_database(project: BoundProject, query: BoundQuery) -> bool:
    """What executes the text is called or made as databases' things are, or has been sent a known table's statement."""
    call = query.statement.call
    if call is None or call.receiver is None or query.tables or says(call.receiver, _DATABASES):
        return True
    if any(says(maker, _DATABASES) for maker in call.makers):
        return True
    return any(
        bool(one.tables) and one.statement.call is not None and one.statement.call.receiver == call.receiver
        for one in project.queries
        if one.path == query.path
    )


def _is_meant_as_sql(query: BoundQuery) -> bool:
    """The text begins as a statement does, or nearly so: other things than databases execute texts as well."""
    found = _WORD.match(query.statement.text.text)
    word = found[1].lower() if found is not None else ""
    return word in _FIRST_WORDS or (len(word) > 3 and nearest(word, _FIRST_WORDS) is not None)


def _finding(rule: Rule, query: BoundQuery, refusal: Refusal, dialect: str) -> Finding:
    server = {"postgres": "PostgreSQL", "sqlite": "SQLite", "mysql": "MySQL"}[dialect]
    return rule.finding(Place(query.path, refusal.span), f"{server} refuses this statement: {refusal.message}")
