"""Runs tests in a trace as pytest runs them: what is set up for them, their fixtures, themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dblint.binding.clients import conftests
from dblint.binding.code import Code, Found, fixture_name
from dblint.binding.trace import Trace
from dblint.binding.trace_patches import decorated
from dblint.binding.trace_values import Instance, Outside, Routine, Value
from dblint.facts.code_model import CodeFacts, Function

_SETUPS = ("setup_class", "setUpClass", "setup_method", "setUp", "asyncSetUp", "setup")


def follow(trace: Trace, test: Found) -> None:
    """Runs a test in a trace."""
    function = trace.code.function(test)
    if function is None:
        return
    instance = None if function.owner is None else Instance(Found(test.path, function.owner, "class"))
    for found in autouse(trace.code, [*reversed(list(conftests(test.path))), test.path]):
        owner = trace.code.owner(found)
        if owner is None or (instance is not None and owner == instance.made_of):
            fixture_of(trace, found, instance)
    if instance is not None:
        for name in _SETUPS:
            member = trace.code.member(instance.made_of, name)
            if member is not None and member.kind == "function":
                run_test(trace, member, instance)
    run_test(trace, test, instance)


def fixture(trace: Trace, path: str, name: str, instance: Instance | None) -> Value:
    """What a fixture of that name gives to a function of a file."""
    found = trace.code.fixture(path, name)
    if found is None:
        return Outside(name) if name in ("monkeypatch", "mocker") else None
    return fixture_of(trace, found, instance)


def fixture_of(trace: Trace, found: Found, instance: Instance | None) -> Value:
    """What a fixture gives, run once."""
    if found not in trace.fixtures:
        trace.fixtures[found] = None
        owned = instance if trace.code.owner(found) is not None else None
        trace.fixtures[found] = run_test(trace, found, owned)
    return trace.fixtures[found]


def run_test(trace: Trace, found: Found, instance: Instance | None) -> Value:
    """What a test or fixture gives, its parameters taken from fixtures."""
    function = trace.code.function(found)
    if function is None:
        return None
    own = function.owner is not None and not function.decorated("staticmethod")
    names = [one.name for one in function.parameters if one.kind in ("plain", "keyword")][1 if own else 0 :]
    module = trace.module(found.path)
    put = [] if module is None else decorated(trace, module, function.decorators)
    if function.owner is not None and module is not None:
        node = module.facts.class_(function.owner)
        put += [] if node is None else decorated(trace, module, node.decorators)
    arguments = [(name, value) for name, value in zip(names, put, strict=False)]
    arguments += [(name, fixture(trace, found.path, name, instance)) for name in names[len(arguments) :]]
    return trace.run(Routine(found, instance if own else None), tuple(arguments))


def autouse(code: Code, paths: Iterable[str]) -> Iterator[Found]:
    """The fixtures that every test of these files gets unasked."""
    for path in paths:
        facts = code.file(path)
        for function in facts.functions if facts is not None else ():
            if facts is not None and is_autouse(facts, function):
                yield Found(path, function.name, "function")


def is_autouse(facts: CodeFacts, function: Function) -> bool:
    """A fixture that every test gets unasked."""
    if fixture_name(facts, function) is None:
        return False
    calls = facts.module.calls
    given = [calls[one.call] for one in function.decorators if 0 <= one.call < len(calls)]
    return any(two.name == "autouse" for one in given for two in one.arguments)
