"""Follows one test as pytest runs it: what is set up for it, its fixtures, itself."""

from __future__ import annotations

from dblint.binding.clients import conftests
from dblint.binding.code import Found
from dblint.binding.trace import Trace, autouse
from dblint.binding.trace_values import Instance

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
            trace.fixture_of(found, instance)
    if instance is not None:
        for name in _SETUPS:
            member = trace.code.member(instance.made_of, name)
            if member is not None and member.kind == "function":
                trace.run_test(member, instance)
    trace.run_test(test, instance)
