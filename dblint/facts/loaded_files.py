"""Data files that a test loads rows from: ``json.loads(Path("x.json").read_text())``, ``load_rows("x.json")``."""

from __future__ import annotations

from dblint.facts.literals import dotted, string
from dblint.facts.scopes import Scopes
from dblint.facts.words import says
from dblint.syntax.python import Node

FILE = "file:"
"""Before the path of a data file, in the place of a module."""
_LOADING = frozenset(("load", "loads", "read", "fixture", "open", "json", "yaml", "data"))
_ENDINGS = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")
_DEPTH = 2


def loaded_file(scopes: Scopes, call: Node) -> str | None:
    """The path of the one data file that a call reads, as the code writes it."""
    function = (dotted(call.field("function")) or "").rpartition(".")[2]
    arguments = call.field("arguments")
    if arguments is None or not says(function, _LOADING):
        return None
    found: list[str] = []
    waiting = [(one, 0) for one in arguments.named]
    while waiting:
        node, depth = waiting.pop()
        said = [text for one in node.find("string") if (text := string(one)) is not None]
        found += [text for text in said if text.lower().endswith(_ENDINGS)]
        for name in node.find("identifier") if depth < _DEPTH else ():
            binding = scopes.reach(name)
            if binding is not None and binding.kind == "value" and binding.value is not None:
                waiting.append((binding.value, depth + 1))
    return found[0] if len(set(found)) == 1 else None
