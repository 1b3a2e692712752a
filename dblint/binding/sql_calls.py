"""The functions that a statement calls, as far as counts and names of their arguments tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from dblint.binding.query_model import FunctionCall
from dblint.facts.statements_model import HOLE, SqlText
from dblint.sql.definitions import TypeName
from dblint.sql.expressions import Call, Column, NamedArgument
from dblint.sql.row_scripts import RowScript, reader

_CALL = re.compile(r"\s*call\b", re.IGNORECASE)


def function_calls(text: SqlText, script: RowScript, dialect: str) -> tuple[FunctionCall, ...]:
    """The calls in the order of the walk, each with the place of its name."""
    if dialect != "postgres" or "(" not in text.text:
        return ()
    called = _CALL.match(text.text)
    if called is not None:
        # The parser keeps no arguments of CALL; as a query they read the same.
        script = reader(dialect)(f"{' ' * (called.end() - 6)}SELECT{text.text[called.end() :]}")
    found = [one for statement in script.statements for one in _calls(statement.query)]
    places = {name: _places(text, name) for name in {one.name for one in found}}
    made = []
    for one in found:
        spots = places[one.name]
        same = [other for other in found if other.name == one.name]
        at = next(index for index, other in enumerate(same) if other is one)
        if spots and _is_plain(one):
            start, end = spots[at] if len(spots) == len(same) else spots[0]
            made.append(_call(one, text, start, end, called is not None and one is found[0]))
    return tuple(made)


def _calls(value: Any) -> Iterator[Call]:
    if isinstance(value, tuple):
        for one in value:
            yield from _calls(one)
    elif is_dataclass(value) and not isinstance(value, TypeName):
        if isinstance(value, Call):
            yield value
        for one in fields(value):
            yield from _calls(getattr(value, one.name))


def _is_plain(call: Call) -> bool:
    """A call that any function could take: no aggregate's or window's, and nothing that may be a column in disguise."""
    special = call.star or call.distinct or call.variadic or call.order or call.within_group or call.where or call.over
    disguised = len(call.arguments) == 1 and isinstance(call.arguments[0], Column)
    return not special and not disguised and HOLE not in call.name


def _places(text: SqlText, name: str) -> list[tuple[int, int]]:
    pattern = re.compile(rf'(?<![\w$"])"?({re.escape(name)})"?\s*\(', re.IGNORECASE)
    return [found.span(1) for found in pattern.finditer(text.text)]


def _call(call: Call, text: SqlText, start: int, end: int, called: bool) -> FunctionCall:
    named = tuple(one.name for one in call.arguments if isinstance(one, NamedArgument))
    return FunctionCall(
        schema=call.schema,
        name=call.name,
        span=text.span_of(start, end),
        positional=len(call.arguments) - len(named),
        named=named,
        called=called,
        plain=text.is_plain(start, end) and text.text[start:end] == call.name,
    )
