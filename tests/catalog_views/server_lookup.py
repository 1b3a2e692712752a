"""What a query may ask of the schema, answered by a real server instead of a replay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import psycopg

from dblint.catalog.model import Argument, ArgumentMode, Function, Type, TypeKind
from dblint.catalog.scopes import Columns, ViewColumn
from dblint.catalog.type_names import system_type
from dblint.source import Place, Span
from dblint.sql.definitions import TypeName

NOWHERE = Place("server", Span(1, 1, 1, 1))
_MODES: dict[str, ArgumentMode] = {"i": "in", "o": "out", "b": "inout", "v": "variadic", "t": "table"}
_KINDS: dict[str, TypeKind] = {"e": "enum", "d": "domain", "c": "composite", "r": "range", "m": "range"}
_SHAPE = """
    SELECT n.nspname, e.typname, e.typtype::text, (t.typelem <> 0 AND t.typcategory = 'A'), format_type(t.oid, %(mod)s)
    FROM pg_type t JOIN pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
    JOIN pg_namespace n ON n.oid = e.typnamespace WHERE t.oid = %(oid)s
"""
_COLUMNS = """
    SELECT attname, atttypid, atttypmod FROM pg_attribute
    WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


class ServerLookup:
    """The types, relations and functions of the database a connection is in."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(cast("Any", query), values).fetchall()

    def shape(self, oid: int, modifier: int = -1) -> Type:
        """The catalog's type of a server's type."""
        (row,) = self._connection.execute(_SHAPE, {"oid": oid, "mod": modifier}).fetchall()
        schema, name, kind, array, text = row
        inside = text[text.index("(") + 1 : text.index(")")].split(",") if "(" in text else []
        if schema == "pg_catalog":
            found = system_type(TypeName(None, name, (), int(array)))
            if found is not None:
                return Type(found.name, "base", None, tuple(inside), int(array), text)
        return Type(name, _KINDS.get(kind, "opaque"), schema, tuple(inside), int(array), text)

    def relation(self, schema: str | None, name: str) -> tuple[Columns, Type | None] | None:
        rows = self._rows(
            "SELECT c.oid, c.reltype FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = %s AND"
            " relkind IN ('r', 'v', 'm', 'f', 'p') AND (nspname = %s OR %s::text IS NULL"
            " AND pg_table_is_visible(c.oid))",
            name,
            schema,
            schema,
        )
        return (self._columns(rows[0][0]), self.shape(rows[0][1])) if rows else None

    def _columns(self, relation: int) -> Columns:
        return Columns(tuple(ViewColumn(name, self.shape(*type_)) for name, *type_ in self._rows(_COLUMNS, relation)))

    def functions(self, schema: str | None, name: str) -> Sequence[Function]:
        rows = self._rows(
            "SELECT n.nspname, prorettype, proretset, prokind::text, pronargdefaults, proargnames, proargmodes::text[],"
            " coalesce(proallargtypes, proargtypes::oid[]) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace"
            " WHERE proname = %s AND nspname NOT IN ('pg_catalog', 'information_schema')"
            " AND (nspname = %s OR %s::text IS NULL AND pg_function_is_visible(p.oid))",
            name,
            schema,
            schema,
        )
        return [self._function(name, *row) for row in rows]

    def _function(
        self, name: str, schema: str, returns: int, is_set: bool, kind: str, defaults: int, *rest: Any
    ) -> Function:
        names, modes, types = rest
        modes = [_MODES[mode] for mode in modes or "i" * len(types)]
        taken = [at for at, mode in enumerate(modes) if mode in ("in", "inout", "variadic")]
        optional = set(taken[len(taken) - defaults :])
        arguments = tuple(
            Argument((names[at] or None) if names else None, self.shape(oid), mode, at in optional)
            for at, (oid, mode) in enumerate(zip(types, modes, strict=True))
        )
        word = cast("Any", {"a": "aggregate", "p": "procedure"}.get(kind, "function"))
        return Function(schema, name, word, arguments, self.shape(returns), is_set, "sql", NOWHERE)

    def type(self, type_: TypeName) -> Type | None:
        found = system_type(type_) if type_.schema is None else None
        if found is not None:
            return found
        rows = self._rows(
            "SELECT t.oid, typarray FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE typname = %s"
            " AND (nspname = %s OR %s::text IS NULL AND pg_type_is_visible(t.oid))",
            type_.name,
            type_.schema,
            type_.schema,
        )
        return self.shape(rows[0][1] if type_.dimensions else rows[0][0]) if rows else None

    def base(self, type_: Type) -> Type | None:
        rows = self._rows(
            "SELECT typbasetype, typtypmod FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace"
            " WHERE typname = %s AND nspname = %s AND typtype = 'd'",
            type_.name,
            type_.schema,
        )
        return self.shape(*rows[0]) if rows else None

    def fields(self, type_: Type) -> Columns | None:
        rows = self._rows(
            "SELECT typrelid FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace"
            " WHERE typname = %s AND nspname = %s AND typrelid <> 0",
            type_.name,
            type_.schema,
        )
        return self._columns(rows[0][0]) if rows else None
