"""Functions and fixtures of a project that make objects of a model: which class, and what their parameters mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dblint.binding.code import Code, Found, fixture_name
from dblint.facts.code_model import Call, Expression, Function

_DOUBLES = frozenset(("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "create_autospec"))
_STORES = frozenset(("add", "add_all", "save", "asave", "merge"))
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Helper:
    """What a function hands out: an object of ``model``, ``stored`` or not, or a ``double`` of one.

    ``names`` maps its parameters to attributes; ``passes`` says that other keywords go to the model as they are, but
    for those ``taken``.
    """

    model: Found
    names: Mapping[str, str]
    passes: bool = False
    taken: frozenset[str] = frozenset()
    stored: bool = False
    double: bool = False

    def attribute(self, keyword: str) -> str | None:
        """The attribute of the model that a keyword of a call becomes."""
        if keyword in self.names:
            return self.names[keyword]
        return keyword if self.passes and keyword not in self.taken else None


class Helpers:
    """The helpers of a project, each read once."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._known: dict[Found, Helper | None] = {}

    def called(self, path: str, callee: str, within: str) -> Helper | None:
        """What a call in a test makes: by a function, a method of its own class, or what a fixture hands out."""
        head, _, rest = callee.partition(".")
        if head in ("self", "cls"):
            facts = self._code.file(path)
            function = facts.function(within) if facts is not None else None
            owner = function.owner if function is not None else None
            member = self._code.member(Found(path, owner, "class"), rest) if owner is not None else None
            return self.of(member) if member is not None else None
        if rest:
            return self._of_name(path, callee, within)
        inner = self._handed_out(path, callee, within)
        return self.of(inner) if inner is not None else self._of_name(path, callee, within)

    def fixture(self, path: str, name: str, within: str) -> Helper | None:
        """What a fixture gives itself to the test or fixture that takes it."""
        facts = self._code.file(path)
        function = facts.function(within) if facts is not None else None
        if facts is None or function is None:
            return None
        if not function.last_name.startswith("test") and fixture_name(facts, function) is None:
            return None
        found = self._code.fixture(path, name)
        return self.of(found) if found is not None else None

    def of(self, found: Found) -> Helper | None:
        if found not in self._known:
            self._known[found] = None
            function = self._code.function(found)
            self._known[found] = None if function is None else self._read(found, function)
        return self._known[found]

    def _of_name(self, path: str, callee: str, within: str) -> Helper | None:
        found = self._code.find(path, callee, within)
        return self.of(found) if found is not None and found.kind == "function" else None

    def _handed_out(self, path: str, name: str, within: str) -> Found | None:
        """The function that a fixture of that name hands out, where the test takes one as its parameter."""
        facts = self._code.file(path)
        function = facts.function(within) if facts is not None else None
        if function is None or all(one.name != name for one in function.parameters):
            return None
        fixture = self._code.fixture(path, name)
        made = self._code.function(fixture)
        if fixture is None or made is None:
            return None
        names = {one.value.text for one in made.results if one.value is not None and one.value.kind == "name"}
        inner = Found(fixture.path, f"{fixture.name}.{names.pop()}", "function") if len(names) == 1 else None
        return inner if inner is not None and self._code.function(inner) is not None else None

    def _read(self, found: Found, function: Function) -> Helper | None:
        """The helper, where every result is an object of one class made by one call."""
        values = [one.value for one in function.results if one.value is not None and one.value.kind != "null"]
        made = {call for value in values for call in self._origin(function, value, 0)}
        if not values or len(made) != 1 or None in made:
            return None
        order = made.pop()
        call = function.calls[order] if order is not None else None
        model = self._model(found, function, call) if call is not None else None
        if call is None or model is None:
            return None
        stored = any(one.name in _STORES for one in function.calls)
        own = {one.name for one in function.parameters}.difference(one.target for one in function.assignments)
        names = {
            one.value.text: one.name for one in call.arguments if one.value.kind == "name" and one.name.isidentifier()
        }
        names = {parameter: name for parameter, name in names.items() if parameter in own}
        return Helper(model, names, self._passes(function, call), self._taken(function), stored, call.name in _DOUBLES)

    def _origin(self, function: Function, value: Expression, depth: int) -> Iterator[int | None]:
        """The calls whose outcome a value is; None for anything else."""
        if value.kind == "call":
            yield value.call
            return
        given = [one for one in function.assignments if one.target == value.text] if value.kind == "name" else []
        if not given or depth > _DEPTH:
            yield None
        for one in given:
            if one.value is None or one.how != "value":
                yield None
            else:
                yield from self._origin(function, one.value, depth + 1)

    def _model(self, found: Found, function: Function, call: Call) -> Found | None:
        text = call.callee
        if call.name in _DOUBLES:
            spec = call.argument(0, "spec", "spec_set")
            text = spec.text if spec is not None and spec.kind == "name" else ""
        meant = self._code.find(found.path, text, function.name) if text else None
        return meant if meant is not None and meant.kind == "class" else None

    def _passes(self, function: Function, call: Call) -> bool:
        """The caller's keywords reach the class: ``**kwargs``, or a dict that takes them in."""
        spread = {one.name for one in function.parameters if one.kind == "kwargs"}
        spread |= {one.name for one in function.parameters if one.name in ("overrides", "kwargs", "attrs")}
        for one in call.arguments:
            if one.name != "**" or not spread:
                continue
            parts = {one.value.text, *(item.text for item in one.value.items)}
            held = one.value.text
            for given in function.assignments:
                if given.target == held and given.value is not None:
                    parts.update((given.value.text, *(item.text for item in given.value.items)))
                    inner = given.value.call
                    if given.value.kind == "call" and 0 <= inner < len(function.calls):
                        parts.update(two.value.text for two in function.calls[inner].arguments if two.name == "**")
            for two in function.calls:
                if two.callee == f"{held}.update":
                    parts.update(three.value.text for three in two.arguments)
            if not spread.isdisjoint(parts):
                return True
        return False

    def _taken(self, function: Function) -> frozenset[str]:
        """The keywords a helper takes out for itself."""
        spread = {one.name for one in function.parameters if one.kind == "kwargs"}
        named = {one.name for one in function.parameters}
        for one in function.calls:
            first = one.argument(0)
            if one.name == "pop" and one.callee.rpartition(".")[0] in spread and first is not None:
                named.add(first.text)
        return frozenset(named)
