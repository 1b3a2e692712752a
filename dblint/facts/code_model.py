"""What the code of a Python file says: imports, functions, their calls in order, and the database operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from dblint.source import Span

ExpressionKind = Literal[
    "name",
    "call",
    "str",
    "fstr",
    "int",
    "float",
    "bool",
    "null",
    "bytes",
    "list",
    "tuple",
    "set",
    "dict",
    "lambda",
    "other",
]
ParameterKind = Literal["plain", "positional", "keyword", "args", "kwargs"]
AssignmentHow = Literal["value", "item", "enter", "change"]
OperationKind = Literal["table", "rpc", "sql", "model"]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as far as its text tells.

    ``text`` is the content of strings, the text of numbers and booleans, and the dotted way of names and calls, where
    what is called carries ``()`` and what is subscripted ``[]``: ``self.repo.get``, ``get_client().table``. A call's
    ``text`` is its callee, its own parentheses left out, and ``call`` its index in ``Function.calls``; for a name it is
    the call the way goes on from (``f()`` of ``f().data``). A hole of an f-string is ``\\0``. ``items`` are elements, a
    dict's values (beside ``keys``, None for what is no string), the body of a lambda, whose ``text`` is its first
    parameter, the key that a name ends in (``tables["orders"]``), or the sides of ``a or b`` and ``a if x else b``,
    whose kind is ``other``.
    """

    kind: ExpressionKind
    text: str
    span: Span
    call: int = -1
    awaited: bool = False
    items: tuple[Expression, ...] = ()
    keys: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; ``name`` is the keyword, ``*`` or ``**`` for spreads, empty for a positional one."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """One call, in the order of evaluation.

    ``receiver`` is the index of the call that makes what this one is called on (``table("x")`` of ``table("x").eq``).
    ``conditional``: it may not run when the function does; ``repeated``: in a loop or comprehension; ``deferred``: in
    a lambda.
    """

    callee: str
    arguments: tuple[Argument, ...]
    span: Span
    receiver: int = -1
    awaited: bool = False
    conditional: bool = False
    repeated: bool = False
    deferred: bool = False

    @property
    def name(self) -> str:
        """The last name of what is called."""
        return self.callee.rpartition(".")[2]

    def argument(self, position: int, *names: str) -> Expression | None:
        """The argument at a position, or given by one of these keywords; None also behind a spread."""
        for one in self.arguments:
            if one.name in names:
                return one.value
        for index, one in enumerate(self.arguments):
            if one.name:
                return None
            if index == position:
                return one.value
        return None


@dataclass(frozen=True, slots=True)
class Assignment:
    """``target = value``; ``how`` says whether the target is the value, an item of it (``for``), or what it enters
    as (``with … as``). A ``change`` is an augmented assignment. ``order`` counts the calls that ran before it."""

    target: str
    value: Expression | None
    span: Span
    order: int
    how: AssignmentHow = "value"
    annotation: str | None = None
    conditional: bool = False
    key: Expression | None = None
    """What stands in the brackets of a target that ends in ``[]``."""
    position: int = -1
    """Where the target stands among several that a value is spread over."""


@dataclass(frozen=True, slots=True)
class Step:
    """One link of an operation's chain; ``optional`` where only some branch takes it. ``call`` indexes the call, -1
    for a plain attribute (``not_``)."""

    name: str
    call: int = -1
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One use of the database, at the call that runs it.

    ``receiver`` is the client's dotted text (``self.client``, ``get_client()``, ``conn``) and ``root`` the index of the
    last call in it, if any. ``steps`` lead from the receiver to the call that runs it: ``table``, ``select``,
    ``eq``, ``execute``; for SQL just ``fetch``. ``subject`` names the table or the function, or is the SQL text
    (holes as ``\\0``), or the class whose objects a ``model`` operation asks for; it is of kind ``name`` where a
    constant or a parameter does, ``other`` where nobody knows. Its ``items`` are what fills the holes, or the attribute
    (``self.table_name``) that a class below may set otherwise.
    ``verb`` is ``select``, ``insert`` … of a table. ``select`` is the text of the select list, None where it is not
    plain. ``fetch`` are the methods that later fetch from the receiver or from
    what the operation returned, with ``__iter__`` for a loop; ``fetched`` are their calls.
    ``end`` is empty for a builder that the function returns without running it.
    """

    kind: OperationKind
    receiver: str
    root: int
    subject: Expression
    steps: tuple[Step, ...]
    end: str
    span: Span
    order: int
    verb: str | None = None
    select: str | None = None
    schema: str | None = None
    fetch: tuple[str, ...] = ()
    awaited: bool = False
    conditional: bool = False
    repeated: bool = False
    fetched: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: ParameterKind = "plain"
    annotation: str | None = None
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """What a return or yield statement gives; None for a bare one. ``order`` counts the calls before it.

    ``passes`` are the calls whose outcome it hands on as it is: through names, ``.data``, ``[0]``, ``or []``,
    ``dict(row)`` and ``[dict(row) for row in rows]``; empty for nothing but None and empty literals, None where the
    value is made into something else.
    """

    value: Expression | None
    span: Span
    order: int
    yields: bool = False
    passes: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Raise:
    """``raise X(...)``: the dotted name, empty for a bare one."""

    name: str
    span: Span
    order: int


@dataclass(frozen=True, slots=True)
class Try:
    """A ``try``: the calls inside its body (from, to), and what each handler catches and whether it raises again."""

    span: Span
    calls: tuple[int, int]
    handlers: tuple[Handler, ...]


@dataclass(frozen=True, slots=True)
class Handler:
    """``catches`` are dotted names, empty for a bare ``except``."""

    catches: tuple[str, ...]
    raises: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method; the module's own statements are the function whose ``name`` is empty.

    ``name`` is qualified (``Repo.get``, ``outer.inner``). ``span`` is all of it with decorators, ``head`` from ``def``
    to the end of what it declares. Defaults and decorators belong to the function around, and so do their ``call``
    indexes; that is the module for functions and methods that stand in no function. ``owner`` is the qualified class
    a method belongs to. ``stub``: the body is a docstring, ``pass``, ``…`` or raises NotImplementedError. ``reads``
    are the dotted names it reads that it neither binds nor calls.
    """

    name: str
    span: Span
    head: Span
    is_async: bool = False
    is_generator: bool = False
    owner: str | None = None
    parameters: tuple[Parameter, ...] = ()
    returns: str | None = None
    """The annotation of what it returns."""
    decorators: tuple[Expression, ...] = ()
    calls: tuple[Call, ...] = ()
    operations: tuple[Operation, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    results: tuple[Return, ...] = ()
    raises: tuple[Raise, ...] = ()
    tries: tuple[Try, ...] = ()
    awaits: bool = False
    stub: bool = False
    reads: tuple[str, ...] = ()

    @property
    def last_name(self) -> str:
        return self.name.rpartition(".")[2]

    def decorated(self, name: str) -> bool:
        """Whether a decorator's last name is this one."""
        return any(one.text.rpartition(".")[2] == name for one in self.decorators)


@dataclass(frozen=True, slots=True)
class Class:
    """A class: its bases as dotted text, its methods' last names, and what its body assigns."""

    name: str
    span: Span
    bases: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    attributes: tuple[Assignment, ...] = ()
    decorators: tuple[Expression, ...] = ()
    keywords: tuple[Argument, ...] = ()
    """What stands behind the bases: ``table=True``."""
    of: tuple[str, ...] = ()
    """What stands in the brackets of its bases: ``Order`` of ``Factory[Order]``."""


@dataclass(frozen=True, slots=True)
class Import:
    """A local name and the dotted thing it stands for.

    ``level`` counts the dots of a relative import: ``from ..db import get`` is ``get``, ``db.get``, 2. ``name`` is
    ``*`` for a star. ``within`` is the function it stands in, empty for the module.
    """

    name: str
    target: str
    level: int = 0
    within: str = ""


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The code of one file; depends on its bytes and path alone."""

    path: str
    imports: tuple[Import, ...] = ()
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    _index: _Index = field(default_factory=lambda: _Index(), init=False, repr=False, compare=False)

    def function(self, name: str) -> Function | None:
        """The function of that qualified name: the last where it stands more than once."""
        return self._index.of(self).functions.get(name)

    def class_(self, name: str) -> Class | None:
        return self._index.of(self).classes.get(name)

    def assigns(self, name: str) -> bool:
        """The module's own statements give the name a value."""
        return name in self._index.of(self).assigned

    def imports_of(self, scope: str, head: str) -> Sequence[Import]:
        """The imports of a scope whose names begin with this part."""
        return self._index.of(self).imports.get((scope, head), ())

    @property
    def module(self) -> Function:
        """The statements of the module itself; of broken code it has none."""
        return self.functions[0] if self.functions else _NO_MODULE


class _Index:
    """What a file holds by its names, made when it is first asked for."""

    __slots__ = ("assigned", "classes", "functions", "imports")

    def of(self, facts: CodeFacts) -> _Index:
        if not hasattr(self, "imports"):
            self.functions = {one.name: one for one in facts.functions}
            self.classes = {one.name: one for one in facts.classes}
            self.assigned = frozenset(one.target for one in facts.module.assignments)
            self.imports: dict[tuple[str, str], list[Import]] = {}
            for one in facts.imports:
                self.imports.setdefault((one.within, one.name.partition(".")[0]), []).append(one)
        return self


_NO_MODULE = Function("", Span(1, 1, 1, 1), Span(1, 1, 1, 1))
