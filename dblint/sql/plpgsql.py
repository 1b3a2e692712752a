"""PL/pgSQL bodies, read as our own small statements; what SQL they hold stays text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from dblint.sql.definitions import Parameter
from dblint.sql.postgres_parser import Node, SyntaxRefusedError, parse_plpgsql
from dblint.sql.postgres_quoting import identifier

_ERROR = 21
_DECLARATIONS = re.compile(r"\bdeclare\b.*?\bbegin\b", re.IGNORECASE | re.DOTALL)
_DECLARED = re.compile(
    r"((?:\bdeclare\b|;)(?:\s|--[^\n]*\n)*\w+\s+(?:constant\s+)?)(?!record\b|refcursor\b|cursor\b|alias\b)[\w.]+"
    r"(?=\s*(?:;|:=|=|default\b|not\b))",
    re.IGNORECASE,
)
# It knows no schema but pg_catalog and public, and takes a type it does not know for a record's.
_TYPE_PROBLEMS = {"LookupExplicitNamespace": "record", "record variable cannot be part": "text"}


@dataclass(frozen=True, slots=True)
class Sql:
    """A static statement; ``into`` are the variables it fills. ``line`` counts from 1, the line the body starts on."""

    text: str
    line: int
    into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Execute:
    """EXECUTE: ``query`` is the expression whose value is the statement."""

    query: str
    line: int
    into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assign:
    """``target := value``; the target as written: ``x``, ``new.total``, ``a[1]``."""

    target: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Branch:
    """IF and CASE: conditions with what they guard, in order; the last condition is None for ELSE."""

    arms: tuple[tuple[str | None, tuple[PlpgsqlStatement, ...]], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Loop:
    """Any loop: the variable it sets; ``array`` is the expression of FOREACH, ``query`` the query of FOR."""

    body: tuple[PlpgsqlStatement, ...]
    line: int
    variables: tuple[str, ...] = ()
    array: str | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """BEGIN … END; handlers are the conditions of WHEN, in lower case, with what each does."""

    body: tuple[PlpgsqlStatement, ...]
    line: int
    handlers: tuple[tuple[tuple[str, ...], tuple[PlpgsqlStatement, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """RETURN, or with ``loop`` EXIT and CONTINUE; ``value`` is what RETURN returns, ``condition`` that of EXIT WHEN."""

    line: int
    loop: bool = False
    value: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Whatever only evaluates expressions: RAISE, ASSERT, RETURN NEXT, EXECUTE's USING; ``raises``: an error."""

    expressions: tuple[str, ...]
    line: int
    raises: bool = False


PlpgsqlStatement: TypeAlias = Sql | Execute | Assign | Branch | Loop | Block | Leave | Evaluate


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable or argument: its type as written, its first value."""

    name: str
    type: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Routine:
    """A body: every variable of every block in it, and its statements."""

    variables: tuple[Variable, ...]
    body: Block


@cache
def do_block(body: str) -> Routine:
    """The body of a DO statement; read once, until ``do_block.cache_clear``.

    Raises:
        SyntaxRefusedError: the body is no PL/pgSQL.
    """
    return _routine(f"DO {_quoted(body)}")


def routine(body: str, parameters: Sequence[Parameter], returns: str | None, returns_set: bool) -> Routine:
    """The body of a function or, where ``returns`` is None and no parameter is OUT, of a procedure.

    Raises:
        SyntaxRefusedError: the body is no PL/pgSQL.
    """
    # The parser only asks which names are variables: it gets types it knows, since it refuses many a user's own.
    head = _signature(parameters, returns, returns_set)
    return _routine(f"{head} LANGUAGE plpgsql AS {_quoted(body)}")


def _signature(parameters: Sequence[Parameter], returns: str | None, returns_set: bool) -> str:
    taken = ", ".join(_argument(one) for one in parameters if one.mode != "table")
    table = ", ".join(f"{identifier(one.name)} text" for one in parameters if one.mode == "table" and one.name)
    if table:
        return f"CREATE FUNCTION f({taken}) RETURNS TABLE ({table})"
    gives = any(one.mode in ("out", "inout") for one in parameters)
    if returns is None and not gives:
        return f"CREATE PROCEDURE f({taken})"
    if gives:
        return f"CREATE FUNCTION f({taken}){' RETURNS SETOF record' if returns_set else ''}"
    kept = returns if returns in ("trigger", "event_trigger", "void", "record") else "text"
    return f"CREATE FUNCTION f({taken}) RETURNS {'SETOF ' if returns_set else ''}{kept}"


def _argument(parameter: Parameter) -> str:
    name = identifier(parameter.name) if parameter.name else ""
    mode = "" if parameter.mode in ("in", "variadic") else parameter.mode
    return f"{mode} {name} {'text[]' if parameter.type.dimensions else 'text'}".strip()


def _quoted(body: str) -> str:
    tag = "$dblint$"
    while tag in body:
        tag = f"{tag[:-1]}_$"
    return f"{tag}{body}{tag}"


def _parsed(text: str) -> list[Node]:
    """The body's tree; where the parser trips over a declared type, that of the body with types it can take."""
    try:
        return parse_plpgsql(text)
    except SyntaxRefusedError as error:
        kind = next((kind for said, kind in _TYPE_PROBLEMS.items() if said in str(error)), None)
        if kind is None:
            raise
    other = _DECLARATIONS.sub(lambda part: _DECLARED.sub(rf"\g<1>{kind}", part[0]), text)
    return parse_plpgsql(other)


def _routine(text: str) -> Routine:
    found = _parsed(text)
    if not found:
        raise SyntaxRefusedError("no PL/pgSQL body")
    function = found[0]["PLpgSQL_function"]
    names = _Names(function.get("datums", ()))
    body = names.statement(function["action"])
    return Routine(names.variables, body if isinstance(body, Block) else Block((body,), 1))


class _Names:
    """Statements of one function; they point at variables by number."""

    def __init__(self, datums: Sequence[Node]) -> None:
        kinds: list[tuple[str, Node]] = [next(iter(datum.items()), ("", {})) for datum in datums]
        self._cursors = [_text(body.get("cursor_explicit_expr")) for _, body in kinds]
        self._names = [body.get("refname") or body.get("fieldname") or "" for _, body in kinds]
        self.variables = tuple(
            Variable(body["refname"], _type_of(body), _text(body.get("default_val")))
            for kind, body in kinds
            if kind in ("PLpgSQL_var", "PLpgSQL_rec")
        )

    def statements(self, nodes: Sequence[Node]) -> tuple[PlpgsqlStatement, ...]:
        return tuple(self.statement(node) for node in nodes)

    def statement(self, node: Node) -> PlpgsqlStatement:
        kind, body = next(iter(node.items()))
        read = _READERS.get(kind.removeprefix("PLpgSQL_stmt_"))
        return read(self, body) if read is not None else Evaluate(tuple(_expressions(body)), body.get("lineno", 0))

    def target(self, body: Node) -> tuple[str, ...]:
        """The variables that INTO or a loop fills; a field as ``record.field``."""
        for holder in (body.get("target"), body.get("var")):
            if not holder:
                continue
            kind, inner = next(iter(holder.items()))
            if kind == "PLpgSQL_row":
                return tuple(field["name"] for field in inner.get("fields", ()))
            return (inner.get("refname", ""),)
        return ()

    def cursor(self, number: int) -> str | None:
        """The query of a declared cursor."""
        return self._cursors[number] if 0 <= number < len(self._cursors) else None

    def name(self, number: int) -> str:
        return self._names[number] if 0 <= number < len(self._names) else ""


def _type_of(body: Node) -> str:
    return str(body.get("datatype", {}).get("PLpgSQL_type", {}).get("typname", "record"))


def _text(node: Node | None) -> str | None:
    return str(node["PLpgSQL_expr"]["query"]) if node and "PLpgSQL_expr" in node else None


def _needed(node: Node) -> str:
    return str(node["PLpgSQL_expr"]["query"])


def _expressions(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for one in value for found in _expressions(one)]
    if not isinstance(value, dict):
        return []
    if "PLpgSQL_expr" in value:
        return [_needed(value)]
    return [found for one in value.values() for found in _expressions(one)]


def _block(names: _Names, body: Node) -> PlpgsqlStatement:
    handlers = []
    for one in body.get("exceptions", {}).get("PLpgSQL_exception_block", {}).get("exc_list", ()):
        handler = one["PLpgSQL_exception"]
        conditions = tuple(each["PLpgSQL_condition"]["condname"].lower() for each in handler["conditions"])
        handlers.append((conditions, names.statements(handler.get("action", ()))))
    return Block(names.statements(body.get("body", ())), body.get("lineno", 1), tuple(handlers))


def _if(names: _Names, body: Node) -> PlpgsqlStatement:
    arms: list[tuple[str | None, tuple[PlpgsqlStatement, ...]]] = [
        (_needed(body["cond"]), names.statements(body.get("then_body", ())))
    ]
    for one in body.get("elsif_list", ()):
        elsif = one["PLpgSQL_if_elsif"]
        arms.append((_needed(elsif["cond"]), names.statements(elsif.get("stmts", ()))))
    if "else_body" in body:
        arms.append((None, names.statements(body["else_body"])))
    return Branch(tuple(arms), body["lineno"])


def _case(names: _Names, body: Node) -> PlpgsqlStatement:
    arms: list[tuple[str | None, tuple[PlpgsqlStatement, ...]]] = []
    for one in body.get("case_when_list", ()):
        when = one["PLpgSQL_case_when"]
        arms.append((_needed(when["expr"]), names.statements(when.get("stmts", ()))))
    if body.get("have_else"):
        arms.append((None, names.statements(body.get("else_stmts", ()))))
    subject = _text(body.get("t_expr"))
    branch = Branch(tuple(arms), body["lineno"])
    return Block((Evaluate((subject,), body["lineno"]), branch), body["lineno"]) if subject is not None else branch


def _loop(names: _Names, body: Node) -> PlpgsqlStatement:
    extra = tuple(
        text for key in ("cond", "lower", "upper", "step", "argquery") if (text := _text(body.get(key))) is not None
    )
    variables = names.target(body) or ((names.name(body["varno"]),) if "varno" in body else ())
    loop = Loop(
        names.statements(body.get("body", ())),
        body["lineno"],
        variables,
        _text(body.get("expr")),
        _text(body.get("query")) or (names.cursor(body["curvar"]) if "curvar" in body and not extra else None),
    )
    return Block((Evaluate(extra, body["lineno"]), loop), body["lineno"]) if extra else loop


def _dynamic_loop(names: _Names, body: Node) -> PlpgsqlStatement:
    loop = Loop(names.statements(body.get("body", ())), body["lineno"], names.target(body))
    return Block((Execute(_needed(body["query"]), body["lineno"]), loop), body["lineno"])


def _sql(names: _Names, body: Node) -> PlpgsqlStatement:
    return Sql(_needed(body["sqlstmt"]), body["lineno"], names.target(body))


def _perform(names: _Names, body: Node) -> PlpgsqlStatement:
    return Sql(_needed(body["expr"]), body["lineno"])


def _execute(names: _Names, body: Node) -> PlpgsqlStatement:
    execute = Execute(_needed(body["query"]), body["lineno"], names.target(body))
    used = tuple(_expressions(body.get("params", [])))
    return Block((Evaluate(used, body["lineno"]), execute), body["lineno"]) if used else execute


def _return_query(names: _Names, body: Node) -> PlpgsqlStatement:
    if "dynquery" in body:
        return Execute(_needed(body["dynquery"]), body["lineno"])
    return Sql(_needed(body["query"]), body["lineno"])


def _assign(names: _Names, body: Node) -> PlpgsqlStatement:
    written = _needed(body["expr"])
    ends = [at for at in (written.find(":="), written.find("=")) if at >= 0]
    if not ends:
        return Assign(names.name(body.get("varno", -1)), written, body["lineno"])
    at = min(ends)
    value = written[at + 2 :] if written.startswith(":=", at) else written[at + 1 :]
    return Assign(written[:at].strip(), value.strip(), body["lineno"])


def _leave(names: _Names, body: Node) -> PlpgsqlStatement:
    return Leave(body.get("lineno", 0), False, _text(body.get("expr")))


def _diagnostics(names: _Names, body: Node) -> PlpgsqlStatement:
    """GET DIAGNOSTICS: variables get what only the run knows."""
    numbers = [one["PLpgSQL_diag_item"].get("target", -1) for one in body.get("diag_items", ())]
    return _unread(tuple(names.name(number) for number in numbers), body["lineno"])


def _fetch(names: _Names, body: Node) -> PlpgsqlStatement:
    return _unread((*names.target(body), "found"), body["lineno"])


def _unread(targets: tuple[str, ...], line: int) -> PlpgsqlStatement:
    return Block(tuple(Assign(one, "", line) for one in targets), line)


def _raise(names: _Names, body: Node) -> PlpgsqlStatement:
    return Evaluate(tuple(_expressions(body)), body["lineno"], body.get("elog_level", 0) >= _ERROR)


def _exit(names: _Names, body: Node) -> PlpgsqlStatement:
    return Leave(body.get("lineno", 0), True, None, _text(body.get("cond")))


_READERS: dict[str, Callable[[_Names, Node], PlpgsqlStatement]] = {
    "block": _block,
    "if": _if,
    "case": _case,
    "loop": _loop,
    "while": _loop,
    "fori": _loop,
    "fors": _loop,
    "forc": _loop,
    "foreach_a": _loop,
    "dynfors": _dynamic_loop,
    "execsql": _sql,
    "perform": _perform,
    "call": _perform,
    "dynexecute": _execute,
    "return_query": _return_query,
    "assign": _assign,
    "return": _leave,
    "exit": _exit,
    "raise": _raise,
    "getdiag": _diagnostics,
    "fetch": _fetch,
}
