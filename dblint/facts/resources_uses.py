"""What a test does with a name: ends it, hands it on, or leaves the ending to a block, a finalizer or a stack."""

from __future__ import annotations

import ast

from dblint.facts.resources_openers import SYNC_CONNECTION, Opener
from dblint.syntax.modules import walk

Function = ast.FunctionDef | ast.AsyncFunctionDef

_ENDING = frozenset(
    {"close", "aclose", "dispose", "terminate", "closeall", "disconnect", "wait_closed", "ensure_closed", "release"}
)
_TAKING_BACK = frozenset({"release", "putconn"})


class Uses(ast.NodeVisitor):
    """What a function does with a name: endings, uses nobody can follow, and blocks that end it by themselves."""

    def __init__(self, name: str, opener: Opener, opening: ast.Call) -> None:
        self.endings: list[ast.Call] = []
        self.managed = False
        self.handed_on = False
        self._name = name
        self._opener = opener
        self._opening = opening
        self._protected = 0

    def visit_Try(self, node: ast.Try) -> None:
        inside = any(one is self._opening for part in node.body for one in walk(part))
        if inside and self._opener == SYNC_CONNECTION and any(map(_swallows, node.handlers)):
            # Nobody keeps the failure, and the connection goes with the last name for it.
            self.managed = True
        for statement in (*node.body, *node.orelse):
            self.visit(statement)
        self._protected += 1
        for handler in node.handlers:
            self.visit(handler)
        for statement in node.finalbody:
            self.visit(statement)
        self._protected -= 1

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            inside = item.context_expr
            if any(isinstance(one, ast.Name) and one.id == self._name for one in _entered(inside)):
                self.managed = True
            if any(one is self._opening for part in node.body for one in walk(part)) and _expects_failure(inside):
                self.managed = True
        self.generic_visit(node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self.visit_With(node)

    def visit_FunctionDef(self, node: Function | ast.Lambda) -> None:
        if any(isinstance(one, ast.Name) and one.id == self._name for one in walk(node)):
            self.managed = True

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_FunctionDef(node)

    def visit_Call(self, node: ast.Call) -> None:
        if self._is_ending(node):
            self.endings.append(node)
            self.managed = self.managed or bool(self._protected)
            return
        given = [*node.args, *(one.value for one in node.keywords)]
        for one in given:
            if isinstance(one, ast.Name) and one.id == self._name:
                self.handed_on = True
                owner = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                if owner in (
                    "enter_context",
                    "enter_async_context",
                    "push",
                    "push_async_exit",
                    "callback",
                    "append",
                    "add",
                ):
                    self.managed = True
            elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == self._name:
                self.managed = self.managed or one.attr in _ENDING
        if (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == self._name
        ):
            for one in given:
                self.visit(one)
            return
        self.generic_visit(node)

    def _is_ending(self, node: ast.Call) -> bool:
        function = node.func
        if not isinstance(function, ast.Attribute):
            return False
        if isinstance(function.value, ast.Name) and function.value.id == self._name:
            return function.attr in _ENDING
        given = any(isinstance(one, ast.Name) and one.id == self._name for one in node.args)
        return self._opener.kind == "acquired" and function.attr in _TAKING_BACK and given

    def visit_Return(self, node: ast.Return) -> None:
        self._hold(node.value)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if called(node.value)[0] is not self._opening:
            self._hold(node.value)
        self.generic_visit(node)

    def _hold(self, value: ast.AST | None) -> None:
        """The thing itself is kept under another name or given out."""
        if value is None:
            return
        kept: list[ast.AST] = [value, *(value.elts if isinstance(value, ast.Tuple | ast.List) else ())]
        kept += value.values if isinstance(value, ast.Dict) else ()
        if any(isinstance(one, ast.Name) and one.id == self._name for one in kept):
            self.handed_on = True


def called(value: ast.AST | None) -> tuple[ast.Call | None, bool]:
    awaited = isinstance(value, ast.Await)
    inner = value.value if isinstance(value, ast.Await) else value
    return (inner if isinstance(inner, ast.Call) else None), awaited


def way(node: ast.AST) -> str:
    """``a.b.c`` of names and attributes, empty for anything else."""
    if isinstance(node, ast.Attribute):
        inner = way(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""


def _entered(node: ast.AST) -> list[ast.AST]:
    """What a block is entered with: a name, or the arguments of ``closing(name)``."""
    return [node, *node.args] if isinstance(node, ast.Call) else [node]


def _expects_failure(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and way(node.func).rpartition(".")[2] in (
        "raises",
        "assertRaises",
        "suppress",
        "assertRaisesRegex",
    )


def _swallows(handler: ast.ExceptHandler) -> bool:
    broad = handler.type is None or way(handler.type) in ("Exception", "BaseException")
    return broad and not any(isinstance(one, ast.Raise | ast.Call) and _fails(one) for one in walk(handler))


def _fails(node: ast.Raise | ast.Call) -> bool:
    return isinstance(node, ast.Raise) or way(node.func).rpartition(".")[2] in ("fail", "skip", "exit")
