"""Input of arrays, ranges, multiranges and composite values: how their texts fall into parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dblint.values.input.refusal import RefusedInputError, UnclearInputError, shown

Nested: TypeAlias = "list[Nested] | str | None"
"""An array's elements, or one element; None is NULL."""

_SPACE = " \t\n\v\f\r"
_BOUND_PAIR = re.compile(r"\[([+-]?[0-9]{1,9})(?::([+-]?[0-9]{1,9}))?\]")
_BOUNDS = re.compile(r"(?:\[[+-]?[0-9]{1,9}(?::[+-]?[0-9]{1,9})?\])+=[ \t\n]*")
_TOKEN = re.compile(
    rf'[{_SPACE}]*(?:(?P<mark>[{{}},])|"(?P<quoted>(?:[^"\\]++|\\.)*+)"|(?P<bare>(?:[^{{}},"\\]++|\\.)++))', re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BOUND = r'(?:[^\]),"\\]++|\\.|"(?:[^"\\]++|\\.|"")*+")*+'
_RANGE = re.compile(
    rf"[{_SPACE}]*(?:(?P<empty>empty)|(?P<open>[\[(])(?P<lower>{_BOUND}),(?P<upper>{_BOUND})(?P<close>[\])]))[{_SPACE}]*",
    re.DOTALL | re.IGNORECASE,
)
_MOST_DIMENSIONS = 6
_AFTER = {
    "": {"{"},
    "{": {"{", "}", "element"},
    ",": {"{", "element"},
    "element": {",", "}"},
    "}": {",", "}"},
}
"""What may follow what inside an array's text."""


def read_array(text: str) -> list[Nested]:
    """The elements of ``{…}``, nested as they are written, and no rows of unequal length among them."""
    rest = text.strip(_SPACE)
    bounds = _BOUNDS.match(rest)
    if bounds is not None:
        rest = rest[bounds.end() :]
    if not rest.startswith("{"):
        raise _no_array(text)
    found = _parsed(rest, text)
    sizes = lengths(found, text)
    if bounds is not None and sizes != tuple(_size(one) for one in _BOUND_PAIR.finditer(bounds[0])):
        raise _no_array(text)
    return found


def _size(bound: re.Match[str]) -> int:
    lower, upper = (int(bound[1]), int(bound[2])) if bound[2] else (1, int(bound[1]))
    return upper - lower + 1


def _parsed(text: str, whole: str) -> list[Nested]:
    stack: list[list[Nested]] = []
    at, before = 0, ""
    while at < len(text):
        token = _TOKEN.match(text, at)
        kind = "" if token is None else token["mark"] or "element"
        if token is None or kind not in _AFTER[before]:
            raise _no_array(whole)
        at, before = token.end(), kind
        if kind == "element":
            if not _put(stack[-1], token):
                raise _no_array(whole)
        elif kind == "{":
            if len(stack) >= _MOST_DIMENSIONS:
                raise RefusedInputError("54000", f"`{shown(whole)}` has more than {_MOST_DIMENSIONS} dimensions")
            stack.append([])
        elif kind == "}":
            done = stack.pop()
            if not stack:
                return _alone(done, text[at:], whole)
            stack[-1].append(done)
    raise _no_array(whole)


def _alone(found: list[Nested], rest: str, whole: str) -> list[Nested]:
    if rest.strip(_SPACE):
        raise _no_array(whole)
    return found


def _put(elements: list[Nested], token: re.Match[str]) -> bool:
    """Adds an element; false where blanks stand for one."""
    if token["quoted"] is not None:
        elements.append(_ESCAPE.sub(r"\1", token["quoted"]))
        return True
    bare = token["bare"]
    stripped = bare.strip(_SPACE) if "\\" not in bare else _ESCAPE.sub(r"\1", bare.strip(_SPACE))
    if not stripped:
        return False
    elements.append(None if bare.strip(_SPACE).upper() == "NULL" else stripped)
    return True


def lengths(elements: Sequence[Nested], text: str) -> tuple[int, ...]:
    """The size of each dimension.

    Raises:
        RefusedInputError: rows of unequal length, or elements beside rows.
    """
    rows = [one for one in elements if isinstance(one, list)]
    if not rows:
        return (len(elements),)
    inner = {lengths(row, text) for row in rows}
    if 0 in {size for sizes in inner for size in sizes}:
        raise UnclearInputError  # Taken as an empty array since PostgreSQL 17.
    if len(rows) != len(elements) or len(inner) != 1:
        raise RefusedInputError("22P02", f"`{shown(text)}` has rows of unequal length")
    return (len(elements), *inner.pop())


def leaves(elements: Sequence[Nested]) -> Iterator[str | None]:
    for one in elements:
        if isinstance(one, list):
            yield from leaves(one)
        else:
            yield one


def _no_array(text: str) -> RefusedInputError:
    return RefusedInputError("22P02", f"`{shown(text)}` is no array, which is written as a list or as `{{…}}`")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The two bounds of a range as text; None for an infinite one."""

    lower: str | None
    upper: str | None
    inclusive: tuple[bool, bool] = (True, False)


def read_range(text: str) -> Bounds | None:
    """The bounds; None for the empty range."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise RefusedInputError("22P02", f"`{shown(text)}` is no range, which is written as `[lower,upper)`")
    return None if found["empty"] else _bounds(found)


def read_multirange(text: str) -> list[Bounds]:
    """The ranges of ``{[1,2),[3,4)}`` that are not empty."""
    rest = text.strip(_SPACE)
    found: list[Bounds] = []
    if rest[:1] + rest[-1:] != "{}" or len(rest) < 2:
        raise _no_multirange(text)
    rest = rest[1:-1]
    while rest.strip(_SPACE):
        one = _RANGE.match(rest)
        if one is None:
            raise _no_multirange(text)
        if not one["empty"]:
            found.append(_bounds(one))
        rest = rest[one.end() :]
        if rest:
            if not rest.startswith(",") or not rest[1:].strip(_SPACE):
                raise _no_multirange(text)
            rest = rest[1:]
    return found


def _no_multirange(text: str) -> RefusedInputError:
    return RefusedInputError("22P02", f"`{shown(text)}` is no multirange, which is written as `{{[lower,upper)}}`")


def _bounds(found: re.Match[str]) -> Bounds:
    return Bounds(_bound(found["lower"]), _bound(found["upper"]), (found["open"] == "[", found["close"] == "]"))


def _bound(text: str) -> str | None:
    if not text:
        return None
    return re.sub(
        r'\\(.)|"((?:[^"\\]++|\\.|"")*+)"',
        lambda one: one[1] if one[1] is not None else _ESCAPE.sub(r"\1", one[2].replace('""', '"')),
        text,
        flags=re.DOTALL,
    )


def read_record(text: str, count: int) -> list[str | None]:
    """The columns of ``(1,"two",)``: as many as the type has; an empty one is NULL."""
    rest = text.strip(_SPACE)
    if not rest.startswith("(") or not rest.endswith(")") or len(rest) < 2:
        raise _no_record(text)
    columns = _columns(rest[1:-1], text)
    if count == 0 and columns == [None]:
        columns = []
    if len(columns) != count:
        raise RefusedInputError("22P02", f"`{shown(text)}` has {len(columns)} columns, its type has {count}")
    return columns


def _columns(inner: str, whole: str) -> list[str | None]:
    columns: list[str | None] = []
    part = re.compile(r'((?:[^(),"\\]++|\\.|"(?:[^"\\]++|\\.|"")*+")*+)(,|$)', re.DOTALL)
    at = 0
    while True:
        found = part.match(inner, at)
        if found is None:
            raise _no_record(whole)
        columns.append(_bound(found[1]))
        at = found.end()
        if found[2] != ",":
            if at < len(inner):
                raise _no_record(whole)
            return columns


def _no_record(text: str) -> RefusedInputError:
    return RefusedInputError("22P02", f"`{shown(text)}` is no composite value, which is written as `(a,b)`")
