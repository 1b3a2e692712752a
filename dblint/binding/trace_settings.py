"""What a test tells the parts of a double: by attributes, keywords, ``configure_mock``, ``getattr`` and ``setattr``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.binding.trace_model import Frame
from dblint.binding.trace_names import attribute
from dblint.binding.trace_values import (
    ITSELF,
    Double,
    Each,
    Giving,
    Instance,
    Routine,
    Row,
    Several,
    Text,
    Value,
    plain,
)
from dblint.facts.code_model import Call

if TYPE_CHECKING:
    from dblint.binding.trace import Trace

CONFIGURING = "configure_mock"


def settle(trace: Trace, holder: Double, name: str, value: Value) -> None:
    """``holder.name = value``."""
    if plain(name) == "__enter__" and value == ITSELF:
        trace.links[holder.attribute(name).called()] = holder
    elif name == "side_effect":
        if isinstance(value, Routine | Giving):
            trace.links[holder.called()] = value
    elif isinstance(value, Double | Instance | Row | Several):
        trace.links[holder.called() if name == "return_value" else holder.attribute(name)] = value
    elif isinstance(value, Routine | Giving) and name != "return_value":
        trace.links[holder.attribute(name)] = value


def configure(trace: Trace, frame: Frame, double: Double, call: Call) -> None:
    """``Mock(return_value=x)``, ``double.configure_mock(**{"execute.return_value": x})``."""
    for one in call.arguments:
        if one.name == "**" and one.value.kind == "dict":
            for key, value in zip(one.value.keys, one.value.items, strict=True):
                if key is not None:
                    _link_way(trace, double, key, trace.value(frame, value))
        elif "*" not in one.name and one.name:
            trace.link(double, one.name, trace.value(frame, one.value))


def _link_way(trace: Trace, double: Double, way: str, value: Value) -> None:
    *names, last = way.split(".")
    at: Value = double
    for name in names:
        at = attribute(trace, at, name)
    if isinstance(at, Double):
        trace.link(at, last, value)


def parts(trace: Trace, frame: Frame, call: Call) -> Value:
    """``getattr(double, name)``, where the name may be each one that a loop goes through."""
    given = [trace.value(frame, one.value) for one in call.arguments[:2] if not one.name]
    if len(given) < 2:
        return None
    found = tuple(attribute(trace, given[0], name) for name in _texts(given[1]))
    return found[0] if len(found) == 1 else Each(found) if found else None


def set_parts(trace: Trace, frame: Frame, call: Call) -> None:
    """``setattr(double, name, value)``."""
    given = [trace.value(frame, one.value) for one in call.arguments if not one.name]
    if len(given) != 3:
        return
    for name in _texts(given[1]):
        if isinstance(given[0], Double):
            trace.link(given[0], name, given[2])
        elif isinstance(given[0], Instance):
            given[0].attributes[name] = given[2]


def _texts(value: Value) -> Iterator[str]:
    for one in value.values if isinstance(value, Each) else (value,):
        if isinstance(one, Text):
            yield one.text
