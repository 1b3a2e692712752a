"""What the parameters of a function that a trace runs stand for: arguments, defaults, dependencies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dblint.binding.trace_doubles import handed_out, typed
from dblint.binding.trace_model import Frame
from dblint.binding.trace_values import Arguments, Blueprint, Double, Routine, Value, literal
from dblint.facts.code_model import Expression

if TYPE_CHECKING:
    from dblint.binding.trace import Trace

_DEPENDS = re.compile(r"\b(?:Depends|Security)\(([\w.]+)\)")


def bind(trace: Trace, frame: Frame, routine: Routine, arguments: Arguments) -> None:
    """Give the names of a frame's parameters what they stand for."""
    parameters = list(frame.function.parameters)
    if routine.held_by is not None and parameters and not frame.function.decorated("staticmethod"):
        own: Value = routine.held_by
        if frame.function.decorated("classmethod"):
            own = Blueprint(routine.held_by.made_of)
        frame.names[parameters.pop(0).name] = own
    keywords = {name: value for name, value in arguments if name}
    positional = [value for name, value in arguments if not name]
    for one in parameters:
        if one.kind in ("args", "kwargs"):
            continue
        value: Value = None
        if one.kind != "keyword" and positional:
            value = positional.pop(0)
        elif one.name in keywords:
            value = keywords[one.name]
        elif one.default is not None:
            value = _default(trace, frame, one.default)
        elif one.annotation is not None:
            value = _annotated(trace, frame, one.annotation)
        frame.names[one.name] = typed(trace, frame, value, one.annotation)


def _default(trace: Trace, frame: Frame, default: Expression) -> Value:
    """A parameter's default; what ``Depends(get_db)`` gives for a route."""
    if default.kind != "call":
        return _literal(trace, frame, default)
    if default.text.rpartition(".")[2] in ("Depends", "Security"):
        module = trace.module(frame.path)
        call = module.function.calls[default.call] if module is not None and default.call >= 0 else None
        given = call.argument(0, "dependency") if call is not None else None
        if module is not None and given is not None:
            return _dependency(trace, module, trace.value(module, given))
    return None


def _annotated(trace: Trace, frame: Frame, annotation: str) -> Value:
    """What ``Annotated[Client, Depends(get_client)]`` gives, also by the name it has."""
    found = trace.code.find(frame.path, annotation) if "[" not in annotation else None
    meant = trace.code.constant(found) if found is not None and found.kind == "constant" else None
    path, text = (frame.path, annotation) if meant is None or found is None else (found.path, meant.text)
    asked = _DEPENDS.search(text)
    module = trace.module(path) if asked is not None else None
    return None if module is None or asked is None else _dependency(trace, module, trace.name(module, asked[1]))


def _dependency(trace: Trace, module: Frame, asked: Value) -> Value:
    """What a dependency gives; what a test overrides it with goes first."""
    if isinstance(asked, Routine | Blueprint) and asked.found in trace.dependencies:
        given = trace.call(module, trace.dependencies[asked.found], (), certain=True)
        return handed_out(trace, given, asked.found) if isinstance(given, Double) else given
    return trace.call(module, asked, (), certain=True)


def _literal(trace: Trace, frame: Frame, expression: Expression) -> Value:
    if expression.kind == "name":
        return trace.name(frame, expression.text)
    return literal(expression)
