"""Containers of testcontainers that are given what their class has not, or a port on which nothing listens."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dblint.facts.resources_model import ContainerArgument, ContainerPort
from dblint.source import Span
from dblint.syntax.modules import Module


@dataclass(frozen=True, slots=True)
class Container:
    """A class of testcontainers: the port its server listens on, its images, and how its keywords are often misspelt.

    What is listed as misspelt is a keyword of no version from 3.7 to 4.15 and of no ``docker run``.
    """

    port: int
    images: tuple[str, ...]
    meant: Mapping[str, str]


_COMMON = {
    **dict.fromkeys(("database", "db", "db_name", "dbName", "database_name", "databaseName"), "dbname"),
    **dict.fromkeys(("user_name", "db_user", "dbuser", "db_username"), "username"),
    **dict.fromkeys(("passwd", "pwd", "db_password", "dbpassword"), "password"),
    **dict.fromkeys(("image_name", "docker_image"), "image"),
}
_POSTGRES = {
    **_COMMON,
    **dict.fromkeys(("postgres_user", "POSTGRES_USER", "pg_user"), "username"),
    **dict.fromkeys(("postgres_password", "POSTGRES_PASSWORD", "pg_password"), "password"),
    **dict.fromkeys(("postgres_db", "POSTGRES_DB", "pg_database"), "dbname"),
}
_KEY_VALUE = dict.fromkeys(("passwd", "pwd", "redis_password", "requirepass"), "password")
CONTAINERS: Mapping[str, Container] = {
    "PostgresContainer": Container(5432, ("postgres", "postgis/", "pgvector/", "timescale/", "ankane/"), _POSTGRES),
    "MySqlContainer": Container(3306, ("mysql", "mariadb", "percona"), _COMMON),
    "MariaDbContainer": Container(3306, ("mariadb",), _COMMON),
    "RedisContainer": Container(6379, ("redis", "valkey"), _KEY_VALUE),
    "AsyncRedisContainer": Container(6379, ("redis", "valkey"), _KEY_VALUE),
    "MongoDbContainer": Container(27017, ("mongo",), _COMMON),
    "SqlServerContainer": Container(1433, ("mcr.microsoft.com/mssql",), _COMMON),
}
_PORT_KEYWORDS = ("port", "port_to_expose")
_MOVED = re.compile(r"with_command\(|command\s*=|with_exposed_ports\(|--port|-p\s*\d")


def container_arguments(module: Module, names: Mapping[str, str]) -> Iterator[ContainerArgument]:
    """The keywords that a container's class has not."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and (name := _class(node, names)) is not None:
            for keyword in node.keywords:
                meant = CONTAINERS[name].meant.get(keyword.arg or "")
                if meant is not None:
                    taken = any(other.arg == meant for other in node.keywords)
                    whole = module.span(keyword)
                    at = Span(whole.line, whole.column, whole.line, whole.column + len(keyword.arg or ""))
                    yield ContainerArgument(at, name, keyword.arg or "", None if taken else meant)


def container_ports(module: Module, names: Mapping[str, str], text: str) -> Iterator[ContainerPort]:
    """The ports of containers on which nothing listens; silent where a file moves a server's port itself."""
    if _MOVED.search(text):
        return
    typed: dict[str, set[str]] = {}
    for node in module.nodes:
        target, call = _bound(node)
        if target is not None:
            kind = _class(_made(call), names) if call is not None else None
            typed.setdefault(target, set()).add(kind or "")
    for node in module.nodes:
        if isinstance(node, ast.Call):
            name = _class(node, names)
            found = _constructed(node, name, module) if name is not None else _used(node, typed, names, module)
            if found is not None:
                yield found


def _class(node: ast.AST | None, names: Mapping[str, str]) -> str | None:
    """The class of testcontainers that a call makes one of."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
        return None
    way = ast.unparse(node.func)
    head, dot, rest = way.partition(".")
    dotted = f"{names.get(head, '')}{dot}{rest}"
    last = dotted.rpartition(".")[2]
    return last if dotted.startswith("testcontainers.") and last in CONTAINERS else None


def _bound(node: ast.AST) -> tuple[str | None, ast.AST | None]:
    if isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
        return node.optional_vars.id, node.context_expr
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.arg):
        return node.arg, None
    return None, None


def _made(node: ast.AST) -> ast.AST:
    """What a chain of ``with_…`` calls begins with."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        node = node.func.value
    return node


def _constructed(node: ast.Call, name: str, module: Module) -> ContainerPort | None:
    kind = CONTAINERS[name]
    image = next((one.value for one in node.keywords if one.arg == "image"), node.args[0] if node.args else None)
    if image is not None and not (_text(image) or "").removeprefix("docker.io/").removeprefix("library/").startswith(
        kind.images
    ):
        return None
    given = next((one.value for one in node.keywords if one.arg in _PORT_KEYWORDS), None)
    if (
        given is None
        and len(node.args) > 1
        and name not in ("MySqlContainer", "SqlServerContainer", "MariaDbContainer")
    ):
        given = node.args[1]
    port = _number(given)
    if given is None or port is None or port == kind.port:
        return None
    return ContainerPort(module.span(given), name, "constructed", port, kind.port)


def _used(
    node: ast.Call, typed: Mapping[str, set[str]], names: Mapping[str, str], module: Module
) -> ContainerPort | None:
    """``container.get_exposed_port(5433)``, ``container.with_bind_ports(5433, 5432)``."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("get_exposed_port", "with_bind_ports"):
        return None
    name = _class(_made(node.func.value), names)
    if name is None and isinstance(node.func.value, ast.Name):
        kinds = typed.get(node.func.value.id, set())
        name = next(iter(kinds)) if len(kinds) == 1 else None
    kind = CONTAINERS.get(name or "")
    ports = [_number(one) for one in node.args]
    if kind is None or name is None or not ports or ports[0] is None or ports[0] == kind.port:
        return None
    if node.func.attr == "get_exposed_port" and len(ports) == 1:
        return ContainerPort(module.span(node.args[0]), name, "asked", ports[0], kind.port)
    if node.func.attr == "with_bind_ports" and ports[1:] == [kind.port]:
        first, last = module.span(node.args[0]), module.span(node.args[1])
        return ContainerPort(Span(*first.start, *last.end), name, "bound", ports[0], kind.port)
    return None


def _number(node: ast.AST | None) -> int | None:
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
