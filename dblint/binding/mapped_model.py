"""A class of the project that an ORM ties to a table: its attributes and the columns they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dblint.binding.code import Code, Found
from dblint.facts.code_model import Operation
from dblint.source import Place

Library = Literal["sqlalchemy", "sqlmodel", "django", "peewee", "tortoise"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a mapped class; ``column`` is None for what is no column, or one nobody can name.

    ``plain``: a literal goes to the database as it is, no type of the ORM makes something else of it. ``filled``: where
    the attribute is None, the ORM or the class may put a value there.
    """

    column: str | None
    plain: bool = False
    filled: bool = False


NO_COLUMN = Attribute(None)


@dataclass(frozen=True, slots=True)
class MappedClass:
    """A mapped class; ``place`` is where its table's name stands."""

    name: str
    library: Library
    schema: str | None
    table: str
    place: Place
    attributes: Mapping[str, Attribute]
    keywords: bool = True
    """Its constructor takes the attributes by keyword, as the ORM makes it."""

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(one.column for one in self.attributes.values() if one.column is not None)


def model_named(code: Code, path: str, one: Operation, within: str) -> str | None:
    """The class an operation asks for, as the name of its subject; ``model_meant`` is the way back."""
    found = code.find(path, one.subject.text, within) if one.subject.kind == "name" else None
    return f"{found.path}:{found.name}" if found is not None and found.kind == "class" else None


def model_meant(name: str) -> Found:
    path, _, last = name.rpartition(":")
    return Found(path, last, "class")
