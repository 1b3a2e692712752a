"""The methods that clients of databases really have: as bundled, or as the project's own environment has them."""

from __future__ import annotations

import ast
import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

MethodKind = Literal["sync", "async", "property", "context", "generator"]
_KINDS: dict[str, MethodKind] = {"s": "sync", "a": "async", "p": "property", "c": "context", "g": "generator"}
_ENVIRONMENTS = (".venv", "venv", "env", ".env")
_HOMES: dict[str, tuple[tuple[str, str], ...]] = {
    "supabase.Client": (("supabase/_sync/client.py", "SyncClient"), ("supabase/_sync/client.py", "Client")),
    "supabase.AsyncClient": (("supabase/_async/client.py", "AsyncClient"),),
    "postgrest.SyncSelectRequestBuilder": (("postgrest/_sync/request_builder.py", "SyncSelectRequestBuilder"),),
    "postgrest.AsyncSelectRequestBuilder": (("postgrest/_async/request_builder.py", "AsyncSelectRequestBuilder"),),
    "postgrest.SyncRequestBuilder": (("postgrest/_sync/request_builder.py", "SyncRequestBuilder"),),
    "postgrest.AsyncRequestBuilder": (("postgrest/_async/request_builder.py", "AsyncRequestBuilder"),),
    "asyncpg.Connection": (("asyncpg/connection.py", "Connection"),),
    "asyncpg.Pool": (("asyncpg/pool.py", "Pool"),),
    "psycopg.Connection": (("psycopg/connection.py", "Connection"),),
    "psycopg.AsyncConnection": (("psycopg/connection_async.py", "AsyncConnection"),),
    "psycopg.Cursor": (("psycopg/cursor.py", "Cursor"),),
    "psycopg.AsyncCursor": (("psycopg/cursor_async.py", "AsyncCursor"),),
    "psycopg_pool.AsyncConnectionPool": (("psycopg_pool/pool_async.py", "AsyncConnectionPool"),),
    "aiosqlite.Connection": (("aiosqlite/core.py", "Connection"),),
    "aiosqlite.Cursor": (("aiosqlite/cursor.py", "Cursor"),),
    "databases.Database": (("databases/core.py", "Database"),),
}
"""Where the packages keep the classes; their bases are followed inside the same package."""
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Method:
    """A method or attribute; ``signature`` are its parameters without annotations, ``self`` first.

    ``fluent`` says that it hands out a builder, ``nothing`` that it returns None.
    """

    name: str
    kind: MethodKind
    signature: str = ""
    fluent: bool = False
    nothing: bool = False


Surface = Mapping[str, Method]


@functools.lru_cache(maxsize=8)
def surfaces(root: Path) -> Mapping[str, Surface]:
    """The surfaces by the classes' names; what the environment of the project shows goes before what is bundled."""
    found = dict(_bundled())
    packages = _packages(root)
    for name, homes in _HOMES.items() if packages is not None else ():
        for home, class_name in homes:
            own = _parsed(packages, home, class_name, 0) if packages is not None else {}
            if own:
                found[name] = {**_attributes(found.get(name, {})), **own}
                break
    return found


def _attributes(bundled: Surface) -> dict[str, Method]:
    """What parsing a class does not show: attributes its instances get."""
    return {name: one for name, one in bundled.items() if one.kind == "property"}


@functools.cache
def _bundled() -> dict[str, dict[str, Method]]:
    text = (resources.files("dblint.binding") / "client_surfaces.json").read_text(encoding="utf-8")
    return {
        name: {method: _method(method, *said) for method, said in methods.items()}
        for name, methods in json.loads(text).items()
        if not name.startswith("_")
    }


def _method(name: str, kind: str, signature: str = "", result: str = "") -> Method:
    return Method(name, _KINDS[kind], signature, fluent=result == "b", nothing=result == "n")


def _packages(root: Path) -> Path | None:
    """The folder of the packages installed in an environment inside the project."""
    for name in _ENVIRONMENTS:
        for found in (*sorted((root / name).glob("lib/python3*/site-packages")), root / name / "Lib" / "site-packages"):
            if found.is_dir():
                return found
    return None


def _parsed(packages: Path, home: str, class_name: str, depth: int) -> dict[str, Method]:
    """The public methods of a class as its source has them, those of its bases in the same package with them."""
    tree = _tree(packages / home)
    node = next((one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == class_name), None)
    if node is None or depth > _DEPTH:
        return {}
    found: dict[str, Method] = {}
    for base in reversed(node.bases):
        name = ast.unparse(base.value if isinstance(base, ast.Subscript) else base).rpartition(".")[2]
        for place in _places(tree, home, name):
            found.update(_parsed(packages, place, name, depth + 1))
    for one in node.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and not one.name.startswith("_"):
            found[one.name] = _of_source(one)
        elif isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and isinstance(one.value, ast.Name):
            same = found.get(one.value.id)
            if same is not None:
                found[one.targets[0].id] = Method(one.targets[0].id, same.kind, same.signature, same.fluent)
    return found


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def _places(tree: ast.Module, home: str, name: str) -> Iterator[str]:
    """The files of the package that may define a base class: this one, or the one it is imported from."""
    if any(isinstance(one, ast.ClassDef) and one.name == name for one in tree.body):
        yield home
    package = home.split("/")[:-1]
    for one in tree.body:
        if isinstance(one, ast.ImportFrom) and any((alias.asname or alias.name) == name for alias in one.names):
            parts = (one.module or "").split(".") if one.module else []
            folder = package[: len(package) - one.level + 1] if one.level else []
            yield "/".join((*folder, *parts)) + ".py"


def _of_source(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Method:
    decorators = {ast.unparse(one).rpartition(".")[2] for one in function.decorator_list}
    kind: MethodKind = "async" if isinstance(function, ast.AsyncFunctionDef) else "sync"
    if decorators & {"property", "cached_property"}:
        kind = "property"
    elif decorators & {"contextmanager", "asynccontextmanager"}:
        kind = "context"
    returns = ast.unparse(function.returns) if function.returns is not None else ""
    fluent = "Builder" in returns or returns.strip("'\"") in ("Self", "typing_extensions.Self", "typing.Self")
    return Method(function.name, kind, _signature(function.args), fluent, returns in ("None", "'None'"))


def _signature(arguments: ast.arguments) -> str:
    """The parameters without annotations; a default that is no plain constant becomes None."""

    def plain(default: ast.expr) -> ast.expr:
        return default if isinstance(default, ast.Constant) else ast.Constant(None)

    def bare(one: ast.arg) -> ast.arg:
        return ast.arg(one.arg)

    made = ast.arguments(
        posonlyargs=[],
        args=[bare(one) for one in (*arguments.posonlyargs, *arguments.args)],
        vararg=bare(arguments.vararg) if arguments.vararg is not None else None,
        kwonlyargs=[bare(one) for one in arguments.kwonlyargs],
        kw_defaults=[None if one is None else plain(one) for one in arguments.kw_defaults],
        kwarg=bare(arguments.kwarg) if arguments.kwarg is not None else None,
        defaults=[plain(one) for one in arguments.defaults],
    )
    return ast.unparse(made)


def likely(known: Mapping[str, Surface], methods: frozenset[str]) -> tuple[str, ...]:
    """The classes a fake with these public methods may stand for, the likeliest first."""
    scored = []
    for name, surface in known.items():
        shared = len(methods & surface.keys())
        if shared and 2 * shared >= len(methods):
            scored.append((-shared, len(surface), name))
    return tuple(name for _, _, name in sorted(scored))
