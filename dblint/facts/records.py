"""Mock rows out of expressions: dict literals, keyword calls, spreads, merges, lists, and the names bound to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from dblint.facts.decorators import is_fixture, parametrized
from dblint.facts.deliberate import Deliberate
from dblint.facts.layouts import Container
from dblint.facts.literals import dotted, string, value
from dblint.facts.model import UNKNOWN, Entry, MockRow
from dblint.facts.overrides import (
    NONE,
    Names,
    dict_parameters,
    handed,
    leave_out,
    optional_names,
    parameters,
    passes_dict,
)
from dblint.facts.scopes import Binding, Change, Scopes
from dblint.facts.words import PURPOSELY_WRONG, says
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Span
from dblint.syntax.python import Node

_DEPTH = 12
_DUMPS = frozenset(("model_dump", "dict", "to_dict", "asdict", "_asdict", "as_dict"))
_COPIES = frozenset(("copy", "deepcopy", "dict", "list"))


@dataclass(frozen=True, slots=True)
class _Record:
    """A row in the making."""

    span: Span
    entries: tuple[Entry, ...]
    layout: RowLayout
    open: bool = False
    deliberate: bool = False

    def over(self, base: _Record | None) -> _Record:
        """This record laid over a base whose entries it takes in; an unknown base leaves it open."""
        if base is None:
            return replace(self, open=True)
        return replace(
            self,
            entries=base.entries + self.entries,
            open=self.open or base.open,
            deliberate=self.deliberate or base.deliberate,
        )


def _as_row(record: _Record) -> MockRow:
    return MockRow(record.span, record.entries, record.layout, record.open, record.deliberate)


class Records:
    """Reads rows; ``optional`` names the parameters whose spread a caller may leave out."""

    def __init__(self, scopes: Scopes, deliberate: Deliberate, called: Mapping[str, list[Node]]) -> None:
        self._scopes = scopes
        self._called = called
        self._deliberate = deliberate
        self._literals: dict[tuple[int, Names], list[_Record]] = {}
        self._calling: list[tuple[Node, Node]] = []
        self._readers: dict[str, Callable[[Node, Names, int], list[_Record]]] = {
            "dictionary": self._dictionary,
            "list": self._sequence,
            "tuple": self._sequence,
            "set": self._sequence,
            "list_comprehension": self._comprehension,
            "generator_expression": self._comprehension,
            "parenthesized_expression": self._inner,
            "await": self._inner,
            "list_splat": self._inner,
            "binary_operator": self._operator,
            "identifier": self._name,
            "attribute": self._attribute,
            "conditional_expression": self._either,
            "boolean_operator": self._or,
            "subscript": self._item,
            "call": self._call,
        }

    def rows(self, node: Node | None, optional: Names = NONE) -> list[MockRow]:
        """The mock rows an expression stands for, as far as the file tells; none for what is no row."""
        if node is None:
            return []
        on_purpose = self._deliberate.at(node)
        return [
            _as_row(replace(record, deliberate=record.deliberate or on_purpose))
            for record in self._read(node, optional, 0)
        ]

    def data_set(self, node: Node | None, depth: int = 0) -> Span | None:
        """The list whose elements are the rows an expression stands for, where each is surely one row."""
        if node is None or depth > _DEPTH:
            return None
        if node.kind in ("parenthesized_expression", "await") and len(node.named) == 1:
            return self.data_set(node.named[0], depth + 1)
        if node.kind in ("identifier", "attribute"):
            return self.data_set(self.resolve(node), depth + 1)
        if node.kind not in ("list", "tuple"):
            return None
        return node.span if all(len(self.rows(child)) == 1 for child in node.named) else None

    def resolve(self, name: Node) -> Node | None:
        """The expression a name is surely bound to; for values."""
        if name.kind == "attribute":
            return self._scopes.attribute(name) or self._scopes.member(name)
        binding = self._scopes.reach(name)
        if binding is None or self._scopes.changes(binding, name.start):
            return None
        if binding.kind == "parameter":
            return None if _is_asked_for(name, binding) else self._default(binding)
        return binding.value if binding.kind == "value" and binding.node.kind == "assignment" else None

    def _default(self, parameter: Binding) -> Node | None:
        """A parameter's default, where the call that is read, or every call of the file, gives nothing else."""
        function, default = parameter.scope.node, parameter.node.field("value")
        if (
            default is None
            or function.kind != "function_definition"
            or len(parameter.scope.bindings[parameter.name]) > 1
        ):
            return None
        calls = self._called.get(parameter.scope.name, [])
        if self._calling and self._calling[-1][0] == function:
            calls = [self._calling[-1][1]]
        if not calls or is_fixture(function) or len(self._scopes.named(parameter.scope.name)) != 1:
            return None
        given = any(handed(function, call, parameter.name) or _spreads(call) for call in calls)
        return None if given else default

    def _read(self, node: Node | None, optional: Names, depth: int) -> list[_Record]:
        reader = None if node is None or depth > _DEPTH else self._readers.get(node.kind)
        return [] if reader is None or node is None else reader(node, optional, depth + 1)

    def _one(self, node: Node | None, optional: Names, depth: int) -> _Record | None:
        if node is None or node.kind in ("list", "tuple", "set"):
            return None
        records = self._read(node, optional, depth)
        return records[0] if len(records) == 1 else None

    def _dictionary(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        """The row of a literal, read once however often names lead to it; a call's arguments may change it."""
        if self._calling:
            return self._literal(node, optional, depth)
        key = (node.start, optional)
        if key not in self._literals:
            self._literals[key] = self._literal(node, optional, depth)
        return self._literals[key]

    def _literal(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        container = Container(node)
        entries: list[Entry] = []
        open_, deliberate = False, self._deliberate.at(node)
        for index, element in enumerate(container.elements):
            part = element.node
            if part.kind == "dictionary_splat":
                taken, unknown = self._spread(part.named[0] if part.named else None, optional, depth)
                entries = [*(_veiled(entries) if unknown else entries), *taken]
                open_ = open_ or unknown
                continue
            key, given = part.field("key"), part.field("value")
            if part.kind != "pair" or key is None or given is None:
                open_ = True
                continue
            name = string(key)
            if name is None:
                if key.kind in ("integer", "float", "tuple", "none", "true", "false"):
                    return []
                open_ = True
                continue
            nested = tuple(map(_as_row, self._nested(given, optional, depth)))
            entries.append(Entry(name, value(given, self.resolve), container.entry(index, key, given), nested))
        return [_Record(node.span, tuple(entries), container.row("dict"), open_, deliberate)]

    def _nested(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        """The dicts a value is, or is a list of."""
        several = node.kind == "list" and bool(node.named) and node.named[0].kind == "dictionary"
        return self._read(node, optional, depth) if several or node.kind == "dictionary" else []

    def _spread(self, node: Node | None, optional: Names, depth: int) -> tuple[tuple[Entry, ...], bool]:
        """The entries a spread brings, and whether more may come."""
        if node is None or leave_out(node, optional):
            return (), node is None
        record = self._one(node, optional, depth)
        return ((), True) if record is None else (record.entries, record.open)

    def _keywords(self, node: Node, optional: Names, depth: int) -> _Record:
        """The keyword arguments of an argument list as a row."""
        container = Container(node)
        entries: list[Entry] = []
        open_ = False
        for index, element in enumerate(container.elements):
            part = element.node
            if part.kind == "keyword_argument":
                key, given = part.field("name"), part.field("value")
                if key is not None and given is not None:
                    entries.append(Entry(key.text, value(given, self.resolve), container.entry(index, key, given)))
            elif part.kind == "dictionary_splat":
                taken, unknown = self._spread(part.named[0] if part.named else None, optional, depth)
                entries = [*(_veiled(entries) if unknown else entries), *taken]
                open_ = open_ or unknown
        return _Record(node.span, tuple(entries), container.row("call"), open_)

    def _sequence(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        return [record for child in node.named for record in self._read(child, optional, depth)]

    def _comprehension(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        return self._read(node.field("body"), optional, depth)

    def _inner(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        inner = node.named
        return self._read(inner[0], optional, depth) if len(inner) == 1 else []

    def _operator(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        left, right, operator = node.field("left"), node.field("right"), node.field("operator")
        if left is None or right is None or operator is None:
            return []
        if operator.text == "*":
            return self._read(left, optional, depth) or self._read(right, optional, depth)
        if operator.text == "+":
            return self._read(left, optional, depth) + self._read(right, optional, depth)
        return self._merge(node, left, right, optional, depth) if operator.text == "|" else []

    def _merge(self, node: Node, left: Node, right: Node, optional: Names, depth: int) -> list[_Record]:
        base, over = self._one(left, optional, depth), self._one(right, optional, depth)
        if leave_out(right, optional) and base is not None:
            return [base]
        if over is None:
            return [] if base is None else [_opened(base)]
        return [replace(over.over(base), span=node.span)]

    def _item(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        """``ROWS[0]``."""
        held, key = node.field("value"), node.field("subscript")
        if held is None or key is None or key.kind != "integer" or not key.text.isdigit():
            return []
        records = self._read(held, optional, depth)
        return [records[int(key.text)]] if int(key.text) < len(records) else []

    def _name(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        binding = self._scopes.reach(node)
        if binding is None or (binding.kind == "value" and binding.node.kind != "assignment"):
            return []
        if binding.kind == "parameter":
            records = [one for given in self._given(binding) for one in self._read(given, optional, depth)]
        else:
            records = self._read(binding.value, optional, depth)
        if says(binding.name, PURPOSELY_WRONG):
            records = [replace(record, deliberate=True) for record in records]
        for change in self._scopes.changes(binding, node.start):
            records = self._changed(records, change, binding, optional, depth)
        return records

    def _given(self, parameter: Binding) -> list[Node]:
        """What a parameter stands for in this file: parametrized values, a fixture's, or what its calls hand over."""
        function = parameter.scope.node
        if function.kind != "function_definition":
            return []
        values = parametrized(function, parameter.name)
        fixture = self._scopes.module.bindings.get(parameter.name, [])
        if not values and len(fixture) == 1 and fixture[0].kind == "function" and is_fixture(fixture[0].node):
            return self.returned(fixture[0].node)
        if values or is_fixture(function) or len(self._scopes.named(parameter.scope.name)) != 1:
            return values
        return [
            given
            for call in self._called.get(parameter.scope.name, ())
            for given in handed(function, call, parameter.name)
        ]

    def _attribute(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        """``self.row``, where the class sets it once."""
        return self._read(self._scopes.attribute(node), optional, depth)

    def _either(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        """Both sides of ``a if x else b``: each may be the row."""
        sides = node.named
        return self._read(sides[0], optional, depth) + self._read(sides[-1], optional, depth) if sides else []

    def _or(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        """Both sides of ``a or b``."""
        operator = node.field("operator")
        if operator is None or operator.text != "or":
            return []
        return self._read(node.field("left"), optional, depth) + self._read(node.field("right"), optional, depth)

    def _changed(
        self, records: list[_Record], change: Change, binding: Binding, optional: Names, depth: int
    ) -> list[_Record]:
        if change.kind in ("append", "extend"):
            return records + self._read(change.value, optional, depth)
        one_each = len(records) == 1 or binding.kind in ("parameter", "iteration")
        if change.kind == "set" and one_each:
            entry = self._set_entry(change, binding)
            if entry is not None:
                return [replace(record, entries=(*record.entries, entry)) for record in records]
        if change.kind == "update" and one_each and change.value is not None:
            if leave_out(change.value, optional):
                return records
            more = self._updating(change.value, optional, depth)
            if more is not None:
                return [replace(one, entries=one.entries + more.entries, open=one.open or more.open) for one in records]
        return [_opened(record) for record in records]

    def _updating(self, node: Node, optional: Names, depth: int) -> _Record | None:
        if node.kind == "argument_list":
            return self._keywords(node, optional, depth)
        return self._one(node, optional, depth)

    def _set_entry(self, change: Change, binding: Binding) -> Entry | None:
        """The entry ``row["k"] = v`` adds, where it is a statement of the same block and alone on its lines."""
        statement = change.node.parent
        if statement is None or statement.kind != "expression_statement" or statement.parent != _block(binding):
            return None
        tree = statement.tree
        first, last = tree.line_of(statement.start), tree.line_of(statement.end)
        line_start, line_end = tree.line_start(first), tree.line_start(last + 1)
        rest = tree.text[statement.end : line_end].strip()
        if tree.text[line_start : statement.start].strip() or rest[:1] not in ("", "#"):
            return None
        name = string(change.key)
        if name is None or change.key is None or change.value is None:
            return None
        layout = EntryLayout(change.key.span, change.value.span, tree.span(line_start, line_end), bool(rest))
        return Entry(name, value(change.value, self.resolve), layout)

    def _call(self, node: Node, optional: Names, depth: int) -> list[_Record]:
        function, arguments = node.field("function"), node.field("arguments")
        if function is None or arguments is None or arguments.kind != "argument_list":
            return []
        callee = dotted(function) or ""
        if callee == "dict":
            return self._dict_call(node, arguments, optional, depth)
        given = arguments.named
        if callee.rpartition(".")[2] in _COPIES and len(given) == 1:
            return self._read(given[0], optional, depth)
        if function.kind == "attribute" and not given:
            method, held = function.field("attribute"), function.field("object")
            if method is not None and method.text == "copy":
                return self._read(held, optional, depth)
            if method is not None and method.text in _DUMPS:
                return self._object(held, depth)
        if callee.rpartition(".")[2] == "asdict" and len(given) == 1:
            return self._object(given[0], depth)
        if self._is_typed_dict(function):
            return [replace(self._keywords(arguments, optional, depth), span=node.span)]
        return self._made(node, function, arguments, depth)

    def _object(self, node: Node | None, depth: int) -> list[_Record]:
        """``OrderModel(id=1)`` of ``OrderModel(id=1).model_dump()``: its fields by keyword; defaults may add more."""
        if node is not None and node.kind == "identifier":
            node = self.resolve(node)
        arguments = node.field("arguments") if node is not None and node.kind == "call" else None
        if node is None or arguments is None or arguments.kind != "argument_list":
            return []
        made = (dotted(node.field("function")) or "").rpartition(".")[2]
        record = self._keywords(arguments, NONE, depth)
        return [replace(record, span=node.span, open=True)] if made[:1].isupper() and record.entries else []

    def _is_typed_dict(self, function: Node) -> bool:
        """A call of a TypedDict of this file makes a dict."""
        binding = self._scopes.reach(function) if function.kind == "identifier" else None
        bases = binding.node.field("superclasses") if binding is not None else None
        return bases is not None and any(base.text.endswith("TypedDict") for base in bases.named)

    def _dict_call(self, node: Node, arguments: Node, optional: Names, depth: int) -> list[_Record]:
        positional = [one for one in arguments.named if one.kind not in ("keyword_argument", "dictionary_splat")]
        given = self._keywords(arguments, optional, depth)
        record = replace(given, span=node.span, deliberate=self._deliberate.at(node))
        if not positional:
            return [record]
        base = self._one(positional[0], optional, depth)
        if base is None and not record.entries:
            return []
        return [record.over(base)]

    def keywords(self, call: Node) -> list[MockRow]:
        """The keyword arguments of a call as a row."""
        arguments = call.field("arguments")
        if arguments is None or arguments.kind != "argument_list":
            return []
        given = self._keywords(arguments, NONE, 0)
        deliberate = self._deliberate.at(call)
        return [MockRow(call.span, given.entries, given.layout, given.open, deliberate)] if given.entries else []

    def _made(self, call: Node, function: Node, arguments: Node, depth: int) -> list[_Record]:
        """The rows a function of this file returns, with what this call overrides."""
        binding = self._scopes.reach(function) if function.kind == "identifier" else self._scopes.own_method(function)
        if binding is None or binding.kind != "function":
            return []
        returned = self.returned(binding.node)
        self._calling.append((binding.node, call))
        records = [record for one in returned for record in self._read(one, optional_names(binding.node), depth)]
        self._calling.pop()
        if not records or len(returned) != 1:
            return []
        given = self._overriding(binding.node, arguments, depth)
        if given is None:
            return records
        return [replace(one, entries=one.entries + given.entries, open=one.open or given.open) for one in records]

    def _overriding(self, function: Node, arguments: Node, depth: int) -> _Record | None:
        """What the arguments of a call put over the rows a function returns; None for nothing."""
        spread = optional_names(function)
        if not spread:
            return None
        record = self._keywords(arguments, NONE, depth)
        own = {name for name in parameters(function) if name not in spread}
        passed = [entry for entry in record.entries if entry.key not in own and entry.key not in spread]
        dicts = [one for one in arguments.named if passes_dict(one, dict_parameters(function))]
        merged = replace(record, entries=tuple(passed))
        for one in dicts:
            more = self._one(one.field("value") if one.kind == "keyword_argument" else one, NONE, depth)
            merged = replace(merged, open=True) if more is None else merged.over(more)
        return merged

    def returned(self, function: Node) -> list[Node]:
        """The expressions a function itself returns or yields, functions inside it left aside."""
        found = []
        for statement in function.find("return_statement", "yield"):
            owner = self._scopes.function_at(statement.start)
            given = [child for child in statement.named if child.kind != "yield"]
            if owner is not None and owner.node == function and len(given) == 1 and given[0].kind != "none":
                found.append(given[0])
        return found


def _spreads(call: Node) -> bool:
    """Whether a call passes what only the run knows."""
    arguments = call.field("arguments")
    given = arguments.named if arguments is not None else []
    return any(one.kind in ("list_splat", "dictionary_splat") for one in given)


def _is_asked_for(name: Node, parameter: Binding) -> bool:
    """Whether a parameter is read where a condition has looked at it: its default may never come here."""
    word = re.compile(rf"\b{re.escape(parameter.name)}\b")
    node = name.parent
    while node is not None and node != parameter.scope.node:
        asked = node.field("condition") or (node.named[1] if node.kind == "conditional_expression" else None)
        if asked is not None and not asked.holds(name.start) and word.search(asked.text):
            return True
        node = node.parent
    return False


def _block(binding: Binding) -> Node | None:
    """The block whose statements surely run once the binding holds."""
    if binding.kind == "parameter":
        return binding.scope.node.field("body")
    if binding.kind == "iteration":
        return binding.node.field("body")
    statement = binding.node.parent
    return None if statement is None else statement.parent


def _opened(record: _Record) -> _Record:
    """The record after something nobody can follow: its keys stand, their values may be others."""
    return replace(record, entries=tuple(_veiled(record.entries)), open=True)


def unsettled(row: MockRow, columns: Collection[str]) -> MockRow:
    """The row where these columns get their values at a time nobody knows."""
    if not columns:
        return row
    entries = tuple(replace(entry, value=UNKNOWN) if entry.key in columns else entry for entry in row.entries)
    return replace(row, entries=entries, open=row.open or any(row.entry(column) is None for column in columns))


def _veiled(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that what comes later may give another value."""
    return [replace(entry, value=UNKNOWN) for entry in entries]
