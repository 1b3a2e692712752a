"""The doubles of a file by the names that hold them: mocks, patches, parameters, what ``self`` has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dblint.facts.double_functions import items
from dblint.facts.double_rows import MOCKS, NAMESPACES
from dblint.facts.double_ways import Steps, arguments_of, bare, callee, is_own, last_name, positional, way
from dblint.facts.doubles_model import DoubleRoot, RootKind
from dblint.facts.imported import imported_name
from dblint.facts.literals import dotted, string
from dblint.facts.scopes import Binding, parameter_name
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_SPECCED = frozenset(("create_autospec", "mock_open"))
_DEPTH = 8


@dataclass(slots=True, eq=False)
class Holder:
    """One double; ``parents`` are the places it is put at, ``call`` is what makes it."""

    root: DoubleRoot
    offset: int
    call: Node | None = None
    parents: list[tuple[Holder, Steps, int | None]] = field(default_factory=list)
    fluent: bool = False

    def put(self, holder: Holder, steps: Steps, turn: int | None) -> None:
        """Notes that this double stands at the end of these steps of another; at its own end it is fluent."""
        if holder is self:
            self.fluent = True
        elif not any(one is holder and way == steps for one, way, _ in self.parents):
            self.parents.append((holder, steps, turn))


@dataclass(frozen=True, slots=True)
class Site:
    """A double and the steps from it."""

    holder: Holder
    steps: Steps = ()


class Holders:
    """Finds the double an expression means; the same name gives the same double."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._known: dict[tuple[str, int], Holder] = {}
        self.made: list[Holder] = []
        """Doubles whose making still wants to be read."""

    def site(self, node: Node, depth: int = 0) -> Site | None:
        """Where an expression leads to, as a double and steps from it."""
        patch = self._patched_call(node)
        if patch is not None:
            return Site(patch)
        inner = bare(node)
        if inner.kind == "call" and self.makes(inner):
            return Site(self.of_call(inner))
        going = way(node)
        if going is None or depth > _DEPTH:
            return None
        base = self._base(going.base, depth)
        return None if base is None else Site(base.holder, (*base.steps, *going.steps))

    def _patched_call(self, node: Node) -> Holder | None:
        node = bare(node)
        function = node.field("function") if node.kind == "call" else None
        if function is not None and last_name(function) == "start":
            node = function.field("object") or node
        return self.patch(node) if node.kind == "call" else None

    def _base(self, base: Node, depth: int) -> Site | None:
        if base.kind == "subscript":
            return self._item(base, depth)
        if is_own(base):
            value = self._draft.scopes.attribute(base)
            made = None if value is None else self._valued(base.text, bare(value), depth)
            return made or Site(self._holder(base.text, base, "attribute"))
        binding = self._draft.scopes.reach(base)
        if binding is None:
            return Site(self._holder(base.text, base, "name"))
        return self._bound(binding, depth)

    def _item(self, node: Node, depth: int) -> Site | None:
        """The double under a key of a dict: ``tables["orders"]``."""
        held, key = node.field("value"), node.field("subscript")
        if held is None or held.kind != "identifier":
            return None
        value = next((one for name, one in items(self._draft, held) if string(name) == string(key)), None)
        if value is not None and value.kind == "call" and self.makes(value):
            return Site(self.of_call(value))
        if value is not None and value.kind == "identifier":
            return self.site(value, depth + 1)
        return Site(self._holder(node.text, node, "name"))

    def _holder(self, name: str, node: Node, kind: RootKind, key: int | None = None) -> Holder:
        function = self._draft.scopes.function_at(node.start)
        home = key if key is not None else (function.node.start if function is not None else -1)
        known = self._known.get((name, home))
        if known is None:
            known = self._known[(name, home)] = Holder(DoubleRoot(kind, name), node.start)
        return known

    def _bound(self, binding: Binding, depth: int) -> Site | None:
        start = binding.node.start
        if binding.kind == "parameter":
            patch = self._patch_of_parameter(binding)
            return Site(patch or self._holder(binding.name, binding.node, "parameter", start))
        if binding.kind == "function":
            return Site(self._holder(binding.name, binding.node, "function", start))
        if binding.kind == "value" and binding.value is not None:
            made = self._valued(binding.name, bare(binding.value), depth)
            if made is not None:
                return made
        return Site(self._holder(binding.name, binding.node, "name", start))

    def _valued(self, name: str, value: Node, depth: int) -> Site | None:
        """The double a name's value is: another name's, or what a call makes."""
        if value.kind in ("identifier", "attribute"):
            return self.site(value, depth + 1)
        if value.kind != "call":
            return None
        patch = self._patched_call(value)
        if patch is not None:
            return Site(patch)
        function = value.field("function")
        if function is not None and function.kind == "attribute" and not self.makes(value):
            inner = self.site(value, depth + 1)
            if inner is not None and inner.holder.root.kind != "name":
                return inner
        return Site(self.of_call(value, name))

    def of_call(self, call: Node, name: str = "") -> Holder:
        """The double a call makes."""
        known = self._known.get(("()", call.start))
        if known is None:
            kind: RootKind = "mock" if self.makes(call) else "name"
            known = Holder(DoubleRoot(kind, name, callee(call) or None), call.start, call)
            self._known[("()", call.start)] = known
            self.made.append(known)
        return known

    def makes(self, call: Node) -> bool:
        """A call of a mock class, of a class or of a function of this file."""
        made = last_of(callee(call))
        return made in MOCKS or made in NAMESPACES or made in _SPECCED or self.definition(call) is not None

    def definition(self, call: Node) -> Node | None:
        """The function or class of this file that a call calls."""
        function = call.field("function")
        if function is None or function.kind != "identifier":
            return None
        binding = self._draft.scopes.reach(function)
        if binding is None or binding.node.kind not in ("function_definition", "class_definition"):
            return None
        return binding.node

    def patch(self, call: Node) -> Holder | None:
        """The double that a ``patch(…)`` or ``setattr(…)`` puts somewhere."""
        known = self._known.get(("patch", call.start))
        if known is not None:
            return known
        target = self._target(call)
        if target is None:
            return None
        made = Holder(DoubleRoot("patch", _as_name(call), None, target), call.start, call)
        self._known[("patch", call.start)] = made
        self.made.append(made)
        return made

    def _target(self, call: Node) -> str | None:
        name = callee(call)
        last = last_of(name)
        if last not in ("patch", "object", "setattr") or (last == "object" and not name.endswith("patch.object")):
            return None
        given = positional(call)
        text = string(given[0]) if given else None
        if text is not None and last != "object":
            return text if "." in text else None
        attribute = string(given[1]) if len(given) > 1 and last != "patch" else None
        if attribute is None or is_own(given[0]):
            return None
        owner = self.dotted(given[0])
        return None if owner is None else f"{owner}.{attribute}"

    def dotted(self, node: Node) -> str | None:
        """The dotted text of a name, what an import says of its beginning taken in."""
        return imported_name(self._draft.scopes, node) or dotted(node)

    def _patch_of_parameter(self, parameter: Binding) -> Holder | None:
        """The patch whose mock a decorator hands to a parameter."""
        function = parameter.scope.node
        if function.kind != "function_definition" or function.parent is None:
            return None
        calls = _patch_decorators(function) + _patch_decorators(_class_of(function))
        patches = [patch for call in calls if _hands_over(call) and (patch := self.patch(call)) is not None]
        if not patches:
            return None
        named = function.field("parameters")
        names = [parameter_name(one) for one in named.named] if named is not None else []
        given = [one.text for one in names if one is not None and one.text not in ("self", "cls")]
        return dict(zip(given, patches, strict=False)).get(parameter.name)


def last_of(name: str) -> str:
    return name.rpartition(".")[2]


def _as_name(call: Node) -> str:
    """The name of ``with patch(…) as name`` or ``name = mocker.patch(…)``."""
    above = call.parent
    if above is not None and above.kind == "as_pattern":
        alias = above.field("alias")
        return alias.text if alias is not None else ""
    left = above.field("left") if above is not None and above.kind == "assignment" else None
    return left.text if left is not None else ""


def _class_of(function: Node) -> Node | None:
    return next((one for one in function.ancestors if one.kind == "class_definition"), None)


def _patch_decorators(definition: Node | None) -> list[Node]:
    """The ``patch`` calls that decorate, the nearest to the definition first, as mock hands their mocks over."""
    above = definition.parent if definition is not None else None
    if above is None or above.kind != "decorated_definition":
        return []
    calls = [one.named[0] for one in above.children if one.kind == "decorator" and one.named]
    return [one for one in reversed(calls) if one.kind == "call" and "patch" in callee(one)]


def _hands_over(call: Node) -> bool:
    """A decorating patch makes the mock itself, and so hands it over."""
    given = positional(call)
    own = len(given) > (2 if callee(call).endswith(".object") else 1)
    names = (one.field("name") for one in arguments_of(call) if one.kind == "keyword_argument")
    return not own and not any(name is not None and name.text == "new" for name in names)
