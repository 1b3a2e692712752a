"""The tests and fixtures of a project's asynchronous files: who asks for which fixture, and which marks hold where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from dblint.binding.clients import conftests
from dblint.binding.model import BoundProject
from dblint.facts.async_model import Decoration, Keyword, Routine, TestClass, Use
from dblint.facts.model import Fixture

FIXTURES = ("pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture")
_TEST_CASES = frozenset(("unittest.TestCase", "unittest.case.TestCase"))
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Member:
    """One function of one file."""

    path: str
    index: int
    routine: Routine


class Tests:
    """All of a project; made once for its rules."""

    def __init__(self, project: BoundProject) -> None:
        self.project = project
        self.files = {path: one.asynchrony for path, one in project.facts.items() if one.asynchrony is not None}
        self._members = {
            path: [Member(path, index, one) for index, one in enumerate(file.routines)]
            for path, file in self.files.items()
        }
        self._found: dict[tuple[str, str, str], Member | None] = {}

    def members(self, path: str) -> list[Member]:
        return self._members[path]

    @cached_property
    def fixtures(self) -> list[Member]:
        """All fixtures that are written out, sorted by place."""
        return [one for some in self._members.values() for one in some if decoration_of_fixture(one.routine)]

    @cached_property
    def collected(self) -> list[Member]:
        """The functions pytest collects as tests."""
        return [one for path in self.files if is_collected(path) for one in self._members[path] if self._is_test(one)]

    def _is_test(self, member: Member) -> bool:
        routine = member.routine
        if not routine.is_test or decoration_of_fixture(routine) is not None:
            return False
        if not routine.owner:
            return True
        found = self.class_of(member)
        is_case = found is not None and self.kind_of_class(member.path, found) != "plain"
        methods = [name for name, _ in found.methods] if found is not None else []
        return is_case or (routine.owner.startswith("Test") and "__init__" not in methods)

    def class_of(self, member: Member) -> TestClass | None:
        return self.class_named(member.path, member.routine.owner) if member.routine.owner else None

    def class_named(self, path: str, name: str) -> TestClass | None:
        file = self.files.get(path)
        found = [one for one in file.classes if one.name == name] if file is not None else []
        return found[0] if len(found) == 1 else None

    def bases(self, path: str, found: TestClass, depth: int = 0) -> Iterator[tuple[str, TestClass] | str]:
        """The class and the project's classes above it; a dotted name for each that is not the project's."""
        yield path, found
        for base in found.bases:
            above = self._class_meant(path, base) if depth < _DEPTH else None
            if above is not None:
                yield from self.bases(*above, depth + 1)
            else:
                yield from self._bases_in_code(path, base, depth + 1)

    def _bases_in_code(self, path: str, name: str, depth: int) -> Iterator[str]:
        """The names above a class that only the project's plain code shows; the name itself where it shows none."""
        code = self.project.code
        meant = (code.target(path, name) or code.find(path, name)) if depth < _DEPTH else None
        node = code.class_(meant)
        facts = code.file(meant.path) if meant is not None else None
        if node is None or facts is None or meant is None:
            yield name
            return
        imports = {one.name: one.target for one in facts.imports if not one.within and not one.level}
        for base in node.bases:
            head, dot, rest = base.partition(".")
            yield from self._bases_in_code(meant.path, f"{imports.get(head, head)}{dot}{rest}", depth + 1)

    def _class_meant(self, path: str, name: str) -> tuple[str, TestClass] | None:
        own = self.class_named(path, name)
        if own is not None:
            return path, own
        meant = self.project.code.target(path, name.lstrip(".")) or self.project.code.find(path, name)
        above = self.class_named(meant.path, meant.name) if meant is not None and meant.kind == "class" else None
        return (meant.path, above) if meant is not None and above is not None else None

    def kind_of_class(self, path: str, found: TestClass) -> str:
        """``plain`` for pytest's own, ``case`` for ``unittest.TestCase``, ``unknown`` for what others run."""
        foreign = [one for one in self.bases(path, found) if isinstance(one, str) and one not in _PLAIN_BASES]
        if not foreign:
            return "plain"
        return "case" if all(one in _TEST_CASES for one in foreign) else "unknown"

    def marks(self, member: Member) -> Iterator[Decoration]:
        """The marks on a test: its own, then those of its classes, then the file's."""
        yield from (one for one in member.routine.decorations if one.name.startswith("pytest.mark."))
        found = self.class_of(member)
        for one in self.bases(member.path, found) if found is not None else ():
            if not isinstance(one, str):
                yield from one[1].marks
        yield from self.files[member.path].marks

    def mark(self, member: Member, *names: str) -> Decoration | None:
        """The nearest mark of one of these names."""
        wanted = {f"pytest.mark.{name}" for name in names}
        return next((one for one in self.marks(member) if one.name in wanted), None)

    def fixture(self, path: str, name: str, owner: str = "") -> Member | None:
        """The fixture a function of a file gets under a name."""
        key = (path, name, owner)
        if key not in self._found:
            self._found[key] = self._fixture(path, name, owner)
        return self._found[key]

    def _fixture(self, path: str, name: str, owner: str) -> Member | None:
        for place in (path, *conftests(path)):
            here = [one for one in self._members.get(place, ()) if fixture_name(one.routine) == name]
            inside = [one for one in here if one.routine.owner == owner] if owner and place == path else []
            found = inside or [one for one in here if not one.routine.owner]
            if found:
                return found[-1]
            if place not in self.files and any(one.name == name for one in self._others(place)):
                return None
        # Other files' code is read only where a fixture may come from there.
        if not any(self._brings(place, name) for place in (path, *conftests(path))):
            return None
        meant = self.project.code.fixture(path, name)
        if meant is None or meant.path == path:
            return None
        return next((one for one in self._members.get(meant.path, ()) if one.routine.name == meant.name), None)

    def _brings(self, place: str, name: str) -> bool:
        file = self.files.get(place)
        if file is None:
            return False
        return bool(file.plugins or file.stars) or any(one.name == name for one in file.imported)

    def _others(self, place: str) -> tuple[Fixture, ...]:
        facts = self.project.facts.get(place)
        return facts.fixtures if facts is not None else ()

    def asked(self, member: Member) -> Iterator[str]:
        """The fixtures a test or fixture names: parameters and ``usefixtures``."""
        yield from (one.name for one in member.routine.parameters if not one.has_default)
        for mark in self.marks(member):
            if mark.name == "pytest.mark.usefixtures":
                yield from (one.text for one in mark.positional if one.kind == "str")

    @cached_property
    def _consumers(self) -> dict[tuple[str, int], list[Member]]:
        found: dict[tuple[str, int], list[Member]] = {}
        for member in [*self.collected, *self.fixtures]:
            for name in self.asked(member):
                fixture = self.fixture(member.path, name, member.routine.owner)
                if fixture is not None and (fixture.path, fixture.index) != (member.path, member.index):
                    found.setdefault((fixture.path, fixture.index), []).append(member)
        for fixture in self.fixtures:
            if _is_true(_keyword(fixture.routine, "autouse")):
                around = [one for one in self.collected if _sees(one, fixture)]
                known = found.setdefault((fixture.path, fixture.index), [])
                known += [one for one in around if one not in known]
        return found

    def consumers(self, fixture: Member) -> list[Member]:
        """The tests and fixtures that ask for a fixture."""
        return self._consumers.get((fixture.path, fixture.index), [])

    def tests_behind(self, fixture: Member) -> list[Member]:
        """The tests that get a fixture, also through other fixtures."""
        seen: dict[tuple[str, int], Member] = {}
        pending = [fixture]
        while pending:
            for one in self.consumers(pending.pop()):
                if (one.path, one.index) not in seen:
                    seen[one.path, one.index] = one
                    if decoration_of_fixture(one.routine) is not None:
                        pending.append(one)
        return [one for one in seen.values() if decoration_of_fixture(one.routine) is None]

    def uses_of(self, fixture: Member) -> Iterator[tuple[Member, Use]]:
        """What consumers do with the fixture's value."""
        root = f"%{fixture_name(fixture.routine)}"
        for member in self.consumers(fixture):
            for use in self.files[member.path].uses:
                if use.routine == member.index and use.path[0] == root:
                    yield member, use

    def needs(self, member: Member, name: str, depth: int = 0) -> bool:
        """The test or fixture gets a fixture of that name, also through others."""
        for asked in self.asked(member):
            if asked == name:
                return True
            fixture = self.fixture(member.path, asked, member.routine.owner) if depth < _DEPTH else None
            if fixture is not None and fixture != member and self.needs(fixture, name, depth + 1):
                return True
        return False


_PLAIN_BASES = frozenset(("object", "abc.ABC", "ABC", "typing.Generic", "Generic", "typing.Protocol"))


def decoration_of_fixture(routine: Routine) -> Decoration | None:
    return next((one for one in routine.decorations if one.name in FIXTURES), None)


def fixture_name(routine: Routine) -> str | None:
    """The name a fixture goes by; None for a function that is none."""
    decoration = decoration_of_fixture(routine)
    if decoration is None:
        return None
    given = decoration.keyword("name")
    return given.value.text if given is not None and given.value.kind == "str" else routine.name


def scope_of(routine: Routine) -> str | None:
    """A fixture's scope; None where it is not plain to see."""
    given = _keyword(routine, "scope")
    if given is None:
        return "function"
    return given.value.text if given.value.kind == "str" else None


def is_collected(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py")


def _keyword(routine: Routine, name: str) -> Keyword | None:
    decoration = decoration_of_fixture(routine)
    return decoration.keyword(name) if decoration is not None else None


def _is_true(keyword: Keyword | None) -> bool:
    return keyword is not None and keyword.value.kind == "bool" and keyword.value.text == "True"


def _sees(test: Member, fixture: Member) -> bool:
    if fixture.path == test.path:
        return fixture.routine.owner in ("", test.routine.owner)
    return fixture.path in conftests(test.path)


_last: list[Tests] = []


def tests_of(project: BoundProject) -> Tests:
    """The tests of a project, made once however many rules ask."""
    if not _last or _last[0].project is not project:
        _last[:] = [Tests(project)]
    return _last[0]
