"""Queries for the objects of a class: ``session.query(Order)``, ``select(Order)``, ``session.get(Order, id)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dblint.facts.code_expressions import way
from dblint.facts.code_model import Step

_CLASS = re.compile(r"_?[A-Z]\w*[a-z]\w*")
_RUNS = frozenset(("execute", "scalars", "scalar", "exec", "stream", "stream_scalars"))
_ENDS = frozenset(("first", "all", "one", "one_or_none", "get", "get_or_404", "first_or_404", "one_or_404"))
_GETS = frozenset(("get", "get_one"))
_OTHER_COLUMNS = frozenset(("with_only_columns", "add_columns", "with_entities", "from_statement", "subquery"))
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class ModelQuery:
    """A query: the class it is for, what it is made on, and the links from there."""

    of: ast.expr
    receiver: ast.expr
    steps: tuple[Step, ...]


class ModelQueries:
    """Reads the queries of one function; ``assigned`` are its names and what they are set to, in order."""

    def __init__(
        self, index: Mapping[ast.expr | None, int], assigned: Iterable[tuple[str, ast.expr | None, int, bool]]
    ) -> None:
        self._index = index
        self._values: dict[str, list[ast.expr | None]] = {}
        for name, value, _, _ in assigned:
            self._values.setdefault(name, []).append(value)

    def at(self, node: ast.Call) -> ModelQuery | None:
        """The query that a call runs."""
        if not isinstance(node.func, ast.Attribute):
            return None
        name, held = node.func.attr, node.func.value
        own = (Step(name, self._index.get(node, -1)),)
        if name in _GETS and len(node.args) + len(node.keywords) > 1 and _is_class(node.args[:1]):
            return ModelQuery(node.args[0], held, own)
        if name in _RUNS and node.args:
            of = self._selected(node.args[0], 0)
            return None if of is None else ModelQuery(of, held, own)
        if name in _ENDS:
            begun = self._begun(held, 0)
            return None if begun is None else replace(begun, steps=begun.steps + own)
        return None

    def _selected(self, node: ast.expr, depth: int) -> ast.expr | None:
        """The one class whose objects a statement selects."""
        at = node
        while isinstance(at, ast.Call):
            if way(at.func).rpartition(".")[2] == "select":
                return at.args[0] if len(at.args) == 1 and _is_class(at.args) else None
            if not isinstance(at.func, ast.Attribute) or at.func.attr in _OTHER_COLUMNS:
                return None
            at = at.func.value
        if depth > _DEPTH or not isinstance(at, ast.Name):
            return None
        values = [one for one in self._values.get(at.id, ()) if one is None or _root(one) != at.id]
        own = [one for one in self._values.get(at.id, ()) if one is not None and _root(one) == at.id]
        if len(values) != 1 or values[0] is None or any(not _OTHER_COLUMNS.isdisjoint(_links(one)) for one in own):
            return None
        return self._selected(values[0], depth + 1)

    def _begun(self, node: ast.expr, depth: int) -> ModelQuery | None:
        """The query that ``session.query(Order).filter(…)`` begins, or a name that holds one."""
        links: list[Step] = []
        at = node
        while isinstance(at, ast.Call) and isinstance(at.func, ast.Attribute):
            if at.func.attr in _OTHER_COLUMNS:
                return None
            links.insert(0, Step(at.func.attr, self._index.get(at, -1)))
            if at.func.attr == "query":
                single = len(at.args) == 1 and _is_class(at.args)
                return ModelQuery(at.args[0], at.func.value, tuple(links)) if single else None
            at = at.func.value
        if depth > _DEPTH or not isinstance(at, ast.Name):
            return None
        given = self._values.get(at.id, [])
        firsts = [one for one in given if one is None or _root(one) != at.id]
        begun = self._begun(firsts[0], depth + 1) if len(firsts) == 1 and firsts[0] is not None else None
        if begun is None:
            return None
        more = [one for one in given if one is not None and _root(one) == at.id]
        between = [Step(name, -1, optional=True) for one in more for name in _links(one)]
        return replace(begun, steps=(*begun.steps, *(_called(one) for one in between), *links))


def _called(step: Step) -> Step:
    return replace(step, call=0) if step.call < 0 else step


def _links(node: ast.expr) -> list[str]:
    found: list[str] = []
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        found.insert(0, node.func.attr)
        node = node.func.value
    return found


def _root(node: ast.expr) -> str:
    """The name a chain begins with."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_class(given: Sequence[ast.expr]) -> bool:
    return bool(given) and _CLASS.fullmatch(way(given[0]).rpartition(".")[2]) is not None
