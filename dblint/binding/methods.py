"""What the methods under test say of doubles' answers: the one table whose rows an answer stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dblint.binding.code import Code
from dblint.binding.sources import Sources
from dblint.binding.trace import Frame, Reached, Trace
from dblint.binding.trace_values import Double
from dblint.binding.traced_tests import follow, tests_of
from dblint.binding.ways import fits, held, way_of
from dblint.facts.code_model import Function, Operation
from dblint.facts.doubles_model import DoubleResult
from dblint.facts.model import FileFacts
from dblint.source import Span


@dataclass(frozen=True, slots=True)
class Consumer:
    """An operation of the code under test and the table it names; ``table`` is None where nobody knows it."""

    operation: Operation
    path: str
    table: str | None


@dataclass(slots=True)
class Consumed:
    """Who consumes a row, over all tests that hand it out."""

    consumers: dict[Consumer, None] = field(default_factory=dict)
    doubtful: bool = False


class Methods:
    """Follows the tests of a project and ties doubles' answers to the operations that consume them."""

    def __init__(self, code: Code, facts: Mapping[str, FileFacts]) -> None:
        self._code = code
        self._facts = facts
        self._sources = Sources(code)
        self._rows: dict[tuple[str, Span], Consumed] = {}
        self._homes: dict[str, list[Function]] = {}

    def consumers(self) -> Iterator[tuple[str, int, tuple[Consumer, ...]]]:
        """The rows that operations of one table consume: file, index of the row, and those operations."""
        told = [path for path, file in self._facts.items() if any(one.rows for one in file.doubles)]
        for path in sorted(told):
            self._follow_file(path)
        for (path, span), consumed in sorted(self._rows.items()):
            tables = {(one.table, one.operation.schema, one.operation.kind) for one in consumed.consumers}
            if consumed.doubtful or len(tables) != 1:
                continue
            for index, row in enumerate(self._facts[path].rows):
                if row.span == span:
                    yield path, index, tuple(consumed.consumers)

    def _follow_file(self, path: str) -> None:
        facts = self._code.file(path)
        if facts is None:
            return
        for found in tests_of(facts):
            trace = Trace(self._code)
            follow(trace, found)
            self._judge(trace)

    def _judge(self, trace: Trace) -> None:
        """Ties the answers that one test's doubles give."""
        ran = {(frame.path, frame.function.name) for frame in trace.frames}
        seen: set[tuple[str, int]] = set()
        for frame in trace.frames:
            file = self._facts.get(frame.path)
            for answer in file.doubles if file is not None else ():
                if answer.rows and _says(frame, answer) and (frame.path, answer.order) not in seen:
                    seen.add((frame.path, answer.order))
                    self._answer(trace, frame, answer, ran)

    def _answer(self, trace: Trace, frame: Frame, answer: DoubleResult, ran: set[tuple[str, str]]) -> None:
        root = trace.root(frame, answer.root)
        if root is None:
            return
        found = self._consuming(trace, root, answer)
        if not found:
            return
        for span in self._spans(frame.path, answer.rows, ran):
            consumed = self._rows.setdefault((frame.path, span), Consumed())
            if len({one.table for one in found}) > 1 or any(one.table is None for one in found):
                consumed.doubtful = True
            consumed.consumers.update(dict.fromkeys(found))

    def _consuming(self, trace: Trace, root: Double, answer: DoubleResult) -> list[Consumer]:
        """The operations that may consume an answer."""
        way = (*root.way, *way_of(held(answer.path)))
        end = trace.end(root, held(answer.path))
        reached = [one for one in trace.reached if fits(way, end, one, answer)]
        if answer.turn is not None:
            reached = _in_turn(reached, answer.turn)
        found = [Consumer(one.operation, one.function.path, one.table) for one in reached]
        functions = {one.function for one in trace.answered if one.root == root.root and one.way == way}
        if root.stands_for is not None and root.stands_for.kind == "function" and way == ("()",):
            functions.add(root.stands_for)
        for function in functions:
            source = self._sources.of(function)
            found += [] if source is None else [Consumer(one.operation, one.path, one.table) for one in source]
        return list(dict.fromkeys(found))

    def _spans(self, path: str, rows: Sequence[int], ran: set[tuple[str, str]]) -> set[Span]:
        """The rows that stand in a function that the test runs, or in none."""
        known = self._facts[path].rows
        return {known[index].span for index in rows if self._is_run(path, known[index].span, ran)}

    def _is_run(self, path: str, span: Span, ran: set[tuple[str, str]]) -> bool:
        if path not in self._homes:
            facts = self._code.file(path)
            self._homes[path] = [] if facts is None else list(facts.functions[1:])
        around = [one for one in self._homes[path] if one.span.contains(span)]
        return not around or any((path, one.name) in ran for one in around)


def _says(frame: Frame, answer: DoubleResult) -> bool:
    """Whether a run of this function says the answer, itself or in a function inside it."""
    name = frame.function.name
    return answer.function == name or (bool(name) and answer.function.startswith(f"{name}."))


def _in_turn(reached: list[Reached], turn: int) -> list[Reached]:
    """The operation that gets the answer whose turn it is; all where their order is not certain."""
    if turn < len(reached) and all(one.certain for one in reached[: turn + 1]):
        return [reached[turn]]
    return reached
