"""The way to what a double answers: ``pool.acquire.return_value.fetch`` as where it begins and its steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dblint.facts.doubles_model import DoubleStep
from dblint.facts.literals import dotted, string, value
from dblint.facts.value_model import Value
from dblint.source import Span
from dblint.syntax.python import Node

Steps = tuple[DoubleStep, ...]
_WRAPPERS = ("parenthesized_expression", "await")
_ASKING = frozenset(("call_args", "call_args_list", "mock_calls", "method_calls", "call_count", "called", "await_args"))
_OWN = ("self", "cls")


@dataclass(frozen=True, slots=True)
class Way:
    """``base`` is an identifier or ``self.x``; ``turns`` says that a list there answers call by call."""

    base: Node
    steps: Steps
    turns: bool = False


def bare(node: Node) -> Node:
    """The expression inside parentheses and ``await``."""
    while node.kind in _WRAPPERS and len(node.named) == 1:
        node = node.named[0]
    return node


def way(node: Node) -> Way | None:
    """The way an expression goes; None for what is no chain of attributes and calls on a name."""
    parts: list[Node] = []
    at = bare(node)
    while at.kind in ("attribute", "call") and not is_own(at):
        inner = at.field("object") if at.kind == "attribute" else at.field("function")
        if inner is None:
            return None
        parts.append(at)
        at = bare(inner)
    if at.kind != "identifier" and not is_own(at) and not _is_item(at):
        return None
    steps: Steps = ()
    turns = False
    for part in reversed(parts):
        if turns:
            return None
        if part.kind == "call":
            steps = called(steps, _given(part))
            continue
        name = part.field("attribute")
        if name is None or name.text in _ASKING or name.text.startswith("assert_"):
            return None
        turns = name.text == "side_effect"
        steps = called(steps) if turns or name.text == "return_value" else (*steps, DoubleStep(name.text))
    return Way(at, steps, turns)


def _is_item(node: Node) -> bool:
    """``tables["orders"]``."""
    key = node.field("subscript") if node.kind == "subscript" else None
    held = node.field("value")
    return string(key) is not None and held is not None and held.kind == "identifier"


def is_own(node: Node) -> bool:
    """``self.x``."""
    held = node.field("object") if node.kind == "attribute" else None
    return held is not None and held.kind == "identifier" and held.text in _OWN


@dataclass(frozen=True, slots=True)
class When:
    """For which arguments a double answers so, as far as the file tells; ``at`` is where it says the last of them.

    ``loose``: only if more holds than that.
    """

    arguments: tuple[Value, ...] | None = None
    containing: tuple[str, ...] = ()
    at: Span | None = None
    loose: bool = False


ALWAYS = When()


def called(steps: Steps, when: When = ALWAYS) -> Steps:
    """The steps with their end called."""
    if not steps or steps[-1].called:
        steps = (*steps, DoubleStep("", True))
    return _told(steps, when)


def answering(steps: Steps, when: When) -> Steps:
    """The steps whose last call is answered for these arguments alone."""
    return steps if when == ALWAYS or not steps else _told(steps, when)


def _told(steps: Steps, when: When) -> Steps:
    told = replace(steps[-1], called=True, arguments=when.arguments, containing=when.containing, at=when.at)
    return (*steps[:-1], replace(told, loose=when.loose))


def attribute(steps: Steps, path: str) -> Steps:
    """The steps with the attributes of a dotted path behind; ``return_value`` and ``side_effect`` are calls."""
    for name in path.split("."):
        steps = called(steps) if name in ("return_value", "side_effect") else (*steps, DoubleStep(name))
    return steps


def last_name(node: Node | None) -> str:
    """The last name of what is called."""
    if node is not None and node.kind == "attribute":
        node = node.field("attribute")
    return node.text if node is not None and node.kind == "identifier" else ""


def keywords(call: Node) -> dict[str, Node]:
    """The keyword arguments of a call."""
    found = {}
    for argument in arguments_of(call):
        name, given = argument.field("name"), argument.field("value")
        if argument.kind == "keyword_argument" and name is not None and given is not None:
            found[name.text] = given
    return found


def positional(call: Node) -> list[Node]:
    """The arguments of a call in front of any splat, keywords left aside."""
    found = []
    for argument in arguments_of(call):
        if argument.kind in ("list_splat", "dictionary_splat"):
            break
        if argument.kind != "keyword_argument":
            found.append(argument)
    return found


def arguments_of(call: Node) -> list[Node]:
    given = call.field("arguments")
    return given.named if given is not None and given.kind == "argument_list" else []


def callee(call: Node) -> str:
    return dotted(call.field("function")) or ""


def _given(call: Node) -> When:
    given = positional(call)
    return When(tuple(value(one) for one in given), at=given[-1].span if given else None)
