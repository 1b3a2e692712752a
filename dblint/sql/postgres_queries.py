"""libpg_query's statement trees about rows, read as our own queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from dblint.sql.definitions import TypeName
from dblint.sql.expressions import Expression, Row
from dblint.sql.postgres_expressions import expression, operands, sort_key, strings, type_name, window
from dblint.sql.postgres_parser import Node
from dblint.sql.queries import (
    Assignment,
    CommonTable,
    Conflict,
    Delete,
    Derived,
    GroupingSet,
    Insert,
    Item,
    Join,
    Merge,
    MergeAction,
    Modification,
    Name,
    Query,
    Relation,
    Select,
    SetOperation,
    Source,
    TableConstruct,
    TableFunction,
    Tail,
    Update,
    Values,
)


def query(node: Node) -> Query:
    """The query of one ``{"SelectStmt": {…}}`` tree."""
    return _query(node["SelectStmt"])


def modification(node: Node) -> Modification | None:
    """The INSERT, UPDATE, DELETE or MERGE of one tree; None for any other statement."""
    kind, body = next(iter(node.items()))
    read = _MODIFICATIONS.get(kind)
    return read(body) if read is not None else None


def _query(body: Node) -> Query:
    tables, recursive = _common_tables(body)
    if body.get("op", "SETOP_NONE") != "SETOP_NONE":
        operator: Any = body["op"].removeprefix("SETOP_")
        left, right = _query(body["larg"]), _query(body["rarg"])
        return SetOperation(operator, left, right, bool(body.get("all")), tables, recursive, _tail(body))
    if "valuesLists" in body:
        rows = tuple(_many(row["List"].get("items", ())) for row in body["valuesLists"])
        return Values(rows, tables, recursive, _tail(body))
    return _select(body, tables, recursive)


def _select(body: Node, tables: tuple[CommonTable, ...], recursive: bool) -> Select:
    distinct = body.get("distinctClause", ())
    return Select(
        items=_items(body.get("targetList", ())),
        sources=_sources(body.get("fromClause", ())),
        where=_optional(body.get("whereClause")),
        group=tuple(_group(one) for one in body.get("groupClause", ())),
        having=_optional(body.get("havingClause")),
        windows=tuple((one["WindowDef"]["name"], _named_window(one)) for one in body.get("windowClause", ())),
        distinct=bool(distinct),
        distinct_on=_many(one for one in distinct if one),
        tables=tables,
        recursive=recursive,
        tail=_tail(body),
    )


def _named_window(node: Node) -> Any:
    return window({key: value for key, value in node["WindowDef"].items() if key != "name"})


def _tail(body: Node) -> Tail:
    return Tail(
        tuple(sort_key(one) for one in body.get("sortClause", ())),
        _optional(body.get("limitCount")),
        _optional(body.get("limitOffset")),
        body.get("limitOption") == "LIMIT_OPTION_WITH_TIES",
    )


def _many(nodes: Any) -> tuple[Expression, ...]:
    return tuple(expression(node) for node in nodes)


def _optional(node: Node | None) -> Expression | None:
    return expression(node) if node else None


def _items(nodes: Any) -> tuple[Item, ...]:
    bodies = (node["ResTarget"] for node in nodes)
    return tuple(Item(expression(body["val"]), body.get("name"), body.get("location")) for body in bodies)


def _group(node: Node) -> Expression | GroupingSet:
    if "GroupingSet" not in node:
        return expression(node)
    body = node["GroupingSet"]
    kinds: dict[str, Literal["ROLLUP", "CUBE", "GROUPING SETS"]] = {
        "GROUPING_SET_ROLLUP": "ROLLUP",
        "GROUPING_SET_CUBE": "CUBE",
        "GROUPING_SET_SETS": "GROUPING SETS",
    }
    return GroupingSet(kinds.get(body["kind"], ""), tuple(_group(one) for one in body.get("content", ())))


def _common_tables(body: Node) -> tuple[tuple[CommonTable, ...], bool]:
    clause = body.get("withClause", {})
    return tuple(_common_table(one["CommonTableExpr"]) for one in clause.get("ctes", ())), bool(clause.get("recursive"))


def _common_table(body: Node) -> CommonTable:
    cycle = body.get("cycle_clause", {})
    added = (
        body.get("search_clause", {}).get("search_seq_column"),
        cycle.get("cycle_mark_column"),
        cycle.get("cycle_path_column"),
    )
    inner = body["ctequery"]
    return CommonTable(
        body["ctename"],
        modification(inner) or query(inner),
        tuple(strings(body.get("aliascolnames", ()))),
        tuple(name for name in added if name is not None),
    )


# What stands in FROM


def _sources(nodes: Any) -> tuple[Source, ...]:
    return tuple(_source(node) for node in nodes)


def _source(node: Node) -> Source:
    kind, body = next(iter(node.items()))
    return _SOURCES[kind](body)


def _alias(body: Node) -> tuple[str | None, tuple[str, ...]]:
    alias = body.get("alias", {})
    return alias.get("aliasname"), tuple(strings(alias.get("colnames", ())))


def relation(body: Node) -> Relation:
    """The table of a RangeVar's fields."""
    return Relation(body.get("schemaname"), body["relname"], *_alias(body), body.get("location"))


def _derived(body: Node) -> Derived:
    return Derived(query(body["subquery"]), *_alias(body), bool(body.get("lateral")))


def _table_function(body: Node) -> TableFunction:
    calls: list[Expression] = []
    definitions = list(_definitions(body.get("coldeflist", ())))
    for function in body["functions"]:
        call, defined = function["List"]["items"]
        calls.append(expression(call))
        definitions.extend(_definitions(defined["List"]["items"] if defined else ()))
    ordinality, lateral = bool(body.get("ordinality")), bool(body.get("lateral"))
    return TableFunction(tuple(calls), *_alias(body), tuple(definitions), ordinality, lateral)


def _definitions(nodes: Any) -> list[tuple[str, TypeName]]:
    return [(node["ColumnDef"]["colname"], type_name(node["ColumnDef"]["typeName"])) for node in nodes]


def _xml_table(body: Node) -> TableConstruct:
    columns = tuple(
        (one["RangeTableFuncCol"]["colname"], _type(one["RangeTableFuncCol"])) for one in body.get("columns", ())
    )
    return TableConstruct("xmltable", tuple(operands(body)), columns, *_alias(body), bool(body.get("lateral")))


def _json_table(body: Node) -> TableConstruct:
    columns = tuple(_json_columns(body.get("columns", ())))
    return TableConstruct("json_table", tuple(operands(body)), columns, *_alias(body), bool(body.get("lateral")))


def _json_columns(nodes: Any) -> list[tuple[str, TypeName | None]]:
    found: list[tuple[str, TypeName | None]] = []
    for node in nodes:
        body = node["JsonTableColumn"]
        nested = body.get("coltype") == "JTC_NESTED"
        found.extend(_json_columns(body.get("columns", ())) if nested else [(body["name"], _type(body))])
    return found


def _type(body: Node) -> TypeName | None:
    return type_name(body["typeName"]) if "typeName" in body else None


def _join(body: Node) -> Join:
    kind: Any = body.get("jointype", "JOIN_INNER").removeprefix("JOIN_")
    using = tuple(strings(body.get("usingClause", ())))
    natural = bool(body.get("isNatural"))
    condition = _optional(body.get("quals"))
    if kind == "INNER" and condition is None and not using and not natural:
        kind = "CROSS"
    using_alias = body.get("join_using_alias", {}).get("aliasname")
    left, right = _source(body["larg"]), _source(body["rarg"])
    return Join(kind, left, right, condition, using, natural, using_alias, *_alias(body))


_SOURCES: dict[str, Callable[[Node], Source]] = {
    "RangeVar": relation,
    "RangeSubselect": _derived,
    "RangeFunction": _table_function,
    "RangeTableFunc": _xml_table,
    "JsonTable": _json_table,
    "RangeTableSample": lambda body: _source(body["relation"]),
    "JoinExpr": _join,
}


# Statements that change rows


def _names(nodes: Any) -> tuple[Name, ...]:
    return tuple(Name(node["ResTarget"]["name"], node["ResTarget"].get("location")) for node in nodes)


def _assignments(nodes: Any) -> tuple[Assignment, ...]:
    found = []
    for node, name in zip(nodes, _names(nodes), strict=True):
        value = node["ResTarget"]["val"]
        several = value.get("MultiAssignRef")
        read = expression(several["source"] if several else value)
        if several and isinstance(read, Row) and several["colno"] <= len(read.items):
            read = read.items[several["colno"] - 1]
        found.append(Assignment(name, read))
    return tuple(found)


def _returning(body: Node) -> tuple[Item, ...]:
    return _items(body.get("returningClause", {}).get("exprs", ()) or body.get("returningList", ()))


_OVERRIDING: dict[str, Literal["system", "user"]] = {
    "OVERRIDING_SYSTEM_VALUE": "system",
    "OVERRIDING_USER_VALUE": "user",
}


def _insert(body: Node) -> Insert:
    source = body.get("selectStmt")
    return Insert(
        relation(body["relation"]),
        _names(body.get("cols", ())),
        query(source) if source else None,
        _conflict(body["onConflictClause"]) if "onConflictClause" in body else None,
        _returning(body),
        *_common_tables(body),
        _OVERRIDING.get(body.get("override", "")),
    )


def _conflict(body: Node) -> Conflict:
    infer = body.get("infer", {})
    return Conflict(
        tuple(_index_key(one["IndexElem"]) for one in infer.get("indexElems", ())),
        infer.get("conname"),
        _optional(infer.get("whereClause")),
        _assignments(body.get("targetList", ())),
        _optional(body.get("whereClause")),
    )


def _index_key(body: Node) -> Expression:
    if "expr" in body:
        return expression(body["expr"])
    return expression({"ColumnRef": {"fields": [{"String": {"sval": body["name"]}}], "location": body.get("location")}})


def _update(body: Node) -> Update:
    return Update(
        relation(body["relation"]),
        _assignments(body["targetList"]),
        _sources(body.get("fromClause", ())),
        _optional(body.get("whereClause")),
        _returning(body),
        *_common_tables(body),
    )


def _delete(body: Node) -> Delete:
    return Delete(
        relation(body["relation"]),
        _sources(body.get("usingClause", ())),
        _optional(body.get("whereClause")),
        _returning(body),
        *_common_tables(body),
    )


def _merge(body: Node) -> Merge:
    actions = tuple(_merge_action(one["MergeWhenClause"]) for one in body.get("mergeWhenClauses", ()))
    condition = expression(body["joinCondition"])
    source = _source(body["sourceRelation"])
    return Merge(relation(body["relation"]), source, condition, actions, _returning(body), *_common_tables(body))


def _merge_action(body: Node) -> MergeAction:
    kinds: dict[str, Literal["insert", "update", "delete", "nothing"]] = {
        "CMD_INSERT": "insert",
        "CMD_UPDATE": "update",
        "CMD_DELETE": "delete",
    }
    kind = kinds.get(body["commandType"], "nothing")
    targets = body.get("targetList", ())
    return MergeAction(
        kind,
        _optional(body.get("condition")),
        _assignments(targets) if kind == "update" else (),
        _names(targets) if kind == "insert" else (),
        _many(body.get("values", ())),
    )


_MODIFICATIONS: dict[str, Callable[[Node], Modification]] = {
    "InsertStmt": _insert,
    "UpdateStmt": _update,
    "DeleteStmt": _delete,
    "MergeStmt": _merge,
}
