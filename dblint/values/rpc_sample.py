"""A realistic answer of a stored function, as a Python expression."""

from __future__ import annotations

from dblint.catalog.model import Catalog, Column, Function, Table
from dblint.facts.model import MockRow
from dblint.layout import RowLayout
from dblint.source import Span
from dblint.values.rpc_shape import Field, ResultShape, result_shape
from dblint.values.sample import sample

_NOWHERE = Span(1, 1, 1, 1)
_EMPTY = MockRow(_NOWHERE, (), RowLayout("fixed", '"', _NOWHERE, "", ""))


def sample_answer(function: Function, catalog: Catalog) -> str | None:
    """What PostgREST would answer, in double quotes; None where nobody declares its shape."""
    shape = result_shape(function, catalog)
    if shape.form == "nothing":
        return "[]"
    if shape.form in ("scalar", "scalars"):
        value = None if shape.type is None else _value(Field(function.name, shape.type), function, shape, catalog)
        return value if shape.form == "scalar" or value is None else f"[{value}]"
    if shape.fields is None or not shape.fields:
        return None
    values = [(one.name, _value(one, function, shape, catalog) or "None") for one in shape.fields]
    row = "{" + ", ".join(f'"{name}": {value}' for name, value in values) + "}"
    return row if shape.form == "object" else f"[{row}]"


def _value(field: Field, function: Function, shape: ResultShape, catalog: Catalog) -> str | None:
    if field.source is not None and shape.table is not None:
        return sample(field.source, shape.table, catalog, _EMPTY)
    if field.type is None:
        return None
    column = Column(field.name, field.type, function.place)
    table = Table(function.schema, function.name, "table", (column,), function.place)
    return sample(column, table, catalog, _EMPTY)
