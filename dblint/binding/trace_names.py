"""What names and attributes stand for in a trace, with what the test has put in their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.binding.code import Found
from dblint.binding.trace_values import (
    OUTSIDE,
    Above,
    Blueprint,
    Double,
    Giving,
    Instance,
    Namespace,
    Outside,
    Put,
    Routine,
    Row,
    Several,
    Text,
    Value,
)

if TYPE_CHECKING:
    from dblint.binding.trace import Trace

_LINKS = 6
STATE = ".state"
"""The file of what stands on an application's state."""
_STATE = re.compile(r"\.app\.state\.(\w+)")


def linked(trace: Trace, double: Double) -> Value:
    """A part of a double, or what the test has set it to."""
    value: Value = double
    for _ in range(_LINKS):
        behind = trace.links.get(value) if isinstance(value, Double) else None
        bare = isinstance(value, Double) and bool(value.way) and not value.way[-1].endswith(")")
        if not isinstance(behind, Double | Instance) and not (bare and behind is not None):
            return value
        value = behind
    return double


def stepped(trace: Trace, value: Value, name: str, *, called: bool) -> Value:
    """What ``.name`` or ``.name()`` of a value stands for, nothing being run; an empty name is a bare call."""
    if name:
        value = attribute(trace, value, name)
    if not called or not isinstance(value, Double):
        return value if not called else None
    given = value.gives.value if isinstance(value.gives, Giving) else value.gives
    given = given if isinstance(given, Double | Instance) else None
    return given or linked(trace, value.called())


def _part(trace: Trace, value: Double, name: str) -> Value:
    if name in ("return_value", "side_effect"):
        return stepped(trace, value, "", called=True) if name == "return_value" else value
    inner = linked(trace, value.attribute(name))
    if not isinstance(inner, Double):
        return inner
    stands = value.stands_for
    member = trace.code.member(stands, name) if stands is not None and stands.kind == "class" else None
    return inner if member is None or member.kind != "function" else Double(inner.root, inner.way, member)


def named(trace: Trace, path: str, text: str, within: str) -> Value:
    """What a dotted name of a file stands for, with what the test has put in its place."""
    head, _, rest = text.partition(".")
    if (path, head) in trace.places:
        return led(trace, trace.places[(path, head)], rest)
    longest = trace.code.longest(path, text, within)
    if longest is not None:
        found, end = longest
        parts = text.split(".")
        if end > 1 and found.kind != "module":
            # The longest name goes straight to its home, past what stands in the way of it.
            base = named(trace, path, head, within)
            if base is not None:
                return led(trace, base, rest)
        return led(trace, _meant(trace, found), ".".join(parts[end:]))
    imported = trace.code.imported(path, head, within)
    return _outside(trace, f"{imported}.{rest}".strip(".")) if imported is not None else _builtin(text)


def stated(trace: Trace, text: str) -> Value:
    """What a test has put on an application's ``state``, as ``request.app.state.pool`` asks for it."""
    found = _STATE.search(text)
    put = trace.places.get((STATE, found[1])) if found is not None else None
    return None if found is None or put is None else led(trace, put, text[found.end() :].strip("."))


def _outside(trace: Trace, name: str) -> Value:
    """What a dotted name of another package stands for, with what the test has put in its place."""
    for (path, put), value in trace.places.items():
        if path == OUTSIDE and (name == put or name.startswith(f"{put}.")):
            return led(trace, value, name.removeprefix(put).strip("."))
    return Outside(name)


def _builtin(text: str) -> Value:
    return Outside(text) if text.isidentifier() else None


def _meant(trace: Trace, found: Found) -> Value:
    """What a definition stands for, with what the test has put in its place."""
    if found.kind == "module":
        return Namespace(found.path)
    if found.kind == "class":
        return Blueprint(found)
    if found.kind == "function":
        owner = trace.code.owner(found)
        return Routine(found) if owner is None else Routine(found, None)
    return _constant(trace, found)


def _constant(trace: Trace, found: Found) -> Value:
    key = (found.path, found.name)
    if key not in trace.constants:
        trace.constants[key] = None
        expression = trace.code.constant(found)
        module = trace.module(found.path)
        if expression is not None and module is not None:
            trace.constants[key] = trace.value(module, expression)
    return trace.constants[key]


def led(trace: Trace, value: Value, rest: str) -> Value:
    """What ``.a.b()`` of a value stands for."""
    for part in rest.split(".") if rest else ():
        name = part.partition("[")[0].partition("(")[0]
        if name:
            value = attribute(trace, value, name)
        if "()" in part:
            value = stepped(trace, value, "", called=True)
        if "[" in part and not isinstance(value, Double):
            return None
    return value


def class_named(trace: Trace, path: str, annotation: str) -> Found | None:
    """The one class of the project an annotation names."""
    names = [one.strip(" '\"") for one in annotation.replace("[", "|").replace("]", "|").replace(",", "|").split("|")]
    found = {trace.code.find(path, one) for one in names if one and one not in ("None", "Optional", "Annotated")}
    classes = {one for one in found if one is not None and one.kind == "class"}
    return classes.pop() if len(classes) == 1 else None


def declared(trace: Trace, found: Found) -> Found | None:
    """The class that a module says a name of it is an object of, by annotation or by what makes it."""
    facts = trace.code.file(found.path)
    told = [one for one in facts.module.assignments if one.target == found.name] if facts is not None else []
    annotations = [one.annotation for one in told if one.annotation is not None]
    made = told[0].value if len(told) == 1 else None
    maker = trace.code.find(found.path, made.text) if made is not None and made.kind == "call" else None
    if maker is not None and maker.kind == "class":
        return maker
    function = trace.code.function(maker)
    if function is not None and function.returns is not None and maker is not None:
        return class_named(trace, maker.path, function.returns)
    return class_named(trace, found.path, annotations[0]) if len(annotations) == 1 else None


def rows_of(value: Value) -> Iterator[Row]:
    """The dict literals that a value is or lists."""
    if isinstance(value, Row):
        yield value
    elif isinstance(value, Several):
        yield from (one for one in value.values if isinstance(one, Row))


def answered(trace: Trace, given: Value) -> Iterator[Row]:
    """The dict literals in what an operation gets: in a response's ``data``, or bare."""
    return rows_of(attribute(trace, given, "data") if isinstance(given, Double | Instance) else given)


def attribute(trace: Trace, value: Value, name: str) -> Value:
    """An attribute of a value."""
    if isinstance(value, Double):
        return _part(trace, value, name)
    if isinstance(value, Instance):
        return value.attributes[name] if name in value.attributes else _member(trace, value, value.made_of, name)
    if isinstance(value, Above):
        above = list(trace.code.bases(value.instance.made_of))
        behind = above[above.index(value.below) + 1 :] if value.below in above else []
        found = (_member(trace, value.instance, one, name) for one in behind)
        return next((one for one in found if one is not None), None)
    if isinstance(value, Blueprint):
        return _of_blueprint(trace, value, name)
    if isinstance(value, Namespace):
        return named(trace, value.path, name, "")
    if isinstance(value, Put):
        return Giving(value.value) if name in ("start", "__enter__") else attribute(trace, value.value, name)
    if isinstance(value, Row) and name in ("get", "__getitem__"):
        return Giving(None, value)
    if isinstance(value, Text) and name == "value":
        return value  # An enum's member.
    return _outside(trace, f"{value.name}.{name}") if isinstance(value, Outside) else None


def _of_blueprint(trace: Trace, blueprint: Blueprint, name: str) -> Value:
    """An attribute of a class; a class method belongs to the class it is asked on."""
    value = _of_class(trace, blueprint.found, name)
    function = trace.code.function(value.found) if isinstance(value, Routine) else None
    if isinstance(value, Routine) and function is not None and function.decorated("classmethod"):
        return Routine(value.found, Instance(blueprint.found))
    return value


def _of_class(trace: Trace, found: Found, name: str) -> Value:
    for one in trace.code.bases(found):
        if (one.path, f"{one.name}.{name}") in trace.places:
            return trace.places[(one.path, f"{one.name}.{name}")]
        member = trace.code.member(one, name)
        if member is not None:
            return Routine(member) if member.kind == "function" else Blueprint(member)
        node = trace.code.class_(one)
        for own in node.attributes if node is not None else ():
            if own.target == name and own.value is not None:
                module = trace.module(one.path)
                return None if module is None else trace.value(module, own.value)
    return None


def _member(trace: Trace, instance: Instance, found: Found, name: str) -> Value:
    """A method bound to its object, the value of a property, or an attribute of the class."""
    value = _of_class(trace, found, name)
    if not isinstance(value, Routine):
        return value
    function = trace.code.function(value.found)
    if function is not None and any(function.decorated(one) for one in ("property", "cached_property")):
        return trace.run(Routine(value.found, instance))
    return Routine(value.found, instance)
