"""What a way through a test comes to: a client, a coroutine, a mock as ``unittest.mock`` builds it, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dblint.checks.async_clients import CONSTRUCTORS, TYPES, type_named
from dblint.checks.async_tests import Member, Tests, decoration_of_fixture
from dblint.facts.async_model import Double, Path, Setting, Use
from dblint.facts.code_model import Function

Kind = Literal["unknown", "client", "coroutine", "open", "mock", "instance", "result", "literal"]
Fault = Literal["awaited", "entered", "iterated", "attribute"]
_DEPTH = 12
_LITERALS = frozenset(("null", "bool", "int", "float", "str", "bytes", "list", "tuple", "dict"))
_ASYNC_MAGICS = frozenset(("__aenter__", "__aexit__", "__anext__"))
_OWN = frozenset(
    (
        *("called", "call_count", "call_args", "call_args_list", "mock_calls", "method_calls", "side_effect"),
        *("await_count", "await_args", "await_args_list", "configure_mock", "reset_mock", "attach_mock"),
        *("mock_add_spec", "__class__", "__dict__", "__name__"),
    )
)


@dataclass(frozen=True, slots=True)
class Value:
    """``name`` is the client's type or the mock's class; ``of`` what awaiting or entering it gives.

    A mock is known by its double (``path``, ``double``) and the way from there (``trail``), and by the consumer whose
    assignments count too.
    """

    kind: Kind
    name: str = ""
    path: str = ""
    double: int = -1
    trail: Path = ()
    of: Value | None = None
    what: str = ""
    """For messages: what made it."""


UNKNOWN = Value("unknown")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where following a way fails in Python itself: the token, the value it meets, and how."""

    index: int
    value: Value
    fault: Fault
    name: str = ""
    """The attribute that leads to the value."""


class Values:
    """Follows the ways of one project."""

    def __init__(self, tests: Tests) -> None:
        self._tests = tests
        self._fixture_values: dict[tuple[str, int], Value] = {}

    def follow(self, path: Path, member: Member, depth: int = 0) -> tuple[Value, Trouble | None]:
        """What the way comes to in a function, and the first thing that fails on it."""
        if not path or depth > _DEPTH:
            return UNKNOWN, None
        value, rest = self._root(path, member, depth)
        for index in range(len(path) - len(rest), len(path)):
            token = path[index]
            fault = _fault(value, token)
            if fault is not None:
                return UNKNOWN, Trouble(index, value, fault, _attribute_before(path, index))
            value = self._step(value, token, member, depth)
            if value.kind == "unknown":
                return UNKNOWN, None
        return value, None

    def used(self, use: Use, member: Member) -> tuple[Value, Trouble | None]:
        """The same for a use, whose context counts as its last step."""
        value, trouble = self.follow(use.path, member)
        if trouble is None and use.context in ("entered", "iterated"):
            fault = _fault(value, "enter" if use.context == "entered" else "iterate")
            if fault is not None:
                return value, Trouble(len(use.path), value, fault, _attribute_before(use.path, len(use.path)))
        return value, trouble

    def _root(self, path: Path, member: Member, depth: int) -> tuple[Value, Path]:
        head, rest = path[0], path[1:]
        if head[0] == "#":
            return self._double(member.path, int(head[1:]), member), rest
        if head[0] == "%":
            return self._parameter(head[1:], member, depth), rest
        if rest[:1] != ("()",):
            return UNKNOWN, rest
        if head[0] == "@":
            return self._local(head[1:], member), rest[1:]
        constructor = CONSTRUCTORS.get(head)
        if constructor is not None:
            client = Value("client", constructor.makes, what=head)
            if constructor.opening == "coroutine":
                return Value("coroutine", of=client, what=head), rest[1:]
            return (Value("open", of=client, what=head) if constructor.opening in _OPENED else client), rest[1:]
        if type_named(head):
            return Value("client", type_named(head), what=head), rest[1:]
        return self._own_code(head, member), rest[1:]

    def _double(self, path: str, index: int, member: Member) -> Value:
        double = self._tests.files[path].doubles[index]
        return UNKNOWN if double.opaque else Value("mock", double.kind, path, index)

    def _parameter(self, name: str, member: Member, depth: int) -> Value:
        # Only what pytest calls gets fixtures; any other function gets what its caller gives it.
        is_called = member.routine.is_test or is_fixture(member)
        fixture = self._tests.fixture(member.path, name, member.routine.owner) if is_called else None
        parameter = member.routine.parameter(name)
        if fixture is None or parameter is None or (fixture.path, fixture.index) == (member.path, member.index):
            annotation = type_named(parameter.annotation) if parameter is not None else ""
            return Value("client", annotation, what=name) if annotation else UNKNOWN
        return self.of_fixture(fixture, depth + 1)

    def of_fixture(self, fixture: Member, depth: int = 0) -> Value:
        """What a fixture hands out, where it hands out one thing."""
        key = (fixture.path, fixture.index)
        if key not in self._fixture_values:
            self._fixture_values[key] = UNKNOWN
            given = [self.follow(one.path, fixture, depth + 1)[0] for one in fixture.routine.hand_outs]
            self._fixture_values[key] = given[0] if given and all(one == given[0] for one in given) else UNKNOWN
        return self._fixture_values[key]

    def _local(self, name: str, member: Member) -> Value:
        """A call of a function of the file, or an instance of one of its classes."""
        found = [
            one.routine
            for one in self._tests.members(member.path)
            if one.routine.name == name and not one.routine.owner
        ]
        if len(found) == 1:
            routine = found[0]
            is_plain = routine.is_async and not routine.is_generator and not routine.decorations
            return Value("coroutine", of=UNKNOWN, what=name) if is_plain else UNKNOWN
        if not found and self._tests.class_named(member.path, name) is not None:
            return Value("instance", name, member.path, what=name)
        return UNKNOWN

    def _own_code(self, dotted: str, member: Member) -> Value:
        """A call of a function of the project, or an instance of one of its classes."""
        code = self._tests.project.code
        name = self._name_here(member.path, dotted)
        found = code.find(member.path, name) if name else code.target(member.path, dotted)
        if found is None:
            return UNKNOWN
        if found.kind == "class":
            return Value("instance", found.name, found.path, what=dotted.rpartition(".")[2])
        function = code.function(found)
        if function is None or not _is_plain_async(function):
            return UNKNOWN
        return Value("coroutine", of=UNKNOWN, what=dotted.rpartition(".")[2])

    def _name_here(self, path: str, dotted: str) -> str:
        """The dotted name as the file itself spells it."""
        for one in self._tests.files[path].imported:
            if dotted == one.dotted or dotted.startswith(f"{one.dotted}."):
                return f"{one.name}{dotted[len(one.dotted) :]}"
        return ""

    def _step(self, value: Value, token: str, member: Member, depth: int) -> Value:
        if value.kind == "mock":
            return self._mock_step(value, token, member, depth)
        if token in ("await", "enter"):
            return value.of or UNKNOWN if value.kind in ("coroutine", "open") else _entered(value, token)
        if value.kind == "client" and token.startswith("."):
            method = TYPES.get(value.name, {}).get(token[1:])
            return UNKNOWN if method is None else Value("result", token[1:], of=value, what=value.name)
        if value.kind == "result" and token == "()" and value.of is not None:
            return _called(value.of, value.name)
        if value.kind == "instance":
            return self._instance_step(value, token)
        return UNKNOWN

    def _instance_step(self, value: Value, token: str) -> Value:
        if token.startswith("."):
            return replace(value, trail=(token,)) if not value.trail else UNKNOWN
        if token != "()" or len(value.trail) != 1:
            return UNKNOWN
        method = value.trail[0][1:]
        what = f"{value.name}.{method}"
        file = self._tests.files.get(value.path)
        if file is not None and self._tests.class_named(value.path, value.name) is not None:
            found = [one for one in file.routines if one.owner == value.name and one.name == method]
            if len(found) == 1:
                one = found[0]
                is_plain = one.is_async and not one.is_generator and not one.decorations
                return Value("coroutine", of=UNKNOWN, what=what) if is_plain else UNKNOWN
        code = self._tests.project.code
        class_ = code.find(value.path, value.name)
        member = code.member(class_, method) if class_ is not None and class_.kind == "class" else None
        function = code.function(member)
        if function is None or not _is_plain_async(function):
            return UNKNOWN
        return Value("coroutine", of=UNKNOWN, what=what)

    def _mock_step(self, value: Value, token: str, member: Member, depth: int) -> Value:
        if token.startswith("."):
            return self._child(value, token, member, depth)
        if token == "await":
            return UNKNOWN
        if token == "enter":
            manager = self._child(value, ".__aenter__", member, depth)
            return self._child(manager, ".return_value", member, depth) if manager.kind == "mock" else UNKNOWN
        result = self._child(value, ".return_value", member, depth)
        if self._has(value, ".side_effect", member):
            result = UNKNOWN
        if value.name == "AsyncMock":
            return Value("coroutine", "mock", value.path, value.double, value.trail, of=result)
        return result

    def _child(self, value: Value, token: str, member: Member, depth: int) -> Value:
        """The attribute of a mock: what was assigned to it, else what ``unittest.mock`` makes."""
        name = token[1:]
        if name in _OWN or name.startswith("assert_"):
            return UNKNOWN
        trail = (*value.trail, token)
        told = self._told(value, trail, member)
        if told is not None:
            if not told.value_path and told.value.kind in _LITERALS:
                return replace(value, kind="literal", name=told.value.kind, trail=trail)
            return self._assigned(told, value, member, depth)
        double = self._tests.files[value.path].doubles[value.double]
        given = [one for one in double.keywords if f".{one.name}" == token] if not value.trail else []
        if given:
            if not given[0].path and given[0].value.kind in _LITERALS:
                return replace(value, kind="literal", name=given[0].value.kind, trail=trail)
            home = self._home(value, member)
            return self.follow(given[0].path, home, depth + 1)[0] if given[0].path else UNKNOWN
        return replace(value, trail=trail, name=_kind_of_child(value.name, name))

    def _told(self, value: Value, trail: Path, member: Member) -> Setting | None:
        """The assignment to just this way, or what may fill all that lies beneath."""
        fitting = [
            one
            for one in self._settings(value, member)
            if one.path[1:] == trail or (one.path[-1] == ".*" and trail[: len(one.path) - 2] == one.path[1:-1])
        ]
        return fitting[-1] if fitting else None

    def _has(self, value: Value, token: str, member: Member) -> bool:
        double = self._tests.files[value.path].doubles[value.double]
        by_keyword = not value.trail and any(f".{one.name}" == token for one in double.keywords)
        return by_keyword or self._told(value, (*value.trail, token), member) is not None

    def _settings(self, value: Value, member: Member) -> Iterator[Setting]:
        """The assignments to a double: those of its own file, and those to the fixture by its name."""
        file = self._tests.files[value.path]
        own = (f"#{value.double}",)
        ways = [own, *(one.path for one in file.settings if one.value_path == own)]
        for one in file.settings:
            for way in ways:
                # What is set on the attribute a mock was assigned to is set on that mock.
                if one.path[: len(way)] == way and len(one.path) > len(way):
                    yield replace(one, path=(*own, *one.path[len(way) :]))
        for one in self._tests.files[member.path].settings:
            if one.path[0][0] == "%" and one.routine in (member.index, -1):
                fixture = self._tests.fixture(member.path, one.path[0][1:], member.routine.owner)
                if fixture is not None and self._gives(fixture, value):
                    yield one

    def is_told(self, way: Path, home: Member, member: Member) -> bool:
        """Another function, which gets the double by a fixture's name, assigns something on this way."""
        trail = tuple(one for one in way[1:] if one not in ("()", "await", ".return_value"))
        for one in self._tests.files[member.path].settings:
            if one.path[0][0] != "%" or one.routine not in (member.index, -1):
                continue
            fixture = self._tests.fixture(member.path, one.path[0][1:], member.routine.owner)
            said = tuple(name for name in one.path[1:] if name not in ("()", "await", ".return_value"))
            is_home = fixture is not None and (fixture.path, fixture.index) == (home.path, home.index)
            if is_home and (said[: len(trail)] == trail[: len(said)] or said[-1:] == (".*",)):
                return True
        return False

    def _gives(self, fixture: Member, value: Value) -> bool:
        return any(one.path == (f"#{value.double}",) for one in fixture.routine.hand_outs) and (
            fixture.path == value.path
        )

    def _assigned(self, setting: Setting, value: Value, member: Member, depth: int) -> Value:
        if not setting.value_path:
            return UNKNOWN
        home = self._setter(setting, value, member)
        return UNKNOWN if home is None else self.follow(setting.value_path, home, depth + 1)[0]

    def _setter(self, setting: Setting, value: Value, member: Member) -> Member | None:
        """The function an assignment stands in."""
        for path in dict.fromkeys((value.path, member.path)):
            if any(
                one.span == setting.span and one.target == setting.target for one in self._tests.files[path].settings
            ):
                return self._function(path, setting.routine)
        return None

    def _home(self, value: Value, member: Member) -> Member:
        double = self._tests.files[value.path].doubles[value.double]
        return self._function(value.path, double.routine) or member

    def _function(self, path: str, index: int) -> Member | None:
        members = self._tests.members(path)
        return members[index] if 0 <= index < len(members) else None

    def double(self, value: Value) -> Double:
        return self._tests.files[value.path].doubles[value.double]


_OPENED = frozenset(("awaitable", "loop"))


def _entered(value: Value, token: str) -> Value:
    """An instance or client that is entered, which most give themselves."""
    return value if token == "enter" and value.kind == "client" else UNKNOWN


def _called(client: Value, method: str) -> Value:
    found = TYPES[client.name][method]
    gives = Value("client", found.gives, what=client.what) if found.gives else UNKNOWN
    what = f"{client.name}.{method}"
    if found.kind == "sync":
        return gives
    return Value("coroutine" if found.kind == "async" else "open", client.name, of=gives, what=what)


def _kind_of_child(kind: str, name: str) -> str:
    if name in _ASYNC_MAGICS:
        return "AsyncMock"
    return "MagicMock" if kind == "AsyncMock" and name.startswith("__") and name.endswith("__") else kind


def _fault(value: Value, token: str) -> Fault | None:
    """How a step on a value fails in Python itself."""
    if value.kind in ("mock", "literal") and token == "await":
        return "awaited"
    if value.kind == "literal" and token == "enter":
        return "entered"
    if value.kind == "mock" and token == "enter":
        return "entered" if value.name == "Mock" else None
    if value.kind == "coroutine" and token == "enter":
        return "entered"
    if value.kind == "coroutine" and token == "iterate":
        return "iterated"
    if value.kind == "coroutine" and (token == "()" or token.startswith(".")):
        return None if token in (".close", ".send", ".throw", ".cr_frame", ".cr_running") else "attribute"
    return None


def _attribute_before(path: Path, index: int) -> str:
    return next((one[1:] for one in reversed(path[:index]) if one.startswith(".")), "")


def _is_plain_async(function: Function) -> bool:
    return function.is_async and not function.is_generator and not function.decorators and not function.stub


def is_fixture(member: Member) -> bool:
    return decoration_of_fixture(member.routine) is not None


_last: list[tuple[Tests, Values]] = []


def values_of(tests: Tests) -> Values:
    """The values of a project, made once however many rules ask."""
    if not _last or _last[0][0] is not tests:
        _last[:] = [(tests, Values(tests))]
    return _last[0][1]
