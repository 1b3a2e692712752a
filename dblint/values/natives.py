"""Values that Python code makes: ``Decimal("1.5")``, ``date(2024, 1, 2)``, ``uuid4()``, ``datetime.now()``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Literal

from dblint.facts.value_model import Value

Native = Literal["decimal", "uuid", "datetime", "date", "time", "timedelta", "uuid text", "moment text"]

SAID: dict[Native, str] = {
    "decimal": "a Decimal",
    "uuid": "a UUID",
    "datetime": "a datetime",
    "date": "a date",
    "time": "a time",
    "timedelta": "a timedelta",
    "uuid text": "the text of a UUID",
    "moment text": "the text of a date or time",
}
_MADE: dict[str, Native] = {
    "Decimal": "decimal",
    "UUID": "uuid",
    "uuid1": "uuid",
    "uuid3": "uuid",
    "uuid4": "uuid",
    "uuid5": "uuid",
    "uuid7": "uuid",
    "datetime": "datetime",
    "date": "date",
    "timedelta": "timedelta",
}
_METHODS: dict[str, Native] = {
    "datetime.now": "datetime",
    "datetime.utcnow": "datetime",
    "datetime.today": "datetime",
    "datetime.fromisoformat": "datetime",
    "datetime.fromtimestamp": "datetime",
    "datetime.strptime": "datetime",
    "timezone.now": "datetime",
    "date.today": "date",
    "date.fromisoformat": "date",
    "datetime.time": "time",
}
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision", "money")
_STAMPS = ("timestamp without time zone", "timestamp with time zone")
_CLOCKS = ("time without time zone", "time with time zone")
STRICT = frozenset({*_NUMBERS, *_STAMPS, *_CLOCKS, "date", "boolean", "uuid", "interval"})
"""The types that take few of Python's."""
_TAKEN: dict[Native, frozenset[str]] = {
    "decimal": frozenset(_NUMBERS),
    "uuid": frozenset({"uuid"}),
    "uuid text": frozenset({"uuid"}),
    "datetime": frozenset({"date", *_STAMPS, *_CLOCKS}),
    "date": frozenset({"date", *_STAMPS}),
    "moment text": frozenset({"date", *_STAMPS, *_CLOCKS, "interval"}),
    "time": frozenset({*_CLOCKS, "interval"}),
    "timedelta": frozenset({"interval", *_CLOCKS}),
}


def native(value: Value) -> Native | None:
    """What a call surely makes, by the name it is made with; None for any other call."""
    if value.kind != "call":
        return None
    last = value.text.rpartition(".")[2]
    if last == "str" and len(value.items) == 1:
        return "uuid text" if native(value.items[0]) == "uuid" else None
    if last == "isoformat" and len(value.items) == 1:
        return "moment text" if native(value.items[0]) in ("datetime", "date", "time") else None
    return _METHODS.get(".".join(value.text.split(".")[-2:])) or _MADE.get(last)


def takes(type_name: str, made: Native) -> bool | None:
    """Whether a column of a system type takes the value; None where that depends on driver and client."""
    if type_name in _TAKEN[made]:
        return True
    return False if type_name in STRICT else None


def amount(value: Value) -> Decimal | None:
    """The number of ``Decimal("1.5")``; None for what is no such call."""
    if native(value) != "decimal" or len(value.items) != 1 or value.items[0].kind not in ("str", "int"):
        return None
    try:
        return Decimal(value.items[0].text.replace("_", "").strip())
    except InvalidOperation:
        return None
