"""What the class of a factory declares: literals, what stands for them, and the keywords of the factories inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dblint.facts.literals import dotted
from dblint.facts.model import UNKNOWN, Entry, Value
from dblint.layout import EntryLayout
from dblint.syntax.python import Node

_BASES = ("Factory", "FactoryBoy", "ModelFactory")
_CHOICES = frozenset(("Iterator", "FuzzyChoice", "cycle"))
_SUB_FACTORIES = frozenset(("SubFactory", "RelatedFactory", "RelatedFactoryList"))
_LAZY = frozenset(("LazyAttribute", "LazyFunction", "LazyAttributeSequence", "Sequence"))
_OWN = frozenset(("sqlalchemy_session", "model", "abstract", "strategy"))
Read = Callable[[Node | None], Value]


@dataclass(frozen=True, slots=True)
class Declared:
    """Declarations that stand together; ``node`` is what stands for their row, ``maker`` the factory that is meant."""

    maker: str
    node: Node
    entries: tuple[Entry, ...]
    part: bool = False


def declared(class_: Node, read: Read) -> Iterator[Declared]:
    """What a class declares, where its bases say that it is a factory."""
    named, bases, body = class_.field("name"), class_.field("superclasses"), class_.field("body")
    if named is None or body is None or bases is None or not any(_is_factory(one) for one in bases.named):
        return
    plain: list[Entry] = []
    for key, given, statement in _assigned(body):
        if key.text.startswith("_") or key.text in _OWN:
            continue
        plain.append(Entry(key.text, _literal(given, read), EntryLayout(key.span, given.span, statement.span)))
        yield from _inside(named.text, key, given, read)
    yield Declared(named.text, named, tuple(plain))
    for inner in body.named:
        title = inner.field("name") if inner.kind == "class_definition" else None
        if title is not None and title.text == "Params":
            yield from _traits(named.text, inner, read)


def _is_factory(base: Node) -> bool:
    text = base.field("value") if base.kind == "subscript" else base
    last = (dotted(text) or "").rpartition(".")[2]
    return last.endswith(_BASES)


def _assigned(body: Node) -> Iterator[tuple[Node, Node, Node]]:
    for statement in body.named:
        assignment = statement.named[0] if statement.kind == "expression_statement" and statement.named else None
        if assignment is None or assignment.kind != "assignment":
            continue
        key, given = assignment.field("left"), assignment.field("right")
        if key is not None and given is not None and key.kind == "identifier":
            yield key, given, statement


def _literal(given: Node, read: Read) -> Value:
    """The one value a declaration gives, where its text tells."""
    if given.kind != "call":
        return read(given)
    name, arguments = _called(given)
    if name in _LAZY and len(arguments) == 1 and arguments[0].kind == "lambda":
        body = arguments[0].field("body")
        return read(body) if body is not None and _is_constant(body) else UNKNOWN
    return UNKNOWN


def _is_constant(node: Node) -> bool:
    return node.kind in ("string", "integer", "float", "true", "false", "unary_operator")


def _inside(factory: str, key: Node, given: Node, read: Read) -> Iterator[Declared]:
    """The values one declaration chooses from, and what it says of another factory's row."""
    if given.kind != "call":
        return
    name, arguments = _called(given)
    keywords = _keywords(arguments, read)
    if name in _SUB_FACTORIES and arguments and dotted(arguments[0]) is not None:
        own = tuple(one for one in keywords if one.key not in ("factory_related_name", "size"))
        if own:
            yield Declared(dotted(arguments[0]) or "", given, own, part=True)
        return
    for one in _choices(name, arguments):
        if _is_constant(one):
            layout = EntryLayout(key.span, one.span, one.span)
            yield Declared(factory, one, (Entry(key.text, read(one), layout),), part=True)


def _choices(name: str, arguments: list[Node]) -> Iterator[Node]:
    if name in _CHOICES and arguments and arguments[0].kind in ("list", "tuple"):
        yield from arguments[0].named
    elif name == "Maybe":
        yield from (one for one in arguments[1:3] if one.kind != "keyword_argument")
        for one in arguments:
            key, held = one.field("name"), one.field("value")
            if one.kind == "keyword_argument" and key is not None and held is not None and "declaration" in key.text:
                yield held
    elif name in ("Faker", "Use"):
        for one in arguments:
            held = one.field("value") if one.kind == "keyword_argument" else one
            key = one.field("name") if one.kind == "keyword_argument" else None
            chosen = (key is not None and key.text == "elements") or (name == "Use" and key is None)
            if held is not None and chosen and held.kind in ("list", "tuple"):
                yield from held.named


def _traits(factory: str, params: Node, read: Read) -> Iterator[Declared]:
    """``paid = factory.Trait(status="paid")``."""
    body = params.field("body")
    for _, given, _ in _assigned(body) if body is not None else ():
        if given.kind == "call":
            name, arguments = _called(given)
            entries = _keywords(arguments, read) if name == "Trait" else ()
            if entries:
                yield Declared(factory, given, entries, part=True)


def _keywords(arguments: list[Node], read: Read) -> tuple[Entry, ...]:
    found = []
    for one in arguments:
        key, held = one.field("name"), one.field("value")
        if one.kind == "keyword_argument" and key is not None and held is not None:
            found.append(Entry(key.text, _literal(held, read), EntryLayout(key.span, held.span, one.span)))
    return tuple(found)


def _called(call: Node) -> tuple[str, list[Node]]:
    arguments = call.field("arguments")
    given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
    return (dotted(call.field("function")) or "").rpartition(".")[2], given
