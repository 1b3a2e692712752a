"""Everything a file tells its doubles, followed from the place it is said at to the rows that are said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from dblint.facts.decorators import is_fixture
from dblint.facts.double_functions import FunctionAnswer, answers, is_context_manager, keyed
from dblint.facts.double_gifts import (
    Channel,
    Gift,
    class_attributes,
    fields,
    gift,
    given_to,
    init_attributes,
    is_driver,
    methods,
)
from dblint.facts.double_holders import Holder, Holders, Site, last_of
from dblint.facts.double_marks import asked, is_handed_on
from dblint.facts.double_rows import MOCKS, NAMESPACES, OPTIONS, enveloped, is_record, record
from dblint.facts.double_spellings import class_made, decorated, field_targets, in_turn, is_test, spread
from dblint.facts.double_tuples import is_fetch
from dblint.facts.double_ways import (
    Steps,
    answering,
    arguments_of,
    attribute,
    bare,
    called,
    callee,
    is_own,
    keywords,
    positional,
    way,
)
from dblint.facts.doubles_model import DoubleRoot, DoubleStep
from dblint.facts.literals import string
from dblint.facts.words import words_of
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_DEPTH = 12
_ROUNDS = 5
_MOST_TOPS = 8
_MOST_LEAVES = 4000
_PATCHING = ("patch", "object", "setattr")
_ANSWERS = frozenset(("response", "resp", "result", "results", "query", "table", "builder", "chain", "reply"))
_LITERALS = frozenset(("list", "tuple", "set", "dictionary", "list_comprehension", "binary_operator"))
_ENTERING = ("__aenter__", "__enter__", "__call__", "__await__", "__getitem__", "__iter__", "__aiter__", "__getattr__")
_DATA = DoubleStep("data")


@dataclass(slots=True, eq=False)
class Leaf:
    """An expression that a double answers with; ``handed_on`` where its callers say what it is."""

    holder: Holder
    steps: Steps
    node: Node
    turn: int | None
    is_record: bool = False
    handed_on: bool = False
    fluent: bool = False


@dataclass(frozen=True, slots=True)
class _Making:
    """A call of a function or class of the file, and where its value stands."""

    holder: Holder
    steps: Steps
    call: Node
    definition: Node
    turn: int | None


@dataclass(frozen=True, slots=True)
class Top:
    """An answer as seen from the outermost double."""

    holder: Holder
    steps: Steps
    turn: int | None
    fluent: bool


class Tellings:
    """Reads one file."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._holders = Holders(draft)
        self._makings: list[_Making] = []
        self._classes: dict[int, Holder] = {}
        self._given: set[tuple[int, int, Steps, Channel]] = set()
        self.leaves: list[Leaf] = []
        self.handles: list[tuple[str, Site]] = []
        self._handed: dict[int, Site] = {}

    def read(self) -> None:
        """All that the file tells its doubles."""
        for assignment in self._draft.nodes["assignment"]:
            self._assignment(assignment)
        for call in self._draft.calls_of(_PATCHING):
            self._holders.patch(call)
        for call in self._draft.calls_of(("configure_mock",)):
            self._configured(call)
        for class_ in self._draft.nodes["class_definition"]:
            self._class(class_)
        for function in self._draft.nodes["function_definition"]:
            self._function(function)
        self._fakes()
        self._drain()
        for _ in range(_ROUNDS):
            if not self._hand_over():
                break
            self._drain()

    def _assignment(self, assignment: Node) -> None:
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None:
            return
        right = bare(right)
        if left.kind == "identifier" or is_own(left):
            if right.kind == "call" and arguments_of(right) and self._holders.makes(right):
                self._holders.of_call(right, left.text)
        elif left.kind == "attribute":
            self._told(left, right)
        elif left.kind == "subscript":
            self._overridden(left, right)

    def _told(self, left: Node, right: Node) -> None:
        name, held = left.field("attribute"), left.field("object")
        if name is None or held is None:
            return
        if name.text not in ("return_value", "side_effect", "data") and not self._is_double(right):
            return
        fluent = in_turn(held)
        if fluent is not None:
            self._set_fluent(fluent, right)
            return
        going = way(left)
        site = self._holders.site(held if name.text in ("return_value", "side_effect") else left)
        if going is None or site is None:
            return
        if name.text == "side_effect":
            self._effect(site.holder, called(site.steps), right)
        elif name.text == "return_value":
            self._value(site.holder, called(site.steps), right)
        else:
            self._value(site.holder, site.steps, right)

    def _configured(self, call: Node) -> None:
        """``double.execute.configure_mock(return_value=rows)``."""
        function = call.field("function")
        held = function.field("object") if function is not None and function.kind == "attribute" else None
        site = self._holders.site(held) if held is not None else None
        if site is not None:
            self._options(site.holder, site.steps, call)

    def _set_fluent(self, held: Node, right: Node) -> None:
        """``for name in (…): getattr(chain, name).return_value = chain``."""
        site, other = self._holders.site(held), self._holders.site(right)
        if site is not None and other is not None and site.holder is other.holder:
            site.holder.fluent = True

    def _is_double(self, node: Node) -> bool:
        """An expression that is a double or can be called: what it answers with is told to what holds it."""
        if node.kind == "lambda":
            return True
        if node.kind == "call":
            return self._holders.makes(node)
        if node.kind != "identifier":
            return False
        binding = self._draft.scopes.reach(node)
        if binding is None:
            return False
        value = bare(binding.value) if binding.value is not None else None
        made = value is not None and value.kind == "call" and self._holders.makes(value)
        return made or binding.kind == "function" or binding.kind == "parameter"

    def _overridden(self, left: Node, right: Node) -> None:
        """``app.dependency_overrides[get_db] = lambda: fake``."""
        held, key = left.field("value"), left.field("subscript")
        if held is None or key is None or not held.text.endswith("dependency_overrides"):
            return
        target = self._holders.dotted(key)
        if target is not None:
            self._value(Holder(DoubleRoot("patch", "", None, target), left.start), (), right)

    def _class(self, class_: Node) -> None:
        """What the methods of a class answer, whoever makes its objects."""
        named = class_.field("name")
        if named is None or is_test(class_):
            return
        holder = Holder(DoubleRoot("class", named.text), class_.start)
        self._classes[class_.start] = holder
        for name, value in (*init_attributes(class_), *class_attributes(class_)):
            self._value(holder, (DoubleStep(name),), value)
        for name in fields(class_):
            self.leaves.extend(Leaf(holder, (DoubleStep(name),), one, None) for one in field_targets(class_, name))
        for method in methods(class_):
            self._method(holder, method)

    def _fakes(self) -> None:
        """The objects of the file's fakes of drivers that no name is given: ``Repo(FakeConnection(rows))``."""
        for class_ in self._draft.nodes["class_definition"]:
            named = class_.field("name")
            if named is None or class_.start not in self._classes or not is_driver(class_):
                continue
            for call in self._draft.calls_of((named.text,)):
                if is_handed_on(call) and arguments_of(call) and self._holders.definition(call) == class_:
                    self._holders.of_call(call)

    def _method(self, holder: Holder, method: Node) -> None:
        named = method.field("name")
        name = named.text if named is not None else ""
        if name.startswith("__") and name not in _ENTERING:
            return
        for answer in answers(self._draft, method):
            if answer.node.text in ("self", "cls"):
                holder.fluent = True
                continue
            steps: Steps = () if name == "__call__" else (DoubleStep(name),)
            steps = called(steps, answer.when)
            if is_context_manager(method):
                steps = called((*steps, DoubleStep("__enter__")))
            self._value(holder, steps, answer.node)

    def _function(self, function: Node) -> None:
        """What a fixture or another function of the file hands out, where that is a double."""
        named = function.field("name")
        if named is None or named.text.startswith("test") or self._is_nested(function):
            return
        for node in self._draft.records.returned(function):
            node = bare(node)
            if node.kind not in ("identifier", "call", "attribute"):
                continue
            site = self._holders.site(node)
            if site is not None and site.holder.root.kind in ("mock", "patch"):
                self._handed[function.start] = site
                self.handles.append((self.function_of(node), site))

    def site(self, node: Node) -> Site | None:
        """Where an expression leads to."""
        return self._holders.site(node)

    def _is_nested(self, function: Node) -> bool:
        scope = self._draft.scopes.at(function.start).parent
        return scope is not None and scope.kind == "function_definition"

    def _drain(self) -> None:
        while self._holders.made and len(self.leaves) < _MOST_LEAVES:
            holder = self._holders.made.pop()
            call = holder.call
            if call is None:
                continue
            if holder.root.kind == "patch":
                self._patch(holder, call)
            else:
                self._call(holder, (), call, None, 0)

    def _patch(self, holder: Holder, call: Node) -> None:
        given = positional(call)
        own = given[2:] if string(given[0]) is None or callee(call).endswith(".object") else given[1:]
        named = keywords(call)
        put = own[:1] + [named[name] for name in ("new", "value") if name in named]
        for node in put:
            self._value(holder, (), node)
        self._options(holder, (), call)

    def _value(self, holder: Holder, steps: Steps, node: Node, turn: int | None = None, depth: int = 0) -> None:
        """Notes that an expression stands at the end of these steps."""
        node, steps = asked(bare(node), steps)
        if depth > _DEPTH or len(self.leaves) > _MOST_LEAVES:
            return
        if node.kind == "lambda":
            self._function_value(holder, steps, node, depth)
        elif node.kind == "conditional_expression":
            for side in (node.named[0], node.named[-1]) if node.named else ():
                self._value(holder, steps, side, turn, depth + 1)
        elif node.kind in ("identifier", "attribute"):
            self._named(holder, steps, node, turn, depth)
        elif node.kind in ("call", "subscript"):
            self._call(holder, steps, node, turn, depth)
        elif node.kind == "dictionary" and (inner := enveloped(node)) is not None:
            self._value(holder, (*steps, _DATA), inner, turn, depth + 1)
        elif (
            node.kind == "tuple"
            and not is_fetch(steps)
            and any(one.kind in ("list", "dictionary") for one in node.named)
        ):
            for index, one in enumerate(node.named):
                self._value(holder, (*steps, DoubleStep(f"[{index}]")), one, turn, depth + 1)
        else:
            self.leaves.append(Leaf(holder, steps, node, turn))

    def _kept(self, holder: Holder, node: Node) -> Holder | None:
        """The double under a key of a dict: it gets more to answer under ``tables["orders"]``."""
        if node.kind == "subscript":
            site = self._holders.site(node)
            return site.holder if site is not None and not site.steps else None
        kept = node.kind == "call" and node.parent is not None and node.parent.kind == "pair"
        return self._holders.of_call(node) if kept and holder.call != node and self._holders.makes(node) else None

    def _function_value(self, holder: Holder, steps: Steps, function: Node, depth: int) -> None:
        entered = function.kind == "function_definition" and is_context_manager(function)
        for answer in answers(self._draft, function):
            given = called(steps, answer.when)
            if entered:
                given = called((*given, DoubleStep("__enter__")))
            self._value(holder, given, answer.node, None, depth + 1)

    def _named(self, holder: Holder, steps: Steps, node: Node, turn: int | None, depth: int) -> None:
        binding = self._draft.scopes.reach(node) if node.kind == "identifier" else None
        if binding is not None and binding.kind == "function" and not is_fixture(binding.node):
            self._function_value(holder, steps, binding.node, depth)
            return
        value = binding.value if binding is not None and binding.kind == "value" else None
        if value is not None and bare(value).kind == "lambda":
            self._value(holder, steps, value, turn, depth + 1)
            return
        site = self._holders.site(node)
        if site is not None and not site.steps and site.holder.root.kind != "function":
            site.holder.put(holder, steps, turn)
            if site.holder.root.kind in ("mock", "patch"):
                return
        self.leaves.append(Leaf(holder, steps, node, turn))

    def _call(self, holder: Holder, steps: Steps, call: Node, turn: int | None, depth: int) -> None:
        kept = self._kept(holder, call)
        if kept is not None:
            kept.put(holder, steps, turn)
            return
        made = last_of(callee(call))
        if made in MOCKS or made in NAMESPACES or made == "create_autospec":
            self._options(holder, steps, call, turn, depth)
            return
        definition = self._holders.definition(call)
        if definition is not None:
            if is_record(self._draft, call) and record(self._draft, call) is not None:
                self.leaves.append(Leaf(holder, steps, call, turn, is_record=True))
            elif self._draft.records.rows(call):
                self.leaves.append(Leaf(holder, steps, call, turn))
            elif not definition.holds(call.start) and len(steps) < _DEPTH:
                self._makings.append(_Making(holder, steps, call, definition, turn))
            return
        held = list(_responses(call, made))
        for name, value in held:
            self._value(holder, (*steps, DoubleStep(name)), value, turn, depth + 1)
        if not held:
            self.leaves.append(Leaf(holder, steps, call, turn))

    def _options(self, holder: Holder, steps: Steps, call: Node, turn: int | None = None, depth: int = 0) -> None:
        """What the keyword arguments of a mock's making, or of a patch, tell it."""
        plain = False
        is_patch = holder.root.kind == "patch" and not steps
        for name, node in (*keywords(call).items(), *spread(call)):
            if name == "return_value" or name.endswith(".return_value"):
                self._value(holder, attribute(steps, name), node, turn, depth + 1)
            elif name == "side_effect" or name.endswith(".side_effect"):
                self._effect(holder, attribute(steps, name), node, depth)
            elif name == "_mapping":
                self._value(holder, steps, node, turn, depth + 1)
            elif name in OPTIONS or (is_patch and "." not in name):
                continue
            elif name == "data" or self._is_double(bare(node)) or "." in name:
                self._value(holder, attribute(steps, name), node, turn, depth + 1)
                plain = plain and name != "data"
            else:
                plain = True
        if plain and "data" not in keywords(call):
            self.leaves.append(Leaf(holder, steps, call, turn, is_record=True))

    def _effect(self, holder: Holder, steps: Steps, node: Node, depth: int = 0) -> None:
        """``side_effect``: a list answers call by call, a function answers as it does."""
        node = bare(node)
        if depth > _DEPTH:
            return
        if asked(node, steps)[0] is not node:
            self._value(holder, steps, node, None, depth + 1)
        elif node.kind in ("list", "tuple"):
            for turn, one in enumerate(node.named):
                self._value(holder, steps, one, turn, depth + 1)
        elif node.kind == "lambda":
            self._answering(holder, steps, answers(self._draft, node), depth)
        elif node.kind == "call" and callee(node) in ("iter", "list", "cycle", "itertools.cycle"):
            for one in positional(node)[:1]:
                self._effect(holder, steps, one, depth + 1)
        elif node.kind in ("identifier", "attribute"):
            self._named_effect(holder, steps, node, depth)

    def _named_effect(self, holder: Holder, steps: Steps, node: Node, depth: int) -> None:
        """``side_effect = fake_table``, ``side_effect = tables.__getitem__``."""
        if node.kind == "attribute" and node.text.endswith((".__getitem__", ".get")):
            self._answering(holder, steps, keyed(self._draft, node.field("object") or node), depth)
            return
        binding = self._draft.scopes.reach(node) if node.kind == "identifier" else None
        if binding is not None and binding.kind == "function":
            self._answering(holder, steps, answers(self._draft, binding.node), depth)
            return
        resolved = self._draft.records.resolve(node)
        if resolved is not None:
            self._effect(holder, steps, resolved, depth + 1)

    def _answering(self, holder: Holder, steps: Steps, given: Iterable[FunctionAnswer], depth: int) -> None:
        for answer in given:
            told = answering(steps, answer.when)
            self._value(holder, told, answer.node, None, depth + 1)

    def _hand_over(self) -> bool:
        """Puts what calls hand over where functions and classes let it come out; whether there was any."""
        channels: dict[int, list[Channel]] = {}
        for leaf in self.leaves:
            taken = gift(self._draft, leaf.node) if not leaf.is_record else None
            if taken is not None:
                self._channel(leaf, taken, channels)
        before = len(self.leaves), len(self._makings)
        for making in tuple(self._makings):
            for channel in channels.get(making.definition.start, ()):
                self._give(making, channel)
        return (len(self.leaves), len(self._makings)) != before or bool(self._holders.made)

    def _channel(self, leaf: Leaf, taken: Gift, channels: dict[int, list[Channel]]) -> None:
        start = taken.definition.start
        outlet = self._handed.get(start)
        wanted = self._classes.get(start) or (outlet.holder if outlet is not None and not outlet.steps else None)
        for top in tops(leaf) if wanted is not None else ():
            if top.holder is wanted:
                channels.setdefault(start, []).append(Channel(taken.parameter, top.steps, top.turn, top.fluent))
                leaf.handed_on = leaf.handed_on or any(one.definition.start == start for one in self._makings)

    def _give(self, making: _Making, channel: Channel) -> None:
        key = (making.call.start, id(making.holder), making.steps, channel)
        if key in self._given:
            return
        self._given.add(key)
        first = len(self.leaves)
        for node in given_to(making.definition, making.call, channel.parameter):
            turn = making.turn if making.turn is not None else channel.turn
            self._value(making.holder, (*making.steps, *channel.steps), node, turn)
        for leaf in self.leaves[first:]:
            leaf.fluent = leaf.fluent or channel.fluent

    def function_of(self, node: Node) -> str:
        """The qualified name of the function an expression stands in; a decorator belongs to what it decorates."""
        scope = self._draft.scopes.at(node.start)
        names = []
        if scope.kind in ("module", "class_definition"):
            names += decorated(node)
        while scope.parent is not None:
            if scope.kind != "lambda":
                names.append(scope.name)
            scope = scope.parent
        return ".".join(reversed(names))


def _responses(call: Node, made: str) -> Iterator[tuple[str, Node]]:
    """The attributes of a response that a call of no class of the file makes."""
    data, given = keywords(call).get("data"), arguments_of(call)
    if data is not None:
        yield "data", data
    elif given and not _ANSWERS.isdisjoint(words_of(made)) and given[0].kind in (*_LITERALS, "identifier"):
        yield "data", given[0]
    else:
        yield from class_made(call)


def tops(leaf: Leaf) -> list[Top]:
    """A double's answer as seen from each of the outermost doubles that lead to it."""
    holder = leaf.holder
    climbed = _climb(holder, leaf.steps, leaf.turn, holder.fluent or leaf.fluent, frozenset())
    return list(islice(climbed, _MOST_TOPS))


def _climb(holder: Holder, steps: Steps, turn: int | None, fluent: bool, seen: frozenset[int]) -> Iterator[Top]:
    parents = [one for one in holder.parents if id(one[0]) not in seen and one[0] is not holder]
    if not parents or len(seen) > _DEPTH:
        yield Top(holder, steps, turn, fluent or len(parents) < len(holder.parents))
        return
    around = len(parents) < len(holder.parents)
    for parent, way_, turned in parents:
        outer = turn if turned is None else turned
        yield from _climb(parent, (*way_, *steps), outer, fluent or around or parent.fluent, seen | {id(holder)})
