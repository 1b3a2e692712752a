"""mock-signature-mismatch: a fake's method that cannot take the call, or is async where it must not be, or reverse."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.code import Code, Found
from dblint.binding.fake_uses import FakeUse, is_closed
from dblint.binding.model import BoundProject
from dblint.checks.fakes import honest, method_of, misfit, real_method, uses
from dblint.facts.code_model import Expression, Function
from dblint.facts.words import CLIENT_DOUBLES, says
from dblint.finding import Finding, Label, Remedy
from dblint.intent import ReplaceText
from dblint.rule import Rule
from dblint.source import Place, Span

_SUPABASE = frozenset(("supabase", "supa", "postgrest"))
_NEVER_ASYNC = frozenset(("table", "from_", "rpc", "schema"))
_PLAIN = frozenset(("str", "fstr", "int", "float", "bool", "null", "bytes", "list", "tuple", "set", "dict"))


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    told: set[tuple[str, Span]] = set()
    for use in honest(uses(project)):
        function = method_of(project.code, use)
        if function is None or use.fake.path not in project.facts:
            continue
        home = _home(project.code, use, function)
        if home is None or (home, function.head) in told:
            continue
        found = _judged(rule, project, use, function, home)
        if found is not None:
            told.add((home, function.head))
            yield found
    for path, function, client in _wrongly_async(project):
        if (path, function.head) not in told:
            yield _always_wrong(rule, path, function, client)


def _wrongly_async(project: BoundProject) -> Iterator[tuple[str, Function, str]]:
    """Async methods of what calls itself a fake of Supabase, where neither of its clients has a coroutine."""
    for path, facts in project.facts.items():
        code = project.code.file(path) if facts.rpc.fakes else None
        for function in code.functions if code is not None else ():
            if function.last_name not in _NEVER_ASYNC or not function.is_async or function.decorators:
                continue
            client = (function.owner or "").rpartition(".")[2]
            if says(client, _SUPABASE) and says(client, CLIENT_DOUBLES) and not _is_own(project, function.last_name):
                yield path, function, client


def _is_own(project: BoundProject, method: str) -> bool:
    """The project has a client of its own with such a coroutine, which the fake may stand for."""
    return any(path not in project.facts for path in project.code.mentioning(f"async def {method}("))


def _always_wrong(rule: Rule, path: str, function: Function, client: str) -> Finding:
    name = function.last_name
    return rule.finding(
        Place(path, function.head),
        f"`{client}.{name}()` is async, but neither of Supabase's clients has a coroutine `{name}`",
        help=f"`{name}()` hands out a builder, and its `execute()` is what async code awaits.",
        remedy=_made_sync(function, path),
    )


def _home(code: Code, use: FakeUse, function: Function) -> str | None:
    """The file of the class that defines the method."""
    for one in code.bases(use.fake):
        facts = code.file(one.path)
        if facts is not None and any(known is function for known in facts.functions):
            return one.path
    return None


def _judged(rule: Rule, project: BoundProject, use: FakeUse, function: Function, home: str) -> Finding | None:
    real = real_method(project, use.fake, use.method)
    if real is None or home not in project.facts:
        return None
    why = misfit(function, use)
    name = f"{use.fake.name.rpartition('.')[2]}.{use.method}"
    if why is not None:
        said = f"`{name}()` {why}"
        return _finding(rule, use, function, home, said, f"The client's is `{use.method}({real[1].signature})`.", None)
    if function.is_async and not function.is_generator and use.chained and not use.awaited:
        said = f"`{name}()` is async, and the code under test goes on with what it gives without awaiting it"
        return _finding(
            rule, use, function, home, said, _real(real[0], real[1].kind, use.method), _made_sync(function, home)
        )
    if not function.is_async and use.awaited and _gives_plain(project.code, use.fake, function):
        said = f"`{name}()` is no coroutine, and the code under test awaits it"
        return _finding(
            rule, use, function, home, said, _real(real[0], real[1].kind, use.method), _made_async(function, home)
        )
    return None


def _real(client: str, kind: str, name: str) -> str | None:
    return f"`{client}.{name}` is {kind}." if kind in ("sync", "async") else None


def _finding(
    rule: Rule,
    use: FakeUse,
    function: Function,
    home: str,
    message: str,
    help_: str | None,
    remedy: Remedy | None,
) -> Finding:
    return rule.finding(
        Place(home, function.head),
        message,
        help=help_,
        labels=(Label(use.place, "it is called here"),),
        remedy=remedy,
    )


def _made_sync(function: Function, home: str) -> Remedy | None:
    """``async`` taken away, where nothing inside the function needs it."""
    if function.awaits:
        return None
    line, column = function.head.start
    return Remedy(
        "Make it a plain method",
        "unsafe",
        (ReplaceText(Place(home, Span(line, column, line, column + len("async "))), ""),),
    )


def _made_async(function: Function, home: str) -> Remedy | None:
    line, column = function.head.start
    return Remedy("Make it async", "unsafe", (ReplaceText(Place(home, Span(line, column, line, column)), "async "),))


def _gives_plain(code: Code, fake: Found, function: Function) -> bool:
    """All it returns is surely nothing one can await."""
    if function.is_generator or function.stub or function.decorators:
        return False
    return all(one.value is None or _is_plain(code, fake, function, one.value) for one in function.results)


def _is_plain(code: Code, fake: Found, function: Function, value: Expression) -> bool:
    if value.kind in _PLAIN:
        return True
    own = function.parameters[0].name if function.parameters else ""
    made = fake if value.kind == "name" and value.text == own else None
    if value.kind == "call":
        made = code.find(fake.path, value.text, function.name)
    if made is None or made.kind != "class" or not is_closed(code, made):
        return False
    return code.member(made, "__await__") is None
