"""What a trace finds and what it runs: operations reached on doubles, functions answered for, frames."""

from __future__ import annotations

from dataclasses import dataclass, field

from dblint.binding.code import Found
from dblint.binding.trace_values import Double, Root, Row, Value
from dblint.facts.code_model import CodeFacts, Function, Operation


@dataclass(frozen=True, slots=True)
class Reached:
    """A database operation that a test reaches on a double; ``prefix`` is the way of its receiver."""

    root: Root
    prefix: tuple[str, ...]
    ends: frozenset[Double]
    operation: Operation
    function: Found
    table: str | None
    """The table's name, or the SQL; None where nobody knows it."""
    certain: bool
    """It surely runs, once, when its test runs to its end."""
    on_object: bool = False
    """It is made on an object of a class of the project, not on a double."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A query builder in the making, on a double: what it is so far."""

    root: Root
    prefix: tuple[str, ...]
    operation: Operation
    function: Found
    table: str | None
    certain: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A database operation on something nobody knows: it may be any double."""

    operation: Operation
    function: Found
    table: str | None


@dataclass(frozen=True, slots=True)
class Served:
    """A dict literal of the tests that a database operation gets as a row."""

    row: Row
    operation: Operation
    function: Found
    table: str | None


@dataclass(frozen=True, slots=True)
class Stood:
    """A dict literal of the tests that a double or a fake gives in the place of a function of the project."""

    row: Row
    function: Found


@dataclass(frozen=True, slots=True)
class Answered:
    """A function of the project that a double answers in the place of."""

    root: Root
    way: tuple[str, ...]
    function: Found


@dataclass(slots=True, eq=False)
class Frame:
    """One run of a function: its names and what its calls gave."""

    found: Found
    facts: CodeFacts
    function: Function
    names: dict[str, Value] = field(default_factory=dict)
    given: dict[int, Value] = field(default_factory=dict)
    certain: bool = True
    returned: list[Value] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.facts.path
