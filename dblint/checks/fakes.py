"""Fakes of database clients: which client a class stands for, and what calls it can take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dblint.binding.code import Code, Found
from dblint.binding.fake_uses import FakeUse, FakeUses, fake_uses, is_closed, members
from dblint.binding.model import BoundProject
from dblint.binding.surfaces import Method, Surface, likely, surfaces
from dblint.facts.code_model import Class, Function
from dblint.source import Place, Span

_KNOWN_DECORATORS = frozenset(("staticmethod", "classmethod", "override", "abstractmethod", "typing.override"))


def uses(project: BoundProject) -> FakeUses:
    """What the tests do with fakes."""
    return fake_uses(project.code, project.facts)


def surfaces_of(project: BoundProject, fake: Found) -> Mapping[str, Surface]:
    """The clients a fake may stand for, the likeliest first."""
    methods = frozenset(name for name, function in members(project.code, fake) if function and not name.startswith("_"))
    known = surfaces(project.settings.root)
    return {name: known[name] for name in likely(known, methods)}


def real_method(project: BoundProject, fake: Found, name: str) -> tuple[str, Method] | None:
    """The client, and its method of that name, that the fake stands for."""
    for client, surface in surfaces_of(project, fake).items():
        if name in surface and surface[name].kind != "property":
            return client, surface[name]
    return None


def lacks(code: Code, use: FakeUse) -> bool:
    """No object of the class has the attribute that the call needs."""
    if use.method.startswith("__") or use.method in use.given or not is_closed(code, use.fake):
        return False
    return all(name != use.method for name, _ in members(code, use.fake))


def method_of(code: Code, use: FakeUse) -> Function | None:
    """The one method that takes the call; None where decorators may change it, or something else has its name."""
    found = [function for name, function in members(code, use.fake) if name == use.method]
    if not found or found[0] is None or use.method in use.given or None in found:
        return None
    return found[0] if all(one.text in _KNOWN_DECORATORS for one in found[0].decorators) else None


def head_of(code: Code, fake: Found) -> Place | None:
    """The first line of a class, decorators left aside: its name."""
    node = code.class_(fake)
    return None if node is None else Place(fake.path, _name_span(node))


def _name_span(node: Class) -> Span:
    line, column = node.span.line, node.span.column
    decorated = [one.span.end_line for one in node.decorators]
    line = max([line, *(one + 1 for one in decorated)])
    return Span(line, column, line, column + len("class ") + len(node.name.rpartition(".")[2]))


def misfit(function: Function, use: FakeUse) -> str | None:
    """Why Python refuses the call; None where it takes it, or where that cannot be told."""
    if use.spread:
        return None
    static = function.decorated("staticmethod")
    taken = list(function.parameters) if static else list(function.parameters)[1:]
    kinds = {one.kind for one in taken}
    by_place = [one for one in taken if one.kind in ("plain", "positional")]
    if use.positional > len(by_place) and "args" not in kinds:
        return f"takes {_count(len(by_place))}, and is given {use.positional}"
    filled = {one.name for one in by_place[: use.positional]}
    named = {one.name for one in taken if one.kind in ("plain", "keyword")}
    for keyword in use.keywords:
        if keyword in filled:
            return f"is given `{keyword}` twice"
        if keyword not in named and "kwargs" not in kinds:
            return f"has no parameter `{keyword}`"
    wanted = (one for one in taken if one.kind not in ("args", "kwargs") and one.default is None)
    missing = [one.name for one in wanted if one.name not in filled and one.name not in use.keywords]
    return f"needs `{missing[0]}`, which it is not given" if missing else None


def _count(number: int) -> str:
    return f"{number or 'no'} positional argument{'' if number == 1 else 's'}"


def honest(found: FakeUses) -> Iterator[FakeUse]:
    """The calls whose error would be seen."""
    return (use for use in found.uses if not use.swallowed)
