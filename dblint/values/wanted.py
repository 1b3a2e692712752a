"""What a column of a type takes, in words for a reader."""

from __future__ import annotations

from dblint.catalog.model import Catalog, Type
from dblint.values.input.numbers import BITS
from dblint.values.input.read import composite, element, modifiers

_WORDS = {
    "real": "a number",
    "double precision": "a number",
    "money": "an amount such as 12.50",
    "boolean": "true or false",
    "uuid": "a UUID: 32 hexadecimal digits such as `a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11`",
    "date": "a date such as `2024-01-31`",
    "timestamp without time zone": "a date and time such as `2024-01-31 10:30:00`",
    "timestamp with time zone": "a date, time and zone such as `2024-01-31T10:30:00Z`",
    "time without time zone": "a time such as `10:30:00`",
    "time with time zone": "a time and zone such as `10:30:00+00`",
    "interval": "a length of time such as `1 day 02:00:00`",
    "json": "a JSON text",
    "jsonb": "a JSON text",
    "bytea": "bytes such as `\\x00ff`",
    "inet": "an address such as `192.0.2.1`",
    "cidr": "a network such as `192.0.2.0/24`",
    "macaddr": "an address such as `08:00:2b:01:02:03`",
    "macaddr8": "an address such as `08:00:2b:01:02:03:04:05`",
    "text": "any text",
}
_DEPTH = 8


def wanted(type_: Type, catalog: Catalog, depth: int = 0) -> str | None:
    """``a whole number from -32768 to 32767``; None for a type dblint knows by name only."""
    if depth > _DEPTH:
        return None
    domain = catalog.domain(type_)
    if type_.dimensions:
        inner = wanted(element(type_), catalog, depth + 1)
        return f"a list, each element {inner}" if inner else "a list"
    if domain is not None:
        return wanted(domain.type, catalog, depth + 1)
    if type_.kind == "enum":
        enum = catalog.enum(type_)
        return None if enum is None else "one of " + ", ".join(f"`{value}`" for value in enum.values)
    if type_.kind == "composite":
        found = composite(type_, catalog)
        return None if found is None else "the columns " + ", ".join(f"`{one.name}`" for one in found.columns)
    return _limited(type_) or _WORDS.get(type_.name)


def _limited(type_: Type) -> str | None:
    limits = modifiers(type_)
    if type_.name in BITS:
        largest = (1 << (BITS[type_.name] - 1)) - 1
        return f"a whole number from {-largest - 1} to {largest}"
    if type_.name == "numeric":
        return _numeric(limits)
    if type_.name in ("character varying", "character"):
        return f"a text of at most {limits[0]} characters" if limits else "any text"
    if type_.name in ("bit", "bit varying"):
        most = "at most " if "varying" in type_.name else ""
        return f"{most}{limits[0]} bits" if limits else "bits such as `101`"
    if type_.name == "vector":
        return f"a list of {limits[0]} numbers" if limits else "a list of numbers"
    if "multirange" in type_.name:
        return "ranges such as `{[1,10)}`"
    return "a range such as `[1,10)`" if type_.kind == "range" else None


def _numeric(limits: tuple[int, ...]) -> str:
    if not limits:
        return "a number"
    before, scale = limits[0] - (limits[1] if len(limits) > 1 else 0), limits[1] if len(limits) > 1 else 0
    if before < 0 or scale < 0:
        return f"a number that fits numeric({limits[0]},{scale})"
    digits = "digit" if before == 1 else "digits"
    return f"a number with at most {before} {digits} before its point" if before else "a number below 1"
