"""What one pattern of the ``schema`` setting names: a file, a folder or a glob."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from dblint.catalog.files.names import is_sql, path_key
from dblint.catalog.files.walk import files_below

Kind = Literal["file", "folder", "glob"]
_MAGIC = re.compile(r"[*?\[{]")


def matches(root: Path, pattern: str) -> tuple[list[str], Kind]:
    """The paths a pattern names, relative to the root and in natural order, and what kind of pattern it is."""
    written = pattern.removeprefix("./")
    target = root / written
    if target.is_file():
        return [_relative(root, target)], "file"
    if target.is_dir():
        return sorted(_inside(root, target), key=path_key), "folder"
    if not _MAGIC.search(written):
        return [], "file"
    return sorted(_globbed(root, written.replace(os.sep, "/")), key=path_key), "glob"


def _inside(root: Path, folder: Path) -> list[str]:
    start = _relative(root, folder)
    prefix = "" if start == "." else start + "/"
    return [prefix + name for name in files_below(folder) if is_sql(name)]


def _globbed(root: Path, pattern: str) -> list[str]:
    parts = pattern.split("/")
    depth = next(index for index, part in enumerate(parts) if _MAGIC.search(part))
    base = "/".join(parts[:depth])
    folder = root / base if base else root
    if not folder.is_dir():
        return []
    test = re.compile(_regex("/".join(parts[depth:])))
    any_ending = re.search(r"\.\w+$", parts[-1]) is not None
    start = _relative(root, folder)
    prefix = "" if start == "." else start + "/"
    return [prefix + name for name in files_below(folder) if test.fullmatch(name) and (any_ending or is_sql(name))]


def _regex(glob: str) -> str:
    """A glob as a regular expression: ``**`` crosses folders, ``*`` and ``?`` do not, ``{a,b}`` is either."""
    pieces: list[str] = []
    for token in re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|\{[^{}]*\}|.", glob):
        if token == "**/":
            pieces.append("(?:.*/)?")
        elif token == "**":
            pieces.append(".*")
        elif token in ("*", "?"):
            pieces.append("[^/]" + token.replace("?", ""))
        elif len(token) > 1 and token[0] == "[":
            pieces.append("[^" + token[2:] if token[1] in "!^" else token)
        elif len(token) > 1 and token[0] == "{":
            pieces.append("(?:" + "|".join(_regex(one) for one in token[1:-1].split(",")) + ")")
        else:
            pieces.append(re.escape(token))
    return "".join(pieces)


def _relative(root: Path, path: Path) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")
