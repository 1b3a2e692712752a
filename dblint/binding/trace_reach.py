"""Which database operations a trace reaches, and on what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from dblint.binding.mapped_model import model_named
from dblint.binding.trace_builders import listed
from dblint.binding.trace_model import Begun, Elsewhere, Frame, Reached, Served
from dblint.binding.trace_names import answered, led, stepped
from dblint.binding.trace_values import Double, Instance, Text, Value
from dblint.facts.code_expressions import HOLE
from dblint.facts.code_model import Operation

if TYPE_CHECKING:
    from dblint.binding.trace import Trace

_ENDS = 16


def operate(trace: Trace, frame: Frame, one: Operation) -> Operation:
    """Note an operation that runs in a frame, and on what; the operation with all that is known of it there."""
    if one.verb == "select":
        one = replace(one, select=_selected(trace, frame, one) or one.select)
    receiver, table = _receiver(trace, frame, one), _table(trace, frame, one)
    if receiver is None and (table is not None or one.kind != "sql"):
        trace.elsewhere.append(Elsewhere(one, frame.found, table))
    if not isinstance(receiver, Double | Instance):
        return one
    certain = frame.certain and not (one.conditional or one.repeated)
    way = receiver.way if isinstance(receiver, Double) else ()
    ends = frozenset(_ends(trace, frame, receiver, one) if isinstance(receiver, Double) else ())
    trace.reached.append(
        Reached(receiver.root, way, ends, one, frame.found, table, certain, isinstance(receiver, Instance))
    )
    if not one.end:
        begun = Begun(receiver.root, way, one, frame.found, table, certain)
        trace.begun.update((end, begun) for end in ends)
    return one


def _selected(trace: Trace, frame: Frame, one: Operation) -> str | None:
    """The select list that a parameter or a constant of another file gives."""
    call = next((step.call for step in one.steps if step.name == "select" and not step.optional), -1)
    return listed(trace, frame, frame.function.calls[call]) if call >= 0 else None


def serve(trace: Trace, frame: Frame, one: Operation, given: Value) -> None:
    """Note the rows that an operation surely gets from a test, given what its last call gave."""
    for row in answered(trace, given):
        trace.served.append(Served(row, one, frame.found, _table(trace, frame, one)))


def _ends(trace: Trace, frame: Frame, receiver: Double, one: Operation) -> Iterator[Double]:
    """What may be left of a double where the operation ends, and where its rows are fetched."""
    at: list[Value] = [receiver]
    last = len(one.steps) - 1
    for index, step in enumerate(one.steps):
        next_ = [stepped(trace, value, step.name, called=step.call >= 0 or index == last) for value in at]
        if index == 0 and last > 0 and step.call >= 0:
            next_.append(trace.given(frame, step.call))  # What a fake's ``table`` gives for this name.
        at = [value for value in (*next_, *(at if step.optional else ())) if isinstance(value, Double)]
        at = list(dict.fromkeys(at))[:_ENDS]
    starts = [*at, receiver] if one.fetch else []
    chain = list(at)
    for fetch in one.fetch:
        at += [stepped(trace, value, fetch, called=True) for value in starts]
        chain = [stepped(trace, value, fetch, called=True) for value in chain]
    yield from (value for value in (*at, *chain) if isinstance(value, Double))


def _receiver(trace: Trace, frame: Frame, one: Operation) -> Value:
    if one.root >= 0:
        inner = frame.function.calls[one.root]
        return led(trace, trace.given(frame, one.root), one.receiver.removeprefix(f"{inner.callee}()").strip("."))
    return trace.name(frame, one.receiver) if one.receiver else None


def _table(trace: Trace, frame: Frame, one: Operation) -> str | None:
    if one.kind == "model":
        return model_named(trace.code, frame.path, one, frame.function.name)
    named, parts = one.subject, [trace.value(frame, part) for part in one.subject.items]
    texts = [part.text for part in parts if isinstance(part, Text)]
    if named.kind == "str" and texts and one.kind != "sql":
        return texts[0]
    if one.kind != "sql" and named.kind == "fstr" and texts and len(texts) == len(parts) == named.text.count(HOLE):
        return "".join(piece for pair in zip_longest(named.text.split(HOLE), texts, fillvalue="") for piece in pair)
    if named.kind == "str" or (one.kind == "sql" and named.kind == "fstr"):
        return named.text
    value = trace.value(frame, named) if named.kind == "name" else None
    known = isinstance(value, Text) and (one.kind == "sql" or HOLE not in value.text)
    return value.text if known and isinstance(value, Text) else None
