"""The pools and connections that tests open, and whether each is closed whatever happens in the test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dblint.facts.resources_clock import clock_assertions
from dblint.facts.resources_containers import container_arguments, container_ports
from dblint.facts.resources_model import Fate, Opened, ResourceKind, Resources
from dblint.layout import WrapLayout
from dblint.source import Source, Span
from dblint.syntax.modules import Module
from dblint.syntax.modules import module as parse

Function = ast.FunctionDef | ast.AsyncFunctionDef
Context = Literal["with", "async with", "try"]

HINT = re.compile(r"asyncpg|psycopg|aiosqlite|aiomysql|asyncmy|pymysql|MySQLdb|mysql\.connector|aioodbc|oracledb|pool")
_CLOCK = re.compile(r"\btime\b|timeit|datetime")


@dataclass(frozen=True, slots=True)
class Opener:
    """What a call of a library's opens, and how it is ended; ``context`` is the block that ends it by itself."""

    kind: ResourceKind
    close: str
    context: Context = "try"


_SYNC = Opener("connection", "{}.close()")
_ASYNC = Opener("connection", "await {}.close()")
OPENERS: Mapping[str, Opener] = {
    "asyncpg.connect": _ASYNC,
    "asyncpg.create_pool": Opener("pool", "await {}.close()", "async with"),
    "psycopg.connect": _SYNC,
    "psycopg.Connection.connect": _SYNC,
    "psycopg.AsyncConnection.connect": _ASYNC,
    "psycopg2.connect": _SYNC,
    "psycopg2.pool.SimpleConnectionPool": Opener("pool", "{}.closeall()"),
    "psycopg2.pool.ThreadedConnectionPool": Opener("pool", "{}.closeall()"),
    "psycopg_pool.ConnectionPool": Opener("pool", "{}.close()", "with"),
    "psycopg_pool.NullConnectionPool": Opener("pool", "{}.close()", "with"),
    "psycopg_pool.AsyncConnectionPool": Opener("pool", "await {}.close()", "async with"),
    "psycopg_pool.AsyncNullConnectionPool": Opener("pool", "await {}.close()", "async with"),
    "aiosqlite.connect": Opener("connection", "await {}.close()", "async with"),
    "aiomysql.create_pool": Opener("pool", "{}.close()", "async with"),
    "aiomysql.connect": Opener("connection", "{}.close()"),
    "asyncmy.create_pool": Opener("pool", "{}.close()", "async with"),
    "asyncmy.connect": Opener("connection", "{}.close()"),
    "pymysql.connect": _SYNC,
    "MySQLdb.connect": _SYNC,
    "mysql.connector.connect": _SYNC,
    "oracledb.connect": _SYNC,
    "oracledb.create_pool": Opener("pool", "{}.close()"),
}
_ACQUIRING = {
    "acquire": Opener("acquired", "await {pool}.release({})", "async with"),
    "getconn": Opener("acquired", "{pool}.putconn({})"),
}
_ENDING = frozenset(
    {"close", "aclose", "terminate", "closeall", "disconnect", "wait_closed", "ensure_closed", "release"}
)
_TAKING_BACK = frozenset({"release", "putconn"})


@dataclass(frozen=True, slots=True)
class _Assigned:
    """``name = [await] call`` at its place in a list of statements."""

    name: str
    call: ast.Call
    awaited: bool
    block: Sequence[ast.stmt]
    index: int


def read(source: Source) -> Resources | None:
    """All that a file says of resources; None where it says nothing."""
    text = source.text
    has = (bool(HINT.search(text)), "assert" in text and bool(_CLOCK.search(text)), "testcontainers" in text)
    module = parse(source) if any(has) else None
    if module is None:
        return None
    names = dotted_names(module.tree)
    found = Resources(
        opened=tuple(opened(module, names, text)) if has[0] else (),
        clocks=tuple(clock_assertions(module, names, text)) if has[1] else (),
        arguments=tuple(container_arguments(module, names)) if has[2] else (),
        ports=tuple(container_ports(module, names, text)) if has[2] else (),
    )
    return None if found == Resources() else found


def opened(module: Module, names: Mapping[str, str], text: str) -> Iterator[Opened]:
    """The pools and connections of a file's tests that stay open on some way out."""
    lines = text.split("\n")
    for function in ast.walk(module.tree):
        if isinstance(function, Function) and function.name.startswith("test"):
            yield from _Test(function, module, names, lines).opened()


class _Test:
    """One test function."""

    def __init__(self, function: Function, module: Module, names: Mapping[str, str], lines: list[str]) -> None:
        self._function = function
        self._module = module
        self._names = names
        self._lines = lines
        self._strings = [
            one.value for one in ast.walk(module.tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        self._stored = [
            one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        ]

    def opened(self) -> Iterator[Opened]:
        if any(
            isinstance(one, ast.Yield | ast.YieldFrom | ast.Global | ast.Nonlocal) for one in ast.walk(self._function)
        ):
            return
        pools: dict[str, str | None] = {}
        parameters = [one.arg for one in (*self._function.args.args, *self._function.args.kwonlyargs)]
        pools |= {one: one for one in parameters if "pool" in one.lower()}
        pools |= dict.fromkeys(self._own_pools())
        for one in _assignments(self._function.body):
            opener, called = self._opener(one.call), self._called(one.call)
            fixture = None
            if opener is None and isinstance(one.call.func, ast.Attribute) and one.call.func.attr in _ACQUIRING:
                pool = ast.unparse(one.call.func.value)
                if pool in pools:
                    opener, fixture = _ACQUIRING[one.call.func.attr], pools[pool]
            if opener is None or self._stored.count(one.name) != 1 or self._is_patched(called):
                continue
            ended = self._fate(one, opener)
            if ended is not None:
                yield self._told(one, opener, called, *ended, fixture)

    def _own_pools(self) -> Iterator[str]:
        """The names that this test gives to pools it makes, also at the head of a block."""
        for node in ast.walk(self._function):
            call, target = None, None
            if isinstance(node, ast.Assign):
                call, target = _call(node.value)[0], node.targets[0]
            elif isinstance(node, ast.withitem):
                call, target = _call(node.context_expr)[0], node.optional_vars
            opener = self._opener(call) if call is not None else None
            if opener is not None and opener.kind == "pool" and isinstance(target, ast.Name):
                yield target.id

    def _called(self, call: ast.Call) -> str:
        way = _way(call.func)
        head, dot, rest = way.partition(".")
        return f"{self._names.get(head, head)}{dot}{rest}"

    def _opener(self, call: ast.Call) -> Opener | None:
        called = self._called(call)
        return (
            OPENERS.get(called)
            if called.partition(".")[0] != _way(call.func).partition(".")[0] or called.partition(".")[0] in self._names
            else None
        )

    def _is_patched(self, called: str) -> bool:
        """Somewhere in the file the opener is replaced by name."""
        tail = ".".join(called.rsplit(".", 2)[-2:])
        return any(
            text.endswith(tail) or text == called.rpartition(".")[2] for text in self._strings if "." in text or text
        )

    def _fate(self, one: _Assigned, opener: Opener) -> tuple[Fate, ast.stmt | None] | None:
        """How it may stay open and the statement that closes it on the happy path; None where nobody can say."""
        uses = _Uses(one.name, opener.kind, one.call)
        for statement in self._function.body:
            uses.visit(statement)
        if uses.managed:
            return None
        if not uses.endings:
            return None if uses.handed_on else ("never", None)
        following = one.block[one.index + 1 :]
        at = next((index for index, statement in enumerate(following) if _ends(statement, uses.endings)), None)
        if at is None or len(uses.endings) > 2 or not any(map(_may_fail, following[:at])):
            return None
        return "happy-path", following[at]

    def _told(
        self, one: _Assigned, opener: Opener, called: str, fate: Fate, closing: ast.stmt | None, fixture: str | None
    ) -> Opened:
        pool = ast.unparse(one.call.func.value) if isinstance(one.call.func, ast.Attribute) else ""
        return Opened(
            kind=opener.kind,
            name=one.name,
            opener=called if opener.kind != "acquired" else _way(one.call.func),
            close=opener.close.format(one.name, pool=pool),
            fate=fate,
            span=self._module.span(one.call),
            test=self._function.name,
            closed=self._module.span(closing) if closing is not None else None,
            fixture=fixture,
            layout=self._layout(one, opener, closing),
        )

    def _layout(self, one: _Assigned, opener: Opener, closing: ast.stmt | None) -> WrapLayout | None:
        """The statements up to the closing one as a block, where they have their lines to themselves."""
        statement = one.block[one.index]
        end = one.block.index(closing) if closing is not None else len(one.block)
        inner = one.block[one.index + 1 : end]
        if not inner or any(_spans_lines(node) for part in inner for node in ast.walk(part)):
            return None
        own, last = self._module.span(statement), self._module.span(inner[-1])
        outer = self._lines[own.line - 1][: own.column - 1]
        after = self._module.span(closing).end if closing is not None else last.end
        alone = not outer.strip() and not self._lines[own.end_line - 1][own.end_column - 1 :].strip()
        rest = self._lines[after[0] - 1][after[1] - 1 :].strip()
        context: Context = opener.context if opener.context == "try" or self._is_async(opener) else "try"
        if not alone or rest or (context == "try" and "await" in opener.close and not self._is_async(None)):
            return None
        if closing is not None and self._has_comment_between(last, self._module.span(closing)):
            return None
        return WrapLayout(
            statement=own,
            value=self._module.span(one.call),
            name=one.name,
            context=context,
            body=Span(own.end_line + 1, 1, *last.end),
            whole=Span(*own.start, *after),
            outer=outer,
            indent="\t" if "\t" in outer else "    ",
        )

    def _is_async(self, opener: Opener | None) -> bool:
        return isinstance(self._function, ast.AsyncFunctionDef) or (opener is not None and opener.context == "with")

    def _has_comment_between(self, last: Span, closing: Span) -> bool:
        between = self._lines[last.end_line : closing.line - 1]
        tail = self._lines[last.end_line - 1][last.end_column - 1 :]
        return any(line.strip() for line in (*between, tail))


class _Uses(ast.NodeVisitor):
    """What a function does with a name: endings, uses nobody can follow, and blocks that end it by themselves."""

    def __init__(self, name: str, kind: ResourceKind, opening: ast.Call) -> None:
        self.endings: list[ast.Call] = []
        self.managed = False
        self.handed_on = False
        self._name = name
        self._kind = kind
        self._opening = opening
        self._protected = 0

    def visit_Try(self, node: ast.Try) -> None:
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
            if any(one is self._opening for part in node.body for one in ast.walk(part)) and _expects_failure(inside):
                self.managed = True
        self.generic_visit(node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self.visit_With(node)

    def visit_FunctionDef(self, node: Function | ast.Lambda) -> None:
        if any(isinstance(one, ast.Name) and one.id == self._name for one in ast.walk(node)):
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
        return self._kind == "acquired" and function.attr in _TAKING_BACK and given

    def visit_Return(self, node: ast.Return) -> None:
        self._hold(node.value)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if _call(node.value)[0] is not self._opening:
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


def dotted_names(tree: ast.Module) -> dict[str, str]:
    """What imports bind, wherever they stand: the name and the dotted thing it means."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def _assignments(block: Sequence[ast.stmt]) -> Iterator[_Assigned]:
    """The assignments of calls to one name, in every block but those of other functions."""
    for index, statement in enumerate(block):
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            call, awaited = _call(statement.value)
            if call is not None and isinstance(target, ast.Name):
                yield _Assigned(target.id, call, awaited, block, index)
        elif not isinstance(statement, Function | ast.ClassDef):
            for part in ("body", "orelse", "finalbody"):
                yield from _assignments(getattr(statement, part, ()))


def _call(value: ast.AST | None) -> tuple[ast.Call | None, bool]:
    awaited = isinstance(value, ast.Await)
    inner = value.value if isinstance(value, ast.Await) else value
    return (inner if isinstance(inner, ast.Call) else None), awaited


def _way(node: ast.AST) -> str:
    """``a.b.c`` of names and attributes, empty for anything else."""
    if isinstance(node, ast.Attribute):
        inner = _way(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""


def _entered(node: ast.AST) -> list[ast.AST]:
    """What a block is entered with: a name, or the arguments of ``closing(name)``."""
    return [node, *node.args] if isinstance(node, ast.Call) else [node]


def _expects_failure(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _way(node.func).rpartition(".")[2] in (
        "raises",
        "assertRaises",
        "suppress",
        "assertRaisesRegex",
    )


def _ends(statement: ast.stmt, endings: Sequence[ast.Call]) -> bool:
    """The statement is nothing but an ending, awaited or not."""
    if not isinstance(statement, ast.Expr):
        return False
    call = _call(statement.value)[0]
    return any(call is one for one in endings)


def _may_fail(statement: ast.stmt) -> bool:
    return any(isinstance(one, ast.Call | ast.Assert | ast.Raise | ast.Subscript) for one in ast.walk(statement))


def _spans_lines(node: ast.AST) -> bool:
    """A text over several lines, which would say something else when indented."""
    return isinstance(node, ast.Constant | ast.JoinedStr) and (node.end_lineno or 0) > node.lineno
