"""Reads objects given by keyword: calls of classes, of factories and their methods, doubles with a spec, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dblint.facts.declarations import Declared, declared
from dblint.facts.draft import Draft
from dblint.facts.instances_model import Instance, InstanceKind
from dblint.facts.literals import dotted, string, value
from dblint.facts.model import UNKNOWN, Entry, MockRow, Value
from dblint.facts.model_statements import statements
from dblint.facts.overrides import NONE, optional_names
from dblint.facts.words import says, words_of
from dblint.layout import EntryLayout, RowLayout
from dblint.syntax.python import Node

_CLASS = re.compile(r"_?[A-Z][A-Za-z0-9]*[a-z]\w*")
_NO_MODELS = re.compile(
    r"(?:Mock|Error|Exception|Path|Decimal|Thread|Namespace|Client|Config|Settings|Session|Warning)$"
)
_DOUBLES = frozenset(("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "create_autospec"))
_DOUBLE_OPTIONS = frozenset(
    (
        *("spec", "spec_set", "name", "return_value", "side_effect", "wraps", "unsafe", "instance", "parent"),
        *("new", "_name", "_spec_set", "_new_name", "_new_parent"),
    )
)
_CREATES = frozenset(("create", "acreate", "create_batch", "create_sync", "create_async", "acreate_batch"))
_BUILDS = frozenset(("build", "build_batch", "stub", "stub_batch", "batch", "prepare"))
_MANAGERS = frozenset(("objects", "_default_manager", "all_objects"))
_BAKERS = frozenset(("baker", "mommy"))
_BAKES: dict[str, InstanceKind] = {"make": "created", "prepare": "built"}
_BAKER_OPTIONS = frozenset(
    ("_quantity", "_fill_optional", "make_m2m", "_save_kwargs", "_refresh_after_create", "_using")
)
_ADDS = frozenset(("add", "add_all", "merge", "bulk_save_objects", "bulk_create", "abulk_create"))
_SAVES = frozenset(("save", "asave", "full_clean_and_save"))
_HELPS = frozenset(
    (
        *("make", "create", "build", "new", "given", "add", "insert", "seed", "factory", "fake", "mock", "sample"),
        *("generate", "gen", "persist", "save", "setup", "prepare"),
    )
)
_LITERALS = frozenset(
    ("string", "concatenated_string", "integer", "float", "none", "true", "false", "unary_operator", "identifier")
)
_REFUSED = re.compile(
    r"(?:aises\w*\(|\bexcept\b)[^:\n]*\b(?:Integrity|Data|Statement|DBAPI|Programming|Operational|Validation|SQLAlchemy"
    r"|Lookup|Database|Value|Type)Error|(?:aises\w*\(|\bexcept\b)\s*\(?\s*Exception\b"
)
"""What says that a database, or an ORM in front of it, refuses something."""
_SESSIONS = frozenset(("session", "db", "database", "sess", "s", "tx", "transaction", "objects", "conn", "uow"))


@dataclass(frozen=True, slots=True)
class _Maker:
    """What a call makes an object of."""

    name: str
    kind: InstanceKind
    named: bool = False
    options: frozenset[str] = frozenset()
    """The keywords that are the call's own."""


def extract(draft: Draft) -> tuple[Instance, ...]:
    """The instances of a file, in the order of its text."""
    reader = _Reader(draft)
    refusing = _REFUSED.search(draft.source.text) is not None
    found = [*reader.calls(), *reader.helped(), *reader.taken(), *reader.settings(), *reader.declarations()]
    if refusing:
        found = [one for one in found if not reader.is_refused(one)]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (draft.rows[one.row].span, one.maker)))


class _Reader:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._aliases = dict(_aliases(draft))
        self._stored = dict(self._kept())

    def calls(self) -> Iterator[Instance]:
        """``Order(id=1)``, ``Order.objects.create(id=1)``, ``OrderFactory(id=1)``, ``Mock(spec=Order, id=1)``."""
        for name, calls in self._draft.called.items():
            if not _may_make(name):
                continue
            for call in calls:
                maker = self._maker(call) if _tells(call) else None
                if maker is None:
                    continue
                for row in self._keywords(call, maker.options):
                    yield self._instance(row, maker, call)

    def helped(self) -> Iterator[Instance]:
        """``make_order(status="paid")``."""
        for name, calls in self._draft.called.items():
            if not _may_help(name):
                continue
            for call in calls:
                callee = dotted(call.field("function")) if _tells(call, literally=True) else None
                if callee is None or callee.count(".") > 1:
                    continue
                for row in self._keywords(call, frozenset()):
                    if any(one.value.kind != "unknown" for one in row.entries):
                        yield Instance(self._draft.row(row), callee, name, "helped")

    def taken(self) -> Iterator[Instance]:
        """The rows of statements: ``insert(Order).values(status="paid")``."""
        for one in statements(self._draft):
            if _is_class(one.maker):
                row = replace(one.row, layout=replace(one.row.layout, form="fixed"), open=True)
                yield self._instance(row, _Maker(one.maker, one.kind), one.call)

    def settings(self) -> Iterator[Instance]:
        """``order.status = "paid"`` on what a name is surely bound to."""
        for assignment in self._draft.nodes["assignment"]:
            left, right = assignment.field("left"), assignment.field("right")
            held = left.field("object") if left is not None and left.kind == "attribute" else None
            key = left.field("attribute") if left is not None else None
            if right is None or key is None or held is None or held.kind != "identifier" or held.text == "self":
                continue
            call = self._made(held)
            maker = self._maker(call) if call is not None else None
            lent = call is None and self._is_parameter(held)
            if maker is None and not lent:
                continue
            layout = EntryLayout(key.span, right.span, assignment.span)
            entry = Entry(key.text, self._value(right), layout)
            deliberate = self._draft.deliberate.at(assignment)
            row = MockRow(assignment.span, (entry,), _fixed(assignment), True, deliberate)
            if maker is None or call is None:
                yield Instance(self._draft.row(row), held.text, held.text, "lent")
            else:
                yield replace(self._instance(row, maker, call), kind="double" if maker.kind == "double" else "set")

    def declarations(self) -> Iterator[Instance]:
        """What the classes of factories, and recipes, say of their rows."""
        for class_ in self._draft.nodes["class_definition"]:
            for one in declared(class_, self._value):
                yield self._declared(one)

    def is_refused(self, one: Instance) -> bool:
        """Behind the row, in its own function, the database is expected to refuse it."""
        tree, span = self._draft.tree, self._draft.rows[one.row].span
        start = tree.line_start(span.line) + span.column - 1
        around = self._draft.scopes.function_at(start)
        return around is not None and _REFUSED.search(tree.text, start, around.node.end) is not None

    def _declared(self, one: Declared) -> Instance:
        deliberate = self._draft.deliberate.at(one.node)
        row = MockRow(one.node.span, one.entries, _fixed(one.node), True, deliberate)
        known = self._aliases.get(one.maker, one.maker).rpartition(".")[2]
        return Instance(self._draft.row(row), one.maker, known, "declared", part=one.part)

    def _made(self, name: Node) -> Node | None:
        """The call whose outcome a name surely holds."""
        binding = self._draft.scopes.reach(name)
        held = binding.value if binding is not None and binding.kind == "value" else None
        if held is not None and held.kind == "await" and len(held.named) == 1:
            held = held.named[0]
        return held if held is not None and held.kind == "call" and binding is not None else None

    def _is_parameter(self, name: Node) -> bool:
        binding = self._draft.scopes.reach(name)
        return binding is not None and binding.kind == "parameter" and binding.scope.kind == "function_definition"

    def _instance(self, row: MockRow, maker: _Maker, call: Node) -> Instance:
        known = self._aliases.get(maker.name, maker.name).rpartition(".")[2]
        stored, fake = self._stored.get(call.start, (False, False))
        return Instance(self._draft.row(row), maker.name, known, maker.kind, stored, fake, maker.named)

    def _maker(self, call: Node) -> _Maker | None:
        function = call.field("function")
        callee = dotted(function)
        if callee is None:
            return None
        head, _, last = callee.rpartition(".")
        if last in _DOUBLES:
            return self._double(call)
        owner = head.rpartition(".")[2]
        if last in _BAKES and owner in _BAKERS:
            return self._baked(call, _BAKES[last])
        if last in _CREATES or last in _BUILDS:
            kind: InstanceKind = "created" if last in _CREATES else "built"
            if owner in _MANAGERS:
                head = head.rpartition(".")[0]
            return _Maker(head, kind) if _is_class(head) else None
        return _Maker(callee, "made") if _is_class(callee) else None

    def _double(self, call: Node) -> _Maker | None:
        """``Mock(spec=Order)``, ``create_autospec(Order)``."""
        arguments = call.field("arguments")
        for at, one in enumerate(arguments.named if arguments is not None else ()):
            key = one.field("name") if one.kind == "keyword_argument" else None
            spec = one.field("value") if key is not None and key.text in ("spec", "spec_set") else None
            if key is None and not at:
                spec = one
            said = dotted(spec)
            if said is not None and _is_class(said):
                return _Maker(said, "double", options=_DOUBLE_OPTIONS)
        return None

    def _baked(self, call: Node, kind: InstanceKind) -> _Maker | None:
        arguments = call.field("arguments")
        given = arguments.named if arguments is not None else []
        if not given or given[0].kind in ("keyword_argument", "dictionary_splat", "list_splat"):
            return None
        said, text = dotted(given[0]), string(given[0])
        if text is not None:
            return _Maker(text, kind, True, _BAKER_OPTIONS)
        return _Maker(said, kind, options=_BAKER_OPTIONS) if said is not None and _is_class(said) else None

    def _keywords(self, call: Node, options: frozenset[str]) -> Iterator[MockRow]:
        """The row of a call's keywords, those of the call itself left out."""
        members = _members(call)
        around = self._draft.scopes.function_at(call.start)
        optional = optional_names(around.node) if around is not None else NONE
        for row in self._draft.records.keywords(call, optional):
            entries = tuple(
                replace(one, value=UNKNOWN) if one.key in members else one
                for one in row.entries
                if one.key not in options
            )
            if entries:
                layout = replace(row.layout, form="fixed")
                yield replace(row, entries=entries, layout=layout, open=True)

    def _value(self, node: Node | None) -> Value:
        if node is not None and _is_member(node):
            return UNKNOWN
        return value(node, self._draft.records.resolve)

    def _kept(self) -> Iterator[tuple[int, tuple[bool, bool]]]:
        """Where the calls begin whose outcome is added to a session or saved, and whether that is a fake."""
        for call in self._draft.calls_of(_ADDS):
            function, arguments = call.field("function"), call.field("arguments")
            held = function.field("object") if function is not None and function.kind == "attribute" else None
            if held is None or arguments is None:
                continue
            client = self._draft.receivers.of(held)
            if client is None or not says(client.name, _SESSIONS):
                continue
            for one in arguments.named:
                for made in self._objects(one):
                    yield made.start, (True, client.fake)
        for call in self._draft.calls_of(_SAVES):
            function = call.field("function")
            held = function.field("object") if function is not None and function.kind == "attribute" else None
            made_by = self._objects(held) if held is not None else ()
            for made in made_by:
                yield made.start, (True, False)

    def _objects(self, node: Node, depth: int = 0) -> Iterator[Node]:
        """The calls that make what an expression holds."""
        if depth > 4:
            return
        if node.kind == "call":
            yield node
        elif node.kind in ("list", "tuple"):
            for one in node.named:
                yield from self._objects(one, depth + 1)
        elif node.kind == "identifier":
            binding = self._draft.scopes.reach(node)
            if binding is not None and binding.kind == "value" and binding.value is not None:
                yield from self._objects(binding.value, depth + 1)


def _tells(call: Node, *, literally: bool = False) -> bool:
    """The call has keywords, or takes some from a dict; ``literally`` asks for a literal among them."""
    arguments = call.field("arguments")
    for one in arguments.children if arguments is not None and arguments.kind == "argument_list" else ():
        if one.kind == "dictionary_splat":
            return True
        if one.kind == "keyword_argument":
            held = one.field("value") if literally else None
            if not literally or (held is not None and held.kind in _LITERALS):
                return True
    return False


def _may_make(name: str) -> bool:
    return name in _DOUBLES or name in _CREATES or name in _BUILDS or name in _BAKES or _is_class(name)


def _may_help(name: str) -> bool:
    """The name of a function may say that it makes something."""
    private = name[:1] == "_" and name[:2] != "__"
    return private or (name[:1].islower() and not _HELPS.isdisjoint(words_of(name)))


def _is_class(said: str) -> bool:
    last = said.rpartition(".")[2]
    return _CLASS.fullmatch(last) is not None and _NO_MODELS.search(last) is None


def _is_member(node: Node) -> bool:
    """``Status.PAID``: an ORM may keep the member's name, not its value."""
    return node.kind == "attribute" and not node.text.endswith(".value") and node.text[:1].isupper()


def _members(call: Node) -> frozenset[str]:
    arguments = call.field("arguments")
    given = arguments.named if arguments is not None else []
    pairs = ((one.field("name"), one.field("value")) for one in given if one.kind == "keyword_argument")
    return frozenset(key.text for key, held in pairs if key is not None and held is not None and _is_member(held))


def _fixed(node: Node) -> RowLayout:
    return RowLayout("fixed", '"', node.span, "", "")


def _aliases(draft: Draft) -> Iterator[tuple[str, str]]:
    """The local names that imports give to others."""
    for statement in draft.tree.root.find("aliased_import"):
        name, alias = statement.field("name"), statement.field("alias")
        if name is not None and alias is not None:
            yield alias.text, name.text
