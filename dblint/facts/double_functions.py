"""What a function that stands in for another answers, and for which arguments: by ``if``, ``match`` or a dict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dblint.facts.decorators import callee, decorators
from dblint.facts.double_ways import ALWAYS, When, arguments_of, bare
from dblint.facts.literals import string
from dblint.facts.overrides import parameters
from dblint.facts.value_model import UNKNOWN, Value
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_BRANCHES = ("if_statement", "elif_clause", "case_clause", "conditional_expression")
_PERHAPS = ("for_statement", "while_statement", "except_clause")
_MORE = When(loose=True)
"""A condition that the text does not tell."""


@dataclass(frozen=True, slots=True)
class FunctionAnswer:
    """One expression a function answers with, and when."""

    node: Node
    when: When = ALWAYS


def answers(draft: Draft, function: Node) -> Iterator[FunctionAnswer]:
    """What a function or a lambda answers."""
    names = _Names(function)
    body = function.field("body")
    given = ([body] if body is not None else []) if function.kind == "lambda" else draft.records.returned(function)
    for one in given:
        yield from _expression(draft, function, names, bare(one))


class _Names:
    """The parameters of a function, and what its text calls them after changing their letters or spaces."""

    def __init__(self, function: Node) -> None:
        self.parameters = [name for name in parameters(function) if name not in ("self", "cls")]
        self.texts = set(self.parameters)
        for assignment in function.find("assignment"):
            left, right = assignment.field("left"), assignment.field("right")
            if left is not None and right is not None and left.kind == "identifier" and self.speaks_of(right):
                self.texts.add(left.text)

    def speaks_of(self, node: Node) -> bool:
        """The expression is made of one of the texts."""
        return any(one.text in self.texts for one in node.find("identifier"))


def is_context_manager(function: Node) -> bool:
    """``@asynccontextmanager``: what it yields is what ``async with`` binds."""
    return any(
        callee(one).rpartition(".")[2] in ("asynccontextmanager", "contextmanager") for one in decorators(function)
    )


def _expression(draft: Draft, function: Node, names: _Names, node: Node) -> Iterator[FunctionAnswer]:
    cases = _looked_up(draft, node, names)
    if cases is not None:
        yield from cases
        return
    if node.kind == "conditional_expression" and len(node.named) == 3:
        for side in (node.named[0], node.named[2]):
            yield from _expression(draft, function, names, bare(side))
        return
    yield FunctionAnswer(node, _when(function, names, node))


def _looked_up(draft: Draft, node: Node, names: _Names) -> list[FunctionAnswer] | None:
    """``{"orders": a, "items": b}[name]`` and ``tables.get(name, c)``, where ``name`` is a parameter."""
    held, key, rest = look_up(node)
    if held is None or key is None or key.kind != "identifier" or key.text not in names.parameters:
        return None
    found = [FunctionAnswer(value, _equal(names, key.text, named)) for named, value in items(draft, held)]
    return found + [FunctionAnswer(bare(one)) for one in rest] if found else None


def keyed(draft: Draft, held: Node) -> list[FunctionAnswer]:
    """What ``tables.__getitem__`` answers for each of the dict's keys."""
    found = ((named, value, (Value("str", string(named) or ""),)) for named, value in items(draft, held))
    return [FunctionAnswer(value, When(given, at=named.span)) for named, value, given in found]


def items(draft: Draft, held: Node) -> list[tuple[Node, Node]]:
    """The string keys of a dict and their values: those of its literal, and those set or used later by name."""
    table = bare(held)
    value = table
    if table.kind == "identifier":
        binding = draft.scopes.reach(table)
        value = bare(binding.value) if binding is not None and binding.value is not None else table
    elif table.kind == "attribute":
        value = draft.records.resolve(table) or table
    if value.kind != "dictionary" and not _is_empty_dict(value):
        return []
    pairs = [(pair.field("key"), pair.field("value")) for pair in value.named if pair.kind == "pair"]
    found = {string(key): (key, bare(one)) for key, one in pairs if key is not None and one is not None}
    for node in _subscripts(draft, table):
        key = node.field("subscript")
        if key is not None:
            found.setdefault(string(key), (key, _set_to(node) or node))
    return [pair for name, pair in found.items() if name is not None]


def _is_empty_dict(node: Node) -> bool:
    return node.kind == "dictionary_comprehension" or (node.kind == "call" and node.text in ("dict()", "{}"))


def _subscripts(draft: Draft, table: Node) -> Iterator[Node]:
    """``tables["orders"]`` in the function that ``tables`` stands in."""
    scope = draft.scopes.function_at(table.start)
    for node in (scope.node if scope is not None else draft.tree.root).find("subscript"):
        held, key = node.field("value"), node.field("subscript")
        if held is not None and held.text == table.text and string(key) is not None:
            yield node


def _set_to(node: Node) -> Node | None:
    above = node.parent
    set_ = above is not None and above.kind == "assignment" and above.field("left") == node
    value = above.field("right") if above is not None and set_ else None
    return bare(value) if value is not None else None


def looked_in(node: Node) -> Node | None:
    """``row`` of ``lambda key: row[key]`` and ``row.__getitem__``: what an object gives its values from."""
    if node.kind == "attribute":
        name = node.field("attribute")
        return node.field("object") if name is not None and name.text in ("__getitem__", "get") else None
    body = node.field("body") if node.kind == "lambda" else None
    return None if body is None else look_up(bare(body))[0]


def look_up(node: Node) -> tuple[Node | None, Node | None, list[Node]]:
    if node.kind == "subscript":
        return node.field("value"), node.field("subscript"), []
    function = node.field("function") if node.kind == "call" else None
    if function is not None and function.kind == "attribute" and function.text.endswith(".get"):
        given = arguments_of(node)
        if given:
            return function.field("object"), given[0], given[1:2]
    return None, None, []


def _equal(names: _Names, name: str, literal: Node) -> When:
    before = (UNKNOWN for _ in range(names.parameters.index(name)))
    return When((*before, Value("str", string(literal) or "")), at=literal.span)


def _both(one: When, other: When) -> When:
    """What two conditions say together."""
    told = one if one.arguments is not None else other
    return When(told.arguments, one.containing + other.containing, told.at, one.loose or other.loose)


def _when(function: Node, names: _Names, node: Node) -> When:
    """The conditions on parameters that the branches around an answer state."""
    when = ALWAYS
    at = node
    for above in node.ancestors:
        if above == function:
            break
        if above.kind in _BRANCHES:
            stated = _condition(above, names)
            when = _both(when, stated if _is_consequence(above, at) else When(loose=stated.loose))
        elif above.kind in _PERHAPS:
            when = _both(when, _MORE)
        at = above
    return when


def _is_consequence(branch: Node, inside: Node) -> bool:
    if branch.kind == "conditional_expression":
        return bool(branch.named) and branch.named[0] == inside
    return branch.field("consequence") == inside


def _condition(branch: Node, names: _Names) -> When:
    if branch.kind == "case_clause":
        return _case(branch, names)
    condition = branch.field("condition")
    if branch.kind == "conditional_expression" and len(branch.named) > 1:
        condition = branch.named[1]
    return _MORE if condition is None else _stated(bare(condition), names)


def _stated(condition: Node, names: _Names) -> When:
    if condition.kind == "boolean_operator":
        both = any(child.kind == "and" for child in condition.children)
        when = ALWAYS if both else _MORE
        for side in condition.named if both else ():
            when = _both(when, _stated(bare(side), names))
        return when
    if condition.kind == "call":
        return _begins(condition, names)
    if condition.kind != "comparison_operator" or len(condition.named) != 2:
        return _MORE
    operators = {child.kind for child in condition.children}
    left, right = condition.named
    if "==" in operators:
        for subject, literal in ((left, right), (right, left)):
            if string(literal) is not None and subject.kind == "identifier" and subject.text in names.parameters:
                return _equal(names, subject.text, literal)
    looked_for = string(left)
    if "in" in operators and looked_for is not None and names.speaks_of(right):
        return When(containing=(looked_for,))
    return _MORE


def _begins(condition: Node, names: _Names) -> When:
    """``query.strip().startswith("SELECT")``."""
    function, given = condition.field("function"), arguments_of(condition)
    held = function.field("object") if function is not None and function.kind == "attribute" else None
    begins = function is not None and function.text.endswith(".startswith") and len(given) == 1
    text = string(given[0]) if begins else None
    return When(containing=(text,)) if text is not None and held is not None and names.speaks_of(held) else _MORE


def _case(clause: Node, names: _Names) -> When:
    statement = next((one for one in clause.ancestors if one.kind == "match_statement"), None)
    subject = statement.field("subject") if statement is not None else None
    pattern = next((child for child in clause.named if child.kind == "case_pattern"), None)
    if subject is None or pattern is None or subject.text not in names.parameters:
        return _MORE
    literals = [one for one in pattern.find("string") if string(one) is not None]
    return _equal(names, subject.text, literals[0]) if len(literals) == 1 else _MORE
