"""Calls of stored functions in a test file, and what doubles answer to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.facts.value_model import Value
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span

RpcForm = Literal["rpc", "callproc", "sqlalchemy", "sql", "call"]
RpcEvidence = Literal["call", "assertion", "dispatch", "registry"]
AnswerForm = Literal["branch", "told"]
BuilderUse = Literal["awaited", "left", "read"]


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A stored function's name as a literal says it; the span holds the quotes."""

    name: str
    span: Span
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class RpcArgument:
    """An argument: by name with the layout of its entry, or by position."""

    name: str | None
    span: Span
    value: Value
    layout: EntryLayout | None = None


@dataclass(frozen=True, slots=True)
class RpcCall:
    """A function that a client is told to call, or is asserted to have been told.

    ``open`` is true where more arguments may come at run time, or they are not known at all. ``posted`` is false where
    the call is a GET, which hands over no JSON body. ``sure`` says that what is called is known as a database client or
    its double. ``test`` is the name of the function around it.
    """

    function: FunctionName
    span: Span
    form: RpcForm
    evidence: RpcEvidence
    client: str
    arguments: tuple[RpcArgument, ...] = ()
    layout: RowLayout | None = None
    open: bool = False
    posted: bool = True
    sure: bool = False
    deliberate: bool = False
    test: str = ""
    alone: bool = False
    """It is the test's own call, or asserted to be the only one made through the client."""
    reads: bool = False
    """A double's branch: the arguments are those it reads, and it need not read them all."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One dict of an answer: its keys and where they stand; ``open`` where more may come."""

    span: Span
    entries: tuple[RpcArgument, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class RpcAnswer:
    """What a double answers for a stored function; ``function`` is None where only the code under test can tell which.

    ``value`` is the data as far as they are known, ``rows`` the dicts among them in order. ``form`` tells a branch that
    answers this function alone from a value that a mock is told to answer. ``inner`` is the span of a list's only
    element, for taking it out of the list.
    """

    function: FunctionName | None
    span: Span
    value: Value
    rows: tuple[AnswerRow, ...]
    form: AnswerForm
    client: str = ""
    inner: Span | None = None
    deliberate: bool = False
    sure: bool = False
    test: str = ""
    plain: bool = True
    """The span holds the literal itself and can be edited."""


@dataclass(frozen=True, slots=True)
class BranchLayout:
    """How a double's dispatch is written: a new branch is ``before + value + after``.

    In a chain it goes to ``insert_at`` (an empty span), and ``before`` holds ``\\0`` where the function's name stands,
    without its quotes; in a dict it is an entry of ``row``.
    """

    before: str
    after: str
    insert_at: Span | None = None
    row: RowLayout | None = None


@dataclass(frozen=True, slots=True)
class RpcDispatch:
    """A double that answers by the function's name.

    ``name`` is the function or method (``FakeClient.rpc``), ``owner`` its class; ``names`` are the functions it has a
    branch for, ``fallback`` what any other gets. ``open`` is true where more names may be known at run time.
    ``layout`` is None where a branch can only be written by hand.
    """

    name: str
    owner: str
    span: Span
    names: tuple[str, ...]
    fallback: Literal["nothing", "raises", "value"]
    open: bool = False
    layout: BranchLayout | None = None


@dataclass(frozen=True, slots=True)
class UnexecutedBuilder:
    """A query builder that no ``execute`` follows; ``insert_at`` is the empty span behind it.

    ``use`` says that it is awaited, left as a statement of its own, or that a result is read from it. ``maker`` is the
    callee that made its client, where the file shows it.
    """

    span: Span
    insert_at: Span
    client: str
    maker: str | None
    use: BuilderUse
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RpcFacts:
    """All a file says of stored functions."""

    calls: tuple[RpcCall, ...] = ()
    answers: tuple[RpcAnswer, ...] = ()
    dispatches: tuple[RpcDispatch, ...] = ()
    created: tuple[str, ...] = ()
    """Functions that an SQL string of the file itself creates, folded."""
    unexecuted: tuple[UnexecutedBuilder, ...] = ()
    fakes: bool = False
    """A class of the file has methods of a database's client."""


NO_RPC = RpcFacts()
"""A file that says nothing of stored functions."""
