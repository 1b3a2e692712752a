"""Expressions in the working state: the columns they mean, and their text under today's names."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from dblint.catalog.replay.journal import AbsentColumnError, RefusedError
from dblint.catalog.replay.objects import Code, Column, Kind, Relation, TypeUse
from dblint.sql import expressions
from dblint.sql.definitions import Formula
from dblint.sql.expression_text import text as expression_text


def code(formula: Formula, relation: Relation) -> Code:
    """The expression with the columns of ``relation`` that it means.

    Raises:
        RefusedError: it names a column that the relation has not.
    """
    if isinstance(formula, str):
        return Code(formula, {})
    found: dict[str, Column] = {}
    for part in expressions.walk(formula):
        if isinstance(part, expressions.Column):
            column = relation.column(part.name)
            if column is not None:
                found[part.name] = column
            elif relation.complete and part.name not in (relation.name, "tableoid"):
                raise AbsentColumnError(relation.schema, relation.name, part.name)
    return Code(formula, found)


def constant(formula: Formula | None, type_: TypeUse | None = None) -> Formula | None:
    """The expression of a DEFAULT, which may name no column.

    NULL is none, but for a domain's own default's sake, and where the server wraps it to fit a type's modifiers.
    """
    if formula is not None and not isinstance(formula, str):
        domain = type_ is not None and isinstance(type_.user, Kind) and type_.user.kind == "domain"
        if _is_null(formula) and not domain and not _is_fitted(type_):
            return None
        for part in expressions.walk(formula):
            if isinstance(part, expressions.Column):
                raise RefusedError("cannot use column reference in DEFAULT expression")
    return formula


def _is_fitted(type_: TypeUse | None) -> bool:
    """A cast function fits values to the type's modifiers; of intervals the server knows that NULL stays NULL."""
    system = None if type_ is None else type_.system
    return system is not None and bool(system.modifiers) and system.name != "interval"


def _is_null(formula: expressions.Expression) -> bool:
    if isinstance(formula, expressions.Cast) and not formula.type.modifiers:
        return _is_null(formula.operand)
    return formula == expressions.NULL


def text(given: Code | Formula | None) -> str | None:
    """The expression as SQL text."""
    if given is None:
        return None
    if not isinstance(given, Code):
        return given if isinstance(given, str) else expression_text(given)
    if isinstance(given.formula, str):
        return given.formula
    renamed = {name: column.name for name, column in given.columns.items() if column.name != name}
    return expression_text(_renamed(given.formula, renamed) if renamed else given.formula)


def copied(given: Code, columns: dict[Column, Column]) -> Code:
    """The expression about a copy of its table."""
    return Code(given.formula, {name: columns.get(column, column) for name, column in given.columns.items()})


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """Plain data with column names replaced wherever they stand."""
    if isinstance(value, expressions.Column):
        return replace(value, name=names.get(value.name, value.name))
    if isinstance(value, tuple):
        return tuple(_renamed(one, names) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: _renamed(getattr(value, one.name), names) for one in fields(value)}
        return replace(value, **changed)
    return value
