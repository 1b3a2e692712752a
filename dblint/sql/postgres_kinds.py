"""CREATE of types, routines, triggers, schemas and sequences, and the session's own statements, as our statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dblint.sql.definitions import CheckConstraint, Formula, ObjectName, Parameter
from dblint.sql.postgres_expressions import expression
from dblint.sql.postgres_nodes import (
    any_name,
    constant,
    parameter,
    qualified,
    relation_name,
    strings,
    type_name,
)
from dblint.sql.postgres_parser import Node
from dblint.sql.postgres_relations import column_definition, table_constraint
from dblint.sql.postgres_text import StatementText
from dblint.sql.statements import (
    AddEnumValue,
    Call,
    CreateAggregate,
    CreateBaseType,
    CreateComposite,
    CreateDomain,
    CreateEnum,
    CreateExtension,
    CreateFunction,
    CreateRange,
    CreateSchema,
    CreateSequence,
    CreateTrigger,
    Do,
    RenameEnumValue,
    SetSearchPath,
    Statement,
    Transaction,
    TransactionWord,
)

_TRANSACTIONS: dict[str, TransactionWord] = {
    "TRANS_STMT_BEGIN": "begin",
    "TRANS_STMT_START": "begin",
    "TRANS_STMT_COMMIT": "commit",
    "TRANS_STMT_ROLLBACK": "rollback",
    "TRANS_STMT_SAVEPOINT": "savepoint",
    "TRANS_STMT_ROLLBACK_TO": "rollback to",
    "TRANS_STMT_RELEASE": "release",
}
_EVENTS: tuple[tuple[int, Literal["insert", "update", "delete", "truncate"]], ...] = (
    (4, "insert"),
    (8, "delete"),
    (16, "update"),
    (32, "truncate"),
)


def create_enum(node: Node, text: StatementText) -> CreateEnum:
    return CreateEnum(text.place, qualified(strings(node["typeName"]), text), strings(node.get("vals")))


def alter_enum(node: Node, text: StatementText) -> AddEnumValue | RenameEnumValue:
    name = qualified(strings(node["typeName"]), text)
    if "oldVal" in node:
        return RenameEnumValue(text.place, name, node["oldVal"], node.get("newVal", ""))
    return AddEnumValue(
        text.place,
        name,
        node.get("newVal", ""),
        node.get("newValNeighbor"),
        node.get("newValIsAfter", False),
        node.get("skipIfNewValExists", False),
    )


def create_domain(node: Node, text: StatementText) -> CreateDomain:
    nullable = True
    default: Formula | None = None
    checks: list[CheckConstraint] = []
    for wrapped in node.get("constraints", ()):
        one = wrapped["Constraint"]
        if one["contype"] == "CONSTR_NOTNULL":
            nullable = False
        elif one["contype"] == "CONSTR_DEFAULT":
            default = expression(one["raw_expr"])
        else:
            checks.extend(made for made in table_constraint(one, text) if isinstance(made, CheckConstraint))
    name = qualified(strings(node["domainname"]), text)
    return CreateDomain(text.place, name, type_name(node["typeName"], text), nullable, default, tuple(checks))


def create_composite(node: Node, text: StatementText) -> CreateComposite:
    columns = tuple(column_definition(one["ColumnDef"], text) for one in node.get("coldeflist", ()))
    return CreateComposite(text.place, relation_name(node["typevar"], text), columns)


def create_range(node: Node, text: StatementText) -> list[Statement]:
    options = dict(_options(node.get("params", ())))
    if "subtype" not in options:
        return []
    multirange = options.get("multirange_type_name")
    name = strings(multirange["TypeName"]["names"])[-1] if multirange and "TypeName" in multirange else None
    subtype = type_name(options["subtype"]["TypeName"], text)
    return [CreateRange(text.place, qualified(strings(node["typeName"]), text), subtype, name)]


def define(node: Node, text: StatementText) -> list[Statement]:
    """DefineStmt: an aggregate, or a type written in C."""
    name = qualified(strings(node["defnames"]), text)
    if node["kind"] == "OBJECT_TYPE":
        return [CreateBaseType(text.place, name)]
    if node["kind"] != "OBJECT_AGGREGATE":
        return []
    options = dict(_options(node.get("definition", ())))
    state = options.get("stype", options.get("stype1"))
    if state is None or "TypeName" not in state:
        return []
    return [
        CreateAggregate(
            place=text.place,
            name=name,
            parameters=_aggregated(node, options, text),
            state=type_name(state["TypeName"], text),
            final=_routine(options.get("finalfunc"), text),
            replace=node.get("replace", False),
        )
    ]


def _aggregated(node: Node, options: dict[str, Node], text: StatementText) -> tuple[Parameter, ...]:
    if node.get("args"):
        listed = node["args"][0].get("List", {}).get("items", ())
        return tuple(parameter(one, text) for one in listed if "FunctionParameter" in one)
    base = options.get("basetype")
    if base is None or "TypeName" not in base:
        return ()
    type_ = type_name(base["TypeName"], text)
    return () if type_.name.lower() == "any" else (Parameter(None, type_),)


def _routine(node: Node | None, text: StatementText) -> ObjectName | None:
    if node is None or "TypeName" not in node:
        return None
    return any_name(node, text)


def create_function(node: Node, text: StatementText) -> CreateFunction:
    options = dict(_options(node.get("options", ())))
    returned = node.get("returnType")
    body, atomic = _body(node, options, text)
    start = text.offset_of(body) if body and not atomic else None
    language = options.get("language", {}).get("String", {}).get("sval", "sql")
    return CreateFunction(
        place=text.place,
        what="procedure" if node.get("is_procedure") else "function",
        name=qualified(strings(node["funcname"]), text),
        parameters=tuple(parameter(one, text) for one in node.get("parameters", ())),
        returns=type_name(returned, text) if returned else None,
        returns_set=bool(returned and returned.get("setof")),
        language=language.lower(),
        body=body,
        body_place=text.positions.place(start, start + len(body)) if body and start is not None else None,
        atomic=atomic,
        replace=node.get("replace", False),
    )


def _body(node: Node, options: dict[str, Node], text: StatementText) -> tuple[str | None, bool]:
    if "sql_body" in node:
        return text.text, True
    given = options.get("as", {})
    parts = strings(given.get("List", {}).get("items"))
    return (parts[0] if parts else None), False


def _options(nodes: list[Node]) -> Iterator[tuple[str, Node]]:
    for one in nodes:
        if "DefElem" in one and "arg" in one["DefElem"]:
            yield one["DefElem"]["defname"].lower(), one["DefElem"]["arg"]


def create_trigger(node: Node, text: StatementText) -> CreateTrigger:
    timing = node.get("timing", 0)
    return CreateTrigger(
        place=text.place,
        name=node["trigname"],
        table=relation_name(node["relation"], text),
        timing="before" if timing & 2 else "instead of" if timing & 64 else "after",
        events=tuple(word for bit, word in _EVENTS if node.get("events", 0) & bit),
        function=qualified(strings(node["funcname"]), text),
        each_row=node.get("row", False),
        replace=node.get("replace", False),
    )


def create_schema(node: Node, text: StatementText) -> CreateSchema:
    name = node.get("schemaname") or node.get("authrole", {}).get("rolename", "")
    return CreateSchema(text.place, name, node.get("if_not_exists", False))


def create_sequence(node: Node, text: StatementText) -> CreateSequence:
    temporary = node["sequence"].get("relpersistence") == "t"
    return CreateSequence(
        text.place, relation_name(node["sequence"], text), node.get("if_not_exists", False), temporary
    )


def create_extension(node: Node, text: StatementText) -> CreateExtension:
    options = dict(_options(node.get("options", ())))
    return CreateExtension(text.place, node["extname"], options.get("schema", {}).get("String", {}).get("sval"))


def set_variable(node: Node, text: StatementText) -> list[Statement]:
    """VariableSetStmt of ``search_path``."""
    if node.get("kind") == "VAR_RESET_ALL":
        return [SetSearchPath(text.place, None)]
    if node.get("name", "").lower() != "search_path":
        return []
    if node["kind"] != "VAR_SET_VALUE":
        return [SetSearchPath(text.place, None, node.get("is_local", False))]
    path = tuple(value for one in node.get("args", ()) if (value := constant(one)) is not None)
    return [SetSearchPath(text.place, path, node.get("is_local", False))]


def transaction(node: Node, text: StatementText) -> list[Statement]:
    word = _TRANSACTIONS.get(node["kind"])
    return [Transaction(text.place, word, node.get("savepoint_name"))] if word else []


def do_block(node: Node, text: StatementText) -> list[Statement]:
    options = dict(_options(node.get("args", ())))
    body = options.get("as", {}).get("String", {}).get("sval", "")
    language = options.get("language", {}).get("String", {}).get("sval", "plpgsql")
    start = text.offset_of(body)
    place = text.place if start is None else text.positions.place(start, start + len(body))
    return [Do(text.place, language.lower(), body, place)]


def call(node: Node, text: StatementText) -> list[Statement]:
    """CallStmt."""
    return _called(node["funccall"], text)


def select_calls(node: Node, text: StatementText) -> list[Statement]:
    """The functions a SELECT without FROM calls, and ``SELECT * FROM f(…)``; they may change the schema."""
    made: list[Statement] = []
    for target in node.get("targetList", ()):
        value = target.get("ResTarget", {}).get("val", {})
        if "FuncCall" in value:
            made.extend(_called(value["FuncCall"], text))
    for source in node.get("fromClause", ()):
        for item in source.get("RangeFunction", {}).get("functions", ()):
            first = item.get("List", {}).get("items", [{}])[0]
            if "FuncCall" in first:
                made.extend(_called(first["FuncCall"], text))
    return made


def _called(node: Node, text: StatementText) -> list[Statement]:
    parts = strings(node["funcname"])
    arguments = tuple(constant(one) for one in node.get("args", ()))
    if parts[-1] == "set_config" and len(arguments) > 1 and (arguments[0] or "").lower() == "search_path":
        if arguments[1] is None:
            return []
        return [SetSearchPath(text.place, _path(arguments[1]), arguments[-1] == "true")]
    if parts[0] == "pg_catalog":
        return []
    name = ObjectName(parts[-2] if len(parts) > 1 else None, parts[-1], text.name_at(node.get("location")))
    return [Call(text.place, name, arguments)]


def _path(value: str) -> tuple[str, ...]:
    """The schemas of a search path given as one string."""
    parts = (part.strip() for part in value.split(","))
    return tuple(part[1:-1] if part.startswith('"') else part.lower() for part in parts if part and part != '""')
