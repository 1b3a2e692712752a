"""How PostgreSQL writes identifiers, string constants and type names."""

from __future__ import annotations

import re

from dblint.sql.definitions import TypeName

# Every keyword the server's quote_ident() puts in quotes: pg_get_keywords() without category U.
_QUOTED = frozenset(
    word
    for line in (
        "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both",
        "case cast char character check coalesce collate collation column concurrently constraint create cross",
        "current_catalog current_date current_role current_schema current_time current_timestamp current_user dec",
        "decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign",
        "freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect",
        "interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query",
        "json_scalar json_serialize json_table json_value lateral leading least left like limit localtime",
        "localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on",
        "only or order out outer overlaps overlay placing position precision primary real references returning right",
        "row select session_user setof similar smallint some substring symmetric system_user table tablesample then",
        "time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when",
        "where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi",
        "xmlroot xmlserialize xmltable",
    )
    for word in line.split()
)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_SPELLED = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "numeric": "numeric",
    "bit": "bit",
    "varbit": "bit varying",
    "timestamp": "timestamp",
    "time": "time",
    "json": "json",
    "interval": "interval",
}
_ZONED = {"timestamptz": "timestamp", "timetz": "time"}


def identifier(name: str) -> str:
    """The name as SQL text, quoted where the server would quote it."""
    if _PLAIN.fullmatch(name) and name not in _QUOTED:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(*names: str | None) -> str:
    """The names that are not None, with dots between."""
    return ".".join(identifier(name) for name in names if name is not None)


def string(content: str) -> str:
    """A string constant with that content."""
    return "'" + content.replace("'", "''") + "'"


def type_text(type_: TypeName) -> str:
    """The type as SQL text that reads back as the same type."""
    modifiers = f"({','.join(type_.modifiers)})" if type_.modifiers else ""
    array = "[]" * type_.dimensions
    if type_.schema is not None:
        return qualified(type_.schema, type_.name) + modifiers + array
    if type_.name in _ZONED:
        return f"{_ZONED[type_.name]}{modifiers} with time zone{array}"
    if type_.name == "bpchar" and modifiers:
        return f"character{modifiers}{array}"
    bare_bit = type_.name == "bit" and not modifiers
    plain = type_.name not in _SPELLED or bare_bit or (type_.name == "interval" and modifiers)
    return (identifier(type_.name) if plain else _SPELLED[type_.name]) + modifiers + array
