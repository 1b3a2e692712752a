"""Assertions that something took less than a time, measured by the wall clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from dblint.facts.resources_model import ClockAssertion
from dblint.syntax.modules import Module, walk

_CLOCKS = frozenset(
    {
        *("time.time", "time.monotonic", "time.perf_counter", "time.process_time", "time.time_ns", "time.monotonic_ns"),
        *("time.perf_counter_ns", "timeit.default_timer", "datetime.datetime.now", "datetime.datetime.utcnow"),
    }
)
_UPPER = (ast.Lt, ast.LtE)
_LOWER = (ast.Gt, ast.GtE)
_METHODS = {"assertLess": 0, "assertLessEqual": 0, "assertGreater": 1, "assertGreaterEqual": 1}


def clock_assertions(module: Module, names: Mapping[str, str], text: str) -> Iterator[ClockAssertion]:
    """Those of a file's tests; none where something else stands in for the clock."""
    if "freeze_time" in text or "time_machine" in text or "freezer" in text:
        return
    for function in module.nodes:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name.startswith("test"):
            yield from _of_test(function, module, names)


def _of_test(
    function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module, names: Mapping[str, str]
) -> Iterator[ClockAssertion]:
    known: dict[str, tuple[str, bool]] = {}
    for node in _in_order(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            read = _elapsed(node.value, known, names)
            if read is not None:
                known[node.targets[0].id] = read
            else:
                known.pop(node.targets[0].id, None)
        for small, limit in _bounded(node):
            read = _elapsed(small, known, names)
            if read is not None and read[1] and not isinstance(limit, ast.Name):
                yield ClockAssertion(module.span(node), read[0], ast.unparse(limit), function.name)


def _in_order(function: ast.AST) -> list[ast.stmt | ast.Call]:
    nodes = [node for node in walk(function) if isinstance(node, ast.stmt | ast.Call)]
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))


def _bounded(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What an assertion wants to be less than what."""
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
        sides = [node.test.left, *node.test.comparators]
        for left, operator, right in zip(sides, node.test.ops, sides[1:], strict=False):
            if isinstance(operator, _UPPER):
                yield left, right
            elif isinstance(operator, _LOWER):
                yield right, left
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) >= 2:
        small = _METHODS.get(node.func.attr)
        if small is not None:
            yield node.args[small], node.args[1 - small]


def _elapsed(
    node: ast.AST | None, known: Mapping[str, tuple[str, bool]], names: Mapping[str, str]
) -> tuple[str, bool] | None:
    """The clock an expression was read from, and whether it is a difference of readings."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Call):
        inner = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "total_seconds" else None
        if inner is not None:
            return _elapsed(inner, known, names)
        clock = _dotted(node.func, names)
        if clock in _CLOCKS:
            return clock, False
        return _elapsed(node.args[0], known, names) if clock in ("round", "abs", "int") and node.args else None
    if isinstance(node, ast.BinOp):
        left, right = _elapsed(node.left, known, names), _elapsed(node.right, known, names)
        if isinstance(node.op, ast.Sub) and left is not None and right is not None:
            return left[0], True
        scaled = left or right
        return scaled if isinstance(node.op, ast.Mult | ast.Div) and scaled is not None and scaled[1] else None
    return None


def _dotted(node: ast.AST, names: Mapping[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, names)}.{node.attr}"
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else ""
