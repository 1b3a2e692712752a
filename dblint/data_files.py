"""Which files beside Python are read, and what they are by their names."""

from __future__ import annotations

import re
from typing import Literal

DataFormat = Literal["json", "yaml", "toml", "lines", "pgpass", "sql", "csv"]

LARGEST = 1_000_000
"""Bytes from which on a file is data or a dump, and no configuration that somebody wrote."""

_ENDINGS: dict[str, DataFormat] = {
    "json": "json",
    "jsonc": "json",
    "json5": "json",
    "jsonl": "json",
    "ndjson": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
    "ini": "lines",
    "cfg": "lines",
    "cnf": "lines",
    "conf": "lines",
    "env": "lines",
    "properties": "lines",
    "pgpass": "pgpass",
    "sql": "sql",
    "csv": "csv",
    "tsv": "csv",
}
_NAMES: dict[str, DataFormat] = {"pgpass.conf": "pgpass", ".pgpass": "pgpass", "pgpass": "pgpass", ".env": "lines"}
_MADE_BY_TOOLS = re.compile(
    r"(?:^|[-.])lock\.(?:json|yaml|yml|toml)$|^npm-shrinkwrap\.json$|^(?:Pipfile|poetry|composer|yarn|uv)\.lock$"
    r"|\.(?:min|map|snap|ipynb)\.json$|^\.secrets\.baseline$"
)


def data_format(path: str) -> DataFormat | None:
    """What a file holds, None where it is not read."""
    name = path.rpartition("/")[2].lower()
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith((".env.", "env.")) and not name.endswith((".py", ".js", ".ts", ".sh", ".d", ".mako", ".md")):
        return "lines"
    if _MADE_BY_TOOLS.search(name):
        return None
    stem, dot, ending = name.rpartition(".")
    return _ENDINGS.get(ending) if dot and (stem or ending == "pgpass") else None
