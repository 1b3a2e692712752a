"""sql-syntax-error: a statement that the database's own parser refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.binding.query_model import BoundQuery, Refusal
from dblint.checks.queries import DRIVER_METHODS
from dblint.finding import Finding
from dblint.rule import Rule
from dblint.source import Place

_TEMPLATE = re.compile(r"""at or near "(?:[{}@#%:?\\\[]|<%|\$\d)|no parameter|\btoo deeply|\bnot installed""")
"""Placeholders of a templating of the project's own, and what says more of dblint than of the text."""


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    told = set()
    for query in project.queries:
        refusal = query.refusal
        if refusal is None or not _is_sent(query) or _TEMPLATE.search(refusal.message):
            continue
        if (query.path, refusal.span) not in told:
            told.add((query.path, refusal.span))
            yield _finding(rule, query, refusal, project.catalog.dialect)


def _is_sent(query: BoundQuery) -> bool:
    """A driver's method takes the text as it is, and a server is behind it."""
    call = query.statement.call
    return query.reach == "database" and call is not None and call.method in DRIVER_METHODS


def _finding(rule: Rule, query: BoundQuery, refusal: Refusal, dialect: str) -> Finding:
    server = {"postgres": "PostgreSQL", "sqlite": "SQLite", "mysql": "MySQL"}[dialect]
    return rule.finding(Place(query.path, refusal.span), f"{server} refuses this statement: {refusal.message}")
