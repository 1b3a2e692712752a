"""What a test file says of asynchronous functions, of doubles and clients, and of how pytest is to run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.facts.value_model import Value
from dblint.layout import ImportLayout
from dblint.source import Span

Path = tuple[str, ...]
"""The way from a known thing to a value, token by token.

It begins with an imported thing's dotted name, ``#3`` (the file's double 3), ``%db`` (a parameter) or ``@make`` (a
function or class of the file). Then come ``.name``, ``()``, ``await`` and ``enter`` (what ``async with`` binds).
Empty where nobody knows.
"""

Context = Literal["awaited", "entered", "iterated", "discarded", "asserted", "dropped", "passed"]
"""What becomes of a value: ``dropped`` is one bound to a name that nobody awaits or passes on."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword argument; ``path`` is the way to its value."""

    name: str
    value: Value
    path: Path
    span: Span


@dataclass(frozen=True, slots=True)
class Decoration:
    """A decorator: its dotted name as the imports say, its span without the ``@``, and that of the name alone."""

    name: str
    span: Span
    callee: Span
    keywords: tuple[Keyword, ...] = ()
    positional: tuple[Value, ...] = ()

    def keyword(self, name: str) -> Keyword | None:
        return next((one for one in self.keywords if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Parameter:
    """``annotation`` is the dotted name as the imports say."""

    name: str
    span: Span
    annotation: str = ""
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class HandOut:
    """A ``return`` or ``yield`` of a value.

    ``last``: it is the function's last statement, and no block is around it. ``name`` is the value where it is a plain
    name.
    """

    statement: Span
    value: Span
    path: Path
    yields: bool
    last: bool
    name: str = ""
    managed: bool = False
    """It stands inside a ``with``, which may close what it gives."""


@dataclass(frozen=True, slots=True)
class Routine:
    """A function of the file.

    ``owner`` is the class it is a method of. ``above`` is where a decorator may be added and ``keyword`` where
    ``async`` may, both empty spans; ``indent`` is the white space in front. ``calls`` are the last names of what it
    calls.
    """

    name: str
    owner: str
    span: Span
    is_async: bool
    is_generator: bool
    is_nested: bool
    above: Span
    keyword: Span
    indent: str
    body_indent: str
    parameters: tuple[Parameter, ...] = ()
    decorations: tuple[Decoration, ...] = ()
    awaits: tuple[Span, ...] = ()
    """What only an ``async def`` may hold."""
    hand_outs: tuple[HandOut, ...] = ()
    calls: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """The names it binds or uses, as far as a new one must differ from them."""
    is_guarded: bool = False
    """It stands in a branch, such as a test of the version."""
    demands: tuple[str, ...] = ()
    """The attributes of ``self`` without which an async method raises."""

    @property
    def is_test(self) -> bool:
        return self.name.startswith("test") and not self.is_nested

    def parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)


@dataclass(frozen=True, slots=True)
class TestClass:
    """A class: its bases by their dotted names, the marks it carries, its methods and whether each is async."""

    name: str
    span: Span
    bases: tuple[str, ...]
    base_spans: tuple[Span, ...]
    marks: tuple[Decoration, ...]
    methods: tuple[tuple[str, bool], ...]

    __test__ = False


@dataclass(frozen=True, slots=True)
class Double:
    """A mock made here.

    ``opaque``: it has a specification or is filled in ways nobody follows. ``name`` is what it is bound to. New
    statements about it go to ``after``, an empty span at its statement's end.
    """

    kind: str
    span: Span
    routine: int
    opaque: bool = False
    keywords: tuple[Keyword, ...] = ()
    name: str = ""
    after: Span | None = None
    indent: str = ""
    callee: Span | None = None


@dataclass(frozen=True, slots=True)
class Making:
    """A call that makes something an import names, ``asyncpg.create_pool(…)``: what may be a client.

    ``end`` is the empty span where one more argument goes, ``is_bare`` whether none stands there yet. ``run`` is the
    whole of ``asyncio.run(…)`` where that runs it. ``assigned`` is the plain name it is bound to.
    """

    name: str
    span: Span
    routine: int
    end: Span
    is_bare: bool
    keywords: tuple[Keyword, ...] = ()
    positional: tuple[Value, ...] = ()
    assigned: str = ""
    awaited: bool = False
    run: Span | None = None

    def keyword(self, name: str) -> Keyword | None:
        return next((one for one in self.keywords if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Setting:
    """``path = value`` on a double or parameter; ``target`` is the text on the left."""

    path: Path
    value: Value
    value_path: Path
    span: Span
    routine: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """An expression that begins with a double, a parameter, a client or a function.

    ``own`` is the number of tokens the expression takes over from the names in it; ``expected`` says that it stands
    where an error or a warning is awaited.
    """

    path: Path
    own: int
    context: Context
    span: Span
    routine: int
    text: str
    expected: bool = False


@dataclass(frozen=True, slots=True)
class ExitMock:
    """A mock put in the place of ``__exit__`` or ``__aexit__`` whose result is truthy.

    ``place`` and ``text`` are what makes it falsy: an argument more, or another value; no place where nothing simple
    does.
    """

    method: str
    kind: str
    span: Span
    place: Span | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """A name the file imports, its dotted meaning, and the span of the name in its statement."""

    name: str
    dotted: str
    span: Span
    from_module: str = ""


@dataclass(frozen=True, slots=True)
class AsyncFacts:
    """All of it for one file."""

    imports: ImportLayout
    imported: tuple[Imported, ...] = ()
    marks: tuple[Decoration, ...] = ()
    """The marks ``pytestmark`` gives the whole file."""
    plugins: tuple[str, ...] = ()
    """What ``pytest_plugins`` names."""
    hooks: tuple[str, ...] = ()
    """The pytest hooks it defines that may change what async tests become."""
    is_script: bool = False
    """It runs asynchronous code itself: ``asyncio.run(main())`` under a test of ``__name__``."""
    mentioned: tuple[str, ...] = ()
    """The tests that other code of the file names, to call them."""
    stars: tuple[str, ...] = ()
    """The modules it imports everything from."""
    routines: tuple[Routine, ...] = ()
    classes: tuple[TestClass, ...] = ()
    doubles: tuple[Double, ...] = ()
    settings: tuple[Setting, ...] = ()
    uses: tuple[Use, ...] = ()
    exits: tuple[ExitMock, ...] = ()
    makings: tuple[Making, ...] = ()
