"""A text as a value of any type, by PostgreSQL's input function for the type."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dblint.catalog.model import Catalog, Composite, Domain, Type
from dblint.values.input import arrays, documents, intervals, moments, networks, numbers, simple
from dblint.values.input.refusal import RefusedInputError, UnclearInputError, shown
from dblint.values.nearest import nearest

_DEPTH = 8
_RANGES = {
    "int4range": "integer",
    "int8range": "bigint",
    "numrange": "numeric",
    "daterange": "date",
    "tsrange": "timestamp without time zone",
    "tstzrange": "timestamp with time zone",
}
_MULTIRANGES = {name.replace("range", "multirange"): name for name in _RANGES}
_MOMENTS = (
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
)
_VECTOR_LIMIT = 16000


def read(text: str, type_: Type, catalog: Catalog, depth: int = 0) -> Any:
    """The value a text stands for in a column of the type, its modifiers applied.

    Raises:
        RefusedInputError: the server refuses the text.
        UnclearInputError: nobody here knows the type, or servers differ.
    """
    if depth > _DEPTH:
        raise UnclearInputError
    domain = catalog.domain(type_)
    if type_.dimensions:
        return _array(text, type_, catalog, depth)
    if domain is not None:
        return read(text, domain.type, catalog, depth + 1)
    if type_.kind == "enum":
        return _enum(text, type_, catalog)
    if type_.kind == "composite":
        return _record(text, type_, catalog, depth)
    if type_.kind == "opaque":
        return _of_extension(text, type_)
    reader = _READERS.get(type_.name) if type_.kind in ("base", "range") and type_.schema is None else None
    if reader is None:
        raise UnclearInputError
    return reader(text, type_)


def element(type_: Type) -> Type:
    """The type of an array's elements."""
    return Type(type_.name, type_.kind, type_.schema, type_.modifiers, 0, type_.text.removesuffix("[]"))


def composite(type_: Type, catalog: Catalog) -> Composite | None:
    return next((one for one in catalog.composites if (one.schema, one.name) == (type_.schema, type_.name)), None)


def domain_of(type_: Type, catalog: Catalog) -> Domain | None:
    return catalog.domain(type_)


def modifiers(type_: Type) -> tuple[int, ...]:
    """The type's modifiers, where all are numbers."""
    found = tuple(one.strip() for one in type_.modifiers)
    return tuple(map(int, found)) if all(one.lstrip("-").isdecimal() for one in found) else ()


def _array(text: str, type_: Type, catalog: Catalog, depth: int) -> list[Any]:
    domain = catalog.domain(type_)
    if domain is not None and domain.type.dimensions:
        raise UnclearInputError  # An array of a domain that is an array.
    of = element(type_)
    found = []
    is_unclear = False
    for one in arrays.leaves(arrays.read_array(text)):
        try:
            found.append(None if one is None else read(one, of, catalog, depth + 1))
        except UnclearInputError:
            is_unclear = True
    if is_unclear:
        raise UnclearInputError
    return found


def _enum(text: str, type_: Type, catalog: Catalog) -> str:
    enum = catalog.enum(type_)
    if enum is None or not enum.complete:
        raise UnclearInputError
    if text not in enum.values:
        meant = nearest(text, enum.values) if len(text) < 100 else None
        hint = f", the nearest is `{meant}`" if meant else ""
        raise RefusedInputError("22P02", f"`{shown(text)}` is no value of the enum `{enum.name}`{hint}")
    return text


def _record(text: str, type_: Type, catalog: Catalog, depth: int) -> list[Any]:
    found = composite(type_, catalog)
    if found is None or any(column.type is None for column in found.columns):
        raise UnclearInputError
    columns = arrays.read_record(text, len(found.columns))
    return [
        None if one is None or column.type is None else read(one, column.type, catalog, depth + 1)
        for one, column in zip(columns, found.columns, strict=True)
    ]


def _of_extension(text: str, type_: Type) -> Any:
    if type_.name == "vector":
        limits = modifiers(type_)
        return read_vector(text, limits[0] if limits else None)
    if type_.name == "citext":
        return simple.read_text(text, None, "citext")
    raise UnclearInputError


def read_vector(text: str, size: int | None) -> list[float]:
    """``[1,2,3]`` of the extension pgvector."""
    stripped = text.strip(" \t\n\v\f\r")
    if stripped[:1] != "[" or stripped[-1:] != "]":
        raise RefusedInputError("22P02", f"`{shown(text)}` is no vector, which is written as `[1,2,3]`")
    parts = stripped[1:-1].split(",")
    if len(parts) > _VECTOR_LIMIT or not parts[0].strip() or any(part.strip() == "..." for part in parts):
        raise UnclearInputError  # Left out by who wrote it.
    try:
        found = [numbers.read_float(part, "real") for part in parts]
    except RefusedInputError as error:
        raise RefusedInputError(error.code, f"`{shown(text)}` is no vector: {error.why}") from None
    check_size(len(found), size)
    return found


def check_size(count: int, size: int | None) -> None:
    if size is not None and count != size:
        raise RefusedInputError("22000", f"a vector of {count} dimensions is given, vector({size}) holds {size}")


def _integer(text: str, type_: Type) -> int:
    return numbers.read_integer(text, type_.name)


def _numeric(text: str, type_: Type) -> Decimal:
    limits = modifiers(type_)
    return numbers.read_numeric(text, limits[0] if limits else None, limits[1] if len(limits) > 1 else 0)


def _varying(text: str, type_: Type) -> str:
    limits = modifiers(type_)
    return simple.read_text(text, limits[0] if limits else None, type_.name)


def _character(text: str, type_: Type) -> str:
    limits = modifiers(type_)  # Without any it is bpchar, which has no limit; `char` alone has the limit 1.
    return simple.read_text(text, limits[0] if limits else None, type_.name)


def _bits(text: str, type_: Type) -> str:
    limits = modifiers(type_)
    varying = type_.name == "bit varying"
    return simple.read_bits(text, limits[0] if limits else None, varying=varying)


def _moment(text: str, type_: Type) -> moments.Reading:
    return moments.read_moment(text, type_.name)


def _interval(text: str, type_: Type) -> intervals.Length:
    try:
        return intervals.read_interval(text)
    except RefusedInputError:
        if type_.modifiers and not all(one.isdigit() for one in type_.modifiers):
            raise UnclearInputError from None  # Fields such as DAY TO SECOND read numbers otherwise.
        raise


def _range(text: str, type_: Type) -> Any:
    bounds = arrays.read_range(text)
    return None if bounds is None else _pair(bounds, _RANGES[type_.name], text)


def _multirange(text: str, type_: Type) -> Any:
    return [_pair(one, _RANGES[_MULTIRANGES[type_.name]], text) for one in arrays.read_multirange(text)]


def _pair(bounds: arrays.Bounds, name: str, text: str) -> tuple[Any, Any]:
    ends = [None if one is None else _READERS[name](one, Type(name)) for one in (bounds.lower, bounds.upper)]
    lower, upper = (_comparable(one) for one in ends)
    if lower is not None and upper is not None and lower > upper:
        raise RefusedInputError("22000", f"`{shown(text)}` has its lower bound above its upper one")
    if any(isinstance(one, moments.Reading) and one.point is None for one in ends):
        raise UnclearInputError
    return ends[0], ends[1]


def _comparable(value: Any) -> Any:
    if isinstance(value, moments.Reading):
        # A day of slack: the session's zone is added to what has none.
        point = value.point
        return None if point is None else point[0] * 86_400_000_000 + point[1]
    return None if isinstance(value, Decimal) and not value.is_finite() else value


def _plain(text: str, type_: Type) -> str:
    return simple.read_text(text, None, type_.name)


def _unclear(text: str, type_: Type) -> Any:
    raise UnclearInputError


_READERS: dict[str, Callable[[str, Type], Any]] = {
    **dict.fromkeys(numbers.BITS, _integer),
    "numeric": _numeric,
    **dict.fromkeys(("real", "double precision"), lambda text, type_: numbers.read_float(text, type_.name)),
    "money": lambda text, type_: numbers.read_money(text),
    "boolean": lambda text, type_: simple.read_boolean(text),
    "uuid": lambda text, type_: simple.read_uuid(text),
    **dict.fromkeys(("text", "name", '"char"'), _plain),
    "character varying": _varying,
    "character": _character,
    "bpchar": _plain,
    "bytea": lambda text, type_: simple.read_bytes(text),
    **dict.fromkeys(("bit", "bit varying"), _bits),
    **dict.fromkeys(_MOMENTS, _moment),
    "interval": _interval,
    **dict.fromkeys(("json", "jsonb"), lambda text, type_: documents.read_document(text, type_.name)),
    **dict.fromkeys(("inet", "cidr"), lambda text, type_: networks.read_network(text, type_.name)),
    "macaddr": lambda text, type_: networks.read_mac(text, 6),
    "macaddr8": lambda text, type_: networks.read_mac(text, 8),
    **dict.fromkeys(_RANGES, _range),
    **dict.fromkeys(_MULTIRANGES, _multirange),
    "xml": _unclear,
}
KNOWN = frozenset(_READERS)
"""The types whose input is known here."""
