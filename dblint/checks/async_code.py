"""What the code under test does with the mocks a test hands it: calls it awaits, enters, or goes on from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dblint.binding.code import Code, Found
from dblint.binding.following import Following, Project, Unit, in_turn
from dblint.binding.model import BoundProject
from dblint.binding.trace import Trace
from dblint.binding.trace_model import Frame
from dblint.binding.trace_values import Double as TracedDouble
from dblint.binding.trace_values import Root
from dblint.binding.trace_values import Value as TracedValue
from dblint.binding.traced_tests import follow
from dblint.checks.async_tests import Member, Tests, tests_of
from dblint.checks.async_values import Value, Values, values_of
from dblint.facts.async_model import Double, Path
from dblint.facts.code_model import Call
from dblint.source import Place

Usage = Literal["awaited", "entered", "continued"]
_TESTS = 60
_SHORT = 3
_EXPECTING = frozenset(("raises", "assertRaises", "assertRaisesRegex", "warns", "assertWarns", "suppress"))


@dataclass(frozen=True, slots=True)
class Meeting:
    """A call that the code under test makes of a mock's attribute, which the mock cannot answer as the code wants."""

    value: Value
    double: Double
    trail: Path
    usage: Usage
    place: Place
    function: str
    tests: Tests


@dataclass(frozen=True, slots=True)
class _Note:
    root: Root
    way: tuple[str, ...]
    usage: Usage
    place: Place
    function: str


class _Colours(Trace):
    """A trace that notes how code calls the parts of doubles."""

    def __init__(self, unit: Unit) -> None:
        self._tests = unit.relevant.facts
        super().__init__(unit.code, self._is_worth_running)
        self.notes: dict[_Note, None] = {}
        self._calling: list[tuple[Frame, int, Call]] = []

    def _is_worth_running(self, found: Found) -> bool:
        """Only asynchronous code awaits; what makes objects is quickly run."""
        function = self.code.function(found)
        if function is None or function.is_async or function.last_name == "__init__" or found.path in self._tests:
            return True
        return len(function.calls) <= _SHORT

    def _made(self, frame: Frame, order: int, call: Call) -> TracedValue:
        self._calling.append((frame, order, call))
        try:
            callee = self.callee(frame, call)
            if isinstance(callee, TracedDouble) and callee.way and not _is_own(frame, callee):
                usage = _usage(frame, order, call) if all(map(_is_sure, self._calling)) else None
                if usage is not None:
                    place = Place(frame.path, call.span)
                    self.notes.setdefault(_Note(callee.root, callee.way, usage, place, frame.function.last_name))
            return super()._made(frame, order, call)
        finally:
            self._calling.pop()


def _is_own(frame: Frame, double: TracedDouble) -> bool:
    """The test or fixture itself makes the call."""
    if frame.path != double.root.path:
        return False
    return frame.function.name == double.root.function or frame.function.last_name.startswith("test")


def _is_sure(calling: tuple[Frame, int, Call]) -> bool:
    """The call runs when its function does, and no error of it is caught there.

    Where another call before it fails instead, the test fails as well.
    """
    frame, order, call = calling
    function = frame.function
    if not frame.certain or call.conditional or call.repeated or call.deferred:
        return False
    ends = [*(one.order for one in function.results if not one.yields), *(one.order for one in function.raises)]
    if any(end <= order for end in ends) or _EXPECTING & {one.name for one in function.calls}:
        return False
    return not any(
        one.calls[0] <= order < one.calls[1] and not all(handler.raises for handler in one.handlers)
        for one in function.tries
    )


def _usage(frame: Frame, order: int, call: Call) -> Usage | None:
    if call.awaited:
        return "awaited"
    for one in frame.function.assignments:
        if one.how == "enter" and one.value is not None and one.value.kind == "call" and one.value.call == order:
            return "entered" if frame.function.is_async else None
    later = [one for one in frame.function.calls if one.receiver == order]
    return "continued" if later else None


_last: list[tuple[Tests, tuple[Meeting, ...]]] = []


def meetings(project: BoundProject) -> tuple[Meeting, ...]:
    """Where the code under test and the mocks of the tests do not fit, each attribute of a double once."""
    tests = tests_of(project)
    if not _last or _last[0][0] is not tests:
        _last[:] = [(tests, tuple(_meetings(project, tests)))]
    return _last[0][1]


def _meetings(project: BoundProject, tests: Tests) -> Iterator[Meeting]:
    values = values_of(tests)
    told: set[tuple[str, Path, str]] = set()
    handing = [one for one in tests.collected if _hands_mocks(one, tests)][:_TESTS]
    following = Following(Project(project.code, project.facts, {}), "colours", tuple[tuple[_Note, ...], ...], _notes)
    for test, notes in zip(handing, in_turn(following, list(map(_found, handing))), strict=False):
        for note in notes:
            found = _meeting(note, test, tests, values)
            if found is not None and (found.value.path, found.trail, str(found.value.double)) not in told:
                told.add((found.value.path, found.trail, str(found.value.double)))
                yield found


def _found(test: Member) -> Found:
    name = f"{test.routine.owner}.{test.routine.name}" if test.routine.owner else test.routine.name
    return Found(test.path, name, "function")


def _notes(unit: Unit, tests: Sequence[Found]) -> tuple[tuple[_Note, ...], ...]:
    """What tests of a file do with doubles, test by test; nothing where a test lets something fail."""
    return tuple(() if _plans_errors(unit.code, one) else _traced(unit, one) for one in tests)


def _traced(unit: Unit, test: Found) -> tuple[_Note, ...]:
    trace = _Colours(unit)
    follow(trace, test)
    return tuple(trace.notes)


def _plans_errors(code: Code, test: Found) -> bool:
    """The test lets something fail, so that the code may never come to the rest."""
    function = code.function(test)
    if function is None:
        return True
    by_keyword = any(one.name == "side_effect" for call in function.calls for one in call.arguments)
    return by_keyword or any(one.target.endswith(".side_effect") for one in function.assignments)


def _hands_mocks(test: Member, tests: Tests) -> bool:
    """An asynchronous test that makes a mock or gets one, and expects no error of what it calls."""
    if not test.routine.is_async or _EXPECTING & {*test.routine.calls}:
        return False
    doubles = tests.files[test.path].doubles
    if any(one.routine == test.index for one in doubles):
        return True
    fixtures = (tests.fixture(test.path, name, test.routine.owner) for name in tests.asked(test))
    return any(
        one is not None and any(double.routine == one.index for double in tests.files[one.path].doubles)
        for one in fixtures
    )


def _meeting(note: _Note, test: Member, tests: Tests, values: Values) -> Meeting | None:
    index, home = _double(note.root, tests)
    # Which of its two ways of being entered a mock is asked for, the trace does not tell.
    if home is None or any(word.startswith("__") for word in note.way):
        return None
    # What the test itself assigns to a fixture's mock counts too.
    way = _way(f"#{index}", note.way, home, test, values)
    value, trouble = values.follow(way, home)
    if not way or trouble is not None or not _is_wrong(value, note.usage):
        return None
    trail = value.trail[:-1] if value.trail[-1:] == (".return_value",) else value.trail
    if (value.double, value.path) != (index, home.path) or not trail:
        return None
    return Meeting(value, values.double(value), trail, note.usage, note.place, note.function, tests)


def _double(root: Root, tests: Tests) -> tuple[int, Member | None]:
    """The double of the facts that the trace means, where just one goes by its name in its function."""
    file = tests.files.get(root.path)
    owner, _, last = root.function.rpartition(".")
    found = []
    for index, one in enumerate(file.doubles if file is not None else ()):
        home = tests.members(root.path)[one.routine] if one.routine >= 0 else None
        if home is not None and (one.name, home.routine.name, home.routine.owner) == (root.name, last, owner):
            found.append((index, home))
    return found[0] if len(found) == 1 else (-1, None)


def _way(root: str, steps: tuple[str, ...], home: Member, test: Member, values: Values) -> Path:
    """The steps as tokens, awaited where the mock gives a coroutine on the way; the last is called."""
    way: Path = (root,)
    words = [*steps[:-1], f"{steps[-1]}()"]
    for number, word in enumerate(words):
        name = word.removesuffix("()")
        way = (*way, *((f".{name}",) if name else ()), *(("()",) if word.endswith("()") else ()))
        value, trouble = values.follow(way, home)
        if trouble is not None or value.kind == "unknown" or _is_told_by_test(way, test, home, values):
            return ()
        if value.kind == "coroutine" and number < len(words) - 1:
            way = (*way, "await")
    return way


def _is_told_by_test(way: Path, test: Member, home: Member, values: Values) -> bool:
    """The test gives the attribute of a fixture's mock another value."""
    return (test.path, test.index) != (home.path, home.index) and values.is_told(way, home, test)


def _is_wrong(value: Value, usage: Usage) -> bool:
    if usage == "awaited":
        return value.kind in ("mock", "literal")
    return value.kind == "coroutine" and value.name == "mock"
