"""DO blocks as the statements they run, and what a statement of unknown text may have touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from dblint.catalog.replay.objects import Relation
from dblint.catalog.replay.state import State
from dblint.source import Place, Source
from dblint.sql import statements as s
from dblint.sql.definitions import ObjectName


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
    from dataclasses import replace

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


def _touched(touches: object, place: Place) -> Iterator[s.Statement]:
    from dblint.sql.templates import Touched

    if not isinstance(touches, tuple):
        yield s.Touch(place, None)
        return
    for one in touches:
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
