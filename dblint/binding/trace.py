"""Follows a test through the project's code: which double each database operation it reaches is made on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dblint.binding.code import Code, Found, fixture_name
from dblint.binding.routes import VERBS, Routes
from dblint.binding.trace_patches import decorated, patched, spot_named, spot_of
from dblint.binding.trace_values import (
    Above,
    Arguments,
    Blueprint,
    Double,
    Giving,
    Instance,
    Namespace,
    Nothing,
    Outside,
    Put,
    Root,
    Routine,
    Several,
    Text,
    Value,
    literal,
)
from dblint.facts.code_model import Assignment, Call, CodeFacts, Expression, Function, Operation
from dblint.facts.doubles_model import DoubleRoot, DoubleStep

_DEPTH = 9
_BUDGET = 3000
_BUSY = 3
_CLIENTS = frozenset(("TestClient", "AsyncClient", "AsyncTestClient", "test_client"))
_HTTP = "HTTP client"
_DEPENDS = re.compile(r"\b(?:Depends|Security)\(([\w.]+)\)")
_HELD = 4
_LINKS = 6
_ENDS = 16
_MOCKS = frozenset(("MagicMock", "Mock", "AsyncMock", "NonCallableMagicMock", "PropertyMock", "create_autospec"))
_HANDING_ON = frozenset(("to_thread", "run_in_executor", "run_in_threadpool", "wait_for", "run", "run_until_complete"))
"""Calls that run what they are given, whatever they are called on."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A database operation that a test reaches on a double; ``prefix`` is the way of its receiver."""

    root: Root
    prefix: tuple[str, ...]
    ends: frozenset[Double]
    operation: Operation
    function: Found
    table: str | None
    """The table's name, or the SQL; None where nobody knows it."""
    certain: bool
    """It surely runs, once, when its test runs to its end."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A database operation on something nobody knows: it may be any double."""

    operation: Operation
    function: Found
    table: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A function of the project that a double answers in the place of."""

    root: Root
    way: tuple[str, ...]
    function: Found


@dataclass(slots=True, eq=False)
class Frame:
    """One run of a function: its names and what its calls gave."""

    found: Found
    facts: CodeFacts
    function: Function
    names: dict[str, Value] = field(default_factory=dict)
    given: dict[int, Value] = field(default_factory=dict)
    certain: bool = True
    returned: list[Value] = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.facts.path


class Trace:
    """One test: its fixtures, what it puts in other things' places, and all that its calls reach."""

    def __init__(
        self, code: Code, worth: Callable[[Found], bool] = lambda _: True, routes: Routes | None = None
    ) -> None:
        self.code = code
        self._routes = routes
        self._worth = worth
        self.frames: list[Frame] = []
        self.reached: list[Reached] = []
        self.elsewhere: list[Elsewhere] = []
        self.answered: list[Answered] = []
        self.dependencies: dict[Found, Value] = {}
        """What a test overrides a framework's dependencies with."""
        self.links: dict[Double, Value] = {}
        """What a test sets a part of a double to: ``client.table.return_value = table``."""
        self._places: dict[tuple[str, str], Value] = {}
        """What stands in the place of a file's name, or of a class's attribute (``Class.attribute``)."""
        self._globals: dict[tuple[str, str], Value] = {}
        self._modules: dict[str, Frame] = {}
        self._fixtures: dict[Found, Value] = {}
        self._running: list[Found] = []
        self._left = _BUDGET

    @property
    def effort(self) -> int:
        """How many calls were followed."""
        return _BUDGET - self._left

    @property
    def whole(self) -> bool:
        """Everything was followed to its end."""
        return self._left > 0

    def replace(self, path: str, name: str, value: Value) -> None:
        """From now on the file's name stands for this."""
        self._places[(path, name)] = value

    def put_in(self, path: str, name: str) -> Value:
        """What a test has put in the place of a file's name."""
        return self._places.get((path, name))

    def place(self, path: str, name: str) -> Value:
        """What a dotted name of a file stands for."""
        return self._global(path, name, "")

    # running

    def run(self, routine: Routine, arguments: Arguments = (), *, certain: bool = True) -> Value:
        """What a function gives; None where it is not followed."""
        function = self.code.function(routine.found)
        facts = self.code.file(routine.found.path)
        deep = len(self._running) > _DEPTH or self._running.count(routine.found) > 1
        if function is None or facts is None or deep or self._left <= 0 or not self._worth(routine.found):
            return None
        if self._busy(function) and not self._comes_by_double(routine, arguments):
            return None
        frame = Frame(routine.found, facts, function, dict(routine.closure or {}), certain=certain)
        self._bind(frame, routine, arguments)
        self._running.append(routine.found)
        self.go(frame)
        self._running.pop()
        given = _one(frame.returned)
        entered = any(function.decorated(one) for one in ("contextmanager", "asynccontextmanager"))
        return Put(given) if entered else given

    def _busy(self, function: Function) -> bool:
        """More than what makes or hands out an object, with nothing put in the place of its names."""
        return len(function.calls) > _BUSY and not self._places and not self.dependencies

    def _comes_by_double(self, routine: Routine, arguments: Arguments) -> bool:
        """The test itself calls it, or it is handed a double."""
        values = [routine.held_by, *(routine.closure or {}).values(), *(value for _, value in arguments)]
        return len(self._running) <= 1 or any(_holds_double(value, 0) for value in values)

    def go(self, frame: Frame) -> None:
        """Run the statements of a frame in their order."""
        self.frames.append(frame)
        assignments, results = list(frame.function.assignments), list(frame.function.results)
        operations = {one.order: one for one in frame.function.operations}
        for order in range(len(frame.function.calls) + 1):
            while assignments and assignments[0].order <= order:
                self._assign(frame, assignments.pop(0))
            while results and results[0].order <= order:
                result = results.pop(0)
                if result.value is not None:
                    frame.returned.append(self.value(frame, result.value))
            if order < len(frame.function.calls):
                if order in operations:
                    self._operate(frame, operations[order])
                self.given(frame, order)

    def _bind(self, frame: Frame, routine: Routine, arguments: Arguments) -> None:
        parameters = list(frame.function.parameters)
        if routine.held_by is not None and parameters and not frame.function.decorated("staticmethod"):
            own: Value = routine.held_by
            if frame.function.decorated("classmethod"):
                own = Blueprint(routine.held_by.made_of)
            frame.names[parameters.pop(0).name] = own
        keywords = {name: value for name, value in arguments if name}
        positional = [value for name, value in arguments if not name]
        for one in parameters:
            if one.kind in ("args", "kwargs"):
                continue
            value: Value = None
            if one.kind != "keyword" and positional:
                value = positional.pop(0)
            elif one.name in keywords:
                value = keywords[one.name]
            elif one.default is not None:
                value = self._default(frame, one.default)
            elif one.annotation is not None:
                value = self._annotated(frame, one.annotation)
            frame.names[one.name] = self._typed(frame, value, one.annotation)

    def _default(self, frame: Frame, default: Expression) -> Value:
        """A parameter's default; what ``Depends(get_db)`` gives for a route."""
        if default.kind != "call":
            return self._literal(frame, default)
        if default.text.rpartition(".")[2] in ("Depends", "Security"):
            module = self.module(frame.path)
            call = module.function.calls[default.call] if module is not None and default.call >= 0 else None
            given = call.argument(0, "dependency") if call is not None else None
            if module is not None and given is not None:
                return self._dependency(module, self.value(module, given))
        return None

    def _annotated(self, frame: Frame, annotation: str) -> Value:
        """What ``Annotated[Client, Depends(get_client)]`` gives, also by the name it has."""
        found = self.code.find(frame.path, annotation) if "[" not in annotation else None
        meant = self.code.constant(found) if found is not None and found.kind == "constant" else None
        path, text = (frame.path, annotation) if meant is None or found is None else (found.path, meant.text)
        asked = _DEPENDS.search(text)
        module = self.module(path) if asked is not None else None
        return None if module is None or asked is None else self._dependency(module, self.name(module, asked[1]))

    def _dependency(self, module: Frame, asked: Value) -> Value:
        """What a dependency gives; what a test overrides it with goes first."""
        if isinstance(asked, Routine | Blueprint) and asked.found in self.dependencies:
            given = self.call(module, self.dependencies[asked.found], (), certain=True)
            return self._handed_out(given, asked.found) if isinstance(given, Double) else given
        return self.call(module, asked, (), certain=True)

    def _literal(self, frame: Frame, expression: Expression) -> Value:
        if expression.kind == "name":
            return self.name(frame, expression.text)
        return literal(expression)

    def _typed(self, frame: Frame, value: Value, annotation: str | None) -> Value:
        """A double that is handed in for an object of a class of the project."""
        if not isinstance(value, Double) or value.stands_for is not None or annotation is None:
            return value
        meant = self._class_named(frame.path, annotation)
        return value if meant is None else Double(value.root, value.way, meant)

    def _class_named(self, path: str, annotation: str) -> Found | None:
        """The one class of the project an annotation names."""
        names = [
            one.strip(" '\"") for one in annotation.replace("[", "|").replace("]", "|").replace(",", "|").split("|")
        ]
        found = {self.code.find(path, one) for one in names if one and one not in ("None", "Optional", "Annotated")}
        classes = {one for one in found if one is not None and one.kind == "class"}
        return classes.pop() if len(classes) == 1 else None

    def _assign(self, frame: Frame, one: Assignment) -> None:
        value = None if one.value is None or one.how == "change" else self.value(frame, one.value)
        if one.how == "item":
            spread = value.values if isinstance(value, Several) else ()
            value = spread[one.position] if 0 <= one.position < len(spread) else None
        elif one.how == "enter":
            value = self._entered(value)
        if isinstance(value, Double) and one.annotation is not None:
            value = self._typed(frame, value, one.annotation)
        target = one.target
        if "(" in target or "[" in target:
            self._item(frame, one, value)
            return
        if "." in target:
            self._set(frame, target, value, one.conditional)
        elif not (one.conditional and isinstance(frame.names.get(target), Double | Instance)):
            frame.names[target] = value

    def _set(self, frame: Frame, target: str, value: Value, conditional: bool) -> None:
        held, _, name = target.rpartition(".")
        holder = self.name(frame, held)
        if isinstance(holder, Instance):
            known = holder.attributes.get(name)
            if not (conditional and isinstance(known, Double | Instance)):
                holder.attributes[name] = value
        elif isinstance(holder, Double):
            self._link(holder, name, value)
        elif isinstance(holder, Namespace):
            self.replace(holder.path, name, value)
        elif isinstance(holder, Blueprint):
            self.replace(holder.found.path, f"{holder.found.name}.{name}", value)

    def _link(self, holder: Double, name: str, value: Value) -> None:
        """``holder.name = value``."""
        if name == "side_effect":
            if isinstance(value, Routine | Giving):
                self.links[holder.called()] = value
        elif isinstance(value, Double | Instance):
            self.links[holder.called() if name == "return_value" else holder.attribute(name)] = value
        elif isinstance(value, Routine | Giving) and name != "return_value":
            self.links[holder.attribute(name)] = value

    def linked(self, double: Double) -> Value:
        """A part of a double, or what the test has set it to."""
        value: Value = double
        for _ in range(_LINKS):
            behind = self.links.get(value) if isinstance(value, Double) else None
            attribute = isinstance(value, Double) and bool(value.way) and not value.way[-1].endswith(")")
            if not isinstance(behind, Double | Instance) and not (attribute and behind is not None):
                return value
            value = behind
        return double

    def stepped(self, value: Value, name: str, *, called: bool) -> Value:
        """What ``.name`` or ``.name()`` of a value stands for, nothing being run; an empty name is a bare call."""
        if name:
            value = self.attribute(value, name)
        if not called or not isinstance(value, Double):
            return value if not called else None
        given = value.gives.value if isinstance(value.gives, Giving) else value.gives
        given = given if isinstance(given, Double | Instance) else None
        return given or self.linked(value.called())

    def _item(self, frame: Frame, one: Assignment, value: Value) -> None:
        """``app.dependency_overrides[get_db] = lambda: db``."""
        if one.target.endswith("dependency_overrides[]") and one.key is not None:
            asked = self.value(frame, one.key)
            if isinstance(asked, Routine | Blueprint):
                self.dependencies[asked.found] = value

    def _entered(self, value: Value) -> Value:
        """What ``with value as`` gives."""
        if isinstance(value, Put):
            return value.value
        if isinstance(value, Double):
            return self.stepped(value, "__enter__", called=True)
        if isinstance(value, Instance):
            for name in ("__enter__", "__aenter__"):
                member = self.code.member(value.made_of, name)
                if member is not None and member.kind == "function":
                    return self.run(Routine(member, value))
        return value

    # calls

    def given(self, frame: Frame, order: int) -> Value:
        """What a call of a frame gives, made when it is first asked for."""
        if order >= len(frame.function.calls):
            return None  # A class inside a function: its attributes' calls are that function's.
        if order not in frame.given:
            frame.given[order] = None
            self._left -= 1
            call = frame.function.calls[order]
            frame.given[order] = self._made(frame, order, call)
        return frame.given[order]

    def _made(self, frame: Frame, order: int, call: Call) -> Value:
        callee = self.callee(frame, call)
        if callee is None or (isinstance(callee, Outside) and callee.name.startswith(_HTTP)):
            self._request(frame, call)
        if isinstance(callee, Outside):
            put = patched(self, frame, call, callee.name)
            return put if put is not None else self._foreign(frame, order, call, callee)
        if callee is None and call.name == "enter_context" and call.arguments:
            return self._entered(self.value(frame, call.arguments[0].value))
        arguments = self.arguments(frame, call)
        certain = frame.certain and not (call.conditional or call.repeated or call.deferred)
        return self.call(frame, callee, arguments, certain=certain)

    def _request(self, frame: Frame, call: Call) -> None:
        """A request to the application under test: its route runs."""
        given = call.argument(0, "url", "path")
        if self._routes is None or call.name not in VERBS or given is None or given.kind not in ("str", "fstr"):
            return
        found = self._routes.answering(call.name, given.text) if given.text.startswith("/") else None
        if found is not None:
            self.run(Routine(found), certain=frame.certain and not (call.conditional or call.repeated))

    def arguments(self, frame: Frame, call: Call) -> Arguments:
        return tuple((one.name, self.value(frame, one.value)) for one in call.arguments if "*" not in one.name)

    def callee(self, frame: Frame, call: Call) -> Value:
        """What a call calls."""
        if call.receiver >= 0:
            inner = frame.function.calls[call.receiver]
            rest = call.callee.removeprefix(f"{inner.callee}()")
            return self._follow(self.given(frame, call.receiver), rest.strip("."))
        if call.callee == "super":
            return Outside("super")
        return self.name(frame, call.callee)

    def call(self, frame: Frame, callee: Value, arguments: Arguments, *, certain: bool) -> Value:
        """What calling a value gives."""
        if isinstance(callee, Double):
            return self._ask(frame, callee, arguments, certain=certain)
        if isinstance(callee, Giving):
            return callee.value
        if isinstance(callee, Routine):
            return self.run(callee, arguments, certain=certain)
        if isinstance(callee, Blueprint):
            return self._object(callee.found, arguments, certain=certain)
        return None

    def _ask(self, frame: Frame, double: Double, arguments: Arguments, *, certain: bool) -> Value:
        """What a call of a double gives."""
        result: Value = self.linked(double.called())
        ran = self.links.get(double.called())
        if isinstance(ran, Routine | Giving):
            result = self.call(frame, ran, arguments, certain=certain) or result
        if isinstance(double.gives, Routine | Giving):
            result = self.call(frame, double.gives, arguments, certain=certain)
        elif double.gives is not None:
            result = double.gives
        if double.stands_for is None or double.stands_for.kind != "function":
            return result
        self.answered.append(Answered(double.root, double.called().way, double.stands_for))
        return self._handed_out(result, double.stands_for) if isinstance(result, Double) else result

    def _handed_out(self, value: Double, function: Found) -> Double:
        """A double that a function of the project hands out: it stands for what that function says it returns."""
        if value.stands_for is not None:
            return value
        facts = self.code.function(function)
        meant = self._class_named(function.path, facts.returns) if facts is not None and facts.returns else None
        return value if meant is None else Double(value.root, value.way, meant)

    def _object(self, found: Found, arguments: Arguments, *, certain: bool) -> Instance:
        made = Instance(found)
        start = self.code.member(found, "__init__")
        if start is not None and start.kind == "function":
            self.run(Routine(start, made), arguments, certain=certain)
            return made
        node = self.code.class_(found)
        names = [one.target for one in node.attributes if one.annotation is not None] if node is not None else []
        for index, (name, value) in enumerate(arguments):
            target = name or (names[index] if index < len(names) else "")
            if target:
                made.attributes[target] = value
        return made

    def _foreign(self, frame: Frame, order: int, call: Call, callee: Outside) -> Value:
        """A call of another package: a double's making, ``super()``, a helper that runs what it is given."""
        last = callee.name.rpartition(".")[2]
        if last in _MOCKS:
            return self._double(frame, order, call)
        if last in _CLIENTS:
            return Outside(_HTTP)
        if last == "super":
            own = frame.names.get(frame.function.parameters[0].name) if frame.function.parameters else None
            if isinstance(own, Instance) and frame.function.owner is not None:
                return Above(own, Found(frame.path, frame.function.owner, "class"))
            return None
        if last in _HANDING_ON and call.arguments:
            return self._handed_on(frame, call)
        return None

    def _handed_on(self, frame: Frame, call: Call) -> Value:
        given = [one for one in self.arguments(frame, call) if not one[0]]
        for index, (_, value) in enumerate(given):
            if isinstance(value, Routine):
                return self.run(value, tuple(given[index + 1 :]), certain=frame.certain and not call.conditional)
        return given[-1][1] if given else None

    def _double(self, frame: Frame, order: int, call: Call) -> Double:
        targets = [
            one.target
            for one in frame.function.assignments
            if one.value is not None and one.value.kind == "call" and one.value.call == order
        ]
        spec = call.argument(0, "spec", "spec_set") if call.name == "create_autospec" else call.argument(0, "spec")
        spec = spec or next((one.value for one in call.arguments if one.name == "spec_set"), None)
        meant = self.value(frame, spec) if spec is not None else None
        name = targets[0] if targets else f"#{order}"
        stands = meant.found if isinstance(meant, Blueprint | Routine) else None
        double = Double(Root(frame.path, frame.function.name, name), (), stands)
        for one in call.arguments:
            if one.name and "*" not in one.name:
                self._link(double, one.name, self.value(frame, one.value))
        return double

    # names and values

    def value(self, frame: Frame, expression: Expression) -> Value:
        """What an expression stands for."""
        if expression.kind == "call":
            return self.given(frame, expression.call) if expression.call >= 0 else None
        if expression.kind == "name":
            if expression.call >= 0:
                inner = frame.function.calls[expression.call]
                rest = expression.text.removeprefix(f"{inner.callee}()").strip(".")
                return self._follow(self.given(frame, expression.call), rest)
            return self.name(frame, expression.text)
        if expression.kind in ("tuple", "list"):
            return Several(tuple(self.value(frame, one) for one in expression.items))
        if expression.kind == "lambda" and expression.items:
            return Giving(self.value(frame, expression.items[0]))
        if expression.kind == "other" and expression.items:
            sides = [self.value(frame, one) for one in expression.items]
            return next((one for one in sides if one is not None and not isinstance(one, Nothing)), None)
        return literal(expression)

    def name(self, frame: Frame, text: str) -> Value:
        """What a dotted name stands for in a frame."""
        head = text.partition(".")[0]
        if "(" in head:
            return None
        plain = head.partition("[")[0]
        if plain in frame.names:
            return self._follow(frame.names[plain], text.removeprefix(plain).strip("."))
        value = self._global(frame.path, text, frame.function.name)
        if isinstance(value, Routine) and value.held_by is None and self._is_inside(value.found, frame):
            return Routine(value.found, None, frame.names)
        return value

    def _is_inside(self, found: Found, frame: Frame) -> bool:
        """A function that the frame's own function defines."""
        own = frame.function.name
        return bool(own) and found.path == frame.path and found.name.startswith(f"{own}.")

    def _global(self, path: str, text: str, within: str) -> Value:
        """What a dotted name of a file stands for, with what the test has put in its place."""
        head, _, rest = text.partition(".")
        if (path, head) in self._places:
            return self._follow(self._places[(path, head)], rest)
        longest = self.code.longest(path, text, within)
        if longest is not None:
            found, end = longest
            parts = text.split(".")
            if end > 1 and found.kind != "module":
                # The longest name goes straight to its home, past what stands in the way of it.
                base = self._global(path, head, within)
                if base is not None:
                    return self._follow(base, rest)
            return self._follow(self._meant(found), ".".join(parts[end:]))
        imported = self.code.imported(path, head, within)
        return Outside(f"{imported}.{rest}".strip(".")) if imported is not None else self._builtin(text)

    def _builtin(self, text: str) -> Value:
        return Outside(text) if text.isidentifier() else None

    def _meant(self, found: Found) -> Value:
        """What a definition stands for, with what the test has put in its place."""
        if found.kind == "module":
            return Namespace(found.path)
        if found.kind == "class":
            return Blueprint(found)
        if found.kind == "function":
            owner = self.code.owner(found)
            return Routine(found) if owner is None else Routine(found, None)
        return self._constant(found)

    def _constant(self, found: Found) -> Value:
        key = (found.path, found.name)
        if key not in self._globals:
            self._globals[key] = None
            expression = self.code.constant(found)
            module = self.module(found.path)
            if expression is not None and module is not None:
                self._globals[key] = self.value(module, expression)
        return self._globals[key]

    def module(self, path: str) -> Frame | None:
        """The frame of a module's own statements, of which only what is asked for runs."""
        if path not in self._modules:
            facts = self.code.file(path)
            if facts is None or not facts.functions:
                return None
            self._modules[path] = Frame(Found(path, "", "function"), facts, facts.module)
        return self._modules[path]

    def _follow(self, value: Value, rest: str) -> Value:
        """What ``.a.b()`` of a value stands for."""
        for part in rest.split(".") if rest else ():
            name = part.partition("[")[0].partition("(")[0]
            if name:
                value = self.attribute(value, name)
            if "()" in part:
                value = self.stepped(value, "", called=True)
            if "[" in part and not isinstance(value, Double):
                return None
        return value

    def attribute(self, value: Value, name: str) -> Value:
        """An attribute of a value."""
        if isinstance(value, Double):
            return self._of_double(value, name)
        if isinstance(value, Instance):
            return value.attributes[name] if name in value.attributes else self._member(value, value.made_of, name)
        if isinstance(value, Above):
            above = list(self.code.bases(value.instance.made_of))
            behind = above[above.index(value.below) + 1 :] if value.below in above else []
            found = (self._member(value.instance, one, name) for one in behind)
            return next((one for one in found if one is not None), None)
        if isinstance(value, Blueprint):
            return self._of_class(value.found, name)
        if isinstance(value, Namespace):
            return self._global(value.path, name, "")
        if isinstance(value, Put):
            return Giving(value.value) if name in ("start", "__enter__") else self.attribute(value.value, name)
        return Outside(f"{value.name}.{name}") if isinstance(value, Outside) else None

    def _of_double(self, value: Double, name: str) -> Value:
        if name in ("return_value", "side_effect"):
            return self.stepped(value, "", called=True) if name == "return_value" else value
        inner = self.linked(value.attribute(name))
        if not isinstance(inner, Double):
            return inner
        stands = value.stands_for
        member = self.code.member(stands, name) if stands is not None and stands.kind == "class" else None
        return inner if member is None or member.kind != "function" else Double(inner.root, inner.way, member)

    def _of_class(self, found: Found, name: str) -> Value:
        for one in self.code.bases(found):
            if (one.path, f"{one.name}.{name}") in self._places:
                return self._places[(one.path, f"{one.name}.{name}")]
            member = self.code.member(one, name)
            if member is not None:
                return Routine(member) if member.kind == "function" else Blueprint(member)
            node = self.code.class_(one)
            for attribute in node.attributes if node is not None else ():
                if attribute.target == name and attribute.value is not None:
                    module = self.module(one.path)
                    return None if module is None else self.value(module, attribute.value)
        return None

    def _member(self, instance: Instance, found: Found, name: str) -> Value:
        """A method bound to its object, the value of a property, or an attribute of the class."""
        value = self._of_class(found, name)
        if not isinstance(value, Routine):
            return value
        function = self.code.function(value.found)
        if function is not None and any(function.decorated(one) for one in ("property", "cached_property")):
            return self.run(Routine(value.found, instance))
        return Routine(value.found, instance)

    # what is reached

    def _operate(self, frame: Frame, one: Operation) -> None:
        receiver = self._receiver(frame, one)
        if receiver is None:
            self.elsewhere.append(Elsewhere(one, frame.found, self._table(frame, one)))
        if not isinstance(receiver, Double):
            return
        certain = frame.certain and not (one.conditional or one.repeated)
        ends = frozenset(self._ends(receiver, one))
        self.reached.append(
            Reached(receiver.root, receiver.way, ends, one, frame.found, self._table(frame, one), certain)
        )

    def _ends(self, receiver: Double, one: Operation) -> Iterator[Double]:
        """What may be left of a double where the operation ends, and where its rows are fetched."""
        at: list[Value] = [receiver]
        last = len(one.steps) - 1
        for index, step in enumerate(one.steps):
            next_ = [self.stepped(value, step.name, called=step.call >= 0 or index == last) for value in at]
            at = [value for value in (*next_, *(at if step.optional else ())) if isinstance(value, Double)]
            at = list(dict.fromkeys(at))[:_ENDS]
        starts = [*at, receiver] if one.fetch else []
        chain = list(at)
        for fetch in one.fetch:
            at += [self.stepped(value, fetch, called=True) for value in starts]
            chain = [self.stepped(value, fetch, called=True) for value in chain]
        yield from (value for value in (*at, *chain) if isinstance(value, Double))

    def _receiver(self, frame: Frame, one: Operation) -> Value:
        if one.root >= 0:
            inner = frame.function.calls[one.root]
            return self._follow(self.given(frame, one.root), one.receiver.removeprefix(f"{inner.callee}()").strip("."))
        return self.name(frame, one.receiver) if one.receiver else None

    def _table(self, frame: Frame, one: Operation) -> str | None:
        if one.kind == "sql":
            return one.subject.text
        if one.subject.kind == "str":
            return one.subject.text
        value = self.value(frame, one.subject) if one.subject.kind == "name" else None
        return value.text if isinstance(value, Text) else None

    # fixtures

    def fixture(self, path: str, name: str, instance: Instance | None) -> Value:
        """What a fixture of that name gives to a function of a file."""
        found = self.code.fixture(path, name)
        if found is None:
            return Outside(name) if name in ("monkeypatch", "mocker") else None
        return self.fixture_of(found, instance)

    def fixture_of(self, found: Found, instance: Instance | None) -> Value:
        """What a fixture gives, run once."""
        if found not in self._fixtures:
            self._fixtures[found] = None
            owned = instance if self.code.owner(found) is not None else None
            self._fixtures[found] = self.run_test(found, owned)
        return self._fixtures[found]

    def end(self, double: Double, path: Sequence[DoubleStep]) -> Double | None:
        """The part of a double at the end of a way."""
        value: Value = double
        for one in path:
            name = "__enter__" if one.name == "__aenter__" else one.name
            value = self.stepped(value, name, called=one.called)
        return value if isinstance(value, Double) else None

    def root(self, frame: Frame, root: DoubleRoot) -> Double | Instance | None:
        """The double that facts of a frame's file name, or an object that holds it."""
        if root.kind == "patch" and root.target is not None:
            spot = spot_named(self, frame, root.target)
            if spot is None:
                held, _, name = root.target.rpartition(".")
                spot = spot_of(self, self.name(frame, held), name) if held else None
            put = spot.put(self) if spot is not None else None
            if isinstance(put, Double) or spot is None:
                return put if isinstance(put, Double) else None
            asked = spot.function or spot.makes
            return Double(spot.root, (), spot.function, None, self.dependencies.get(asked) if asked else None)
        value = self.name(frame, root.name)
        if isinstance(value, Put):
            value = value.value
        return value if isinstance(value, Double | Instance) else None

    def run_test(self, found: Found, instance: Instance | None) -> Value:
        """What a test or fixture gives, its parameters taken from fixtures."""
        function = self.code.function(found)
        if function is None:
            return None
        own = function.owner is not None and not function.decorated("staticmethod")
        names = [one.name for one in function.parameters if one.kind in ("plain", "keyword")][1 if own else 0 :]
        module = self.module(found.path)
        put = [] if module is None else decorated(self, module, function.decorators)
        if function.owner is not None and module is not None:
            node = module.facts.class_(function.owner)
            put += [] if node is None else decorated(self, module, node.decorators)
        arguments = [(name, value) for name, value in zip(names, put, strict=False)]
        arguments += [(name, self.fixture(found.path, name, instance)) for name in names[len(arguments) :]]
        return self.run(Routine(found, instance if own else None), tuple(arguments))


def autouse(code: Code, paths: Iterable[str]) -> Iterator[Found]:
    """The fixtures that every test of these files gets unasked."""
    for path in paths:
        facts = code.file(path)
        for function in facts.functions if facts is not None else ():
            if facts is not None and is_autouse(facts, function):
                yield Found(path, function.name, "function")


def is_autouse(facts: CodeFacts, function: Function) -> bool:
    """A fixture that every test gets unasked."""
    if fixture_name(facts, function) is None:
        return False
    calls = facts.module.calls
    given = [calls[one.call] for one in function.decorators if 0 <= one.call < len(calls)]
    return any(two.name == "autouse" for one in given for two in one.arguments)


def _holds_double(value: Value, depth: int) -> bool:
    """A double, or an object that has one."""
    if isinstance(value, Instance):
        return depth < _HELD and any(_holds_double(one, depth + 1) for one in value.attributes.values())
    if isinstance(value, Giving | Put):
        return _holds_double(value.value, depth + 1)
    if isinstance(value, Several):
        return any(_holds_double(one, depth + 1) for one in value.values)
    return isinstance(value, Double | Routine | Above)


def _one(values: list[Value]) -> Value:
    """The one thing known among what a function returns."""
    known = [one for one in values if one is not None and not isinstance(one, Nothing)]
    if not known:
        return Nothing() if values and all(isinstance(one, Nothing) for one in values) else None
    return known[0] if all(one == known[0] for one in known) else None
