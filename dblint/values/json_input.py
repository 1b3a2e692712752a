"""Values as PostgREST hands them to PostgreSQL, in JSON; and values of rows that came by any way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from dblint.catalog.model import Catalog, Type
from dblint.facts.value_model import Value
from dblint.values.input import numbers
from dblint.values.input.numbers import BITS
from dblint.values.input.read import check_size, composite, element, modifiers, read
from dblint.values.input.refusal import RefusedInputError, UnclearInputError, malformed, too_large
from dblint.values.json_text import UnknownPartError, document, token
from dblint.values.natives import SAID, amount, native, takes

_DOCUMENTS = ("json", "jsonb")
_BRACKETLESS = frozenset(
    (*BITS, "numeric", "real", "double precision", "boolean", "uuid", "inet", "cidr", "macaddr", "macaddr8")
)
"""Types whose texts never begin as a JSON list or object does."""
_MOST_DIMENSIONS = 6

Take = Callable[[Value, Type, Catalog], None]


def take(value: Value, type_: Type, catalog: Catalog) -> None:
    """Tries what ``json_populate_record`` does with the value.

    Raises:
        RefusedInputError: the server refuses it.
        UnclearInputError: that is not known.
    """
    _take(value, type_, catalog, take)


def hold(value: Value, type_: Type, catalog: Catalog) -> None:
    """Tries whether a row may hold the value, whoever put it there or reads it."""
    name = type_.name if type_.kind == "base" and not type_.dimensions else ""
    if value.kind == "float" and name in BITS:
        _hold_fraction(value, name)
    elif value.kind == "bytes":
        raise UnclearInputError
    elif value.kind == "tuple" and type_.dimensions:
        _take(Value("list", "", value.items), type_, catalog, hold)
    else:
        _take(value, type_, catalog, hold)


def _hold_fraction(value: Value, name: str) -> None:
    number = Decimal(repr(float(value.text)))
    if not number.is_finite() or number != number.to_integral_value():
        raise malformed(value.text, name)
    numbers.in_range(int(number), name)
    raise UnclearInputError


def _take(value: Value, type_: Type, catalog: Catalog, inner: Take) -> None:
    if value.kind == "call":
        _made(value, type_, catalog)
        return
    if value.kind in ("unknown", "bytes", "tuple", "template"):
        _unknown_text(value, type_, catalog)
        return
    domain = catalog.domain(type_)
    if value.kind == "null":
        return
    if type_.dimensions:
        _array(value, type_, catalog, inner)
    elif domain is not None:
        inner(value, domain.type, catalog)
    elif type_.kind == "composite" and value.kind == "dict":
        _record(value, type_, catalog, inner)
    elif type_.kind == "base" and type_.name in _DOCUMENTS:
        _document(value, type_)
    else:
        _scalar(value, type_, catalog)


def _unknown_text(value: Value, type_: Type, catalog: Catalog) -> None:
    raise UnclearInputError


def _made(value: Value, type_: Type, catalog: Catalog) -> None:
    """A value that Python code makes."""
    base = base_of(type_, catalog)
    kind = native(value)
    if kind is None or base is None:
        raise UnclearInputError
    if base.dimensions:
        raise UnclearInputError
    taken = takes(base.name if base.kind == "base" else "", kind)
    if taken is False:
        raise RefusedInputError("42804", f"`{value.text}(…)` makes {SAID[kind]}, which is no {base.name}")
    number = amount(value)
    if number is not None and base.kind == "base":
        amount_fits(number, base)
    if taken is None:
        raise UnclearInputError


def amount_fits(number: Decimal, base: Type) -> None:
    """Tries whether a number fits the limits of a number's type, once rounded."""
    limits = modifiers(base)
    if base.name == "numeric" and limits:
        numbers.rounded(number, limits[0], limits[1] if len(limits) > 1 else 0)
    elif base.name in BITS and number.is_finite():
        if abs(number) >= 1 << 70:
            raise too_large(f"{number:.3e}", base.name)
        numbers.in_range(int(number.to_integral_value()), base.name)


def base_of(type_: Type, catalog: Catalog) -> Type | None:
    """The type under domains; None for an array of a domain over an array."""
    for _ in range(len(catalog.domains) + 1):
        domain = catalog.domain(type_)
        if domain is None:
            return type_
        if type_.dimensions and domain.type.dimensions:
            return None
        under = domain.type
        dimensions = max(type_.dimensions, under.dimensions)
        type_ = Type(under.name, under.kind, under.schema, under.modifiers, dimensions, under.text)
    return None


def _document(value: Value, type_: Type) -> None:
    """Any JSON is a document; jsonb alone keeps no NUL character."""
    if type_.name == "jsonb" and "\0" in _texts(value):
        raise RefusedInputError("22P05", "a text holds a NUL character, which jsonb cannot")


def _texts(value: Value) -> str:
    return "\n".join((value.text if value.kind == "str" else "", *value.keys, *map(_texts, value.items)))


def _scalar(value: Value, type_: Type, catalog: Catalog) -> None:
    if value.kind == "str":
        read(value.text, type_, catalog)
    elif value.kind in ("list", "dict"):
        _bracketed(value, type_, catalog)
    else:
        read(token(value), type_, catalog)


def _bracketed(value: Value, type_: Type, catalog: Catalog) -> None:
    """A list or an object is a text like any other to a type that is no document."""
    if type_.kind == "opaque" and type_.name == "vector" and value.kind == "list":
        limits = modifiers(type_)
        if value.items:
            check_size(len(value.items), limits[0] if limits else None)
    if type_.kind == "base" and type_.name in _BRACKETLESS:
        raise malformed("[…]" if value.kind == "list" else "{…}", type_.name)
    if type_.kind == "enum":
        raise malformed("[…]" if value.kind == "list" else "{…}", f"the enum `{type_.name}`")
    read(document(value), type_, catalog)
    if type_.modifiers and type_.name in ("character varying", "character"):
        raise UnclearInputError  # Clients differ in the blanks they write.


def _record(value: Value, type_: Type, catalog: Catalog, inner: Take) -> None:
    found = composite(type_, catalog)
    if found is None:
        raise UnclearInputError
    unclear = False
    given = dict(zip(value.keys, value.items, strict=True))
    for column in found.columns:
        one = given.get(column.name)
        if one is not None and column.type is not None:
            unclear |= not _clear(one, column.type, catalog, inner)
    if unclear:
        raise UnclearInputError


def _clear(value: Value, type_: Type, catalog: Catalog, inner: Take) -> bool:
    """Tries a part of a value; false where nobody knows."""
    try:
        inner(value, type_, catalog)
    except (UnclearInputError, UnknownPartError):
        return False
    return True


def _array(value: Value, type_: Type, catalog: Catalog, inner: Take) -> None:
    if value.kind == "str":
        read(value.text, type_, catalog)
        return
    if value.kind != "list":
        shown = "{…}" if value.kind == "dict" else token(value)
        raise RefusedInputError("22P02", f"`{shown}` is no array")
    domain = catalog.domain(type_)
    if domain is not None and domain.type.dimensions:
        raise UnclearInputError
    depth = _depth(value)
    if depth is None or depth > _MOST_DIMENSIONS:
        raise UnclearInputError
    of = element(type_)
    found = [_clear(one, of, catalog, inner) for one in _elements((value,), depth, type_)]
    if not all(found):
        raise UnclearInputError


def _depth(value: Value) -> int | None:
    """How deep the first element stands; None where a part that decides it is unknown."""
    depth = 1
    while value.items:
        value = value.items[0]
        if value.kind in ("unknown", "call", "tuple"):
            return None if value.kind != "call" else depth
        if value.kind != "list":
            return depth
        depth += 1
    return depth


def _elements(lists: Sequence[Value], depth: int, type_: Type) -> list[Value]:
    """The elements at a depth, all rows of one length."""
    for level in range(depth):
        unsure = [one for one in lists if one.kind in ("unknown", "call", "tuple")]
        if unsure:
            raise UnclearInputError
        if any(one.kind != "list" for one in lists):
            raise RefusedInputError("22P02", "an element stands where the others are lists, which no array has")
        if level and len({len(one.items) for one in lists}) > 1:
            raise RefusedInputError("22P02", "the lists inside are of unequal length, which no array's are")
        lists = [item for one in lists for item in one.items]
    return list(lists)
