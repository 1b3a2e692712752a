"""Which database operation a function's result is, where the function hands it on as it is."""

from __future__ import annotations

from dblint.binding.code import Code, Found
from dblint.binding.consumers import Consumer
from dblint.binding.mapped_model import model_named
from dblint.facts.code_model import Call, CodeFacts, Function, Operation

_DEPTH = 4


class Sources:
    """Answers for functions of one project."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._known: dict[Found, tuple[Consumer, ...] | None] = {}

    def of(self, found: Found, depth: int = 0) -> tuple[Consumer, ...] | None:
        """The operations whose rows a function returns; None where it returns anything else."""
        if found not in self._known:
            self._known[found] = None
            self._known[found] = self._of(found, depth)
        return self._known[found]

    def _of(self, found: Found, depth: int) -> tuple[Consumer, ...] | None:
        function, facts = self._code.function(found), self._code.file(found.path)
        if function is None or facts is None or depth > _DEPTH:
            return None
        if function.stub:
            return self._implemented(found, function, depth)
        gathered: dict[Consumer, None] = {}
        for result in function.results:
            if result.passes is None:
                return None
            for call in result.passes:
                inner = self._call(facts, function, call, depth)
                if inner is None:
                    return None
                gathered.update(dict.fromkeys(inner))
        return tuple(gathered) or None

    def _implemented(self, found: Found, function: Function, depth: int) -> tuple[Consumer, ...] | None:
        """What the classes that fill in an abstract method return, where all of them hand on an operation."""
        if function.owner is None:
            return None
        gathered: dict[Consumer, None] = {}
        for below in self._code.subclasses(Found(found.path, function.owner, "class")):
            member = self._code.member(below, function.last_name)
            if member is None or member == found or member.kind != "function":
                continue
            inner = self.of(member, depth + 1)
            if inner is None:
                return None
            gathered.update(dict.fromkeys(inner))
        return tuple(gathered) or None

    def _call(self, facts: CodeFacts, function: Function, order: int, depth: int) -> tuple[Consumer, ...] | None:
        operation = next((one for one in function.operations if order in (one.order, *one.fetched)), None)
        if operation is not None:
            if self._is_set_below(facts, function, operation):
                return None
            return (Consumer(operation, facts.path, self._subject(facts, function, operation)),)
        called = self._called(facts, function, function.calls[order])
        return None if called is None or called.kind != "function" else self.of(called, depth + 1)

    def _is_set_below(self, facts: CodeFacts, function: Function, operation: Operation) -> bool:
        """A class below sets an attribute that names the table or the select list, so that it may be another."""
        listed = (function.calls[one.call] for one in operation.steps if one.name == "select" and one.call >= 0)
        named = (*operation.subject.items, *(given.value for call in listed for given in call.arguments))
        names = {one.text.partition(".")[2] for one in named if one.text.startswith(("self.", "cls."))}
        if not names or function.owner is None:
            return False
        below = self._code.subclasses(Found(facts.path, function.owner, "class"))
        nodes = (self._code.class_(one) for one in below)
        return any(one.target in names for node in nodes if node is not None for one in node.attributes)

    def _subject(self, facts: CodeFacts, function: Function, operation: Operation) -> str | None:
        subject = operation.subject
        if operation.kind == "model":
            return model_named(self._code, facts.path, operation, function.name)
        if subject.kind == "name":
            known = self._code.constant(self._code.find(facts.path, subject.text, function.name))
            subject = subject if known is None else known
        told = ("str", "fstr") if operation.kind == "sql" else ("str",)
        return subject.text if subject.kind in told else None

    def _called(self, facts: CodeFacts, function: Function, call: Call) -> Found | None:
        head, _, rest = call.callee.partition(".")
        if head in ("self", "cls") and function.owner is not None:
            own = Found(facts.path, function.owner, "class")
            held, _, method = rest.rpartition(".")
            holder = own if not held else self._attribute(own, held) if held.isidentifier() else None
            return self._code.member(holder, method) if holder is not None and method.isidentifier() else None
        return self._code.find(facts.path, call.callee, function.name) if "(" not in call.callee else None

    def _attribute(self, own: Found, name: str) -> Found | None:
        """The class of the object that ``self.name`` is, by what ``__init__`` sets it to."""
        start = self._code.member(own, "__init__")
        function = self._code.function(start)
        told = [one for one in function.assignments if one.target == f"self.{name}"] if function is not None else []
        if start is None or function is None or len(told) != 1 or told[0].value is None:
            return None
        value = told[0].value
        given = next((one for one in function.parameters if one.name == value.text), None)
        named = value.text if value.kind == "call" else given.annotation if given is not None else None
        found = self._code.find(start.path, named) if named is not None and "[" not in named else None
        return found if found is not None and found.kind == "class" else None
