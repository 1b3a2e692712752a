"""Data and configuration files as the texts they hold, each with its key, its group and its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dblint.data_files import DataFormat


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text; those with the same ``group`` stand side by side. Offsets count characters, quotes left out."""

    group: str
    key: str
    text: str
    start: int
    end: int


def scalars(text: str, format: DataFormat) -> Iterator[Scalar]:
    """The texts of a file; broken files give what can be told line by line."""
    yield from _READERS[format](text)


_JSON = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"|(?P<mark>[{}\[\],:])|//[^\n]*|/\*.*?\*/', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _json(text: str) -> Iterator[Scalar]:
    groups, keys, key, number = ["0"], [""], "", 0
    last: re.Match[str] | None = None
    for found in _JSON.finditer(text):
        mark = found["mark"]
        if found["text"] is not None:
            last = found
            continue
        if mark is None:
            continue
        if mark == ":" and last is not None:
            key, last = _unescaped(last["text"]), None
            continue
        if last is not None:
            yield Scalar(groups[-1], key or keys[-1], _unescaped(last["text"]), *last.span("text"))
            last = None
        if mark in "{[":
            number += 1
            groups.append(str(number) if mark == "{" else f"{number}[")
            keys.append(key or keys[-1])
            key = ""
        elif mark in "}]" and len(groups) > 1:
            groups.pop()
            keys.pop()
            key = ""
        elif mark == ",":
            key = ""
    if last is not None:
        yield Scalar(groups[-1], key or keys[-1], _unescaped(last["text"]), *last.span("text"))


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else _ESCAPES.get(one[2], one[2]), text)


def _yaml(text: str) -> Iterator[Scalar]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = list(yaml.compose_all(text, Loader=loader))
    except (yaml.YAMLError, ValueError, RecursionError):
        yield from _lines(text)
        return
    starts = _line_starts(text)
    seen: set[int] = set()
    for document in found:
        if document is not None:
            yield from _yaml_node(document, "", "", text, starts, seen)


def _yaml_node(node: Any, group: str, key: str, text: str, starts: list[int], seen: set[int]) -> Iterator[Scalar]:
    if id(node) in seen:  # an alias; a document may even contain itself
        return
    if node.id == "scalar":
        start = starts[node.start_mark.line] + node.start_mark.column
        end = starts[node.end_mark.line] + node.end_mark.column if node.end_mark.line < len(starts) else len(text)
        quoted = text[start : start + 1] in ("'", '"')
        raw = text[start:end].rstrip()
        yield Scalar(group, key, node.value, start + quoted, start + len(raw) - quoted)
        return
    seen.add(id(node))
    if node.id == "sequence":
        for child in node.value:
            yield from _yaml_node(child, f"{id(node)}[", key, text, starts, seen)
        return
    for name, child in node.value:
        called = name.value if name.id == "scalar" else ""
        yield from _yaml_node(child, str(id(node)), called, text, starts, seen)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


_SECTION = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+\s*(?:[#;].*)?$")
_ENTRY = re.compile(
    r"""\s*(?:export\s+|-\s+|set\s+)?["']?(?P<key>[\w][\w. -]*?)["']?\s*(?:=|:(?=\s|$))\s*(?P<value>.*?)\s*$"""
)
_QUOTED = re.compile(r"""(?:(?P<key>[\w-]+)\s*[=:]\s*)?(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)')""")


def _lines(text: str) -> Iterator[Scalar]:
    """``key = value`` and ``KEY=value`` in sections: INI, option files, ``.env``, TOML."""
    section, start = "", 0
    for line in text.split("\n"):
        header = _SECTION.match(line)
        if header:
            section = header[1]
        elif not line.lstrip().startswith(("#", ";", "//")):
            yield from _line(section, line.rstrip("\r"), start)
        start += len(line) + 1


def _line(section: str, line: str, start: int) -> Iterator[Scalar]:
    entry = _ENTRY.match(line)
    if entry is None:
        bare = line.strip()
        if bare:
            at = start + line.index(bare)
            yield Scalar(f"{section}[", "", bare, at, at + len(bare))
        return
    value, at = entry["value"], start + entry.start("value")
    quoted = list(_QUOTED.finditer(value))
    if quoted and value[0] in "\"'[{":
        inner = f"{section}{{{start}" if value[0] == "{" else section if value[0] in "\"'" else f"{section}["
        for one in quoted:
            kind = "double" if one["double"] is not None else "single"
            text = _unescaped(one[kind]) if kind == "double" else one[kind]
            yield Scalar(inner, one["key"] or entry["key"], text, at + one.start(kind), at + one.end(kind))
            if value[0] in "\"'":
                return
        return
    plain = re.split(r"\s[#;]", value, maxsplit=1)[0].rstrip()
    if plain:
        yield Scalar(section, entry["key"], plain, at, at + len(plain))


_SQL = re.compile(
    r"""--[^\n]*|/\*.*?\*/|(?P<prefix>[eE]?)'(?P<text>(?:[^'\\]|''|\\.)*)'|"(?:[^"]|"")*"|(?P<end>;)|(?P<word>\w+)""",
    re.DOTALL,
)


def _sql(text: str) -> Iterator[Scalar]:
    """The strings of a script; each goes by the word in front of it. The options of a server and of those who may use
    it are one group."""
    words: list[str] = []
    for found in _SQL.finditer(text):
        if found["end"]:
            words = []
        elif found["word"]:
            words.append(found["word"].lower())
        elif found["text"] is not None:
            content = found["text"].replace("''", "'")
            group = "options" if "options" in words else f"{found.start()}"
            yield Scalar(group, words[-1] if words else "", content, *found.span("text"))


def _pgpass(text: str) -> Iterator[Scalar]:
    """``host:port:database:user:password``, told as the two fields that matter."""
    start = 0
    for line in text.split("\n"):
        fields = list(re.finditer(r"(?:[^:\\]|\\.)*", line.rstrip("\r")))
        fields = [
            one
            for index, one in enumerate(fields)
            if one[0] or index == 0 or line[one.start() - 1 : one.start()] == ":"
        ]
        if len(fields) >= 5 and not line.lstrip().startswith("#"):
            for key, one in (("host", fields[0]), ("user", fields[3]), ("password", fields[4])):
                yield Scalar(f"{start}", key, re.sub(r"\\(.)", r"\1", one[0]), start + one.start(), start + one.end())
        start += len(line) + 1


_CELL = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"|(?P<bare>[^,;\t\r\n"]+)')


def _csv(text: str) -> Iterator[Scalar]:
    """The cells, each by itself."""
    for found in _CELL.finditer(text):
        kind = found.lastgroup or "bare"
        yield Scalar("[", "", found[kind].replace('""', '"'), *found.span(kind))


_READERS: dict[DataFormat, Callable[[str], Iterator[Scalar]]] = {
    "json": _json,
    "yaml": _yaml,
    "toml": _lines,
    "lines": _lines,
    "sql": _sql,
    "pgpass": _pgpass,
    "csv": _csv,
}
