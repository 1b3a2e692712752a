"""Factories of a project's models: factory_boy's by their ``Meta.model``, polyfactory's by what they are made for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dblint.binding.code import Code, Found
from dblint.facts.code_model import Assignment, Class, Expression

_CHANGING = ("_adjust_kwargs", "_create", "_build", "_generate", "process_kwargs", "build", "create_sync")
_KWARGS = frozenset(("pop", "update", "setdefault"))


@dataclass(frozen=True, slots=True)
class Factory:
    """A factory: the model it makes, as a class or as the text that names one, and what its keywords mean.

    ``left_out`` are its declarations that the model never gets; ``renamed`` maps declarations to keywords of the model.
    """

    found: Found
    model: Found | str
    left_out: frozenset[str]
    renamed: Mapping[str, str]


class Factories:
    """The factories of a project, each read once."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._known: dict[Found, Factory | None] = {}

    def of(self, found: Found) -> Factory | None:
        if found not in self._known:
            self._known[found] = self._read(found)
        return self._known[found]

    def chain(self, found: Found) -> list[Found]:
        """The factory and those it inherits declarations from, the nearest first."""
        return list(self._code.bases(found))

    def _read(self, found: Found) -> Factory | None:
        chain = [(one, node) for one in self._code.bases(found) if (node := self._code.class_(one)) is not None]
        if not chain or any(self._changes(one, node) for one, node in chain):
            return None
        model = next((model for one, node in chain for model in self._models(one, node)), None)
        if model is None:
            return None
        left_out: set[str] = set()
        renamed: dict[str, str] = {}
        for one, _ in chain:
            meta, params = self._inner(one, "Meta"), self._inner(one, "Params")
            left_out.update(_texts(meta, "exclude"))
            left_out.update(given.target for given in (params.attributes if params is not None else ()))
            given = _given(meta, "rename")
            if given is not None and given.kind == "dict":
                renamed.update(
                    {key: value.text for key, value in zip(given.keys, given.items, strict=False) if key is not None}
                )
        return Factory(found, model, frozenset(left_out), renamed)

    def _models(self, one: Found, node: Class) -> Iterator[Found | str]:
        for value in (_given(self._inner(one, "Meta"), "model"), _given(node, "__model__")):
            if value is not None and value.kind == "str":
                yield value.text
            elif value is not None and value.kind == "name":
                meant = self._code.find(one.path, value.text, one.name.rpartition(".")[0])
                if meant is not None and meant.kind == "class":
                    yield meant
        if any(base.rpartition(".")[2].partition("[")[0].endswith("Factory") for base in node.bases):
            for name in node.of:
                meant = self._code.find(one.path, name, one.name.rpartition(".")[0])
                if meant is not None and meant.kind == "class":
                    yield meant

    def _inner(self, one: Found, name: str) -> Class | None:
        facts = self._code.file(one.path)
        return None if facts is None else facts.class_(f"{one.name}.{name}")

    def _changes(self, one: Found, node: Class) -> bool:
        """The factory makes something else of its keywords."""
        facts = self._code.file(one.path)
        for name in _CHANGING if facts is not None else ():
            function = facts.function(f"{one.name}.{name}") if name in node.methods and facts is not None else None
            if function is None:
                continue
            keywords = {given.name for given in function.parameters if given.kind == "kwargs"}
            sets = any(given.target.removesuffix("[]") in keywords for given in function.assignments)
            calls = any(
                given.callee.rpartition(".")[0] in keywords and given.name in _KWARGS for given in function.calls
            )
            if sets or calls or name in ("_adjust_kwargs", "process_kwargs"):
                return True
        return False


def _given(node: Class | None, name: str) -> Expression | None:
    found: Assignment | None = None
    if node is not None:
        found = next((one for one in node.attributes if one.target == name), None)
    return None if found is None else found.value


def _texts(node: Class | None, name: str) -> Iterator[str]:
    value = _given(node, name)
    if value is not None:
        yield from (one.text for one in (*value.items, value) if one.kind == "str")
