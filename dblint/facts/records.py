"""Mock rows out of expressions: dict literals, keyword calls, spreads, merges, lists, and the names bound to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

from dblint.facts.callables import called_function, own_fixture, returned
from dblint.facts.calling import Calling, Callings
from dblint.facts.decorators import fixture_params, is_fixture, is_indirect, parametrized
from dblint.facts.deliberate import Deliberate
from dblint.facts.elsewhere import origins
from dblint.facts.layouts import Container
from dblint.facts.literals import dotted, string, value
from dblint.facts.model import UNKNOWN, Entry, Lent, MockRow
from dblint.facts.overrides import NONE, Names, handed, leave_out, left_out, optional_names
from dblint.facts.record import Record, nothing_over, opened, spread
from dblint.facts.scopes import Binding, Change, Scopes
from dblint.facts.words import PURPOSELY_WRONG, says
from dblint.layout import EntryLayout
from dblint.source import Span
from dblint.syntax.python import Node

_DEPTH = 12
_DUMPING = frozenset(("exclude_none", "exclude_unset", "exclude_defaults", "mode", "warnings"))
_DUMPS = frozenset(("model_dump", "dict", "to_dict", "asdict", "_asdict", "as_dict"))
_COPIES = frozenset(("copy", "deepcopy", "dict", "list"))


class Records:
    """Reads rows; ``optional`` names the parameters whose spread a caller may leave out."""

    def __init__(self, scopes: Scopes, deliberate: Deliberate, called: Mapping[str, list[Node]]) -> None:
        self._scopes = scopes
        self._called = called
        self._deliberate = deliberate
        self._literals: dict[tuple[int, Names], list[Record]] = {}
        self._callings = Callings()
        self._makes: dict[tuple[object, ...], list[Record]] = {}
        self._indirect = "parametrize" in scopes.module.node.text and "indirect" in scopes.module.node.text
        self._readers: dict[str, Callable[[Node, Names, int], list[Record]]] = {
            "dictionary": self._dictionary,
            "list": self._sequence,
            "tuple": self._sequence,
            "set": self._sequence,
            "list_comprehension": self._comprehension,
            "generator_expression": self._comprehension,
            "parenthesized_expression": self._inner,
            "await": self._inner,
            "list_splat": self._inner,
            "dictionary_splat": self._inner,
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
        calling = self._callings.last
        at = node if calling is None else calling.call
        on_purpose, lacking = self._deliberate.at(at), self._deliberate.lacks(at)
        records = self._read(node, optional, 0)
        if calling is not None:
            records = [record.made_by(calling.call.span) for record in records]
        return [
            replace(record, deliberate=record.deliberate or on_purpose, open=record.open or lacking).row
            for record in records
        ]

    def runs(self, call: Node, function: Node) -> bool:
        """Whether a call runs this function of the file."""
        callee = call.field("function")
        return callee is not None and called_function(self._scopes, callee) == function

    def as_called(self, function: Node, call: Node) -> AbstractContextManager[None]:
        """While what stands in a function is read as this call makes it."""
        return self._callings.entered(Calling(function, call, NONE))

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
        calling = self._callings.of(binding.scope.node)
        if binding.kind == "parameter" and calling is not None:
            given = calling.given(binding.name)
            return given[0] if given else None if calling.spreads else binding.node.field("value")
        if binding.kind == "parameter":
            return None if is_asked_for(name, binding) else self._default(binding)
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
        if not calls or is_fixture(function) or len(self._scopes.named(parameter.scope.name)) != 1:
            return None
        given = any(handed(function, call, parameter.name) or _spreads(call) for call in calls)
        return None if given else default

    def _read(self, node: Node | None, optional: Names, depth: int) -> list[Record]:
        reader = None if node is None or depth > _DEPTH else self._readers.get(node.kind)
        return [] if reader is None or node is None else reader(node, optional, depth + 1)

    def _one(self, node: Node | None, optional: Names, depth: int) -> Record | None:
        if node is None or node.kind in ("list", "tuple", "set"):
            return None
        records = self._read(node, optional, depth)
        return records[0] if len(records) == 1 else None

    def _dictionary(self, node: Node, optional: Names, depth: int) -> list[Record]:
        """The row of a literal, read once however often names lead to it; a call's arguments may change it."""
        if self._callings:
            return self._literal(node, optional, depth)
        key = (node.start, optional)
        if key not in self._literals:
            self._literals[key] = self._literal(node, optional, depth)
        return self._literals[key]

    def _literal(self, node: Node, optional: Names, depth: int) -> list[Record]:
        container = Container(node)
        entries: list[Entry] = []
        open_, deliberate = False, self._deliberate.at(node)
        lent: Lent | None = None
        for index, element in enumerate(container.elements):
            part = element.node
            if part.kind == "dictionary_splat":
                laid = self._laid(part, optional, depth) or (None if entries else self._lent(part.named[0]))
                lent = laid.lent if laid is not None and not entries else lent
                entries = spread(entries, laid)
                open_ = open_ or laid is None or laid.open
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
            nested = tuple(one.row for one in self._nested(given, optional, depth))
            entry = Entry(name, value(given, self.resolve), container.entry(index, key, given), nested)
            entries.append(self._placed(entry, given, depth))
        return [Record(node.span, tuple(entries), container.row("dict"), open_, deliberate, lent=lent)]

    def _nested(self, node: Node, optional: Names, depth: int) -> list[Record]:
        """The dicts a value is, or is a list of."""
        several = node.kind == "list" and bool(node.named) and node.named[0].kind == "dictionary"
        return self._read(node, optional, depth) if several or node.kind == "dictionary" else []

    def _laid(self, node: Node | None, optional: Names, depth: int) -> Record | None:
        """What is laid over a row: what the call that is read overrides, nothing of what may be left out, a record."""
        if node is None:
            return None
        held, calling = left_out(node), self._callings.last
        if held is not None and calling is not None and calling.takes(held.text):
            return self._overrides(calling, held, depth)
        if leave_out(node, optional):
            return nothing_over(node.span)
        return self._one(node, optional, depth)

    def _overrides(self, calling: Calling, held: Node, depth: int) -> Record | None:
        """What a call hands to a parameter of overrides."""
        if not calling.takes_keywords(held.text):
            given = calling.given(held.text)
            if not given or given[0].kind == "none":
                return None if calling.spreads else nothing_over(calling.call.span)
            with self._callings.left():
                return self._laid(given[0], calling.optional, depth)
        passed = self._passed(calling, depth)
        own = calling.own()
        return replace(passed, entries=tuple(entry for entry in passed.entries if entry.key not in own))

    def _passed(self, calling: Calling, depth: int) -> Record:
        """The keyword arguments of a call."""
        if calling.arguments is None:
            return replace(nothing_over(calling.call.span), open=True)
        with self._callings.left():
            return self._keywords(calling.arguments, calling.optional, depth)

    def _placed(self, entry: Entry, given: Node, depth: int) -> Entry:
        """The entry with what the call that is read hands to the parameter that gives its value."""
        binding = self._scopes.reach(given) if given.kind == "identifier" else None
        if binding is None or binding.kind != "parameter" or is_fixture(binding.scope.node):
            return entry
        calling = self._callings.of(binding.scope.node)
        if calling is None:
            return replace(entry, parameter=binding.name)
        passed = self._argument(calling, binding.name, depth)
        if passed is None:
            unsure = calling.spreads and self._passed(calling, depth).open
            told = UNKNOWN if unsure else value(binding.node.field("value"), self.resolve)
            return replace(entry, value=told, nested=())
        layout = replace(entry.layout, value=passed.layout.value)
        return replace(entry, value=passed.value, nested=passed.nested, layout=layout)

    def _argument(self, calling: Calling, parameter: str, depth: int) -> Entry | None:
        """What a call hands over for one parameter, as an entry."""
        given = calling.given(parameter)
        if not given:
            named = self._passed(calling, depth).entries
            return next((one for one in reversed(named) if one.key == parameter), None)
        with self._callings.left():
            return self._argued(parameter, given[0], depth)

    def _argued(self, name: str, given: Node, depth: int) -> Entry:
        nested = tuple(one.row for one in self._nested(given, NONE, depth))
        layout = EntryLayout(given.span, given.span, given.span)
        return self._placed(Entry(name, value(given, self.resolve), layout, nested), given, depth)

    def handed_over(self, call: Node) -> tuple[MockRow | None, tuple[Entry, ...]]:
        """The keyword arguments of a call as a row, and its positional arguments; a spread list ends these."""
        arguments = call.field("arguments")
        if arguments is None or arguments.kind != "argument_list":
            return None, ()
        deliberate = self._deliberate.at(call)
        given = replace(self._keywords(arguments, NONE, 0), span=call.span, deliberate=deliberate)
        plain = [one for one in arguments.named if one.kind not in ("keyword_argument", "dictionary_splat")]
        if any(one.kind == "list_splat" for one in plain):
            given, plain = replace(given, open=True), []
        positional = tuple(self._argued("", one, 0) for one in plain)
        return given.row, positional

    def _keywords(self, node: Node, optional: Names, depth: int) -> Record:
        """The keyword arguments of an argument list as a row."""
        container = Container(node)
        entries: list[Entry] = []
        open_ = False
        for index, element in enumerate(container.elements):
            part = element.node
            if part.kind == "keyword_argument":
                key, given = part.field("name"), part.field("value")
                if key is not None and given is not None:
                    nested = tuple(one.row for one in self._nested(given, optional, depth))
                    entry = Entry(key.text, value(given, self.resolve), container.entry(index, key, given), nested)
                    entries.append(self._placed(entry, given, depth))
            elif part.kind == "dictionary_splat":
                laid = self._laid(part, optional, depth)
                entries = spread(entries, laid)
                open_ = open_ or laid is None or laid.open
        return Record(node.span, tuple(entries), container.row("call"), open_)

    def _sequence(self, node: Node, optional: Names, depth: int) -> list[Record]:
        return [record for child in node.named for record in self._read(child, optional, depth)]

    def _comprehension(self, node: Node, optional: Names, depth: int) -> list[Record]:
        return self._read(node.field("body"), optional, depth)

    def _inner(self, node: Node, optional: Names, depth: int) -> list[Record]:
        inner = node.named
        return self._read(inner[0], optional, depth) if len(inner) == 1 else []

    def _operator(self, node: Node, optional: Names, depth: int) -> list[Record]:
        left, right, operator = node.field("left"), node.field("right"), node.field("operator")
        if left is None or right is None or operator is None:
            return []
        if operator.text == "*":
            return self._read(left, optional, depth) or self._read(right, optional, depth)
        if operator.text == "+":
            return self._read(left, optional, depth) + self._read(right, optional, depth)
        return self._merge(node, left, right, optional, depth) if operator.text == "|" else []

    def _merge(self, node: Node, left: Node, right: Node, optional: Names, depth: int) -> list[Record]:
        base = self._laid(left, optional, depth) or self._lent(left)
        over = self._laid(right, optional, depth)
        if base is not None and over is not None and not over.entries and not over.open:
            return [base]
        if over is None:
            return [] if base is None else [opened(base)]
        return [replace(over.over(base), span=node.span)]

    def _item(self, node: Node, optional: Names, depth: int) -> list[Record]:
        """``ROWS[0]``."""
        held, key = node.field("value"), node.field("subscript")
        if held is None or key is None or key.kind != "integer" or not key.text.isdigit():
            return []
        records = self._read(held, optional, depth)
        return [records[int(key.text)]] if int(key.text) < len(records) else []

    def _name(self, node: Node, optional: Names, depth: int) -> list[Record]:
        binding = self._scopes.reach(node)
        if binding is None or (binding.kind == "value" and binding.node.kind != "assignment"):
            return []
        calling = self._callings.of(binding.scope.node)
        if binding.kind == "parameter" and calling is not None:
            with self._callings.left():
                given: list[Node | None] = [*calling.given(binding.name)] or [binding.node.field("value")]
                records = [record for one in given for record in self._read(one, calling.optional, depth)]
        elif binding.kind == "parameter":
            records = [record for one in self._given(binding) for record in self._read(one, optional, depth)]
        else:
            records = self._read(binding.value, optional, depth)
        if says(binding.name, PURPOSELY_WRONG):
            records = [replace(record, deliberate=True) for record in records]
        changes = self._scopes.changes(binding, node.start)
        if not records and changes and binding.kind == "value":
            records = [one for one in (self._lent(binding.value),) if one is not None]
        for change in changes:
            records = self._changed(records, change, binding, optional, depth)
        held = binding.value if binding.kind == "value" and binding.value is not None else binding.node
        return [record.held_by(held.span) for record in records]

    def _lent(self, node: Node | None) -> Record | None:
        """The one row that an expression gets from another file, known only to binding."""
        if node is None:
            return None
        found = origins(self._scopes, self, node)
        sure = len(found) == 1 and (found[0].target is not None or node.kind in ("identifier", "call"))
        return replace(nothing_over(node.span), lent=found[0]) if sure else None

    def _given(self, parameter: Binding) -> list[Node]:
        """What a parameter stands for in this file: parametrized values, a fixture's, or what its calls hand over."""
        function = parameter.scope.node
        if function.kind != "function_definition":
            return []
        values = parametrized(function, parameter.name)
        fixture = own_fixture(self._scopes, parameter)
        if fixture is not None and (not values or is_indirect(function, parameter.name)):
            return self.returned(fixture)
        if values or is_fixture(function) or len(self._scopes.named(parameter.scope.name)) != 1:
            return values
        return [
            given
            for call in self._called.get(parameter.scope.name, ())
            for given in handed(function, call, parameter.name)
        ]

    def _param(self, node: Node) -> list[Node]:
        """The values ``request.param`` has in a fixture: its own, and those that tests of the file give it."""
        scope = self._scopes.function_at(node.start)
        if node.text != "request.param" or scope is None or not is_fixture(scope.node):
            return []
        tests = self._scopes.functions() if self._indirect else ()
        given = [
            one for test in tests if is_indirect(test.node, scope.name) for one in parametrized(test.node, scope.name)
        ]
        return fixture_params(scope.node) or given

    def _attribute(self, node: Node, optional: Names, depth: int) -> list[Record]:
        """``self.row`` and ``Rows.ORDER``, where the class sets it once; ``request.param``."""
        name = node.field("attribute")
        if name is not None and name.text == "__dict__":
            return self._object(node.field("object"), depth)
        given = self._scopes.attribute(node) or self._scopes.member(node)
        params = [] if given is not None else self._param(node)
        return [one for each in (given, *params) for one in self._read(each, optional, depth)]

    def _either(self, node: Node, optional: Names, depth: int) -> list[Record]:
        """Both sides of ``a if x else b``: each may be the row."""
        sides = node.named
        return self._read(sides[0], optional, depth) + self._read(sides[-1], optional, depth) if sides else []

    def _or(self, node: Node, optional: Names, depth: int) -> list[Record]:
        """Both sides of ``a or b``."""
        operator = node.field("operator")
        if operator is None or operator.text != "or":
            return []
        return self._read(node.field("left"), optional, depth) + self._read(node.field("right"), optional, depth)

    def _changed(
        self, records: list[Record], change: Change, binding: Binding, optional: Names, depth: int
    ) -> list[Record]:
        if change.kind in ("append", "extend"):
            return records + self._read(change.value, optional, depth)
        one_each = len(records) == 1 or binding.kind in ("parameter", "iteration")
        if change.kind == "set" and one_each:
            entry = self._set_entry(change, binding, depth)
            if entry is not None:
                return [replace(record, entries=(*record.entries, replace(entry, laid=True))) for record in records]
        if change.kind == "update" and one_each and change.value is not None:
            more = self._updating(change.value, optional, depth)
            if more is not None:
                return [one.under(more) for one in records]
        return [opened(record) for record in records]

    def _updating(self, node: Node, optional: Names, depth: int) -> Record | None:
        if node.kind == "argument_list":
            return self._keywords(node, optional, depth)
        return self._laid(node, optional, depth)

    def _set_entry(self, change: Change, binding: Binding, depth: int) -> Entry | None:
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
        return self._placed(Entry(name, value(change.value, self.resolve), layout), change.value, depth)

    def _call(self, node: Node, optional: Names, depth: int) -> list[Record]:
        function, arguments = node.field("function"), node.field("arguments")
        if function is None or arguments is None or arguments.kind != "argument_list":
            return []
        callee = dotted(function) or ""
        if callee == "dict":
            return self._dict_call(node, arguments, optional, depth)
        given = arguments.named
        if callee.endswith("getfixturevalue") and len(given) == 1:
            return self._fixture_value(string(given[0]), optional, depth)
        if callee.rpartition(".")[2] in _COPIES and len(given) == 1:
            return self._read(given[0], optional, depth)
        if function.kind == "attribute" and not given:
            method, held = function.field("attribute"), function.field("object")
            if method is not None and method.text == "copy":
                return self._read(held, optional, depth)
        if self._is_dump(function, given):
            made = self._object(function.field("object"), depth)
            # What is None is left out with the keywords that a dump takes.
            return [replace(one, entries=_told(one.entries)) for one in made] if given else made
        if callee.rpartition(".")[2] in ("asdict", "vars") and len(given) == 1:
            return self._object(given[0], depth)
        if self._is_typed_dict(function):
            return [replace(self._keywords(arguments, optional, depth), span=node.span)]
        return self._made(node, function, depth, optional)

    def _fixture_value(self, name: str | None, optional: Names, depth: int) -> list[Record]:
        """``request.getfixturevalue("order")``, where the file itself has the fixture."""
        found = [one.node for one in self._scopes.module.bindings.get(name or "", ()) if one.kind == "function"]
        if len(found) != 1 or not is_fixture(found[0]):
            return []
        return [record for one in self.returned(found[0]) for record in self._read(one, optional, depth)]

    def _is_dump(self, function: Node, given: list[Node]) -> bool:
        """``row.model_dump(exclude_none=True)``: nothing in the call renames a field."""
        method = function.field("attribute") if function.kind == "attribute" else None
        options = [one.field("name") for one in given if one.kind == "keyword_argument"]
        plain = len(options) == len(given) and all(one is not None and one.text in _DUMPING for one in options)
        return method is not None and method.text in _DUMPS and plain

    def _object(self, node: Node | None, depth: int) -> list[Record]:
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

    def _dict_call(self, node: Node, arguments: Node, optional: Names, depth: int) -> list[Record]:
        positional = [one for one in arguments.named if one.kind not in ("keyword_argument", "dictionary_splat")]
        given = self._keywords(arguments, optional, depth)
        record = replace(given, span=node.span, deliberate=self._deliberate.at(node))
        if not positional:
            return [record]
        base = self._one(positional[0], optional, depth) or self._lent(positional[0])
        if base is None and not record.entries:
            return []
        return [record.over(base)]

    def keywords(self, call: Node, optional: Names = NONE) -> list[MockRow]:
        """The keyword arguments of a call as a row."""
        arguments = call.field("arguments")
        if arguments is None or arguments.kind != "argument_list":
            return []
        given = self._keywords(arguments, optional, 0)
        deliberate = self._deliberate.at(call)
        return [MockRow(call.span, given.entries, given.layout, given.open, deliberate)] if given.entries else []

    def _made(self, call: Node, function: Node, depth: int, optional: Names) -> list[Record]:
        """The rows a function of this file returns, with what this call overrides; the same within the same calls."""
        key = (call.start, call.end, depth, optional, *self._callings.key)
        if key not in self._makes:
            self._makes[key] = self._make(call, function, depth, optional)
        return self._makes[key]

    def _make(self, call: Node, function: Node, depth: int, optional: Names) -> list[Record]:
        found = called_function(self._scopes, function)
        if found is None or self._callings.runs(found):
            return []
        given = self.returned(found)
        with self._callings.entered(Calling(found, call, optional)):
            records = [record for one in given for record in self._read(one, optional_names(found), depth)]
        return [record.made_by(call.span) for record in records] if len(given) == 1 else []

    def returned(self, function: Node) -> list[Node]:
        """The expressions a function itself returns or yields, functions inside it left aside."""
        return returned(self._scopes, function)


def _spreads(call: Node) -> bool:
    """Whether a call passes what only the run knows."""
    arguments = call.field("arguments")
    given = arguments.named if arguments is not None else []
    return any(one.kind in ("list_splat", "dictionary_splat") for one in given)


def is_asked_for(name: Node, parameter: Binding) -> bool:
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


def _told(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(one for one in entries if one.value.kind != "null")
