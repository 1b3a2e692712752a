"""Signatures of MySQL's functions and procedures; triggers of MySQL and SQLite."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from dblint.sql.definitions import ObjectName, Parameter, ParameterMode
from dblint.sql.generic_cursor import Cursor
from dblint.sql.generic_types import type_name
from dblint.sql.statements import CreateFunction, CreateTrigger, Statement

_MODES: dict[str, ParameterMode] = {"IN": "in", "OUT": "out", "INOUT": "inout", "VARIADIC": "variadic"}
_Event = Literal["insert", "update", "delete", "truncate"]
_EVENTS: dict[str, _Event] = {"INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}


def create_routine(cursor: Cursor, or_replace: bool) -> list[Statement]:
    """From FUNCTION or PROCEDURE on; its body stays text."""
    what: Literal["function", "procedure"] = "function" if cursor.next().word == "FUNCTION" else "procedure"
    cursor.take("IF", "NOT", "EXISTS")
    name = cursor.object_name()
    parameters = tuple(_parameter(item) for item in cursor.items())
    returns_set = False
    returns = None
    if cursor.take("RETURNS"):
        returns_set = cursor.take("SETOF")
        returns = type_name(cursor)
    rest = cursor.tokens[cursor.index :]
    body = cursor.script.text[rest[0].start : rest[-1].end] if rest else None
    place = cursor.script.place(rest[0], rest[-1]) if rest else None
    return [
        CreateFunction(cursor.place, what, name, parameters, returns, returns_set, "sql", body, place, True, or_replace)
    ]


def _parameter(item: Cursor) -> Parameter:
    mode = _MODES[item.next().word] if item.word() in _MODES else "in"
    name = item.name()
    return Parameter(name, type_name(item), mode, item.word() == "DEFAULT")


def create_trigger(cursor: Cursor) -> list[Statement]:
    """After ``CREATE TRIGGER``; what such a trigger runs is its own text, so its function bears its name."""
    cursor.take("IF", "NOT", "EXISTS")
    name = cursor.object_name()
    timing = _timing(cursor)
    events: list[_Event] = []
    while not (cursor.done or cursor.at("ON")):
        word = cursor.next().word
        if word in _EVENTS:
            events.append(_EVENTS[word])
        if word == "OF":
            break
    while not (cursor.done or cursor.at("ON")):
        cursor.next()
    cursor.expect("ON")
    table = cursor.object_name()
    function = ObjectName(name.schema, name.name, name.place)
    made = CreateTrigger(cursor.place, name.name, table, timing, tuple(events), function, each_row=True)
    return [replace(made, fills=_fills(cursor))]


def _fills(cursor: Cursor) -> tuple[str, ...]:
    """The columns of ``SET NEW.x = …``."""
    found: dict[str, None] = {}
    while not cursor.done:
        if cursor.at("SET") or cursor.sign(","):
            cursor.next()
            if cursor.at("NEW") and cursor.sign(".", 1) and (cursor.sign("=", 3) or cursor.sign(":=", 3)):
                cursor.index += 2
                found.setdefault(cursor.name())
        else:
            cursor.next()
    return tuple(found)


def _timing(cursor: Cursor) -> Literal["before", "after", "instead of"]:
    if cursor.take("INSTEAD", "OF"):
        return "instead of"
    return "after" if cursor.take_any("BEFORE", "AFTER") == "AFTER" else "before"
