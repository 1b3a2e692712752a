"""What tests do with the fakes of clients they hand out, followed into the code under test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakKeyDictionary

from dblint.binding.clients import conftests
from dblint.binding.code import Code, Found
from dblint.binding.following import Following, Project, Unit, by_file
from dblint.binding.outlines import outline
from dblint.binding.trace import Trace
from dblint.binding.trace_model import Frame
from dblint.binding.trace_names import attribute, led
from dblint.binding.trace_values import Arguments, Double, Giving, Instance, Routine, Text, Value
from dblint.binding.traced_tests import follow
from dblint.cache import digest
from dblint.facts.code_model import Call, Expression, Function
from dblint.facts.model import FileFacts
from dblint.source import Place

_BROAD = frozenset(("", "Exception", "BaseException", "AttributeError", "TypeError"))
_TESTS = 400


@dataclass(frozen=True, slots=True)
class FakeUse:
    """One call of a method of a fake's object: by whom, and with what.

    ``positional`` counts the arguments, ``keywords`` names them; ``spread`` says that more may come. ``chained`` is
    true where the code at once goes on with what the call gives. ``swallowed``: it may not run, or an error would not
    be seen. ``given`` are attributes that the object got from outside its class.
    """

    fake: Found
    method: str
    place: Place
    positional: int
    keywords: tuple[str, ...]
    spread: bool
    awaited: bool
    chained: bool
    swallowed: bool
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dispatched:
    """One run of a function of a test file with a text as its first argument: which function, the text, by whom."""

    function: Found
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class FakeUses:
    """All that tests do with fakes, each thing once."""

    uses: tuple[FakeUse, ...]
    dispatched: tuple[Dispatched, ...]


@dataclass(slots=True)
class _Noted:
    uses: dict[FakeUse, None] = field(default_factory=dict)
    dispatched: dict[Dispatched, None] = field(default_factory=dict)

    def take(self, found: FakeUses) -> None:
        self.uses.update(dict.fromkeys(found.uses))
        self.dispatched.update(dict.fromkeys(found.dispatched))

    @property
    def all(self) -> FakeUses:
        return FakeUses(tuple(self.uses), tuple(self.dispatched))


class _Trace(Trace):
    """A trace that notes calls on objects of the test files' classes."""

    def __init__(self, unit: Unit, homes: frozenset[str], found: _Noted) -> None:
        super().__init__(unit.code, unit.relevant.is_worth_running, unit.routes)
        self._requests = 0
        self._members: dict[Found, frozenset[str]] = {}
        self._homes = homes
        self._noted = found
        self._calling: list[tuple[Frame, int, Call]] = []

    def _made(self, frame: Frame, order: int, call: Call) -> Value:
        self._calling.append((frame, order, call))
        try:
            held, name = self._holder(frame, call)
            self._note(frame, order, call, held, name)
            made = super()._made(frame, order, call)
            return held if made is None and isinstance(held, Instance) and self._goes_on(held, name) else made
        finally:
            self._calling.pop()

    def run(self, routine: Routine, arguments: Arguments = (), *, certain: bool = True) -> Value:
        given = [value for name, value in arguments if not name][:1] or [value for _, value in arguments][:1]
        told = routine.found.path in self._homes and given and self._calling and all(map(_is_certain, self._calling))
        if told and isinstance(given[0], Text):
            frame, _, call = self._calling[-1]
            self._noted.dispatched.setdefault(Dispatched(routine.found, given[0].text, Place(frame.path, call.span)))
        return super().run(routine, arguments, certain=certain)

    def link(self, holder: Double, name: str, value: Value) -> None:
        if isinstance(value, Routine | Giving) and name not in ("side_effect", "return_value"):
            self.links[holder.attribute(name).called()] = value  # ``client.rpc = fake_rpc``
        super().link(holder, name, value)

    def _request(self, frame: Frame, call: Call) -> None:
        # What goes wrong in a route may come back as a response.
        self._requests += 1
        super()._request(frame, call)
        self._requests -= 1

    def _goes_on(self, held: Instance, name: str) -> bool:
        """The class lacks the method, and others of its methods hand out the object itself: this one would, too."""
        if name in held.attributes or self._has(held, name):
            return False
        own = members(self.code, held.made_of)
        return any(function is not None and returns_itself(function) for _, function in own)

    def _has(self, held: Instance, name: str) -> bool:
        if held.made_of not in self._members:
            self._members[held.made_of] = frozenset(known for known, _ in members(self.code, held.made_of))
        return name in self._members[held.made_of]

    def _note(self, frame: Frame, order: int, call: Call, held: Value, name: str) -> None:
        if not isinstance(held, Instance) or held.made_of.path not in self._homes or not name.isidentifier():
            return
        names = [one.name for one in call.arguments]
        # What a test puts into the class is there, too.
        given = (name,) if attribute(self, held, name) is not None and not self._has(held, name) else ()
        self._noted.uses.setdefault(
            FakeUse(
                fake=held.made_of,
                method=name,
                place=Place(frame.path, call.span),
                positional=names.count(""),
                keywords=tuple(one for one in names if one and "*" not in one),
                spread=any("*" in one for one in names),
                awaited=call.awaited,
                chained=any(one.receiver == order for one in frame.function.calls),
                swallowed=bool(self._requests)
                or not all(map(_is_certain, self._calling))
                or any(map(_is_swallowed, self._calling)),
                given=frozenset((*held.attributes, *given)),
            )
        )

    def _holder(self, frame: Frame, call: Call) -> tuple[Value, str]:
        """The object a method is called on, and the method's name."""
        if call.receiver >= 0:
            inner = frame.function.calls[call.receiver]
            rest = call.callee.removeprefix(f"{inner.callee}()").strip(".")
            head, _, name = rest.rpartition(".")
            return led(self, self.given(frame, call.receiver), head), name
        head, _, name = call.callee.rpartition(".")
        return (self.name(frame, head) if head else None), name


def _is_certain(calling: tuple[Frame, int, Call]) -> bool:
    """The call surely runs when its function does: under no condition, and behind no early end."""
    frame, order, call = calling
    if call.conditional or call.repeated or call.deferred:
        return False
    ends = [one.order for one in frame.function.results] + [one.order for one in frame.function.raises]
    return not any(end <= order for end in ends)


def _is_swallowed(calling: tuple[Frame, int, Call]) -> bool:
    """An error raised in the call is caught here, or expected, or the call is made only where it is possible."""
    frame, order, call = calling
    function = frame.function
    if any(one.name in ("raises", "assertRaises", "assertRaisesRegex", "suppress") for one in function.calls):
        return True
    if call.conditional and any(one.name in ("hasattr", "getattr") for one in function.calls):
        return True
    for one in function.tries:
        if one.calls[0] <= order < one.calls[1]:
            kept = [handler for handler in one.handlers if not handler.raises]
            if any(name.rpartition(".")[2] in _BROAD for handler in kept for name in handler.catches or ("",)):
                return True
    return False


_KNOWN: WeakKeyDictionary[Code, FakeUses] = WeakKeyDictionary()
"""What was found by the code it was found in: several rules ask for it."""


def fake_uses(code: Code, facts: Mapping[str, FileFacts]) -> FakeUses:
    """What the tests that may get a fake do with it."""
    if code not in _KNOWN:
        homes = frozenset(path for path, one in facts.items() if one.rpc.fakes or one.rpc.dispatches)
        tests = [
            Found(path, test.name, "function")
            for path in sorted(facts)
            if homes and _may_get_one(code, path, homes)
            for test in outline(code, path).functions
            if test.is_test
        ]
        noted = _Noted()
        name = digest("fakes", *sorted(homes))
        following = Following(Project(code, facts, {}), name, FakeUses, partial(_follow, homes=homes))
        for found in following.of_all(by_file(tests[:_TESTS])).values():
            noted.take(found)
        _KNOWN[code] = noted.all
    return _KNOWN[code]


def _follow(unit: Unit, tests: Sequence[Found], homes: frozenset[str]) -> FakeUses:
    noted = _Noted()
    for test in tests:
        follow(_Trace(unit, homes, noted), test)
    return noted.all


def _may_get_one(code: Code, path: str, homes: frozenset[str]) -> bool:
    """The file, or a conftest over it, defines a fake or imports from a file that does."""
    name = path.rpartition("/")[2]
    if not (name.startswith("test") or name.endswith("_test.py")):
        return False
    stems = {home.removesuffix(".py").rpartition("/")[2] for home in homes}
    places = [place for place in (path, *conftests(path)) if place in code.paths]
    return any(place in homes or not stems.isdisjoint(outline(code, place).imported) for place in places)


def members(code: Code, fake: Found) -> Iterator[tuple[str, Function | None]]:
    """The names a class and its bases give an object: methods, attributes of the class and of ``self``."""
    for one in code.bases(fake):
        facts, node = code.file(one.path), code.class_(one)
        if facts is None or node is None:
            continue
        yield from ((attribute.target, None) for attribute in node.attributes)
        for function in facts.functions:
            if function.owner == one.name:
                yield function.last_name, function
                own = function.parameters[0].name if function.parameters else ""
                for assignment in function.assignments:
                    if own and assignment.target.startswith(f"{own}."):
                        yield assignment.target.removeprefix(f"{own}.").partition(".")[0], None


def returns_itself(function: Function) -> bool:
    """A method that returns its own object, as builders do."""
    own = function.parameters[0].name if function.parameters else ""
    return bool(own) and any(one.value is not None and one.value.text == own for one in function.results)


def is_closed(code: Code, fake: Found) -> bool:
    """The class and its bases are all known, and nothing gives its objects more than they say."""
    if not code.whole(fake):
        return False
    for one in code.bases(fake):
        facts, node = code.file(one.path), code.class_(one)
        if facts is None or node is None or _is_dressed(node.decorators):
            return False
        for function in facts.functions:
            if function.owner != one.name:
                continue
            if function.last_name in ("__getattr__", "__getattribute__"):
                return False
            if any(call.name == "setattr" or call.callee.endswith("__dict__.update") for call in function.calls):
                return False
    return True


def _is_dressed(decorators: Sequence[Expression]) -> bool:
    return any(
        one.text.rpartition(".")[2] not in ("dataclass", "final", "runtime_checkable", "total_ordering")
        for one in decorators
    )
