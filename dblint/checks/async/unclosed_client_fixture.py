"""Asynchronous fixtures that open a client and never close it."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_clients import CONSTRUCTORS, Constructor
from dblint.checks.async_fixes import article, yielded
from dblint.checks.async_tests import Member, Tests, tests_of
from dblint.facts.async_model import HandOut, Making, Path
from dblint.finding import Finding, Remedy
from dblint.rule import Rule
from dblint.source import Place

_CLOSING = frozenset(
    (
        *("close", "aclose", "dispose", "disconnect", "ensure_closed", "wait_closed", "terminate", "close_all"),
        *("addfinalizer", "enter_async_context", "push_async_exit", "push_async_callback", "aclosing", "closing"),
    )
)


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tests = tests_of(project)
    for fixture in tests.fixtures:
        if not fixture.routine.is_async or len(fixture.routine.hand_outs) != 1:
            continue
        hand_out = fixture.routine.hand_outs[0]
        making = _opened(fixture, hand_out, tests)
        if making is None or _is_closed(fixture, hand_out, tests):
            continue
        constructor = CONSTRUCTORS[making.name]
        shaped = None
        if not hand_out.name or making.assigned == hand_out.name:
            shaped = yielded(fixture, hand_out, constructor)
        remedy = Remedy(f"Yield and close the {constructor.noun}", "unsafe", shaped) if shaped is not None else None
        client = f"{article(constructor.noun)} {constructor.noun}"
        yield rule.finding(
            Place(fixture.path, fixture.routine.span),
            f"`{fixture.routine.name}` opens {client} with `{making.name}()` and nobody closes it",
            help=f"Yield it, then {_closing(constructor)}.",
            remedy=remedy,
        )


def _opened(fixture: Member, hand_out: HandOut, tests: Tests) -> Making | None:
    """The one call that makes the client which the fixture hands out open and alone."""
    for making in tests.files[fixture.path].makings:
        constructor = CONSTRUCTORS.get(making.name)
        if making.routine != fixture.index or constructor is None or not constructor.close:
            continue
        if hand_out.path == _open_way(making, constructor) and not _is_light(making):
            return making
    return None


def _open_way(making: Making, constructor: Constructor) -> Path:
    needs = constructor.opening in ("coroutine", "awaitable", "loop")
    return (making.name, "()", "await") if needs else (making.name, "()")


def _is_light(making: Making) -> bool:
    """It keeps no connection of its own."""
    pool = making.keyword("poolclass")
    return pool is not None and (pool.path[:1] or ("",))[0].endswith("NullPool")


def _is_closed(fixture: Member, hand_out: HandOut, tests: Tests) -> bool:
    """Something after the yield, in a consumer, or in the fixture itself closes it."""
    if hand_out.managed or (hand_out.yields and not hand_out.last) or _CLOSING & {*fixture.routine.calls}:
        return True
    return any(_CLOSING & {*one.routine.calls} for one in tests.consumers(fixture)) or any(
        use.context == "entered" or "enter" in use.path[1:2] for _, use in tests.uses_of(fixture)
    )


def _closing(constructor: Constructor) -> str:
    return " and ".join(f"`{one.format(constructor.noun)}`" for one in constructor.close)
