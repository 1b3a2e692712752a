"""What fakes of the tests' own classes stand for in a trace: the objects, and where a way from one of them leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dblint.binding.code import Found
from dblint.binding.trace_doubles import double_of
from dblint.binding.trace_model import Frame, Reached
from dblint.binding.trace_names import attribute, stepped
from dblint.binding.trace_values import Blueprint, Double, Instance, Namespace, Put, Routine, Value
from dblint.binding.ways import takes, way_of
from dblint.facts.doubles_model import DoubleResult, DoubleStep

if TYPE_CHECKING:
    from dblint.binding.trace import Trace

_MOST = 8

Spot = tuple[Double | Instance, Sequence[DoubleStep]]
"""A double or an object, and the steps that go on from it."""


def spots(trace: Trace, frame: Frame, answer: DoubleResult, path: Sequence[DoubleStep]) -> Iterator[Spot]:
    """Where an answer is told: on the double it names, or on each object of the class it names."""
    known = answer.root.name if answer.root.kind == "class" else "" if answer.root.name else answer.root.maker
    if not known:
        yield from _led(trace, double_of(trace, frame, answer.root), path)
        return
    for one in [made for made in trace.objects if _is_of(trace, made, frame.path, known)][:_MOST]:
        yield from _led(trace, one, path)


def _is_of(trace: Trace, made: Instance, path: str, name: str) -> bool:
    return any(one.path == path and _last(one) == name for one in trace.code.bases(made.made_of))


def _last(found: Found) -> str:
    return found.name.rpartition(".")[2]


def _led(trace: Trace, value: Value, path: Sequence[DoubleStep]) -> Iterator[Spot]:
    """The double or the object that a way leads to, and what is left of the way."""
    left = list(path)
    while isinstance(value, Instance | Put | Blueprint | Namespace) and left:
        if isinstance(value, Instance) and any(takes(one, way_of(left)) for one in _reached(trace, value)):
            break
        step = left.pop(0)
        value = _taken(trace, value, step)
    if isinstance(value, Double | Instance):
        yield value, left


def _reached(trace: Trace, value: Instance) -> Iterator[Reached]:
    return (one for one in trace.reached if one.root == value.root)


def _taken(trace: Trace, value: Instance | Put | Blueprint | Namespace, step: DoubleStep) -> Value:
    if isinstance(value, Put):
        return value.value if step.name in ("__enter__", "__aenter__") else None
    if not step.called:
        return stepped(trace, value, step.name, called=False)
    member = attribute(trace, value, step.name or "__call__")
    if isinstance(member, Routine) and isinstance(value, Instance):
        return trace.run(member)
    return stepped(trace, member, "", called=True)
