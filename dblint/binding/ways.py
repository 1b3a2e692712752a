"""Whether the way a double is told to answer on is the way an operation of the code takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dblint.binding.trace_model import Elsewhere, Reached
from dblint.binding.trace_values import Double, plain
from dblint.facts.code_expressions import HOLE
from dblint.facts.doubles_model import DoubleResult, DoubleStep

_HOLDERS = frozenset(("data",))


def way_of(steps: Sequence[DoubleStep]) -> tuple[str, ...]:
    """Steps as a double's way spells them."""
    return tuple(f"{plain(one.name)}()" if one.called else plain(one.name) for one in steps)


def held(path: Sequence[DoubleStep]) -> Sequence[DoubleStep]:
    """The way to the response, where the answer is set on its ``data``."""
    return path[:-1] if path and path[-1].name in _HOLDERS and not path[-1].called else path


def fits(told: tuple[str, ...], end: Double | None, reached: Reached, answer: DoubleResult) -> bool:
    """The answer may be what the operation gets: it ends at the same part of the double, or goes the same way."""
    if not _names_table(answer.path, reached.table) or not looks_for(answer, reached.table):
        return False
    if end is not None and end in reached.ends:
        return True
    if end is not None and end.root != reached.root:
        return False
    return any(_follows(told, taken, free, answer.fluent) for taken, free in _taken(reached))


def takes(reached: Reached, told: tuple[str, ...]) -> bool:
    """The operation goes this way."""
    return any(_follows(told, taken, free, False) for taken, free in _taken(reached))


def may_fit(told: tuple[str, ...], one: Elsewhere, answer: DoubleResult) -> bool:
    """An operation on an unknown receiver goes the way's last links, so that it may be the one."""
    if not _names_table(answer.path, one.table) or not looks_for(answer, one.table):
        return False
    last = len(one.operation.steps) - 1
    steps = tuple(
        f"{step.name}()" if step.call >= 0 or index == last else step.name
        for index, step in enumerate(one.operation.steps)
    )
    ways = [steps, *((f"{fetch}()",) for fetch in one.operation.fetch)]
    return any(told[-len(way) :] == way for way in ways)


def looks_for(answer: DoubleResult, text: str | None) -> bool:
    """The double answers so for a statement of this text, as far as anybody knows the text."""
    wanted = [one for step in answer.path for one in step.containing]
    if text is None or HOLE in text:
        return True
    return all(_flat(one) in _flat(text) for one in wanted)


def goes_first(other: DoubleResult, answer: DoubleResult, text: str | None) -> bool:
    """The same function surely answers a statement of this text otherwise, before it comes to this answer."""
    if text is None or HOLE in text or other.order >= answer.order or other.function != answer.function:
        return False
    alike = other.root == answer.root and way_of(other.path) == way_of(answer.path)
    told = any(step.containing for step in other.path) and not any(step.loose for step in other.path)
    return alike and told and looks_for(other, text)


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _names_table(steps: Sequence[DoubleStep], table: str | None) -> bool:
    """No literal on the way names another table."""
    for one in steps:
        if one.name in ("table", "from_", "rpc") and one.arguments:
            first = one.arguments[0]
            if first.kind == "str" and first.text != table:
                return False
    return True


def _taken(reached: Reached) -> Iterator[tuple[tuple[str, ...], frozenset[int]]]:
    """The ways an operation takes, and which of their links it may leave out."""
    operation, start = reached.operation, len(reached.prefix)
    last = len(operation.steps) - 1
    steps = tuple(
        f"{one.name}()" if one.call >= 0 or index == last else one.name for index, one in enumerate(operation.steps)
    )
    free = frozenset(start + index for index, one in enumerate(operation.steps) if one.optional)
    yield (*reached.prefix, *steps), free
    if operation.fetch:
        fetches = tuple(f"{one}()" for one in operation.fetch)
        for fetch in fetches:
            yield (*reached.prefix, fetch), frozenset()
            yield (*reached.prefix, *steps, fetch), frozenset()
        yield (*reached.prefix, *steps, *fetches), frozenset()


def _follows(told: Sequence[str], taken: Sequence[str], free: frozenset[int], fluent: bool) -> bool:
    """``told`` is ``taken`` but for links that may be left out; both end alike."""
    if not told or told[-1] != taken[-1]:
        return False
    return _skips(told, taken, free, fluent, 0, 0)


def _skips(told: Sequence[str], taken: Sequence[str], free: frozenset[int], fluent: bool, at: int, to: int) -> bool:
    if at == len(told) or to == len(taken):
        return at == len(told) and to == len(taken)
    if told[at] == taken[to] and _skips(told, taken, free, fluent, at + 1, to + 1):
        return True
    return (to in free or fluent) and to < len(taken) - 1 and _skips(told, taken, free, fluent, at, to + 1)
