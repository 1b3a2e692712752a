"""Whether a function hands on what its calls give, as it is: then its result is theirs."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

_DEPTH = 10
_SAME = frozenset(("dict", "list", "tuple", "copy", "deepcopy", "cast"))
_CHANGING = frozenset(("append", "extend", "update", "pop", "insert", "setdefault", "clear", "remove"))
_HELD = frozenset(("data",))
_ONE_ROW = frozenset(("fetchone", "fetchrow", "fetch_one", "fetch_row", "first", "one", "one_or_none"))
Assigned = Sequence[tuple[str, ast.expr | None, int, bool]]


def passed(
    value: ast.expr | None,
    index: Mapping[ast.expr | None, int],
    assigned: Assigned,
    iterated: Sequence[tuple[str, str]] = (),
) -> tuple[int, ...] | None:
    """The calls whose outcome an expression hands on; None where it makes something else of it.

    ``iterated`` are the names that loops bind and what they go through.
    """
    found = _Passing(index, assigned, iterated).of(value, 0, frozenset())
    return None if found is None else tuple(sorted(found))


class _Passing:
    def __init__(
        self, index: Mapping[ast.expr | None, int], assigned: Assigned, iterated: Sequence[tuple[str, str]]
    ) -> None:
        self._index = index
        self._assigned = assigned
        self._iterated = iterated

    def of(self, node: ast.expr | None, depth: int, seen: frozenset[str]) -> set[int] | None:
        if node is None or depth > _DEPTH:
            return set() if node is None else None
        if isinstance(node, ast.Constant):
            return set() if node.value is None or node.value is False else None
        if isinstance(node, ast.List | ast.Dict | ast.Tuple):
            return None if ast.dump(node) not in _EMPTY else set()
        if isinstance(node, ast.Await | ast.Lambda):
            return self.of(node.value if isinstance(node, ast.Await) else node.body, depth + 1, seen)
        if isinstance(node, ast.Attribute):
            return self.of(node.value, depth + 1, seen) if node.attr in _HELD else None
        if isinstance(node, ast.Subscript):
            inner = self.of(node.value, depth + 1, seen) if _is_position(node.slice) else None
            return None if inner is None or self._is_one_row(inner) else inner
        if isinstance(node, ast.BoolOp | ast.IfExp):
            sides = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
            return self._all(sides, depth, seen)
        if isinstance(node, ast.Call):
            return self._call(node, depth, seen)
        if isinstance(node, ast.ListComp):
            return self._comprehension(node, depth, seen)
        return self._name(node.id, depth, seen) if isinstance(node, ast.Name) else None

    def _is_one_row(self, calls: set[int]) -> bool:
        """A position in what these calls give is a value, not a row."""
        nodes = (node for node, at in self._index.items() if at in calls and isinstance(node, ast.Call))
        return any(isinstance(one.func, ast.Attribute) and one.func.attr in _ONE_ROW for one in nodes)

    def _all(self, nodes: Sequence[ast.expr], depth: int, seen: frozenset[str]) -> set[int] | None:
        found: set[int] = set()
        for one in nodes:
            inner = self.of(one, depth + 1, seen)
            if inner is None:
                return None
            found |= inner
        return found

    def _call(self, node: ast.Call, depth: int, seen: frozenset[str]) -> set[int] | None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _SAME and node.args and not node.keywords:
            return self.of(node.args[-1], depth + 1, seen)
        if name == "getattr" and len(node.args) > 1 and _says(node.args[1], _HELD):
            return self.of(node.args[0], depth + 1, seen)
        ran = [one for one in node.args if isinstance(one, ast.Lambda) and not one.args.args]
        if len(ran) == 1:
            return self.of(ran[0], depth + 1, seen)
        at = self._index.get(node)
        return None if at is None else {at}

    def _comprehension(self, node: ast.ListComp, depth: int, seen: frozenset[str]) -> set[int] | None:
        """``[dict(row) for row in rows]``."""
        if len(node.generators) != 1 or not isinstance(node.generators[0].target, ast.Name):
            return None
        element, name = node.elt, node.generators[0].target.id
        if isinstance(element, ast.Call) and isinstance(element.func, ast.Name) and element.func.id == "dict":
            element = element.args[0] if len(element.args) == 1 and not element.keywords else element
        same = isinstance(element, ast.Name) and element.id == name
        return self.of(node.generators[0].iter, depth + 1, seen) if same else None

    def _name(self, name: str, depth: int, seen: frozenset[str]) -> set[int] | None:
        values = [value for target, value, _, _ in self._assigned if target == name]
        if not values or name in seen or any(value is None for value in values) or self._changed(name):
            return None
        rows = (target for target, held in self._iterated if held in (name, f"{name}.data"))
        if any(self._changed(row) for row in rows):
            return None
        found: set[int] = set()
        for value in values:
            inner = self.of(value, depth + 1, seen | {name})
            if inner is None:
                return None
            found |= inner
        return found

    def _changed(self, name: str) -> bool:
        """Whether something changes what the name holds."""
        if any(target.startswith((f"{name}.", f"{name}[")) for target, _, _, _ in self._assigned):
            return True
        functions = (node.func for node in self._index if isinstance(node, ast.Call))
        return any(
            isinstance(one, ast.Attribute)
            and one.attr in _CHANGING
            and isinstance(one.value, ast.Name)
            and one.value.id == name
            for one in functions
        )


def _says(node: ast.expr, texts: frozenset[str]) -> bool:
    return isinstance(node, ast.Constant) and node.value in texts


def _is_position(node: ast.expr) -> bool:
    if isinstance(node, ast.Slice):
        return True
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


_EMPTY = frozenset(ast.dump(ast.parse(text, mode="eval").body) for text in ("[]", "{}", "()"))
