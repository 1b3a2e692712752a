"""What doubles answer for stored functions: what mocks are told, and the data inside what a branch returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted, string, value
from dblint.facts.model import MockRow
from dblint.facts.rpc_calls import client_text, function_name, is_mocked_rpc, is_sure, test_around
from dblint.facts.rpc_model import AnswerForm, AnswerRow, FunctionName, RpcAnswer, RpcArgument
from dblint.facts.value_model import Value
from dblint.facts.words import words_of
from dblint.syntax.python import Node

_MOCKS = frozenset(("MagicMock", "Mock", "AsyncMock", "NonCallableMagicMock", "SimpleNamespace"))
_INSIDE = ("data", "return_value", "execute", "result")
"""The keywords of a mock that lead to what it answers, the surest first."""
_WRAPPERS = frozenset(
    (
        *("response", "resp", "result", "results", "query", "builder", "chain", "reply", "rpc", "data", "execute"),
        *("executable", "call", "request", "return", "returning", "answer"),
    )
)
_WAYS = (
    ("return_value", "execute", "return_value", "data"),
    ("return_value", "execute", "return_value"),
    ("return_value", "execute"),
    ("return_value",),
    ("execute", "return_value", "data"),
    ("execute", "return_value"),
    (),
)
_HELD = frozenset(
    (
        ("data",),
        ("execute", "return_value"),
        ("execute", "return_value", "data"),
        ("return_value", "data"),
        ("return_value", "execute", "return_value"),
        ("return_value", "execute", "return_value", "data"),
    )
)
"""The ways by which a mock under a name of its own is told."""
_DEPTH = 6
_ENVELOPE = frozenset(("data", "count", "error", "status", "status_code"))
_SCALARS = frozenset(("string", "concatenated_string", "integer", "float", "true", "false", "unary_operator"))
_DATA = frozenset(("dictionary", "list", "none")) | _SCALARS


def told(draft: Draft) -> Iterator[RpcAnswer]:
    """``client.rpc.return_value.execute.return_value.data = rows`` and its kin."""
    answers = Answers(draft)
    for assignment in draft.nodes["assignment"]:
        left, right = assignment.field("left"), assignment.field("right")
        if left is None or right is None or left.kind != "attribute":
            continue
        way = _way(left)
        if way is None:
            continue
        held, called, rest = way
        name = function_name(draft, called) if called is not None else None
        sure = is_sure(draft, held, draft.receivers.of(held), executed="execute" in rest)
        data = answers.data(right, direct=rest[-1:] == ("data",) or rest == ("return_value",))
        if data is not None:
            yield answers.answer(name, data, "told", held, sure=sure)


def _way(left: Node) -> tuple[Node, Node | None, tuple[str, ...]] | None:
    """The client, the literal ``rpc`` is called with, and the attributes behind ``rpc``."""
    names: list[str] = []
    at: Node | None = left
    while at is not None:
        if at.kind == "call":
            function, arguments = at.field("function"), at.field("arguments")
            name = function.field("attribute") if function is not None and function.kind == "attribute" else None
            if name is None or function is None or arguments is None:
                return None
            if name.text == "rpc":
                held = function.field("object")
                rest = tuple(reversed(names))
                given = arguments.named[0] if arguments.named else None
                return None if held is None or rest not in _WAYS else (held, given, rest)
            at = function
            continue
        if at.kind != "attribute":
            rest = tuple(reversed(names))
            told = is_mocked_rpc(at) and rest[:2] == ("return_value", "execute") and rest in _WAYS
            return (at, None, rest) if told else None
        name = at.field("attribute")
        if name is None:
            return None
        if name.text == "rpc":
            held, rest = at.field("object"), tuple(reversed(names))
            return None if held is None or rest not in _WAYS else (held, None, rest)
        names.append(name.text)
        at = at.field("object")
    return None


@dataclass(frozen=True, slots=True)
class Data:
    """An answer's data: the expression, and whether the code that says so gives it unchanged."""

    node: Node
    plain: bool = True


class Answers:
    """Reads answers of one file."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._told: dict[str, list[tuple[tuple[str, ...], Node]]] | None = None

    def data(self, node: Node | None, *, direct: bool, depth: int = 0) -> Data | None:
        """The data inside what a double is told or returns; ``direct`` where a bare literal is the data itself."""
        node = _bare(node)
        if node is None or depth > _DEPTH:
            return None
        if node.kind == "call":
            return self._in_call(node, direct, depth)
        if node.kind == "lambda":
            return self.data(node.field("body"), direct=direct, depth=depth + 1)
        if node.kind == "identifier":
            return self._behind(node, direct, depth)
        if node.kind == "dictionary":
            enveloped = _enveloped(node)
            if enveloped is not None:
                return self.data(enveloped, direct=True, depth=depth + 1)
        return Data(node) if direct and node.kind in _DATA else None

    def _in_call(self, call: Node, direct: bool, depth: int) -> Data | None:
        arguments = call.field("arguments")
        if arguments is None or arguments.kind != "argument_list":
            return None
        keywords = {
            name.text: one.field("value")
            for one in arguments.named
            if one.kind == "keyword_argument" and (name := one.field("name")) is not None
        }
        positional = [one for one in arguments.named if one.kind != "keyword_argument"]
        callee = (dotted(call.field("function")) or "").rpartition(".")[2]
        function = call.field("function")
        if not callee and function is not None and function.kind == "attribute":
            name = function.field("attribute")
            callee = name.text if name is not None else ""
        for key in _INSIDE:
            if key in keywords and (callee in _MOCKS or key == "data"):
                inside = keywords[key]
                return self.data(inside, direct=key in ("data", "result") or _is_data(inside), depth=depth + 1)
        made = self._made(call, callee, depth)
        if made is not None or callee in _MOCKS or keywords or len(positional) != 1:
            return made
        given = _bare(positional[0])
        wraps = not _WRAPPERS.isdisjoint(words_of(callee)) or (callee.startswith("_") and _is_data(given))
        if given is None or not wraps or callee == "execute" or given.kind not in (*_DATA, "call", "identifier"):
            return None
        return self.data(given, direct=True, depth=depth + 1)

    def _made(self, call: Node, callee: str, depth: int) -> Data | None:
        """What a function or method of this file gives that has one return: ``self._total(params)``."""
        function = call.field("function")
        held = function.field("object") if function is not None and function.kind == "attribute" else None
        found = self._draft.scopes.named(callee)
        if len(found) != 1 or (held is not None and held.text not in ("self", "cls")):
            return None
        returned = self._draft.records.returned(found[0].node)
        return self.data(returned[0], direct=True, depth=depth + 1) if len(returned) == 1 else None

    def _behind(self, name: Node, direct: bool, depth: int) -> Data | None:
        """What a name is surely bound to: a literal nobody changes, or a mock whose ``data`` is set."""
        held = self._held(name)
        if held is not None:
            return self.data(held, direct=True, depth=depth + 1)
        bound = self._draft.records.resolve(name)
        return None if bound is None else self.data(bound, direct=direct, depth=depth + 1)

    def _held(self, name: Node) -> Node | None:
        """What a mock of that name was last told to answer, in the same function and before the name is used."""
        if self._told is None:
            self._told = {}
            for assignment in self._draft.nodes["assignment"]:
                held = _told_to(assignment)
                if held is not None:
                    self._told.setdefault(held[0], []).append((held[1], assignment))
        binding = self._draft.scopes.reach(name)
        if binding is None or binding.kind != "value":
            return None
        scope = self._draft.scopes.at(binding.node.start)
        told = [
            one
            for _, one in self._told.get(name.text, ())
            if binding.node.start < one.start < name.start and self._draft.scopes.at(one.start) is scope
        ]
        return told[-1].field("right") if told else None

    def answer(
        self,
        name: FunctionName | None,
        data: Data,
        form: AnswerForm,
        client: Node | None,
        *,
        sure: bool,
    ) -> RpcAnswer:
        node = data.node
        rows = tuple(_row(one) for one in self._draft.records.rows(node)) if node.kind in ("dictionary", "list") else ()
        items = node.named if node.kind == "list" else []
        return RpcAnswer(
            function=name,
            span=node.span,
            value=self._value(node),
            rows=rows,
            form=form,
            client="" if client is None else client_text(client),
            inner=items[0].span if len(items) == 1 else None,
            deliberate=self._draft.deliberate.at(node),
            sure=sure,
            test=test_around(self._draft, node),
            plain=data.plain,
        )

    def _value(self, node: Node) -> Value:
        """The kind of the data even where their content is only known at run time."""
        if node.kind == "dictionary":
            return Value("dict")
        if node.kind == "list":
            if any(one.kind == "list_splat" for one in node.named):
                return Value("list", "", (Value("unknown"),))
            items = tuple(
                Value("dict") if one.kind == "dictionary" else value(one, self._draft.records.resolve)
                for one in node.named
            )
            return Value("list", "", items)
        return value(node, self._draft.records.resolve)


def _row(row: MockRow) -> AnswerRow:
    last = {entry.key: entry for entry in row.entries}
    entries = tuple(RpcArgument(key, one.layout.key, one.value, one.layout) for key, one in last.items())
    return AnswerRow(row.span, entries, row.open)


def _told_to(assignment: Node) -> tuple[str, tuple[str, ...]] | None:
    """The name and the way of ``name.execute.return_value.data = rows``."""
    text = dotted(assignment.field("left"))
    if text is None or assignment.field("right") is None:
        return None
    name, _, rest = text.partition(".")
    way = tuple(rest.split("."))
    return (name, way) if way in _HELD else None


def _bare(node: Node | None) -> Node | None:
    while node is not None and node.kind in ("await", "parenthesized_expression") and len(node.named) == 1:
        node = node.named[0]
    return node


def _is_data(node: Node | None) -> bool:
    return node is not None and node.kind in ("dictionary", "list")


def _enveloped(node: Node) -> Node | None:
    """The ``data`` of a dict that is an API response's envelope."""
    keys = {string(one.field("key")): one.field("value") for one in node.named if one.kind == "pair"}
    return keys["data"] if "data" in keys and len(keys) > 1 and keys.keys() <= _ENVELOPE else None
