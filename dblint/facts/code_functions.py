"""Walks one function's statements in the order they run: calls, assignments, results, what is raised and caught."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from dblint.facts.code_expressions import Expressions, way
from dblint.facts.code_model import Argument, Assignment, AssignmentHow, Call, Handler, Raise, Return, Try
from dblint.facts.code_results import passed
from dblint.syntax.modules import Module, walk

_SKIPPED = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class Walk:
    """What one function's own statements do; the functions and classes inside it are kept for later."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.calls: list[Call] = []
        self.nodes: list[ast.Call] = []
        self.index: dict[ast.expr | None, int] = {}
        self.assignments: list[Assignment] = []
        self.assigned: list[tuple[str, ast.expr | None, int, bool]] = []
        """Targets and values as nodes, beside ``assignments``."""
        self.gone_through: list[tuple[str, str]] = []
        """The names that loops bind, and what each goes through."""
        self.results: list[Return] = []
        self.returned: list[tuple[ast.expr, int]] = []
        self.iterated: list[tuple[ast.expr, int]] = []
        """What loops and comprehensions go over, and how many calls ran before."""
        self.raises: list[Raise] = []
        self.tries: list[Try] = []
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.definitions: list[tuple[tuple[str, ...], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]] = []
        self.reads: list[str] = []
        self.bound: set[str] = set()
        self.values: dict[str, ast.expr | None] = {}
        """What a local name is surely bound to; None where more than one value may."""
        self.awaits = False
        self.yields = False
        self._conditions = 0
        self._loops = 0
        self._lambdas = 0
        self._awaited: set[ast.Call] = set()
        self._classes: tuple[str, ...] = ()
        self._expressions = Expressions(module, self.index)

    def run(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self._visit(statement)

    def _visit(self, node: ast.AST | None) -> None:
        if node is None:
            return
        visitor = _VISITORS.get(type(node))
        if visitor is not None:
            visitor(self, node)
        else:
            self._inside(node)

    def _inside(self, node: ast.AST) -> None:
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                for one in value:
                    if isinstance(one, ast.AST) and not isinstance(one, _SKIPPED):
                        self._visit(one)
            elif isinstance(value, ast.AST) and not isinstance(value, _SKIPPED):
                self._visit(value)

    def _perhaps(self, nodes: Iterable[ast.AST | None]) -> None:
        self._conditions += 1
        for node in nodes:
            self._visit(node)
        self._conditions -= 1

    def _often(self, nodes: Iterable[ast.AST | None]) -> None:
        self._loops += 1
        self._perhaps(nodes)
        self._loops -= 1

    # expressions

    def _call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            self._visit(node.func.value)
        elif not isinstance(node.func, ast.Name):
            self._visit(node.func)
        for given in (*node.args, *node.keywords):
            self._visit(given)
        inner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        inner = inner.value if isinstance(inner, ast.Await) else inner
        receiver = self.index.get(inner, -1) if isinstance(inner, ast.Call) else -1
        read = self._expressions.read
        arguments = [
            Argument("*", read(one.value)) if isinstance(one, ast.Starred) else Argument("", read(one))
            for one in node.args
        ]
        arguments += [Argument(one.arg or "**", read(one.value)) for one in node.keywords]
        self.index[node] = len(self.calls)
        self.nodes.append(node)
        self.calls.append(
            Call(
                way(node.func),
                tuple(arguments),
                self._module.span(node),
                receiver,
                node in self._awaited,
                self._conditions > 0,
                self._loops > 0,
                self._lambdas > 0,
            )
        )

    def _await(self, node: ast.Await) -> None:
        self.awaits = True
        if isinstance(node.value, ast.Call):
            self._awaited.add(node.value)
        self._visit(node.value)

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.reads.append(node.id)
        else:
            self.bound.add(node.id)

    def _attribute(self, node: ast.Attribute) -> None:
        text = way(node)
        if text.replace(".", "_").isidentifier() and isinstance(node.ctx, ast.Load):
            self.reads.append(text)
        else:
            self._visit(node.value)

    def _lambda(self, node: ast.Lambda) -> None:
        self._lambdas += 1
        self._visit(node.body)
        self._lambdas -= 1

    def _either(self, node: ast.IfExp) -> None:
        self._visit(node.test)
        self._perhaps((node.body, node.orelse))

    def _boolean(self, node: ast.BoolOp) -> None:
        self._visit(node.values[0])
        self._perhaps(node.values[1:])

    def _comprehension(self, node: _Comprehension) -> None:
        first, *others = node.generators
        self._visit(first.iter)
        self.iterated.append((first.iter, len(self.calls)))
        self._visit(first.target)
        element = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self._often((*first.ifs, *others, *element))

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        self.yields = True
        self._visit(node.value)
        self._result(node.value, node, yields=True)

    def _walrus(self, node: ast.NamedExpr) -> None:
        self._visit(node.value)
        self._assign(node.target, node.value, node)

    # statements

    def _result(self, value: ast.expr | None, node: ast.stmt | ast.expr, *, yields: bool = False) -> None:
        read = None if value is None else self._expressions.read(value)
        passes = passed(value, self.index, self.assigned, self.gone_through)
        self.results.append(Return(read, self._module.span(node), len(self.calls), yields, passes))
        if value is not None:
            self.returned.append((value, len(self.calls)))

    def _return(self, node: ast.Return) -> None:
        self._visit(node.value)
        self._result(node.value, node)

    def _raise(self, node: ast.Raise) -> None:
        self._visit(node.exc)
        self._visit(node.cause)
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        self.raises.append(Raise("" if raised is None else way(raised), self._module.span(node), len(self.calls)))

    def _assigned(self, node: ast.Assign) -> None:
        self._visit(node.value)
        for target in node.targets:
            self._assign(target, node.value, node)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._visit(node.value)
        self._assign(node.target, node.value, node, annotation=ast.unparse(node.annotation))

    def _augmented(self, node: ast.AugAssign) -> None:
        self._visit(node.value)
        joined = ast.BinOp(ast.Name(way(node.target), ast.Load()), node.op, node.value)
        self._assign(node.target, node.value, node, how="change", really=joined)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit(node.iter)
        self.iterated.append((node.iter, len(self.calls)))
        self.awaits |= isinstance(node, ast.AsyncFor)
        self._loops += 1
        self._conditions += 1
        self._assign(node.target, node.iter, node.iter, how="item")
        self.gone_through.append((way(node.target), way(node.iter)))
        for statement in node.body:
            self._visit(statement)
        self._loops -= 1
        for statement in node.orelse:
            self._visit(statement)
        self._conditions -= 1

    def _while(self, node: ast.While) -> None:
        self._loops += 1
        self._visit(node.test)
        self._loops -= 1
        self._often(node.body)
        self._perhaps(node.orelse)

    def _if(self, node: ast.If) -> None:
        self._visit(node.test)
        self._perhaps(node.body)
        self._perhaps(node.orelse)

    def _match(self, node: ast.Match) -> None:
        self._visit(node.subject)
        for case in node.cases:
            self._visit(case.guard)
            self._perhaps(case.body)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        self.awaits |= isinstance(node, ast.AsyncWith)
        for item in node.items:
            self._visit(item.context_expr)
            if item.optional_vars is not None:
                self._assign(item.optional_vars, item.context_expr, item.context_expr, how="enter")
        self.run(node.body)

    def _try(self, node: ast.Try) -> None:
        start = len(self.calls)
        self.run(node.body)
        end = len(self.calls)
        handlers = tuple(self._handler(one) for one in node.handlers)
        self.tries.append(Try(self._module.span(node), (start, end), handlers))
        self.run(node.orelse)
        for one in node.handlers:
            self._perhaps(one.body)
        self.run(node.finalbody)

    def _handler(self, node: ast.ExceptHandler) -> Handler:
        given = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        catches = tuple(way(one) for one in given if one is not None)
        raises = any(isinstance(one, ast.Raise) for statement in node.body for one in walk(statement))
        return Handler(catches, raises, self._module.span(node))

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.imports.append(node)
        self.bound.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for one in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            self._visit(one)
        self.bound.add(node.name)
        self.definitions.append((self._classes, node))

    def _class(self, node: ast.ClassDef) -> None:
        for one in (*node.decorator_list, *node.bases, *node.keywords):
            self._visit(one)
        self.bound.add(node.name)
        self.definitions.append((self._classes, node))
        self._classes = (*self._classes, node.name)
        before = len(self.assignments), len(self.assigned), dict(self.values)
        self.run(node.body)
        # What a class body sets are the class's attributes, not names of the function around it.
        del self.assignments[before[0] :], self.assigned[before[1] :]
        self.values = before[2]
        self._classes = self._classes[:-1]

    # names

    def _assign(
        self,
        target: ast.expr,
        value: ast.expr | None,
        node: ast.stmt | ast.expr,
        *,
        how: AssignmentHow = "value",
        annotation: str | None = None,
        really: ast.expr | None = None,
        position: int = -1,
    ) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value, node, how)
            return
        if isinstance(target, ast.Starred):
            target = target.value
            value = None
        name = way(target)
        if isinstance(target, ast.Name):
            self.bound.add(name)
        else:
            self._visit(target.value if isinstance(target, ast.Attribute) else target)
        read = None if value is None else self._expressions.read(value)
        conditional = self._conditions > 0
        span = self._module.span(node)
        key = self._expressions.read(target.slice) if isinstance(target, ast.Subscript) else None
        at = len(self.calls)
        self.assignments.append(Assignment(name, read, span, at, how, annotation, conditional, key, position))
        self.assigned.append((name, really or (value if how != "item" else None), len(self.calls), conditional))
        once = name not in self.values and how == "value" and self._loops == 0
        self.values[name] = value if once else None

    def _unpack(
        self, target: ast.Tuple | ast.List, value: ast.expr | None, node: ast.stmt | ast.expr, how: AssignmentHow
    ) -> None:
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) and how == "value" else []
        fits = len(parts) == len(target.elts) and not any(
            isinstance(one, ast.Starred) for one in (*parts, *target.elts)
        )
        for index, one in enumerate(target.elts):
            if fits:
                self._assign(one, parts[index], node, how=how)
            else:
                self._assign(one, value, node, how="item", position=index)


_VISITORS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Call: Walk._call,
    ast.Await: Walk._await,
    ast.Name: Walk._name,
    ast.Attribute: Walk._attribute,
    ast.Constant: lambda walk, node: None,
    ast.Lambda: Walk._lambda,
    ast.IfExp: Walk._either,
    ast.BoolOp: Walk._boolean,
    ast.ListComp: Walk._comprehension,
    ast.SetComp: Walk._comprehension,
    ast.GeneratorExp: Walk._comprehension,
    ast.DictComp: Walk._comprehension,
    ast.Yield: Walk._yield,
    ast.YieldFrom: Walk._yield,
    ast.NamedExpr: Walk._walrus,
    ast.Return: Walk._return,
    ast.Raise: Walk._raise,
    ast.Assign: Walk._assigned,
    ast.AnnAssign: Walk._annotated,
    ast.AugAssign: Walk._augmented,
    ast.For: Walk._for,
    ast.AsyncFor: Walk._for,
    ast.While: Walk._while,
    ast.If: Walk._if,
    ast.Match: Walk._match,
    ast.With: Walk._with,
    ast.AsyncWith: Walk._with,
    ast.Try: Walk._try,
    ast.TryStar: Walk._try,
    ast.Import: Walk._import,
    ast.ImportFrom: Walk._import,
    ast.FunctionDef: Walk._define,
    ast.AsyncFunctionDef: Walk._define,
    ast.ClassDef: Walk._class,
}
