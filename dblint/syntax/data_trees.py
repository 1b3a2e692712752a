"""Trees of JSON, YAML and CSV files with positions: values as the file's own format means them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

NodeKind = Literal["null", "bool", "int", "float", "str", "list", "dict", "unknown"]

_DEPTH = 40


@dataclass(frozen=True, slots=True)
class DataNode:
    """One value; offsets count characters, quotes included.

    ``text`` is a string's content, a number's own text, ``True`` or ``False``. ``keys`` runs beside ``items`` for a
    dict; a key that is no string makes the whole dict ``unknown``.
    """

    kind: NodeKind
    text: str
    start: int
    end: int
    items: tuple[DataNode, ...] = ()
    keys: tuple[DataNode, ...] = ()

    def get(self, key: str) -> DataNode | None:
        """The value of a dict's key, the last where it stands twice."""
        found = (item for name, item in zip(self.keys[::-1], self.items[::-1], strict=True) if name.text == key)
        return next(found, None)


def tree(path: str, text: str) -> DataNode | None:
    """What a file holds; None for one that is no such file or is broken."""
    read = _READERS.get(path.lower().rpartition(".")[2])
    return None if read is None else read(text)


def _json(text: str) -> DataNode | None:
    from ast_grep_py import SgRoot

    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    values = [child for child in SgRoot(text, "json").root().children() if child.kind() != "comment"]
    return _json_node(values[0], text, 0) if len(values) == 1 else None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _json_node(node: Any, text: str, depth: int) -> DataNode:
    reach = node.range()
    start, end, kind = reach.start.index, reach.end.index, node.kind()
    inner = [child for child in node.children() if child.is_named()] if depth < _DEPTH else []
    if kind == "object":
        pairs = [(pair.field("key"), pair.field("value")) for pair in inner if pair.kind() == "pair"]
        keys = tuple(_json_node(key, text, depth + 1) for key, _ in pairs)
        return DataNode("dict", "", start, end, tuple(_json_node(value, text, depth + 1) for _, value in pairs), keys)
    if kind == "array":
        return DataNode("list", "", start, end, tuple(_json_node(child, text, depth + 1) for child in inner))
    return _scalar(text[start:end], start, end)


def _scalar(raw: str, start: int, end: int) -> DataNode:
    """A string, number or constant as JSON writes it."""
    value = json.loads(raw)
    if isinstance(value, bool):
        return DataNode("bool", str(value), start, end)
    if value is None:
        return DataNode("null", "", start, end)
    if isinstance(value, str):
        return DataNode("str", value, start, end)
    return DataNode("int" if isinstance(value, int) else "float", raw, start, end)


def _yaml(text: str) -> DataNode | None:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return None if node is None else _yaml_node(node, starts, len(text), 0)


_YAML_KINDS: dict[str, NodeKind] = {
    "tag:yaml.org,2002:null": "null",
    "tag:yaml.org,2002:bool": "bool",
    "tag:yaml.org,2002:int": "int",
    "tag:yaml.org,2002:float": "float",
    "tag:yaml.org,2002:str": "str",
}


def _yaml_node(node: Any, starts: list[int], length: int, depth: int) -> DataNode:
    start = starts[node.start_mark.line] + node.start_mark.column
    end = min(starts[node.end_mark.line] + node.end_mark.column, length)
    if depth > _DEPTH:
        return DataNode("unknown", "", start, end)
    if node.id == "sequence":
        return DataNode(
            "list", "", start, end, tuple(_yaml_node(child, starts, length, depth + 1) for child in node.value)
        )
    if node.id == "mapping":
        pairs = [(_yaml_node(key, starts, length, depth + 1), value) for key, value in node.value]
        plain = all(key.kind == "str" and key.text != "<<" for key, _ in pairs)
        items = tuple(_yaml_node(value, starts, length, depth + 1) for _, value in pairs)
        return DataNode("dict" if plain else "unknown", "", start, end, items, tuple(key for key, _ in pairs))
    kind = _YAML_KINDS.get(node.tag, "unknown")
    text = node.value
    if kind == "bool":
        text = str(node.value.lower() in ("true", "yes", "on"))
    if kind in ("int", "float") and not _is_plain_number(text):
        kind = "unknown"
    return DataNode(kind, text, start, end)


def _is_plain_number(text: str) -> bool:
    """A number that Python and YAML read alike; ``0o17``, ``1:30`` and ``1_000`` are none."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _csv(text: str) -> DataNode | None:
    """A table with its column names in the first line, as a list of dicts; an empty cell is not known."""
    lines = text.split("\n")
    header = lines[0].rstrip("\r")
    delimiter = max(",;\t|", key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    if len(names) < 2 or not all(name.isidentifier() for name in names) or len(set(names)) < len(names):
        return None
    rows = tuple(_csv_rows(lines, names, delimiter))
    return DataNode("list", "", 0, len(text), rows) if rows else None


def _csv_rows(lines: list[str], names: list[str], delimiter: str) -> Iterator[DataNode]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    before = 0
    try:
        for cells in reader:
            first, before = before, reader.line_num
            if first and len(cells) == len(names):
                yield _csv_row(lines[first], starts[first], names, cells, delimiter)
    except csv.Error:
        return


def _csv_row(line: str, start: int, names: list[str], cells: list[str], delimiter: str) -> DataNode:
    """One row; a cell has its own place where the line shows it as it is, else the line's."""
    line = line.rstrip("\r")
    whole = (start, start + len(line))
    parts = line.split(delimiter)
    spans = [whole] * len(cells)
    if [part.strip('"') for part in parts] == cells:
        ends = [start - 1]
        for part in parts:
            ends.append(ends[-1] + len(part) + 1)
        spans = [(ends[index] + 1, ends[index + 1]) for index in range(len(cells))]
    pairs = list(zip(names, cells, spans, strict=True))
    keys = tuple(DataNode("str", name, *span) for name, _, span in pairs)
    items = tuple(DataNode("str" if cell else "unknown", cell, *span) for _, cell, span in pairs)
    return DataNode("dict", "", *whole, items, keys)


_READERS: dict[str, Callable[[str], DataNode | None]] = {"json": _json, "yaml": _yaml, "yml": _yaml, "csv": _csv}
