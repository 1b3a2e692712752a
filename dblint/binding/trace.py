"""Follows a test through the project's code: which double each database operation it reaches is made on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from dblint.binding.code import Code, Found
from dblint.binding.routes import VERBS, Answering
from dblint.binding.trace_builders import go_on
from dblint.binding.trace_calls import HTTP, foreign, make_object
from dblint.binding.trace_doubles import ask, entered, fake, typed
from dblint.binding.trace_model import Answered, Begun, Elsewhere, Frame, Reached, Served, Stood
from dblint.binding.trace_names import STATE, attribute, led, named, stated
from dblint.binding.trace_parameters import bind
from dblint.binding.trace_patches import patched
from dblint.binding.trace_reach import operate, serve
from dblint.binding.trace_settings import CONFIGURING, configure, settle
from dblint.binding.trace_values import (
    ITSELF,
    Above,
    Arguments,
    Blueprint,
    Double,
    Each,
    Giving,
    Instance,
    Namespace,
    Nothing,
    Outside,
    Put,
    Root,
    Routine,
    Row,
    Several,
    Text,
    Value,
    literal,
)
from dblint.facts.code_expressions import HOLE
from dblint.facts.code_model import Assignment, Call, Expression, Function

_DEPTH = 9
_BUDGET = 3000
_BUSY = 3
_HELD = 4


class Trace:
    """One test: its fixtures, what it puts in other things' places, and all that its calls reach."""

    def __init__(
        self, code: Code, worth: Callable[[Found], bool] = lambda _: True, routes: Answering | None = None
    ) -> None:
        self.code = code
        self._routes = routes
        self._worth = worth
        self.frames: list[Frame] = []
        self.reached: list[Reached] = []
        self.elsewhere: list[Elsewhere] = []
        self.answered: list[Answered] = []
        self.lost = False
        """A request came to a route that nobody knows: operations may be missing."""
        self.objects: list[Instance] = []
        """What classes of the project were made."""
        self.begun: dict[Value, Begun] = {}
        """The builders that functions have handed out without running them, by the double each is."""
        self.served: list[Served] = []
        self.stood: list[Stood] = []
        self.dependencies: dict[Found, Value] = {}
        """What a test overrides a framework's dependencies with."""
        self.links: dict[Double, Value] = {}
        """What a test sets a part of a double to: ``client.table.return_value = table``."""
        self.places: dict[tuple[str, str], Value] = {}
        """What stands in the place of a file's name, or of a class's attribute (``Class.attribute``)."""
        self.constants: dict[tuple[str, str], Value] = {}
        self._modules: dict[str, Frame] = {}
        self.fixtures: dict[Found, Value] = {}
        self._running: list[Found] = []
        self._made_at: Counter[Root] = Counter()
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
        self.places[(path, name)] = value

    def put_in(self, path: str, name: str) -> Value:
        """What a test has put in the place of a file's name."""
        return self.places.get((path, name))

    def place(self, path: str, name: str) -> Value:
        """What a dotted name of a file stands for."""
        return named(self, path, name, "")

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
        bind(self, frame, routine, arguments)
        self._running.append(routine.found)
        self.go(frame)
        self._running.pop()
        given = _one(frame.returned)
        entered = any(function.decorated(one) for one in ("contextmanager", "asynccontextmanager"))
        return Put(given) if entered else given

    def _busy(self, function: Function) -> bool:
        """More than what makes or hands out an object, with nothing put in the place of its names."""
        return len(function.calls) > _BUSY and not self.places and not self.dependencies

    def _comes_by_double(self, routine: Routine, arguments: Arguments) -> bool:
        """The test itself calls it, or it is handed a double."""
        if routine.held_by is not None and any(one.root == routine.held_by.root for one in self.reached):
            return True  # It stands in for a driver.
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
                operation = operate(self, frame, operations[order]) if order in operations else None
                given = self.given(frame, order)
                if operation is not None:
                    serve(self, frame, operation, given)

    def _assign(self, frame: Frame, one: Assignment) -> None:
        value = None if one.value is None or one.how == "change" else self.value(frame, one.value)
        before = frame.names.get(one.target)
        if one.how == "change" and isinstance(before, Text):
            value = Text(before.text + HOLE)
        elif one.conditional and isinstance(before, Text) and before != value:
            value = None  # One of two texts.
        if one.how == "item":
            spread = value.values if isinstance(value, Several) else ()
            each = Each(spread) if spread and all(isinstance(part, Text) for part in spread) else None
            value = spread[one.position] if 0 <= one.position < len(spread) else each if one.position < 0 else None
        elif one.how == "enter":
            value = entered(self, value)
        if isinstance(value, Double) and one.annotation is not None:
            value = typed(self, frame, value, one.annotation)
        target = one.target
        if "[" in target:
            self._item(frame, one, value)
            return
        if target.startswith("getattr()."):
            self._set_on(self.given(frame, one.order - 1), target.removeprefix("getattr()."), value)
            return
        if "." in target:
            self._set(frame, target, value, one.conditional)
        elif not (one.conditional and self._is_held(frame.names.get(target, self.put_in(frame.path, target)))):
            frame.names[target] = value

    @staticmethod
    def _is_held(known: Value) -> bool:
        """What an assignment that may not run leaves as it is."""
        return isinstance(known, Double | Instance)

    def _set(self, frame: Frame, target: str, value: Value, conditional: bool) -> None:
        held, _, name = target.rpartition(".")
        holder = self.name(frame, held)
        if conditional and isinstance(holder, Instance | Blueprint) and self._is_held(attribute(self, holder, name)):
            return
        if isinstance(holder, Instance):
            holder.attributes[name] = value
        elif isinstance(holder, Double):
            self.link(holder, name, value)
        elif isinstance(holder, Namespace):
            self.replace(holder.path, name, value)
        elif isinstance(holder, Blueprint):
            self.replace(holder.found.path, f"{holder.found.name}.{name}", value)
        elif held.endswith(".state"):
            self.replace(STATE, name, value)

    def link(self, holder: Double, name: str, value: Value) -> None:
        """``holder.name = value``."""
        settle(self, holder, name, value)

    def new_root(self, root: Root) -> Root:
        """A double's place, told from those of the doubles that other runs have made there."""
        self._made_at[root] += 1
        made = self._made_at[root]
        return root if made == 1 else Root(root.path, root.function, f"{root.name}~{made}")

    def _set_on(self, value: Value, way: str, given: Value) -> None:
        """``getattr(double, name).return_value = double``."""
        for holder in value.values if isinstance(value, Each) else (value,):
            if isinstance(holder, Double) and "." not in way:
                self.link(holder, way, given)

    def _item(self, frame: Frame, one: Assignment, value: Value) -> None:
        """``app.dependency_overrides[get_db] = lambda: db``."""
        if one.target.endswith("dependency_overrides[]") and one.key is not None:
            asked = self.value(frame, one.key)
            if isinstance(asked, Routine | Blueprint):
                self.dependencies[asked.found] = value

    def given(self, frame: Frame, order: int) -> Value:
        """What a call of a frame gives, made when it is first asked for."""
        if order >= len(frame.function.calls):
            return None  # A class inside a function: its attributes' calls are that function's.
        if order not in frame.given:
            frame.given[order] = None
            self._left -= 1
            call = frame.function.calls[order]
            frame.given[order] = self._made(frame, order, call)
            go_on(self, frame, order, call, frame.given[order])
        return frame.given[order]

    def _made(self, frame: Frame, order: int, call: Call) -> Value:
        callee = self.callee(frame, call)
        if callee is None or (isinstance(callee, Outside) and callee.name.startswith(HTTP)):
            self._request(frame, call)
        if isinstance(callee, Outside):
            put = patched(self, frame, call, callee.name)
            return put if put is not None else foreign(self, frame, order, call, callee)
        if callee is None and call.name == "enter_context" and call.arguments:
            return entered(self, self.value(frame, call.arguments[0].value))
        if isinstance(callee, Double) and call.name == CONFIGURING and callee.way:
            configure(self, frame, Double(callee.root, callee.way[:-1]), call)
        arguments = self.arguments(frame, call)
        certain = frame.certain and not (call.conditional or call.repeated or call.deferred)
        return self.call(frame, callee, arguments, certain=certain)

    def _request(self, frame: Frame, call: Call) -> None:
        """A request to the application under test: its route runs."""
        given = call.argument(0, "url", "path")
        if self._routes is None or call.name not in VERBS or given is None:
            return
        asked = self.value(frame, given)
        url = asked.text.lstrip(HOLE) if isinstance(asked, Text) else ""  # A base may stand in front of it.
        found = self._routes.answering(call.name, url) if url.startswith("/") else None
        if found is None:
            self.lost |= url.startswith("/")
        else:
            self.run(Routine(found), certain=frame.certain and not (call.conditional or call.repeated))

    def arguments(self, frame: Frame, call: Call) -> Arguments:
        given = ((one.name, self._handed(frame, call, one.value)) for one in call.arguments if "*" not in one.name)
        return tuple(given)

    def _handed(self, frame: Frame, call: Call, given: Expression) -> Value:
        """An argument; a statement's text with all that its function knows of its holes."""
        if given.kind == "fstr":
            for one in frame.function.operations:
                if one.span == call.span and one.subject.span == given.span and one.kind == "sql":
                    return Text(one.subject.text)
        return self.value(frame, given)

    def callee(self, frame: Frame, call: Call) -> Value:
        """What a call calls."""
        if call.receiver >= 0:
            inner = frame.function.calls[call.receiver]
            rest = call.callee.removeprefix(f"{inner.callee}()")
            return led(self, self.given(frame, call.receiver), rest.strip("."))
        if call.callee == "super":
            return Outside("super")
        return self.name(frame, call.callee)

    def call(self, frame: Frame, callee: Value, arguments: Arguments, *, certain: bool) -> Value:
        """What calling a value gives."""
        if isinstance(callee, Double):
            return ask(self, frame, callee, arguments, certain=certain)
        if isinstance(callee, Giving):
            key = next((value for _, value in arguments), None)
            return callee.among.get(key) if callee.among is not None else callee.value
        if isinstance(callee, Routine):
            given = self.run(callee, arguments, certain=certain)
            fake(self, callee, given)
            return given
        if isinstance(callee, Blueprint):
            return make_object(self, callee.found, arguments, certain=certain)
        return None

    def value(self, frame: Frame, expression: Expression) -> Value:
        """What an expression stands for."""
        if expression.kind == "call":
            return self.given(frame, expression.call) if expression.call >= 0 else None
        if expression.kind == "name":
            if expression.call >= 0:
                inner = frame.function.calls[expression.call]
                rest = expression.text.removeprefix(f"{inner.callee}()").strip(".")
                return led(self, self.given(frame, expression.call), rest)
            if expression.items and expression.text.endswith("[]"):
                return self._under(frame, expression)
            return self.name(frame, expression.text)
        if expression.kind in ("tuple", "list"):
            return Several(tuple(self.value(frame, one) for one in expression.items))
        if expression.kind == "dict":
            held = zip(expression.keys, expression.items, strict=True)
            entries = {key: self.value(frame, one) for key, one in held if key is not None}
            return Row(frame.path, expression.span, entries)
        if expression.kind == "lambda" and expression.items:
            if expression.text and expression.text == expression.items[0].text:
                return ITSELF
            return Giving(self.value(frame, expression.items[0]), self._among(frame, expression))
        if expression.kind == "other" and expression.items:
            sides = [self.value(frame, one) for one in expression.items]
            return next((one for one in sides if one is not None and not isinstance(one, Nothing)), None)
        return literal(expression)

    def _under(self, frame: Frame, expression: Expression) -> Value:
        """``tables["orders"]``."""
        held, key = self.name(frame, expression.text.removesuffix("[]")), self.value(frame, expression.items[0])
        if isinstance(held, Row):
            return held.get(key)
        return self.name(frame, expression.text)

    def _among(self, frame: Frame, expression: Expression) -> Row | None:
        """The dict that ``lambda name: tables[name]`` looks its parameter up in."""
        body = expression.items[0]
        key, text = body.items[0] if body.kind == "name" and body.items else None, body.text.removesuffix("[]")
        if body.kind == "call" and body.text.endswith(".get") and 0 <= body.call < len(frame.function.calls):
            key, text = frame.function.calls[body.call].argument(0), body.text.removesuffix(".get")
        if key is None or key.kind != "name" or expression.text != key.text:
            return None
        held = self.name(frame, text)
        return held if isinstance(held, Row) else None

    def name(self, frame: Frame, text: str) -> Value:
        """What a dotted name stands for in a frame."""
        head = text.partition(".")[0]
        if "(" in head:
            return None
        plain = head.partition("[")[0]
        if plain in frame.names:
            found = led(self, frame.names[plain], text.removeprefix(plain).strip("."))
            return stated(self, text) if found is None else found
        value = named(self, frame.path, text, frame.function.name)
        if isinstance(value, Routine) and value.held_by is None and self._is_inside(value.found, frame):
            return Routine(value.found, None, frame.names)
        return value

    def _is_inside(self, found: Found, frame: Frame) -> bool:
        """A function that the frame's own function defines."""
        own = frame.function.name
        return bool(own) and found.path == frame.path and found.name.startswith(f"{own}.")

    def module(self, path: str) -> Frame | None:
        """The frame of a module's own statements, of which only what is asked for runs."""
        if path not in self._modules:
            facts = self.code.file(path)
            if facts is None or not facts.functions:
                return None
            self._modules[path] = Frame(Found(path, "", "function"), facts, facts.module)
        return self._modules[path]


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
