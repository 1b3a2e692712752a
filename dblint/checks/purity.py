"""Whether a function of the project computes from its arguments alone."""

from __future__ import annotations

import builtins

from dblint.binding.code import Code, Found
from dblint.facts.code_model import Call, Function
from dblint.facts.words import CLIENTS, says

_DEPTH = 3
_IMPURE = frozenset(
    ("open", "input", "print", "exec", "eval", "compile", "globals", "setattr", "delattr", "__import__")
)
_BUILTINS = frozenset(dir(builtins)) - _IMPURE
_MODULES = frozenset(("math", "decimal", "fractions", "statistics", "re", "string", "operator", "itertools", "json"))
_CONSTRUCTORS = frozenset(("Decimal", "Fraction", "date", "datetime", "timedelta", "UUID", "defaultdict", "Counter"))
_METHODS = frozenset(
    (
        *(
            "get",
            "items",
            "keys",
            "values",
            "append",
            "extend",
            "add",
            "update",
            "pop",
            "copy",
            "sort",
            "index",
            "count",
        ),
        *("strip", "lstrip", "rstrip", "lower", "upper", "title", "split", "join", "format", "replace", "startswith"),
        *("endswith", "isdigit", "isalpha", "isalnum", "isspace", "match", "search", "fullmatch", "sub", "group"),
        *("quantize", "isoformat", "total_seconds", "strftime", "date", "setdefault", "union", "intersection"),
    )
)
_REACHING = CLIENTS | {
    "session",
    "conn",
    "connection",
    "cursor",
    "http",
    "request",
    "requests",
    "redis",
    "cache",
    "api",
}
_SURROUNDINGS = frozenset(("dir", "directory", "path", "file", "url", "host", "root", "home", "env", "environ"))
_WRAPPERS = frozenset(("staticmethod", "classmethod", "cache", "lru_cache"))


def is_pure(code: Code, found: Found, depth: int = 0) -> bool:
    """Whether a function returns what it computes from its arguments, as far as its text shows every step."""
    function = code.function(found)
    if function is None or depth > _DEPTH or not _has_the_form(function):
        return False
    held = {one.name for one in function.parameters} | {_root(one.target) for one in function.assignments}
    if any(not _is_constant(name, held) for name in function.reads):
        return False
    return all(_is_harmless(code, found, function, call, held, depth) for call in function.calls)


def _root(name: str) -> str:
    return name.partition(".")[0].rstrip("()[]")


def _is_constant(name: str, held: set[str]) -> bool:
    """What a function reads: its own names, built-in ones, constants and classes by their spelling."""
    root = _root(name)
    if root.isupper() and says(root, _SURROUNDINGS):
        return False  # Where things lie is no business rule, and a test has reason to say it anew.
    return root in held or root in _BUILTINS or root in _MODULES or root[:1].isupper()


def _has_the_form(function: Function) -> bool:
    given = [one for one in function.parameters if one.name not in ("self", "cls")]
    plain = not (function.is_async or function.is_generator or function.awaits or function.stub or function.operations)
    wrapped = all(one.text.rpartition(".")[2] in _WRAPPERS for one in function.decorators)
    returned = any(one.value is not None for one in function.results)
    held = any(one.target.startswith(("self.", "cls.")) for one in function.assignments)
    reads = any(one.startswith(("self.", "cls.")) for one in function.reads)
    return bool(given) and plain and wrapped and returned and not held and not reads


def _is_harmless(code: Code, found: Found, function: Function, call: Call, held: set[str], depth: int) -> bool:
    root, _, rest = call.callee.partition(".")
    if not rest and (root in _BUILTINS or root in _CONSTRUCTORS):
        return True
    if rest and (root in _MODULES or (root in _CONSTRUCTORS and "now" not in rest and "today" not in rest)):
        return True
    if call.name in _METHODS and rest:
        # A method of what it was given or made; of a module's own object nobody knows what that holds by then.
        own = _root(root) in held and root not in ("self", "cls")
        return (own or call.receiver >= 0 or not root) and not says(_root(root), _REACHING)
    other = code.find(found.path, call.callee, function.name)
    return other is not None and other != found and other.kind == "function" and is_pure(code, other, depth + 1)
