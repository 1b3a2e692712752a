"""What a PL/pgSQL block meets when it runs: a schema that takes its statements and answers its questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from dblint.sql.expressions import Expression
from dblint.sql.queries import Query
from dblint.sql.templates import Known, Touched


class Unknown(Enum):
    """The answer that only the run knows."""

    VALUE = "unknown"


UNKNOWN_VALUE = Unknown.VALUE
Answer: TypeAlias = str | int | bool | Unknown | None
"""A value a block may keep; None is NULL."""

AnswerRow: TypeAlias = tuple[tuple[str, Answer], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """SQL text that the block runs, one statement or, by EXECUTE, several.

    ``conditional``: it may not run. ``idempotent``: the block only asks first whether the thing is missing, or catches
    the error that it is not, so what the step makes is there afterwards either way.
    """

    text: str
    line: int
    conditional: bool = False
    idempotent: bool = False


@dataclass(frozen=True, slots=True)
class DynamicStep:
    """A statement only the run knows whole; ``touches`` is what it may touch, None for anything at all."""

    touches: tuple[Touched, ...] | None
    line: int


@dataclass(frozen=True, slots=True)
class Mood:
    """How sure it is that a statement runs. ``over``: it never does."""

    conditional: bool = False
    idempotent: bool = False
    over: bool = False

    def under(self, guard: bool) -> Mood:
        """The mood inside a condition; ``guard`` where the condition only asks what is there already."""
        return Mood(True, guard and (self.idempotent or not self.conditional))


SURE = Mood()


class FailedError(Exception):
    """A statement that surely runs is refused; ``conditions`` are the names and codes of the error, where known."""

    def __init__(self, conditions: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(conditions)))
        self.conditions = conditions


class World(Protocol):
    """Takes a block's steps one by one, and answers in between.

    ``answers``: it has answers at all.
    """

    @property
    def answers(self) -> bool: ...

    def run(self, step: Step | DynamicStep) -> None:
        """Run the step.

        Raises:
            FailedError: it surely runs and is refused.
        """

    def value(self, expression: Expression, variables: Mapping[str, Known]) -> Answer:
        """What the expression comes to now."""

    def rows(self, query: Query, variables: Mapping[str, Known]) -> Sequence[AnswerRow] | None:
        """The rows of the query now, None where they are not all known."""

    def own_rows(self, query: Query, variables: Mapping[str, Known]) -> Sequence[AnswerRow] | None:
        """The rows of the query that are about the project's own objects, None where they are not all known."""

    def trusts(self, text: str) -> bool:
        """The statements fail only where ``run`` says so."""

    def mark(self) -> int:
        """A point to return to."""

    def undo(self, mark: int) -> None:
        """Take back what ran since."""


class Recorder:
    """A world that only writes down what it is given."""

    answers = False

    def __init__(self) -> None:
        self.found: list[Step | DynamicStep] = []

    def run(self, step: Step | DynamicStep) -> None:
        self.found.append(step)

    def value(self, expression: Expression, variables: Mapping[str, Known]) -> Answer:
        return UNKNOWN_VALUE

    def rows(self, query: Query, variables: Mapping[str, Known]) -> Sequence[AnswerRow] | None:
        return None

    def own_rows(self, query: Query, variables: Mapping[str, Known]) -> Sequence[AnswerRow] | None:
        return None

    def trusts(self, text: str) -> bool:
        return False

    def mark(self) -> int:
        return len(self.found)

    def undo(self, mark: int) -> None:
        del self.found[mark:]


def kept(answer: Answer) -> Known:
    """The answer as a variable keeps it."""
    if answer is None:
        return None
    if isinstance(answer, Unknown):
        return (None,)
    return (str(answer).lower() if isinstance(answer, bool) else str(answer),)
