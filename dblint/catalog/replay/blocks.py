"""DO blocks as the statements they run, and what a statement of unknown text may have touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from fnmatch import fnmatchcase

from dblint.catalog.replay.objects import Relation
from dblint.catalog.replay.state import State
from dblint.source import Place, Source
from dblint.sql import statements as s
from dblint.sql.definitions import ObjectName

_CREATES = re.compile(r"\s*create\s", re.IGNORECASE)
"""What is made under an unknown name changes nothing that stands."""


def expanded(statements: Iterable[s.Statement]) -> Iterator[s.Statement]:
    """The statements with every DO block replaced by what it runs."""
    for statement in statements:
        if isinstance(statement, s.Do):
            yield from _block(statement)
        elif isinstance(statement, s.Conditional) and isinstance(statement.statement, s.Do):
            yield from (s.Conditional(one.place, one) for one in _block(statement.statement))
        else:
            yield statement


def _block(block: s.Do) -> Iterator[s.Statement]:
    if block.language != "plpgsql":
        yield s.Touch(block.place, None)
        return
    yield from body_statements(block.body, block.body_place)


def body_statements(body: str, start: Place) -> Iterator[s.Statement]:
    """The statements that a PL/pgSQL block without parameters runs."""
    from dblint.sql.postgres_parser import SyntaxRefusedError
    from dblint.sql.steps import DynamicStep, steps

    try:
        found = steps(body)
    except SyntaxRefusedError as error:
        yield s.Unreadable(start, str(error))
        return
    for step in found:
        place = _line(start, step.line)
        if isinstance(step, DynamicStep):
            yield from _touched(step.touches, place)
            continue
        for one in _parsed(step.text, place):
            certain = step.idempotent or not step.conditional
            yield one if certain or isinstance(one, s.Touch | s.Unreadable) else s.Conditional(one.place, one)


def _line(start: Place, line: int) -> Place:
    """The start of a body's line, as near as a body tells its positions."""
    if line <= 1:
        return start
    at = start.span.line + line - 1
    return replace(start, span=replace(start.span, line=at, column=1, end_line=at, end_column=1))


def _parsed(text: str, place: Place) -> Iterator[s.Statement]:
    from dblint.sql.postgres import statements

    for one in statements(Source(place.path, text), place.span.line):
        if isinstance(one, s.Do):
            yield from _block(one)
        elif not isinstance(one, s.Unreadable):
            yield one


def touches_of(definition: s.CreateFunction) -> Iterator[s.Touch]:
    """What a routine may touch by statements that it puts together itself."""
    from dblint.sql.plpgsql import routine
    from dblint.sql.postgres_expressions import parse_expression
    from dblint.sql.postgres_parser import SyntaxRefusedError
    from dblint.sql.postgres_quoting import type_text
    from dblint.sql.templates import text_of, touches

    if definition.language != "plpgsql" or definition.body is None or "execute" not in definition.body.lower():
        return
    returns = type_text(definition.returns) if definition.returns is not None else None
    try:
        read = routine(definition.body, definition.parameters, returns, definition.returns_set)
        queries = [parse_expression(query) for query in _executed(read)]
    except SyntaxRefusedError:
        yield s.Touch(definition.place, None)
        return
    for query in queries:
        template = text_of(query, {})
        found = touches(template)
        if found and _CREATES.match(template[0] or ""):
            yield s.Touch(definition.place, None)
        else:
            yield from _touched(found, definition.place)


def _executed(value: object) -> Iterator[str]:
    """The queries of all EXECUTEs inside."""
    from dblint.sql.plpgsql import Execute

    if isinstance(value, Execute):
        yield value.query
    elif isinstance(value, tuple):
        for one in value:
            yield from _executed(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _executed(getattr(value, one.name))


def _touched(found: object, place: Place) -> Iterator[s.Touch]:
    from dblint.sql.templates import Touched

    if not isinstance(found, tuple):
        yield s.Touch(place, None)
        return
    for one in found:
        if isinstance(one, Touched):
            yield s.Touch(place, one.what, one.schema, one.name)


def touch(state: State, statement: s.Touch) -> None:
    """What may have been made or changed is not known any more."""
    if statement.what is None:
        state.dynamic = True
        return
    if statement.what != "relation":
        return
    if "*" in statement.name or "*" in (statement.schema or ""):
        state.dynamic = True
        _doubt_matching(state, statement)
        return
    name = ObjectName(statement.schema, statement.name, statement.place)
    found = state.relation(name)
    schema = found.schema if found is not None else statement.schema or (state.path[0] if state.path else "public")
    state.unsure[(schema, statement.name)] = None


def _doubt_matching(state: State, statement: s.Touch) -> None:
    for (schema, name), thing in state.relations.items():
        fits = fnmatchcase(name, statement.name) and fnmatchcase(schema, statement.schema or "*")
        if fits and isinstance(thing, Relation):
            state.unsure[(schema, name)] = None
