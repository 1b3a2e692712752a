"""The project's code across its files: what a dotted name means, methods on their classes, fixtures a test sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from dblint.binding.clients import conftests
from dblint.binding.imports import ImportPaths
from dblint.facts.code_model import Class, CodeFacts, Expression, Function, Import
from dblint.reading import Problem

T = TypeVar("T")

_DEPTH = 24


class Codes(Protocol):
    """The code of the project's Python files, each read when it is first asked for."""

    @property
    def paths(self) -> frozenset[str]:
        """All files there are."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What kept files from being read so far."""

    def get(self, path: str) -> CodeFacts | None:
        """The code of a file; None for a file that is not there or cannot be read."""

    def load(self, paths: Iterable[str]) -> None:
        """Read these together, which is faster than one after the other."""

    def mentioning(self, word: str) -> Sequence[str]:
        """The files whose text holds a word."""

    def texts(self, pattern: re.Pattern[bytes]) -> Iterable[tuple[str, bytes]]:
        """The files that a pattern is found in, and their texts."""

    def each(self, make: Callable[[int], T], count: int) -> Sequence[T]:
        """What is made of each number below a count, by several processes where that is to be had."""

    def data(self, path: str) -> bytes:
        """A file's bytes; none where it cannot be read."""

    def digest(self, path: str) -> str:
        """What stands for a file's name and content."""

    def recall(self, key: str, kind: type[T]) -> T | None:
        """What an earlier run has come to under a key."""

    def remember(self, key: str, value: T, kind: type[T]) -> None:
        """Keep what this run has come to for later ones."""


@dataclass(frozen=True, slots=True)
class NoCodes:
    """A project of which no code is known."""

    paths: frozenset[str] = frozenset()
    problems: Sequence[Problem] = ()

    def get(self, path: str) -> CodeFacts | None:
        return None

    def load(self, paths: Iterable[str]) -> None:
        return None

    def mentioning(self, word: str) -> Sequence[str]:
        return ()

    def texts(self, pattern: re.Pattern[bytes]) -> Iterable[tuple[str, bytes]]:
        return ()

    def each(self, make: Callable[[int], T], count: int) -> Sequence[T]:
        return list(map(make, range(count)))

    def data(self, path: str) -> bytes:
        return b""

    def digest(self, path: str) -> str:
        return ""

    def recall(self, key: str, kind: type[T]) -> T | None:
        return None

    def remember(self, key: str, value: T, kind: type[T]) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """What a dotted name means: a function, class or constant of a file, or the file itself (``name`` empty)."""

    path: str
    name: str
    kind: Literal["function", "class", "constant", "module"]


class Code:
    """Resolves names; what two places may mean is None."""

    def __init__(self, codes: Codes | None = None, imports: ImportPaths | None = None) -> None:
        self.codes: Codes = codes or NoCodes()
        self.imports = imports or ImportPaths(self.codes.paths)
        self._found: dict[tuple[str, str, str], Found | None] = {}
        self._longest: dict[tuple[str, str, str], tuple[Found, int] | None] = {}
        self._imported: dict[tuple[str, str, str], str | None] = {}
        self._files: dict[str, CodeFacts | None] = {}
        self._bases: dict[Found, tuple[Found, ...]] = {}
        self._finding = 0

    @property
    def paths(self) -> frozenset[str]:
        """All files of the project's code."""
        return self.codes.paths

    def mentioning(self, word: str) -> Sequence[str]:
        """The files whose text holds a word."""
        return self.codes.mentioning(word)

    def texts(self, pattern: re.Pattern[bytes]) -> Iterable[bytes]:
        """The texts that a pattern is found in."""
        return (text for _, text in self.codes.texts(pattern))

    def documents(self, pattern: re.Pattern[bytes]) -> Iterable[tuple[str, bytes]]:
        """The files that a pattern is found in, and their texts."""
        return self.codes.texts(pattern)

    def holding(self, pattern: re.Pattern[bytes]) -> list[str]:
        """The files that a pattern is found in."""
        return [path for path, _ in self.codes.texts(pattern)]

    def load(self, paths: Iterable[str]) -> None:
        """Read the code of these files together."""
        self.codes.load(paths)

    def load_reached(self, paths: Iterable[str]) -> None:
        """Read the code of these files and of all that they import, and so on."""
        seen = set(paths)
        pending = sorted(seen)
        while pending:
            self.load(pending)
            found = {one for path in pending for one in self._imported_files(path)}
            pending = sorted(found - seen)
            seen |= found

    def _imported_files(self, path: str) -> Iterator[str]:
        facts = self.file(path)
        for one in facts.imports if facts is not None else ():
            parts = one.target.split(".")
            ends = (self.imported_file(path, ".".join(parts[:end]), one.level) for end in range(len(parts), 0, -1))
            found = next((file for file in ends if file is not None), None)
            if found is not None:
                yield found

    def file(self, path: str) -> CodeFacts | None:
        """The code of a file."""
        if path not in self._files:
            self._files[path] = self.codes.get(path)
        return self._files[path]

    def function(self, found: Found | None) -> Function | None:
        """The function that was found."""
        facts = self.file(found.path) if found is not None and found.kind == "function" else None
        return facts.function(found.name) if facts is not None and found is not None else None

    def class_(self, found: Found | None) -> Class | None:
        """The class that was found."""
        facts = self.file(found.path) if found is not None and found.kind == "class" else None
        return facts.class_(found.name) if facts is not None and found is not None else None

    def imported_file(self, importer: str, module: str, level: int = 0) -> str | None:
        """The project's file that an import in ``importer`` means."""
        if level:
            return self.imports.relative(importer, module, level)
        return self.imports.absolute(importer, module)

    def find(self, path: str, name: str, within: str = "") -> Found | None:
        """What a dotted name means in a file, inside the function ``within``; ``self`` and values are not followed."""
        return self._remembered(path, name, within, 0)

    def _remembered(self, path: str, name: str, within: str, depth: int) -> Found | None:
        key = (path, name, within)
        if key not in self._found:
            # A circle of imports ends here.
            self._found[key] = None
            self._finding += 1
            self._found[key] = self._find(path, name, within, depth)
            self._finding -= 1
        return self._found[key]

    def longest(self, path: str, name: str, within: str = "") -> tuple[Found, int] | None:
        """What the longest beginning of a dotted name means in a file, and of how many parts that is."""
        key = (path, name, within)
        if key not in self._longest:
            parts = name.split(".")
            ends = ((self.find(path, ".".join(parts[:end]), within), end) for end in range(len(parts), 0, -1))
            self._longest[key] = next(((found, end) for found, end in ends if found is not None), None)
        return self._longest[key]

    def imported(self, path: str, name: str, within: str = "") -> str | None:
        """The dotted name that a file's import gives to a local one, known to the project or not."""
        key = (path, name, within)
        if key not in self._imported:
            facts = self.file(path)
            told = (one for one in (facts.imports if facts is not None else ()) if one.name == name)
            fits = (one.target for one in told if not one.within or within.startswith(one.within))
            self._imported[key] = next(fits, None)
        return self._imported[key]

    def target(self, importer: str, dotted: str) -> Found | None:
        """What an absolute dotted name means, as ``patch("app.db.get_client")`` says it."""
        return self._dotted(importer, dotted, 0, 0)

    def home(self, importer: str, dotted: str) -> tuple[str, str] | None:
        """The file and the rest of an absolute dotted name: where a patch puts something, whoever defines it."""
        parts = dotted.split(".")
        for end in range(len(parts) - 1, 0, -1):
            file = self.imported_file(importer, ".".join(parts[:end]))
            if file is not None:
                return file, ".".join(parts[end:])
        return None

    def _find(self, path: str, name: str, within: str, depth: int) -> Found | None:
        facts = self.file(path)
        if facts is None or depth > _DEPTH:
            return None
        head, _, rest = name.partition(".")
        for scope in _scopes(within):
            imports = {(one.target, one.level) for one in _bound(facts, name, head, scope)}
            if imports:
                return self._by_import(path, name, imports, facts, scope, depth) if len(imports) < 3 else None
            here = f"{scope}.{head}" if scope else head
            found = self._defined(facts, here)
            if found is not None:
                return self._inside(found, rest, depth)
        return self._starred(facts, name, depth)

    def _by_import(
        self, path: str, name: str, imports: set[tuple[str, int]], facts: CodeFacts, scope: str, depth: int
    ) -> Found | None:
        found: set[Found] = set()
        for target, level in imports:
            used = next(one for one in _bound(facts, name, name.partition(".")[0], scope) if one.target == target).name
            rest = name.removeprefix(used)
            one = self._dotted(path, f"{target}{rest}", level, depth + 1)
            if one is not None:
                found.add(one)
        return found.pop() if len(found) == 1 else None

    def _dotted(self, importer: str, dotted: str, level: int, depth: int) -> Found | None:
        """What a dotted name means, its longest part that is a module taken first."""
        parts = dotted.split(".") if dotted else []
        for end in range(len(parts), -1 if level else 0, -1):
            file = self.imported_file(importer, ".".join(parts[:end]), level)
            if file is None:
                continue
            rest = ".".join(parts[end:])
            if not rest:
                return Found(file, "", "module")
            found = self._remembered(file, rest, "", depth + 1)
            if found is not None or end == len(parts) - 1:
                return found
        return None

    def _defined(self, facts: CodeFacts, name: str) -> Found | None:
        """What a file itself calls so; None where it says it in two ways."""
        kinds: list[Literal["function", "class", "constant"]] = []
        if facts.function(name) is not None and name:
            kinds.append("function")
        if facts.class_(name) is not None:
            kinds.append("class")
        if not kinds and "." not in name and facts.assigns(name):
            kinds.append("constant")
        return Found(facts.path, name, kinds[0]) if len(kinds) == 1 else None

    def _inside(self, found: Found, rest: str, depth: int) -> Found | None:
        if not rest:
            return found
        if found.kind == "class":
            head, _, more = rest.partition(".")
            member = self.member(found, head)
            return member if not more else (self._inside(member, more, depth + 1) if member is not None else None)
        return None

    def _starred(self, facts: CodeFacts, name: str, depth: int) -> Found | None:
        stars = [one for one in facts.imports if one.name == "*" and not one.within]
        files = (self.imported_file(facts.path, one.target, one.level) for one in stars)
        found = {self._remembered(file, name, "", depth + 1) for file in files if file is not None}
        found.discard(None)
        return found.pop() if len(found) == 1 else None

    def bases(self, found: Found) -> tuple[Found, ...]:
        """The class and the project's classes it inherits from, the nearest first."""
        if found in self._bases:
            return self._bases[found]
        bases = tuple(self._bases_of(found))
        if not self._finding:  # Within a circle of imports not all may be seen yet.
            self._bases[found] = bases
        return bases

    def _bases_of(self, found: Found) -> Iterator[Found]:
        seen: dict[Found, None] = {}
        pending = [found]
        while pending and len(seen) < 32:
            one = pending.pop(0)
            node = self.class_(one)
            if node is None or one in seen:
                continue
            seen[one] = None
            around = one.name.rpartition(".")[0]
            for base in node.bases:
                above = self.find(one.path, base.partition("[")[0], around)
                if above is not None and above.kind == "class":
                    pending.append(above)
        yield from seen

    def subclasses(self, found: Found) -> Iterator[Found]:
        """The classes of the project that inherit from a class, itself left out."""
        for path in self.codes.mentioning(found.name.rpartition(".")[2]):
            facts = self.file(path)
            for node in facts.classes if facts is not None else ():
                one = Found(path, node.name, "class")
                if node.bases and one != found and found in self.bases(one):
                    yield one

    def whole(self, found: Found) -> bool:
        """Whether every base of the class is known, so that it has no members but those seen."""
        for one in self.bases(found):
            node = self.class_(one)
            for base in node.bases if node is not None else ():
                above = self.find(one.path, base.partition("[")[0], one.name.rpartition(".")[0])
                if base not in ("object", "ABC", "abc.ABC") and (above is None or above.kind != "class"):
                    return False
        return True

    def member(self, found: Found, name: str) -> Found | None:
        """A method or a class inside a class, looked up through its bases."""
        for one in self.bases(found):
            facts = self.file(one.path)
            inner = self._defined(facts, f"{one.name}.{name}") if facts is not None else None
            if inner is not None:
                return inner
        return None

    def owner(self, found: Found) -> Found | None:
        """The class a method belongs to."""
        function = self.function(found)
        return None if function is None or function.owner is None else Found(found.path, function.owner, "class")

    def constant(self, found: Found | None) -> Expression | None:
        """The value a module sets a name to, where it does so once."""
        facts = self.file(found.path) if found is not None and found.kind == "constant" else None
        if facts is None or found is None:
            return None
        values = [one for one in facts.module.assignments if one.target == found.name]
        return values[0].value if len(values) == 1 and values[0].how == "value" else None

    def fixture(self, path: str, name: str) -> Found | None:
        """The pytest fixture a test file gets under a name: its own, else the nearest conftest's."""
        for place in (path, *conftests(path)):
            found = self._fixture_in(place, name, 0) if place in self.codes.paths else None
            if found is not None:
                return found
        return None

    def _fixture_in(self, path: str, name: str, depth: int) -> Found | None:
        """The fixture that a file defines, imports, or names a plugin for."""
        facts = self.file(path)
        if facts is None or depth > _DEPTH:
            return None
        for function in facts.functions:
            if fixture_name(facts, function) == name:
                return Found(path, function.name, "function")
        imported = self.find(path, name)
        if imported is not None and imported.path != path:
            function_there = self.function(imported)
            there = self.file(imported.path)
            if function_there is not None and there is not None and fixture_name(there, function_there) is not None:
                return imported
        for plugin in _plugins(facts):
            file = self.imported_file(path, plugin)
            found = self._fixture_in(file, name, depth + 1) if file is not None and file != path else None
            if found is not None:
                return found
        return None


def fixture_name(facts: CodeFacts, function: Function) -> str | None:
    """The name a fixture goes by; None for a function that is none."""
    for one in function.decorators:
        if one.text.rpartition(".")[2] == "fixture":
            call = facts.module.calls[one.call] if 0 <= one.call < len(facts.module.calls) else None
            given = None if call is None else next((two.value for two in call.arguments if two.name == "name"), None)
            return given.text if given is not None and given.kind == "str" else function.last_name
    return None


def _plugins(facts: CodeFacts) -> Iterator[str]:
    """The modules ``pytest_plugins`` names."""
    for one in facts.module.assignments:
        if one.target == "pytest_plugins" and one.value is not None:
            yield from (item.text for item in (*one.value.items, one.value) if item.kind == "str")


def _scopes(within: str) -> Iterator[str]:
    """The functions around, the innermost first, then the module."""
    while within:
        yield within
        within = within.rpartition(".")[0]
    yield ""


def _bound(facts: CodeFacts, name: str, head: str, scope: str) -> list[Import]:
    """The imports of a scope that bind the longest beginning of a name."""
    fits = [one for one in facts.imports_of(scope, head) if one.name == head or f"{name}.".startswith(f"{one.name}.")]
    longest = max((len(one.name) for one in fits), default=0)
    return [one for one in fits if len(one.name) == longest]
