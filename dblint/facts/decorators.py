"""What decorators say of a function: that it is a fixture, which values its parameters take, that it must fail."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.facts.literals import dotted, string
from dblint.syntax.python import Node


def decorators(function: Node) -> list[Node]:
    """The decorators of a function or class."""
    above = function.parent
    return [one for one in above.children if one.kind == "decorator"] if _is_decorated(above) and above else []


def _is_decorated(node: Node | None) -> bool:
    return node is not None and node.kind == "decorated_definition"


def callee(decorator: Node) -> str:
    """The dotted name of what decorates."""
    called = decorator.named[0] if decorator.named else None
    if called is not None and called.kind == "call":
        called = called.field("function")
    return dotted(called) or ""


def is_fixture(function: Node) -> bool:
    return any(names_fixture(one) for one in decorators(function))


def fixture_name(function: Node) -> str | None:
    """The name a fixture goes by, ``@pytest.fixture(name="db")`` heeded; None for a function that is none."""
    for one in decorators(function):
        if names_fixture(one):
            named = function.field("name")
            return string(_keyword(one, "name")) or (named.text if named is not None else None)
    return None


def names_fixture(decorator: Node) -> bool:
    return callee(decorator).rpartition(".")[2] == "fixture"


def parametrized(function: Node, parameter: str) -> list[Node]:
    """The values ``@pytest.mark.parametrize`` gives a parameter."""
    return [value for one in decorators(function) for value in _values(one, parameter)]


def is_indirect(function: Node, parameter: str) -> bool:
    """``parametrize(…, indirect=True)`` or ``indirect=["order"]``: the values go to the fixture of that name."""
    for one in decorators(function):
        given = _arguments(one)
        if callee(one).rpartition(".")[2] != "parametrize" or not given or parameter not in _names(given[0]):
            continue
        said = _keyword(one, "indirect")
        if said is not None and (said.kind == "true" or parameter in _names(said)):
            return True
    return False


def fixture_params(function: Node) -> list[Node]:
    """The values of ``@pytest.fixture(params=[…])``, ``pytest.param`` opened."""
    for one in decorators(function):
        given = _keyword(one, "params") if names_fixture(one) else None
        if given is not None and given.kind in ("list", "tuple"):
            return [value for case in given.named for value in _case(case, 1)[:1]]
    return []


def _keyword(decorator: Node, name: str) -> Node | None:
    called = decorator.named[0] if decorator.named else None
    arguments = called.field("arguments") if called is not None and called.kind == "call" else None
    for argument in arguments.named if arguments is not None else ():
        key = argument.field("name") if argument.kind == "keyword_argument" else None
        if key is not None and key.text == name:
            return argument.field("value")
    return None


def _values(decorator: Node, parameter: str) -> Iterator[Node]:
    given = _arguments(decorator)
    if callee(decorator).rpartition(".")[2] != "parametrize" or len(given) < 2:
        return
    names = _names(given[0])
    if parameter not in names or given[1].kind not in ("list", "tuple"):
        return
    at = names.index(parameter)
    for case in given[1].named:
        values = _case(case, len(names))
        if at < len(values):
            yield values[at]


def parametrized_cases(decorator: Node) -> tuple[list[str], list[list[Node]]]:
    """The names a ``parametrize`` gives, and the values of each of its cases."""
    given = _arguments(decorator)
    if callee(decorator).rpartition(".")[2] != "parametrize" or len(given) < 2:
        return [], []
    if given[1].kind not in ("list", "tuple"):
        return [], []
    names = _names(given[0])
    return names, [_case(case, len(names)) for case in given[1].named]


def _names(node: Node) -> list[str]:
    text = string(node)
    if text is not None:
        return [name.strip() for name in text.split(",")]
    return [string(one) or "" for one in node.named] if node.kind in ("list", "tuple") else []


def _case(case: Node, width: int) -> list[Node]:
    """The values of one case, ``pytest.param`` and tuples opened."""
    if case.kind == "call" and (dotted(case.field("function")) or "").rpartition(".")[2] == "param":
        arguments = case.field("arguments")
        return [one for one in arguments.named if one.kind != "keyword_argument"] if arguments is not None else []
    return case.named if width > 1 and case.kind in ("tuple", "list") else [case]


def _arguments(decorator: Node) -> list[Node]:
    """The positional arguments of a decorator's call."""
    called = decorator.named[0] if decorator.named else None
    arguments = called.field("arguments") if called is not None and called.kind == "call" else None
    return [one for one in arguments.named if one.kind != "keyword_argument"] if arguments is not None else []


def cases_by_id(decorator: Node) -> Iterator[tuple[str, Node]]:
    """The cases of a ``parametrize`` with the names its ``ids`` list gives them."""
    called = decorator.named[0] if decorator.named else None
    arguments = called.field("arguments") if called is not None and called.kind == "call" else None
    if arguments is None or callee(decorator).rpartition(".")[2] != "parametrize":
        return
    given = _arguments(decorator)
    for argument in arguments.named:
        name, ids = argument.field("name"), argument.field("value")
        if argument.kind != "keyword_argument" or name is None or name.text != "ids" or ids is None or len(given) < 2:
            continue
        for case, said in zip(given[1].named, ids.named, strict=False):
            yield string(said) or "", case
