"""Statements as they run: blocks and called routines step by step, against the working state of that moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dblint.catalog.model import Skipped
from dblint.catalog.replay import rivals
from dblint.catalog.replay.blocks import line_of, parsed, touch, touched
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Routine
from dblint.catalog.replay.possible import apply_possibly
from dblint.catalog.replay.run import applies, apply
from dblint.catalog.replay.state import State
from dblint.source import Place
from dblint.sql import statements as s

if TYPE_CHECKING:
    from dblint.sql.expressions import Expression
    from dblint.sql.queries import Query
    from dblint.sql.templates import Known
    from dblint.sql.world import Answer, AnswerRow, DynamicStep, Step

_DEEPEST = 8


def perform(state: State, statement: s.Statement, certain: bool = True) -> None:
    """One statement with all that it runs.

    Raises:
        RefusedError: the server would refuse it; the caller takes back what is half done.
    """
    match statement:
        case s.Conditional():
            perform(state, statement.statement, False)
        case s.Touch():
            touch(state, statement)
        case s.Unreadable():
            return
        case s.Do():
            _block(state, statement, certain)
        case s.Call():
            _apply(state, statement, certain)
            _call(state, statement, certain)
        case _:
            _apply(state, statement, certain)


def _apply(state: State, statement: s.Statement, certain: bool) -> None:
    if not certain:
        apply_possibly(state, statement)
    elif apply(state, statement) is None:
        rivals.note(state, statement)


def _block(state: State, block: s.Do, certain: bool) -> None:
    if block.language != "plpgsql":
        touch(state, s.Touch(block.place, None))
        return
    from dblint.sql.plpgsql import do_block
    from dblint.sql.postgres_parser import SyntaxRefusedError
    from dblint.sql.steps import run
    from dblint.sql.world import Mood

    try:
        read = do_block(block.body)
    except SyntaxRefusedError as error:
        state.skipped.append(Skipped(block.body_place, str(error)))
        return
    _within(state, lambda: run(read, _World(state, block.body_place), Mood(not certain)))


def _call(state: State, call: s.Call, certain: bool) -> None:
    """Run the project's own routine, where the call can only mean one."""
    found = _routines(state, call)
    if len(found) == 1 and found[0].definition is not None:
        _run_routine(state, found[0].definition, call, certain and found[0].certain)
    else:
        for one in found:
            if one.definition is not None:
                _run_routine(state, one.definition, call, False)


def _routines(state: State, call: s.Call) -> list[Routine]:
    """The project's own routines that the call may mean."""
    return [
        one
        for schema in state.places(call.routine)
        for one in state.routines.get((schema, call.routine.name), ())
        if one.definition is not None and _takes(one, len(call.arguments))
    ]


def _takes(routine: Routine, count: int) -> bool:
    taken = [one for one in routine.arguments if one.mode in ("in", "inout")]
    least = sum(not one.has_default for one in taken)
    return least <= count <= len(taken)


def _run_routine(state: State, definition: s.CreateFunction, call: s.Call, certain: bool) -> None:
    """Run the routine's body; a call from within itself would not end, since no condition on rows is known."""
    if definition in state.running:
        return
    state.running.append(definition)
    try:
        _run_body(state, definition, call, certain)
    finally:
        state.running.remove(definition)


def _run_body(state: State, definition: s.CreateFunction, call: s.Call, certain: bool) -> None:
    from dblint.sql.postgres_parser import SyntaxRefusedError
    from dblint.sql.steps import run_routine
    from dblint.sql.world import Mood

    world = _World(state, definition.place)
    if definition.language == "sql" and definition.body is not None:
        for one in parsed(definition.body, definition.place):
            _within(state, lambda one=one: perform(state, one, certain))  # type: ignore[misc]
        return
    if definition.language != "plpgsql" or definition.body is None:
        return
    try:
        _within(state, lambda: run_routine(definition, call.arguments, world, Mood(not certain)))
    except SyntaxRefusedError:
        touch(state, s.Touch(call.place, None))


def _within(state: State, run: Callable[[], None]) -> None:
    """Run something that runs statements itself; too deep a nesting is left unrun."""
    from dblint.sql.world import FailedError

    if state.depth >= _DEEPEST:
        return
    state.depth += 1
    try:
        run()
    except FailedError as failed:
        cause = failed.__cause__
        raise cause if isinstance(cause, RefusedError) else RefusedError(str(failed)) from failed
    finally:
        state.depth -= 1


class _World:
    """The working state as a block meets it."""

    answers = True

    def __init__(self, state: State, start: Place) -> None:
        self._state = state
        self._start = start

    def run(self, step: Step | DynamicStep) -> None:
        from dblint.sql.world import DynamicStep

        place = line_of(self._start, step.line)
        if isinstance(step, DynamicStep):
            for one in touched(step.touches, place):
                touch(self._state, one)
            return
        for statement in parsed(step.text, place):
            self._state.order += 1
            self._perform(statement, step)

    def _perform(self, statement: s.Statement, step: Step) -> None:
        from dblint.sql.world import FailedError

        mark = self.mark()
        try:
            perform(self._state, statement, step.idempotent or not step.conditional)
        except RefusedError as refused:
            self.undo(mark)
            rivals.note(self._state, statement)
            rivals.weigh(self._state, refused)
            if not step.conditional:
                raise FailedError(conditions_of(refused)) from refused

    def value(self, expression: Expression, variables: Mapping[str, Known]) -> Answer:
        from dblint.catalog.replay.asking import Question

        return Question(self._state, self._start, variables).answer(expression)

    def rows(self, query: Query, variables: Mapping[str, Known]) -> Sequence[AnswerRow] | None:
        from dblint.catalog.replay.asking import Question

        return Question(self._state, self._start, variables).rows(query, own=False)

    def own_rows(self, query: Query, variables: Mapping[str, Known]) -> Sequence[AnswerRow] | None:
        from dblint.catalog.replay.asking import Question

        return Question(self._state, self._start, variables).rows(query, own=True)

    def trusts(self, text: str) -> bool:
        if _PASSES.match(text):
            return True
        found = parsed(text, self._start)
        return bool(found) and all(self._knows(one) for one in found)

    def _knows(self, statement: s.Statement) -> bool:
        if isinstance(statement, s.Call):
            return bool(_routines(self._state, statement))
        return applies(statement)

    def mark(self) -> int:
        return self._state.journal.mark()

    def undo(self, mark: int) -> None:
        self._state.journal.undo_to(mark)


_PASSES = re.compile(
    r"\s*(?:grant|revoke|comment|refresh|analyze|alter\s+default|set|alter\s[^;]*\sowner\s+to)\b", re.IGNORECASE
)
"""What a migration's author knows to succeed, and what takes no part in the catalog."""

_CODES = {
    "exists": {
        "column": ("duplicate_column", "42701"),
        "schema": ("duplicate_schema", "42p06"),
        "function": ("duplicate_function", "42723"),
        "relation": ("duplicate_table", "42p07"),
        "type": ("duplicate_object", "42710"),
        "constraint": ("duplicate_object", "42710"),
        "trigger": ("duplicate_object", "42710"),
        "enum": ("duplicate_object", "42710"),
    },
    "missing": {
        "column": ("undefined_column", "42703"),
        "schema": ("invalid_schema_name", "3f000"),
        "function": ("undefined_function", "42883"),
        "relation": ("undefined_table", "42p01"),
        "table": ("undefined_table", "42p01"),
        "view": ("undefined_table", "42p01"),
        "sequence": ("undefined_table", "42p01"),
        "type": ("undefined_object", "42704"),
        "constraint": ("undefined_object", "42704"),
        "trigger": ("undefined_object", "42704"),
        "index": ("undefined_object", "42704"),
    },
}


def conditions_of(refused: RefusedError) -> frozenset[str]:
    """The names a handler may know the error by; none where that is not known."""
    message = str(refused)
    kind = "exists" if "already exists" in message else "missing" if message.endswith("does not exist") else ""
    return frozenset(_CODES.get(kind, {}).get(message.split(" ", 1)[0], ()))
