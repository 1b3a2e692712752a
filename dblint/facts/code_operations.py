"""The database operations among a function's calls: PostgREST chains, also over several statements, and SQL."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dblint.facts.code_expressions import HOLE, Expressions, text_of, way
from dblint.facts.code_functions import Walk
from dblint.facts.code_model import Expression, Operation, Step
from dblint.facts.code_models import ModelQueries, ModelQuery
from dblint.syntax.modules import Module

_TABLES = frozenset(("table", "from_"))
_STARTS = _TABLES | {"rpc"}
_VERBS = frozenset(("select", "insert", "upsert", "update", "delete"))
_RUNS = frozenset(("execute", "csv", "explain"))
_FETCHES = frozenset(
    (
        *("fetchone", "fetchall", "fetchmany", "fetchval", "scalar", "scalars", "scalar_one", "scalar_one_or_none"),
        *("first", "one", "one_or_none", "all", "mappings"),
    )
)
_PREPARED = frozenset(("fetch", "fetchrow", "fetchval"))
"""What a prepared statement runs itself by."""
_FOREIGN = frozenset(("storage", "query", "Query", "Table", "MySQLQuery", "PostgreSQLQuery"))
_SQL = re.compile(
    r"\s*(?:(?:--[^\n]*\n|/\*.*?\*/)\s*)*\(?\s*(?:select\b|insert\s+into\b|update\s+\S+(?:\s+(?:as\s+)?\w+)?\s+set\b"
    r"|delete\s+from\b|with\s+(?:recursive\s+)?\w+\s*(?:\([^)]*\)\s*)?as\b|values\s*\(|call\s+\w|merge\s+into\b)",
    re.IGNORECASE | re.DOTALL,
)
_DRIVING = frozenset(
    (
        *("execute", "executemany", "fetch", "fetchrow", "fetchval", "fetch_one", "fetch_all", "fetch_val"),
        *("fetch_row", "exec_driver_sql"),
    )
)
"""What drivers call the methods that take a statement."""
_QUERIES = ("query", "sql", "statement", "stmt")
_TELLING = frozenset(
    (
        *("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "write", "append"),
        *("startswith", "endswith", "match", "search", "fullmatch", "sub", "compile", "text", "SQL", "strip", "format"),
        *("replace", "split", "join", "add", "extend", "insert", "get", "dedent", "len", "str", "encode", "count"),
        *("assert_called_with", "assert_called_once_with", "assert_any_call", "assertIn", "assertEqual"),
    )
)


@dataclass(frozen=True, slots=True)
class _Chain:
    """A builder in the making: where it begins, its links, and its first call."""

    root: ast.expr
    steps: tuple[Step, ...]

    @property
    def start(self) -> int | None:
        return next((at for at, step in enumerate(self.steps) if step.name in _STARTS and step.call >= 0), None)


def operations(module: Module, walk: Walk, known: Mapping[str, ast.expr | None]) -> tuple[Operation, ...]:
    """The database operations of a walked function, in the order of its calls."""
    return _Finder(module, walk, known).found()


class _Finder:
    def __init__(self, module: Module, walk: Walk, known: Mapping[str, ast.expr | None]) -> None:
        self._walk = walk
        self._known = known
        self._read = Expressions(module, walk.index).read
        self._models = ModelQueries(walk.index, walk.assigned)
        self._builders: dict[str, _Chain | None] = {}
        self._held: set[ast.expr] = {one for _, one, _, _ in walk.assigned if one is not None}

    def found(self) -> tuple[Operation, ...]:
        walk = self._walk
        if not walk.nodes:
            return ()
        waiting = list(walk.assigned)
        found: list[Operation] = []
        for order, node in enumerate(walk.nodes):
            while waiting and waiting[0][2] <= order:
                self._assign(*waiting.pop(0))
            found += self._at(order, node)
        found += self._returned()
        return tuple(self._fetched(sorted(found, key=lambda one: one.order)))

    def _at(self, order: int, node: ast.Call) -> Iterator[Operation]:
        chain = self._chain(node)
        if chain is not None and chain.start is not None:
            if chain.steps[-1].name in _RUNS:
                yield from self._built(order, chain, chain.steps[-1].name)
            return
        asked = self._models.at(node)
        if asked is not None:
            yield self._model(order, asked)
            return
        yield from self._handed(order, node)
        yield from self._sql(order, node)

    def _model(self, order: int, asked: ModelQuery) -> Operation:
        call, held = self._walk.calls[order], asked.receiver
        return Operation(
            "model",
            way(held),
            self._walk.index.get(held, -1) if isinstance(held, ast.Call) else -1,
            self._read(asked.of),
            asked.steps,
            asked.steps[-1].name,
            call.span,
            order,
            "select",
            awaited=call.awaited,
            conditional=call.conditional,
            repeated=call.repeated,
        )

    def _handed(self, order: int, node: ast.Call) -> Iterator[Operation]:
        """A builder given to another call, or its ``execute`` as such: ``to_thread(query.execute)``."""
        for given in (*node.args, *(one.value for one in node.keywords)):
            chain = self._chain(given)
            if chain is not None and chain.start is not None and chain.steps[-1].name not in ("data", "count"):
                ran = chain.steps[-1].name in _RUNS and not isinstance(given, ast.Call)
                if ran or not any(step.name in _RUNS for step in chain.steps):
                    yield from self._built(order, chain, chain.steps[-1].name if ran else "")

    def _returned(self) -> Iterator[Operation]:
        for value, order in self._walk.returned:
            chain = self._chain(value)
            if chain is not None and chain.start is not None and not any(one.name in _RUNS for one in chain.steps):
                yield from self._built(max(order - 1, 0), chain, "")

    def _built(self, order: int, chain: _Chain, end: str) -> Iterator[Operation]:
        start = chain.start
        if start is None or any(_is_foreign(one) for one in (way(chain.root), *(s.name for s in chain.steps[:start]))):
            return
        first = self._walk.calls[chain.steps[start].call]
        node = self._walk.nodes[chain.steps[start].call]
        if not node.args and not node.keywords:
            return
        rpc = chain.steps[start].name == "rpc"
        subject = self._subject(node.args[0] if node.args else node.keywords[0].value)
        verb = None if rpc else next((one for one in chain.steps[start:] if one.name in _VERBS), None)
        before = chain.steps[:start]
        receiver = ".".join([way(chain.root), *(_written(one) for one in before if one.name != "schema")])
        call = self._walk.calls[order]
        yield Operation(
            "rpc" if rpc else "table",
            receiver,
            self._made_by(chain.root, before),
            subject,
            chain.steps[start:],
            end,
            first.span if not end else call.span,
            order,
            None if verb is None else verb.name,
            None if verb is None or verb.name != "select" or verb.optional else self._selected(verb),
            self._schema(before),
            (),
            call.awaited,
            call.conditional,
            call.repeated,
        )

    def _made_by(self, root: ast.expr, before: tuple[Step, ...]) -> int:
        """The last call on the way to the client: ``get_client()``, ``Database.client()``."""
        called = [one.call for one in before if one.call >= 0 and one.name != "schema"]
        first = self._walk.index.get(root, -1) if isinstance(root, ast.Call) else -1
        return called[-1] if called else first

    def _schema(self, before: tuple[Step, ...]) -> str | None:
        given = [self._walk.nodes[one.call].args for one in before if one.name == "schema" and one.call >= 0]
        return text_of(given[0][0], self._value) if given and given[0] else None

    def _selected(self, step: Step) -> str | None:
        node = self._walk.nodes[step.call]
        texts = [text_of(one, self._value) for one in node.args]
        if not node.args:
            return "*"
        plain = [one for one in texts if one is not None and HOLE not in one]
        return ",".join(plain) if len(plain) == len(texts) else None

    def _subject(self, node: ast.expr) -> Expression:
        read = self._read(node)
        text = text_of(node, self._value)
        if text is None:
            return read
        return Expression("fstr" if HOLE in text else "str", text, read.span, items=tuple(self._parts(node, read)))

    def _parts(self, node: ast.expr, read: Expression) -> Iterator[Expression]:
        """The attribute that a class below may set otherwise, and what fills the holes of an f-string."""
        if read.kind == "name" and read.text.startswith(("self.", "cls.")):
            yield read
        for one in node.values if isinstance(node, ast.JoinedStr) else ():
            if isinstance(one, ast.FormattedValue) and text_of(one.value, self._value) is None:
                yield self._read(one.value)

    def _value(self, name: str) -> ast.expr | None:
        return self._known.get(name)

    def _sql(self, order: int, node: ast.Call) -> Iterator[Operation]:
        name = way(node.func).rpartition(".")[2]
        if name in _TELLING or name.startswith("assert"):
            return
        keywords = [one.value for one in node.keywords if one.arg in _QUERIES]
        for given in (*node.args[:2], *keywords):
            text = text_of(given, self._value)
            if text is not None and _SQL.match(text.replace(HOLE, "_")):
                yield self._statement(order, node, given)
                return
        # Nobody knows what runs here, but it runs in the order of the others.
        unknown = [*node.args[:1], *keywords] if name in _DRIVING and not self._is_prepared(node) else []
        yield from (self._statement(order, node, one) for one in unknown[:1] if not isinstance(one, ast.Starred))

    def _is_prepared(self, node: ast.Call) -> bool:
        """A call of what ``prepare`` gave, whose arguments are values alone."""
        held = way(node.func).rpartition(".")[0]
        made = (_bare(value) for target, value, _, _ in self._walk.assigned if target == held and value is not None)
        return any(isinstance(one, ast.Call) and way(one.func).endswith(".prepare") for one in made)

    def _statement(self, order: int, node: ast.Call, given: ast.expr) -> Operation:
        held = node.func.value if isinstance(node.func, ast.Attribute) else None
        call = self._walk.calls[order]
        return Operation(
            "sql",
            "" if held is None else way(held),
            self._walk.index.get(held, -1) if isinstance(held, ast.Call) else -1,
            self._subject(given),
            (Step(call.name, order),),
            call.name,
            call.span,
            order,
            awaited=call.awaited,
            conditional=call.conditional,
            repeated=call.repeated,
        )

    # chains

    def _assign(self, name: str, value: ast.expr | None, order: int, conditional: bool) -> None:
        chain = None if value is None else self._chain(value)
        before = self._builders.get(name)
        if chain is None or chain.start is None or any(one.name in _RUNS for one in chain.steps):
            if name in self._builders:
                self._builders[name] = None
            return
        if not conditional or name not in self._builders:
            self._builders[name] = chain
        elif before is None:
            return
        elif chain.steps[: len(before.steps)] == before.steps:
            more = tuple(replace(one, optional=True) for one in chain.steps[len(before.steps) :])
            self._builders[name] = _Chain(chain.root, before.steps + more)
        elif self._same_table(before, chain):
            self._builders[name] = _Chain(chain.root, _either(before.steps, chain.steps))
        else:
            self._builders[name] = None

    def _same_table(self, one: _Chain, other: _Chain) -> bool:
        names = {self._name_of(chain) for chain in (one, other)}
        return len(names) == 1 and None not in names

    def _name_of(self, chain: _Chain) -> str | None:
        start = chain.start
        node = self._walk.nodes[chain.steps[start].call] if start is not None else None
        return text_of(node.args[0], self._value) if node is not None and node.args else None

    def _chain(self, node: ast.expr) -> _Chain | None:
        """The chain that ends in an expression; None for what is none."""
        links: list[Step] = []
        at: ast.expr = node
        while True:
            if isinstance(at, ast.Await):
                at = at.value
            elif isinstance(at, ast.Call) and isinstance(at.func, ast.Attribute):
                links.append(Step(at.func.attr, self._walk.index.get(at, -1)))
                at = at.func.value
            elif isinstance(at, ast.Attribute) and self._goes_on(at):
                links.append(Step(at.attr))
                at = at.value
            else:
                break
        if isinstance(at, ast.Name | ast.Attribute) and way(at) in self._builders:
            held = self._builders[way(at)]
            return None if held is None else _Chain(held.root, held.steps + tuple(reversed(links)))
        return _Chain(at, tuple(reversed(links))) if links else None

    def _goes_on(self, node: ast.Attribute) -> bool:
        """An attribute within or behind a chain of calls, not of the client in front of it."""
        at: ast.expr = node.value
        while isinstance(at, ast.Attribute | ast.Await):
            if way(at) in self._builders:
                return True
            at = at.value
        return isinstance(at, ast.Call) or way(at) in self._builders

    # what is fetched later

    def _fetched(self, found: list[Operation]) -> Iterator[Operation]:
        for index, one in enumerate(found):
            if not _is_fetched(one):
                yield one
                continue
            later = [two.order for two in found[index + 1 :] if _is_fetched(two) and two.receiver == one.receiver]
            end = min(later, default=len(self._walk.calls))
            fetched = tuple(self._fetches(one, end))
            names = [self._walk.calls[order].name for order in fetched]
            loops = ["__iter__"] if self._is_gone_over(one, end, fetched) else []
            yield replace(one, fetch=tuple(dict.fromkeys((*names, *loops))), fetched=fetched)

    def _fetches(self, one: Operation, end: int) -> Iterator[int]:
        """The calls that fetch what an operation found: on its receiver, on what it gave, or on what those gave."""
        made = {one.order}
        names = _FETCHES | _PREPARED if one.end in ("prepare", "cursor") else _FETCHES
        for order in range(one.order + 1, len(self._walk.calls)):
            call = self._walk.calls[order]
            held = call.callee.rpartition(".")[0]
            if call.name not in names:
                continue
            own = held == one.receiver and bool(held) and order < end
            if own or call.receiver in made or held in self._named(made):
                made.add(order)
                yield order

    def _named(self, made: Collection[int]) -> set[str]:
        """The names of what these calls give."""
        nodes = {self._walk.nodes[order] for order in made}
        return {target for target, value, _, _ in self._walk.assigned if value is not None and _bare(value) in nodes}

    def _is_gone_over(self, one: Operation, end: int, fetched: Sequence[int]) -> bool:
        """A loop goes over the receiver or over what the operation, or a fetch of it, gave."""
        made = (one.order, *fetched)
        names, nodes = self._named(made), {self._walk.nodes[order] for order in made}
        for value, order in self._walk.iterated:
            held = way(_bare(value))
            own = held == one.receiver and one.order < order <= end
            if order > one.order and (own or held in names or _bare(value) in nodes):
                return True
        return False


def _is_fetched(one: Operation) -> bool:
    """What the operation finds is fetched by later calls."""
    return one.kind == "sql" or (one.kind == "model" and len(one.steps) == 1)


def _written(step: Step) -> str:
    return f"{step.name}()" if step.call >= 0 else step.name


def _either(one: tuple[Step, ...], other: tuple[Step, ...]) -> tuple[Step, ...]:
    """The links of two branches: what both have in front stands, the rest may be there."""
    same = 0
    while same < min(len(one), len(other)) and one[same].name == other[same].name:
        same += 1
    return one[:same] + tuple(replace(step, optional=True) for step in (*one[same:], *other[same:]))


def _bare(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Await) else node


def _is_foreign(name: str) -> bool:
    return name.rpartition(".")[2] in _FOREIGN
