"""The statements a DO block runs, in order, and how sure it is that each one runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Literal as Choice

from dblint.sql.expressions import Binary, Call, Column, Expression, Is, Literal, Logical, Unary, walk
from dblint.sql.plpgsql import (
    Assign,
    Block,
    Branch,
    Evaluate,
    Execute,
    Leave,
    Loop,
    PlpgsqlStatement,
    Routine,
    Sql,
    do_block,
    routine,
)
from dblint.sql.plpgsql_outline import assigned, leaves, raises
from dblint.sql.postgres_expressions import parse_expression
from dblint.sql.postgres_parser import SyntaxRefusedError, parse
from dblint.sql.postgres_queries import query as read_query
from dblint.sql.postgres_quoting import type_text
from dblint.sql.queries import Derived, Query, Select, TableFunction, Values
from dblint.sql.statements import CreateFunction
from dblint.sql.templates import UNKNOWN, Known, Template, constant, evaluate, text_of, touches
from dblint.sql.world import SURE, UNKNOWN_VALUE, Answer, DynamicStep, FailedError, Mood, Recorder, Step, World, kept

_MOST_ROUNDS = 1000
_TRUTH = {"true": True, "t": True, "false": False, "f": False}
_ASKS_THE_CATALOG = re.compile(
    r"\b(?:information_schema|pg_(?!temp)\w+|to_reg\w+|regclass|regtype|regproc\w*)\b", re.IGNORECASE
)
_SETS_FOUND = re.compile(r"[\s(]*(?:select|with|insert|update|delete|merge|values|table)\b", re.IGNORECASE)
# Errors that say a statement's work is done already; whoever catches them alone wants just that.
_ALREADY = frozenset(
    {
        *("duplicate_object", "duplicate_table", "duplicate_column", "duplicate_schema", "duplicate_function"),
        *("duplicate_database", "duplicate_alias", "invalid_table_definition", "unique_violation"),
        *("undefined_object", "undefined_table", "undefined_column", "undefined_function", "invalid_schema_name"),
        *("42710", "42p07", "42701", "42p06", "42723", "42p16", "42704", "42p01", "42703", "42883", "3f000", "23505"),
        *("invalid_object_definition", "object_not_in_prerequisite_state"),
    }
)


def steps(body: str) -> tuple[Step | DynamicStep, ...]:
    """What the DO block with that body runs as far as its text tells; lines count from 1, where the body starts.

    Raises:
        SyntaxRefusedError: the body is no PL/pgSQL.
    """
    recorder = Recorder()
    run(do_block(body), recorder)
    return tuple(recorder.found)


def forget_texts() -> None:
    """Let go of what was read: the same blocks are not run again."""
    for one in (do_block, _expression, _query):
        one.cache_clear()


def run_routine(statement: CreateFunction, arguments: Sequence[str | None], world: World, mood: Mood = SURE) -> None:
    """Call the PL/pgSQL routine, given its arguments' constant texts, None for one that is none.

    Raises:
        SyntaxRefusedError: the body is no PL/pgSQL.
        FailedError: a statement in it is refused.
    """
    returns = type_text(statement.returns) if statement.returns is not None else None
    read = routine(statement.body or "", statement.parameters, returns, statement.returns_set)
    taken = [one for one in statement.parameters if one.mode in ("in", "inout")]
    known: dict[str, Known] = {}
    for at, (parameter, argument) in enumerate(zip(taken, arguments, strict=False), 1):
        if argument is not None:
            known[f"${at}"] = (argument,)
            if parameter.name is not None:
                known[parameter.name] = known[f"{statement.name.name}.{parameter.name}"] = (argument,)
    run(read, world, mood, known)


def run(read: Routine, world: World, mood: Mood = SURE, known: dict[str, Known] | None = None) -> None:
    """Run the block in that world.

    Raises:
        FailedError: a statement in it is refused.
    """
    block = _Run(world, known or {})
    names = [variable.name for variable in read.variables]
    for variable in read.variables:
        if variable.default is not None and names.count(variable.name) == 1:
            block.assign(variable.name, variable.default)
    block.statements(read.body.body if not read.body.handlers else (read.body,), mood)


class _Run:
    """One block, run as far as its text and the world tell."""

    def __init__(self, world: World, known: dict[str, Known]) -> None:
        self.world = world
        self.known = known
        self.sighted = world.answers
        """False in loops of unknown rounds: what is true in the first round need not be in the next."""
        self.asked: set[str] = set()
        """The variables that hold what the catalog answered."""

    def statements(self, statements: Sequence[PlpgsqlStatement], mood: Mood) -> Mood:
        """Run the statements; the mood of what follows them."""
        for statement in statements:
            if mood.over:
                break
            mood = self.statement(statement, mood)
        return mood

    def statement(self, statement: PlpgsqlStatement, mood: Mood) -> Mood:
        match statement:
            case Sql():
                self.world.run(Step(statement.text, statement.line, mood.conditional, mood.idempotent))
                self.fill(statement.text, statement.into, ("found",) if _SETS_FOUND.match(statement.text) else ())
            case Execute():
                self.execute(statement, mood)
            case Assign():
                self.assign(statement.target, statement.value)
            case Block():
                return self.block(statement, mood)
            case Branch():
                return self.branch(statement, mood)
            case Loop():
                return self.loop(statement, mood)
            case Leave():
                return mood if statement.condition is not None else replace(mood, over=True)
        return mood

    def assign(self, target: str, value: str) -> None:
        """Keep what is known of a variable's new value."""
        read = _expression(value)
        known = evaluate(read, self.known) if read is not None else UNKNOWN
        if read is not None and isinstance(known, tuple) and constant(known) is None:
            answer = self.value(read)
            known = known if answer is UNKNOWN_VALUE else kept(answer)
        name = target.strip().strip('"')
        self.forget([name])
        self.known[name] = known
        if _ASKS_THE_CATALOG.search(value):
            self.asked.add(name)

    def forget(self, names: Sequence[str]) -> None:
        for name in names:
            self.asked.discard(name)
            for key in [key for key in self.known if key == name or key.startswith(f"{name}.")]:
                del self.known[key]

    def value(self, expression: Expression) -> Answer:
        return self.world.value(expression, self.known) if self.sighted else UNKNOWN_VALUE

    def fill(self, text: str, into: Sequence[str], marks: Sequence[str]) -> None:
        """Give the variables of INTO, and ``found``, what the query answers."""
        self.forget((*into, *marks))
        if not _ASKS_THE_CATALOG.search(text):
            return
        self.asked.update(into or marks)
        query = _query(text) if self.sighted else None
        rows = self.world.rows(query, self.known) if query is not None else None
        if rows is None:
            return
        self.known.update({mark: kept(bool(rows)) for mark in marks})
        if not rows:
            self.known.update(dict.fromkeys(into))
        elif len(rows) == 1:
            row = tuple((name, kept(value)) for name, value in rows[0])
            self.known.update(self.bound(into, row))

    def execute(self, statement: Execute, mood: Mood) -> None:
        read = _expression(statement.query)
        template = text_of(read, self.known) if read is not None else UNKNOWN
        whole = constant(template)
        if whole is not None:
            self.world.run(Step(whole, statement.line, mood.conditional, mood.idempotent))
        else:
            self.world.run(DynamicStep(touches(template), statement.line))
        self.fill(whole or "", statement.into, ())

    def block(self, block: Block, mood: Mood) -> Mood:
        if not block.handlers:
            return self.statements(block.body, mood)
        conditions = {condition for names, _ in block.handlers for condition in names}
        already = conditions <= _ALREADY or all(raises(body) for _, body in block.handlers)
        trusted = self.sighted and self.trusts(block.body)
        inner = mood if already or trusted else mood.under(guard=False)
        mark = self.world.mark()
        try:
            after = self.statements(block.body, inner)
        except FailedError as failed:
            handler = next((body for names, body in block.handlers if _catches(names, failed)), None)
            if handler is None:
                raise
            self.world.undo(mark)
            self.forget(assigned(block))
            return self.statements(handler, mood)
        if not trusted:
            for _, handler in block.handlers:
                self.statements(handler, mood.under(guard=False))
            self.forget(assigned(block))
        return replace(mood, over=after.over and inner == mood)

    def trusts(self, statements: Sequence[PlpgsqlStatement]) -> bool:
        """Nothing in there fails without the world's knowing."""
        return all(self.trusts_one(one) for one in statements)

    def trusts_one(self, statement: PlpgsqlStatement) -> bool:
        match statement:
            case Sql() as sql:
                asks = bool(sql.into) and _ASKS_THE_CATALOG.search(sql.text) is not None
                return asks or self.world.trusts(sql.text)
            case Execute() as execute:
                read = _expression(execute.query)
                whole = constant(text_of(read, self.known)) if read is not None else None
                asks = whole is not None and bool(execute.into) and _ASKS_THE_CATALOG.search(whole) is not None
                return asks or (whole is not None and self.world.trusts(whole))
            case Evaluate():
                return not statement.raises
            case Block():
                return self.trusts(statement.body)
            case Branch():
                return all(self.trusts(body) for _, body in statement.arms)
            case Loop():
                return self.trusts(statement.body)
        return True

    def branch(self, branch: Branch, mood: Mood) -> Mood:
        for position, (condition, body) in enumerate(branch.arms):
            decided = True if condition is None else self.decides(condition)
            if decided is None:
                return self.undecided(branch, position, mood)
            if decided:
                return self.statements(body, mood)
        return mood

    def decides(self, condition: str) -> bool | None:
        """Whether the condition is true now; None where only the run knows."""
        read = _expression(condition)
        answer = self.value(read) if read is not None else UNKNOWN_VALUE
        if isinstance(answer, str):
            return _TRUTH.get(answer.lower())
        if isinstance(answer, bool):
            return answer
        return False if answer is None else None

    def undecided(self, branch: Branch, start: int, mood: Mood) -> Mood:
        """Run each arm from there on as one that may run."""
        before = dict(self.known)
        arms = branch.arms[start:]
        asked = self.asks(arms[0][0] or "")
        after = mood
        for position, (condition, body) in enumerate(arms):
            self.known = dict(before)
            otherwise = condition is None and len(arms) == 2
            guard = asked == "absent" if position == 0 else asked == "present" and otherwise
            if self.statements(body, mood.under(guard)).over:
                after = mood.under(position == 0 and asked == "present")
        self.known = before
        self.forget(assigned(branch))
        return after

    def asks(self, condition: str) -> Choice["absent", "present"] | None:
        """Whether the condition only asks the catalog if something is there, and is true when it is."""
        read = _expression(condition)
        if read is None:
            return None
        words = [one for one in walk(read) if isinstance(one, Column)]
        held = any(one.name in self.asked for one in words)
        if not (held or _ASKS_THE_CATALOG.search(condition)) or any(one.name not in self.asked for one in words):
            return None
        return "absent" if _denies(read) else "present"

    def loop(self, loop: Loop, mood: Mood) -> Mood:
        rounds = self.rounds(loop)
        if rounds is None:
            return self.unknown_rounds(loop, mood)
        for values in rounds:
            self.known.update(values)
            if self.statements(loop.body, mood).over:
                return replace(mood, over=True)
        self.forget((*loop.variables, "found", *assigned(loop)))
        return mood

    def unknown_rounds(self, loop: Loop, mood: Mood) -> Mood:
        self.forget((*loop.variables, "found", *assigned(loop)))
        self.known.update(self.shapes(loop))
        sighted, self.sighted = self.sighted, False
        self.statements(loop.body, mood.under(guard=False))
        self.sighted = sighted
        self.forget((*loop.variables, "found", *assigned(loop)))
        return mood.under(guard=False) if leaves(loop, loop=False) else mood

    def shapes(self, loop: Loop) -> dict[str, Known]:
        """What all rounds have in common: ``SELECT format('GRANT … %I', name)`` is known but for a name."""
        found = _query(loop.query) if loop.query is not None else None
        if not isinstance(found, Select) or len(loop.variables) not in (1, len(found.items)):
            return {}
        row = tuple((item.alias or "", text_of(item.expression, {})) for item in found.items)
        return dict(self.bound(loop.variables, row))

    def rounds(self, loop: Loop) -> list[dict[str, Known]] | None:
        """What the loop's variables are, round by round; None where only the run knows."""
        rows: Sequence[Sequence[tuple[str, Known]]] | None = None
        if loop.array is not None:
            read = _expression(loop.array)
            items = evaluate(read, self.known) if read is not None else UNKNOWN
            rows = [(("", item),) for item in items] if isinstance(items, list) else None
        elif loop.query is not None:
            rows = self.rows(loop.query)
        if rows is None or len(rows) > _MOST_ROUNDS or leaves(loop, loop=True):
            return None
        return [dict(self.bound(loop.variables, row)) for row in rows]

    @staticmethod
    def bound(variables: Sequence[str], row: Sequence[tuple[str, Known]]) -> list[tuple[str, Known]]:
        """Each variable with its value; where one stands for the row, its fields too."""
        found: list[tuple[str, Known]] = []
        if len(variables) == len(row):
            found = [(name, value) for name, (_, value) in zip(variables, row, strict=True)]
        if len(variables) == 1:
            found += [(f"{variables[0]}.{column}", value) for column, value in row]
        return found

    def rows(self, text: str) -> Sequence[Sequence[tuple[str, Known]]] | None:
        """The rows of a query over constants or over the catalog."""
        found = _query(text)
        constants = self.constant_rows(found)
        if constants is not None or found is None or not self.sighted or not _ASKS_THE_CATALOG.search(text):
            return constants
        rows = self.world.own_rows(found, self.known)
        return [[(name, kept(value)) for name, value in row] for row in rows] if rows is not None else None

    def constant_rows(self, found: Query | None) -> list[tuple[tuple[str, Template], ...]] | None:
        """The rows of unnest of an array, or of VALUES."""
        if not isinstance(found, Select) or found.where is not None or found.group or found.tables:
            return None
        if not found.sources and len(found.items) == 1:
            return self.unnested(found.items[0].expression, found.items[0].alias or "unnest")
        if len(found.sources) != 1 or found.tail.limit is not None or found.tail.offset is not None:
            return None
        source = found.sources[0]
        if isinstance(source, TableFunction) and len(source.calls) == 1 and source.alias is not None:
            return self.unnested(source.calls[0], source.columns[0] if source.columns else source.alias)
        if isinstance(source, Derived) and isinstance(source.query, Values):
            return [
                tuple(zip(source.columns, (text_of(one, self.known) for one in row), strict=False))
                for row in source.query.rows
            ]
        return None

    def unnested(self, call: Expression, name: str) -> list[tuple[tuple[str, Template], ...]] | None:
        if not (isinstance(call, Call) and call.name == "unnest" and len(call.arguments) == 1):
            return None
        items = evaluate(call.arguments[0], self.known)
        return [((name, item),) for item in items] if isinstance(items, list) else None


@cache
def _expression(text: str) -> Expression | None:
    try:
        return parse_expression(text)
    except SyntaxRefusedError:
        return None


@cache
def _query(text: str) -> Query | None:
    try:
        (statement,) = parse(text)
        return read_query(statement["stmt"]) if "SelectStmt" in statement["stmt"] else None
    except (SyntaxRefusedError, ValueError, RecursionError):
        return None


def _denies(condition: Expression) -> bool:
    match condition:
        case Unary(operator="NOT") | Is(test="NULL", negated=False) | Is(test="FALSE", negated=False):
            return True
        case Binary(operator="=" | "<", right=Literal(text="0" | "1" | "false")):
            return True
        case Logical(operands=operands):
            return all(_denies(one) for one in operands)
    return False


def _catches(names: Sequence[str], failed: FailedError) -> bool:
    if "others" in names or failed.conditions.intersection(names):
        return True
    return not failed.conditions and set(names) <= _ALREADY
