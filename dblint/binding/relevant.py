"""Which tests are worth following: those that may hand a database operation the answer of a double."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

from dblint.binding.code import Code, Found
from dblint.binding.outlines import Marks, marks, mentioning, outline, outlined
from dblint.facts.code_model import Function
from dblint.facts.doubles_model import DoubleResult
from dblint.facts.model import FileFacts
from dblint.facts.words import says
from dblint.source import Span

_ENDS = frozenset(
    (
        *("execute", "executemany", "fetch", "fetchrow", "fetchval", "fetchone", "fetchall", "fetchmany"),
        *("fetch_one", "fetch_all", "fetch_val", "fetch_row", "fetchmany", "mappings", "scalar", "scalars"),
        *("scalar_one", "scalar_one_or_none", "run_query", "execute_query", "query", "__iter__", "__aiter__"),
    )
)
_SETUPS = ("setup_class", "setUpClass", "setup_method", "setUp", "asyncSetUp", "setup")
_EVERYDAY = frozenset((*dir(dict), *dir(list), *dir(str), *dir(set), "info", "debug", "warning", "error", "exception"))
"""Methods of what any function handles."""
_SESSIONS = frozenset(("session", "db"))
_SHORT = 3
_ROUNDS = 6


class DatabaseNames:
    """The names of functions and classes that may have to do with a database, by the texts they stand in."""

    def __init__(self, code: Code) -> None:
        self._code = code

    @cached_property
    def asking(self) -> frozenset[str]:
        """The functions and classes of files that use a database."""
        return frozenset(name for one in self._marks for name in one.asking)

    @cached_property
    def using(self) -> frozenset[str]:
        """The functions that hold a database operation themselves."""
        return frozenset(name for one in self._marks for name in one.using)

    @cached_property
    def _marks(self) -> list[Marks]:
        return [marks(self._code.codes, path) for path in self._code.paths]


@dataclass(slots=True)
class Relevant:
    """Answers for one project; ``told`` are the rows of which something stronger already says the table."""

    code: Code
    facts: Mapping[str, FileFacts]
    told: Mapping[str, Set[Span]]
    asking: Container[str]
    using: Container[str]
    _worth: dict[Found, bool] = field(default_factory=dict)

    def is_answer(self, path: str, answer: DoubleResult) -> bool:
        """An operation of the code under test may consume it."""
        rows = self.facts[path].rows
        told = self.told.get(path, frozenset())
        if not answer.tuples and not any(rows[one].entries and rows[one].span not in told for one in answer.rows):
            return False
        names = [one.name for one in answer.path if one.name]
        if not _ENDS.isdisjoint(names) or (answer.root.kind == "class" and names == ["data"]):
            return True
        if names[-1:] == ["get"] and says(answer.root.target or answer.root.name, _SESSIONS):
            return True
        target = (answer.root.target or "").rpartition(".")[2] if answer.root.kind == "patch" else ""
        return any(name in self.using for name in (*names[-1:], target))

    def is_worth_running(self, found: Found) -> bool:
        """A function may come to a database operation, or is quickly run."""
        if found not in self._worth:
            self._worth[found] = False  # What calls itself is worth what else it calls.
            self._worth[found] = self._leads(found)
        return self._worth[found]

    def _leads(self, found: Found) -> bool:
        function = self.code.function(found)
        if function is None or found.path in self.facts:
            return True
        short = len(function.calls) <= _SHORT and not any(one.repeated for one in function.calls)
        if short or function.operations or function.last_name == "__init__":
            return True
        for call in function.calls:
            if call.name not in _EVERYDAY and call.name in self.asking:
                return True
            inner = self._called(found, function, call.callee)
            if inner is not None and inner.kind == "function" and self.is_worth_running(inner):
                return True
        return False

    def _called(self, found: Found, function: Function, callee: str) -> Found | None:
        head, _, rest = callee.partition(".")
        if head in ("self", "cls") and function.owner is not None and rest.isidentifier():
            return self.code.member(Found(found.path, function.owner, "class"), rest)
        return None if "(" in callee or "[" in callee else self.code.find(found.path, callee, function.name)

    def tests(self) -> Iterator[Found]:
        """The tests that run a function which tells a double such an answer."""
        pending, within = self._telling_names()
        seen: set[str] = set()
        found: dict[Found, None] = {}
        for _ in range(_ROUNDS):
            seen |= pending
            more: set[str] = set()
            for path in self._files(pending, within):
                for one, name in self._users(path, pending | within.get(path, set())):
                    if one is not None:
                        found.setdefault(one)
                    elif name:
                        more.add(name)
            pending, within = more - seen, {}
            if not pending:
                break
        yield from found

    def _telling_names(self) -> tuple[set[str], dict[str, set[str]]]:
        """The functions that tell such answers: those any file may use, and the tests and setups of each file."""
        anywhere: set[str] = set()
        within: dict[str, set[str]] = {}
        for path in self.facts:
            for name, owner in self._telling(path):
                if name in _SETUPS:
                    # A class of another file may inherit it.
                    heirs = (one for one in self.code.mentioning(owner) if one in self.facts) if owner else ()
                    for heir in {path, *heirs}:
                        within.setdefault(heir, set()).add(name)
                elif name.startswith("test"):
                    within.setdefault(path, set()).add(name)
                else:
                    anywhere.add(name)
        return anywhere, within

    def _telling(self, path: str) -> Iterator[tuple[str, str]]:
        """The names that lead to a file's answers, and the class they are of, if any."""
        for answer in self.facts[path].doubles:
            if self.is_answer(path, answer):
                yield from _leading(answer.function or answer.root.name)
        for one in self.facts[path].handed:
            if one.function and self._makes_doubles(path, one.callee):
                yield from _leading(one.function)

    def _makes_doubles(self, path: str, callee: str) -> bool:
        """A function or class of the tests that rows are handed to, or a fixture that is called with them."""
        head, _, rest = callee.partition(".")
        found = self.code.fixture(path, callee) if not rest else None
        if head == "self":
            return True
        found = found or self.code.find(path, callee)
        return found is not None and found.path in self.facts

    def _files(self, names: set[str], within: Mapping[str, Set[str]]) -> list[str]:
        using = set(mentioning(self.code, sorted(self.facts), names)) if names else set()
        paths = sorted(using | within.keys())
        self.code.load(path for path in paths if not outlined(self.code, path))
        return paths

    def _users(self, path: str, names: Set[str]) -> Iterator[tuple[Found | None, str]]:
        """The tests of a file that use one of these names, and the names of its other functions that do."""
        functions = outline(self.code, path).functions
        for function in functions:
            if function.last_name not in names and names.isdisjoint(function.mentions):
                continue
            if function.is_test:
                yield Found(path, function.name, "function"), ""
            elif function.is_autouse:
                continue
            elif function.last_name in _SETUPS:
                beside = (one for one in functions if one.is_test and one.owner == function.owner)
                yield from ((Found(path, one.name, "function"), "") for one in beside)
            else:
                yield None, function.name.partition(".")[0] if function.owner is None else function.last_name


def _leading(qualified: str) -> Iterator[tuple[str, str]]:
    """The names that lead to a function: its own and its class's; a method's name alone would be anybody's."""
    head, _, rest = qualified.partition(".")
    yield head, ""
    if rest:
        yield rest.partition(".")[0], head
