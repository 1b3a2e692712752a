"""PostgreSQL's own functions, operators, casts and types, as its system catalog has them.

Types go by their names there (``int4``, ``timestamptz``), arrays by the element's with ``_`` in front.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Signature:
    """A function: ``arguments`` are the types it takes, the last ``defaults`` of them optional.

    ``variadic`` repeats the last; ``outputs`` are the OUT arguments, of which there is none where the result says all.
    """

    arguments: tuple[str, ...]
    result: str
    returns_set: bool = False
    kind: str = "f"
    variadic: bool = False
    defaults: int = 0
    outputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """``left`` is None for a prefix operator."""

    left: str | None
    right: str
    result: str


@functools.cache
def functions(name: str) -> tuple[Signature, ...]:
    """The functions, aggregates and window functions of that name."""
    found = _sections()["functions"].get(name)
    return tuple(_signature(one) for one in found.split(",")) if found is not None else ()


@functools.cache
def operators(name: str) -> tuple[Operator, ...]:
    """The operators of that name."""
    found = _sections()["operators"].get(name)
    if found is None:
        return ()
    parts = (one.split(" ") for one in found.split(","))
    return tuple(Operator(None if left == "-" else left, right, result) for left, right, result in parts)


@functools.cache
def implicit_casts(source: str) -> frozenset[str]:
    """The types that a type becomes by itself."""
    return frozenset(_sections()["casts"].get(source, "").split())


def category(name: str) -> str:
    """The category of a type that is no array, one letter and ``!`` for the preferred of its kind; "" if unknown."""
    return _sections()["types"].get(name, "")


def subtype(name: str) -> str | None:
    """What a range or multirange is made of."""
    return _subtypes().get(name)


def range_of(name: str) -> str | None:
    """The range that a multirange is made of."""
    return next((one for one, parts in _sections()["ranges"].items() if parts.split(" ")[1] == name), None)


def multirange_of(name: str) -> str | None:
    """The multirange of a range."""
    found = _sections()["ranges"].get(name)
    return found.split(" ")[1] if found is not None else None


@functools.cache
def _subtypes() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, parts in _sections()["ranges"].items():
        inner, several = parts.split(" ")
        found[name] = found[several] = inner
    return found


@functools.cache
def _sections() -> dict[str, dict[str, str]]:
    text = (resources.files("dblint.catalog") / "postgres_builtins.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    for line in text.splitlines():
        if "\t" in line:
            name, rest = line.split("\t", 1)
            section[name] = rest
        else:
            section = found.setdefault(line.strip("[]"), {})
    return found


def _signature(text: str) -> Signature:
    head, _, out = text.partition(" >")
    kind, result, *arguments = head.split(" ")
    defaults = int(arguments.pop()[1:]) if arguments and arguments[-1].startswith("=") else 0
    variadic = bool(arguments) and arguments[-1] == "..."
    words = out.split(" ") if out else []
    outputs = tuple(zip(words[::2], words[1::2], strict=True))
    taken = tuple(arguments[:-1] if variadic else arguments)
    return Signature(taken, result, kind.endswith("*"), kind[0], variadic, defaults, outputs)
