"""Trees of JSON, JSON lines, YAML and CSV files with positions: values as the file's own format means them."""

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


def _json_lines(text: str) -> DataNode | None:
    """One value in each line, as a list."""
    items: list[DataNode] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            value = _json(line)
            if value is None:
                return None
            items.append(_moved(value, start))
        start += len(line) + 1
    return DataNode("list", "", 0, len(text), tuple(items)) if items else None


def _moved(node: DataNode, by: int) -> DataNode:
    items = tuple(_moved(one, by) for one in node.items)
    keys = tuple(_moved(one, by) for one in node.keys)
    return DataNode(node.kind, node.text, node.start + by, node.end + by, items, keys)


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
        nodes = list(yaml.compose_all(text, Loader=loader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    documents = [_yaml_node(node, starts, len(text), 0) for node in nodes if node is not None]
    if len(documents) < 2:
        return documents[0] if documents else None
    return DataNode("list", "", documents[0].start, documents[-1].end, tuple(documents))


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
        return _yaml_mapping(node, start, end, starts, length, depth)
    kind = _YAML_KINDS.get(node.tag, "unknown")
    text = node.value
    if kind == "bool":
        text = str(node.value.lower() in ("true", "yes", "on"))
    if kind in ("int", "float") and not _is_plain_number(text):
        kind = "unknown"
    return DataNode(kind, text, start, end)


def _yaml_mapping(node: Any, start: int, end: int, starts: list[int], length: int, depth: int) -> DataNode:
    """A mapping with what ``<<`` merges into it, which its own keys go before."""
    merged: dict[str, tuple[DataNode, DataNode]] = {}
    own: list[tuple[DataNode, DataNode]] = []
    plain = True
    for key, value in node.value:
        given = _yaml_node(value, starts, length, depth + 1)
        if key.tag == "tag:yaml.org,2002:merge":
            sources = given.items if given.kind == "list" else (given,)
            plain = plain and all(one.kind == "dict" for one in sources)
            for one in reversed(sources):
                merged |= {name.text: (name, item) for name, item in zip(one.keys, one.items, strict=True)}
            continue
        name = _yaml_node(key, starts, length, depth + 1)
        plain = plain and name.kind == "str"
        own.append((name, given))
    said = {name.text for name, _ in own}
    pairs = [*(pair for text, pair in merged.items() if text not in said), *own]
    kind: NodeKind = "dict" if plain else "unknown"
    return DataNode(kind, "", start, end, tuple(item for _, item in pairs), tuple(name for name, _ in pairs))


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
    bom = header.startswith("\ufeff")
    header = header[bom:]
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    if len(names) < 2 or not all(name.isidentifier() for name in names) or len(set(names)) < len(names):
        return None
    heads = tuple(
        DataNode("str", name, *span) for name, span in zip(names, _cells(header, bom, names, delimiter), strict=True)
    )
    rows = tuple(_csv_rows(lines, heads, delimiter))
    return DataNode("list", "", 0, len(text), rows) if rows else None


def _csv_rows(lines: list[str], heads: tuple[DataNode, ...], delimiter: str) -> Iterator[DataNode]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    before = 0
    try:
        for cells in reader:
            first, before = before, reader.line_num
            if first and len(cells) == len(heads):
                yield _csv_row(lines[first], starts[first], heads, cells, delimiter)
    except csv.Error:
        return


def _csv_row(line: str, start: int, heads: tuple[DataNode, ...], cells: list[str], delimiter: str) -> DataNode:
    """One row; its keys stand in the first line of the file."""
    line = line.rstrip("\r")
    spans = _cells(line, start, cells, delimiter)
    items = tuple(DataNode("str" if cell else "unknown", cell, *span) for cell, span in zip(cells, spans, strict=True))
    return DataNode("dict", "", start, start + len(line), items, heads)


def _cells(line: str, start: int, cells: list[str], delimiter: str) -> list[tuple[int, int]]:
    """The places of a line's cells: their own where the line shows them as they are, else the line's."""
    parts = line.split(delimiter)
    if [part.strip('"').strip() for part in parts] != [cell.strip() for cell in cells]:
        return [(start, start + len(line))] * len(cells)
    ends = [start - 1]
    for part in parts:
        ends.append(ends[-1] + len(part) + 1)
    return [(ends[index] + 1, ends[index + 1]) for index in range(len(cells))]


_READERS: dict[str, Callable[[str], DataNode | None]] = {
    "json": _json,
    "jsonl": _json_lines,
    "ndjson": _json_lines,
    "yaml": _yaml,
    "yml": _yaml,
    "csv": _csv,
    "tsv": _csv,
}
