"""Which types hold the same sort of value, by every name PostgreSQL and MySQL know for them."""

from __future__ import annotations

import re

from dblint.catalog.model import Catalog, Type
from dblint.checks.required import base_type

_FAMILIES = {
    "string": "text varchar char character bpchar name citext character-varying tinytext mediumtext longtext",
    "integer": "integer int int2 int4 int8 smallint bigint serial serial2 serial4 serial8 smallserial bigserial"
    " mediumint",
    "number": "numeric decimal dec real float float4 float8 double-precision double money",
    "boolean": "boolean bool",
    "uuid": "uuid",
    "json": "json jsonb",
    "date": "date",
    "time": "time timetz time-without-time-zone time-with-time-zone",
    "timestamp": "timestamp timestamptz timestamp-without-time-zone timestamp-with-time-zone datetime",
    "interval": "interval",
    "bytes": "bytea blob tinyblob mediumblob longblob binary varbinary",
    "network": "inet cidr",
}
_FAMILY_OF = {name.replace("-", " "): family for family, names in _FAMILIES.items() for name in names.split()}
_MODIFIERS = re.compile(r"\([^)]*\)")


def family_of_text(text: str) -> str | None:
    """The family of a type as SQL spells it, ``family[]`` for its arrays; None for a word that names no known type."""
    name = _MODIFIERS.sub("", text).strip().lower()
    element, brackets, rest = name.partition("[")
    if brackets:
        inner = family_of_text(element)
        return f"{inner}[]" if inner and re.fullmatch(r"\d*\](\[\d*\])*", rest) else None
    if name == "array":
        return "array"
    return _FAMILY_OF.get(re.sub(r"\s+", " ", name))


def family_of_type(type_: Type, catalog: Catalog) -> str | None:
    """The family of a column's type; an enum is its own, and what dblint knows by name only has none."""
    base = base_type(type_, catalog)
    if base.kind == "enum":
        family: str | None = "enum"
    else:
        family = _FAMILY_OF.get(base.name.lower()) if base.kind == "base" else None
    return f"{family}[]" if family and base.dimensions else family


def may_be_same(said: str, stands: str, catalog: Catalog) -> bool:
    """A map that says the first family may well mean a column of the second."""
    element_said, element_stands = said.removesuffix("[]"), stands.removesuffix("[]")
    if said == "array" or (said.endswith("[]") != stands.endswith("[]")):
        return said == "array" and stands.endswith("[]")
    pairs = [{"enum", "string"}]
    if catalog.dialect == "mysql":
        pairs += [{"boolean", "integer"}, {"json", "string"}]
    return element_said == element_stands or {element_said, element_stands} in pairs
