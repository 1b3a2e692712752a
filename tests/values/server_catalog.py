"""A catalog read back from a real server, so that values are tried against what PostgreSQL itself says of a table."""

from __future__ import annotations

import re
from typing import Any

import psycopg

from dblint.catalog.model import Catalog, Check, Column, Domain, EnumType, Table, Type, TypeKind
from dblint.source import Place, Span

PLACE = Place("schema.sql", Span(1, 1, 1, 2))
_KINDS: dict[str, TypeKind] = {"b": "base", "e": "enum", "d": "domain", "c": "composite", "r": "range", "m": "range"}
_COLUMNS = """
select a.attname, format_type(a.atttypid, a.atttypmod), coalesce(e.typtype, t.typtype)::text,
       coalesce(e.typname, t.typname), coalesce(en.nspname, n.nspname), a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, t.typcategory = 'A' and t.typtype = 'b'
  from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_namespace n on n.oid = t.typnamespace
  left join pg_type e on e.oid = t.typelem and t.typcategory = 'A' and t.typtype = 'b'
  left join pg_namespace en on en.oid = e.typnamespace
  left join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
 where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum"""


def read_catalog(connection: psycopg.Connection, table: str) -> Catalog:
    """A catalog that holds one table and all enums and domains of ``public``."""
    columns = tuple(_column(*row) for row in connection.execute(_COLUMNS, (table,)))
    checks = _checks(connection, "conrelid = %s::regclass", table)
    keys = connection.execute(
        "select contype::text, array(select attname::text from unnest(conkey) with ordinality k(n, i)"
        " join pg_attribute on attrelid = conrelid and attnum = n order by i)"
        " from pg_constraint where conrelid = %s::regclass and contype in ('p', 'u')",
        (table,),
    ).fetchall()
    return Catalog(
        "postgres",
        tables=(
            Table(
                "public",
                table,
                "table",
                columns,
                PLACE,
                primary_key=next((tuple(names) for kind, names in keys if kind == "p"), None),
                unique=tuple(tuple(names) for kind, names in keys if kind == "u"),
                checks=checks,
            ),
        ),
        enums=_enums(connection),
        domains=_domains(connection),
    )


def _column(name: str, text: str, kind: str, base: str, schema: str, not_null: bool, *more: Any) -> Column:
    default, generated, array = more
    return Column(
        name,
        _type(text, kind, base, schema, array),
        PLACE,
        nullable=not not_null,
        default=None if generated else default,
        generated=default if generated else None,
    )


def _type(text: str, kind: str, base: str, schema: str, array: bool) -> Type:
    bare = text.removesuffix("[]")
    found = re.search(r"\(([^)]*)\)", bare)
    modifiers = tuple(found[1].split(",")) if found else ()
    system = schema == "pg_catalog"
    name = re.sub(r"\([^)]*\)", "", bare) if system else base
    return Type(name, _KINDS[kind], None if system else schema, modifiers, int(array), text)


def _checks(connection: psycopg.Connection, where: str, argument: str) -> tuple[Check, ...]:
    query = f"select conname, pg_get_expr(conbin, conrelid) from pg_constraint where contype = 'c' and {where}"
    return tuple(Check(name, text, PLACE) for name, text in connection.execute(query, (argument,)))


def _enums(connection: psycopg.Connection) -> tuple[EnumType, ...]:
    rows = connection.execute(
        "select typname, array_agg(enumlabel::text order by enumsortorder)"
        " from pg_type join pg_enum on enumtypid = pg_type.oid where typnamespace = 'public'::regnamespace group by 1"
    )
    return tuple(EnumType("public", name, tuple(values), PLACE) for name, values in rows)


def _domains(connection: psycopg.Connection) -> tuple[Domain, ...]:
    rows = connection.execute(
        "select d.typname, format_type(d.typbasetype, d.typtypmod), b.typtype::text, b.typname, n.nspname,"
        " b.typcategory = 'A', not d.typnotnull from pg_type d join pg_type b on b.oid = d.typbasetype"
        " join pg_namespace n on n.oid = b.typnamespace"
        " where d.typtype = 'd' and d.typnamespace = 'public'::regnamespace"
    ).fetchall()
    return tuple(
        Domain("public", name, _type(*base), nullable, _checks(connection, "contypid = %s::regtype", name), PLACE)
        for name, *base, nullable in rows
    )
