"""Set-ups of an ``AsyncMock`` that take one of its attributes for synchronous, as the client's own method is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dblint.binding.model import BoundProject
from dblint.checks.async_mocks import spelled
from dblint.checks.async_tests import Member, Tests, tests_of
from dblint.checks.async_values import Value, Values, values_of
from dblint.facts.async_model import Double, Path
from dblint.source import Span

_MANAGERS = {
    ".acquire": "acquire() of a pool",
    ".begin": "begin() of a session or engine",
    ".begin_nested": "begin_nested() of a session",
    ".connection": "connection() of a pool",
    ".cursor": "cursor() of a connection",
    ".pipeline": "pipeline() of a connection",
    ".session": "session() of a driver",
    ".transaction": "transaction() of a connection",
}
_BUILDERS = frozenset((".table", ".from_", ".rpc", ".schema"))
_BUILDING = frozenset(
    (
        *(".select", ".insert", ".upsert", ".update", ".delete", ".eq", ".execute", ".table", ".rpc", ".single"),
        *(".order", ".limit", ".in_", ".neq", ".maybe_single"),
    )
)
_RESULTS = frozenset((".scalars", ".scalar_one_or_none", ".scalar_one"))
_ROWS = frozenset((".all", ".first", ".one", ".one_or_none", ".unique"))
_SESSION = frozenset((".commit", ".refresh", ".flush", ".rollback", ".execute", ".scalars", ".delete"))
_ADDING = frozenset((".add", ".add_all"))


@dataclass(frozen=True, slots=True)
class Drift:
    """``trail`` leads from the double to the attribute that is asynchronous and should not be."""

    value: Value
    double: Double
    trail: Path
    span: Span
    method: str
    outcome: str
    tests: Tests
    given: Double | None = None
    """The ``AsyncMock`` that was put there in so many words."""

    @property
    def shown(self) -> str:
        return spelled(self.double.name or self.double.kind, self.trail)


def drifts(project: BoundProject) -> Iterator[Drift]:
    """Each attribute of each double once, at the first set-up that shows it."""
    tests = tests_of(project)
    values = values_of(tests)
    told: set[tuple[str, int, Path]] = set()
    for path, file in tests.files.items():
        ways = [(one.path, one.span, one.routine) for one in file.settings]
        ways += [(one.path, one.span, one.routine) for one in file.uses if one.context == "discarded"]
        for way, span, routine in ways:
            if way[0][0] not in "#%" or routine < 0:
                continue
            member = tests.members(path)[routine]
            found = _drift(way, span, member, tests, values) or _put(way, span, member, tests, values)
            if found is not None and (found.value.path, found.value.double, found.trail) not in told:
                told.add((found.value.path, found.value.double, found.trail))
                yield found


def _drift(way: Path, span: Span, member: Member, tests: Tests, values: Values) -> Drift | None:
    root, _ = values.follow(way[:1], member)
    if root.kind != "mock" or root.trail or root.double < 0:
        return None
    double = values.double(root)
    for length, method, outcome in _suspects(way[1:], double, root, tests):
        value, _ = values.follow(way[: length + 1], member)
        if (
            value.kind == "mock"
            and value.name == "AsyncMock"
            and value.double == root.double
            and value.path == root.path
        ):
            trail = way[1 : length + 1]
            # What an attribute's result is made of decides, where that attribute itself is asynchronous.
            result = trail.index(".return_value") + 1 if ".return_value" in trail else len(trail)
            return Drift(root, double, trail[:result], span, method, outcome, tests)
    return None


def _put(way: Path, span: Span, member: Member, tests: Tests, values: Values) -> Drift | None:
    """An ``AsyncMock`` put in the place of a synchronous method, which gives what is set up as that method's result."""
    if len(way) != 2 or way[1] not in (*_MANAGERS, *_BUILDERS):
        return None
    root, _ = values.follow(way[:1], member)
    put, _ = values.follow(way, member)
    if root.kind != "mock" or root.trail or (put.kind, put.name, put.trail) != ("mock", "AsyncMock", ()):
        return None
    result, _ = values.follow((*way, "()", "await"), member)
    if result.kind != "mock" or result.double < 0 or put.path != root.path:
        return None
    start = (f"#{result.double}", *result.trail)
    ways = [one.path for one in tests.files[result.path].settings]
    used = {one[len(start)] for one in ways if one[: len(start)] == start and len(one) > len(start)}
    double, put_double = values.double(root), values.double(put)
    if way[1] in _MANAGERS and used & {".__aenter__", ".__aexit__"}:
        outcome = "`async with` cannot enter the coroutine it gives"
        return Drift(root, double, way[1:], span, _MANAGERS[way[1]], outcome, tests, put_double)
    if way[1] in _BUILDERS and used & _BUILDING:
        outcome = f"the coroutine it gives has no `{min(used & _BUILDING)[1:]}`"
        return Drift(root, double, way[1:], span, f"{way[1][1:]}() of a Supabase client", outcome, tests, put_double)
    return None


def _suspects(trail: Path, double: Double, root: Value, tests: Tests) -> Iterator[tuple[int, str, str]]:
    """How much of the trail leads to a method that is synchronous in the client, which, and what follows."""
    for index, token in enumerate(trail):
        after = trail[index + 1 : index + 3]
        if after[:1] != (".return_value",):
            after = ()
        following = after[1] if len(after) > 1 else ""
        if index == 0 and token in _MANAGERS and following in (".__aenter__", ".__aexit__"):
            yield 1, _MANAGERS[token], "`async with` cannot enter the coroutine it gives"
        if index == 0 and token in _BUILDERS and following in _BUILDING:
            yield 1, f"{token[1:]}() of a Supabase client", f"the coroutine it gives has no `{following[1:]}`"
        if token in _RESULTS and after and not (token == ".scalars" and following not in _ROWS):
            yield index + 1, f"{token[1:]}() of a result", "it gives a coroutine in the place of rows"
    if trail[:1] and trail[0] in _ADDING and trail[-1:] == ("()",) and _is_session(double, root, tests):
        yield 1, f"{trail[0][1:]}() of a session", "the coroutine it gives is never awaited"


def _is_session(double: Double, root: Value, tests: Tests) -> bool:
    """The double is set up or used as a SQLAlchemy session is."""
    if "session" not in double.name.lower():
        return False
    file = tests.files[root.path]
    ways = (*(one.path for one in file.settings), *(one.path for one in file.uses))
    return any(way[0] == f"#{root.double}" and len(way) > 1 and way[1] in _SESSION for way in ways)
