"""What tests do with their own mocks: answers they ask back, subjects they replace, errors they swallow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.source import Span


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An assertion that reads what the test itself told a mock to answer, and asked it for.

    ``path`` is the mock's path as text (``mock_db.table().insert()``). For ``asks`` ``answer`` the test asserts the
    value, for ``call`` it asserts that its own call took place. ``told`` is where the mock is told, None for ``call``.
    ``fixture`` is the fixture that must make a mock without a specification for this to hold, None where the file
    shows the mock being made.
    """

    test: str
    asks: Literal["answer", "call"]
    path: str
    assertion: Span
    call: Span
    told: Span | None
    fixture: str | None = None


@dataclass(frozen=True, slots=True)
class MockOnlyTest:
    """A test that drives mocks it made itself, and names nothing of the project."""

    test: str
    span: Span
    path: str
    call: Span


@dataclass(frozen=True, slots=True)
class MockTransaction:
    """A transaction on a mock in which an exception is raised, and an assertion behind it that reads the same mock.

    ``fixture`` as for ``OwnAnswer``.
    """

    test: str
    path: str
    opened: Span
    assertion: Span
    read: str
    fixture: str | None = None


@dataclass(frozen=True, slots=True)
class DottedCall:
    """A call by its dotted name, the file's imports followed."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Replacement:
    """A name that a test replaces for a while, and what it calls by name meanwhile.

    ``target`` is the dotted name as ``patch`` takes it, or, for ``patch.object`` and ``monkeypatch.setattr``, the
    object's dotted name with the imports followed and the attribute. ``by`` says what stands there instead;
    ``asserted`` whether the test asserts anything after one of its calls.
    """

    test: str
    target: str
    span: Span
    by: Literal["mock", "constant", "other"]
    calls: tuple[DottedCall, ...] = ()
    asserted: bool = False
    creates: bool = False
    """``create=True`` or ``raising=False``: the name need not be there."""
    dotted: bool = False
    """One string names the target, so what holds it is found by importing."""


@dataclass(frozen=True, slots=True)
class SwallowedTry:
    """A ``try`` in a test whose handler passes, or a ``suppress``, and what of its body is thereby lost.

    ``whole`` is the statement, ``body`` its block, ``handler`` the clause that passes (for ``suppress`` the call).
    ``catches`` is the handler's text (``except Exception``). ``raises`` is true where the body raises on purpose.
    """

    test: str
    loses: Literal["assertion", "database call"]
    lost: Span
    text: str
    whole: Span
    body: Span
    handler: Span
    catches: str
    raises: bool = False
    expects: bool = False
    """What is lost is ``assert False`` or ``fail()``: the test wants an exception from the lines above."""


@dataclass(frozen=True, slots=True)
class QueryAssertion:
    """An assertion that compares the text of an SQL statement with what a mock was called with."""

    test: str
    span: Span
    verb: str


@dataclass(frozen=True, slots=True)
class ComputedBranch:
    """A double's branch for a stored function that computes: by arithmetic, or gathering many into one."""

    function: str
    span: Span


@dataclass(frozen=True, slots=True)
class AssertedCall:
    """A stored function that a test calls itself and whose answer it asserts."""

    function: str
    test: str
    span: Span


@dataclass(frozen=True, slots=True)
class BareMock:
    """A fixture whose value is a mock without a specification."""

    fixture: str


@dataclass(frozen=True, slots=True)
class TheaterFacts:
    """All of these in one file."""

    answers: tuple[OwnAnswer, ...] = ()
    mock_only: tuple[MockOnlyTest, ...] = ()
    transactions: tuple[MockTransaction, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    swallowed: tuple[SwallowedTry, ...] = ()
    queries: tuple[QueryAssertion, ...] = ()
    bare_mocks: tuple[BareMock, ...] = ()
    computed: tuple[ComputedBranch, ...] = ()
    asserted: tuple[AssertedCall, ...] = ()
