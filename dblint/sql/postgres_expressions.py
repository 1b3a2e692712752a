"""libpg_query's expression trees, read as our own expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from typing import Literal as Choice

from dblint.sql.definitions import TypeName
from dblint.sql.expressions import (
    NULL,
    Array,
    Between,
    Binary,
    Bound,
    Call,
    Case,
    Cast,
    Collate,
    Column,
    Expression,
    Field,
    Frame,
    In,
    Is,
    Keyword,
    Literal,
    Match,
    NamedArgument,
    Opaque,
    Parameter,
    Quantified,
    Row,
    SortKey,
    Star,
    Subquery,
    Subscript,
    Unary,
    Window,
    logical,
    negated,
)
from dblint.sql.postgres_frames import frame_words
from dblint.sql.postgres_parser import Node, SyntaxRefusedError, parse

_MATCHES: dict[str, tuple[Choice["LIKE", "ILIKE"], bool]] = {
    "~~": ("LIKE", False),
    "!~~": ("LIKE", True),
    "~~*": ("ILIKE", False),
    "!~~*": ("ILIKE", True),
}
_ESCAPES = {"LIKE": "like_escape", "ILIKE": "like_escape", "SIMILAR TO": "similar_to_escape"}


def parse_expression(text: str) -> Expression:
    """The expression that ``text`` is; offsets in it say nothing.

    Raises:
        SyntaxRefusedError: the text is no expression of PostgreSQL, or not one alone.
    """
    try:
        return _alone(parse(f"SELECT {text}\n"))
    except RecursionError as error:
        raise SyntaxRefusedError("nested too deeply") from error


def expression(node: Node) -> Expression:
    """The expression of one tree, ``{"A_Expr": {…}}``."""
    kind, body = next(iter(node.items()))
    read = _READERS.get(kind)
    return read(body) if read is not None else _opaque(kind, body)


def type_name(body: Node) -> TypeName:
    """The type of a TypeName's fields, as written; the system's own has no schema."""
    names = strings(body.get("names", ()))
    schema = names[-2] if len(names) > 1 and names[-2] != "pg_catalog" else None
    modifiers = tuple(_modifier(expression(one)) for one in body.get("typmods", ()))
    return TypeName(schema, names[-1], modifiers, len(body.get("arrayBounds", ())))


def strings(nodes: Any) -> list[str]:
    """The texts of a list of String nodes."""
    return [node["String"].get("sval", "") for node in nodes if "String" in node]


def sort_key(node: Node) -> SortKey:
    """The key of one SortBy tree."""
    body = node["SortBy"]
    nulls = {"SORTBY_NULLS_FIRST": True, "SORTBY_NULLS_LAST": False}.get(body.get("sortby_nulls", ""))
    using = strings(body.get("useOp", ()))
    return SortKey(
        expression(body["node"]),
        body.get("sortby_dir") == "SORTBY_DESC",
        nulls,
        _operator(using) if using else None,
    )


def window(body: Node) -> Window:
    """The window of a WindowDef's fields."""
    partition = tuple(expression(one) for one in body.get("partitionClause", ()))
    order = tuple(sort_key(one) for one in body.get("orderClause", ()))
    return Window(body.get("name"), body.get("refname"), partition, order, _frame(body))


def _alone(statements: list[Node]) -> Expression:
    select: Node = statements[0].get("stmt", {}).get("SelectStmt", {}) if len(statements) == 1 else {}
    targets = select.get("targetList", ())
    extra = set(select) - {"targetList", "limitOption", "op"}
    if len(targets) != 1 or extra or set(targets[0]["ResTarget"]) - {"val", "location"}:
        raise SyntaxRefusedError("more than one expression")
    return expression(targets[0]["ResTarget"]["val"])


def _modifier(modifier: Expression) -> str:
    return modifier.text if isinstance(modifier, Literal) else modifier.name if isinstance(modifier, Column) else "?"


def _many(nodes: Any) -> tuple[Expression, ...]:
    return tuple(expression(node) for node in nodes)


def _optional(node: Node | None) -> Expression | None:
    return expression(node) if node else None


def _operator(names: list[str]) -> str:
    if len(names) > 1 and names[-2] != "pg_catalog":
        return f"OPERATOR({'.'.join(names)})"
    return names[-1]


# Constants and names


def _constant(body: Node) -> Expression:
    at = body.get("location", 0)
    if body.get("isnull"):
        return Literal("null", NULL.text, at)
    if "ival" in body:
        return Literal("integer", str(body["ival"].get("ival", 0)), at)
    if "fval" in body:
        return _number(body["fval"].get("fval", "0"), at)
    if "boolval" in body:
        return Literal("bool", "true" if body["boolval"].get("boolval") else "false", at)
    if "bsval" in body:
        return Literal("bits", body["bsval"].get("bsval", "b"), at)
    return Literal("string", body["sval"].get("sval", ""), at)


def _number(text: str, at: int) -> Literal:
    try:
        return Literal("integer", str(int(text, 0)), at)
    except ValueError:
        return Literal("decimal", text, at)


def _column(body: Node) -> Expression:
    names = strings(body["fields"])
    offset = body.get("location", 0)
    if "A_Star" in body["fields"][-1]:
        return Star(tuple(names), offset)
    return Column(names[-1], tuple(names[:-1]), offset)


def _value_function(body: Node) -> Expression:
    name = body["op"].removeprefix("SVFOP_").removesuffix("_N")
    return Keyword(name, body.get("typmod") if body.get("typmod", -1) >= 0 and body["op"].endswith("_N") else None)


def _indirection(body: Node) -> Expression:
    found = expression(body["arg"])
    for step in body["indirection"]:
        if "A_Indices" in step:
            indices = step["A_Indices"]
            lower, upper = _optional(indices.get("lidx")), _optional(indices.get("uidx"))
            found = Subscript(found, upper, bool(indices.get("is_slice")), lower)
        else:
            found = Field(found, step["String"].get("sval", "") if "String" in step else None)
    return found


# Operators


def _operation(body: Node) -> Expression:
    kind = body["kind"]
    special = _OPERATIONS.get(kind)
    if special is not None:
        return special(body)
    operator = _operator(strings(body["name"]))
    right = expression(body["rexpr"])
    if "lexpr" not in body:
        return negated(right) if operator == "-" else Unary(operator, right)
    left = expression(body["lexpr"])
    if operator in _MATCHES:
        word, no = _MATCHES[operator]
        return _match(word, left, right, no)
    if operator in ("~", "!~") and _is_call(right, "similar_to_escape"):
        return _match("SIMILAR TO", left, right, operator == "!~")
    return Binary(operator, left, right)


def _is_call(one: Expression, name: str) -> bool:
    return isinstance(one, Call) and one.name == name and one.schema is None


def _match(
    word: Choice["LIKE", "ILIKE", "SIMILAR TO"], operand: Expression, pattern: Expression, negated: bool
) -> Expression:
    if isinstance(pattern, Call) and _is_call(pattern, _ESCAPES[word]) and 1 <= len(pattern.arguments) <= 2:
        escape = pattern.arguments[1] if len(pattern.arguments) == 2 else None
        return Match(word, operand, pattern.arguments[0], negated, escape)
    return Match(word, operand, pattern, negated)


def _matching(word: Choice["LIKE", "ILIKE", "SIMILAR TO"]) -> Callable[[Node], Expression]:
    def read(body: Node) -> Expression:
        return _match(
            word,
            expression(body["lexpr"]),
            expression(body["rexpr"]),
            strings(body["name"])[-1].startswith("!"),
        )

    return read


def _between(body: Node) -> Expression:
    low, high = (expression(one) for one in body["rexpr"]["List"]["items"])
    kind = body["kind"]
    return Between(expression(body["lexpr"]), low, high, "NOT_" in kind, kind.endswith("_SYM"))


def _in(body: Node) -> Expression:
    items = _many(body["rexpr"]["List"]["items"])
    return In(expression(body["lexpr"]), items, strings(body["name"])[-1] == "<>")


def _distinct(body: Node) -> Expression:
    word = "IS NOT DISTINCT FROM" if body["kind"] == "AEXPR_NOT_DISTINCT" else "IS DISTINCT FROM"
    return Binary(word, expression(body["lexpr"]), expression(body["rexpr"]))


def _quantified(body: Node) -> Expression:
    quantifier: Choice["ANY", "ALL"] = "ALL" if body["kind"] == "AEXPR_OP_ALL" else "ANY"
    operator = _operator(strings(body["name"]))
    return Quantified(operator, expression(body["lexpr"]), quantifier, expression(body["rexpr"]))


def _nullif(body: Node) -> Expression:
    return Call("nullif", (expression(body["lexpr"]), expression(body["rexpr"])))


_OPERATIONS: dict[str, Callable[[Node], Expression]] = {
    "AEXPR_OP_ANY": _quantified,
    "AEXPR_OP_ALL": _quantified,
    "AEXPR_DISTINCT": _distinct,
    "AEXPR_NOT_DISTINCT": _distinct,
    "AEXPR_NULLIF": _nullif,
    "AEXPR_IN": _in,
    "AEXPR_LIKE": _matching("LIKE"),
    "AEXPR_ILIKE": _matching("ILIKE"),
    "AEXPR_SIMILAR": _matching("SIMILAR TO"),
    "AEXPR_BETWEEN": _between,
    "AEXPR_NOT_BETWEEN": _between,
    "AEXPR_BETWEEN_SYM": _between,
    "AEXPR_NOT_BETWEEN_SYM": _between,
}


def _logical(body: Node) -> Expression:
    operands = _many(body["args"])
    if body["boolop"] == "NOT_EXPR":
        return Unary("NOT", operands[0])
    return logical("AND" if body["boolop"] == "AND_EXPR" else "OR", operands)


def _null_test(body: Node) -> Expression:
    return Is(expression(body["arg"]), "NULL", body["nulltesttype"] == "IS_NOT_NULL")


def _boolean_test(body: Node) -> Expression:
    word = body["booltesttype"].removeprefix("IS_")
    return Is(expression(body["arg"]), word.removeprefix("NOT_"), word.startswith("NOT_"))


def _json_test(body: Node) -> Expression:
    word = body["item_type"].removeprefix("JS_TYPE_")
    unique = " WITH UNIQUE KEYS" if body.get("unique_keys") else ""
    return Is(expression(body["expr"]), ("JSON" if word == "ANY" else f"JSON {word}") + unique)


# Calls


def _call(body: Node) -> Expression:
    names = strings(body["funcname"])
    return Call(
        names[-1],
        _many(body.get("args", ())),
        names[-2] if len(names) > 1 and names[-2] != "pg_catalog" else None,
        bool(body.get("agg_star")),
        bool(body.get("agg_distinct")),
        bool(body.get("func_variadic")),
        tuple(sort_key(one) for one in body.get("agg_order", ())),
        bool(body.get("agg_within_group")),
        _optional(body.get("agg_filter")),
        window(body["over"]) if "over" in body else None,
    )


def _frame(body: Node) -> Frame | None:
    words = frame_words(body.get("frameOptions", 0))
    if words is None:
        return None
    mode, start, end, exclude = words
    return Frame(mode, _bound(start, body.get("startOffset")), _bound(end, body.get("endOffset")), exclude)


def _bound(word: str, offset: Node | None) -> Bound:
    return Bound(word, _optional(offset) if word in ("PRECEDING", "FOLLOWING") else None)


def _case(body: Node) -> Expression:
    whens = tuple((expression(one["CaseWhen"]["expr"]), expression(one["CaseWhen"]["result"])) for one in body["args"])
    return Case(_optional(body.get("arg")), whens, _optional(body.get("defresult")))


def _sublink(body: Node) -> Expression:
    from dblint.sql.postgres_queries import query  # queries are made of expressions, and the other way round

    kind = body["subLinkType"]
    found = query(body["subselect"])
    if kind == "EXISTS_SUBLINK":
        return Subquery(found, "exists")
    if kind == "ARRAY_SUBLINK":
        return Subquery(found, "array")
    if kind not in ("ANY_SUBLINK", "ALL_SUBLINK"):
        return Subquery(found)
    operand = expression(body["testexpr"])
    if "operName" not in body:
        return In(operand, Subquery(found))
    quantifier: Choice["ANY", "ALL"] = "ALL" if kind == "ALL_SUBLINK" else "ANY"
    return Quantified(_operator(strings(body["operName"])), operand, quantifier, Subquery(found))


def _opaque(kind: str, body: Any) -> Expression:
    name = _OPAQUE.get(kind) or body.get("op", kind).removeprefix("IS_").removesuffix("_OP").lower()
    output = body.get("output") or body.get("constructor", {}).get("output") or body
    returning = type_name(output["typeName"]) if "typeName" in output else None
    return Opaque(name, tuple(operands(body)), returning)


_OPAQUE = {
    "JsonObjectConstructor": "json_object",
    "JsonArrayConstructor": "json_array",
    "JsonArrayQueryConstructor": "json_array",
    "JsonObjectAgg": "json_objectagg",
    "JsonArrayAgg": "json_arrayagg",
    "JsonScalarExpr": "json_scalar",
    "JsonSerializeExpr": "json_serialize",
    "JsonParseExpr": "json",
    "XmlSerialize": "xmlserialize",
    "MergeSupportFunc": "merge_action",
}


def operands(value: Any) -> list[Expression]:
    """The expressions anywhere in a tree dblint has no reader for."""
    if isinstance(value, list):
        return [found for one in value for found in operands(one)]
    if not isinstance(value, dict):
        return []
    if len(value) == 1 and next(iter(value)) in _READERS:
        return [expression(value)]
    return [found for one in value.values() for found in operands(one)]


_READERS: dict[str, Callable[[Node], Expression]] = {
    "A_Const": _constant,
    "ColumnRef": _column,
    "ParamRef": lambda body: Parameter(body.get("number", 0)),
    "SQLValueFunction": _value_function,
    "SetToDefault": lambda _: Keyword("DEFAULT"),
    "A_Indirection": _indirection,
    "A_Expr": _operation,
    "BoolExpr": _logical,
    "NullTest": _null_test,
    "BooleanTest": _boolean_test,
    "JsonIsPredicate": _json_test,
    "FuncCall": _call,
    "NamedArgExpr": lambda body: NamedArgument(body["name"], expression(body["arg"])),
    "CoalesceExpr": lambda body: Call("coalesce", _many(body["args"])),
    "MinMaxExpr": lambda body: Call(body["op"].removeprefix("IS_").lower(), _many(body["args"])),
    "GroupingFunc": lambda body: Call("grouping", _many(body.get("args", ()))),
    "TypeCast": lambda body: Cast(expression(body["arg"]), type_name(body["typeName"])),
    "CaseExpr": _case,
    "A_ArrayExpr": lambda body: Array(_many(body.get("elements", ()))),
    "RowExpr": lambda body: Row(_many(body.get("args", ()))),
    "CollateClause": lambda body: Collate(expression(body["arg"]), tuple(strings(body["collname"]))),
    "SubLink": _sublink,
}
