"""SQL strings as a check sees them: which of their names mean nothing, and what else of them a server would refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.catalog.model import Table
from dblint.facts.statements_model import Statement
from dblint.source import Span

Reach = Literal["database", "double", "nothing"]


FOREIGN_SCHEMAS = frozenset(
    ("auth", "storage", "realtime", "extensions", "vault", "cron", "information_schema", "graphql", "net", "pgsodium")
)
"""Schemas that a hosting service keeps."""


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name of a statement that means nothing where it stands.

    ``qualifier`` stands before it; ``tables`` are those a column was looked for in. A ``qualifier`` is a name before a
    dot that the statement has not in its FROM. ``plain`` says that the span holds the name as it is, ``quoted`` that
    SQL's quotes stand around it.
    """

    kind: Literal["table", "column", "qualifier"]
    name: str
    qualifier: tuple[str, ...]
    span: Span
    plain: bool
    quoted: bool
    tables: tuple[Table, ...] = ()
    ticked: bool = False
    """The quotes are MySQL's own, in which a text never stands."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the dialect's parser says of a text, and where."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Misfit:
    """Counts that do not add up: columns named and values given, or placeholders and arguments."""

    kind: Literal["values", "columns", "rows", "sides", "arguments", "names"]
    span: Span
    wanted: int
    given: int
    table: Table | None = None
    names: tuple[str, ...] = ()
    related: Span | None = None


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function that a statement calls; ``called`` by CALL, ``plain`` where the span holds the name as it is."""

    schema: str | None
    name: str
    span: Span
    positional: int
    named: tuple[str, ...] = ()
    called: bool = False
    plain: bool = True


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """One SQL string read under the catalog; ``tables`` are those its names mean.

    ``reach`` says what takes it: something that sends it to a database of the catalog's dialect as far as the project
    shows, a double, or nothing that dblint knows.
    """

    path: str
    statement: Statement
    reach: Reach
    tables: tuple[Table, ...] = ()
    unknown: tuple[UnknownName, ...] = ()
    refusal: Refusal | None = None
    misfits: tuple[Misfit, ...] = ()
    calls: tuple[FunctionCall, ...] = ()
