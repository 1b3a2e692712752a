"""What a name may stand for while a test is followed: doubles, objects of the project, functions, classes, texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from dblint.binding.code import Found
from dblint.facts.code_model import Expression
from dblint.source import Span


@dataclass(frozen=True, slots=True)
class Root:
    """A double by where it is made: a file, a function and a name in it, or what stands in a patched place."""

    path: str
    function: str
    name: str


@dataclass(frozen=True, slots=True)
class Double:
    """A double or a part of it; ``way`` are attributes, with ``()`` where they are called.

    ``stands_for`` is the class of the project whose object it is handed in for, or the function it stands in for;
    ``makes`` the class it stands in for itself. ``gives`` is what calling it gives, where a test says so.
    """

    root: Root
    way: tuple[str, ...] = ()
    stands_for: Found | None = field(default=None, compare=False)
    makes: Found | None = field(default=None, compare=False)
    gives: Value = field(default=None, compare=False)

    def attribute(self, name: str) -> Double:
        return Double(self.root, (*self.way, plain(name)))

    def called(self) -> Double:
        """What a call of it gives, where nothing else is said."""
        if self.way and not self.way[-1].endswith(")"):
            return Double(self.root, (*self.way[:-1], f"{self.way[-1]}()"), self.makes)
        return Double(self.root, (*self.way, "()"), self.makes)


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the project."""

    made_of: Found
    attributes: dict[str, Value] = field(default_factory=dict)
    stands_for: Found | None = None
    """The class of the project whose object it is handed in for: a fake of it."""

    @property
    def root(self) -> Root:
        """Where what is reached on the object begins."""
        return Root(self.made_of.path, self.made_of.name, f"object {id(self)}")


@dataclass(frozen=True, slots=True)
class Above:
    """``super()``: an object seen from one of its classes up."""

    instance: Instance
    below: Found


@dataclass(frozen=True, slots=True)
class Routine:
    """A function, and the object whose method it is."""

    found: Found
    held_by: Instance | None = None
    closure: Mapping[str, Value] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A class."""

    found: Found


@dataclass(frozen=True, slots=True)
class Namespace:
    """A module."""

    path: str


@dataclass(frozen=True, slots=True)
class Giving:
    """Whatever is called with whatever gives this value: ``patch(…, return_value=x)``, ``lambda: x``.

    ``among`` is the dict that the first argument is a key of: ``lambda name: tables[name]``, ``tables.get``.
    """

    value: Value
    among: Row | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """A patch: entered or started it is what it puts."""

    value: Value


@dataclass(frozen=True, slots=True)
class Text:
    """A string; a hole stands for each part that nobody knows."""

    text: str


@dataclass(frozen=True, slots=True)
class Several:
    """A tuple or list."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """What a loop's name stands for in turn."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A dict literal by where it stands, and what its keys hold."""

    path: str
    span: Span
    entries: Mapping[str, Value] = field(default_factory=dict, compare=False)

    def get(self, key: Value) -> Value:
        """What stands under a key."""
        return self.entries.get(key.text) if isinstance(key, Text) else None


@dataclass(frozen=True, slots=True)
class Nothing:
    """``None``."""


OUTSIDE = ""
"""The file of what stands in the place of another package's names."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Something of another package, by its dotted name."""

    name: str


Value: TypeAlias = (
    Double
    | Instance
    | Above
    | Routine
    | Blueprint
    | Namespace
    | Giving
    | Put
    | Text
    | Several
    | Each
    | Row
    | Nothing
    | Outside
    | None
)
"""None where nobody knows."""

ITSELF = Giving(Outside("(itself)"))
"""``lambda self: self``."""
_ASYNCHRONOUS = {"__aenter__": "__enter__", "__aexit__": "__exit__", "__aiter__": "__iter__"}


def plain(name: str) -> str:
    """A name as a way spells it: what an asynchronous block or loop asks for goes by the plain one's name."""
    return _ASYNCHRONOUS.get(name, name)


Arguments: TypeAlias = tuple[tuple[str, Value], ...]
"""Keywords and values; positional ones have an empty keyword."""


def literal(expression: Expression) -> Value:
    if expression.kind in ("str", "fstr"):
        return Text(expression.text)
    return Nothing() if expression.kind == "null" else None
