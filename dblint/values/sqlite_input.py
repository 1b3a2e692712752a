"""Values in SQLite: its columns take anything, but for those of STRICT tables and the key that is the rowid."""

from __future__ import annotations

import re
from decimal import Decimal

from dblint.catalog.model import Column, Table
from dblint.facts.value_model import Value
from dblint.values.input.refusal import RefusedInputError, UnclearInputError, shown
from dblint.values.json_text import decimal_digits

_NUMBER = re.compile(r"[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[ \t\n\v\f\r]*")
_PLAIN = frozenset({"str", "int", "float", "bool", "bytes"})
_LIMIT = 1 << 63


def take(value: Value, column: Column, table: Table) -> None:
    """Tries what ``sqlite3`` does with the value.

    Raises:
        RefusedInputError: SQLite refuses it.
        UnclearInputError: the driver may refuse or convert it first.
    """
    if column.type is None or value.kind not in _PLAIN:
        raise UnclearInputError
    name = column.type.name.upper()
    if not table.strict:
        if column.auto_increment:
            _whole(value, "the rowid")
        return
    if name in ("INT", "INTEGER"):
        _whole(value, name)
    elif not _is_held(value, name):
        raise _refused(value, name)


def _is_held(value: Value, name: str) -> bool:
    """What a column of STRICT holds that is no integer's."""
    if name == "REAL":
        return _number(value) is not None
    return name == "ANY" or (value.kind == "bytes") is (name == "BLOB")


def _whole(value: Value, name: str) -> None:
    number = _number(value)
    if number is None or not number.is_finite() or (value.kind != "int" and number != number.to_integral_value()):
        raise _refused(value, name)
    if not -_LIMIT <= number < _LIMIT:
        if value.kind == "int":
            raise UnclearInputError  # Python refuses it before SQLite sees it.
        raise _refused(value, name)


def _number(value: Value) -> Decimal | None:
    if value.kind == "bool":
        return Decimal(value.text == "True")
    if value.kind == "int":
        return Decimal(decimal_digits(value.text))
    if value.kind == "float":
        return Decimal(repr(float(value.text)))
    found = _NUMBER.fullmatch(value.text) if value.kind == "str" else None
    if found is None:
        return None
    is_whole = found[1].lstrip("+-").isdecimal()
    return Decimal(found[1]) if is_whole else Decimal(float(found[1]))  # SQLite reads a fraction as a double.


def _refused(value: Value, name: str) -> RefusedInputError:
    what = {"str": "a text", "float": "a fraction", "bytes": "bytes"}.get(value.kind, "a number")
    where = "which cannot be the key of a row" if name == "the rowid" else f"which no {name} column of it holds"
    of = "" if name == "the rowid" else "the table is STRICT, and "
    return RefusedInputError("22P02", f"{of}`{shown(value.text)}` is {what}, {where}")
