"""DO blocks as the statements they run, and what a statement of unknown text may have touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache

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
    from dblint.sql.steps import steps
    from dblint.sql.world import DynamicStep

    try:
        found = steps(body)
    except SyntaxRefusedError as error:
        yield s.Unreadable(start, str(error))
        return
    for step in found:
        place = line_of(start, step.line)
        if isinstance(step, DynamicStep):
            yield from touched(step.touches, place)
            continue
        for one in parsed(step.text, place):
            if isinstance(one, s.Do):
                yield from _block(one)
                continue
            certain = step.idempotent or not step.conditional
            yield one if certain or isinstance(one, s.Touch | s.Unreadable) else s.Conditional(one.place, one)


def line_of(start: Place, line: int) -> Place:
    """The start of a body's line, as near as a body tells its positions."""
    if line <= 1:
        return start
    at = start.span.line + line - 1
    return replace(start, span=replace(start.span, line=at, column=1, end_line=at, end_column=1))


@cache
def parsed(text: str, place: Place) -> tuple[s.Statement, ...]:
    """The statements of a block's text, without what cannot be read."""
    from dblint.sql.postgres import statements

    found = statements(Source(place.path, text), place.span.line)
    return tuple(one for one in found if not isinstance(one, s.Unreadable))


def forget_texts() -> None:
    """Let go of what was read of blocks, which each run reads twice: for its names, and to run it."""
    if parsed.cache_info().currsize:
        from dblint.sql import steps

        steps.forget_texts()
        parsed.cache_clear()


def touched(found: object, place: Place) -> Iterator[s.Touch]:
    """What a statement of unknown text may touch, as statements."""
    from dblint.sql.templates import Touched

    if not isinstance(found, tuple):
        yield s.Touch(place, None)
        return
    for one in found:
        if isinstance(one, Touched):
            yield s.Touch(place, one.what, one.schema, one.name, one.made)


def touch(state: State, statement: s.Touch) -> None:
    """What may have been made or changed is not known any more."""
    if statement.what is None:
        state.dynamic = True
        return
    if statement.what != "relation":
        return
    if "*" in statement.name or "*" in (statement.schema or ""):
        state.dynamic = True
        if not statement.made:
            _doubt_matching(state, statement)
        return
    name = ObjectName(statement.schema, statement.name, statement.place)
    found = state.relation(name)
    if found is not None and statement.made:
        return
    schema = found.schema if found is not None else statement.schema or (state.path[0] if state.path else "public")
    state.unsure[(schema, statement.name)] = None


def _doubt_matching(state: State, statement: s.Touch) -> None:
    for (schema, name), thing in state.relations.items():
        fits = fnmatchcase(name, statement.name) and fnmatchcase(schema, statement.schema or "*")
        if fits and isinstance(thing, Relation):
            state.unsure[(schema, name)] = None
