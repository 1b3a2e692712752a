"""The pools and connections that tests open, and whether each is closed whatever happens in the test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dblint.facts.resources_clock import clock_assertions
from dblint.facts.resources_containers import container_arguments, container_ports
from dblint.facts.resources_model import Fate, Opened, Resources
from dblint.facts.resources_openers import ACQUIRING, OPENERS, Context, Opener
from dblint.facts.resources_uses import Function, Uses, called, way
from dblint.layout import WrapLayout
from dblint.source import Source, Span
from dblint.syntax.modules import Module, walk
from dblint.syntax.modules import module as parse

HINT = re.compile(
    r"asyncpg|psycopg|create_engine|create_async_engine|redis|MongoClient|MotorClient|GraphDatabase|aiosqlite|aiomysql"
    r"|asyncmy|pymysql|MySQLdb|mysql\.connector|oracledb|pool"
)
_CLOCK = re.compile(r"\btime\b|timeit|datetime")
_STANDS_IN = re.compile(r"fake|mock|stub|patched")
_LEAVES_OPEN = (ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal)


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
    names = dotted_names(module)
    found = Resources(
        opened=tuple(opened(module, names, text)) if has[0] else (),
        clocks=tuple(clock_assertions(module, names, text)) if has[1] else (),
        arguments=tuple(container_arguments(module, names)) if has[2] else (),
        ports=tuple(container_ports(module, names, text)) if has[2] else (),
    )
    return None if found == Resources() else found


def opened(module: Module, names: Mapping[str, str], text: str) -> Iterator[Opened]:
    """The pools and connections of a file's tests that stay open on some way out."""
    file = _File(module, names, text.split("\n"), _texts(module))
    for function in module.nodes:
        if isinstance(function, Function) and _is_plain_test(function):
            yield from _Test(function, file).opened()


def _is_plain_test(function: Function) -> bool:
    return function.name.startswith("test") and not any(isinstance(one, _LEAVES_OPEN) for one in walk(function))


def _texts(module: Module) -> frozenset[str]:
    nodes = (one for one in module.nodes if isinstance(one, ast.Constant))
    return frozenset(one.value for one in nodes if isinstance(one.value, str))


@dataclass(frozen=True, slots=True)
class _File:
    """What the tests of a file share: ``names`` are its imports, ``texts`` its strings."""

    module: Module
    names: Mapping[str, str]
    lines: list[str]
    texts: frozenset[str]


class _Test:
    """One test function."""

    def __init__(self, function: Function, file: _File) -> None:
        self._function = function
        self._module = file.module
        self._names = file.names
        self._lines = file.lines
        self._texts = file.texts
        nodes = (one for one in walk(function) if isinstance(one, ast.Name))
        self._stored = [one.id for one in nodes if isinstance(one.ctx, ast.Store)]

    def opened(self) -> Iterator[Opened]:
        given = (*self._function.args.args, *self._function.args.kwonlyargs)
        if any(_STANDS_IN.search(one.arg) for one in given):
            return
        pools: dict[str, str | None] = {one.arg: one.arg for one in given if "pool" in one.arg.lower()}
        pools |= dict.fromkeys(self._own_pools())
        for one in _assignments(self._function.body):
            opener, name, fixture = self._opener(one.call), self._called(one.call), None
            if opener is None and isinstance(one.call.func, ast.Attribute) and way(one.call.func.value) in pools:
                opener, fixture = ACQUIRING.get(one.call.func.attr), pools[way(one.call.func.value)]
            if opener is None or self._stored.count(one.name) != 1 or self._is_patched(name):
                continue
            ended = self._fate(one, opener)
            if ended is not None:
                yield self._told(one, opener, name, *ended, fixture)

    def _own_pools(self) -> Iterator[str]:
        """The names that this test gives to pools it makes, also at the head of a block."""
        for node in walk(self._function):
            call, target = None, None
            if isinstance(node, ast.Assign):
                call, target = called(node.value)[0], node.targets[0]
            elif isinstance(node, ast.withitem):
                call, target = called(node.context_expr)[0], node.optional_vars
            opener = self._opener(call) if call is not None else None
            if opener is not None and opener.kind == "pool" and isinstance(target, ast.Name):
                yield target.id

    def _called(self, call: ast.Call) -> str:
        head, dot, rest = way(call.func).partition(".")
        return f"{self._names.get(head, head)}{dot}{rest}"

    def _opener(self, call: ast.Call) -> Opener | None:
        is_imported = way(call.func).partition(".")[0] in self._names
        return OPENERS.get(self._called(call)) if is_imported else None

    def _is_patched(self, opener: str) -> bool:
        """Somewhere in the file the opener is replaced by name."""
        tail, last = ".".join(opener.rsplit(".", 2)[-2:]), opener.rpartition(".")[2]
        return any(text.endswith(tail) or text == last for text in self._texts)

    def _fate(self, one: _Assigned, opener: Opener) -> tuple[Fate, ast.stmt | None] | None:
        """How it may stay open and the statement that closes it on the happy path; None where nobody can say."""
        if _is_of_sqlite(one.call):
            return None
        uses = Uses(one.name, opener, one.call)
        for statement in self._function.body:
            uses.visit(statement)
        if uses.managed:
            return None
        if not uses.endings:
            return None if uses.handed_on or "dispose" in opener.close else ("never", None)
        following = one.block[one.index + 1 :]
        at = next((index for index, statement in enumerate(following) if _ends(statement, uses.endings)), None)
        if at is None or len(uses.endings) > 2 or not any(map(_may_fail, following[:at])):
            return None
        return "happy-path", following[at]

    def _told(
        self, one: _Assigned, opener: Opener, name: str, fate: Fate, closing: ast.stmt | None, fixture: str | None
    ) -> Opened:
        pool = ast.unparse(one.call.func.value) if isinstance(one.call.func, ast.Attribute) else ""
        return Opened(
            kind=opener.kind,
            name=one.name,
            opener=name if opener.kind != "acquired" else way(one.call.func),
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
        if not inner or any(_spans_lines(node) for part in inner for node in walk(part)):
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


def dotted_names(module: Module) -> dict[str, str]:
    """What imports bind, wherever they stand: the name and the dotted thing it means."""
    found: dict[str, str] = {}
    for node in module.nodes:
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
            call, awaited = called(statement.value)
            if call is not None and isinstance(target, ast.Name):
                yield _Assigned(target.id, call, awaited, block, index)
        elif not isinstance(statement, Function | ast.ClassDef):
            for part in ("body", "orelse", "finalbody"):
                yield from _assignments(getattr(statement, part, ()))


def _is_of_sqlite(call: ast.Call) -> bool:
    """An engine for a file or for memory, which nobody else waits for."""
    texts = [one.value for one in call.args[:1] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    parts = [one for given in call.args[:1] if isinstance(given, ast.JoinedStr) for one in given.values[:1]]
    texts += [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return any(text.startswith("sqlite") for text in texts)


def _ends(statement: ast.stmt, endings: Sequence[ast.Call]) -> bool:
    """The statement is nothing but an ending, awaited or not."""
    if not isinstance(statement, ast.Expr):
        return False
    call = called(statement.value)[0]
    return any(call is one for one in endings)


def _may_fail(statement: ast.stmt) -> bool:
    return any(isinstance(one, ast.Call | ast.Assert | ast.Raise | ast.Subscript) for one in walk(statement))


def _spans_lines(node: ast.AST) -> bool:
    """A text over several lines, which would say something else when indented."""
    return isinstance(node, ast.Constant | ast.JoinedStr) and (node.end_lineno or 0) > node.lineno
