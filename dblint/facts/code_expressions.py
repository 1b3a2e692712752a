"""Expressions of Python's own trees as plain data: dotted ways, literals, and texts put together from parts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from dblint.facts.code_model import Expression, ExpressionKind
from dblint.source import Span
from dblint.syntax.modules import Module

HOLE = "\0"
_DEPTH = 4
_WIDTH = 48
_TEXT_DEPTH = 8
_WRAPPERS = frozenset(("text", "SQL", "dedent", "cleandoc", "literal_sql", "Identifier"))
_TRIMS = frozenset(("strip", "lstrip", "rstrip", "dedent"))
Known = Callable[[str], "ast.expr | None"]
"""What a dotted name surely stands for where it is used."""


def way(node: ast.expr | None) -> str:
    """The dotted way of a name or call, ``()`` behind what is called and ``[]`` behind what is subscripted."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{way(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{way(node.func)}()"
    if isinstance(node, ast.Subscript):
        return f"{way(node.value)}[]"
    if isinstance(node, ast.Await):
        return way(node.value)
    return "?"


def text_of(node: ast.expr | None, known: Known, depth: int = 0) -> str | None:
    """The string an expression makes, with a hole for each part only known at run time; None for what is none."""
    if node is None or depth > _TEXT_DEPTH:
        return None
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_part(one, known, depth) for one in node.values)
    if isinstance(node, ast.BinOp):
        return _joined(node, known, depth)
    if isinstance(node, ast.Call):
        return _wrapped(node, known, depth)
    if isinstance(node, ast.Name | ast.Attribute):
        held = known(way(node))
        return None if held is None or held is node else text_of(held, known, depth + 1)
    return None


def _part(node: ast.expr, known: Known, depth: int) -> str:
    if isinstance(node, ast.FormattedValue):
        inner = text_of(node.value, known, depth + 1) if node.format_spec is None and node.conversion == -1 else None
        return HOLE if inner is None else inner
    return text_of(node, known, depth + 1) or ""


def _joined(node: ast.BinOp, known: Known, depth: int) -> str | None:
    left, right = text_of(node.left, known, depth + 1), text_of(node.right, known, depth + 1)
    if isinstance(node.op, ast.Add) and (left is not None or right is not None):
        return (HOLE if left is None else left) + (HOLE if right is None else right)
    return left.replace("%s", HOLE) if isinstance(node.op, ast.Mod) and left is not None else None


def _wrapped(node: ast.Call, known: Known, depth: int) -> str | None:
    """``text("…")``, ``sql.SQL("…")``, ``"…".strip()``, ``"…{}".format(x)``."""
    name = way(node.func).rpartition(".")[2]
    if isinstance(node.func, ast.Attribute):
        held = text_of(node.func.value, known, depth + 1) if name in _TRIMS or name == "format" else None
        if held is not None and name == "format":
            return _formatted(held)
        if held is not None and not node.args:
            return held.strip()
    return text_of(node.args[0], known, depth + 1) if name in _WRAPPERS and len(node.args) == 1 else None


def _formatted(text: str) -> str:
    parts, depth = [], 0
    for letter in text:
        depth += letter == "{"
        if not depth:
            parts.append(letter)
        if letter == "}" and depth:
            depth -= 1
            parts.append(HOLE)
    return "".join(parts)


class Expressions:
    """Reads the expressions of one function; ``calls`` are the indexes of the calls read so far."""

    def __init__(self, module: Module, calls: Mapping[ast.expr | None, int]) -> None:
        self._module = module
        self._calls = calls

    def read(self, node: ast.expr, depth: int = 0) -> Expression:
        awaited = isinstance(node, ast.Await)
        inner = node.value if isinstance(node, ast.Await) else node
        span = self._module.span(node)
        if isinstance(inner, ast.Call):
            return Expression("call", way(inner.func), span, self._calls.get(inner, -1), awaited)
        if isinstance(inner, ast.Constant):
            return Expression(*_constant(inner), span)
        if isinstance(inner, ast.JoinedStr):
            return Expression("fstr", text_of(inner, _unknown) or "", span)
        if isinstance(inner, ast.Subscript) and way(inner.value).endswith("Annotated"):
            return Expression("other", ast.unparse(inner), span)
        if isinstance(inner, ast.Name | ast.Attribute | ast.Subscript):
            key = (self.read(inner.slice),) if _is_keyed(inner) and isinstance(inner, ast.Subscript) else ()
            return Expression("name", way(inner), span, self._calls.get(_first_call(inner), -1), awaited, key)
        if depth > _DEPTH:
            return Expression("other", "", span)
        return self._compound(inner, span, depth + 1, awaited)

    def _compound(self, node: ast.expr, span: Span, depth: int, awaited: bool) -> Expression:
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            kind: ExpressionKind = "list" if isinstance(node, ast.List) else "set"
            kind = "tuple" if isinstance(node, ast.Tuple) else kind
            return Expression(kind, "", span, items=tuple(self.read(one, depth) for one in node.elts[:_WIDTH]))
        if isinstance(node, ast.Dict):
            keys = tuple(_key(one) for one in node.keys[:_WIDTH])
            items = tuple(self.read(one, depth) for one in node.values[:_WIDTH])
            return Expression("dict", "", span, items=items, keys=keys)
        if isinstance(node, ast.Lambda):
            first = next((one.arg for one in node.args.args), "")
            return Expression("lambda", first, span, items=(self.read(node.body, depth),))
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            kind, text = _constant(node.operand)
            if kind in ("int", "float") and isinstance(node.op, ast.USub):
                return Expression(kind, f"-{text}", span)
        if isinstance(node, ast.BinOp) and (joined := text_of(node, _unknown)) is not None:
            return Expression("fstr" if HOLE in joined else "str", joined, span)
        if isinstance(node, ast.NamedExpr | ast.Starred):
            return self.read(node.value, depth)
        if isinstance(node, ast.IfExp | ast.BoolOp):
            sides = (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values
            return Expression("other", "", span, items=tuple(self.read(one, depth) for one in sides))
        return Expression("other", "", span, awaited=awaited)


def _is_keyed(node: ast.expr) -> bool:
    """``tables["orders"]`` or ``tables[name]``."""
    if not isinstance(node, ast.Subscript):
        return False
    return isinstance(node.slice, ast.Name) or (isinstance(node.slice, ast.Constant) and type(node.slice.value) is str)


def _first_call(node: ast.expr) -> ast.expr | None:
    """The call a way goes on from: ``f()`` of ``f().data[0]``."""
    at: ast.expr = node
    while isinstance(at, ast.Attribute | ast.Subscript | ast.Await):
        at = at.value
    return at if isinstance(at, ast.Call) else None


def _unknown(_: str) -> None:
    return None


def _key(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _constant(node: ast.Constant) -> tuple[ExpressionKind, str]:
    value = node.value
    if isinstance(value, str):
        return "str", value
    if isinstance(value, bool):
        return "bool", str(value)
    if value is None:
        return "null", "None"
    if isinstance(value, bytes):
        return "bytes", value.decode("latin-1")
    if isinstance(value, int):
        return "int", str(value) if value.bit_length() < 4096 else ""
    return ("float", repr(value)) if isinstance(value, float) else ("other", "")
