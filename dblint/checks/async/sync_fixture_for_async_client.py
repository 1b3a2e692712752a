"""Synchronous fixtures that hand out a client which only asynchronous code can open."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.async_clients import CONSTRUCTORS, Constructor
from dblint.checks.async_fakes import Unopened, unopened
from dblint.checks.async_fixes import async_fixture, before, behind, insert, made_async, yielded
from dblint.checks.async_runs import Runs, runs_of
from dblint.checks.async_tests import Member, Tests, tests_of
from dblint.facts.async_model import HandOut, Making, Path, Use
from dblint.finding import Finding, Label, Remedy
from dblint.intent import Intent, ReplaceText
from dblint.rule import Rule
from dblint.source import Place, Span

_OPENERS = ("open", "connect", "wait")
_RUNNING = frozenset(("run_until_complete", "run"))


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tests = tests_of(project)
    runs = runs_of(tests)
    for fixture in tests.fixtures:
        if fixture.routine.is_async or len(fixture.routine.hand_outs) != 1:
            continue
        hand_out = fixture.routine.hand_outs[0]
        making = _making(fixture, hand_out, tests)
        fake = unopened(fixture, tests) if making is None else None
        if fake is not None:
            yield _fake(rule, fixture, hand_out, fake, tests, runs)
        if making is None:
            continue
        constructor = CONSTRUCTORS[making.name]
        why = _why(fixture, making, constructor, tests)
        if why is not None:
            yield rule.finding(
                Place(fixture.path, fixture.routine.span),
                f"`{fixture.routine.name}` is a synchronous fixture, and {why}",
                help=f"Make it an async fixture that opens the {constructor.noun}, yields it and closes it."
                if constructor.close
                else f"Make it an async fixture that awaits the {constructor.noun}.",
                labels=(Label(Place(fixture.path, making.span), f"the {constructor.noun} is made here"),),
                remedy=_remedy(fixture, hand_out, making, tests, runs),
            )


def _fake(rule: Rule, fixture: Member, hand_out: HandOut, fake: Unopened, tests: Tests, runs: Runs) -> Finding:
    """A fake of the project's own; only what a test does to it shows that it must be opened."""
    path, remedy = fixture.path, None
    opening = f"await {{0}}.{fake.opener}()"
    shaped = yielded(fixture, hand_out, fake.constructor, first=opening)
    if shaped is not None and runs.mode(path) != "unknown":
        if hand_out.name:
            line = f"{opening.format(hand_out.name)}\n{fixture.routine.body_indent}"
            shaped = (
                ReplaceText(Place(path, Span(*hand_out.statement.start, *hand_out.value.start)), f"{line}yield "),
                *shaped[1 if not hand_out.yields else 0 :],
            )
        decorator = async_fixture(fixture, tests.files[path], runs)
        remedy = Remedy("Open and yield the client", "unsafe", (made_async(fixture), *decorator, *shaped))
    return rule.finding(
        Place(path, fixture.routine.span),
        f"`{fixture.routine.name}` is a synchronous fixture, and nobody awaits `{fake.name}.{fake.opener}()`, "
        f"without which `{fake.method}()` fails",
        help="Make it an async fixture that opens the client and yields it.",
        remedy=remedy,
    )


def _making(fixture: Member, hand_out: HandOut, tests: Tests) -> Making | None:
    """The one call that makes what the fixture hands out."""
    makings = [one for one in tests.files[fixture.path].makings if one.routine == fixture.index]
    known = [one for one in makings if one.name in CONSTRUCTORS]
    ways: list[Path] = [(one.name, "()") for one in known]
    if hand_out.path in (("asyncio.run", "()"), ("anyio.run", "()")):
        run = [one for one in known if one.run is not None]
        return run[0] if len(run) == 1 else None
    return known[ways.index(hand_out.path)] if ways.count(hand_out.path) == 1 else None


def _why(fixture: Member, making: Making, constructor: Constructor, tests: Tests) -> str | None:
    """What goes wrong; None where a test can still open the client."""
    uses = [use for _, use in tests.uses_of(fixture)]
    name = making.name
    if making.run is not None:
        bound = constructor.bound and constructor.opening in ("coroutine", "loop")
        return f"`asyncio.run` closes the loop that the {constructor.noun} is bound to" if bound else None
    if constructor.opening == "loop":
        return f"`{name}()` takes the event loop when it is called, where none is running"
    if constructor.opening == "running":
        opened = making.keyword("open")
        if opened is None or opened.value.text != "False":
            return f"`{name}()` opens itself and there is no running loop yet"
        return None if any(map(_opens, uses)) or not uses else "nobody opens its pool"
    if constructor.opening == "none" or any(map(_opens, uses)) or _is_run(fixture, tests):
        return None
    if constructor.opening == "coroutine":
        return f"`{name}()` gives a coroutine that nobody awaits"
    return f"`{name}()` gives a {constructor.noun} that nobody awaits or enters"


def _opens(use: Use) -> bool:
    """A consumer awaits or enters the value, or calls what opens it."""
    rest = use.path[1:]
    if rest[:1] in (("await",), ("enter",)) or (not rest and use.context == "entered"):
        return True
    return len(rest) > 1 and rest[0][1:] in _OPENERS and rest[1] == "()"


def _is_run(fixture: Member, tests: Tests) -> bool:
    """A synchronous consumer runs a loop itself, and may run the coroutine in it."""
    around = (fixture, *tests.consumers(fixture))
    return any(_RUNNING & {*one.routine.calls} for one in around if not one.routine.is_async)


def _remedy(fixture: Member, hand_out: HandOut, making: Making, tests: Tests, runs: Runs) -> Remedy | None:
    path, constructor = fixture.path, CONSTRUCTORS[making.name]
    given = making.run or making.span
    is_named = bool(hand_out.name) and making.assigned == hand_out.name
    if runs.mode(path) == "unknown" or fixture.routine.is_nested or not (is_named or hand_out.value == given):
        return None
    shaped = _shaped(fixture, hand_out, making, constructor)
    if shaped is None:
        return None
    decorator = async_fixture(fixture, tests.files[path], runs)
    verb = f"Open, yield and close the {constructor.noun}" if constructor.close else f"Await the {constructor.noun}"
    return Remedy(verb, "unsafe", (made_async(fixture), *decorator, *shaped))


def _shaped(fixture: Member, hand_out: HandOut, making: Making, constructor: Constructor) -> tuple[Intent, ...] | None:
    """The client opened where it is made, and what is handed out yielded and closed."""
    path = fixture.path
    is_pool = constructor.opening == "running"
    if not constructor.close:
        return (before(path, making.span, "await "),)
    around: tuple[Intent, ...] = ()
    if making.run is not None:  # the runner goes from around the call
        around = (_cut(path, making.run.start, making.span.start), _cut(path, making.span.end, making.run.end))
    if is_pool and making.keyword("open") is None:
        around = (insert(path, *making.end.start, "open=False" if making.is_bare else ", open=False"),)
    opening = "await {0}.open()" if is_pool else ""
    shaped = yielded(fixture, hand_out, constructor, opened="" if is_pool else "await ", first=opening)
    if shaped is None or not hand_out.name:
        return None if shaped is None else (*around, *shaped)
    if is_pool:
        line = f"\n{fixture.routine.body_indent}{opening.format(hand_out.name)}"
        return (*around, behind(path, making.span, line), *shaped)
    return (before(path, making.span, "await "), *shaped)


def _cut(path: str, start: tuple[int, int], end: tuple[int, int]) -> ReplaceText:
    return ReplaceText(Place(path, Span(*start, *end)), "")
