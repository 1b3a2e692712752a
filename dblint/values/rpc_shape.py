"""What a stored function's result looks like as JSON, the way PostgREST writes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dblint.catalog.model import Catalog, Column, Composite, Function, Table, Type

Form = Literal["nothing", "scalar", "scalars", "object", "objects", "unknown"]
_OPEN = frozenset(
    (
        *("json", "jsonb", "record", "any", "anyelement", "anyarray", "anynonarray", "anyenum", "anycompatible"),
        *("anycompatiblearray", "anycompatiblenonarray", "anyrange", "anymultirange", "internal", "unknown"),
    )
)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a result; ``type`` is None where it is not known."""

    name: str
    type: Type | None
    source: Column | None = None
    """The table's column, where the result is a table's row."""


@dataclass(frozen=True, slots=True)
class ResultShape:
    """``fields`` are the columns of ``object`` and ``objects``, None where they are not known."""

    form: Form
    fields: tuple[Field, ...] | None = None
    table: Table | None = None
    type: Type | None = None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.fields or ())


_UNKNOWN = ResultShape("unknown")


def result_shape(function: Function, catalog: Catalog) -> ResultShape:
    """The JSON a call of the function answers with."""
    outs = [one for one in function.arguments if one.mode in ("out", "inout", "table")]
    if outs:
        if any(one.name is None for one in outs):
            return _UNKNOWN
        fields = tuple(Field(one.name or "", one.type) for one in outs)
        return ResultShape("objects" if function.returns_set else "object", fields)
    if function.returns is None:
        return _UNKNOWN
    if function.returns.name == "void":
        return _UNKNOWN if function.returns_set else ResultShape("nothing")
    return _of_type(function.returns, function.returns_set, catalog)


def _of_type(type_: Type, several: bool, catalog: Catalog) -> ResultShape:
    domain = catalog.domain(type_)
    if domain is not None and not type_.dimensions:
        return _of_type(domain.type, several, catalog)
    if type_.dimensions:
        return ResultShape("scalars" if several else "unknown", type=type_)
    made = _relation(type_, catalog)
    if made is not None:
        if isinstance(made, Table) and not (made.complete and made.certain):
            return ResultShape("objects" if several else "object")
        fields = tuple(Field(one.name, one.type, one) for one in made.columns)
        table = made if isinstance(made, Table) else None
        return ResultShape("objects" if several else "object", fields, table)
    if type_.kind in ("opaque", "composite") or type_.name in _OPEN:
        return _UNKNOWN
    return ResultShape("scalars" if several else "scalar", type=type_)


def _relation(type_: Type, catalog: Catalog) -> Table | Composite | None:
    """The table, view or composite type whose row the type is."""
    relations: Iterable[Table | Composite] = (*catalog.tables, *catalog.composites)
    for one in relations:
        if one.name == type_.name and one.schema == (type_.schema or one.schema) and type_.kind != "base":
            return one
    return None
