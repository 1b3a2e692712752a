"""What the methods under test say of doubles' answers: the one table whose rows an answer stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dblint.binding.code import Found
from dblint.binding.consumers import Consumer
from dblint.binding.following import Following, Project, Unit, in_turn
from dblint.binding.outlines import is_test
from dblint.binding.relevant import Relevant
from dblint.binding.sources import Sources
from dblint.binding.trace import Trace
from dblint.binding.trace_doubles import end_of
from dblint.binding.trace_fakes import spots
from dblint.binding.trace_model import Frame, Reached, Served
from dblint.binding.trace_values import Double, Instance, Row
from dblint.binding.traced_tests import follow, is_autouse
from dblint.binding.ways import fits, goes_first, held, may_fit, way_of
from dblint.facts.code_model import Function, Operation
from dblint.facts.doubles_model import DoubleResult, DoubleStep, TupleRow
from dblint.source import Span

Subject: TypeAlias = Callable[[Consumer], object | None]
Consumers: TypeAlias = tuple[Consumer, ...]

_BUDGET = 600_000
"""Calls followed in all."""
_MOST_RUNS = 8
"""How often what one function says is judged, of all its runs in one test."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A row that a test's double hands to operations: by file and index, or a tuple."""

    path: str
    shared: bool
    """A fixture or helper hands it out, so that other tests may hand it to other operations."""
    consumers: tuple[Consumer, ...]
    index: int = -1
    cells: TupleRow | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of following one test, and how many calls that took."""

    effort: int
    handed: tuple[Handed, ...]


@dataclass(slots=True)
class Consumed:
    """Who consumes a row, over all tests that hand it out."""

    rows: dict[int | TupleRow, None] = field(default_factory=dict)
    """The readings of the literal that are handed out so."""
    consumers: dict[Consumer, None] = field(default_factory=dict)
    doubtful: bool = False
    shared: bool = False


def consumers(project: Project, subject: Subject) -> Iterator[tuple[str, int | TupleRow, Consumers]]:
    """The rows that known operations may consume: file, the row or its index, and those operations."""
    rows: dict[tuple[str, str, Span], Consumed] = {}
    left = _BUDGET
    for followed in _followed(project):
        for one in followed.handed:
            _take(one, rows, project, subject)
        left -= followed.effort
        if left < 0:
            break  # What the tests beyond would say is not worth the wait.
    for (path, _, _), consumed in sorted(rows.items(), key=lambda one: one[0]):
        if left < 0 and consumed.shared:
            continue
        if consumed.doubtful or not consumed.consumers:
            continue
        for row in consumed.rows:
            yield path, row, tuple(consumed.consumers)


def _followed(project: Project) -> Iterator[Followed]:
    """What came of each test, in the order in which tests are worth following."""
    relevant = Relevant(project.code, project.facts, project.told, project.names.asking, project.names.using)
    following = Following(project, "methods", tuple[Followed, ...], _follow)
    return in_turn(following, list(relevant.tests()))


def _take(one: Handed, rows: dict[tuple[str, str, Span], Consumed], project: Project, subject: Subject) -> None:
    known = project.facts[one.path].rows if one.path in project.facts else ()
    if one.cells is None and one.index >= len(known):
        return  # No run of ours has stored this.
    place = (known[one.index].home, known[one.index].span) if one.cells is None else ("", one.cells.span)
    consumed = rows.setdefault((one.path, *place), Consumed())
    consumed.rows.setdefault(one.index if one.cells is None else one.cells)
    consumed.shared |= one.shared
    consumed.doubtful |= any(subject(two) is None for two in one.consumers)
    consumed.consumers.update(dict.fromkeys(one.consumers))


def _follow(unit: Unit, tests: Sequence[Found]) -> tuple[Followed, ...]:
    """What comes of the tests of one file."""
    methods = _Methods(unit)
    return tuple(methods.followed(one) for one in tests)


class _Methods:
    """Follows the tests of a file and ties doubles' answers to the operations that consume them."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._code = unit.code
        self._facts = unit.relevant.facts
        self._relevant = unit.relevant
        self._sources = Sources(unit.code)
        self._homes: dict[str, list[Function]] = {}
        self._literals: dict[str, dict[Span, list[int]]] = {}

    def followed(self, found: Found) -> Followed:
        """What comes of one test."""
        trace = Trace(self._code, self._relevant.is_worth_running, self._unit.routes)
        follow(trace, found)
        return Followed(trace.effort, tuple(self._handed(trace)) if trace.whole else ())

    def _handed(self, trace: Trace) -> Iterator[Handed]:
        """The rows that one test's doubles hand to operations."""
        ran = {(frame.path, frame.function.name) for frame in trace.frames}
        seen: Counter[tuple[str, int]] = Counter()
        for frame in () if trace.lost else list(trace.frames):
            file = self._facts.get(frame.path)
            for answer in file.doubles if file is not None else ():
                if seen[(frame.path, answer.order)] >= _MOST_RUNS or not _says(frame, answer):
                    continue
                if self._relevant.is_answer(frame.path, answer) and not is_autouse(frame.facts, frame.function):
                    seen[(frame.path, answer.order)] += 1
                    yield from self._answer(trace, frame, answer, ran)
        for served in () if trace.lost else trace.served:
            yield from self._serve(trace, served)
        for stood in trace.stood:
            # What a function is handed to run is known where it is called.
            known = [one for one in self._sources.of(stood.function) or () if one.table is not None]
            yield from self._literal(stood.row, known)

    def _serve(self, trace: Trace, served: Served) -> Iterator[Handed]:
        """The row that an operation was seen to get, and the operations that may be the one as well."""
        one = served.operation
        alike = [other for other in trace.elsewhere if _links(other.operation) == _links(one)]
        found = [Consumer(one, served.function.path, served.table)]
        found += [Consumer(other.operation, other.function.path, other.table) for other in alike]
        yield from self._literal(served.row, found)

    def _literal(self, row: Row, found: Sequence[Consumer]) -> Iterator[Handed]:
        """A literal by where it stands; a fixture's mere ``{"id": …}`` is no row."""
        known = self._facts.get(row.path)
        shared = not any(is_test(home) for home in self._around(row.path, row.span))
        for index in self._plain(row.path, row.span) if known is not None and found else ():
            if known is not None and len(known.rows[index].entries) > shared:
                yield Handed(row.path, shared, tuple(found), index)

    def _plain(self, path: str, span: Span) -> Sequence[int]:
        """The readings of a literal that hold what stands in it and nothing else."""
        if path not in self._literals:
            known: dict[Span, list[int]] = {}
            file = self._facts.get(path)
            for index, row in enumerate(file.rows if file is not None else ()):
                if not row.home and all(row.span.contains(entry.layout.key) for entry in row.entries):
                    known.setdefault(row.span, []).append(index)
            self._literals[path] = known
        return self._literals[path].get(span, ())

    def _answer(self, trace: Trace, frame: Frame, answer: DoubleResult, ran: set[tuple[str, str]]) -> Iterator[Handed]:
        found: dict[Consumer, None] = {}
        for root, path in list(spots(trace, frame, answer, held(answer.path))):
            found.update(dict.fromkeys(self._consuming(trace, root, path, answer, frame.path)))
        if not found:
            return
        shared = not is_test(frame.function)
        for row in self._given(frame, answer, ran):
            if isinstance(row, int):
                yield Handed(frame.path, shared, tuple(found), row)
            else:
                yield Handed(frame.path, shared, tuple(found), cells=row)

    def _consuming(
        self, trace: Trace, root: Double | Instance, path: Sequence[DoubleStep], answer: DoubleResult, home: str
    ) -> list[Consumer]:
        """The operations that may consume an answer that a way from a double or a fake leads to."""
        reached = [one for one in _fitting(trace, root, path, answer) if not self._is_answered(home, answer, one)]
        if answer.turn is not None:
            reached = _in_turn(reached, answer.turn, self._last_turn(home, answer))
        found = [Consumer(one.operation, one.function.path, one.table) for one in reached]
        if isinstance(root, Instance):
            return list(dict.fromkeys(found))
        way = (*root.way, *way_of(path))
        others = (one for one in trace.elsewhere if found and may_fit(way, one, answer))
        found += [Consumer(one.operation, one.function.path, one.table) for one in others]
        functions = {one.function for one in trace.answered if one.root == root.root and one.way == way}
        if root.stands_for is not None and root.stands_for.kind == "function" and way == ("()",):
            functions.add(root.stands_for)
        for function in sorted(functions, key=lambda one: (one.path, one.name)):
            source = self._sources.of(function) or ()
            # What a function is handed to run is known where it is called.
            found += [one for one in source if one.table is not None or not reached]
        return list(dict.fromkeys(found))

    def _last_turn(self, home: str, answer: DoubleResult) -> int:
        """The last turn that is told beside an answer's."""
        beside = (one for one in self._facts[home].doubles if one.function == answer.function)
        turns = [one.turn for one in beside if one.root == answer.root and way_of(one.path) == way_of(answer.path)]
        return max(turn for turn in turns if turn is not None)

    def _is_answered(self, home: str, answer: DoubleResult, reached: Reached) -> bool:
        """Another answer comes first where the operation asks."""
        return any(goes_first(other, answer, reached.table) for other in self._facts[home].doubles)

    def _given(self, frame: Frame, answer: DoubleResult, ran: set[tuple[str, str]]) -> Iterator[int | TupleRow]:
        """The rows that stand in a function the test runs, or in none; a fixture's mere ``{"id": …}`` is no row."""
        known = self._facts[frame.path].rows
        least = 1 if is_test(frame.function) else 2
        for index in dict.fromkeys(answer.rows):
            here = not known[index].home
            if len(known[index].entries) >= least and (not here or self._is_run(frame.path, known[index].span, ran)):
                yield index
        for row in answer.tuples:
            if len(row.items) >= least and self._is_run(frame.path, row.span, ran):
                yield row

    def _around(self, path: str, span: Span) -> list[Function]:
        if path not in self._homes:
            facts = self._code.file(path)
            self._homes[path] = [] if facts is None else list(facts.functions[1:])
        return [one for one in self._homes[path] if one.span.contains(span)]

    def _is_run(self, path: str, span: Span, ran: set[tuple[str, str]]) -> bool:
        around = self._around(path, span)
        return not around or any((path, one.name) in ran for one in around)


def _says(frame: Frame, answer: DoubleResult) -> bool:
    """Whether a run of this function says the answer, itself or in a function inside it."""
    name = frame.function.name
    return answer.function == name or (bool(name) and answer.function.startswith(f"{name}."))


def _fitting(trace: Trace, root: Double | Instance, path: Sequence[DoubleStep], answer: DoubleResult) -> list[Reached]:
    if isinstance(root, Instance):
        return [one for one in trace.reached if one.root == root.root and fits(way_of(path), None, one, answer)]
    way, end = (*root.way, *way_of(path)), end_of(trace, root, path)
    return [one for one in trace.reached if not one.on_object and fits(way, end, one, answer)]


def _links(one: Operation) -> list[str]:
    return [step.name for step in one.steps]


def _in_turn(reached: list[Reached], turn: int, last: int) -> list[Reached]:
    """The operation that gets the answer whose turn it is; all where their order is not certain.

    None where more answers are told than operations are known.
    """
    if last >= len(reached) and all(one.certain for one in reached):
        return []
    if turn < len(reached) and all(one.certain for one in reached[: turn + 1]):
        return [reached[turn]]
    return reached
