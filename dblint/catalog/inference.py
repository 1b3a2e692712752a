"""The type of an expression, and the name its column gets, as PostgreSQL finds them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dblint.catalog import builtins
from dblint.catalog.builtins import Signature
from dblint.catalog.model import Function, Type
from dblint.catalog.scopes import Columns, Lookup, Scope, ViewColumn
from dblint.catalog.type_names import system_type
from dblint.catalog.type_rules import (
    RECORD,
    UNKNOWN,
    Candidate,
    Types,
    choose,
    choose_operator,
    fitting,
    resolve,
)
from dblint.sql.definitions import TypeName
from dblint.sql.expressions import (
    Array,
    Between,
    Binary,
    Call,
    Case,
    Cast,
    Collate,
    Column,
    Expression,
    Field,
    In,
    Is,
    Keyword,
    Literal,
    Logical,
    Match,
    NamedArgument,
    Opaque,
    Quantified,
    Row,
    Subquery,
    Subscript,
    Unary,
)
from dblint.sql.queries import Query

NO_NAME = "?column?"
UNTYPED = Type(UNKNOWN, text=UNKNOWN)
SYSTEM_COLUMNS = {"tableoid": "oid", "ctid": "tid", "xmin": "xid", "xmax": "xid", "cmin": "cid", "cmax": "cid"}
_COMMON = frozenset({"coalesce", "greatest", "least"})
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "~", "!~", "~*"})
_KEYWORDS = {
    "CURRENT_DATE": "date",
    "CURRENT_TIME": "timetz",
    "CURRENT_TIMESTAMP": "timestamptz",
    "LOCALTIME": "time",
    "LOCALTIMESTAMP": "timestamp",
}
_UNNAMED_OPAQUE = frozenset({"document"})
_OPAQUE_TYPES = {
    **dict.fromkeys(("xmlelement", "xmlconcat", "xmlforest", "xmlparse", "xmlpi", "xmlroot"), "xml"),
    **dict.fromkeys(("document", "json_exists"), "bool"),
    **dict.fromkeys(("json", "json_scalar", "json_object", "json_array", "json_objectagg", "json_arrayagg"), "json"),
    **dict.fromkeys(("json_value", "json_serialize", "merge_action"), "text"),
    "json_query": "jsonb",
}
_INT4, _INT8 = range(-(2**31), 2**31), range(-(2**63), 2**63)


@functools.cache
def system(name: str, *modifiers: str) -> Type | None:
    """One of the system's own types."""
    return system_type(TypeName(None, name, modifiers))


def _system_column(name: str) -> Type | None:
    return system(SYSTEM_COLUMNS[name]) if name in SYSTEM_COLUMNS else None


def array_of(type_: Type) -> Type:
    return type_ if type_.dimensions else replace(type_, dimensions=1, text=f"{type_.text}[]")


class Inference:
    """Types of expressions under a lookup; ``subquery`` gives a query's columns inside a scope."""

    def __init__(self, lookup: Lookup, subquery: Callable[[Query, Scope], Columns]) -> None:
        self.lookup = lookup
        self.types = Types(lookup.base)
        self._subquery = subquery

    # Types

    def infer(self, expression: Expression, scope: Scope) -> Type | None:
        """The expression's type, ``UNTYPED`` for a bare string or NULL, None where it cannot be told."""
        read = _READERS.get(type(expression))
        return read(self, expression, scope) if read is not None else None

    def settled(self, type_: Type | None) -> Type | None:
        """The type a result column gets: what is untyped becomes text."""
        return system("text") if type_ == UNTYPED else type_

    def common(self, found: Sequence[Type | None]) -> Type | None:
        """The type that several values have together."""
        known = [one for one in found if one is not None]
        if not known or len(known) < len(found):
            return None
        code = self.types.common([self.types.code(one) for one in known])
        if code is None:
            return None
        same = all(self.types.code(one) == code and one.modifiers == known[0].modifiers for one in known)
        return known[0] if same else self.types.type(code)

    def _column(self, one: Column, scope: Scope) -> Type | None:
        if not one.qualifier:
            found = scope.bare(one.name)
            if found is not None:
                return found.type
            item = scope.item((one.name,))
            return self._whole(item.row) if item is not None else _system_column(one.name)
        item = scope.item(one.qualifier)
        if item is None:
            return None
        columns = item.columns.named(one.name)
        return columns[0].type if len(columns) == 1 else _system_column(one.name)

    def _whole(self, row: Type | None) -> Type | None:
        return row if row is not None else Type(RECORD, text=RECORD)

    def _literal(self, one: Literal, scope: Scope) -> Type | None:
        if one.kind in ("string", "null"):
            return UNTYPED
        if one.kind == "integer":
            value = int(one.text)
            return system("int4" if value in _INT4 else "int8" if value in _INT8 else "numeric")
        return system({"bool": "bool", "decimal": "numeric", "bits": "bit"}[one.kind])

    def _keyword(self, one: Keyword, scope: Scope) -> Type | None:
        precision = () if one.precision is None else (str(one.precision),)
        return system(_KEYWORDS.get(one.name, "name"), *precision)

    def _boolean(self, one: Expression, scope: Scope) -> Type | None:
        return system("bool")

    def _cast(self, one: Cast, scope: Scope) -> Type | None:
        return self.lookup.type(one.type)

    def _case(self, one: Case, scope: Scope) -> Type | None:
        default = self.infer(one.default, scope) if one.default is not None else UNTYPED
        return self.common([default, *(self.infer(result, scope) for _, result in one.whens)])

    def _array(self, one: Array, scope: Scope) -> Type | None:
        if not one.items:
            return None
        found = self.common([self.infer(item, scope) for item in one.items])
        return array_of(found) if found is not None else None

    def _subscript(self, one: Subscript, scope: Scope) -> Type | None:
        found = self.infer(one.operand, scope)
        if found is None or one.slice:
            return found
        if found.dimensions:
            return replace(found, dimensions=0, text=found.text.removesuffix("[]"))
        return found if found.name == "jsonb" else None

    def _field(self, one: Field, scope: Scope) -> Type | None:
        columns = self.fields(one.operand, scope).named(one.name) if one.name is not None else []
        return columns[0].type if len(columns) == 1 else None

    def fields(self, operand: Expression, scope: Scope) -> Columns:
        """The columns of a composite value: what ``(x).*`` stands for."""
        if isinstance(operand, Column):
            item = scope.item((operand.name,)) if not operand.qualifier and scope.bare(operand.name) is None else None
            if item is not None:
                return item.columns
        if isinstance(operand, Call):
            given = self.given(operand, scope)
            candidate = self.called(operand, given)
            if candidate is not None and len(candidate.signature.outputs) > 1:
                return self.outputs(candidate, given)
        found = self.infer(operand, scope)
        columns = self.lookup.fields(found) if found is not None else None
        return columns if columns is not None else Columns((), complete=False)

    def _subquery_type(self, one: Subquery, scope: Scope) -> Type | None:
        if one.form == "exists":
            return system("bool")
        columns = self._subquery(one.query, scope)
        first = columns.columns[0].type if columns.complete and columns.columns else None
        return array_of(first) if first is not None and one.form == "array" else first

    def _opaque(self, one: Opaque, scope: Scope) -> Type | None:
        if one.returning is not None:
            return self.lookup.type(one.returning)
        name = _OPAQUE_TYPES.get(one.name)
        return system(name) if name is not None else None

    # Operators

    def _binary(self, one: Binary, scope: Scope) -> Type | None:
        found = self._operator(one.operator, self.infer(one.left, scope), self.infer(one.right, scope))
        return found or (system("bool") if one.operator in _COMPARISONS else None)

    def _unary(self, one: Unary, scope: Scope) -> Type | None:
        if one.operator == "NOT":
            return system("bool")
        operand = self.infer(one.operand, scope)
        chosen = self._chosen(one.operator, None, self.types.code(operand)) if operand is not None else None
        return self.result(chosen, [self.types.code(operand)]) if chosen is not None and operand is not None else None

    def _operator(self, operator: str, left: Type | None, right: Type | None) -> Type | None:
        if left is None or right is None:
            return self._agreed([one.result for one in builtins.operators(operator) if one.left is not None])
        codes = [self.types.code(left), self.types.code(right)]
        chosen = self._chosen(operator, codes[0], codes[1])
        return self.result(chosen, codes) if chosen is not None else None

    def _chosen(self, operator: str, left: str | None, right: str) -> Candidate | None:
        candidates = [
            Candidate((one.right,) if left is None else (one.left or "", one.right), Signature((), one.result))
            for one in builtins.operators(operator)
            if (one.left is None) == (left is None)
        ]
        return choose_operator(self.types, left, right, candidates)

    def _nullif(self, one: Call, scope: Scope) -> Type | None:
        left, right = (self.infer(argument, scope) for argument in one.arguments)
        if left is None or right is None:
            return left if left != UNTYPED else None
        chosen = self._chosen("=", self.types.code(left), self.types.code(right))
        if chosen is None or chosen.arguments[0] == self.types.code(left):
            return left
        if chosen.arguments[0] == RECORD:
            return self._whole(None if left == UNTYPED else left)
        if chosen.arguments[0].startswith("any"):
            return right if left == UNTYPED else left
        return self.types.type(chosen.arguments[0])

    # Functions

    def _call(self, one: Call, scope: Scope) -> Type | None:
        if one.schema is None and one.name in _COMMON:
            return self.common([self.infer(argument, scope) for argument in one.arguments])
        if one.schema is None and one.name == "nullif":
            return self._nullif(one, scope)
        if one.schema is None and one.name == "grouping":
            return system("int4")
        given = self.given(one, scope)
        candidate = self.called(one, given)
        if candidate is not None:
            return self.result(candidate, given)
        return self._as_cast(one) or self._agreed([found.signature.result for found in self.candidates(one)])

    def _as_cast(self, one: Call) -> Type | None:
        """``date(x)`` for ``x::date``, where no function is meant."""
        if len(one.arguments) != 1 or one.schema is not None or self.candidates(one):
            return None
        return system(one.name) if builtins.category(one.name) else None

    def called(self, one: Call, given: Sequence[str | None]) -> Candidate | None:
        """The function a call means with arguments of those types; None where it cannot be told."""
        candidates = self.candidates(one)
        if any(isinstance(argument, NamedArgument) for argument in one.arguments) or None in given:
            return candidates[0] if len(candidates) == 1 else None
        return choose(self.types, [code for code in given if code is not None], candidates)

    def candidates(self, one: Call) -> list[Candidate]:
        """The functions that a call of that name and so many arguments may mean."""
        signatures = [self._signature(function) for function in self.lookup.functions(one.schema, one.name)]
        if one.schema is None:
            signatures += builtins.functions(one.name)
        if one.variadic or any(isinstance(argument, NamedArgument) for argument in one.arguments):
            count = len(one.arguments)
            return [Candidate(found.arguments[:count], found) for found in signatures if len(found.arguments) >= count]
        count = len(one.arguments) + (len(one.order) if one.within_group else 0)
        return [found for signature in signatures if (found := fitting(signature, count)) is not None]

    def given(self, one: Call, scope: Scope) -> list[str | None]:
        """The types of a call's arguments, None where it cannot be told."""
        arguments = [item.value if isinstance(item, NamedArgument) else item for item in one.arguments]
        if one.within_group:
            arguments += [key.expression for key in one.order]
        found = [self.infer(argument, scope) for argument in arguments]
        return [self.types.code(type_) if type_ is not None else None for type_ in found]

    def _signature(self, function: Function) -> Signature:
        taken = [one for one in function.arguments if one.mode in ("in", "inout", "variadic")]
        outputs = [one for one in function.arguments if one.mode in ("out", "inout", "table")]
        returns = function.returns
        if len(outputs) == 1 and (returns is None or returns.name == RECORD):
            returns = outputs[0].type
        return Signature(
            tuple(self.types.code(one.type) for one in taken),
            self.types.code(returns) if returns is not None else RECORD,
            function.returns_set,
            "a" if function.kind == "aggregate" else "f",
            any(one.mode == "variadic" for one in taken),
            sum(one.has_default for one in taken),
            tuple((one.name or f"column{at}", self.types.code(one.type)) for at, one in enumerate(outputs, 1)),
        )

    def result(self, candidate: Candidate, given: Sequence[str | None]) -> Type | None:
        """What the function gives for arguments of those types."""
        return self._meant(candidate, candidate.signature.result, given)

    def _meant(self, candidate: Candidate, code: str, given: Sequence[str | None]) -> Type | None:
        known = [one if one is not None else "" for one in given]
        pairs = min(len(candidate.arguments), len(known))
        found = resolve(self.types, code, candidate.arguments[:pairs], known[:pairs])
        return self.types.type(found) if found else None

    def _agreed(self, results: Sequence[str]) -> Type | None:
        """The one result that all have, where it depends on no argument."""
        only = set(results)
        return self.types.type(only.pop()) if len(only) == 1 and not results[0].startswith("any") else None

    def outputs(self, candidate: Candidate, given: Sequence[str | None]) -> Columns:
        """The columns a function gives by its OUT arguments."""
        return Columns(
            tuple(ViewColumn(name, self._meant(candidate, code, given)) for name, code in candidate.signature.outputs)
        )

    # Names

    def name(self, expression: Expression, scope: Scope) -> str:
        """The name of a result column that is given none."""
        return self._figured(expression, scope)[0]

    def _figured(self, one: Expression, scope: Scope) -> tuple[str, int]:
        """The name and how strong it is: 2 found, 1 made up from a type or CASE, 0 none."""
        match one:
            case Column() | Call():
                return one.name, 2
            case Field(name=str(name)):
                return name, 2
            case Subscript() | Collate() | Field():
                return self._figured(one.operand, scope)
            case Cast() | Case():
                return self._figured_through(one, scope)
            case Keyword() | Array() | Row():
                return one.name.lower() if isinstance(one, Keyword) else type(one).__name__.lower(), 2
            case Subquery():
                return self._subquery_name(one, scope), 2
            case Opaque() if one.name not in _UNNAMED_OPAQUE:
                return one.name, 2
        return NO_NAME, 0

    def _figured_through(self, one: Cast | Case, scope: Scope) -> tuple[str, int]:
        """A cast has its operand's name or the type's, CASE that of its ELSE or its own."""
        inner = one.operand if isinstance(one, Cast) else one.default
        name, strength = self._figured(inner, scope) if inner is not None else (NO_NAME, 0)
        own = one.type.name if isinstance(one, Cast) else "case"
        return (name, strength) if strength > 1 else (own, 1)

    def _subquery_name(self, one: Subquery, scope: Scope) -> str:
        if one.form != "scalar":
            return one.form
        columns = self._subquery(one.query, scope).columns
        return columns[0].name if columns else NO_NAME


_READERS: dict[type, Callable[[Inference, Any, Scope], Type | None]] = {
    Column: Inference._column,
    Literal: Inference._literal,
    Keyword: Inference._keyword,
    Cast: Inference._cast,
    Case: Inference._case,
    Array: Inference._array,
    Row: lambda _inference, _one, _scope: Type(RECORD, text=RECORD),
    Subscript: Inference._subscript,
    Field: Inference._field,
    Collate: lambda inference, one, scope: inference.infer(one.operand, scope),
    Subquery: Inference._subquery_type,
    Opaque: Inference._opaque,
    Binary: Inference._binary,
    Unary: Inference._unary,
    Call: Inference._call,
    **dict.fromkeys((Logical, In, Is, Between, Match, Quantified), Inference._boolean),
}
