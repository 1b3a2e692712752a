"""Values a column might take, the most realistic first; whether its type and CHECKs take them is tried afterwards."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from dblint.catalog.model import Dialect
from dblint.sql import expressions as sql
from dblint.values import patterns
from dblint.values.array_text import array_elements
from dblint.values.conditions import Conditions
from dblint.values.moments import Moment, moment
from dblint.values.numbers import number
from dblint.values.shapes import Shape
from dblint.values.words import is_later, is_true, shortened, text_for, words

Raw: TypeAlias = "bool | int | Decimal | str | list[Any] | dict[str, Any]"
"""A value as a mock row would write it."""

_FIXED: dict[str, str] = {
    "interval": "1 day",
    "time": "12:00:00",
    "timetz": "12:00:00+00",
    "bytes": "\\x00",
    "inet": "192.0.2.1",
    "cidr": "192.0.2.0/24",
    "macaddr": "08:00:2b:01:02:03",
    "macaddr8": "08:00:2b:01:02:03:04:05",
    "int4range": "[1,10)",
    "int8range": "[1,10)",
    "numrange": "[1,10)",
    "daterange": "[2024-01-01,2024-12-31)",
    "tsrange": "[2024-01-01 00:00:00,2024-12-31 00:00:00)",
    "tstzrange": "[2024-01-01 00:00:00+00,2024-12-31 00:00:00+00)",
    "int4multirange": "{[1,10)}",
    "int8multirange": "{[1,10)}",
    "nummultirange": "{[1,10)}",
    "datemultirange": "{[2024-01-01,2024-12-31)}",
    "tsmultirange": "{[2024-01-01 00:00:00,2024-12-31 00:00:00)}",
    "tstzmultirange": "{[2024-01-01 00:00:00+00,2024-12-31 00:00:00+00)}",
    "range": "empty",
    "bit varying": "1",
    "varbit": "1",
    "xml": "<example/>",
    "point": "(0,0)",
    "line": "{1,-1,0}",
    "lseg": "[(0,0),(1,1)]",
    "box": "(1,1),(0,0)",
    "path": "((0,0),(1,1))",
    "polygon": "((0,0),(1,1),(1,0))",
    "circle": "<(0,0),1>",
    "tsvector": "example",
    "tsquery": "example",
    "pg_lsn": "0/0",
    "jsonpath": "$",
    '"char"': "a",
}
_OTHER_TEXTS = (
    "user@example.com",
    "https://example.com",
    "+15550100123",
    "12345",
    "2024-01-01",
    "192.0.2.1",
    "example-1",
)
_NUMBERS = {
    "year": "2024",
    "age": "30",
    "month": "6",
    "day": "15",
    "port": "5432",
    "percent": "50",
    "percentage": "50",
    "rating": "4",
    "score": "4",
    "latitude": "52.52",
    "lat": "52.52",
    "longitude": "13.405",
    "lng": "13.405",
    "lon": "13.405",
    **dict.fromkeys(("price", "amount", "total", "subtotal", "cost", "fee", "balance", "salary", "money"), "9.99"),
    **dict.fromkeys(("rate", "ratio", "fraction", "probability", "confidence", "discount", "weight"), "0.5"),
}
_DATES = ("2024-01-01", "2024-06-15", "2024-12-31", "2099-12-31", "1990-01-01", "2000-01-01", "2010-01-01")
_DAY = timedelta(days=1)


def candidates(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    """Values for a column; with a ``salt`` first such that differ from those of another salt."""
    if shape.dimensions:
        element = Shape(shape.family, shape.type, values=shape.values)
        yield []
        yield from ([one] for one in itertools.islice(candidates(name, element, found, dialect, ""), 20))
        return
    make = _MAKERS.get(shape.family)
    if make is not None:
        yield from make(name, shape, found, dialect, salt)
    elif shape.family in _FIXED:
        yield _FIXED[shape.family]


def _integers(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    if salt:
        yield int(salt, 16) % 30000 + 2
        yield int(salt, 16) % 100 + 2
    yield from (int(one) for one in _numbers(name, found) if one == one.to_integral_value())


def _decimals(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    if salt:
        yield int(salt, 16) % 30000 + 2
    scale = shape.limits[1] if len(shape.limits) > 1 else 0
    for one in itertools.chain(_numbers(name, found), (Decimal(1).scaleb(-each) for each in range(1, scale + 1))):
        yield int(one) if one == one.to_integral_value() else one


def _numbers(name: str, found: Conditions) -> Iterator[Decimal]:
    for word in reversed(words(name)):
        if word in _NUMBERS:
            yield Decimal(_NUMBERS[word])
    yield from (Decimal(1), Decimal("0.5"), Decimal(0))
    said = [one for one in map(_said_number, found.parts()) if one is not None]
    said += [Decimal(one) for one in found.others.values() if isinstance(one, int | Decimal)]
    for one in said:
        yield from (one, one + 1, one - 1, one + Decimal("0.5"), one - Decimal("0.5"))
    yield from ((one + other) / 2 for one, other in itertools.pairwise(sorted(set(said))))
    yield from (one * factor for one in said for factor in (2, Decimal("0.5"), 10))
    yield from (Decimal(10), Decimal(100), Decimal(1000), Decimal(-1))


def _said_number(part: sql.Expression) -> Decimal | None:
    read = number(part.text) if isinstance(part, sql.Literal) else None
    return None if read is None else Decimal(read)


def _booleans(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    yield is_true(name)
    yield not is_true(name)


def _texts(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    limit = shape.limits[0] if shape.limits else 1 if shape.family == "char" and dialect != "sqlite" else None
    if "uuid" in words(name) or "guid" in words(name):
        yield str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}{salt}"))
    usual = text_for(name)
    for text in _salted(usual, salt) if salt else ():
        yield text if limit is None or len(text) <= limit else salt[:limit]
    said = list(_said_texts(found.parts()))
    joined = (whole for part in said for whole in (f"{part}{usual}", f"{usual}{part}", f"{usual}{part}{usual}"))
    others = _OTHER_TEXTS if said or any(isinstance(part, sql.Call) for part in found.parts()) else ()
    for text in itertools.chain((usual,), said, _sized(usual, found, limit), others, joined):
        for variant in dict.fromkeys((text, text.upper(), text.lower())):
            yield variant if limit is None or len(variant) <= limit else shortened(variant, limit)


def _salted(text: str, salt: str) -> Iterator[str]:
    if "@" in text:
        yield text.replace("@", f"-{salt}@", 1)
    elif "://" in text:
        yield f"{text}/{salt}"
    else:
        yield f"{text}-{salt}"
    yield salt


def _said_texts(parts: Iterable[sql.Expression]) -> Iterator[str]:
    """The texts the conditions name, and texts that match their patterns."""
    for part in parts:
        if isinstance(part, sql.Literal) and part.kind == "string":
            yield part.text
            yield from (one for one in array_elements(part.text) or () if one is not None)
        elif isinstance(part, sql.Match) and (pattern := _constant(part.pattern)) is not None:
            yield patterns.like_example(pattern)
        elif isinstance(part, sql.Binary) and part.operator in ("~", "~*"):
            pattern = _constant(part.right)
            text = None if pattern is None else patterns.example(pattern)
            if text is not None:
                yield text


def _constant(expression: sql.Expression) -> str | None:
    """The text of a constant, cast or not."""
    while isinstance(expression, sql.Cast):
        expression = expression.operand
    return expression.text if isinstance(expression, sql.Literal) else None


def _sized(text: str, found: Conditions, limit: int | None) -> Iterator[str]:
    """The text at the lengths the conditions speak of."""
    sizes = [int(one) for part in found.parts() if (one := _said_number(part)) is not None and 0 < one <= 1000]
    letters = "".join(char for char in text if char.isalnum()) or "example"
    for size in dict.fromkeys(each for one in (*sizes, limit or 1) for each in (one, one + 1, one - 1)):
        for alphabet in (letters, "example", "1234567890"):
            yield (alphabet * (max(size, 1) // len(alphabet) + 1))[: max(size, 1)]


def _moments(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    usual = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in _DATES]
    if is_later(name):
        usual[0], usual[2] = usual[2], usual[0]
    if salt:
        yield _written(usual[0] + timedelta(seconds=int(salt, 16) % 3600, days=int(salt, 16) % 300), shape, dialect)
    said = [moment(part.text) for part in found.parts() if isinstance(part, sql.Literal) and part.kind == "string"]
    said += [one for one in found.others.values() if isinstance(one, Moment)]
    edges = [edge for one in said if one is not None for edge in (one.earliest, one.latest)]
    for when in (*usual, *(edge + step for edge in edges for step in (_DAY, -_DAY, timedelta()))):
        yield _written(when.replace(microsecond=0), shape, dialect)


def _written(when: datetime, shape: Shape, dialect: Dialect) -> str:
    if shape.family == "date":
        return when.date().isoformat()
    text = when.replace(tzinfo=None).isoformat(" " if dialect == "mysql" else "T")
    return f"{text}Z" if shape.family == "timestamptz" else text


def _documents(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    yield {}
    yield []
    keys = [key for part in found.parts() if (key := _asked_key(part)) is not None]
    yield dict.fromkeys(keys, "example")
    yield ["example"]


def _asked_key(part: sql.Expression) -> str | None:
    if not isinstance(part, sql.Binary) or part.operator != "?":
        return None
    return _constant(part.right)


def _uuids(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    for turn in ("", " again"):
        yield str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}{salt}{turn}"))


def _enum_values(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    yield from shape.values


def _bits(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    yield 1 if dialect == "mysql" else "1" * (shape.limits[0] if shape.limits else 1)


def _years(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    yield 2024


def _members(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    yield shape.type.modifiers[0] if shape.type.modifiers else ""


def _strings_of_bytes(name: str, shape: Shape, found: Conditions, dialect: Dialect, salt: str) -> Iterator[Raw]:
    yield "example"[: shape.limits[0]] if shape.limits else "example"


_MAKERS = {
    "integer": _integers,
    "numeric": _decimals,
    "float": _decimals,
    "boolean": _booleans,
    "text": _texts,
    "char": _texts,
    "date": _moments,
    "timestamp": _moments,
    "timestamptz": _moments,
    "json": _documents,
    "uuid": _uuids,
    "enum": _enum_values,
    "bit": _bits,
    "year": _years,
    "set": _members,
    "binary": _strings_of_bytes,
}
