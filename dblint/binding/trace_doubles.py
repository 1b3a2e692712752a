"""What a trace knows of doubles: how they are made and named, what their parts and their answers are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dblint.binding.code import Found
from dblint.binding.trace_model import Answered, Frame, Stood
from dblint.binding.trace_names import class_named, linked, rows_of, stepped
from dblint.binding.trace_patches import spot_named, spot_of
from dblint.binding.trace_settings import configure
from dblint.binding.trace_values import (
    Arguments,
    Blueprint,
    Double,
    Giving,
    Instance,
    Namespace,
    Put,
    Root,
    Routine,
    Row,
    Several,
    Text,
    Value,
)
from dblint.facts.code_model import Call
from dblint.facts.doubles_model import DoubleRoot, DoubleStep

if TYPE_CHECKING:
    from dblint.binding.trace import Trace


def ask(trace: Trace, frame: Frame, double: Double, arguments: Arguments, *, certain: bool) -> Value:
    """What a call of a double gives."""
    result: Value = linked(trace, double.called())
    ran = trace.links.get(double.called())
    if isinstance(ran, Routine | Giving):
        result = trace.call(frame, ran, arguments, certain=certain) or result
    elif isinstance(result, Double) and isinstance(trace.links.get(result), Row | Several):
        result = trace.links[result]
    if isinstance(double.gives, Routine | Giving):
        result = trace.call(frame, double.gives, arguments, certain=certain)
    elif double.gives is not None:
        result = double.gives
    if double.stands_for is None or double.stands_for.kind != "function":
        return result
    trace.answered.append(Answered(double.root, double.called().way, double.stands_for))
    trace.stood += (Stood(row, double.stands_for) for row in rows_of(result))
    return handed_out(trace, result, double.stands_for) if isinstance(result, Double) else result


def fake(trace: Trace, routine: Routine, given: Value) -> None:
    """Note the rows that a fake's method gives in the place of the method it stands for."""
    own = routine.held_by
    rows = tuple(rows_of(given)) if own is not None else ()
    if own is None or not rows:
        return
    name = routine.found.name.rpartition(".")[2]
    bases = [own.stands_for] if own.stands_for is not None else list(trace.code.bases(own.made_of))[1:]
    for one in bases:
        member = trace.code.member(one, name)
        if member is not None and member.kind == "function" and member != routine.found:
            trace.stood += (Stood(row, member) for row in rows)
            return


def handed_out(trace: Trace, value: Double, function: Found) -> Double:
    """A double that a function of the project hands out: it stands for what that function says it returns."""
    if value.stands_for is not None:
        return value
    facts = trace.code.function(function)
    meant = class_named(trace, function.path, facts.returns) if facts is not None and facts.returns else None
    return value if meant is None else Double(value.root, value.way, meant)


def typed(trace: Trace, frame: Frame, value: Value, annotation: str | None) -> Value:
    """A double or a fake that is handed in for an object of a class of the project."""
    if not isinstance(value, Double | Instance) or value.stands_for is not None or annotation is None:
        return value
    meant = class_named(trace, frame.path, annotation)
    if isinstance(value, Instance):
        value.stands_for = meant if meant != value.made_of else None
        return value
    return value if meant is None else Double(value.root, value.way, meant)


def make_double(trace: Trace, frame: Frame, order: int, call: Call) -> Double:
    """The double that a call makes, and what its arguments tell it."""
    targets = [
        one.target
        for one in frame.function.assignments
        if one.value is not None and one.value.kind == "call" and one.value.call == order
    ]
    spec = call.argument(0, "spec", "spec_set") if call.name == "create_autospec" else call.argument(0, "spec")
    spec = spec or next((one.value for one in call.arguments if one.name == "spec_set"), None)
    meant = trace.value(frame, spec) if spec is not None else None
    name = targets[0] if targets else f"#{order}"
    stands = meant.found if isinstance(meant, Blueprint | Routine) else None
    double = Double(trace.new_root(Root(frame.path, frame.function.name, name)), (), stands)
    configure(trace, frame, double, call)
    return double


def entered(trace: Trace, value: Value) -> Value:
    """What ``with value as`` gives."""
    if isinstance(value, Put):
        return value.value
    if isinstance(value, Double):
        return stepped(trace, value, "__enter__", called=True)
    if isinstance(value, Instance):
        for name in ("__enter__", "__aenter__"):
            member = trace.code.member(value.made_of, name)
            if member is not None and member.kind == "function":
                return trace.run(Routine(member, value))
    return value


def end_of(trace: Trace, double: Double, path: Sequence[DoubleStep]) -> Double | None:
    """The part of a double at the end of a way."""
    value: Value = double
    for one in path:
        value = stepped(trace, value, one.name, called=one.called)
    return value if isinstance(value, Double) else None


def _named(trace: Trace, frame: Frame, name: str) -> Value:
    """What a name, or a key of a dict (``tables["orders"]``), stands for."""
    held, _, key = name.partition("[")
    value = trace.name(frame, held) if key[:1] in ("'", '"') else None
    return value.get(Text(key[1:-2])) if isinstance(value, Row) else trace.name(frame, name)


def double_of(trace: Trace, frame: Frame, root: DoubleRoot) -> Double | Instance | Blueprint | Namespace | None:
    """The double that facts of a frame's file name, or an object that holds it."""
    if root.kind == "patch" and root.target is not None:
        spot = spot_named(trace, frame, root.target)
        if spot is None:
            held, _, name = root.target.rpartition(".")
            spot = spot_of(trace, trace.name(frame, held), name) if held else None
        put = spot.put(trace) if spot is not None else None
        if isinstance(put, Double) or spot is None:
            return put if isinstance(put, Double) else None
        asked = spot.function or spot.makes
        return Double(spot.root, (), spot.function, None, trace.dependencies.get(asked) if asked else None)
    value = _named(trace, frame, root.name)
    if isinstance(value, Put):
        value = value.value
    return value if isinstance(value, Double | Instance | Blueprint | Namespace) else None
