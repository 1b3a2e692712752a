"""incomplete-mock-client: a closed fake class that lacks a method its users call."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.code import Code, Found
from dblint.binding.fake_uses import FakeUse, returns_itself
from dblint.binding.model import BoundProject
from dblint.binding.surfaces import Method
from dblint.checks.fakes import head_of, honest, lacks, real_method, uses
from dblint.facts.code_model import Function
from dblint.finding import Finding, Label, Remedy
from dblint.intent import ReplaceText
from dblint.rule import Rule
from dblint.source import Place, Span


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    missing: dict[tuple[Found, str], FakeUse] = {}
    for use in honest(uses(project)):
        if lacks(project.code, use):
            missing.setdefault((use.fake, use.method), use)
    by_class: dict[Found, list[tuple[FakeUse, str, Method]]] = {}
    for (fake, name), use in missing.items():
        real = real_method(project, fake, name)
        if real is not None:
            by_class.setdefault(fake, []).append((use, *real))
    for fake, found in by_class.items():
        place = head_of(project.code, fake)
        if place is not None and fake.path in project.facts:
            yield _finding(rule, project.code, fake, place, found)


def _finding(rule: Rule, code: Code, fake: Found, place: Place, found: list[tuple[FakeUse, str, Method]]) -> Finding:
    names = [use.method for use, _, _ in found]
    client = found[0][1]
    last = fake.name.rpartition(".")[2]
    return rule.finding(
        place,
        f"`{last}` has no {_listed(names)}, which the code under test calls",
        help=f"`{client}.{names[0]}({found[0][2].signature.removeprefix('self').lstrip(', ')})` is the real one.",
        labels=tuple(Label(use.place, f"`{use.method}` is called here") for use, _, _ in found[:5]),
        remedy=_remedy(code, fake, [method for _, _, method in found]),
    )


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"method {quoted[0]}" if len(quoted) == 1 else f"methods {', '.join(quoted)}"


def _remedy(code: Code, fake: Found, methods: list[Method]) -> Remedy | None:
    """Stubs behind the last method of the class, in its indentation."""
    facts = code.file(fake.path)
    own = [one for one in facts.functions if one.owner == fake.name] if facts is not None else []
    if not own:
        return None
    last = max(own, key=lambda one: one.span.end)
    margin = " " * (last.head.column - 1)
    fluent = any(returns_itself(one) for one in own)
    text = "".join(f"\n\n{_stub(one, margin, fluent)}" for one in methods)
    title = f"Add {_listed([one.name for one in methods]).partition(' ')[2]}"
    if _is_on_one_line(last):
        return None
    place = Place(fake.path, Span(*last.span.end, *last.span.end))
    return Remedy(title, "safe", (ReplaceText(place, text),))


def _is_on_one_line(function: Function) -> bool:
    return function.span.end_line == function.head.end_line


def _stub(method: Method, margin: str, fluent: bool) -> str:
    prefix = "async " if method.kind == "async" else ""
    signature = method.signature or "self, *args, **kwargs"
    body = "return self" if method.fluent and fluent else "return None"
    if not (method.fluent and fluent) and not method.nothing:
        body = f'raise NotImplementedError("{method.name} is not faked yet")'
    return f"{margin}{prefix}def {method.name}({signature}):\n{margin}    {body}"
