"""Which stored function a name in a test means, of which names the catalog cannot know, and how messages show them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from dblint.binding.model import BoundProject
from dblint.binding.query_model import FunctionCall
from dblint.catalog import builtins
from dblint.catalog.model import Argument, Catalog, Function
from dblint.checks.tables import is_placeholder
from dblint.checks.wording import quoted
from dblint.facts.rpc_model import FunctionName, RpcArgument, RpcCall
from dblint.facts.value_model import UNKNOWN
from dblint.finding import Subject
from dblint.values.rpc_rule import inputs

_PLACEHOLDERS = frozenset(("fn", "func", "function", "functions", "rpc", "proc", "procedure", "call", "called"))


def rpc_calls(project: BoundProject) -> Iterator[tuple[str, RpcCall]]:
    """The honest calls of functions, with the file they stand in."""
    if project.catalog.dialect != "postgres":
        return
    for path, facts in project.facts.items():
        for call in facts.rpc.calls:
            if not call.deliberate:
                yield path, call
    for query in project.queries:
        for one in query.calls:
            yield query.path, _in_sql(one)


def _in_sql(one: FunctionCall) -> RpcCall:
    """A call in a statement; the places of its arguments are not known."""
    given = [*[None] * one.positional, *one.named]
    return RpcCall(
        FunctionName(one.name, one.span, one.schema),
        one.span,
        "call" if one.called else "sql",
        "call",
        "",
        tuple(RpcArgument(name, one.span, UNKNOWN) for name in given),
        sure=one.plain,
    )


def overloads(catalog: Catalog, name: FunctionName) -> tuple[Function, ...]:
    """The functions of that name: in the schema given, else in the first on the search path, else wherever they are."""
    named = [one for one in catalog.functions if one.name == name.name]
    if name.schema is not None:
        return tuple(one for one in named if one.schema == name.schema)
    for schema in catalog.search_path:
        found = tuple(one for one in named if one.schema == schema)
        if found:
            return found
    return tuple(named)


def is_exposed(catalog: Catalog, name: FunctionName) -> bool:
    """The name is looked up where it stands: in the schema the call names, or on the search path."""
    return name.schema is not None or any(one.schema in catalog.search_path for one in overloads(catalog, name))


def shows_all_functions(project: BoundProject, path: str, name: FunctionName) -> bool:
    """Nothing hints at a function of that name that the SQL does not show."""
    catalog = project.catalog
    word = name.name.lower()
    if catalog.dynamic or word in catalog.functions_elsewhere or builtins.functions(name.name):
        return False
    if name.schema is not None and name.schema not in catalog.schemas:
        return False
    if any(one.template or word in one.words for one in catalog.skipped):
        return False
    return not (_is_made_by_tests(project, path, word) or _is_placeholder(name.name))


def _is_placeholder(name: str) -> bool:
    words = [word for word in name.lower().split("_") if word not in _PLACEHOLDERS]
    return not words or is_placeholder("_".join(words))


def _is_made_by_tests(project: BoundProject, path: str, name: str) -> bool:
    folders = PurePosixPath(path).parents
    seen = [path, *(str(folder / "conftest.py") for folder in folders)]
    return any(name in project.facts[one].rpc.created for one in seen if one in project.facts)


# Wording


def function_name(catalog: Catalog, function: Function) -> str:
    """The function's name, with its schema where that is not on the search path."""
    return function.name if function.schema in catalog.search_path else f"{function.schema}.{function.name}"


def called_name(name: FunctionName) -> str:
    return name.name if name.schema is None else f"{name.schema}.{name.name}"


def signature(catalog: Catalog, function: Function) -> str:
    """``f(a integer, b text DEFAULT …)`` as a caller sees it."""
    return f"{function_name(catalog, function)}({', '.join(_argument(one) for one in inputs(function))})"


def _argument(one: Argument) -> str:
    words = [one.name or "", one.type.text, "DEFAULT …" if one.has_default else ""]
    prefix = ["VARIADIC"] if one.mode == "variadic" else []
    return " ".join(word for word in (*prefix, *words) if word)


def about(catalog: Catalog, function: Function) -> Subject:
    return Subject(function=function_name(catalog, function))


def listed(names: Iterator[str] | list[str]) -> str:
    """Names in backquotes, in order."""
    return quoted(sorted(names))
