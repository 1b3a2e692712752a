"""A column's type resolved: its family, through domains, by every name PostgreSQL, MySQL and SQLite have for it."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.catalog.model import Catalog, Check, Type

_FAMILIES = {
    "integer": "smallint integer bigint int int2 int4 int8 tinyint mediumint serial bigserial smallserial oid xid "
    "serial2 serial4 serial8 int1 int3 middleint",
    "numeric": "numeric decimal dec fixed number money",
    "float": "real float float4 float8 double double-precision",
    "boolean": "boolean bool",
    "text": "text character-varying varchar varchar2 nvarchar citext tinytext mediumtext longtext clob name string "
    "character-large-object varying-character",
    "char": "character char bpchar nchar native-character",
    "uuid": "uuid",
    "json": "json jsonb",
    "date": "date",
    "timestamp": "timestamp timestamp-without-time-zone datetime",
    "timestamptz": "timestamptz timestamp-with-time-zone",
    "time": "time time-without-time-zone",
    "timetz": "timetz time-with-time-zone",
    "interval": "interval",
    "bytes": "bytea",
    "binary": "binary varbinary blob tinyblob mediumblob longblob",
    "bit": "bit",
    "year": "year",
    "set": "set",
}
_FAMILY_OF = {name.replace("-", " "): family for family, names in _FAMILIES.items() for name in names.split()}
_AFFINITIES = (
    (("INT",), "integer"),
    (("CHAR", "CLOB", "TEXT"), "text"),
    (("BLOB",), "binary"),
    (("REAL", "FLOA", "DOUB"), "float"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """``type`` is what lies under all domains, ``checks`` are theirs; a ``family`` of its own is the type's name."""

    family: str
    type: Type
    dimensions: int = 0
    checks: tuple[Check, ...] = ()
    values: tuple[str, ...] = ()
    """An enum's, or a MySQL set's."""

    @property
    def limits(self) -> tuple[int, ...]:
        """The type's modifiers that are numbers."""
        return tuple(int(each) for each in self.type.modifiers if each.strip().lstrip("-").isdecimal())


def shape(type_: Type, catalog: Catalog) -> Shape | None:
    """The shape of a type; None for one that dblint knows by name only."""
    dimensions, checks = type_.dimensions, list[Check]()
    for _ in catalog.domains:
        domain = catalog.domain(type_)
        if domain is None:
            break
        if dimensions:
            return None  # An array of a domain: its checks hold for elements.
        checks += domain.checks
        type_ = domain.type
        dimensions = type_.dimensions
    enum = catalog.enum(type_)
    if enum is not None:
        return Shape("enum", type_, dimensions, tuple(checks), enum.values) if enum.values else None
    family = family_of(type_, catalog)
    return None if family is None else Shape(family, type_, dimensions, tuple(checks))


def family_of(type_: Type, catalog: Catalog) -> str | None:
    """The family of a type that is no domain and no enum; a built-in type of its own kind is its own family."""
    name = type_.name.lower().replace(" unsigned", "").replace(" zerofill", "").strip()
    if name.startswith("interval"):
        return "interval"
    if type_.kind == "range":
        return name if type_.schema is None else "range"
    if catalog.dialect == "mysql" and name == "tinyint" and type_.modifiers == ("1",):
        return "boolean"
    if name == "citext" or (type_.kind == "base" and name in _FAMILY_OF):
        return _FAMILY_OF[name]
    if type_.kind != "base":
        return None
    return _affinity(name.upper()) if catalog.dialect == "sqlite" else name


def _affinity(name: str) -> str:
    if not name:
        return "text"
    return next((family for words, family in _AFFINITIES if any(word in name for word in words)), "numeric")
