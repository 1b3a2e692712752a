"""What a column holds once the database has taken a mock row's literal."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

from dblint.catalog.model import Type
from dblint.facts.model import Value
from dblint.values import numbers
from dblint.values.conversions import DOCUMENTS, TEXTS, constrained, convert, read
from dblint.values.numbers import RefusedError
from dblint.values.scope import Scope
from dblint.values.sql_values import SOME, UNKNOWN, Json, SqlValue, Unknown

_NEVER_NULL = frozenset(
    (
        *("uuid.uuid1", "uuid.uuid3", "uuid.uuid4", "uuid.uuid5", "uuid.UUID", "uuid4", "uuid1", "UUID"),
        *("datetime", "date", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"),
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today", "datetime.datetime"),
        *("datetime.date", "timezone.now", "Decimal", "decimal.Decimal", "str", "int", "float", "bool", "len"),
        *("timedelta", "datetime.timedelta", "random.randint", "random.choice", "secrets.token_hex"),
    )
)
_TROUBLE = (RefusedError, ArithmeticError, ValueError, TypeError)


def stored(value: Value, type_: Type | None, scope: Scope) -> SqlValue:
    """What the column holds; unknown where the literal does not tell, or the database may refuse it."""
    if value.kind == "null":
        return None
    code = scope.code(type_)
    if code is None or type_ is None:
        return _some(value)
    under = type_
    while (domain := scope.catalog.domain(under)) is not None:
        under = domain.type
    try:
        if value.kind == "bool" and code in numbers.INTEGERS and scope.catalog.dialect != "postgres":
            return int(value.text == "True")
        found = _held(value, code)
        return constrained(found, code.removeprefix("_"), under.modifiers, explicit=False)
    except _TROUBLE:
        return _some(value)


def assigned(value: SqlValue, source: str | None, type_: Type | None, scope: Scope) -> SqlValue:
    """What the column holds of a value that the server itself computed, a default or a generated one."""
    code = scope.code(type_)
    if value is None or isinstance(value, Unknown) or source is None or code is None or type_ is None:
        return value if value is None or value is SOME else UNKNOWN
    under = type_
    while (domain := scope.catalog.domain(under)) is not None:
        under = domain.type
    try:
        return constrained(convert(value, source, code), code.removeprefix("_"), under.modifiers, explicit=False)
    except _TROUBLE:
        return UNKNOWN


def _some(value: Value) -> SqlValue:
    """All that is known of a literal whose type is not: that it is not NULL."""
    plain = value.kind not in ("unknown", "call")
    return SOME if plain or (value.kind == "call" and value.text in _NEVER_NULL) else UNKNOWN


def _held(value: Value, code: str) -> SqlValue:
    if code in DOCUMENTS:
        return _document(value)
    if code.startswith("_"):
        if value.kind in ("list", "tuple"):
            return tuple(None if item.kind == "null" else _held(item, code[1:]) for item in value.items)
        return read(value.text, code) if value.kind == "str" else _some(value)
    reader = _READERS.get(value.kind)
    return _some(value) if reader is None else reader(value, code)


def _text(value: Value, code: str) -> SqlValue:
    return read(value.text, code)


def _integer(value: Value, code: str) -> SqlValue:
    whole = int(value.text, 0)
    if code in TEXTS:
        return str(whole)
    if code in numbers.NUMBERS:
        found: SqlValue = numbers.as_code(_as(whole, code), code)
        return found
    return SOME


def _float(value: Value, code: str) -> SqlValue:
    read_as = float(value.text.replace("_", ""))
    if not math.isfinite(read_as):
        return SOME
    if code in numbers.FLOATS:
        found: SqlValue = numbers.as_code(read_as, code)
        return found
    # A JSON number and a driver's float both go by Python's text of it.
    return Decimal(repr(read_as)) if code == "numeric" else SOME


def _as(whole: int, code: str) -> Any:
    return whole if code in numbers.INTEGERS else float(whole) if code in numbers.FLOATS else Decimal(whole)


def _boolean(value: Value, code: str) -> SqlValue:
    return value.text == "True" if code == "bool" else SOME


def _bytes(value: Value, code: str) -> SqlValue:
    return value.text.encode("latin-1") if code == "bytea" else SOME


def _call(value: Value, code: str) -> SqlValue:
    """What ``Decimal("1.5")``, ``date(2024, 1, 2)`` or ``datetime(2024, 1, 2, 10)`` makes."""
    name = value.text.rpartition(".")[2]
    if name == "Decimal" and len(value.items) == 1 and value.items[0].kind in ("str", "int"):
        return read(value.items[0].text, code) if code in numbers.NUMBERS - numbers.INTEGERS.keys() else SOME
    if name in ("UUID",) and len(value.items) == 1 and value.items[0].kind == "str":
        return read(value.items[0].text, code) if code == "uuid" else SOME
    if name in ("date", "datetime") and value.items and all(item.kind == "int" for item in value.items):
        made = datetime(*(int(item.text, 0) for item in value.items))  # type: ignore[arg-type]
        return read(made.isoformat(), code) if code in ("date", "timestamp", "timestamptz") else SOME
    return _some(value)


_READERS = {
    "str": _text,
    "int": _integer,
    "float": _float,
    "bool": _boolean,
    "bytes": _bytes,
    "call": _call,
}


def _document(value: Value) -> SqlValue:
    """A text in a document's column is a JSON text to one driver and a JSON string to another."""
    if value.kind == "unknown":
        return UNKNOWN
    return SOME if value.kind in ("str", "bytes", "call") else Json(_content(value))


def _content(value: Value) -> Any:
    if value.kind == "dict":
        return {key: _content(item) for key, item in zip(value.keys, value.items, strict=True)}
    if value.kind in ("list", "tuple"):
        return [_content(item) for item in value.items]
    if value.kind == "int":
        return int(value.text, 0)
    if value.kind == "float" and math.isfinite(float(value.text)):
        return Decimal(repr(float(value.text)))
    plain = {"str": value.text, "bool": value.text == "True", "null": None}
    return plain.get(value.kind, UNKNOWN)
