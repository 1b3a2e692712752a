"""Reads the code of a Python file: its imports, classes and functions, and what each of them calls in which order."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from dblint.facts.code_expressions import Expressions, way
from dblint.facts.code_functions import Walk
from dblint.facts.code_model import (
    Argument,
    Assignment,
    Class,
    CodeFacts,
    Expression,
    Function,
    Import,
    Parameter,
    ParameterKind,
)
from dblint.facts.code_operations import operations
from dblint.facts.hidden import without_secrets
from dblint.source import Source, Span
from dblint.syntax.modules import Module, module

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Definition = ast.FunctionDef | ast.AsyncFunctionDef


def read(source: Source) -> CodeFacts:
    """The code of a file; of broken code nothing is known."""
    tree = module(source)
    if tree is None:
        return CodeFacts(source.path)
    return without_secrets(_Reader(tree).facts(source.path), source)


class _Reader:
    """Reads one file; functions and classes come in the order of the text, the module's statements first."""

    def __init__(self, tree: Module) -> None:
        self._module = tree
        self._functions: list[Function | None] = []
        self._classes: list[Class] = []
        self._imports: list[Import] = []
        self._constants: dict[str, ast.expr | None] = {}

    def facts(self, path: str) -> CodeFacts:
        root = self._module.tree
        self._constants = dict(_constants(root.body))
        self._read("", root.body, None, None, {})
        found = tuple(one for one in self._functions if one is not None)
        return CodeFacts(path, tuple(self._imports), found, tuple(self._classes))

    def _read(
        self,
        name: str,
        body: list[ast.stmt],
        owner: str | None,
        definition: Definition | None,
        around: Mapping[ast.expr | None, int],
    ) -> None:
        at = len(self._functions)
        self._functions.append(None)
        walk = Walk(self._module)
        walk.run(body)
        self._imports += (one for node in walk.imports for one in _imported(node, name))
        self._functions[at] = self._function(name, owner, definition, walk, around)
        self._define(walk, f"{name}." if name else "")

    def _define(self, walk: Walk, prefix: str) -> None:
        """The functions and classes that the walked statements define, classes' own among them."""
        for held_by, node in walk.definitions:
            inside = "".join(f"{one}." for one in held_by)
            name = f"{prefix}{inside}{node.name}"
            if isinstance(node, ast.ClassDef):
                self._classes.append(self._class(name, node, walk))
            else:
                owner = f"{prefix}{inside[:-1]}" if held_by else None
                self._read(name, node.body, owner, node, walk.index)

    def _class(self, name: str, node: ast.ClassDef, walk: Walk) -> Class:
        expressions = Expressions(self._module, walk.index)
        methods = tuple(one.name for one in node.body if isinstance(one, _FUNCTIONS))
        attributes = tuple(_attributes(node.body, expressions, self._module))
        return Class(
            name,
            self._module.span(node),
            tuple(way(base) for base in node.bases),
            methods,
            attributes,
            tuple(expressions.read(one) for one in node.decorator_list),
            tuple(Argument(one.arg or "**", expressions.read(one.value)) for one in node.keywords),
            tuple(way(one.slice) for one in node.bases if isinstance(one, ast.Subscript)),
        )

    def _function(
        self, name: str, owner: str | None, node: Definition | None, walk: Walk, around: Mapping[ast.expr | None, int]
    ) -> Function:
        known = {**self._constants, **walk.values}
        if owner is not None:
            last = owner.rpartition(".")[2]
            for key, value in self._constants.items():
                if key.startswith(f"{last}."):
                    known[f"self{key.removeprefix(last)}"] = known[f"cls{key.removeprefix(last)}"] = value
        found = operations(self._module, walk, known)
        if node is None:
            end = Span(1, 1, 1, 1)
            return Function(
                name, end, end, calls=tuple(walk.calls), operations=found, assignments=tuple(walk.assignments)
            )
        outside = Expressions(self._module, around)
        bound = {one.arg for one in _all_arguments(node.args)}.union(walk.bound)
        return Function(
            name,
            self._whole(node),
            self._head(node),
            isinstance(node, ast.AsyncFunctionDef),
            walk.yields,
            owner,
            tuple(_parameters(node.args, outside)),
            None if node.returns is None else _annotation(node.returns),
            tuple(outside.read(one) for one in node.decorator_list),
            tuple(walk.calls),
            found,
            tuple(walk.assignments),
            tuple(walk.results),
            tuple(walk.raises),
            tuple(walk.tries),
            walk.awaits,
            _is_stub(node.body),
            tuple(dict.fromkeys(one for one in walk.reads if one.partition(".")[0] not in bound)),
        )

    def _whole(self, node: Definition) -> Span:
        span = self._module.span(node)
        if not node.decorator_list:
            return span
        first = self._module.span(node.decorator_list[0])
        return Span(first.line, max(first.column - 1, 1), span.end_line, span.end_column)

    def _head(self, node: Definition) -> Span:
        """From ``def`` to the end of what it declares."""
        span = self._module.span(node)
        lasts = [self._module.span(one).end for one in _all_arguments(node.args)]
        lasts += [self._module.span(one).end for one in (node.returns, *node.args.defaults) if one is not None]
        line, column = max(lasts, default=(span.line, span.column + len("def ") + len(node.name)))
        return Span(span.line, span.column, line, column)


def _constants(body: Iterable[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a module or its classes set, None where one is set twice."""
    seen: dict[str, ast.expr | None] = {}
    for statement in body:
        if isinstance(statement, ast.ClassDef) and not prefix:
            seen.update(_constants(statement.body, f"{statement.name}."))
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    name = f"{prefix}{target.id}"
                    seen[name] = None if name in seen else statement.value
    yield from seen.items()


def _attributes(body: list[ast.stmt], expressions: Expressions, module: Module) -> Iterator[Assignment]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield Assignment(target.id, expressions.read(statement.value), module.span(statement), 0)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            value = None if statement.value is None else expressions.read(statement.value)
            text = _annotation(statement.annotation)
            yield Assignment(statement.target.id, value, module.span(statement), 0, annotation=text)


def _annotation(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ast.unparse(node) if not isinstance(node, ast.Name) else node.id


def _all_arguments(given: ast.arguments) -> list[ast.arg]:
    stars = [one for one in (given.vararg, given.kwarg) if one is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *stars]


def _parameters(given: ast.arguments, expressions: Expressions) -> Iterator[Parameter]:
    positional = [*given.posonlyargs, *given.args]
    missing: list[ast.expr | None] = [None] * (len(positional) - len(given.defaults))
    for index, (one, default) in enumerate(zip(positional, missing + list(given.defaults), strict=True)):
        yield _parameter(one, "positional" if index < len(given.posonlyargs) else "plain", default, expressions)
    if given.vararg is not None:
        yield _parameter(given.vararg, "args", None, expressions)
    for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield _parameter(one, "keyword", default, expressions)
    if given.kwarg is not None:
        yield _parameter(given.kwarg, "kwargs", None, expressions)


def _parameter(one: ast.arg, kind: ParameterKind, default: ast.expr | None, expressions: Expressions) -> Parameter:
    annotation = None if one.annotation is None else _annotation(one.annotation)
    read: Expression | None = None if default is None else expressions.read(default)
    return Parameter(one.arg, kind, annotation, read)


def _imported(node: ast.Import | ast.ImportFrom, within: str) -> Iterator[Import]:
    for alias in node.names:
        if isinstance(node, ast.Import):
            # ``import a.b`` binds ``a``, and the way to ``a.b`` is spelled out where it is used.
            top = alias.name.partition(".")[0]
            yield Import(alias.asname or top, alias.name if alias.asname else top, 0, within)
            if not alias.asname and top != alias.name:
                yield Import(alias.name, alias.name, 0, within)
        else:
            base = node.module or ""
            target = base if alias.name == "*" else f"{base}.{alias.name}".lstrip(".")
            yield Import(alias.asname or alias.name, target, node.level, within)


def _is_stub(body: list[ast.stmt]) -> bool:
    return all(_says_nothing(one) for one in body)


def _says_nothing(one: ast.stmt) -> bool:
    if isinstance(one, ast.Pass):
        return True
    if isinstance(one, ast.Expr):
        return isinstance(one.value, ast.Constant)
    raised = one.exc if isinstance(one, ast.Raise) else None
    return raised is not None and "NotImplemented" in way(raised)
