"""Uses of mocks that fail in Python itself, and the statement that gives a mock another attribute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dblint.binding.model import BoundProject
from dblint.checks.async_fixes import article, behind, beside, module
from dblint.checks.async_tests import Member, Tests, tests_of
from dblint.checks.async_values import Trouble, Value, values_of
from dblint.facts.async_model import AsyncFacts, Double, Path, Use
from dblint.finding import Remedy
from dblint.intent import Intent, ReplaceText
from dblint.source import Place


@dataclass(frozen=True, slots=True)
class Misuse:
    """A use of a mock that fails; ``trail`` leads from the double to the attribute that is of the wrong kind."""

    member: Member
    use: Use
    trouble: Trouble
    double: Double
    trail: Path
    tests: Tests

    @property
    def is_plain_mock(self) -> bool:
        return self.trouble.value.kind in ("mock", "literal")

    @property
    def shown(self) -> str:
        """The attribute as the code would write it, calls included."""
        return spelled(self.double.name or self.double.kind, self.trail)


def misuses(project: BoundProject) -> Iterator[Misuse]:
    """The uses that fail in the very expression they stand in, each once."""
    tests = tests_of(project)
    values = values_of(tests)
    for path, file in tests.files.items():
        for use in file.uses:
            if use.path[0][0] not in "#%" or use.expected or use.routine < 0:
                continue
            member = tests.members(path)[use.routine]
            _, trouble = values.used(use, member)
            if trouble is None or trouble.index < use.own or trouble.value.double < 0:
                continue
            double = values.double(trouble.value)
            yield Misuse(member, use, trouble, double, trouble.value.trail, tests)


def spelled(name: str, trail: Path) -> str:
    """A way from a double as code spells it: a ``return_value`` is a call."""
    return name + "".join("()" if one == ".return_value" else one for one in trail)


def replaced(misuse: Misuse, kind: str) -> Remedy | None:
    """The statement behind the mock's making that gives it an attribute of another kind."""
    trail = misuse.trail
    while trail and trail[-1] == ".return_value":
        trail = trail[:-1]
    awaited = _awaited_later(misuse) if kind == "MagicMock" else ()
    return given(misuse.tests, misuse.trouble.value, misuse.double, trail, kind, awaited)


def _awaited_later(misuse: Misuse) -> Path:
    """The way to what the rest of the expression calls and awaits, such as a builder's ``execute``; or none."""
    rest = misuse.use.path[misuse.trouble.index :]
    if rest[-2:] != ("()", "await") or "await" in rest[:-1] or "enter" in rest:
        return ()
    way = tuple(".return_value" if one == "()" else one for one in rest[:-2])
    return (*misuse.trail, ".return_value", *way)


def given(tests: Tests, value: Value, double: Double, trail: Path, kind: str, awaited: Path = ()) -> Remedy | None:
    """``mock.attribute = AsyncMock()`` behind the statement that makes the mock, return values kept.

    ``awaited`` is the way to an attribute that must be asynchronous then.
    """
    path, file = value.path, tests.files[value.path]
    if not trail or double.after is None or not double.name:
        return None
    told = [one for one in file.settings if one.path[:1] == (f"#{value.double}",) and one.path[1:] == (*trail,)]
    if told:
        return None
    name, imports = _class(path, file, kind)
    target = double.name + "".join(trail)
    statement = f"\n{double.indent}{target} = {name}()"
    if awaited:
        other, more = _class(path, file, "AsyncMock")
        statement += f"\n{double.indent}{double.name}{''.join(awaited)} = {other}()"
        imports = (*imports, *more)
    return Remedy(
        f"Make `{target}` {article(kind)} `{kind}`", "unsafe", (behind(path, double.after, statement), *imports)
    )


def remade(file: AsyncFacts, path: str, double: Double, kind: str) -> Remedy | None:
    """The mock made of another class, with the same arguments."""
    if double.callee is None:
        return None
    name, imports = _class(path, file, kind)
    return Remedy(
        f"Make it {article(kind)} `{kind}`", "unsafe", (ReplaceText(Place(path, double.callee), name), *imports)
    )


def _class(path: str, file: AsyncFacts, kind: str) -> tuple[str, tuple[Intent, ...]]:
    """The name a class of ``unittest.mock`` goes by in a file, and what imports it."""
    wanted = f"unittest.mock.{kind}"
    for one in file.imported:
        if one.dotted == wanted:
            return one.name, ()
    for one in file.imported:
        if one.dotted == "unittest.mock":
            return f"{one.name}.{kind}", ()
    added = beside(path, file, "unittest.mock", kind)
    if added is not None:
        return kind, (added,)
    whole, imports = module(path, file, "unittest.mock")
    return f"{whole}.{kind}", imports
