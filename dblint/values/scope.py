"""What an expression's names mean: columns' types, the project's types, and which operator or function is meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dblint.catalog import builtins
from dblint.catalog.builtins import Signature
from dblint.catalog.model import Catalog, Column, EnumType, Type
from dblint.catalog.type_names import system_type
from dblint.catalog.type_rules import UNKNOWN, Candidate, Types, choose, choose_operator, fitting, resolve
from dblint.sql.definitions import TypeName
from dblint.values.comparing import Position
from dblint.values.shapes import family_of

Meant = tuple[tuple[str, ...], str | None]
"""The types an operator or function takes, and the one it gives; None where that cannot be told."""


CITEXT = "citext"
"""The extension's text that compares without regard to case; it stands in no system catalog."""

_CODES = {
    **dict.fromkeys(("integer", "boolean"), "int8"),
    "float": "float8",
    **dict.fromkeys(("text", "char"), "text"),
    "date": "date",
    "timestamp": "timestamp",
}
"""Where other databases' types are enough like PostgreSQL's."""


class Scope:
    """Types by code, as in ``catalog.type_rules``; a code is None where the type is not known."""

    def __init__(self, catalog: Catalog, columns: Iterable[Column] = (), value: Type | None = None) -> None:
        self.catalog = catalog
        self.types = Types(self._base)
        self._codes = {column.name: self.code(column.type) for column in columns}
        if value is not None:
            self._codes["value"] = self.code(value)
        self._own = frozenset(function.name for function in catalog.functions)

    def column(self, name: str) -> str | None:
        """The type of a column, under its domains."""
        return self._codes.get(name)

    def code(self, type_: Type | None) -> str | None:
        """A type's code under its domains; None for a type whose values are not known here."""
        if type_ is None:
            return None
        if type_.dimensions and type_.kind == "domain":
            return None
        if self.catalog.dialect != "postgres":
            family = family_of(type_, self.catalog) or ""
            # SQLite keeps a decimal number as a binary one.
            return (
                {"sqlite": "float8", "mysql": "numeric"}.get(self.catalog.dialect)
                if family == "numeric"
                else _CODES.get(family)
            )
        code = self.types.plain(self.types.code(type_))
        if code.rpartition(".")[2] == CITEXT:
            return CITEXT
        known = "." not in code or self._enum(code.removeprefix("_")) is not None
        return code if known else None

    def named(self, name: TypeName) -> Type | None:
        """The type that a cast names."""
        if name.schema in (None, "pg_catalog"):
            found = system_type(name)
            if found is not None:
                return found
        dimensions = min(name.dimensions, 1)
        places = self.catalog.search_path if name.schema is None else (name.schema,)
        for schema in places:
            for enum in self.catalog.enums:
                if (enum.schema, enum.name) == (schema, name.name):
                    return Type(name.name, "enum", schema, (), dimensions)
            for domain in self.catalog.domains:
                if (domain.schema, domain.name) == (schema, name.name):
                    return Type(name.name, "domain", schema, (), dimensions)
        return None

    def position(self, code: str) -> Position | None:
        """Where an enum's values stand; None for a type that is no enum."""
        enum = self._enum(code)
        if enum is None:
            return None
        places = {value: at for at, value in enumerate(enum.values)} if enum.complete else {}
        return places.get

    def _enum(self, code: str) -> EnumType | None:
        schema, _, name = code.rpartition(".")
        return next((one for one in self.catalog.enums if schema and (one.schema, one.name) == (schema, name)), None)

    def _base(self, type_: Type) -> Type | None:
        domain = self.catalog.domain(type_)
        return None if domain is None else domain.type

    def operator(self, operator: str, left: str | None, right: str) -> Meant | None:
        """The operator's types for operands of these."""
        given = [right] if left is None else [left, right]
        candidates = [
            Candidate((one.right,) if left is None else (one.left or "", one.right), Signature((), one.result))
            for one in builtins.operators(operator)
            if (one.left is None) == (left is None)
        ]
        return self._meant(choose_operator(self.types, left, right, candidates), given)

    def function(self, name: str, given: Sequence[str]) -> Meant | None:
        """The built-in function's types for arguments of these; None where one of the project's may be meant."""
        if name in self._own:
            return None
        fits = (fitting(signature, len(given)) for signature in builtins.functions(name))
        return self._meant(choose(self.types, given, [one for one in fits if one is not None]), given)

    def _meant(self, chosen: Candidate | None, given: Sequence[str]) -> Meant | None:
        if chosen is None or chosen.signature.returns_set:
            return None
        taken = []
        for declared, code in zip(chosen.arguments, given, strict=True):
            wanted = resolve(self.types, declared, chosen.arguments, given)
            if declared == "any":
                wanted = "text" if code == UNKNOWN else code
            if wanted is None:
                return None
            taken.append(self.types.plain(wanted))
        return tuple(taken), resolve(self.types, chosen.signature.result, chosen.arguments, given)
