"""Query builders that one function begins and another runs: ``self._query().eq("id", 1).execute()``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dblint.binding.trace_model import Frame, Reached, Served
from dblint.binding.trace_names import answered, led
from dblint.binding.trace_values import Double, Text, Value
from dblint.facts.code_model import Call, Step

if TYPE_CHECKING:
    from dblint.binding.trace import Trace

RUNS = frozenset(("execute", "csv", "explain"))
_VERBS = frozenset(("select", "insert", "upsert", "update", "delete"))


def go_on(trace: Trace, frame: Frame, order: int, call: Call, given: Value) -> None:
    """Note what a call on a builder that another function began makes of it."""
    if not trace.begun:
        return
    begun = trace.begun.get(_held(trace, frame, call))
    if begun is None or any(one.order == order for one in frame.function.operations):
        return
    operation = replace(begun.operation, steps=(*begun.operation.steps, Step(call.name, order)))
    if call.name in _VERBS and operation.verb is None:
        select = listed(trace, frame, call) if call.name == "select" else None
        operation = replace(operation, verb=call.name, select=select)
    if call.name not in RUNS:
        if isinstance(given, Double):
            trace.begun[given] = replace(begun, operation=operation)
        return
    operation = replace(operation, end=call.name, order=order, awaited=call.awaited, conditional=call.conditional)
    certain = frame.certain and begun.certain and not (call.conditional or call.repeated)
    ends = frozenset((given,)) if isinstance(given, Double) else frozenset()
    trace.reached.append(Reached(begun.root, begun.prefix, ends, operation, begun.function, begun.table, certain))
    trace.served += (Served(row, operation, begun.function, begun.table) for row in answered(trace, given))


def _held(trace: Trace, frame: Frame, call: Call) -> Value:
    """What a method is called on."""
    if call.receiver >= 0:
        inner = frame.function.calls[call.receiver]
        rest = call.callee.removeprefix(f"{inner.callee}()").strip(".").rpartition(".")[0]
        return led(trace, trace.given(frame, call.receiver), rest)
    held = call.callee.rpartition(".")[0]
    return trace.name(frame, held) if held else None


def listed(trace: Trace, frame: Frame, call: Call) -> str | None:
    """The select list, where all of it is known."""
    given = [trace.value(frame, one.value) for one in call.arguments if not one.name]
    texts = [one.text for one in given if isinstance(one, Text)]
    return ",".join(texts) if len(texts) == len(given) and texts else None if given else "*"
