"""What a routine's body tells: the tables and columns it touches, and the columns a trigger function gives NEW."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dblint.catalog.model import FunctionUse
from dblint.catalog.uses import Uses
from dblint.sql.plpgsql import (
    Assign,
    Block,
    Branch,
    Evaluate,
    Execute,
    Leave,
    Loop,
    PlpgsqlStatement,
    Routine,
    Sql,
    routine,
)
from dblint.sql.postgres_bodies import atomic_statements, row_statements, value
from dblint.sql.postgres_parser import SyntaxRefusedError
from dblint.sql.queries import Relation
from dblint.sql.statements import CreateFunction

_UNCHANGED = frozenset({"new", "old", "null"})
_IDENTIFIER = r'"(?:[^"]|"")+"|\w+'
_TARGET = re.compile(rf"({_IDENTIFIER})(?:\s*\.\s*({_IDENTIFIER}))?")
# The parser does not tell which variable RETURN names.
_RETURN = re.compile(rf"\breturn\s+({_IDENTIFIER})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """``fills`` are the columns of NEW the body may set; None for any of them. ``problem`` says why it is not read.

    ``dynamic`` is true where it runs statements whose text only the run knows: they may touch more.
    """

    uses: tuple[FunctionUse, ...] = ()
    fills: frozenset[str] | None = frozenset()
    dynamic: bool = False
    problem: str | None = None


def read(statement: CreateFunction) -> Body:
    """What the body of the routine tells."""
    if statement.body is None:
        return Body(fills=None, problem="no body to read")
    try:
        if statement.language == "plpgsql":
            return _plpgsql(statement, statement.body)
        if statement.language == "sql":
            return _sql(statement, statement.body)
    except SyntaxRefusedError as error:
        return Body(fills=None, problem=str(error))
    return Body(fills=None, problem=f"language {statement.language}")


def _parameters(statement: CreateFunction) -> frozenset[str]:
    return frozenset(one.name for one in statement.parameters if one.name is not None)


def _sql(statement: CreateFunction, body: str) -> Body:
    uses = Uses(_parameters(statement))
    made: list[Relation] = []
    if statement.atomic:
        found, returned = atomic_statements(body)
        for one in returned:
            uses.add_value(one)
    else:
        found, made = row_statements(body)
    for query in found:
        uses.add(query)
    return Body(uses.found(made))


def _plpgsql(statement: CreateFunction, body: str) -> Body:
    returns = statement.returns.name if statement.returns is not None else None
    read_body = routine(body, statement.parameters, returns, statement.returns_set)
    variables = frozenset(one.name for one in read_body.variables)
    uses = Uses(_parameters(statement) | variables)
    made: list[Relation] = []
    statements = list(_all(read_body.body))
    for one in statements:
        made.extend(_add(uses, one))
    for variable in read_body.variables:
        _add_value(uses, variable.default)
    dynamic = any(isinstance(one, Execute) for one in statements)
    return Body(uses.found(made), _filled(body, read_body, statements), dynamic)


def _all(statement: PlpgsqlStatement) -> Iterator[PlpgsqlStatement]:
    yield statement
    inner: list[tuple[PlpgsqlStatement, ...]] = []
    if isinstance(statement, Block):
        inner = [statement.body, *(body for _, body in statement.handlers)]
    elif isinstance(statement, Branch):
        inner = [body for _, body in statement.arms]
    elif isinstance(statement, Loop):
        inner = [statement.body]
    for body in inner:
        for one in body:
            yield from _all(one)


def _add(uses: Uses, statement: PlpgsqlStatement) -> list[Relation]:
    """Collect what the statement itself touches; the tables it makes."""
    match statement:
        case Sql(text=text) | Loop(query=str(text)):
            found, made = row_statements(text)
            for query in found:
                uses.add(query)
            return made
        case Execute():
            _add_value(uses, statement.query)
        case Assign() | Leave():
            _add_value(uses, statement.value)
        case Evaluate():
            for text in statement.expressions:
                _add_value(uses, text)
        case Branch():
            for condition, _ in statement.arms:
                _add_value(uses, condition)
    return []


def _add_value(uses: Uses, text: str | None) -> None:
    read_value = value(text) if text is not None else None
    if read_value is not None:
        uses.add_value(read_value)


def _filled(body: str, routine_: Routine, statements: list[PlpgsqlStatement]) -> frozenset[str] | None:
    """The columns of NEW that the statements may set; None for any."""
    if not any(variable.name == "new" for variable in routine_.variables):
        return frozenset()
    if any(found[1].lower() not in _UNCHANGED for found in _RETURN.finditer(body)):
        return None
    targets = [target for statement in statements for target in _targets(statement) if target[0] == "new"]
    columns = [column for _, column in targets if column is not None]
    return frozenset(columns) if len(columns) == len(targets) else None


def _targets(statement: PlpgsqlStatement) -> list[tuple[str, str | None]]:
    """The variables a statement sets, and the field where it sets only that."""
    match statement:
        case Assign():
            found = _TARGET.match(statement.target.strip())
            return [(_name(found[1]), _name(found[2]) if found[2] else None)] if found else [("new", None)]
        case Sql() | Execute():
            names = statement.into
        case Loop():
            names = statement.variables
        case _:
            return []
    parts = (name.partition(".") for name in names)
    return [(record, column if dot else None) for record, dot, column in parts]


def _name(written: str) -> str:
    return written[1:-1].replace('""', '"') if written.startswith('"') else written.lower()
