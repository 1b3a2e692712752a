"""Doubles that answer by a stored function's name: ``if``, ``match`` and dicts in what stands for ``client.rpc``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted, string, value
from dblint.facts.overrides import parameters
from dblint.facts.rpc_answers import Answers
from dblint.facts.rpc_branches import Written, chain, entry
from dblint.facts.rpc_calls import function_name
from dblint.facts.rpc_model import (
    BranchLayout,
    FunctionName,
    RpcAnswer,
    RpcArgument,
    RpcCall,
    RpcDispatch,
)
from dblint.facts.scopes import Scope
from dblint.facts.words import words_of
from dblint.syntax.python import Node

_READS = frozenset(("get", "pop"))
Fallback = Literal["nothing", "raises", "value"]
_STANDING = frozenset(("fake", "mock", "stub", "dummy", "rpc", "dispatch"))
_GATES = frozenset(("if_statement", "match_statement"))


@dataclass(slots=True)
class _Branch:
    """One branch: the names it answers, the block or expression, and the statement it is written as."""

    names: list[FunctionName]
    block: Node
    statement: Node
    literal: Node


@dataclass(slots=True)
class Doubles:
    """What the doubles of a file say: dispatches, what their branches answer and which parameters they read."""

    dispatches: list[RpcDispatch] = field(default_factory=list)
    answers: list[RpcAnswer] = field(default_factory=list)
    calls: list[RpcCall] = field(default_factory=list)


def extract(draft: Draft) -> Doubles:
    """All dispatches of a file."""
    found = Doubles()
    placed = _placed(draft)
    for function in draft.nodes["function_definition"]:
        if _answers_rpc(function, placed):
            _Reader(draft, function, found).read()
    return found


def _answers_rpc(function: Node, placed: frozenset[str]) -> bool:
    """The function stands for ``client.rpc``: by its name, or because it is put in that place."""
    named = function.field("name")
    if named is None or not [name for name in parameters(function) if name not in ("self", "cls")]:
        return False
    words = words_of(named.text)
    return words == ("rpc",) or ("rpc" in words and words[0] in _STANDING) or named.text in placed


def _placed(draft: Draft) -> frozenset[str]:
    """The names in ``client.rpc = f``, ``client.rpc.side_effect = f`` and ``setattr(client, "rpc", f)``."""
    found: set[str] = set()
    for assignment in draft.nodes["assignment"]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None or left.kind != "attribute":
            continue
        if left.text.endswith((".rpc", ".rpc.side_effect")):
            found.update(one.text for one in right.find("identifier"))
    for call in draft.called.get("setattr", ()):
        arguments = call.field("arguments")
        given = arguments.named if arguments is not None else []
        if len(given) == 3 and string(given[1]) == "rpc":
            found.add(given[2].text)
    return frozenset(found)


class _Reader:
    """Reads one function."""

    def __init__(self, draft: Draft, function: Node, found: Doubles) -> None:
        self._draft = draft
        self._function = function
        self._found = found
        self._answers = Answers(draft)
        names = [name for name in parameters(function) if name not in ("self", "cls")]
        self._name = names[0]
        self._params = next((name for name in names[1:] if name not in ("args", "kwargs")), None)
        self._scope = draft.scopes.at(function.start + len(function.text) - 1)
        self._open = False
        self._otherwise: Fallback | None = None
        self._layout: BranchLayout | None = None

    def read(self) -> None:
        branches = list(self._branches())
        entries = list(self._dicts())
        names = {name.name for branch in branches for name in branch.names}
        names |= {name.name for name, _ in entries}
        for branch in branches:
            self._take(branch)
        for name, given in entries:
            self._answer(name, given)
        owner = self._owner()
        own = self._function.field("name")
        if own is None:
            return
        self._found.dispatches.append(
            RpcDispatch(
                name=f"{owner}.{own.text}" if owner else own.text,
                owner=owner,
                span=own.span,
                names=tuple(sorted(names)),
                fallback=self._otherwise if entries and not branches and self._otherwise else self._fallback(),
                open=self._open or self._leaks(branches),
                layout=self._layout if entries and not branches else chain(self._answers, _written(branches)),
            )
        )

    def _owner(self) -> str:
        scope = self._draft.scopes.at(self._function.start)
        above: Scope | None = scope.parent if scope.node == self._function else scope
        return above.name if above is not None and above.kind == "class_definition" else ""

    # Branches

    def _branches(self) -> Iterator[_Branch]:
        for node in self._function.find("if_statement", "elif_clause"):
            condition, block = node.field("condition"), node.field("consequence")
            if condition is None or block is None or not self._own(node):
                continue
            found = self._compared(condition)
            if found is not None:
                yield _Branch(found[0], block, node, found[1])
        for statement in self._function.find("match_statement"):
            subject, body = statement.field("subject"), statement.field("body")
            if subject is None or body is None or subject.text != self._name:
                continue
            for case in body.named:
                yield from self._case(case)
        for node in self._function.find("conditional_expression"):
            self._open = self._open or self._name in [one.text for one in node.find("identifier")]

    def _own(self, node: Node) -> bool:
        around = self._draft.scopes.function_at(node.start)
        return around is not None and around.node == self._function

    def _case(self, case: Node) -> Iterator[_Branch]:
        pattern = next((child for child in case.named if child.kind == "case_pattern"), None)
        block = case.field("consequence")
        if case.kind != "case_clause" or pattern is None or block is None:
            return
        literals = pattern.find("string")
        names = [name for one in literals if (name := function_name(self._draft, one)) is not None]
        if names:
            yield _Branch(names, block, case, literals[-1])

    def _compared(self, condition: Node) -> tuple[list[FunctionName], Node] | None:
        """The names of ``name == "f"`` and ``name in ("f", "g")``, also beside other conditions."""
        if condition.kind in ("boolean_operator", "parenthesized_expression"):
            parts = [found for one in condition.named if (found := self._compared(one)) is not None]
            return ([name for names, _ in parts for name in names], parts[-1][1]) if parts else None
        if condition.kind != "comparison_operator" or len(condition.named) != 2:
            return None
        left, right = condition.named
        operators = {child.kind for child in condition.children}
        if "==" in operators:
            literal = right if left.text == self._name else left if right.text == self._name else None
            name = function_name(self._draft, literal)
            return None if name is None or literal is None else ([name], literal)
        if "in" in operators and left.text == self._name:
            if right.kind not in ("tuple", "list", "set"):
                self._open = True
                return None
            names = [name for one in right.named if (name := function_name(self._draft, one)) is not None]
            return (names, right) if names else None
        if operators & {"!=", "not in"}:
            self._open = True
        return None

    def _take(self, branch: _Branch) -> None:
        results = list(self._returns(branch.block))
        reads = tuple(self._reads(branch.block))
        for name in branch.names:
            self._call(name, reads)
            for given in results if len(branch.names) == 1 else ():
                data = self._answers.data(given, direct=True)
                if data is not None:
                    answer = self._answers.answer(name, data, "branch", None, sure=True)
                    self._found.answers.append(replace(answer, test=""))

    def _returns(self, block: Node) -> Iterator[Node]:
        """What a branch answers, blocks inside it included, functions inside it left aside."""
        for statement in block.find("return_statement"):
            if self._own(statement) and statement.named:
                yield statement.named[0]

    def _reads(self, block: Node) -> Iterator[RpcArgument]:
        """``params["x"]`` and ``params.get("x")``."""
        if self._params is None:
            return
        for node in block.find("subscript"):
            held, key = node.field("value"), node.field("subscript")
            if held is not None and held.text == self._params and key is not None:
                yield from self._argument(key)
        for node in block.find("call"):
            function, arguments = node.field("function"), node.field("arguments")
            if function is None or function.kind != "attribute" or arguments is None or not arguments.named:
                continue
            held, method = function.field("object"), function.field("attribute")
            if held is not None and method is not None and held.text == self._params and method.text in _READS:
                yield from self._argument(arguments.named[0])

    def _argument(self, key: Node) -> Iterator[RpcArgument]:
        name = string(key)
        if name is not None and key.kind == "string":
            yield RpcArgument(name, key.span, value(None))

    def _call(self, name: FunctionName, reads: tuple[RpcArgument, ...]) -> None:
        self._found.calls.append(
            RpcCall(
                function=name,
                span=name.span,
                form="rpc",
                evidence="dispatch",
                client="",
                arguments=reads,
                open=True,
                sure=True,
                deliberate=self._draft.deliberate.at(self._function),
                reads=True,
            )
        )

    # Dicts

    def _dicts(self) -> Iterator[tuple[FunctionName, Node]]:
        """The entries of the dict that is asked for the name: ``handlers[name]``, ``{…}.get(name, default)``."""
        for held, otherwise in self._asked():
            self._otherwise = otherwise
            literal = self._literal(held)
            if literal is None:
                self._open = True
                continue
            pairs = [one for one in literal.named if one.kind == "pair"]
            self._open = self._open or len(pairs) != len(literal.named) or self._grows(held)
            last: Node | None = None
            for pair in pairs:
                key, given = pair.field("key"), pair.field("value")
                name = function_name(self._draft, key)
                if name is None or given is None:
                    self._open = True
                    continue
                self._call(name, ())
                last = given
                yield name, given
            if last is not None:
                self._layout = entry(self._answers, literal, last)

    def _asked(self) -> Iterator[tuple[Node, Fallback]]:
        """The dicts that are asked for the name, and what a name they have not gets."""
        for node in self._function.find("subscript"):
            held, key = node.field("value"), node.field("subscript")
            if held is not None and key is not None and key.text == self._name:
                yield held, "raises"
        for node in self._function.find("call"):
            function, arguments = node.field("function"), node.field("arguments")
            if function is None or function.kind != "attribute" or arguments is None or not arguments.named:
                continue
            held, method = function.field("object"), function.field("attribute")
            if (
                held is not None
                and method is not None
                and method.text == "get"
                and arguments.named[0].text == self._name
            ):
                yield held, "nothing" if len(arguments.named) == 1 else "value"

    def _literal(self, held: Node) -> Node | None:
        if held.kind == "identifier":
            bound = self._draft.records.resolve(held)
        elif held.kind == "attribute":
            bound = self._draft.scopes.attribute(held)
        else:
            bound = held
        return bound if bound is not None and bound.kind == "dictionary" else None

    def _grows(self, held: Node) -> bool:
        """Another place may put more into the dict: it is an attribute that code outside can reach."""
        name = dotted(held) or ""
        last = name.rpartition(".")[2]
        text = self._draft.source.text
        return held.kind == "attribute" and (
            f"{last}[" in text.replace(f"{name}[{self._name}]", "") or f"{last}.update" in text
        )

    def _answer(self, name: FunctionName, given: Node) -> None:
        data = self._answers.data(given, direct=True)
        if data is not None:
            answer = self._answers.answer(name, data, "branch", None, sure=True)
            self._found.answers.append(replace(answer, test=""))

    # What any other name gets

    def _fallback(self) -> Fallback:
        body = self._function.field("body")
        statements = body.named if body is not None else []
        for last in reversed(statements):
            if last.kind == "raise_statement" or (last.kind == "expression_statement" and "fail(" in last.text):
                return "raises"
            if last.kind == "return_statement":
                return "value" if last.named and last.named[0].kind != "none" else "nothing"
            if last.kind in _GATES:
                return self._gate(last)
            return "value"
        return "nothing"

    def _gate(self, gate: Node) -> Fallback:
        otherwise = [one for one in gate.children if one.kind == "else_clause"]
        otherwise += [one for one in gate.find("case_clause") if one.find("case_pattern")[0].text == "_"]
        if not otherwise:
            return "nothing"
        if otherwise[-1].find("raise_statement"):
            return "raises"
        return "value" if otherwise[-1].find("return_statement") else "nothing"

    def _leaks(self, branches: list[_Branch]) -> bool:
        """The name goes somewhere else too: another function may know more of it."""
        known = {(one.literal.parent or one.literal).start for one in branches}
        for node in self._function.find("identifier"):
            if node.text != self._name or not self._own(node):
                continue
            above = node.parent
            if above is None or above.kind in (
                "parameters",
                "typed_parameter",
                "typed_default_parameter",
                "default_parameter",
            ):
                continue
            if above.kind == "comparison_operator" or above.start in known or above.kind == "match_statement":
                continue
            if above.kind == "argument_list" and _records(above):
                continue
            if any(
                one.kind in ("raise_statement", "subscript", "interpolation", "assert_statement")
                for one in node.ancestors
            ):
                continue
            if above.kind in ("tuple", "dictionary", "pair", "list"):
                continue
            if above.kind == "argument_list" and _is_get(above):
                continue
            return True
        return False


def _records(arguments: Node) -> bool:
    """``self.calls.append((name, params))`` only notes the call."""
    call = arguments.parent
    function = call.field("function") if call is not None else None
    name = function.field("attribute") if function is not None and function.kind == "attribute" else None
    return name is not None and name.text in ("append", "add", "print", "debug", "info")


def _is_get(arguments: Node) -> bool:
    call = arguments.parent
    function = call.field("function") if call is not None else None
    name = function.field("attribute") if function is not None and function.kind == "attribute" else None
    return name is not None and name.text == "get"


def _written(branches: list[_Branch]) -> Written | None:
    """The last branch, behind which a new one goes."""
    last = max(branches, key=lambda one: one.statement.start, default=None)
    return None if last is None else Written(last.block, last.statement, last.literal)
