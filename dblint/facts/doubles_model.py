"""What a test double is told to answer: whose double it is, by which attributes and calls, and with which rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.facts.row_model import Lent
from dblint.facts.value_model import Value
from dblint.source import Span

RootKind = Literal["mock", "parameter", "patch", "attribute", "function", "class", "name"]
AnswerShape = Literal["row", "rows", "tuple", "tuples", "record", "records", "scalar", "scalars"]


@dataclass(frozen=True, slots=True)
class DoubleStep:
    """One link of the way: an attribute, called or only read.

    ``arguments`` are the positional arguments of a call that the file itself writes (``m.table("orders")``, or the
    branch of a dispatch); None where any will do (``m.table.return_value``). A name with ``called`` is the plain
    attribute (``data``); an empty name is a call of what stands before (``get_client()``); ``__aenter__`` and
    ``__enter__`` are steps like others.
    """

    name: str
    called: bool = False
    arguments: tuple[Value, ...] | None = None
    containing: tuple[str, ...] = ()
    """What the double looks for in the first text it is handed: ``if "FROM orders" in query``."""
    at: Span | None = None
    """Where the file says the last of the arguments."""
    loose: bool = False
    """More must hold than the text it looks for: another answer may come of the same statement."""


@dataclass(frozen=True, slots=True)
class DoubleRoot:
    """Where a way begins, followed outwards as far as the file tells.

    - ``mock``: a local ``name`` bound to what ``maker`` makes (``MagicMock``, ``FakeConnection``), handed on by
      calls that only the code's facts show;
    - ``parameter``: a parameter of the function, in a test or fixture mostly another fixture's value;
    - ``patch``: what stands in ``target``'s place, dotted as ``patch("app.db.client")`` and ``setattr`` say it; for
      ``patch.object(repo, "fetch")`` the object's own dotted text (imports not followed) and the attribute;
    - ``attribute``: ``self.client`` or an attribute of an imported module; ``name`` is its dotted text;
    - ``function``: a function of the file that answers so (``name`` is its name), put somewhere by name;
    - ``class``: every object of the file's class ``name``: what its methods answer whoever makes it;
    - ``name``: any other name (imported, of the module).
    """

    kind: RootKind
    name: str
    maker: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class TupleItem:
    """One value of a row without column names."""

    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class TupleRow:
    """A row whose columns only the query knows: a cursor's tuple, or one bare value."""

    span: Span
    items: tuple[TupleItem, ...]
    deliberate: bool = False


@dataclass(frozen=True, slots=True)
class DoubleResult:
    """One answer of a double.

    ``rows`` are indexes into ``FileFacts.rows``; ``tuples`` are rows by position; ``lent`` are those of other files.
    ``shape`` is one dict, a list of dicts, one tuple, a list of them, one object with attributes (``record``), several,
    or bare values. ``path`` holds no trailing ``return_value``: the last step is the call that answers, or the
    attribute (``data``) that holds the rows. ``turn`` counts the calls where a ``side_effect`` list answers them one by
    one. ``function`` is the qualified name (``TestOrders.test_total``, ``client``) of the function that says so, empty
    for the module; ``handed_out`` is true where that function returns or yields the root itself: a fixture, a factory.
    ``fluent`` is true where something on the way returns itself, so that steps may be missing. ``order`` counts the
    results of a file in the order of the text.
    """

    root: DoubleRoot
    path: tuple[DoubleStep, ...]
    rows: tuple[int, ...]
    shape: AnswerShape
    function: str
    span: Span
    order: int
    tuples: tuple[TupleRow, ...] = ()
    lent: tuple[Lent, ...] = ()
    turn: int | None = None
    handed_out: bool = False
    fluent: bool = False


@dataclass(frozen=True, slots=True)
class DoubleHandle:
    """A fixture or function and the double it hands out: a root and the way from it to what is handed out."""

    function: str
    root: DoubleRoot
    path: tuple[DoubleStep, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedRows:
    """Rows that a function of the file hands to what another file defines, by the dotted text of what it calls."""

    function: str
    callee: str
    rows: tuple[int, ...]
