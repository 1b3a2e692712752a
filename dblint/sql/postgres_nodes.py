"""Names and types of PostgreSQL's parse tree as our own."""

from __future__ import annotations

from dblint.sql.definitions import ObjectName, Parameter, ParameterMode, TypeName
from dblint.sql.postgres_expressions import type_name as plain_type_name
from dblint.sql.postgres_parser import Node
from dblint.sql.postgres_text import StatementText

_MODES: dict[str, ParameterMode] = {
    "FUNC_PARAM_OUT": "out",
    "FUNC_PARAM_INOUT": "inout",
    "FUNC_PARAM_VARIADIC": "variadic",
    "FUNC_PARAM_TABLE": "table",
}


def strings(nodes: list[Node] | None) -> tuple[str, ...]:
    """The texts of a list of String nodes."""
    return tuple(node["String"].get("sval", "") for node in nodes or () if "String" in node)


def relation_name(node: Node, text: StatementText) -> ObjectName:
    """A RangeVar's name."""
    schema = "pg_temp" if node.get("relpersistence") == "t" else node.get("schemaname")
    return ObjectName(schema, node["relname"], text.name_at(node.get("location", 0)))


def qualified(parts: tuple[str, ...], text: StatementText) -> ObjectName:
    """A name given as a list of strings, found in the text by its last part."""
    return ObjectName(parts[-2] if len(parts) > 1 else None, parts[-1], text.find(parts[-1]))


def any_name(node: Node, text: StatementText) -> ObjectName:
    """The name of an object that DROP or ALTER … RENAME gives in one of its many shapes."""
    if "List" in node:
        return qualified(strings(node["List"]["items"]), text)
    if "TypeName" in node:
        inner = node["TypeName"]
        parts = strings(inner["names"])
        return ObjectName(parts[-2] if len(parts) > 1 else None, parts[-1], text.name_at(inner.get("location")))
    if "ObjectWithArgs" in node:
        return qualified(strings(node["ObjectWithArgs"]["objname"]), text)
    return qualified((node["String"]["sval"],), text)


def type_name(node: Node, text: StatementText) -> TypeName:
    """A TypeName's fields, ``table.column%TYPE`` among them."""
    if not node.get("pct_type"):
        return plain_type_name(node)
    parts = strings(node["names"])
    table = ObjectName(parts[-3] if len(parts) > 2 else None, parts[-2], text.name_at(node.get("location")))
    return TypeName(None, parts[-1], dimensions=len(node.get("arrayBounds", ())), column_of=table)


def constant(node: Node) -> str | None:
    """A constant's text; None for NULL and for what is no constant."""
    value = node.get("A_Const")
    if value is None or value.get("isnull"):
        return None
    if "ival" in value:
        return str(value["ival"].get("ival", 0))
    if "boolval" in value:
        return "true" if value["boolval"].get("boolval") else "false"
    for kind, key in (("sval", "sval"), ("fval", "fval"), ("bsval", "bsval")):
        if kind in value:
            return str(value[kind].get(key, ""))
    return None


def parameter(node: Node, text: StatementText) -> Parameter:
    """A FunctionParameter node."""
    inner = node["FunctionParameter"]
    mode = _MODES.get(inner.get("mode", ""), "in")
    return Parameter(inner.get("name"), type_name(inner["argType"], text), mode, "defexpr" in inner)
