"""One file in short, recalled by its content: its functions by what they mention, its imports, its database names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dblint.binding.code import Code, Codes
from dblint.binding.derived import derived, recalled
from dblint.binding.traced_tests import is_autouse
from dblint.facts.code_model import CodeFacts, Function

_DATABASE = re.compile(
    rb"\.(?:table|from_|rpc)\(|\.query\([A-Z]|\bselect\([A-Z]|\.get\([A-Z]\w*,|\b(?:select\s[^;\"]{1,2000}?\sfrom|insert\s+into|delete\s+from|update\s+\w+\s+set)\s",
    re.IGNORECASE,
)
_DEFINED = re.compile(rb"\b(?:def|class)\s+([A-Za-z_]\w*)")
_NAME = re.compile(rb"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Outlined:
    """A function: whether pytest collects it or gives it to every test, and the names it asks for, calls or reads."""

    name: str
    owner: str | None
    is_test: bool
    is_autouse: bool
    mentions: tuple[str, ...]

    @property
    def last_name(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Outline:
    """The functions of a file, the module's own statements left aside, and the parts of what it imports."""

    functions: tuple[Outlined, ...] = ()
    imported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """The names of a file's text: what it defines where it uses a database, and the functions that do so themselves."""

    asking: tuple[str, ...] = ()
    using: tuple[str, ...] = ()


def outline(code: Code, path: str) -> Outline:
    """The outline of a file."""
    return derived(code.codes, "outline", path, Outline, lambda: _outline(code.file(path)))


def outlined(code: Code, path: str) -> bool:
    """The outline of the file as it is is known."""
    return recalled(code.codes, "outline", path, Outline) is not None


def mentioning(code: Code, paths: list[str], names: set[str]) -> Iterator[str]:
    """The files whose text holds one of these names; of those seen before, the ones whose functions use one."""
    words = re.compile(rb"\b(?:" + b"|".join(re.escape(one.encode()) for one in sorted(names)) + rb")\b")
    for path in paths:
        known = recalled(code.codes, "outline", path, Outline)
        if known is None:
            if words.search(code.codes.data(path)):
                yield path
        elif any(one.last_name in names or not names.isdisjoint(one.mentions) for one in known.functions):
            yield path


def marks(codes: Codes, path: str) -> Marks:
    """The database names of a file."""
    return derived(codes, "marks", path, Marks, lambda: _marks(codes.data(path)))


def is_test(function: Function) -> bool:
    """Whether pytest collects a function."""
    return function.last_name.startswith("test") and (function.owner is not None or "." not in function.name)


def _outline(facts: CodeFacts | None) -> Outline:
    if facts is None:
        return Outline()
    functions = tuple(
        Outlined(one.name, one.owner, is_test(one), is_autouse(facts, one), tuple(sorted(_mentions(facts, one))))
        for one in facts.functions[1:]
    )
    return Outline(functions, tuple(sorted({part for one in facts.imports for part in one.target.split(".")})))


def _mentions(facts: CodeFacts, function: Function) -> set[str]:
    """The names a function asks for, calls, hands on or reads."""
    found = {one.name for one in function.parameters}
    texts = [one.callee for one in function.calls]
    texts += [one.value.text for call in function.calls for one in call.arguments if one.value.kind == "name"]
    texts += function.reads
    for text in texts:
        head, _, rest = text.partition(".")
        found.update((head.partition("(")[0], rest.rpartition(".")[2].partition("(")[0]))
    for one in function.decorators:
        if one.text.endswith("usefixtures") and 0 <= one.call < len(facts.module.calls):
            found.update(two.value.text for two in facts.module.calls[one.call].arguments)
    return found


def _marks(text: bytes) -> Marks:
    if not _DATABASE.search(text):
        return Marks()
    using = set()
    for part in re.split(rb"\bdef\s+", text)[1:]:
        name = _NAME.match(part)
        if name is not None and _DATABASE.search(part):
            using.add(name[0].decode("ascii"))
    return Marks(tuple(sorted({one.decode("ascii") for one in _DEFINED.findall(text)})), tuple(sorted(using)))
