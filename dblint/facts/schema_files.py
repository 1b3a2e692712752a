"""Paths of SQL files that a file opens: joined from ``__file__``, ``Path``, ``os.path`` and plain strings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted, string
from dblint.facts.schema_files_model import FileLoad
from dblint.syntax.python import Node

_DEPTH = 10
_READS = frozenset(("read_text", "read_bytes", "open"))
_SAME = frozenset(("resolve", "absolute", "expanduser", "as_posix", "Path", "PurePath", "str", "fspath"))
_SAME_PATHS = frozenset(("abspath", "realpath", "normpath"))
_CARES = re.compile(r"\b(?:exists|is_file|isfile|FileNotFoundError|OSError|IOError|skipif|skip)\b")
_MAKES = re.compile(
    r"write_text|write_bytes|\btmp_path|\btmpdir|TemporaryDirectory|isolated_filesystem|chdir|mock_open"
)


@dataclass(frozen=True, slots=True)
class _Path:
    """A path in the making, and its last string."""

    base: Literal["file", "run"]
    path: PurePosixPath
    literal: Node | None = None

    def joined(self, text: str, literal: Node) -> _Path:
        if text.startswith("/"):
            return _Path("run", PurePosixPath(text), literal)
        return replace(self, path=self.path / text, literal=literal)


def extract(draft: Draft) -> tuple[FileLoad, ...]:
    """The SQL files a file opens, in the order of the text."""
    if ".sql" not in draft.source.text:
        return ()
    found: list[FileLoad] = []
    paths = _Paths(draft)
    for call in draft.calls_of(_READS):
        for path in paths.read(_opened(call), 0):
            load = _load(draft, call, path)
            if load is not None:
                found.append(load)
    return tuple(dict.fromkeys(found))


def _opened(call: Node) -> Node | None:
    """What a call opens to read; None where it writes."""
    function, arguments = call.field("function"), call.field("arguments")
    if function is None or arguments is None or arguments.kind != "argument_list":
        return None
    name = dotted(function)
    given = [one for one in arguments.named if one.kind != "keyword_argument"]
    if name in ("open", "io.open", "aiofiles.open", "codecs.open"):
        return given[0] if given and _reads(given[1:], arguments.named) else None
    held = function.field("object") if function.kind == "attribute" else None
    return held if held is not None and _reads(given, arguments.named) else None


def _reads(modes: list[Node], arguments: list[Node]) -> bool:
    for one in arguments:
        name = one.field("name") if one.kind == "keyword_argument" else None
        value = one.field("value")
        if name is not None and name.text == "mode" and value is not None:
            modes = [value]
    mode = string(modes[0]) if modes else "r"
    return mode is not None and not set(mode) & set("wax+")


def _load(draft: Draft, call: Node, path: _Path) -> FileLoad | None:
    text = string(path.literal) if path.literal is not None else None
    plain = _normal(path.path)
    if text is None or path.literal is None or plain is None or not plain.endswith(".sql"):
        return None
    scope = draft.scopes.function_at(call.start)
    code = scope.node.text if scope is not None else draft.source.text
    guarded = draft.deliberate.at(call) or _CARES.search(code) is not None or _MAKES.search(code) is not None
    return FileLoad(plain, path.base, text, path.literal.span, scope.name if scope is not None else "", guarded)


def _normal(path: PurePosixPath) -> str | None:
    """The path without its ``..``; None where it leaves the project."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return None if path.is_absolute() else "/".join(parts)


class _Paths:
    """Reads path expressions of one file."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._home = PurePosixPath(draft.source.path)

    def read(self, node: Node | None, depth: int) -> list[_Path]:
        """The paths an expression stands for: one, those a loop runs over, or none that is surely known."""
        if node is None or depth > _DEPTH:
            return []
        reader = _READERS.get(node.kind)
        return [] if reader is None else reader(self, node, depth + 1)

    def _string(self, node: Node, depth: int) -> list[_Path]:
        text = string(node)
        return [] if text is None else [_Path("run", PurePosixPath(), None).joined(text, node)]

    def _inner(self, node: Node, depth: int) -> list[_Path]:
        return self.read(node.named[0], depth) if len(node.named) == 1 else []

    def _name(self, node: Node, depth: int) -> list[_Path]:
        if node.text == "__file__":
            return [_Path("file", self._home)]
        binding = self._draft.scopes.reach(node)
        if binding is not None and binding.kind == "iteration" and binding.value is not None:
            listed = binding.value
            if listed.kind == "identifier":
                listed = self._draft.records.resolve(listed) or listed
            items = listed.named if listed.kind in ("list", "tuple") else []
            return [path for one in items for path in self.read(one, depth)]
        return self.read(self._draft.records.resolve(node), depth)

    def _attribute(self, node: Node, depth: int) -> list[_Path]:
        held, name = node.field("object"), node.field("attribute")
        if name is not None and name.text == "parent":
            return [replace(one, path=one.path.parent) for one in self.read(held, depth) if one.literal is None]
        return self.read(self._draft.scopes.attribute(node), depth)

    def _subscript(self, node: Node, depth: int) -> list[_Path]:
        """``path.parents[1]``."""
        held, key = node.field("value"), node.field("subscript")
        name = held.field("attribute") if held is not None and held.kind == "attribute" else None
        if held is None or name is None or name.text != "parents" or key is None or not key.text.isdigit():
            return []
        found = []
        for one in self.read(held.field("object"), depth):
            above = list(one.path.parents)
            if one.literal is None and int(key.text) < len(above):
                found.append(replace(one, path=above[int(key.text)]))
        return found

    def _operator(self, node: Node, depth: int) -> list[_Path]:
        operator = node.field("operator")
        if operator is None or operator.text != "/":
            return []
        return self._joined(self.read(node.field("left"), depth), [node.field("right")], depth)

    def _joined(self, starts: list[_Path], parts: list[Node | None], depth: int) -> list[_Path]:
        found = starts
        for part in parts:
            more = self.read(part, depth)
            if any(one.base != "run" or one.literal is None for one in more):
                return []
            found = [one.joined(str(other.path), other.literal) for one in found for other in more if other.literal]
        return found

    def _call(self, node: Node, depth: int) -> list[_Path]:
        function, arguments = node.field("function"), node.field("arguments")
        if function is None or arguments is None or arguments.kind != "argument_list":
            return []
        given = arguments.named
        if any(one.kind in ("keyword_argument", "list_splat") for one in given):
            return []
        name = (dotted(function) or "").rpartition(".")[2]
        held = function.field("object") if function.kind == "attribute" else None
        if name in ("Path", "PurePath", "join", "str", "fspath", *_SAME_PATHS) and given:
            if name == "join" and not (dotted(function) or "").endswith("path.join"):
                return []
            return self._joined(self.read(given[0], depth), list(given[1:]), depth)
        if name == "dirname" and len(given) == 1:
            return [replace(one, path=one.path.parent) for one in self.read(given[0], depth) if one.literal is None]
        method = function.field("attribute") if function.kind == "attribute" else None
        if method is not None and method.text == "joinpath":
            return self._joined(self.read(held, depth), list(given), depth)
        return self.read(held, depth) if method is not None and method.text in _SAME and not given else []


_READERS: dict[str, Callable[[_Paths, Node, int], list[_Path]]] = {
    "string": _Paths._string,
    "concatenated_string": _Paths._string,
    "parenthesized_expression": _Paths._inner,
    "identifier": _Paths._name,
    "attribute": _Paths._attribute,
    "subscript": _Paths._subscript,
    "binary_operator": _Paths._operator,
    "call": _Paths._call,
}
