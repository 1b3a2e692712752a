"""The catalog for people: a tree on a terminal, indented lines in a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TextIO

from dblint.catalog.model import Catalog, Table
from dblint.errors import UsageError, suggestion
from dblint.report.catalog_lines import Line, Style, detail, overview

_STYLES: dict[Style, str] = {
    "": "",
    "heading": "bold",
    "name": "cyan",
    "type": "green",
    "mark": "dim",
    "key": "yellow",
    "place": "blue",
    "gone": "red",
}
_UNBOUNDED = 1_000_000


def print_tree(catalog: Catalog, names: tuple[str, ...], console_file: TextIO) -> None:
    """Print the whole catalog, or the tables of these names with their columns' history.

    Raises:
        UsageError: a name is no table's; says the nearest that is.
    """
    lines = [detail(_table(catalog, name)) for name in names] if names else overview(catalog)
    if _is_drawn(console_file):
        _draw(lines, console_file)
    else:
        encoding = console_file.encoding or "utf-8"
        text = "".join(f"{one}\n" for top in lines for one in _indented(top, ""))
        console_file.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _table(catalog: Catalog, name: str) -> Table:
    schema, _, table = name.rpartition(".")
    found = catalog.table(schema or None, table) or catalog.table(None, name)
    if found is None:
        known = [one.name for one in catalog.tables] + [f"{one.schema}.{one.name}" for one in catalog.tables]
        raise UsageError(f"there is no table `{name}`{suggestion(name, known)}")
    return found


def _is_drawn(file: TextIO) -> bool:
    """Whether the reader has a terminal that can show a tree, or asks for colour all the same."""
    if os.environ.get("TERM") == "dumb":
        return False
    forced = os.environ.get("FORCE_COLOR", "0") not in ("", "0") and not os.environ.get("NO_COLOR")
    return forced or file.isatty()


def _indented(line: Line, indent: str) -> Iterator[str]:
    yield indent + line.text
    for one in line.below:
        yield from _indented(one, indent + "  ")


def _draw(lines: Sequence[Line], file: TextIO) -> None:
    from rich.console import Console

    from dblint.report.catalog_drawing import Drawing

    Console(file=file, highlight=False, width=_width(file)).print(Drawing(lines, _STYLES), end="")


def _width(file: TextIO) -> int | None:
    """The columns of the terminal; None leaves it to COLUMNS or rich's own guess."""
    if not file.isatty():
        return _UNBOUNDED
    try:
        return None if os.environ.get("COLUMNS") else os.get_terminal_size(file.fileno()).columns or None
    except OSError:
        return None
