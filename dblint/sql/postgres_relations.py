"""CREATE of tables, indexes, views and what they consist of: PostgreSQL's parse tree as our statements."""

from __future__ import annotations

from typing import Literal

from dblint.sql.definitions import (
    CheckConstraint,
    ColumnDefinition,
    Constraint,
    Exclusion,
    Formula,
    IndexKey,
    Like,
    NotNull,
    PrimaryKey,
    References,
    Unique,
)
from dblint.sql.postgres_expressions import expression
from dblint.sql.postgres_nodes import relation_name, strings, type_name
from dblint.sql.postgres_parser import Node
from dblint.sql.postgres_queries import query
from dblint.sql.postgres_text import StatementText
from dblint.sql.statements import CreateIndex, CreateTable, CreateTableAs, CreateView

_LIKE_OPTIONS = {
    2: "constraints",
    3: "defaults",
    4: "generated",
    5: "identity",
    6: "indexes",
}
_WORDS: dict[str, Literal["always", "by default"]] = {"a": "always", "d": "by default"}


def create_table(node: Node, text: StatementText, foreign: bool = False) -> CreateTable:
    """CreateStmt, and the ``base`` of CreateForeignTableStmt."""
    name = relation_name(node["relation"], text)
    columns: list[ColumnDefinition | Like] = []
    constraints: list[Constraint] = []
    for element in node.get("tableElts", ()):
        if "ColumnDef" in element:
            columns.append(column_definition(element["ColumnDef"], text))
        elif "TableLikeClause" in element:
            columns.append(_like(element["TableLikeClause"], text))
        elif "Constraint" in element:
            constraints.extend(table_constraint(element["Constraint"], text))
    parents = tuple(relation_name(one["RangeVar"], text) for one in node.get("inhRelations", ()))
    partition = "partbound" in node
    return CreateTable(
        place=text.place,
        name=name,
        columns=tuple(columns),
        constraints=tuple(constraints),
        inherits=() if partition else parents,
        partition_of=parents[0] if partition and parents else None,
        partitioned="partspec" in node,
        partition_keys=tuple(
            one["PartitionElem"].get("name") for one in node.get("partspec", {}).get("partParams", ())
        ),
        of_type=type_name(node["ofTypename"], text) if "ofTypename" in node else None,
        foreign=foreign,
        temporary=node["relation"].get("relpersistence") == "t",
        if_not_exists=node.get("if_not_exists", False),
    )


def _like(node: Node, text: StatementText) -> Like:
    options = node.get("options", 0)
    including = frozenset(word for bit, word in _LIKE_OPTIONS.items() if options & (1 << bit))
    return Like(relation_name(node["relation"], text), including)


def column_definition(node: Node, text: StatementText) -> ColumnDefinition:
    """A ColumnDef with its constraints taken apart."""
    place = text.word_at(node.get("location"))
    default: Formula | None = None
    generated: Formula | None = None
    stored = True
    identity: Literal["always", "by default"] | None = None
    nullable: Literal[True] | None = None
    constraints: list[Constraint] = []
    for one in _merged(node.get("constraints", ())):
        kind = one["contype"]
        if kind == "CONSTR_DEFAULT":
            default = expression(one["raw_expr"])
        elif kind == "CONSTR_GENERATED":
            generated = expression(one["raw_expr"])
            stored = one.get("generated_kind", "s") == "s"
        elif kind == "CONSTR_IDENTITY":
            identity = _WORDS[one["generated_when"]]
        elif kind == "CONSTR_NULL":
            nullable = True
        else:
            constraints.extend(_constraint(one, text, (node["colname"],)))
    return ColumnDefinition(
        name=node["colname"],
        type=type_name(node["typeName"], text) if "typeName" in node else None,
        place=place,
        nullable=nullable,
        default=default,
        generated=generated,
        stored=stored,
        identity=identity,
        constraints=tuple(constraints),
    )


def _merged(nodes: list[Node]) -> list[Node]:
    """The constraints of a column, with the attributes that follow one as nodes of their own taken into it."""
    merged: list[Node] = []
    for wrapped in nodes:
        node = wrapped["Constraint"]
        kind = node["contype"]
        if kind == "CONSTR_ATTR_NOT_ENFORCED" and merged:
            merged[-1] = {**merged[-1], "is_enforced": False}
        elif not kind.startswith("CONSTR_ATTR_"):
            merged.append(node)
    return merged


def table_constraint(node: Node, text: StatementText) -> list[Constraint]:
    """A constraint that stands by itself; a list because a kind we do not know is none."""
    return _constraint(node, text, strings(node.get("keys")))


def _constraint(node: Node, text: StatementText, columns: tuple[str, ...]) -> list[Constraint]:
    kind = node["contype"]
    build = _CONSTRAINTS.get(kind)
    return [build(node, text, columns)] if build is not None else []


def _not_null(node: Node, text: StatementText, columns: tuple[str, ...]) -> Constraint:
    place = text.word_at(node.get("location"))
    return NotNull(place, node.get("conname"), columns[0], not node.get("is_no_inherit", False))


def _check(node: Node, text: StatementText, _: tuple[str, ...]) -> Constraint:
    return CheckConstraint(
        place=text.word_at(node.get("location")),
        name=node.get("conname"),
        expression=expression(node["raw_expr"]),
        enforced=node.get("is_enforced", False),
        inherited=not node.get("is_no_inherit", False),
    )


def _primary(node: Node, text: StatementText, columns: tuple[str, ...]) -> Constraint:
    return PrimaryKey(text.word_at(node.get("location")), node.get("conname"), columns, node.get("indexname"))


def _unique(node: Node, text: StatementText, columns: tuple[str, ...]) -> Constraint:
    distinct = not node.get("nulls_not_distinct", False)
    place = text.word_at(node.get("location"))
    return Unique(place, node.get("conname"), columns, node.get("indexname"), distinct)


def _foreign(node: Node, text: StatementText, columns: tuple[str, ...]) -> Constraint:
    return References(
        place=text.word_at(node.get("location")),
        name=node.get("conname"),
        columns=strings(node.get("fk_attrs")) or columns,
        table=relation_name(node["pktable"], text),
        references=strings(node.get("pk_attrs")),
        enforced=node.get("is_enforced", False),
    )


def _exclusion(node: Node, text: StatementText, _: tuple[str, ...]) -> Constraint:
    elements = (one["List"]["items"][0]["IndexElem"] for one in node.get("exclusions", ()))
    columns = tuple(one.get("name") or _figured(one.get("expr", {})) for one in elements)
    return Exclusion(text.word_at(node.get("location")), node.get("conname"), columns)


_CONSTRAINTS = {
    "CONSTR_NOTNULL": _not_null,
    "CONSTR_CHECK": _check,
    "CONSTR_PRIMARY": _primary,
    "CONSTR_UNIQUE": _unique,
    "CONSTR_FOREIGN": _foreign,
    "CONSTR_EXCLUSION": _exclusion,
}


def create_index(node: Node, text: StatementText) -> CreateIndex:
    """IndexStmt."""
    where = node.get("whereClause")
    return CreateIndex(
        place=text.place,
        name=node.get("idxname"),
        table=relation_name(node["relation"], text),
        keys=tuple(_index_key(one["IndexElem"]) for one in node.get("indexParams", ())),
        unique=node.get("unique", False),
        predicate=expression(where) if where else None,
        nulls_distinct=not node.get("nulls_not_distinct", False),
        included=tuple(one["IndexElem"].get("name", "expr") for one in node.get("indexIncludingParams", ())),
        if_not_exists=node.get("if_not_exists", False),
    )


def _index_key(node: Node) -> IndexKey:
    if "name" in node:
        return IndexKey(node["name"])
    return IndexKey(None, expression(node["expr"]), _figured(node["expr"]))


def _figured(node: Node) -> str:
    """The name the server gives an index's column that is an expression (FigureIndexColname)."""
    if "FuncCall" in node:
        return strings(node["FuncCall"]["funcname"])[-1]
    if "TypeCast" in node:
        inner = _figured(node["TypeCast"]["arg"])
        return inner if inner != "expr" else strings(node["TypeCast"]["typeName"]["names"])[-1]
    if "ColumnRef" in node:
        return (strings(node["ColumnRef"]["fields"]) or ("expr",))[-1]
    if "CollateClause" in node:
        return _figured(node["CollateClause"]["arg"])
    if "CoalesceExpr" in node:
        return "coalesce"
    if "MinMaxExpr" in node:
        return "least" if node["MinMaxExpr"].get("op") == "IS_LEAST" else "greatest"
    return "case" if "CaseExpr" in node else "expr"


def create_view(node: Node, text: StatementText) -> CreateView:
    """ViewStmt."""
    relation = node["view"]
    return CreateView(
        place=text.place,
        name=relation_name(relation, text),
        query=query(node["query"]),
        columns=strings(node.get("aliases")),
        replace=node.get("replace", False),
        temporary=relation.get("relpersistence") == "t",
    )


def create_table_as(node: Node, text: StatementText) -> CreateTableAs | CreateView:
    """CreateTableAsStmt: a table or a materialized view."""
    into = node["into"]
    name = relation_name(into["rel"], text)
    made = query(node["query"]) if "SelectStmt" in node["query"] else None
    columns = strings(into.get("colNames"))
    exists = node.get("if_not_exists", False)
    if node.get("objtype") == "OBJECT_MATVIEW":
        return CreateView(text.place, name, made, columns, materialized=True, if_not_exists=exists)
    temporary = into["rel"].get("relpersistence") == "t"
    return CreateTableAs(text.place, name, made, columns, temporary, exists)


def select_into(node: Node, text: StatementText) -> CreateTableAs:
    """A SelectStmt with an INTO clause; in a set operation its leftmost part holds it."""
    into = into_clause(node)
    if into is None:
        raise ValueError("a SELECT without INTO makes no table")
    temporary = into["rel"].get("relpersistence") == "t"
    return CreateTableAs(text.place, relation_name(into["rel"], text), query({"SelectStmt": node}), (), temporary)


def into_clause(node: Node) -> Node | None:
    """The INTO of a SelectStmt."""
    while "intoClause" not in node:
        if "larg" not in node:
            return None
        node = node["larg"]
    found: Node = node["intoClause"]
    return found
