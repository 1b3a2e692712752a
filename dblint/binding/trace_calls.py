"""What calls of classes and of other packages give in a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dblint.binding.code import Found
from dblint.binding.trace_doubles import make_double
from dblint.binding.trace_model import Frame
from dblint.binding.trace_settings import parts, set_parts
from dblint.binding.trace_values import Above, Arguments, Instance, Namespace, Outside, Put, Routine, Text, Value
from dblint.facts.code_model import Call

if TYPE_CHECKING:
    from dblint.binding.trace import Trace

HTTP = "HTTP client"
_CLIENTS = frozenset(("TestClient", "AsyncClient", "AsyncTestClient", "test_client"))
_MODULES = ("__import__", "import_module")
_MOCKS = frozenset(("MagicMock", "Mock", "AsyncMock", "NonCallableMagicMock", "PropertyMock", "create_autospec"))
_HANDING_ON = frozenset(("to_thread", "run_in_executor", "run_in_threadpool", "wait_for", "run", "run_until_complete"))
"""Calls that run what they are given, whatever they are called on."""


def make_object(trace: Trace, found: Found, arguments: Arguments, *, certain: bool) -> Instance:
    """The object that calling a class makes."""
    made = Instance(found)
    trace.objects.append(made)
    start = trace.code.member(found, "__init__")
    if start is not None and start.kind == "function":
        trace.run(Routine(start, made), arguments, certain=certain)
        return made
    node = trace.code.class_(found)
    names = [one.target for one in node.attributes if one.annotation is not None] if node is not None else []
    for index, (name, value) in enumerate(arguments):
        target = name or (names[index] if index < len(names) else "")
        if target:
            made.attributes[target] = value
    return made


def foreign(trace: Trace, frame: Frame, order: int, call: Call, callee: Outside) -> Value:
    """A call of another package: a double's making, ``super()``, a helper that runs what it is given."""
    last = callee.name.rpartition(".")[2]
    if last in _MOCKS:
        return make_double(trace, frame, order, call)
    if callee.name == "getattr":
        return parts(trace, frame, call)
    if callee.name == "setattr":
        set_parts(trace, frame, call)
        return None
    if last in _CLIENTS:
        return Outside(HTTP)
    if last == "super":
        own = frame.names.get(frame.function.parameters[0].name) if frame.function.parameters else None
        if isinstance(own, Instance) and frame.function.owner is not None:
            return Above(own, Found(frame.path, frame.function.owner, "class"))
        return None
    if last == "closing" and call.arguments:
        return Put(trace.value(frame, call.arguments[0].value))
    if last in _MODULES and call.arguments:
        module = trace.value(frame, call.arguments[0].value)
        path = trace.code.imported_file(frame.path, module.text) if isinstance(module, Text) else None
        return None if path is None else Namespace(path)
    if last in _HANDING_ON and call.arguments:
        return _handed_on(trace, frame, call)
    return None


def _handed_on(trace: Trace, frame: Frame, call: Call) -> Value:
    given = [one for one in trace.arguments(frame, call) if not one[0]]
    for index, (_, value) in enumerate(given):
        if isinstance(value, Routine):
            return trace.run(value, tuple(given[index + 1 :]), certain=frame.certain and not call.conditional)
    return given[-1][1] if given else None
