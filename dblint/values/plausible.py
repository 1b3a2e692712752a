"""What each driver returns for a column's type, and which literals it would never return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.facts.value_model import Value
from dblint.values.input.numbers import BITS
from dblint.values.natives import Native, native

Driver = Literal["PostgREST", "asyncpg", "psycopg", "psycopg2"]

_NATIVE: dict[str, tuple[str, Native]] = {
    "numeric": ("a Decimal", "decimal"),
    "uuid": ("a UUID", "uuid"),
    "date": ("a date", "date"),
    "timestamp without time zone": ("a datetime", "datetime"),
    "timestamp with time zone": ("a datetime", "datetime"),
    "time without time zone": ("a time", "time"),
    "time with time zone": ("a time", "time"),
    "interval": ("a timedelta", "timedelta"),
}
_NUMBERS = (*BITS, "numeric", "real", "double precision")
_NO_NUMBERS = ("nan", "infinity", "-infinity")


@dataclass(frozen=True, slots=True)
class Surprise:
    """``given`` and ``returned`` in words; ``meant`` is the value as a Python expression where it is certain."""

    given: str
    returned: str
    meant: str | None = None


def surprise(driver: Driver, type_name: str, value: Value) -> Surprise | None:
    """Why the driver would never return the literal for a column of a system type; None where it may."""
    if type_name == "boolean" and value.kind in ("int", "str"):
        return _truth(value)
    if type_name in _NUMBERS and value.kind == "str":
        return _number(driver, type_name, value)
    if driver == "PostgREST":
        return _of_json(type_name, value)
    returned = None if driver == "psycopg2" and type_name == "uuid" else _NATIVE.get(type_name)
    if returned is None or value.kind not in ("str", "float"):
        return None
    return Surprise("a text" if value.kind == "str" else "a float", returned[0])


def _truth(value: Value) -> Surprise:
    word = value.text.strip().lower()
    meant = "True" if word in ("1", "true", "t") else "False" if word in ("0", "false", "f") else None
    return Surprise("a text" if value.kind == "str" else "a number", "a bool", meant)


def _number(driver: Driver, type_name: str, value: Value) -> Surprise | None:
    if value.text.strip().lower() in _NO_NUMBERS:
        return None
    if driver != "PostgREST" and type_name == "numeric":
        return Surprise("a text", "a Decimal")
    is_plain = value.text.removeprefix("-").replace(".", "", 1).isdecimal() and not value.text.startswith(("0", "-0"))
    is_plain = is_plain and value.text[-1:] != "."
    returned = "an int" if type_name in BITS else "a number" if driver == "PostgREST" else "a float"
    return Surprise("a text", returned, value.text if is_plain and value.text[0] != "." else None)


def _of_json(type_name: str, value: Value) -> Surprise | None:
    made = native(value)
    if made is None or made.endswith(" text") or type_name not in (*_NUMBERS, *_NATIVE):
        return None
    given = {"uuid": "a UUID", "decimal": "a Decimal"}.get(made, f"a {made}")
    return Surprise(given, "a number" if type_name in _NUMBERS else "a text")
